#!/usr/bin/env python3
"""The comparison in sim/capture and the one in tests/golden give the same scores.

Each recorded lab is compared with itself, with the lab after it, and with a copy of itself in which what the rules
remove is changed as well as what they must not.
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden")
sys.path.insert(0, GOLDEN)
sys.dont_write_bytecode = True
import compare

FILES = ("expect.txt", "frames.txt", "state.txt")


def altered(name, text):
    """The text with identifiers of datagrams, times and the order of lines changed: some of it counts."""
    if name == "frames.txt":
        return "\n".join(re.sub(r"(08004500....)([0-9a-f]{4})", lambda m: m[1] + f"{int(m[2], 16) * 7 % 65536:04x}", line)
                         for line in text.splitlines()) + "\n"
    lines = re.sub(r"T ms", "1.25 ms", text).splitlines()
    for i in range(3, len(lines) - 1, 5):
        lines[i], lines[i + 1] = lines[i + 1], lines[i]
    return "\n".join(lines) + "\n"


def main():
    names = sorted(n for n in os.listdir(GOLDEN) if os.path.exists(os.path.join(GOLDEN, n, "expect.txt")))
    labs = [os.path.join(GOLDEN, n) for n in names]
    with tempfile.TemporaryDirectory(prefix="vethlab-agree-") as top:
        pairs = [(lab, lab) for lab in labs] + list(zip(labs, labs[1:]))
        for name, lab in zip(names, labs):
            other = os.path.join(top, name)
            os.mkdir(other)
            for f in FILES:
                with open(os.path.join(lab, f)) as given, open(os.path.join(other, f), "w") as made:
                    made.write(altered(f, given.read()))
            pairs.append((lab, other))
        ours = subprocess.run([sys.argv[1], *(d for pair in pairs for d in pair)], check=True, text=True,
                              capture_output=True).stdout.splitlines()
        wrong = 0
        for pair, line in zip(pairs, ours):
            score = compare.fmt(compare.compare(*pair, limit=0)[0]).replace("  ", " ")
            if score != line:
                print(f"{' and '.join(map(os.path.basename, pair))}:\n  compare.py   {score}\n  sim/capture  {line}")
                wrong += 1
    print(f"{len(pairs) - wrong} of {len(pairs)} comparisons agree")
    return 1 if wrong or len(ours) != len(pairs) else 0


if __name__ == "__main__":
    sys.exit(main())
