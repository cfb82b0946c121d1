#!/usr/bin/env python3
"""vethlab exec: programs of the machine on a simulated kernel. Skipped (77) without iproute2."""
import os
import shutil
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import vethlab  # noqa: E402

PAIR = """ip netns add a
ip link add v0 type veth peer name v1 netns a
ip addr add 10.0.0.1/24 dev v0
ip -n a addr add 10.0.0.2/24 dev v1
ip link set v0 up
ip -n a link set v1 up
"""


class Exec(vethlab.Case):
    def exec(self, *argv, options=(), stdin=None):
        return self.vethlab("exec", *options, "--", *argv, stdin=stdin)

    def sh(self, text, *options):
        return self.exec("sh", "-c", text, options=options)

    def lines(self, text, *options):
        done = self.sh(text, *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_a_lab_first(self):
        self.path("lab.sh", PAIR)
        done = self.exec("ip", "-br", "addr", options=["--lab", "lab.sh"])
        self.assertRegex(done.stdout, r"(?m)^v0@if2 +UP +10\.0\.0\.1/24 ")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_fresh_kernel_has_only_lo(self):
        self.assertEqual(self.lines("ip -br link"),
                         ["lo               DOWN           00:00:00:00:00:00 <LOOPBACK> "])

    def test_a_program_cannot_leave(self):
        self.assertEqual(self.lines("env -i /bin/sh -c '/usr/bin/env -i ip -br link'"), self.lines("ip -br link"))
        spawn = "import os; os.waitpid(os.posix_spawnp('ip', ['ip', '-br', 'link'], {'PATH': '/bin:/sbin'}), 0)"
        self.assertEqual(self.exec("python3", "-c", spawn).stdout.splitlines(), self.lines("ip -br link"))

    def test_exit_status(self):
        self.assertEqual(self.sh("exit 7").returncode, 7)
        self.assertEqual(self.sh("kill -9 $$").returncode, 137)
        self.assertEqual(self.exec("no-such-program").returncode, 127)
        self.assertEqual(self.exec("ip", "link", "show", "v9").returncode, 1)
        for wrong in ([], ["--"], ["--lab"], ["--lab", "missing.sh", "ip"], ["--kernel", "2.4", "ip"]):
            self.assertEqual(self.vethlab("exec", *wrong).returncode, 2, wrong)

    def test_the_kernel_that_was_asked_for(self):
        move = "ip netns add a; ip link add br0 type bridge; ip link set br0 netns a"
        self.assertEqual(self.sh(move).stderr, "Error: The interface netns is immutable.\n")
        self.assertEqual(self.sh(move, "--kernel", "6.1").stderr, "RTNETLINK answers: Invalid argument\n")

    def test_same_seed_same_addresses(self):
        one, same, other = (self.lines(PAIR + "ip link; ip -n a link", "--seed", n) for n in "112")
        self.assertEqual(one, same)
        self.assertNotEqual(one, other)

    def test_namespaces(self):
        self.assertEqual(self.lines("ip netns add a; ip netns add b; ip netns list"), ["b", "a"])
        self.assertEqual(self.lines("ip netns add a; ip netns exec a ip netns identify"), ["a"])
        self.assertEqual(self.lines("ip netns add a; ip netns del a; ip netns list"), [])
        self.assertEqual(self.lines(PAIR + "ip netns exec a sh -c 'ip -o link | wc -l'; ip -o link | wc -l"),
                         ["2", "2"])
        self.assertEqual(self.lines("unshare -n sh -c 'ip netns attach me $$; ip netns identify'; ip netns"),
                         ["me", "me"])
        self.assertEqual(self.sh("ip netns add a; ip netns add a").stderr,
                         'Cannot create namespace file "/run/netns/a": File exists\n')
        self.assertEqual(self.sh("ip netns del a").stderr,
                         'Cannot remove namespace file "/run/netns/a": No such file or directory\n')

    def test_namespaces_by_process(self):
        text = PAIR + """ip netns exec a sleep 1000 &
sleep 0.1
ip netns pids a | grep -qx $! && echo found
ip link set v0 netns $!
ip -n a -o link | wc -l
kill $!
"""
        self.assertEqual(self.lines(text), ["found", "3"])

    def test_batch(self):
        self.path("commands", "link add v0 type veth peer name v1\nlink set v0 up\nlink set v9 up\n")
        done = self.sh("ip -force -batch commands; ip -br link show up")
        self.assertIn("Command failed commands:3", done.stderr)
        self.assertTrue(done.stdout.startswith("v0@v1 "))
        done = self.exec("ip", "-batch", "-", stdin="link show lo\n")
        self.assertEqual(len(done.stdout.splitlines()), 2)

    def test_thousands_of_links(self):
        add = "".join(f"link add v{i} type veth peer name w{i}\n" for i in range(700))
        self.path("commands", add)
        self.assertEqual(self.lines("ip -batch commands; ip -o link | wc -l"), ["1401"])

    def test_monitor(self):
        text = """ip monitor link > seen &
sleep 1
ip link add v0 type veth peer name v1
sleep 1
kill $!
grep -c state seen
"""
        self.assertEqual(self.lines(text), ["2"])

    def test_time_is_simulated(self):
        begin = time.monotonic()
        self.lines("sleep 500; timeout 300 ip monitor; python3 -c 'import time; time.sleep(200)'; true")
        self.assertLess(time.monotonic() - begin, 30)
        done = self.sh("ip link set lo up; timeout 2.5 ping 127.0.0.1")
        self.assertEqual((done.stdout.count("icmp_seq"), done.returncode), (3, 124))

    def test_own_commands_of_the_lab(self):
        self.assertIn("2 packets transmitted, 2 received", self.sh(PAIR + "ping -c 2 10.0.0.2").stdout)
        self.assertIn("1 packets transmitted, 1 received",
                      self.sh(PAIR + "ip netns exec a ping -c 1 10.0.0.1").stdout)
        self.assertIn("br0", self.sh("ip link add br0 type bridge; brctl show").stdout)

    def test_sysctl_files(self):
        forward = "/proc/sys/net/ipv4/ip_forward"
        self.assertEqual(self.lines(f"cat {forward}; echo 1 > {forward}; cat {forward}; cd /proc/sys/net/ipv4;"
                                    "cat ip_forward; printf 0 | tee ip_forward; cat ip_forward"),
                         ["0", "1", "1", "00"])
        self.assertNotEqual(self.sh(f"echo x > {forward}").returncode, 0)
        self.assertNotEqual(self.sh("echo 1 > /proc/sys/net/no_such_file").returncode, 0)
        self.assertEqual(self.lines("cat /sys/class/net/lo/mtu; ls /sys/class/net"), ["65536", "lo"])

    def test_what_a_lab_does_not_have(self):
        connect = "import socket; socket.create_connection(('127.0.0.1', 9))"
        done = self.exec("python3", "-c", connect)
        self.assertIn("vethlab: python3: a lab does not have sockets", done.stderr)
        raw = "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"
        self.assertIn("a lab does not have packet sockets", self.exec("python3", "-c", raw).stderr)
        self.assertIn("a lab does not have mounts",
                      self.exec("python3", "-c", "import ctypes; ctypes.CDLL(None).umount2(b'/tmp', 0)").stderr)

    def test_host_tools_in_a_lab(self):
        self.path("lab.sh", PAIR + "ip -V\nping -c 1 10.0.0.2 > /dev/null && echo answered\nip -s link\n")
        own, host = (self.vethlab("run", "--tools", whose, "lab.sh").stdout for whose in ("own", "host"))
        self.assertEqual(own, host)
        self.assertIn("answered", own)


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    os.environ["LC_ALL"] = "C"
    if not shutil.which("ip"):
        print("skipped: not installed: ip")
        sys.exit(77)
    vethlab.main()
