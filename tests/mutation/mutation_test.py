#!/usr/bin/env python3
"""Deliberate faults, one at a time: does `vethlab fuzz` find each within a minute?

mutation_test.py VETHLAB [--seconds N] [--jobs J] [--only NAME...] [--build DIR]

VETHLAB is a build of the tree as it is: a lab on which that differs as well does not count. Each fault is a small
substitution in a copy of the tree, which is built again (with ccache, where there is one). Prints a table; exit
status 0 if all were found, 1 if not, 77 where the comparison cannot run. Not part of `make test`: takes an hour.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BRIDGE = "core/drivers/bridge/"

# name: file, what stands there once, what stands there instead
FAULTS = {
    "learns on a port that must not": (
        BRIDGE + "br_input.cc", "if (p.has(br_port_flag::learning)) src =", "src ="),
    "flood order reversed": (
        BRIDGE + "br_forward.cc", "for (const auto& p : br.port_list) {\n        if (p->has(br_port_flag::proxyarp))",
        "std::vector<net_bridge_port*> reversed;\n    for (const auto& p : br.port_list) reversed.insert(reversed.begin(), &*p);\n"
        "    for (net_bridge_port* p : reversed) {\n        if (p->has(br_port_flag::proxyarp))"),
    "MTU off by 4": ("core/dev.cc", "skb.len <= dev.mtu + eth_hlen + vlan_hlen", "skb.len <= dev.mtu + eth_hlen"),
    "rx_bytes of a bridge missed": (BRIDGE + "br_input.cc", "    br.dev.stats.rx_bytes += skb->len;\n", ""),
    "ARP reply from the wrong address": (
        "core/ipv4/arp.cc", "arp_send(arp_op::reply, p.dev, p.tip, p.sip,", "arp_send(arp_op::reply, p.dev, p.sip, p.sip,"),
    "TTL not decremented": ("core/ipv4/ip_forward.cc", "    ip_decrease_ttl(ip_hdr_writable(*skb));\n", ""),
    "no time exceeded": (
        "core/ipv4/ip_forward.cc", "        icmp_send(skb, icmp_type::time_exceeded, icmp_code::exc_ttl, 0);\n", ""),
    "no port unreachable": (
        "core/ipv4/udp.cc", "    icmp_send(*skb, icmp_type::dest_unreach, icmp_code::port_unreach, 0);\n", ""),
    "hairpin ignored": (
        BRIDGE + "br_forward.cc", "if (back && !p.has(br_port_flag::hairpin_mode)) return false;", "if (back) return false;"),
    "isolated ignored": (
        BRIDGE + "br_forward.cc", "return !(isolated && p.has(br_port_flag::isolated));", "return !isolated || true;"),
    "broadcast not passed up": (BRIDGE + "br_input.cc", " || type == br_pkt::broadcast};", "};"),
    "two tries for a neighbour": (
        "core/neighbour_state.cc", "if (probing && n.probes >= max_probes(n)) {",
        "if (probing && n.probes >= max_probes(n) - 1) {"),
    "static flag lost on use": (
        BRIDGE + "br_input.cc", "        d.dst->set_used(br.now());\n",
        "        d.dst->set_used(br.now());\n        d.dst->set_flag(br_fdb_flag::static_, false);\n"),
    "flood flag ignored": (
        BRIDGE + "br_forward.cc", "return p.has(br_port_flag::flood);", "return p.has(br_port_flag::flood) || true;"),
    "ageing time 0 still learns": (
        BRIDGE + "br_fdb.cc", "    if (hold_time(br) == 0) return nullptr;  // always flood\n", ""),
    "wrong operational state": (
        "core/link_watch.cc", "    if (dev.link_mode == 1 && state == if_oper::up) state = if_oper::dormant;\n", ""),
    "neighbours stay when their carrier goes": (
        "core/rtnl_setlink.cc", "    if (notify) netdev_state_change(dev);\n", "    (void)notify;\n"),
    "a tagged frame counts as taken": (
        "core/dev.cc", "    taken = taken && !skb->vlan_tag_present();\n", ""),
    "wrong error text": ("core/rtnl_link.cc", "Invalid number of transmit queues", "Invalid number of queues"),
}


class NotBuilt(Exception):
    pass


def copy_tree(to):
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], check=True, stdout=subprocess.PIPE).stdout
    for name in names.decode().split("\0"):
        if name and os.path.exists(os.path.join(ROOT, name)):
            os.makedirs(os.path.dirname(os.path.join(to, name)), exist_ok=True)
            shutil.copy2(os.path.join(ROOT, name), os.path.join(to, name))


def build(tree):
    """Gives the program."""
    done = subprocess.run("cmake --preset release >/dev/null && ninja -C build/release vethlab", shell=True, cwd=tree,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise NotBuilt(done.stdout.decode(errors="replace")[-2000:])
    return os.path.join(tree, "build/release/vethlab")


def fuzz(program, out, *options):
    done = subprocess.run([program, "fuzz", "--json", "--out", out, *map(str, options)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        print(done.stderr.decode(errors="replace").strip())
        sys.exit(77)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def hunt(program, clean, out, args):
    """Seconds, labs and lines of the first difference that the fault is to blame for."""
    seconds, labs, first = 0.0, 0, 0
    while seconds < args.seconds:
        events = fuzz(program, out, "--seconds", int(args.seconds - seconds) + 1, "--jobs", args.jobs, "--first", first,
                      "--stop-after", 1)
        found = [e for e in events if e.get("event") in ("differs", "crash")]
        if not found:
            return None
        e = found[0]
        seconds += e["seconds"]
        labs += e["labs"]
        if fuzz(clean, out, "--first", e["lab"], "--labs", 1)[-1]["differences"]:
            first = e["lab"] + 1
            continue
        lines = [x["lines"] for x in events if x.get("event") == "shrunk" and x["lab"] == e["lab"]]
        return seconds, labs, (lines or [e["lines"]])[0], e["where"]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vethlab")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--jobs", type=int, default=3 * len(os.sched_getaffinity(0)))
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--build", help="where the copy of the tree is kept, for the next time")
    args = parser.parse_args()
    tree = args.build or tempfile.mkdtemp(prefix="vethlab-mutation-")
    clean = os.path.abspath(args.vethlab)
    missed = 0
    try:
        copy_tree(tree)
        build(tree)
        print(f"{'fault':42} {'found after':>12} {'labs':>6} {'lines':>6}  where", flush=True)
        for name, (path, here, there) in FAULTS.items():
            if args.only and name not in args.only:
                continue
            source = os.path.join(tree, path)
            with open(source) as f:
                text = f.read()
            if text.count(here) != 1:
                sys.exit(f"{name}: '{here}' stands {text.count(here)} times in {path}")
            try:
                with open(source, "w") as f:
                    f.write(text.replace(here, there))
                found = hunt(build(tree), clean, tree, args)
            finally:
                with open(source, "w") as f:
                    f.write(text)
                os.utime(source, (time.time() + 1, time.time() + 1))
            missed += not found
            print(f"{name:42} " + (f"{found[0]:10.1f} s {found[1]:6} {found[2]:6}  {found[3][:60]}" if found else
                                    f"{'not found':>12}"), flush=True)
    finally:
        if not args.build:
            shutil.rmtree(tree, ignore_errors=True)
    sys.exit(1 if missed else 0)


main()
