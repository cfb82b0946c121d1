#!/usr/bin/env python3
"""Run every recorded lab in the simulator and compare commands, frames, counters and state.

run.py VETHLAB [NAME...]     all labs, or those named (with every difference)
    --tools host             with this machine's ip, bridge and tc in place of ours
    --labs DIR               those of another directory: tests/fuzz_found
    --update                 take labs that are equal now off not-yet-equal.txt

Fails if a lab differs that is not on the list, or if one on the list is equal: the list only shrinks.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import time

import compare

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = os.path.join(HERE, "not-yet-equal.txt")
SECONDS = 60                    # for one lab; simulated time is not real time


def recorded(labs):
    return sorted(n for n in os.listdir(labs) if os.path.exists(os.path.join(labs, n, "expect.txt")))


def read_list():
    with open(LIST) as f:
        return [line.strip() for line in f if line.strip() and not line.startswith("#")]


def update_list(keep):
    with open(LIST) as f:
        lines = f.readlines()
    with open(LIST, "w") as f:
        f.writelines(l for l in lines if l.startswith("#") or l.strip() in keep)


def run(vethlab, case, options=()):
    """-> (score, differences, how the program failed or '', seconds)"""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vethlab-golden-") as out:
        try:
            done = subprocess.run([vethlab, "run", *options, "--record", out, os.path.join(case, "script.sh")],
                                  cwd=out, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, timeout=SECONDS)
            trouble = "" if done.returncode in (0, 1) else (
                f"exit status {done.returncode}: " + done.stderr.decode(errors="replace")[-2000:].strip())
        except subprocess.TimeoutExpired:
            trouble = f"not finished after {SECONDS} s"
        score, differences = compare.compare(case, out)
    return score, differences, trouble, time.monotonic() - begin


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("vethlab")
    ap.add_argument("names", nargs="*")
    ap.add_argument("--tools", choices=["own", "host"], default="own")
    ap.add_argument("--labs", default=HERE)
    ap.add_argument("--update", action="store_true")
    args = ap.parse_args()
    vethlab, options = os.path.abspath(args.vethlab), ["--tools", args.tools]

    labs = os.path.abspath(args.labs)
    known = recorded(labs)
    names, listed = args.names or known, read_list() if labs == HERE else []
    unknown = [n for n in names + listed if n not in known]
    if unknown:
        sys.exit(f"no such lab: {' '.join(unknown)}")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = dict(zip(names, pool.map(lambda n: run(vethlab, os.path.join(labs, n), options), names)))

    problems, equal = [], []
    total = {k: (0, 0) for k in compare.KINDS}
    for name, (score, differences, trouble, seconds) in results.items():
        same = not trouble and all(e == t for e, t in score.values())
        total = {k: (total[k][0] + score[k][0], total[k][1] + score[k][1]) for k in compare.KINDS}
        note = "  (on the list)" if name in listed else ""
        print(f"{'same  ' if same else 'differ'} {name:<24} {compare.fmt(score)}  {seconds:.2f} s{note}")
        if same:
            equal.append(name)
        elif args.names or name not in listed:
            print("\n".join("    " + l for l in ([trouble] if trouble else []) + differences))
        if same and name in listed and not args.update:
            problems.append(f"{name} is equal now: remove it from the list (run.py --update does)")
        if not same and name not in listed:
            problems.append(f"{name} differs")
    print(f"{len(equal)} of {len(names)} labs the same; {compare.fmt(total)}; "
          f"{len(listed)} on the list")
    if args.update:
        update_list(set(listed) - set(equal))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
