#!/usr/bin/env python3
"""vethlab bench, trafgen, and captures at speed."""
import json
import os
import re
import signal
import struct
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree

import vethlab

PAIR = """
sysctl -q net.ipv6.conf.all.disable_ipv6=1
ip link add va type veth peer name vb
ip link set va up
ip link set vb up
"""
TO = "02:00:00:00:00:01"


class Trafgen(vethlab.Case):
    def counted(self, sender, sink="--quiet"):
        done = self.run_text(PAIR + f"trafgen --sink - vb {sink} &\ntrafgen - va {sender}\nkill %1\nwait\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def test_what_is_sent_arrives(self):
        self.assertEqual(self.counted(f"--dst {TO} --count 1000 --size 100"),
                         ["sent 1000 frames, 100000 bytes", "received 1000 frames, 100000 bytes"])

    def test_constant_rate_is_exact(self):
        lines = self.counted(f"--dst {TO} --count 1001 --rate 10k", sink="")
        self.assertIn("first at 0.000000000, last at 0.100000000, 10000.0 frames/s", lines[1])

    def test_on_and_off(self):
        # 10 frames in each 10 ms, 90 ms of silence
        lines = self.counted(f"--dst {TO} --count 25 --rate 1k --model onoff --on 10ms --off 90ms", sink="")
        self.assertIn("last at 0.204000000", lines[1])

    def test_poisson_comes_from_the_seed_and_has_the_rate(self):
        def last(seed):
            line = self.counted(f"--dst {TO} --count 20k --rate 10k --model poisson --seed {seed}", sink="")[1]
            return float(re.search(r"last at ([\d.]+)", line)[1])
        self.assertEqual(last(1), last(1))
        self.assertNotEqual(last(1), last(2))
        self.assertAlmostEqual(last(3), 2.0, delta=0.06)  # four standard deviations

    def test_flows_have_addresses_of_their_own(self):
        done = self.run_text(PAIR + "ip link add br0 type bridge\nip link set br0 up\nip link set vb master br0\n"
                             f"trafgen - va --dst {TO} --src 02:00:00:00:01:00 --flows 7 --count 70 > /dev/null\n"
                             "bridge fdb show br br0 | grep -c 02:00:00:00:01\n")
        self.assertEqual(done.stdout, "7\n", done.stderr)

    def test_udp_finds_its_neighbour(self):
        done = self.run_text("""
ip netns add h
ip link add va type veth peer name eth0 netns h
ip addr add 10.0.0.1/24 dev va
ip link set va up
ip -n h addr add 10.0.0.2/24 dev eth0
ip -n h link set eth0 up
trafgen --sink h eth0 --count 5 --quiet &
trafgen - va --dst 10.0.0.2 --dport 4000 --count 5
wait
trafgen - va --dst 10.0.0.9
""")
        self.assertEqual(sorted(done.stdout.splitlines()), ["received 5 frames, 320 bytes", "sent 5 frames, 320 bytes"])
        self.assertIn("trafgen: 10.0.0.9: No route to host\n", done.stderr)

    def test_what_is_wrong_is_named(self):
        for words, sentence in [("- va", "--dst is missing"),
                                ("- nodev --dst 02:00:00:00:00:01", "nodev: No such device"),
                                (f"- va --dst {TO} --rate 0", "--rate: '0' is not valid"),
                                (f"- va --dst {TO} --size 20", "--size: at least 22 bytes"),
                                (f"- va --dst {TO} --model poisson", "--model: needs a --rate"),
                                (f"- va --dst {TO} --fast 1", "unknown option '--fast'"),
                                (f"- va --dst {TO} --type udp", "--type udp: --dst has no IP address")]:
            done = self.run_text(PAIR + f"trafgen {words}\n")
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)
            self.assertIn("trafgen: " + sentence + "\n", done.stderr)

    def test_a_device_that_goes_down_ends_it(self):
        done = self.run_text(PAIR + f"trafgen - va --dst {TO} --rate 10 --count 100 &\nsleep 1.05\nip link set va down\nwait\n")
        self.assertEqual(done.stdout, "sent 11 frames, 704 bytes\n")
        self.assertIn("trafgen: va: Network is down\n", done.stderr)


class Filters(vethlab.Case):
    LAB = PAIR + f"trafgen - va --dst {TO} --count 300 > /dev/null\n"

    def test_a_filter_decides_what_is_kept(self):
        # The number of the frame stands behind pktgen's magic.
        done = self.run_text(self.LAB, "--pcap", "some.pcapng", "--filter", "ether[18:4] < 10")
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = subprocess.run(["tshark", "-n", "-r", self.path("some.pcapng"), "-T", "fields", "-e", "frame.number"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(len(seen.stdout.split()), 20)  # on both ends

    def test_a_wrong_filter_is_wrong_use(self):
        done = self.run_text(self.LAB, "--pcap", "f", "--filter", "no such")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--filter: ", done.stderr)
        self.assertEqual(self.run_text(self.LAB, "--filter", "arp").returncode, 2)

    def test_tcpdump_knows_the_whole_language(self):
        done = self.run_text(PAIR + "tcpdump -n -i vb -w - 'len = 100 and ether[18:4] & 1 = 1' > f 2> summary &\nsleep 1\n"
                             f"trafgen - va --dst {TO} --count 10 --size 100 > /dev/null\n"
                             f"trafgen - va --dst {TO} --count 10 --size 101 > /dev/null\nsleep 1\nkill %1\nwait\ncat summary\n")
        self.assertIn("5 packets captured\n", done.stdout + done.stderr)


class Captures(vethlab.Case):
    LAB = PAIR + f"trafgen - va --dst {TO} --count %s\n"

    def numbers(self, name):
        """Of each frame in the file, in its order; that the file is whole is seen on the way."""
        with open(self.path(name), "rb") as f:
            data = f.read()
        at, numbers = 0, []
        while at < len(data):
            kind, length = struct.unpack_from("=II", data, at)
            self.assertEqual(struct.unpack_from("=I", data, at + length - 4)[0], length)
            if kind == 6:  # an enhanced packet: the frame is at 28, its number behind pktgen's magic
                numbers.append(struct.unpack_from(">I", data, at + 28 + 18)[0])
            at += length
        self.assertEqual(at, len(data))
        return numbers

    def test_a_large_one_is_whole_and_in_order(self):
        self.path("all.pcapng", bytes(50 << 20))  # a larger one is there
        done = self.run_text(self.LAB % "50k --size 100", "--pcap", "all.pcapng")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.numbers("all.pcapng"), [n for n in range(50000) for end in "ab"])

    def test_ctrl_c_costs_nothing_of_it(self):
        self.path("lab.sh", self.LAB % "1G")
        lab = subprocess.Popen([vethlab.PROGRAM, "run", "--no-hints", "--pcap", "all.pcapng", "lab.sh"],
                               cwd=self.folder, stdout=subprocess.PIPE, text=True)
        name = self.path("all.pcapng")
        while lab.poll() is None and not (os.path.exists(name) and os.path.getsize(name) > 4 << 20):
            time.sleep(0.01)
        lab.send_signal(signal.SIGINT)
        said = lab.communicate(timeout=60)[0]
        self.assertEqual(lab.returncode, 1)
        sent = int(re.match(r"sent (\d+) frames", said)[1])
        self.assertEqual(len(self.numbers("all.pcapng")), 2 * sent)

    def test_a_full_disk_is_said_at_the_end(self):
        for frames in ("10", "50k"):
            done = self.run_text(self.LAB % frames, "--pcap", "/dev/full")
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr, "vethlab: /dev/full: cannot be written\n")
            self.assertIn("sent ", done.stdout)


class Bench(vethlab.Case):
    QUICK = ("--on", "sim", "--repetitions", "2", "--milliseconds", "1")

    def test_every_workload_runs(self):
        for words in (["veth"], ["chain", "--bridges", "3"], ["flood", "--ports", "5"], ["route", "--hops", "2"],
                      ["star", "--namespaces", "4"], ["setup", "--namespaces", "20"]):
            done = self.vethlab("bench", *words, *self.QUICK)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("none:", done.stdout)
            self.assertNotIn("lossy:", done.stdout)

    def test_json_is_google_benchmarks(self):
        done = self.vethlab("bench", "chain", "--bridges", "2", "--json", *self.QUICK)
        runs = json.loads(done.stdout)["benchmarks"]
        self.assertEqual({r["name"] for r in runs}, {"chain/2/sim/dev_queue_xmit/" + what for what in
                         ("non-IP", "IP, bridge-nf on", "IP, bridge-nf off")})
        for r in runs:
            self.assertGreater(r["real_time"], 0)
            self.assertEqual((r["run_type"], r["time_unit"], r["delivered"]), ("iteration", "ns", r["expected"]))

    def test_the_drawing_is_xml_and_the_chain_has_a_slope(self):
        done = self.vethlab("bench", "chain", "--svg", "chain.svg", *self.QUICK)
        self.assertIn("per bridge and its link", done.stdout)
        root = xml.etree.ElementTree.parse(self.path("chain.svg")).getroot()
        texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("ns per frame", texts)
        self.assertIn("bridges", texts)

    def test_both_sides_where_the_machine_allows(self):
        done = self.vethlab("bench", "flood", "--ports", "2", "--repetitions", "1", "--milliseconds", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"kernel|no kernel side")

    def test_calibration_and_prediction(self):
        quick = ("--repetitions", "2", "--milliseconds", "2")
        done = self.vethlab("calibrate", *quick, "a.profile")
        if done.returncode == 2 and "namespace" in done.stderr:
            self.skipTest("no network namespaces here: " + done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("a.profile")) as f:
            text = f.read()
        costs = dict(re.findall(r"^(\w+) = ([\d.]+)$", text, re.M))
        self.assertEqual(len(costs), 12)
        self.assertGreater(float(costs["netif_rx"]) + float(costs["bridge_forward"]), 10)
        self.assertRegex(text, r"# chain +24 +packet socket")
        self.assertEqual(self.run_text("true\n", "--clock", "calibrated", "--profile", "a.profile").returncode, 0)
        done = self.vethlab("bench", "--predict", "--profile", "a.profile", *quick)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(re.findall(r"^(?:chain|flood|route) +\d+ .* [+-]\d+\.\d%$", done.stdout, re.M)), 13,
                         done.stdout)

    def test_wrong_use(self):
        for words in (["bench"], ["bench", "tree"], ["bench", "veth", "--ports", "3"], ["bench", "flood", "--ports", "0"],
                      ["bench", "veth", "--on", "mars"], ["bench", "veth", "--predict"],
                      ["bench", "--predict", "--on", "sim"], ["bench", "veth", "--profile", "f"],
                      ["calibrate", "a", "b"], ["calibrate", "--repetitions", "0"]):
            self.assertEqual(self.vethlab(*words).returncode, 2, words)


if __name__ == "__main__":
    vethlab.main()
