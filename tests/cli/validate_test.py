#!/usr/bin/env python3
"""Labs on this machine's own kernel (kill_test.py: what is left of them).

Skipped (exit status 77) where the machine cannot: no root and no user namespaces, no veth, or no ping.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree

import vethlab

GOLDEN = os.path.join(vethlab.ROOT, "tests", "golden")
# Labs without timers and random times: those come out the same on a busy machine as well.
LABS = ["seed-bridge-move", "veth-mac", "bridge-brctl", "err-netns"]
PROBE = "ip netns add a\nip link add v0 type veth peer name v1\nip link add b0 type bridge\n"


def missing():
    if not shutil.which("ping"):
        return "ping is not installed"
    program = os.path.abspath(sys.argv[1])
    done = subprocess.run([program, "run", "--on", "kernel", "-"], input=PROBE, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def state_of(pid):
    """(state, parent) of a process, or None."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            words = f.read().rpartition(")")[2].split()
        return words[0], int(words[1])
    except OSError:
        return None


def descendants(pid):
    parents = {int(p): s[1] for p in os.listdir("/proc") if p.isdigit() and (s := state_of(p))}
    found = [pid]
    for p in found:
        found += [child for child, parent in parents.items() if parent == p]
    return found[1:]


def wait_until(what, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    return what()


class OnKernel(vethlab.Case):
    def on_kernel(self, text, *options):
        self.path("lab.sh", text)
        return self.vethlab("run", "--on", "kernel", *options, "lab.sh")

    def test_output_and_exit_status(self):
        done = self.on_kernel("echo hello > f\ncat f\nip link show nosuch\nfoo\nfalse\n", "--echo", "--no-hints")
        self.assertEqual(done.stdout, "$ cat f\nhello\n$ ip link show nosuch\n$ foo\n")
        self.assertEqual(done.stderr, 'Device "nosuch" does not exist.\nlab.sh: 4: foo: not found\n')
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.on_kernel("ip link show lo\n").returncode, 0)

    def test_real_programs_in_their_namespace(self):
        done = self.on_kernel("ip netns add a\nip -n a link set lo up\n"
                              "ip netns exec a ping -c 1 127.0.0.1\nping -c 1 127.0.0.1\n")
        self.assertIn("1 received, 0% packet loss", done.stdout)
        self.assertIn("Network is unreachable", done.stderr)

    def test_recording_and_capture(self):
        lab = os.path.join(GOLDEN, "veth-mac")
        done = self.vethlab("run", "--on", "kernel", "--record", "out", "--pcap", "all.pcapng",
                            os.path.join(lab, "script.sh"))
        self.assertIn(done.returncode, (0, 1), done.stderr)
        with open(self.path("all.pcapng"), "rb") as f:
            self.assertEqual(f.read(4), b"\x0a\x0d\x0d\x0a")
        same = subprocess.run([sys.executable, "-B", os.path.join(GOLDEN, "compare.py"), lab, self.path("out")],
                              capture_output=True, text=True)
        self.assertEqual(same.returncode, 0, same.stdout)

    def test_labs_are_the_same(self):
        done = self.vethlab("validate", *(os.path.join(GOLDEN, lab) for lab in LABS), timeout=200)
        self.assertEqual([line.split()[:2] for line in done.stdout.splitlines()],
                         [["same", name] for name in LABS], done.stdout + done.stderr)
        self.assertEqual(done.returncode, 0)

    def test_a_difference_is_shown(self):
        # What a simulated kernel cannot know: the name of this machine's.
        self.path("lab.sh", "ip link add v0 type veth\ncat /proc/sys/kernel/random/boot_id\n")
        done = self.vethlab("validate", "lab.sh")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("differ lab.sh commands 1/2 "), done.stdout)
        self.assertIn("command 2: $ cat /proc/sys/kernel/random/boot_id", done.stdout)
        self.assertIn("after      $ ip link add v0 type veth", done.stdout)
        lab = json.loads(self.vethlab("validate", "--json", "lab.sh").stdout)
        self.assertEqual((lab["verdict"], lab["commands"]), ("differ", {"equal": 1, "total": 2}))

    def test_reports_and_captures_of_labs_at_a_time(self):
        pair = ("ip netns add a\nip link add v0 type veth peer name v1 netns a\nip addr add 10.0.0.1/24 dev v0\n"
                "ip link set v0 up\nip -n a addr add 10.0.0.2/24 dev v1\nip -n a link set v1 up\n")
        self.path("slow.sh", pair + "ping -c 2 10.0.0.2\n")
        self.path("differs.sh", "cat /proc/sys/kernel/random/boot_id\n")
        self.path("frames.sh", pair + "if ! cat /proc/sys/kernel/random/boot_id > id; then ping -c 1 10.0.0.2; fi\n")
        names = ["slow.sh", "differs.sh", "frames.sh", "nosuch.sh"]
        done = self.vethlab("validate", "--jobs", "3", "--junit", "j.xml", "--pcap", "seen", *names)
        self.assertEqual([line.split()[:2] for line in done.stdout.splitlines() if line[0] != " "],
                         [["same", "slow.sh"], ["differ", "differs.sh"], ["differ", "frames.sh"],
                          ["failed", "nosuch.sh:"]], done.stdout + done.stderr)
        # The first frame that differs, taken apart.
        self.assertIn("simulator  out ", done.stdout)
        self.assertIn("ethertype ARP (0x0806), length 42: Ethernet (len 6), IPv4 (len 4), Request who-has 10.0.0.2",
                      done.stdout)
        suites = xml.etree.ElementTree.parse(self.path("j.xml")).getroot()
        self.assertEqual([suites.get(k) for k in ("tests", "failures", "errors")], ["4", "2", "1"])
        cases = {c.get("name"): [child.tag for child in c] for c in suites.iter("testcase")}
        self.assertEqual(cases, {"slow.sh": [], "differs.sh": ["failure"], "frames.sh": ["failure"],
                                 "nosuch.sh": ["error"]})
        for side in ("kernel", "sim"):
            with open(self.path(f"seen-slow.sh.{side}.pcapng"), "rb") as f:
                self.assertEqual(f.read(4), b"\x0a\x0d\x0d\x0a")
        done = self.vethlab("validate", "--pcap", "seen", "slow.sh", "./slow.sh")
        self.assertEqual((done.returncode, done.stdout), (2, ""))

    def test_what_cannot_be_run(self):
        done = self.vethlab("validate", "nosuch.sh")
        self.assertEqual((done.returncode, done.stdout), (2, "failed nosuch.sh: nosuch.sh: No such file or directory\n"))

    def test_interrupt_ends_the_lab(self):
        self.path("lab.sh", "sleep 50\n")
        lab = subprocess.Popen([vethlab.PROGRAM, "run", "--on", "kernel", "lab.sh"], cwd=self.folder)
        self.assertTrue(wait_until(lambda: len(descendants(lab.pid)) >= 2))
        time.sleep(0.5)
        lab.send_signal(signal.SIGINT)
        self.assertEqual(lab.wait(10), 1)


if __name__ == "__main__":
    if why := missing():
        print("skipped: no labs on this machine's kernel:", why)
        sys.exit(77)
    vethlab.main()
