#!/usr/bin/env python3
"""The command line: options, exit statuses, errors, bad input."""
import json
import os
import random
import signal
import subprocess
import unittest

import vethlab


class CommandLine(vethlab.Case):
    def test_help_and_version(self):
        for args in (["--help"], ["help"], ["help", "run"], ["run", "--help"]):
            done = self.vethlab(*args)
            self.assertEqual((done.returncode, done.stderr), (0, ""), args)
            self.assertIn("usage: vethlab", done.stdout)
        self.assertRegex(self.vethlab("--version").stdout, r"^vethlab \d+\.\d+\.\d+\n$")

    def test_wrong_use_is_status_2(self):
        script = self.path("ok.sh", "true\n")
        for args in ([], ["frobnicate"], ["--frobnicate"], ["run"], ["run", "--frobnicate", script],
                     ["run", "--seed", "x", script], ["run", "--seed", "-1", script],
                     ["run", "--kernel", "2.4", script], ["run", "--on", "mars", script],
                     ["run", "missing.sh"], ["run", "."], ["run", "--pcap", "no/such/dir/x", script],
                     ["help", "frobnicate"]):
            done = self.vethlab(*args)
            self.assertEqual(done.returncode, 2, args)
            self.assertEqual(done.stdout, "", args)
            self.assertRegex(done.stderr, r"^vethlab: ", args)
        self.assertIn("missing.sh", self.vethlab("run", "missing.sh").stderr)

    def test_options_of_validate(self):
        for args in (["--jobs", "0"], ["--jobs", "x"], ["--timeout", "0"], ["--junit", ""], ["--pcap", ""],
                     ["--junit", "no/such/dir/x"]):
            done = self.vethlab("validate", *args, self.path("ok.sh", "true\n"))
            self.assertEqual((done.returncode, done.stdout), (2, ""), args)

    def test_doctor_says_what_is_there_and_what_to_do(self):
        text, found = self.vethlab("doctor"), json.loads(self.vethlab("doctor", "--json").stdout)
        self.assertEqual(text.returncode, 0 if found["ready"] else 1, text.stdout + text.stderr)
        self.assertNotIn("\033", text.stdout)  # this is no terminal
        for group in ("namespaces", "kernel", "tools"):
            for f in found[group]:
                self.assertIn(f["name"], text.stdout)
                self.assertTrue(f["ok"] or f["advice"] or f["detail"], f)
        self.assertEqual(self.vethlab("doctor", "x").returncode, 2)

    def test_status_says_whether_all_succeeded(self):
        self.assertEqual(self.run_text("true\n").returncode, 0)
        self.assertEqual(self.run_text("ip link set nope up\ntrue\n").returncode, 1)
        self.assertEqual(self.run_text("if ip link set nope up; then :; fi\n").returncode, 0)
        self.assertEqual(self.run_text("ip link set nope up || true\n").returncode, 0)
        self.assertEqual(self.run_text("exit 3\n").returncode, 1)

    def test_goes_on_after_a_failure_unless_told(self):
        self.assertIn("after", self.run_text("ip link set nope up\necho after\n").stdout)
        self.assertNotIn("after", self.run_text("set -e\nip link set nope up\necho after\n").stdout)

    def test_script_from_standard_input_with_arguments(self):
        done = self.vethlab("run", "-", "a", "--seed", stdin='echo "$# $1 $2"\n')
        self.assertEqual(done.stdout, "2 a --seed\n")

    def test_echo(self):
        done = self.run_text('x=lo\nip -br link show dev "$x"\n', "--echo")
        self.assertEqual(done.stdout.splitlines()[0], "$ ip -br link show dev lo")

    def test_json_summary(self):
        done = self.run_text("ip link set lo up\nping -c 1 127.0.0.1\nip link set nope up\n", "--json")
        summary = json.loads(done.stdout)
        self.assertEqual(summary["frames"], 2)
        self.assertEqual(summary["commands"], 3)
        self.assertEqual(summary["failed"], 1)
        self.assertGreater(summary["real_seconds"], 0)
        self.assertIn("1 received", done.stderr)

    def test_seed_decides(self):
        script = "ip link add v0 type veth peer name v1\nip -br link\n"
        one, again, other = (self.run_text(script, "--seed", s).stdout for s in ("1", "1", "2"))
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)

    def test_calibrated_clock(self):
        script = """
ip netns add a
ip netns add b
ip netns exec a sysctl -q net.ipv6.conf.all.disable_ipv6=1
ip netns exec b sysctl -q net.ipv6.conf.all.disable_ipv6=1
ip link add x netns a type veth peer name y netns b
ip -n a addr add 10.0.0.1/24 dev x
ip -n b addr add 10.0.0.2/24 dev y
ip -n a link set x up
ip -n b link set y up
ip netns exec a ping -c 1 10.0.0.2 > /dev/null
ip netns exec a ping -c 1 10.0.0.2
trafgen --sink b y > sink &
trafgen a x --dst 02:00:00:00:00:02 --count 1000
kill %1
wait
cat sink
"""
        names = ("packet_send inet_send byte_copied netif_rx backlog_turn bridge_forward bridge_netfilter "
                 "skb_clone ip_rcv ip_forward icmp_reply socket_deliver").split()
        lines = [f"{name} = {0 if name == 'byte_copied' else 100000}" for name in names]
        self.path("slow.profile", "# 100 us each\n" + "\n".join(lines) + "\n")
        done = self.run_text(script, "--clock", "calibrated", "--profile", "slow.profile")
        # To the echo's host: netif_rx, backlog_turn, ip_rcv; icmp_reply; back: netif_rx, backlog_turn,
        # ip_rcv. The stamp is netif_rx's, before the backlog's turn.
        self.assertIn("time=0.600 ms", done.stdout)
        # A frame: packet_send, netif_rx, backlog_turn, the sink's socket_deliver.
        self.assertIn("2500.0 frames/s", done.stdout)
        again = self.run_text(script, "--clock", "calibrated", "--json")
        work = json.loads(again.stdout)["cpu"]
        self.assertEqual(work["packet_send"]["times"], 1000)
        self.assertGreater(work["netif_rx"]["seconds"], 1000 * 100e-9)
        self.assertNotIn("cpu", json.loads(self.run_text(script, "--json").stdout))

        for options, message in (
                (("--clock", "sundial"), "--clock: unknown 'sundial'; there are ideal, calibrated"),
                (("--profile", "slow.profile"), "--profile: only with --clock calibrated"),
                (("--clock", "calibrated", "--record", "d"), "--record: only with --clock ideal"),
                (("--clock", "calibrated", "--on", "kernel"), "--clock: only with --on sim"),
                (("--clock", "calibrated", "--profile", "none"), "none")):
            done = self.run_text("true\n", *options)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn(message, done.stderr)
        for text, message in ((lines[1:], "packet_send is missing"), (lines + ["warp = 9"], "warp"),
                              (lines[1:] + ["packet_send = fast"], "packet_send"),
                              (lines[1:] + ["packet_send = -1"], "packet_send: from 0 to 1000000 ns"),
                              (lines[:3] + ["netif_rx = 0"] + lines[4:], "netif_rx: at least 1 ns")):
            self.path("bad.profile", "\n".join(text) + "\n")
            done = self.run_text("true\n", "--clock", "calibrated", "--profile", "bad.profile")
            self.assertEqual(done.returncode, 2, message)
            self.assertIn(message, done.stderr)

    def test_profiles(self):
        script = "brctl addbr br0\nip netns add ns1\nip link set br0 netns ns1\nethtool -k br0 | grep netns-local\n"
        new, old = self.run_text(script), self.run_text(script, "--kernel", "6.1")
        self.assertIn("Error: The interface netns is immutable.\n", new.stderr)
        self.assertNotIn("netns-local", new.stdout)
        self.assertIn("RTNETLINK answers: Invalid argument\n", old.stderr)
        self.assertIn("netns-local: on [fixed]\n", old.stdout)


class BadInput(vethlab.Case):
    def assert_fails(self, text, message, status=1):
        done = self.run_text(text)
        self.assertEqual(done.returncode, status, text)
        self.assertRegex(done.stderr, message, text)
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def test_unknown_command_names_file_and_line(self):
        self.assert_fails("true\nfrobnicate now\n", r"lab\.sh: 2: frobnicate: not found")

    def test_syntax_error_names_file_and_line(self):
        self.assert_fails("true\nif true; then\n  echo x\n", r"lab\.sh: \d+: Syntax error: ", status=2)
        self.assert_fails("echo 'never closed\n", r"lab\.sh: \d+: Syntax error: ", status=2)
        self.assert_fails("fi\n", r'lab\.sh: 1: Syntax error: "fi" unexpected', status=2)

    def test_constructs_that_are_not_there_are_named(self):
        self.assert_fails("true\na=(1 2)\n", r"lab\.sh: 2: ", status=2)
        self.assert_fails("[[ a = b ]]\n", r"lab\.sh: 1: .*\[\[", status=2)

    def test_what_failed_is_pointed_at(self):
        done = self.assert_fails("true\nip link add aaaabbbbccccdddd type dummy\n",
                                 r"hint: lab\.sh:2: .*ip link add aaaabbbbccccdddd")
        self.assertNotIn("hint", self.vethlab("run", "--no-hints", "lab.sh").stderr)

    def test_names_and_addresses(self):
        self.assert_fails("ip link add name aaaabbbbccccdddd type bridge\n", "not a valid ifname")
        self.assert_fails("ip link add br0 type bridge\nip link add br0 type bridge\n", "File exists")
        self.assert_fails("ip addr add 10.0.0.300/24 dev lo\n", "any valid prefix is expected")
        self.assert_fails("ip link set lo address zz\n", "zz")
        self.assert_fails("ip netns add a\nip netns add a\n", "File exists")
        self.assert_fails("ip link show dev nope\n", 'Device "nope" does not exist')
        self.assert_fails("ip link add x0 type frobnicator\n", "Unknown device type")
        self.assert_fails("ip link set lo frobnicate\n", "frobnicate")

    def test_ten_megabytes_of_noise(self):
        noise = random.Random(7).randbytes(10_000_000)
        done = self.run_text(noise)
        self.assertIn(done.returncode, (1, 2))
        self.assertIn("lab.sh: 1", done.stderr[:2000])
        self.assertNotIn("Sanitizer", done.stderr)

    def test_no_program_of_the_host_runs(self):
        self.assert_fails("touch here\n", "touch: not found")
        self.assert_fails("/usr/bin/python3 -c 1\n", "not found")

    def test_a_loop_of_bridges_does_not_hang(self):
        script = ("ip link add name a type bridge\nip link add name b type bridge\n"
                  "for i in 1 2; do ip link add x$i type veth peer name y$i\n"
                  "ip link set dev x$i master a up\nip link set dev y$i master b up\ndone\n"
                  "ip link set dev a up\nip link set dev b up\nip addr add 10.0.0.1/24 dev a\n"
                  "ping -c 1 -W 1 10.0.0.2 > /dev/null || echo over\n")
        done = self.run_text(script)
        self.assertEqual((done.returncode, done.stdout), (0, "over\n"), done.stderr)

    def test_a_script_without_end(self):
        done = self.vethlab("run", "/dev/zero")
        self.assertEqual((done.returncode, done.stderr), (2, "vethlab: /dev/zero: File too large\n"))

    def test_sleep_infinity_ends_when_nothing_can_happen(self):
        # What waits in the background is no reason to go on, what sends is.
        done = self.run_text("ip link set lo up\nip link add br0 type bridge\nip link set br0 up\n"
                             "(sleep 7200; echo two hours) &\ntcpdump -i lo > t 2>&1 &\nsleep infinity\necho no\n")
        self.assertEqual((done.returncode, done.stdout), (1, "two hours\n"))
        self.assertIn("hint: what waits for ever ends here as with Ctrl-C", done.stderr)

    def test_a_signal_costs_no_capture(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.path("lab.sh", "ip link set lo up\nping -i 0.01 127.0.0.1\n")
            lab = subprocess.Popen([vethlab.PROGRAM, "run", "--pcap", "all.pcapng", "lab.sh"], cwd=self.folder,
                                   stdout=subprocess.PIPE)
            lab.stdout.readline()
            lab.send_signal(number)
            lab.stdout.read()
            lab.stdout.close()
            self.assertEqual(lab.wait(20), 1)
            self.assertGreater(os.path.getsize(self.path("all.pcapng")), 100)

    def test_timeout(self):
        done = self.run_text("timeout 2 sleep 9; echo $?\ntimeout -s KILL 2 sleep 9; echo $?\n"
                             "timeout --preserve-status -k 1 2 sleep 9; echo $?\ntimeout 2 sleep 1; echo $?\n"
                             "timeout 1 nosuch; echo $?\ntimeout x true; echo $?\ntimeout 0 false; echo $?\n",
                             "--no-hints")
        self.assertEqual(done.stdout.split(), "124 137 143 0 127 125 1".split(), done.stderr)
        self.assertEqual(done.stderr, "timeout: failed to run command 'nosuch': No such file or directory\n"
                         "timeout: invalid time interval 'x'\nTry 'timeout --help' for more information.\n")

    def test_waiting_for_ever_is_an_error(self):
        self.assertEqual(self.run_text("ip link set lo up\ntcpdump -c 1 -i lo\n").returncode, 1)


if __name__ == "__main__":
    vethlab.main()
