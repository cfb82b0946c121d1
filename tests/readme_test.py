#!/usr/bin/env python3
"""Every block of commands in the README works.

A `sh` block is run as it stands and must succeed. In a `console` block each `$ command` must print
the lines below it (stdout and stderr together; its exit status is of no account). Blocks run in the
order of the page, in the tree, as the reader would type them.
"""
import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def blocks():
    with open(os.path.join(ROOT, "README.md")) as f:
        return re.findall(r"^```(\w+)\n(.*?)^```$", f.read(), re.M | re.S)


def shell(text):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["sh", "-e", "-c", text], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, timeout=500, env=env)
    return done.returncode, done.stdout


class Readme(unittest.TestCase):
    def test_blocks(self):
        found = blocks()
        self.assertGreater(len([b for b in found if b[0] == "sh"]), 1)
        self.assertGreater(len([b for b in found if b[0] == "console"]), 1)
        for kind, text in found:
            if kind == "sh" and "make test" not in text:    # this is `make test`
                status, out = shell(text)
                self.assertEqual(status, 0, text + "\n" + out)
            if kind == "console":
                for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.M):
                    self.assertEqual(shell(command)[1], expected, command)


if __name__ == "__main__":
    sys.argv.pop(1)
    unittest.main()
