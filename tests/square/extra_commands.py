"""The two commands of scripts that no package has: inject and udpsend. A real kernel's answers need a real one of each.

inject DEV HEX... [pad LEN] [count N] [interval MS]
    Sends a raw Ethernet frame out of DEV of the current network namespace through an AF_PACKET socket, that is on
    the transmit path of DEV as any program's frame would be. HEX words are joined; ':' and '.' are ignored. pad
    fills up with zero bytes to LEN. If a queue drops a frame (ENOBUFS) the remaining ones are still sent.

udpsend ADDR PORT [sport PORT] [size N] [count N] [ttl N] [df|nodf] [broadcast] [wait MS]
    Sends count UDP datagrams (default 1) of size bytes (default 4; the letters a-z repeated) from source port sport
    (default 40000). df and nodf set IP_PMTUDISC_DO and IP_PMTUDISC_DONT; without them the kernel's default stays
    (IP_PMTUDISC_WANT). wait connects the socket, waits up to MS milliseconds for an answer or an ICMP error, and
    reports it.
"""
import errno
import os
import socket
import sys
import time

IP_MTU_DISCOVER, DONT, DO = 10, 0, 2


def options(args, numbers):
    """Split ['a', 'count', '3'] into (['a'], {'count': 3, ...})."""
    words, found, i = [], dict(numbers), 0
    while i < len(args):
        if args[i] in numbers and i + 1 < len(args):
            found[args[i]] = int(args[i + 1])
            i += 1
        else:
            words.append(args[i])
        i += 1
    return words, found


def inject(args):
    words, opt = options(args, {"pad": 0, "count": 1, "interval": 0})
    if len(words) < 2:
        return "", "usage: inject DEV HEX... [pad LEN] [count N] [interval MS]\n", 1
    dev, dropped = words[0], 0
    data = bytes.fromhex("".join(words[1:]).replace(":", "").replace(".", "")).ljust(opt["pad"], b"\0")
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
            s.bind((dev, 0))
            for n in range(opt["count"]):
                if n and opt["interval"]:
                    time.sleep(opt["interval"] / 1000)
                try:
                    s.send(data)
                except OSError as e:
                    if e.errno != errno.ENOBUFS:
                        raise
                    dropped += 1
    except OSError as e:
        return "", f"inject: {dev}: {os.strerror(e.errno)}\n", 1
    if dropped:
        part = f"{dropped} of {opt['count']} frames: " if opt["count"] > 1 else ""
        return "", f"inject: {dev}: {part}{os.strerror(errno.ENOBUFS)}\n", 1
    return "", "", 0


def udpsend(args):
    words, opt = options(args, {"sport": 40000, "size": 4, "count": 1, "ttl": 0, "wait": 0})
    if len(words) < 2:
        return "", ("usage: udpsend ADDR PORT [sport PORT] [size N] [count N] [ttl N] [df|nodf] [broadcast]"
                    " [wait MS]\n"), 1
    to, data = (words[0], int(words[1])), bytes(97 + n % 26 for n in range(opt["size"]))
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for name, value in (("df", DO), ("nodf", DONT)):
                if name in words:
                    s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, value)
            if "broadcast" in words:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            if opt["ttl"]:
                s.setsockopt(socket.SOL_IP, socket.IP_TTL, opt["ttl"])
            s.bind(("0.0.0.0", opt["sport"]))
            if opt["wait"]:
                s.connect(to)
                s.settimeout(opt["wait"] / 1000)
            for _ in range(opt["count"]):
                s.send(data) if opt["wait"] else s.sendto(data, to)
            if opt["wait"]:
                return f"udpsend: answer of {len(s.recv(65536))} bytes\n", "", 0
    except socket.timeout:
        return "udpsend: no answer\n", "", 0
    except OSError as e:
        return "", f"udpsend: {os.strerror(e.errno)}\n", 1
    return "", "", 0


COMMANDS = {"inject": inject, "udpsend": udpsend}

if __name__ == "__main__":
    out, err, rc = COMMANDS[sys.argv[1]](sys.argv[2:])
    sys.stdout.write(out)
    sys.stderr.write(err)
    sys.exit(rc)
