#!/usr/bin/env python3
"""Random sequences of commands of ip, bridge and brctl, on this machine's kernel and in the simulator: the same texts?

differential.py VETHLAB [--seed S] [--sequences N] [--seconds T] [--length L] [--first K]
differential.py VETHLAB --script FILE       the sequence of a file instead

See README.md. Needs root; exit status 77 where the comparison cannot run, 1 if there is a difference, else 0.
"""
import argparse
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "square"), os.path.join(HERE, "..", "golden")]
import grammar
import netns_links
import normalise
import square

CLONE_NEWNS, CLONE_NEWPID = 0x20000, 0x20000000
NEEDED = "ip bridge brctl mount unshare".split()
MISSING = {name for name in "tc ifconfig route arp ethtool".split() if not shutil.which(name)}
TRIES = 12                      # for the random MACs to come in an order that does not matter
AGAIN = 3                       # further runs of the kernel, to see whether it agrees with itself
SECONDS = 10                    # for the simulator
SHOW = re.compile(r"(?:^| )(?:show|list|ls|sh|get|list-id|showmacs|showstp|help)(?: |$)")


class SimulatorFailed(Exception):
    pass


class UnluckyRun(Exception):
    """The random MACs never came in an order that leaves nothing to chance."""


# ---------------------------------------------------------------- the kernel's side

class Run(square.Run):
    """A run that waits for the network to come to rest only after what may have changed it."""
    may_change = True

    def command(self, line, argv):
        self.may_change = not SHOW.search(line)
        return super().command(line, argv)

    def settle(self):
        if self.may_change:
            super().settle()


def child(script, out, cpu):
    """First process of new namespaces: runs the script and writes the result; never returns."""
    status = 1
    try:
        os.sched_setaffinity(0, {cpu})
        subprocess.run("mount --make-rprivate / && mount -t proc proc /proc", shell=True, check=True)
        os.dup2(out, 1)
        sys.stdout = open(1, "w", closefd=False)
        Run(script, "/nonexistent").main()
        sys.stdout.flush()
        status = 0
    except SystemExit as e:
        status = e.code if isinstance(e.code, int) else 1
    except BaseException as e:
        print(f"run: {e!r}", file=sys.stderr)
    finally:
        os._exit(status)


def new_namespaces(script, out, cpu):
    """The namespaces vanish with the process that fork() makes here. Gives its exit status to the caller's wait."""
    flags = netns_links.CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID
    if netns_links.LIBC.unshare(flags):
        os._exit(3)
    pid = os.fork()
    if not pid:
        child(script, out, cpu)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 255)


def on_kernel(script):
    cpus = sorted(os.sched_getaffinity(0))
    cpu = cpus[os.getpid() % len(cpus)]
    for _ in range(TRIES):
        with tempfile.TemporaryFile() as out:
            pid = os.fork()
            if not pid:
                new_namespaces(script, out.fileno(), cpu)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if status == square.RETRY:
                continue
            if status:
                raise square.RunFailed(f"the kernel's side ended with status {status}")
            out.seek(0)
            return [(line, tidy(line, lines)) for line, lines in json.loads(out.read())]
    raise UnluckyRun


# ---------------------------------------------------------------- the simulator's side

def in_simulator(vethlab, script):
    with tempfile.TemporaryDirectory(prefix="vethlab-differential-") as out:
        path = os.path.join(out, "sequence.sh")
        with open(path, "w") as f:
            f.write(script)
        try:
            done = subprocess.run([vethlab, "run", "--record", out, path], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise SimulatorFailed(f"does not end within {SECONDS} s") from None
        if done.returncode not in (0, 1):
            raise SimulatorFailed(f"vethlab: exit status {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
        with open(os.path.join(out, "expect.txt")) as f:
            return [(line, tidy(line, lines)) for line, lines in normalise.parse_expect(f.read())]


# ---------------------------------------------------------------- both

# The simulator's own words for what it does not have. Such a command is left out, and counted.
REFUSED = re.compile(r"^! .*not supported (?:here|by vethlab)|^! Error: .* (?:is|are) not supported\.|^! Error: \w+(?: \d+)? not supported\.",
                     re.M)
AGES = re.compile(r'("(?:used|updated|confirmed)":) ?\d+')

# The neighbour that a report to IGMPv3 routers leaves behind; these wait for a random part of a second.
REPORT = re.compile(r"224\.0\.0\.22 dev \S+ lladdr 01:00:5e:00:00:16 |224\.0\.0\.22 +ether +01:00:5e:00:00:16 ")
REPORTS = "224.0.0.22"


def tidy(line, lines):
    """What normalise.py does not know of: times in JSON, the order of neighbours there, and neighbours by chance."""
    out = []
    for text in lines:
        if text == "[no newline at the end]" or REPORT.match(text):
            continue                                # a recording does not say so; a chance
        if text.startswith("[{") and re.search(r" n(?:ei?\w*)?(?: |$)", line):
            try:
                text = json.dumps(sorted((n for n in json.loads(text) if n.get("dst") != REPORTS), key=json.dumps))
            except ValueError:
                pass
        out.append(AGES.sub(r'\1"T"', text))
    return out


def first_difference(kernel, simulator):
    for n, (want, got) in enumerate(zip(kernel, simulator)):
        if want != got:
            return n
    return None if len(kernel) == len(simulator) else min(len(kernel), len(simulator))


class Comparison:
    def __init__(self, vethlab):
        self.vethlab = vethlab

    def compare(self, lines):
        """(index of the first difference or None, the kernel's run, the simulator's)"""
        script = "".join(line + "\n" for line in lines)
        kernel, simulator = on_kernel(script), in_simulator(self.vethlab, script)
        return first_difference(kernel, simulator), kernel, simulator

    def agrees_with_itself(self, lines, kernel, upto):
        """Whether the kernel says the same again as in its run `kernel`, up to and with the command `upto`."""
        script = "".join(line + "\n" for line in lines)
        return all(on_kernel(script)[:upto + 1] == kernel[:upto + 1] for _ in range(AGAIN))

    def without_refused(self, lines):
        """compare() without the commands that the simulator refuses; and how many these are."""
        refused = 0
        while True:
            at, kernel, simulator = self.compare(lines)
            if at is None or at >= len(simulator) or not REFUSED.search("\n".join(simulator[at][1])):
                return refused, lines, at, kernel, simulator
            lines, refused = lines[:at] + lines[at + 1:], refused + 1

    def shrink(self, lines):
        """The last command differs: leaves out what is not needed for that."""
        size = max(1, len(lines) // 3)
        while size:
            at = 0
            while at < len(lines) - 1:
                fewer = lines[:at] + lines[min(at + size, len(lines) - 1):]
                try:
                    shorter = self.compare(fewer)[0] == len(fewer) - 1
                except (UnluckyRun, SimulatorFailed, square.RunFailed):
                    shorter = False
                if shorter:
                    lines = fewer
                else:
                    at += size
            size //= 2
        return lines


def sequence(seed, number, length, tools=grammar.ALL_TOOLS):
    """Without the commands of tools that this machine does not have."""
    lines = grammar.Sequence(random.Random(f"{seed}/{number}"), length, tools).lines()
    return [line for line in lines if not set(line.split()[:5]) & MISSING]


def print_difference(title, lines, kernel, simulator, at):
    print(f"{title}: '-' the kernel, '+' the simulator")
    for line in lines[:at + 1]:
        print(f"  $ {line}")
    want, got = (run[at][1] if at < len(run) else ["(no such command)"] for run in (kernel, simulator))
    print("".join(f"  - {l}\n" for l in want) + "".join(f"  + {l}\n" for l in got), end="", flush=True)


def missing():
    if os.geteuid():
        return "root is needed"
    for name in NEEDED:
        if not shutil.which(name):
            return f"no {name} here"
    try:
        on_kernel("ip link add br0 type bridge\nip link add a0 type veth peer name a1\n")
    except square.RunFailed:
        return "no network namespaces, bridges or veth pairs here"
    return None


def tool_list(text):
    names = tuple(text.split(","))
    if unknown := set(names) - set(grammar.ALL_TOOLS):
        raise argparse.ArgumentTypeError(f"not one of {', '.join(grammar.ALL_TOOLS)}: {', '.join(sorted(unknown))}")
    return names


def parse_arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("vethlab")
    ap.add_argument("--seed", default="1")
    ap.add_argument("--first", type=int, default=0, help="number of the first sequence (default 0)")
    ap.add_argument("--sequences", type=int, default=100)
    ap.add_argument("--seconds", type=float, help="stop beginning new sequences after this time")
    ap.add_argument("--length", type=int, default=30, help="commands in a sequence (default 30)")
    ap.add_argument("--tools", type=tool_list, default=grammar.ALL_TOOLS, metavar="NAME,NAME...",
                    help="commands of these only (default: all of them)")
    ap.add_argument("--keep-going", action="store_true", help="do not stop at the first difference")
    ap.add_argument("--no-shrink", action="store_true")
    ap.add_argument("--print", action="store_true", help="only print the sequences")
    ap.add_argument("--script", help="a file with the sequence")
    args = ap.parse_args()
    args.vethlab = os.path.abspath(args.vethlab)
    return args


def main():
    args = parse_arguments()
    begin = time.monotonic()
    numbers = range(args.first, args.first + (1 if args.script else args.sequences))
    if args.script:
        with open(args.script) as f:
            given = [l.strip() for l in f if l.strip() and not l.startswith("#")]
    find = lambda n: given if args.script else sequence(args.seed, n, args.length, args.tools)
    if args.print:
        for n in numbers:
            print("\n".join(find(n)))
        return 0
    reason = missing()
    if reason:
        print(f"skipped: {reason}")
        return 77
    both = Comparison(args.vethlab)
    done = commands = refused = unlucky = unsteady = different = 0
    for n in numbers:
        if args.seconds and time.monotonic() - begin > args.seconds:
            break
        lines = find(n)
        try:
            left_out, lines, at, kernel, simulator = both.without_refused(lines)
            refused += left_out
            done, commands = done + 1, commands + (len(lines) if at is None else at)
            if at is None:
                continue
            if not both.agrees_with_itself(lines, kernel, at):
                unsteady += 1
                continue
            lines = lines[:at + 1]
            if not args.no_shrink:
                lines = both.shrink(lines)
                at, kernel, simulator = both.compare(lines)
                if at is None:
                    unsteady += 1
                    continue
        except UnluckyRun:
            unlucky += 1
            continue
        except SimulatorFailed as e:
            print(f"seed {args.seed}, sequence {n}: {e}", flush=True)
            different += 1
            continue
        different += 1
        print_difference(args.script or f"seed {args.seed}, sequence {n}", lines, kernel, simulator, at)
        if not args.keep_going:
            break
    print(f"{done} sequences, {commands} commands compared, {different} with a difference; {refused} commands refused, {unsteady} sequences in which"
          f" the kernel does not agree with itself, {unlucky} that depend on random MACs; {time.monotonic() - begin:.0f} s")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
