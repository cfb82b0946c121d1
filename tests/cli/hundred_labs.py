#!/usr/bin/env python3
"""hundred_labs.py VETHLAB [--labs N] [--jobs J] [--seed S] [--keep DIR]

Writes N labs of five namespaces, each another one: a bridge, two bridges, a chain of routers, veth pairs, with other
addresses, sizes, flags and commands; validates them with J jobs, and says how long that took.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

SPACES = [f"n{i}" for i in range(1, 6)]


def bridged(r, lines, net):
    """Five hosts on one bridge, or on two with a cable between."""
    two = r.random() < 0.4
    bridges = ["br0", "br1"] if two else ["br0"]
    for b in bridges:
        snooping = r.choice([" mcast_snooping 0", ""])
        lines += [f"ip link add {b} type bridge{snooping}", f"ip link set {b} up"]
    if two:
        lines += ["ip link add c0 type veth peer name c1", "ip link set c0 master br0 up",
                  "ip link set c1 master br1 up"]
    for i, ns in enumerate(SPACES, 1):
        lines += [f"ip link add p{i} type veth peer name eth0 netns {ns}",
                  f"ip link set p{i} master {r.choice(bridges)} up",
                  f"ip -n {ns} addr add {net}.{i}/24 dev eth0", f"ip -n {ns} link set eth0 up"]
    flag = r.choice(["hairpin on", "isolated on", "learning off", "flood off", ""])
    if flag:
        lines.append(f"bridge link set dev p{r.randint(1, 5)} {flag}")
    return [(a, f"{net}.{b}") for a in range(1, 6) for b in range(1, 6) if a != b]


def chained(r, lines, net):
    """Routers in a row."""
    prefix = net.rsplit(".", 1)[0]
    for i in range(1, 5):
        a, b = SPACES[i - 1], SPACES[i]
        lines += [f"ip link add r{i} netns {a} type veth peer name l{i} netns {b}",
                  f"ip -n {a} addr add {prefix}.{i}.1/24 dev r{i}", f"ip -n {b} addr add {prefix}.{i}.2/24 dev l{i}",
                  f"ip -n {a} link set r{i} up", f"ip -n {b} link set l{i} up"]
    for i in range(2, 5):
        lines.append(f"ip netns exec n{i} sysctl -q -w net.ipv4.ip_forward=1")
    for i in range(1, 5):
        lines.append(f"ip -n n{i} route add default via {prefix}.{i}.2")
        lines.append(f"ip -n n{i + 1} route add {prefix}.0.0/17 via {prefix}.{i}.1")
    return [(1, f"{prefix}.{i}.2") for i in range(1, 5)] + [(5, f"{prefix}.{i}.1") for i in range(1, 5)]


def paired(r, lines, net):
    """The first has a cable to each of the others."""
    prefix = net.rsplit(".", 1)[0]
    for i in range(2, 6):
        lines += [f"ip link add e{i} netns n1 mtu {r.choice([1500, 1400, 1000])} type veth peer name eth0 netns n{i}",
                  f"ip -n n1 addr add {prefix}.{i}.1/30 dev e{i}", f"ip -n n{i} addr add {prefix}.{i}.2/30 dev eth0",
                  f"ip -n n1 link set e{i} up", f"ip -n n{i} link set eth0 up"]
    return [(1, f"{prefix}.{i}.2") for i in range(2, 6)] + [(i, f"{prefix}.{i}.1") for i in range(2, 6)]


def lab(seed):
    r = random.Random(seed)
    lines = [f"ip netns add {ns}" for ns in SPACES]
    net = f"10.{r.randint(1, 250)}.{r.randint(1, 120)}"
    targets = r.choice([bridged, chained, paired])(r, lines, net)
    for source, target in r.sample(targets, 3):
        size = r.choice(["", "", " -s 1000", " -s 2000", " -s 0"])
        lines.append(f"ip netns exec n{source} ping -c 1 -W 1{size} {target}")
    lines += r.sample(["ip -n n1 neigh", "ip -n n2 -s link", "ip -n n3 addr", "ip -n n4 route", "ip -br link",
                       "bridge fdb show", "bridge link", "ip netns exec n5 arp -n", "ip netns exec n2 ip -d link"], 3)
    return "\n".join(lines) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("program")
    ap.add_argument("--labs", type=int, default=100)
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--keep", help="a directory for the labs")
    args = ap.parse_args()
    with tempfile.TemporaryDirectory(prefix="vethlab-hundred-") as folder:
        folder = args.keep or folder
        os.makedirs(folder, exist_ok=True)
        files = []
        for i in range(args.labs):
            files.append(os.path.join(folder, f"lab{i:03}.sh"))
            with open(files[-1], "w") as f:
                f.write(lab(args.seed * 1000 + i))
        start = time.monotonic()
        done = subprocess.run([args.program, "validate", "--jobs", str(args.jobs), *files], capture_output=True,
                              text=True)
        took = time.monotonic() - start
    same = sum(line.startswith("same ") for line in done.stdout.splitlines())
    print("\n".join(line for line in done.stdout.splitlines() if not line.startswith("same ")) + done.stderr)
    print(f"{same} of {args.labs} labs of five namespaces the same, in {took:.1f} s with {args.jobs} jobs")
    return 0 if same == args.labs else 1


if __name__ == "__main__":
    sys.exit(main())
