#!/usr/bin/env python3
"""The table for bench/README.md, from a run on this machine.

    bench/table.py [--vethlab PROGRAM] [--without-ns3]
"""
import argparse
import json
import os
import platform
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
WORKLOADS = (("veth", []), ("chain", ["--bridges", "8"]), ("chain", ["--bridges", "32"]), ("flood", ["--ports", "16"]),
             ("route", ["--hops", "4"]), ("star", ["--namespaces", "100"]), ("setup", ["--namespaces", "200"]))
OTHER_JOB = "XDP redirect"


def figures(program, words):
    done = subprocess.run([program, "bench", *words, "--json"], check=True, capture_output=True, text=True)
    data = json.loads(done.stdout)
    found = {}
    for b in data["benchmarks"]:
        if b["delivered"] == b["expected"]:
            _, _, side, *rest = b["name"].split("/")
            found.setdefault((side, rest[0], "/".join(rest[1:])), []).append(b["real_time"])
    return {k: statistics.median(v) for k, v in found.items()}, data["context"]["warnings"]


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--vethlab", default=os.path.join(ROOT, "build/release/vethlab"))
    p.add_argument("--without-ns3", action="store_true")
    o = p.parse_args()
    print(f"Linux {platform.release()}, {platform.machine()}\n")
    print("| workload | frames | simulator, ns | kernel, ns | by | times as fast |\n| --- | --- | ---: | ---: | --- | ---: |")
    warnings = set()
    for name, words in WORKLOADS:
        found, said = figures(o.vethlab, [name, *words])
        warnings.update(said)
        for (side, method, what), ours in found.items():
            if side != "sim":
                continue
            theirs = [(ns, m) for (s, m, w), ns in found.items() if s == "kernel" and w == what and m != OTHER_JOB]
            best, by = min(theirs, default=(None, "-"))
            label = f"{name} {words[-1] if words else ''}".strip() + (" (script)" if method == "script" else "")
            print(f"| {label} | {what} | {ours:.0f} | {f'{best:.0f}' if best else '-'} | {by} | {f'{best / ours:.1f}' if best else '-'} |")
    print()
    for w in sorted(warnings):
        print("warning:", w)
    if not o.without_ns3:
        subprocess.run([os.path.join(HERE, "ns3", "compare.py"), "--vethlab", o.vethlab])


if __name__ == "__main__":
    main()
