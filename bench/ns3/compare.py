#!/usr/bin/env python3
"""The same chain of bridges in ns-3 and here, in one run, in turns.

    bench/ns3/compare.py [--bridges N] [--frames N] [--repetitions N] [--vethlab PROGRAM]

Builds bench/ns3/chain.cc with the machine's ns-3 (Debian: libns3-dev; make deps-bench installs it). Exit status 77: there is none.
"""
import argparse
import glob
import json
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MODULES = ("bridge", "csma", "network", "stats", "core")
SIZE = 64


def build():
    found = sorted(glob.glob("/usr/include/ns3/core-module.h") +      # Debian
                   glob.glob("/usr/*/include/ns3*/ns3/core-module.h") +
                   glob.glob("/usr/include/ns3*/ns3/core-module.h"))
    if not found:
        print("skipped: no ns-3 on this machine; make deps-bench installs libns3-dev")
        sys.exit(77)
    include = os.path.dirname(os.path.dirname(found[-1]))
    libraries = []
    candidates = [f for d in ("/usr/lib", "/usr/lib/*", "/usr/local/lib")
                  for f in glob.glob(d + "/libns3*.so")]
    for module in MODULES:
        files = sorted(f for f in candidates
                       if re.search(rf"libns3[\d.]*-{module}(-\w+)?\.so$", f))
        if not files:
            sys.exit(f"ns-3's library {module} is missing")
        libraries.append(files[-1])
    program = os.path.join(ROOT, "build", "ns3-chain")
    os.makedirs(os.path.dirname(program), exist_ok=True)
    source = os.path.join(HERE, "chain.cc")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        subprocess.run(["g++", "-std=c++17", "-O2", "-I", include, source, "-o", program, *libraries],
                       check=True)
    return program


def ns3(program, bridges, frames, kind):
    out = subprocess.run([program, str(bridges), str(frames), str(SIZE), kind], check=True,
                         capture_output=True, text=True).stdout.split()
    return float(out[1]) / int(out[0]) * 1e9


def ours(program, bridges):
    out = subprocess.run([program, "bench", "chain", "--bridges", str(bridges), "--on", "sim", "--json",
                          "--repetitions", "3", "--size", str(SIZE)], check=True, capture_output=True,
                         text=True).stdout
    runs = [b["real_time"] for b in json.loads(out)["benchmarks"] if b["name"].endswith("non-IP")]
    return statistics.median(runs)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--bridges", type=int, default=8)
    p.add_argument("--frames", type=int, default=20000)
    p.add_argument("--repetitions", type=int, default=5)
    p.add_argument("--vethlab", default=os.path.join(ROOT, "build/release/vethlab"))
    o = p.parse_args()
    chain = build()
    times = {"ns-3, SimpleNetDevice": [], "ns-3, CsmaNetDevice": [], "vethlab": []}
    for _ in range(o.repetitions):
        times["ns-3, SimpleNetDevice"].append(ns3(chain, o.bridges, o.frames, "simple"))
        times["ns-3, CsmaNetDevice"].append(ns3(chain, o.bridges, o.frames, "csma"))
        times["vethlab"].append(ours(o.vethlab, o.bridges))
    print(f"chain of {o.bridges} bridges, {SIZE}-byte frames, {o.repetitions} repetitions in turns; median of processor time")
    best = statistics.median(times["vethlab"])
    for name, values in times.items():
        ns = statistics.median(values)
        print(f"{name:24} {ns:10.1f} ns/frame {1e9 / ns:12.0f} frames/s {ns / (o.bridges + 1):8.1f} ns/hop"
              + ("" if name == "vethlab" else f"   vethlab: {ns / best:.0f} times as many frames/s"))
    print("ns-3 is Debian's build: logging is compiled in; its optimised build is about 1.8 times as fast.\n"
          "Each of its hops is an event in a queue ordered by time; ours are not, for no time passes.")


if __name__ == "__main__":
    main()
