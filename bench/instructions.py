#!/usr/bin/env python3
"""Instructions that a frame takes in the simulator, function by function (callgrind).

    bench/instructions.py [--vethlab PROGRAM] WORKLOAD [OPTION...]

Counted, not timed: the same on a busy machine. WORKLOAD and its options as for `vethlab bench`.
"""
import argparse
import collections
import os
import re
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SENDER = "vethlab::traffic_generator::send_due()"  # counted is what happens inside


def run(program, words):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        subprocess.run(["valgrind", "-q", "--tool=callgrind", "--compress-strings=no", f"--callgrind-out-file={out}",
                        f"--toggle-collect={SENDER}", program, "bench", *words, "--on", "sim", "--milliseconds", "60",
                        "--repetitions", "1"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out) as f:
            return f.read().splitlines()


def count(lines):
    """Instructions by function, without what it calls; and how often each was called."""
    own, calls = collections.Counter(), collections.Counter()
    function = called = None
    of_call = False
    for line in lines:
        if line.startswith("fn="):
            function = line[3:]
        elif line.startswith("cfn="):
            called = line[4:]
        elif line.startswith("calls="):
            calls[called] += int(line[6:].split()[0])
            of_call = True
        elif line[:1].isdigit() or line[:1] in ("+", "-", "*"):
            if not of_call:
                own[function] += int(line.split()[1])
            of_call = False
    return own, calls


def short(name):
    name = re.sub(r"vethlab::|\(anonymous namespace\)::", "", name)
    return re.sub(r"\(.*|'\d+$", "", name)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--vethlab", default=os.path.join(ROOT, "build/release/vethlab"))
    p.add_argument("workload")
    o, options = p.parse_known_args()
    own, calls = count(run(o.vethlab, [o.workload, *options]))
    frames = sum(n for name, n in calls.items() if "packet_sock::sendmsg" in name)
    if not frames:
        raise SystemExit("no frame was counted")
    table, times = collections.Counter(), collections.Counter()
    for name, n in own.items():
        table[short(name)] += n
    for name, n in calls.items():
        times[short(name)] += n
    total = sum(table.values())
    print("| function | calls a frame | instructions a frame | % |\n| --- | ---: | ---: | ---: |")
    for name, n in table.most_common():
        if n < total / 100:
            break
        print(f"| `{name}` | {times[name] / frames:.1f} | {n / frames:.0f} | {100 * n / total:.0f} |")
    print(f"| all | | {total / frames:.0f} | 100 |")


if __name__ == "__main__":
    main()
