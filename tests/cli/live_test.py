#!/usr/bin/env python3
"""Every lab of topologies/ and tests/golden, on this machine's own kernel and in the simulator: the same.

A lab is slow because it sleeps: many go at a time. Where the machine was too busy for one of them it runs again,
alone. Skipped (exit status 77) where the machine cannot, or is not the kernel that the recordings are about.
"""
import glob
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
JOBS, TRIES = 6, 5
# Not compared live: what follows from the pace of commands in real time.
LEFT_OUT = {"tc-nested": "overlimits counts how often a shaper was asked in vain",
            "pmtu-life": "the seconds that a learnt MTU has left are cut down to whole ones"}
NEEDED = {"ip", "ping", "arping", "tcpdump"}


def why_not(program):
    done = subprocess.run([program, "doctor", "--json"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        return "vethlab doctor: " + done.stderr.strip()
    found = json.loads(done.stdout)
    for group in ("namespaces", "kernel", "tools"):
        for f in found[group]:
            if not f["ok"] and (f["needed"] or f["name"] in NEEDED):
                return f"{f['name']}: {f['detail']}"
    if found["profile"] != "6.18":
        return f"the kernel is {found['release']}, the recordings are of 6.18"
    return ""


def validate(program, labs, jobs):
    """[(lab, its report)]"""
    done = subprocess.run([program, "validate", "--json", "--jobs", str(jobs), *labs], capture_output=True, text=True)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    if len(reports) != len(labs):
        sys.exit(f"vethlab validate: {done.stderr.strip() or done.stdout}")
    return list(zip(labs, reports))


def main():
    program = os.path.abspath(sys.argv[1])
    if why := why_not(program):
        print("skipped: labs cannot be compared with this machine's kernel:", why)
        return 77
    labs = sorted(glob.glob(os.path.join(ROOT, "topologies", "*.sh"))) + sorted(
        os.path.dirname(f) for f in glob.glob(os.path.join(ROOT, "tests", "golden", "*", "script.sh")))
    for name, why in LEFT_OUT.items():
        labs = [lab for lab in labs if os.path.basename(lab) != name]
        print(f"left out {name}: {why}")
    left = labs
    for attempt in range(TRIES):
        wrong = [(lab, r) for lab, r in validate(program, left, 1 if attempt else JOBS) if r["verdict"] != "same"]
        left = [lab for lab, _ in wrong]
        for lab, r in wrong:
            print(f"{r['verdict']} {os.path.relpath(lab, ROOT)}: {r.get('why') or r['differences'][:1]}", flush=True)
        if not left:
            break
    print(f"{len(labs) - len(left)} of {len(labs)} labs the same")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
