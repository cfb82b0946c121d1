#!/usr/bin/env python3
"""Runs a script twice on this machine's kernel, with its own tools and with ours, and compares what they print.

usage: square.py OWN_TOOLS [--tools ip,bridge] SCRIPT...
       square.py OWN_TOOLS [--tools ip,bridge] -c 'COMMAND' [-c 'COMMAND' ...]

See README.md. Needs root. Exit status: 0 all the same, 1 differences, 2 a run failed.
"""
import argparse
import difflib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden")]
import extra_commands
import netns_links
import normalise

RETRY = 75                  # exit status of a run: the random MACs came in an order that changes the outcome
TRIES = 60
TIMEOUT = 60                # seconds for one command
ALL_TOOLS = ("ip bridge brctl ethtool ifconfig route arp sysctl tc ping arping traceroute tcpdump sleep inject"
             " udpsend").split()

# ---------------------------------------------------------------- one run, inside private namespaces

SYSCTLS = {"net/ipv4/ip_forward": 0, "net/ipv4/conf/all/rp_filter": 0, "net/ipv4/conf/default/rp_filter": 0,
           "net/bridge/bridge-nf-call-iptables": 0, "net/bridge/bridge-nf-call-ip6tables": 0,
           "net/bridge/bridge-nf-call-arptables": 0}
NO_IPV6 = {"net/ipv6/conf/all/disable_ipv6": 1, "net/ipv6/conf/default/disable_ipv6": 1}
PREPARE = """mount -t sysfs sysfs /sys && mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns
f=$(mktemp) && echo 127.0.0.1 localhost > $f && mount --bind $f /etc/hosts && rm $f
mount --bind /dev/null /etc/resolv.conf"""


class Run:
    def __init__(self, script, bin_dir):
        self.script = script
        self.sysctls = SYSCTLS if re.search(r"^#@\s*ipv6\s+on\b", script, re.M) else {**SYSCTLS, **NO_IPV6}
        self.env = {"PATH": f"{bin_dir}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                    "LC_ALL": "C", "HOME": "/root", "COLUMNS": "80"}
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.known = []                 # namespaces in order of creation; "" is the one we start in
        self.macs = {}                  # random MAC -> its canonical value

    def main(self):
        subprocess.run(PREPARE, shell=True, check=True)
        self.nsfs = os.fstat(self.home).st_dev
        self.settle()
        variables, results = {}, []
        for line in self.script.splitlines():
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            assign = re.fullmatch(r"([A-Za-z_]\w*)=(\S*)", line)
            if assign:
                variables[assign[1]] = shlex.split(assign[2] or "''")[0]
                continue
            full = re.sub(r"\$\{?([A-Za-z_]\w*)\}?", lambda m: variables.get(m[1], ""), line)
            results.append((line, self.command(line, shlex.split(full, comments=True))))
        json.dump(results, sys.stdout)

    def command(self, line, argv):
        """The lines a command leaves: its output, its errors marked by '! ', its exit status."""
        try:
            p = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.env,
                               timeout=TIMEOUT, errors="replace")
            out, err, status = p.stdout, p.stderr, p.returncode
        except FileNotFoundError:
            out, err, status = "", f"{argv[0]}: command not found", 127
        except subprocess.TimeoutExpired:
            out, err, status = "", f"does not end within {TIMEOUT} seconds", 124
        if {"del", "delete"} & set(argv) and "netns" in argv:
            wait_for_cleanup()
        self.settle()
        end = [] if not out or out.endswith("\n") else ["[no newline at the end]"]
        lines = out.splitlines() + ["! " + e for e in err.splitlines()]
        lines = normalise.norm_output(line, [self.canonical(l) for l in lines]) + end
        return lines + ([f"[exit {status}]"] if status else [])

    # -- between commands

    def settle(self):
        time.sleep(0.005)
        before = None
        for _ in range(4):
            links = {}
            for name in self.namespaces():
                with netns_links.in_netns(name, self.home):
                    links[name] = netns_links.links_at_rest()
            if links == before:
                break
            before = links
            time.sleep(0.005)
        self.name_macs(links)

    def namespaces(self):
        """In order of creation; new ones get the sysctls."""
        now = [n for n in os.listdir("/run/netns") if os.stat(f"/run/netns/{n}").st_dev == self.nsfs]
        new = [n for n in ["", *sorted(now)] if n not in self.known]
        self.known = [n for n in self.known if not n or n in now] + new
        for name in new:
            with netns_links.in_netns(name, self.home):
                for key, value in self.sysctls.items():
                    if os.path.exists(f"/proc/sys/{key}"):
                        with open(f"/proc/sys/{key}", "w") as f:
                            f.write(str(value))
        return self.known

    def name_macs(self, links):
        """Numbers random MACs as they appear. A bridge takes its lowest port's: that must not be left to chance."""
        for name in self.known:
            for link in links[name]:
                mac = link["mac"]
                if mac.strip("0:") and mac not in self.script.lower() and mac not in self.macs:
                    self.macs[mac] = f"0a:00:00:00:00:{len(self.macs) + 1:02x}"
        for its in links.values():
            ports = {}
            for link in its:
                ports.setdefault(link["master"], []).append(link["mac"])
            ports.pop(0, None)
            for macs in ports.values():
                if sorted(macs) != sorted(macs, key=lambda m: self.macs.get(m, m)):
                    sys.exit(RETRY)

    def canonical(self, text):
        for mac, to in self.macs.items():
            short, short_to = (":".join(f"{int(x, 16):x}" for x in m.split(":")) for m in (mac, to))
            text = re.sub(rf"(?<=[0-9a-f]{{4}}\.){short}\b", short_to, text)            # in a bridge's identifier
            text = text.replace(mac, to).replace(mac.upper(), to.upper())
            text = text.replace(mac.replace(":", ""), to.replace(":", ""))
            text = text.replace(link_local(mac), link_local(to))
        return text


def link_local(mac):
    """The IPv6 address that a link makes of its MAC."""
    b = bytes.fromhex(mac.replace(":", ""))
    b = bytes([b[0] ^ 2]) + b[1:3] + b"\xff\xfe" + b[3:]
    return "fe80::" + ":".join(f"{b[i] << 8 | b[i + 1]:x}" for i in range(0, 8, 2))


def wait_for_cleanup():
    """Deleted namespaces die in the background, in order: send one more after them and wait for its end."""
    script = ("ip link add s0 type veth peer name s1; unshare -n sleep 9 & p=$!;"
              "while [ $(readlink /proc/$p/ns/net) = $(readlink /proc/self/ns/net) ]; do sleep .01; done;"
              "ip link set s1 netns $p; kill $p; while ip link show s0; do sleep .01; done")
    subprocess.run(["unshare", "-n", "bash", "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# ---------------------------------------------------------------- two runs and their comparison (outside)

class RunFailed(Exception):
    pass


def run(script, bin_dir, cpu):
    """[(command, lines)] of a run in fresh namespaces, which vanish with their first process."""
    inner = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation",
             "private", "taskset", "-c", str(cpu), sys.executable, "-B", os.path.abspath(__file__), "--inner", bin_dir]
    for _ in range(TRIES):
        p = subprocess.run(inner, input=script, capture_output=True, text=True)
        if p.returncode != RETRY:
            break
    if p.returncode:
        raise RunFailed(p.stderr.strip()[-800:] or f"exit status {p.returncode}")
    return json.loads(p.stdout)


def write_program(path, *words):
    with open(path, "w") as f:
        f.write(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    os.chmod(path, 0o755)


def make_bin_dirs(top, own_tools, tools):
    """Two directories for the head of PATH: with the scripts' own commands, and with our tools as well."""
    dirs = os.path.join(top, "theirs"), os.path.join(top, "ours")
    for d in dirs:
        os.mkdir(d)
        for name in extra_commands.COMMANDS:
            write_program(f"{d}/{name}", sys.executable, "-B", f"{HERE}/extra_commands.py", name)
    for name in tools:
        write_program(f"{dirs[1]}/{name}", own_tools, "--only", ",".join(tools), name)
    return dirs


def print_differences(title, theirs, ours, limit):
    """How many commands are the same; the first differing lines of the others: '-' theirs, '+' ours."""
    same = 0
    for (command, want), (_, got) in zip(theirs, ours):
        if want == got:
            same += 1
            continue
        print(f"{title}: $ {command}")
        lines = list(difflib.unified_diff(want, got, n=1, lineterm=""))[2:]
        for line in lines[:limit]:
            print(f"    {line}")
        if len(lines) > limit:
            print(f"    ... {len(lines) - limit} more lines")
    return same


def parse_arguments():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("own_tools", help="the program own_tools")
    ap.add_argument("scripts", nargs="*", metavar="SCRIPT", help="a script, or a directory that holds script.sh")
    ap.add_argument("-c", dest="commands", action="append", default=[], metavar="COMMAND",
                    help="a line of a script; may be given several times")
    ap.add_argument("--tools", help="ours to compare, separated by commas (default: all that own_tools has)")
    ap.add_argument("--lines", type=int, default=12, help="lines of difference to show per command (default 12)")
    ap.add_argument("--show", action="store_true", help="print what the machine's tools print, too")
    args = ap.parse_args()
    if bool(args.scripts) == bool(args.commands):
        ap.error("give either scripts or commands")
    args.own_tools = os.path.abspath(args.own_tools)
    wanted = args.tools.split(",") if args.tools else ALL_TOOLS
    have = subprocess.run([args.own_tools, "--have", *wanted], capture_output=True, text=True, check=True)
    missing = set(wanted) - set(have.stdout.split())
    if args.tools and missing:
        ap.error(f"{args.own_tools} does not have {', '.join(sorted(missing))}")
    args.tools = [t for t in wanted if t not in missing]
    return args


def read_script(path):
    with open(os.path.join(path, "script.sh") if os.path.isdir(path) else path) as f:
        return f.read()


def main():
    args = parse_arguments()
    scripts = [(os.path.basename(os.path.normpath(p)), read_script(p)) for p in args.scripts]
    if args.commands:
        scripts = [("-c", "\n".join(args.commands) + "\n")]
    cpus = sorted(os.sched_getaffinity(0))
    cpu, total, same, failed = cpus[os.getpid() % len(cpus)], 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="square-") as top:
        dirs = make_bin_dirs(top, args.own_tools, args.tools)
        for title, script in scripts:
            try:
                theirs, ours = (run(script, d, cpu) for d in dirs)
            except RunFailed as e:
                print(f"{title}: run failed: {e}")
                failed += 1
                continue
            if args.show:
                print("".join(f"$ {c}\n" + "".join(l + "\n" for l in lines) for c, lines in theirs), end="")
            equal = print_differences(title, theirs, ours, args.lines)
            if len(scripts) > 1:
                print(f"{title}: {equal} of {len(theirs)} commands the same", flush=True)
            total, same = total + len(theirs), same + equal
    print(f"{same} of {total} commands the same")
    return 2 if failed else int(same != total)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inner"]:
        Run(sys.stdin.read(), sys.argv[2]).main()
    else:
        sys.exit(main())
