#!/usr/bin/env python3
"""The labs that users start from: they work, and the same seed gives the same bytes."""
import os

import vethlab

TOPOLOGIES = os.path.join(vethlab.ROOT, "topologies")


class Topologies(vethlab.Case):
    def lab(self, name, *options, args=()):
        return self.vethlab("run", *options, os.path.join(TOPOLOGIES, name), *args)

    def test_each_succeeds(self):
        names = sorted(n for n in os.listdir(TOPOLOGIES) if n.endswith(".sh"))
        self.assertGreaterEqual(len(names), 5)
        for name in names:
            done = self.lab(name)
            expected = 1 if name == "immutable.sh" else 0
            self.assertEqual(done.returncode, expected, name + "\n" + done.stdout + done.stderr)

    def test_bridge(self):
        out = self.lab("bridge.sh").stdout
        self.assertEqual(out.count("0% packet loss"), 2)
        self.assertIn("br-test\t\t8000.", out)
        self.assertIn("master br-test", out)

    def test_immutable_in_both_profiles(self):
        self.assertIn("Error: The interface netns is immutable.", self.lab("immutable.sh").stderr)
        self.assertIn("RTNETLINK answers: Invalid argument",
                      self.lab("immutable.sh", "--kernel", "6.1").stderr)

    def test_star_takes_its_size(self):
        self.assertEqual(self.lab("star.sh", args=["25"]).stdout, "25 of 25 answered\n")

    def test_same_seed_same_bytes(self):
        for name in sorted(n for n in os.listdir(TOPOLOGIES) if n.endswith(".sh")):
            files = []
            for run in "ab":
                path = self.path(f"{run}.pcapng")
                self.lab(name, "--pcap", path, "--seed", "42")
                with open(path, "rb") as f:
                    files.append(f.read())
            self.assertGreater(len(files[0]), 80 if name == "immutable.sh" else 1000, name)
            self.assertEqual(files[0], files[1], name)


if __name__ == "__main__":
    vethlab.main()
