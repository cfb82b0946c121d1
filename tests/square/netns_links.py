"""What the run of a script has to know of the kernel between two commands: namespaces and their links."""
import contextlib
import ctypes
import os
import socket
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
RTM_GETLINK, NLM_F_REQUEST, NLM_F_DUMP = 18, 1, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
IFLA_ADDRESS, IFLA_MASTER = 1, 10


@contextlib.contextmanager
def in_netns(name, home):
    """Runs the block in a named namespace, or in this one if there is no name; `home` is an open file of this one."""
    if not name:
        yield
        return
    fd = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        enter(fd)
    finally:
        os.close(fd)
    try:
        yield
    finally:
        enter(home)


def enter(fd):
    if LIBC.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def attributes(data):
    found, at = {}, 0
    while at + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        if size < 4:
            break
        found[kind & 0x3fff] = data[at + 4:at + size]
        at += (size + 3) & ~3
    return found


def messages(sock):
    """Everything the kernel answers, as (type, payload)."""
    while True:
        data, at = sock.recv(1 << 18), 0
        while at + 16 <= len(data):
            size, kind = struct.unpack_from("=IH", data, at)
            yield kind, data[at + 16:at + size]
            at += (size + 3) & ~3


def ask_links(index):
    links = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.bind((0, 0))
        flags = NLM_F_REQUEST | (0 if index else NLM_F_DUMP)
        sock.send(struct.pack("=IHHII", 32, RTM_GETLINK, flags, 1, 0) + struct.pack("=BxHiII", 0, 0, index, 0, 0))
        for kind, payload in messages(sock):
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                break
            _, _, number, flags = struct.unpack_from("=BxHiI", payload)
            attrs = attributes(payload[16:])
            master = struct.unpack("=I", attrs[IFLA_MASTER])[0] if IFLA_MASTER in attrs else 0
            links.append({"index": number, "flags": flags, "master": master,
                          "mac": attrs.get(IFLA_ADDRESS, b"").hex(":")})
            if index:
                break
    return links


def links_at_rest():
    """All links of this namespace by index. Asking for one link makes the kernel finish its carrier change."""
    for link in ask_links(0):
        ask_links(link["index"])
    return sorted(ask_links(0), key=lambda link: link["index"])
