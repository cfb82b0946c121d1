#pragma once
// Linux: include/uapi/asm-generic/errno*.h
// Here: our own enum, because other platforms number errors differently.
#include <cstdint>

namespace vethlab {

enum class [[nodiscard]] err : int {
    ok = 0,
    perm = 1,
    noent = 2,
    srch = 3,
    intr = 4,
    io = 5,
    nxio = 6,
    badf = 9,
    again = 11,
    nomem = 12,
    acces = 13,
    fault = 14,
    busy = 16,
    exist = 17,
    xdev = 18,
    nodev = 19,
    notdir = 20,
    isdir = 21,
    inval = 22,
    nfile = 23,
    nospc = 28,
    dom = 33,
    range = 34,
    nametoolong = 36,
    loop = 40,
    xfull = 54,
    nonet = 64,
    proto = 71,
    protonosupport = 93,
    noprotoopt = 92,
    destaddrreq = 89,
    msgsize = 90,
    opnotsupp = 95,
    pfnosupport = 96,
    afnosupport = 97,
    addrinuse = 98,
    addrnotavail = 99,
    netdown = 100,
    netunreach = 101,
    nobufs = 105,
    isconn = 106,
    notconn = 107,
    timedout = 110,
    connrefused = 111,
    hostdown = 112,
    hostunreach = 113,
    already = 114,
};

// Linux's (glibc's) sentence for an error number; "Unknown error N" for others
// is left to the caller, who has a buffer.
const char* strerror(err e);

}  // namespace vethlab
