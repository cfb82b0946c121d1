#!/usr/bin/env python3
"""Some recorded labs with our tools in place of the distribution's, on the machine's own kernel.

Skipped (exit status 77) where that cannot be: no root, no namespaces, or the distribution's tools are missing.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LABS = ["abbreviations", "bridge-brctl", "bridge-details", "bridge-fdb-static", "err-ip-link", "err-netns",
        "ifconfig-forms", "route-select", "veth-json", "seed-exec-forms"]
TOOLS = ["ip", "bridge", "brctl", "ethtool", "ifconfig", "ping", "arping", "sysctl"]


def missing():
    if os.geteuid() != 0:
        return "not root"
    gone = [t for t in TOOLS if not shutil.which(t)]
    if gone:
        return "not installed: " + " ".join(gone)
    probe = "mount -t tmpfs t /run && ip link add v0 type veth peer name v1 && ip link add br0 type bridge"
    done = subprocess.run(["unshare", "--net", "--mount", "sh", "-c", probe], capture_output=True, text=True)
    return "" if done.returncode == 0 else "no veth, bridge or namespaces here: " + done.stderr.strip()


def main():
    why = missing()
    if why:
        print("skipped:", why)
        return 77
    labs = [os.path.join(HERE, "..", "golden", lab) for lab in LABS]
    done = subprocess.run([sys.executable, "-B", os.path.join(HERE, "square.py"), sys.argv[1], *labs], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=220)
    print(done.stdout[-8000:])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
