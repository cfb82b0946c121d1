#!/usr/bin/env python3
"""Did it become faster? Two files of `make bench` or `vethlab bench --json`, before and after.

    bench/compare.py OLD.json NEW.json

For each benchmark of both: medians, the change, and whether the repetitions of the two overlap ("~": they do, so the change may be
chance). Google Benchmark's own tools/compare.py reads the same files and has a rank test.
"""
import json
import statistics
import sys


def times(path):
    with open(path) as f:
        data = json.load(f)
    for warning in data["context"].get("warnings", []):
        print(f"{path}: warning: {warning}")
    unit = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    found = {}
    for b in data["benchmarks"]:
        if b.get("run_type", "iteration") == "iteration" and "error_message" not in b:
            found.setdefault(b["name"], []).append(b["cpu_time"] * unit[b["time_unit"]])
    return found


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    old, new = times(sys.argv[1]), times(sys.argv[2])
    width = max([len(n) for n in old if n in new], default=10)
    for name in (n for n in old if n in new):
        before, after = statistics.median(old[name]), statistics.median(new[name])
        overlap = min(old[name]) <= max(new[name]) and min(new[name]) <= max(old[name])
        print(f"{name:{width}}  {before:12.1f} ns -> {after:12.1f} ns  {(after / before - 1) * 100:+7.1f} %{'  ~' if overlap else ''}")
    for name in sorted(set(old) ^ set(new)):
        print(f"{name:{width}}  only in {sys.argv[1] if name in old else sys.argv[2]}")


if __name__ == "__main__":
    main()
