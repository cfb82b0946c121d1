#!/usr/bin/env python3
"""Captures as Wireshark reads them."""
import json
import os
import shutil
import subprocess
import sys
import unittest

import vethlab

LAB = """
ip netns add h1
ip netns add h2
ip link add br0 type bridge mcast_snooping 0
ip link set br0 up
for i in 1 2; do
    ip link add p$i type veth peer name eth0 netns h$i
    ip link set p$i master br0 up
    ip -n h$i addr add 10.0.0.$i/24 dev eth0
    ip -n h$i link set eth0 up
done
"""


class Capture(vethlab.Case):
    def tshark(self, file, *fields):
        args = ["tshark", "-n", "-r", file, "-T", "fields"]
        for f in fields:
            args += ["-e", f]
        done = subprocess.run(args, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def test_one_frame_has_one_packet_id_on_every_device(self):
        done = self.run_text(LAB + "ip netns exec h1 ping -c 1 10.0.0.2\n", "--pcap", "all.pcapng")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.tshark(self.path("all.pcapng"), "frame.interface_name",
                           "frame.interface_description", "frame.packet_id", "frame.packet_flags_direction",
                           "_ws.col.Info")
        echo = [r for r in rows if "request  id" in r[4]]
        self.assertEqual([r[0] for r in echo], ["eth0", "p1", "p2", "eth0"])
        self.assertEqual([r[1] for r in echo], ["h1", "-", "-", "h2"])
        self.assertEqual(len({r[2] for r in echo}), 1, echo)
        out, received = "0x00000002", "0x00000001"
        self.assertEqual([int(r[3], 0) for r in echo], [int(d, 0) for d in (out, received, out, received)])

    def test_every_device_has_an_interface_block(self):
        self.run_text(LAB, "--pcap", "all.pcapng")
        done = subprocess.run(["capinfos", "-M", self.path("all.pcapng")], capture_output=True, text=True)
        if done.returncode == 0:
            self.assertIn("Number of interfaces in file: 8", done.stdout)  # 3 lo, br0, 2 pairs

    def test_times_are_simulated_nanoseconds(self):
        self.run_text("ip link set lo up\nping -c 2 -i 0.5 127.0.0.1\n", "--pcap", "all.pcapng")
        times = [float(r[0]) for r in self.tshark(self.path("all.pcapng"), "frame.time_relative")]
        self.assertEqual(len(times), 8)
        self.assertAlmostEqual(times[-1], 0.5, places=2)

    def test_a_signal_ends_a_command_as_it_would_a_real_one(self):
        done = self.run_text("ip link set lo up\n"
                             "sleep 9 & kill $!; wait $!; echo $?\n"
                             "ping 127.0.0.1 > p & sleep 1; kill $!; wait $!; echo $?; grep -c statistics p\n"
                             "ping 127.0.0.1 > p & sleep 1; kill -INT $!; wait $!; echo $?; grep -c statistics p\n"
                             "f() { sleep 9; echo no; }; f & kill $!; wait $!; echo $?\n", "--no-hints")
        self.assertEqual(done.stdout.split(), "143 143 0 0 1 143".split(), done.stderr)

    def test_tcpdump_writes_a_file(self):
        done = self.run_text("ip link set lo up\ntcpdump -i lo -c 2 -w lo.pcap &\nping -c 1 127.0.0.1\nwait\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.tshark(self.path("lo.pcap"), "_ws.col.Info")
        self.assertEqual(len(rows), 2)
        self.assertIn("Echo (ping) request", rows[0][0])

    def test_a_file_that_the_lab_removed_is_not_written(self):
        done = self.run_text("ip link set lo up\ntcpdump -i lo -c 1 -w lo.pcap &\nping -c 1 127.0.0.1\nwait\n"
                             "tcpdump -r lo.pcap | wc -l\nrm lo.pcap\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists(self.path("lo.pcap")))

    def test_a_file_that_cannot_be_written_costs_no_other_result(self):
        done = self.run_text("ip link set lo up\ntcpdump -i lo -c 1 -w none/lo.pcap &\nping -c 1 127.0.0.1\nwait\n",
                             "--pcap", "all.pcapng")
        self.assertEqual(done.returncode, 2)
        self.assertIn("none/lo.pcap: No such file or directory", done.stderr)
        self.assertEqual(len(self.tshark(self.path("all.pcapng"), "frame.number")), 4)

    def test_a_script_cannot_write_elsewhere(self):
        done = self.run_text("ip link set lo up\ntcpdump -i lo -c 1 -w ../x.pcap &\nping -c 1 127.0.0.1\nwait\n")
        self.assertIn("not written", done.stderr)


if __name__ == "__main__":
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        sys.exit(77)
    vethlab.main()
