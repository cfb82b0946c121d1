#!/usr/bin/env python3
"""The lower left corner of the square: every recorded lab on the simulated kernel, with the distribution's
own ip, bridge and tc. Output, frames, counters and final state must be those of the recording.

Skipped (exit status 77) where the programs are missing, or another version than the recordings'.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ["ip", "bridge", "tc"]
VERSION = "iproute2-6.1"


def missing():
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    gone = [t for t in TOOLS if not shutil.which(t)]
    if gone:
        return "not installed: " + " ".join(gone)
    version = subprocess.run(["ip", "-V"], capture_output=True, text=True).stdout.strip()
    return "" if VERSION in version else f"the recordings are of {VERSION}, here is: {version}"


def main():
    why = missing()
    if why:
        print("skipped:", why)
        return 77
    run = os.path.join(HERE, "..", "golden", "run.py")
    return subprocess.run([sys.executable, "-B", run, sys.argv[1], "--tools", "host"]).returncode


if __name__ == "__main__":
    sys.exit(main())
