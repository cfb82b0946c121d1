#!/usr/bin/env python3
"""Runs every recorded failing command in the simulator and compares its output, its errors and its exit status.

error_cases_test.py VETHLAB [WORD...]   all cases, or those whose command contains the words (with every difference)
    --update     take the cases that are equal now off not-yet-equal.tsv
    --kernel     run them on this machine's kernel with its tools instead (needs root): are the cases themselves right?

See README.md. Fails if a case differs that is not on the list, or if one on the list is equal.
"""
import argparse
import concurrent.futures
import csv
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "square")]
import normalise
import square

LIST = os.path.join(HERE, "not-yet-equal.tsv")
SECONDS = 60                    # for one case


def read_table(path):
    with open(path) as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def cases():
    return [row for name in ("l2.tsv", "l3.tsv") for row in read_table(os.path.join(HERE, name))]


def key(case):
    return case["lab"], case["before"], case["command"]


def lines_of(field):
    """A field has \\n and \\t for what would break the table."""
    return field.replace("\\t", "\t").split("\\n") if field else []


def wanted(case):
    end = [f"[exit {case['exit']}]"] if case["exit"] != "0" else []
    lines = lines_of(case["stdout"]) + ["! " + l for l in lines_of(case["stderr"])]
    return normalise.norm_output(case["command"], lines) + end


def script(case):
    with open(os.path.join(HERE, "labs", case["lab"] + ".sh")) as f:
        lab = f.read()
    before = case["before"].split(" ;; ") if case["before"] else []
    return lab + "".join(line + "\n" for line in [*before, case["command"]])


def in_simulator(vethlab, case):
    with tempfile.TemporaryDirectory(prefix="vethlab-errors-") as out:
        path = os.path.join(out, "case.sh")
        with open(path, "w") as f:
            f.write(script(case))
        done = subprocess.run([vethlab, "run", "--record", out, path], cwd=out, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=SECONDS)
        if done.returncode not in (0, 1):
            return [f"vethlab: exit status {done.returncode}: {done.stderr.decode(errors='replace')[-500:].strip()}"]
        with open(os.path.join(out, "expect.txt")) as f:
            return normalise.parse_expect(f.read())[-1][1]


def on_kernel(bin_dir, case):
    return square.run(script(case), bin_dir, min(os.sched_getaffinity(0)))[-1][1]


def update_list(equal):
    with open(LIST) as f:
        head, *lines = f.read().splitlines()
    with open(LIST, "w") as f:
        f.writelines(l + "\n" for l in [head] + [l for l in lines if tuple(l.split("\t")[:3]) not in equal])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("vethlab")
    ap.add_argument("words", nargs="*")
    ap.add_argument("--update", action="store_true")
    ap.add_argument("--kernel", action="store_true")
    args = ap.parse_args()
    chosen = [c for c in cases() if " ".join(args.words) in c["command"]]
    listed = {key(row) for row in read_table(LIST)}
    with tempfile.TemporaryDirectory(prefix="vethlab-errors-") as top:
        theirs, _ = square.make_bin_dirs(top, "", [])
        vethlab = os.path.abspath(args.vethlab)
        run = (lambda c: on_kernel(theirs, c)) if args.kernel else (lambda c: in_simulator(vethlab, c))
        with concurrent.futures.ThreadPoolExecutor(1 if args.kernel else 2) as pool:
            results = list(pool.map(run, chosen))
    equal, problems = set(), []
    for case, got in zip(chosen, results):
        want = wanted(case)
        if got == want:
            equal.add(key(case))
            if key(case) in listed and not args.update and not args.kernel:
                problems.append(f"equal now, take it off the list (--update does): {case['command']}")
            continue
        if key(case) not in listed:
            problems.append(f"differs: {case['command']}")
        if key(case) not in listed or args.words or args.kernel:
            print(f"{case['lab']}: $ {' ;; '.join(filter(None, [case['before'], case['command']]))}")
            print("".join(f"  - {l}\n" for l in want) + "".join(f"  + {l}\n" for l in got), end="")
    print(f"{len(equal)} of {len(chosen)} cases the same; {len(listed)} on the list")
    if args.update:
        update_list(equal)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
