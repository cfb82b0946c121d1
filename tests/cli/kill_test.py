#!/usr/bin/env python3
"""Labs on this machine's own kernel leave nothing, do not meet, and run for anybody.

Skipped (exit status 77) where the machine cannot.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import vethlab

VALIDATIONS = 20
LAB = """ip netns add a
ip netns add b
ip link add v0 netns a type veth peer name v1 netns b
ip link add br0 type bridge
ip link set lo up
ip -n a addr add 10.0.0.1/24 dev v0
ip -n b addr add 10.0.0.2/24 dev v1
ip -n a link set v0 up
ip -n b link set v1 up
ip netns exec a ping -c 1 -W 1 10.0.0.2
"""
FOR_EVER = LAB + "ip netns exec a sleep 50 &\nping -c 100 -i 0.2 127.0.0.1\n"
NOBODY = 65534


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


def netns_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/ns/net")
    except OSError:
        return None


def surroundings():
    """What a lab must not change: mounts, devices, named namespaces and files here."""
    with open("/proc/self/mountinfo") as f:
        mounts = sorted(line.split(" ", 2)[2] for line in f)
    names = sorted(os.listdir("/run/netns")) if os.path.isdir("/run/netns") else None
    return mounts, sorted(os.listdir("/sys/class/net")), names


def wait_until(what, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    return what()


def as_nobody(command):
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]


class Isolation(vethlab.Case):
    def start(self, *args):
        process = subprocess.Popen([vethlab.PROGRAM, "validate", *args], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_kill_leaves_nothing(self):
        before = surroundings()
        self.path("lab.sh", FOR_EVER)
        labs = [self.start("lab.sh") for _ in range(VALIDATIONS)]
        own_spaces = lambda lab: {netns_of(p) for p in descendants(lab.pid)} - {netns_of("self"), None}
        for lab in labs:
            # Its worker, the processes of the lab, and a program of that: so many may be there
            # before the lab has its namespaces.
            self.assertTrue(wait_until(lambda lab=lab: len(descendants(lab.pid)) >= 4 and own_spaces(lab), 60))
        pids = {p for lab in labs for p in descendants(lab.pid)}
        spaces = set().union(*map(own_spaces, labs))
        self.assertGreaterEqual(len(spaces), len(labs))
        for lab in labs:
            lab.send_signal(signal.SIGKILL)
        for lab in labs:
            lab.wait()
        # Who reaps orphans on this machine may take its time.
        alive = lambda: [p for p in pids if (s := state_of(p)) and s[0] not in "ZX"]
        self.assertTrue(wait_until(lambda: not alive()), alive())
        self.assertFalse([p for p in os.listdir("/proc") if p.isdigit() and netns_of(p) in spaces])
        self.assertEqual(surroundings(), before)

    def test_a_lab_that_hangs_is_ended(self):
        self.path("ping.sh", "ip link set lo up\nping 127.0.0.1\n")
        self.path("sleep.sh", "sleep infinity\n")
        self.path("loop.sh", "while :; do :; done\n")
        # Only there: what a simulated kernel cannot know.
        self.path("there.sh", "if cat /proc/sys/kernel/random/boot_id; then sleep 100; fi\n")
        names = ["ping.sh", "sleep.sh", "loop.sh", "there.sh"]
        start = time.monotonic()
        lab = self.start("--timeout", "3", "--jobs", "4", *names)
        self.assertTrue(wait_until(lambda: descendants(lab.pid)))
        text, _ = lab.communicate(timeout=60)
        self.assertLess(time.monotonic() - start, 30)
        self.assertEqual([line.split(":")[0] for line in text.splitlines()], [f"failed {n}" for n in names], text)
        self.assertIn("there.sh: it had not ended after 3 s on the kernel", text)
        self.assertEqual(lab.returncode, 2)

    def test_two_validations_do_not_meet(self):
        self.path("lab.sh", LAB)
        both = [self.start("--jobs", "2", "lab.sh", "lab.sh", "lab.sh") for _ in range(2)]
        for one in both:
            text, _ = one.communicate(timeout=120)
            self.assertEqual([line.split()[:2] for line in text.splitlines()], [["same", "lab.sh"]] * 3, text)

    def test_an_ordinary_user(self):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("not root, or no setpriv")
        os.chmod(self.folder, 0o755)
        program = shutil.copy(vethlab.PROGRAM, self.path("vethlab"))
        os.chmod(program, 0o755)
        able = subprocess.run(as_nobody([program, "doctor"]), capture_output=True, text=True)
        if able.returncode == 1:
            self.skipTest("no user namespaces here")
        self.assertEqual(able.returncode, 0, able.stderr)
        self.path("lab.sh", LAB)
        done = subprocess.run(as_nobody([program, "validate", "--json", "lab.sh"]), cwd=self.folder,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(json.loads(done.stdout)["verdict"], "same")


if __name__ == "__main__":
    able = subprocess.run([os.path.abspath(sys.argv[1]), "doctor"], capture_output=True, text=True)
    if able.returncode != 0:
        missing = [line for line in able.stdout.splitlines() if line.lstrip().startswith("missing")]
        print("skipped: no labs on this machine's kernel:", " ".join(missing) or able.stderr)
        sys.exit(77)
    vethlab.main()
