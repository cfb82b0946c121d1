"""Runs the program under test as a user would; shared by the tests beside this file."""
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = ""


class Case(unittest.TestCase):
    """A test in a folder of its own."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="vethlab-test-")
        self.folder = self._folder.name
        self.addCleanup(self._folder.cleanup)

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "wb") as f:
                f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def vethlab(self, *args, stdin=None, timeout=60):
        return subprocess.run([PROGRAM, *args], cwd=self.folder, capture_output=True, text=True,
                              errors="replace", timeout=timeout, input=stdin)

    def run_text(self, text, *options):
        """Runs a script given as text; it is called lab.sh."""
        self.path("lab.sh", text)
        return self.vethlab("run", *options, "lab.sh")


def main():
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
