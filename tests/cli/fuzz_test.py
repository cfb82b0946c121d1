#!/usr/bin/env python3
"""`vethlab fuzz`: the same labs for the same seed, and a short run that finds nothing.

fuzz_test.py VETHLAB. Exit status 77 where labs cannot run on the kernel.
"""
import glob
import subprocess
import sys
import tempfile


def run(*args):
    return subprocess.run([sys.argv[1], "fuzz", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check(what, good):
    print(("ok   " if good else "FAIL ") + what)
    if not good:
        sys.exit(1)


def main():
    labs = [run("--seed", "5", "--print", str(k)).stdout for k in range(40)]
    check("a lab follows from seed and number", labs == [run("--seed", "5", "--print", str(k)).stdout for k in range(40)])
    check("and differs from others", len(set(labs)) == len(labs) and run("--seed", "6", "--print", "0").stdout != labs[0])
    check("each is some commands", all(lab.count("\n") > 15 for lab in labs))
    wrong = run("--jobs", "0")
    check("wrong use has status 2", wrong.returncode == 2 and "--jobs" in wrong.stderr)
    with tempfile.TemporaryDirectory(prefix="vethlab-fuzz-") as out:
        done = run("--seed", "1", "--labs", "100", "--seconds", "20", "--jobs", "2", "--out", out)
        if done.returncode == 2:
            print("skipped: " + done.stderr.strip())
            sys.exit(77)
        print(done.stdout, end="")
        # Time on the kernel is real: what differs must do so again when it runs alone.
        again = [lab for lab in glob.glob(out + "/*.sh")
                 if subprocess.run([sys.argv[1], "validate", lab]).returncode != 0]
    check("no difference", not again)


main()
