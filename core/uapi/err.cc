#include "core/uapi/err.h"

namespace vethlab {

const char* strerror(err e) {
    switch (e) {
        case err::ok: return "Success";
        case err::perm: return "Operation not permitted";
        case err::noent: return "No such file or directory";
        case err::srch: return "No such process";
        case err::intr: return "Interrupted system call";
        case err::io: return "Input/output error";
        case err::nxio: return "No such device or address";
        case err::badf: return "Bad file descriptor";
        case err::again: return "Resource temporarily unavailable";
        case err::nomem: return "Cannot allocate memory";
        case err::acces: return "Permission denied";
        case err::fault: return "Bad address";
        case err::busy: return "Device or resource busy";
        case err::exist: return "File exists";
        case err::xdev: return "Invalid cross-device link";
        case err::nodev: return "No such device";
        case err::notdir: return "Not a directory";
        case err::isdir: return "Is a directory";
        case err::inval: return "Invalid argument";
        case err::nfile: return "Too many open files in system";
        case err::nospc: return "No space left on device";
        case err::dom: return "Numerical argument out of domain";
        case err::range: return "Numerical result out of range";
        case err::nametoolong: return "File name too long";
        case err::loop: return "Too many levels of symbolic links";
        case err::xfull: return "Exchange full";
        case err::proto: return "Protocol error";
        case err::protonosupport: return "Protocol not supported";
        case err::noprotoopt: return "Protocol not available";
        case err::nonet: return "Machine is not on the network";
        case err::destaddrreq: return "Destination address required";
        case err::msgsize: return "Message too long";
        case err::opnotsupp: return "Operation not supported";
        case err::pfnosupport: return "Protocol family not supported";
        case err::afnosupport: return "Address family not supported by protocol";
        case err::addrinuse: return "Address already in use";
        case err::addrnotavail: return "Cannot assign requested address";
        case err::netdown: return "Network is down";
        case err::netunreach: return "Network is unreachable";
        case err::nobufs: return "No buffer space available";
        case err::isconn: return "Transport endpoint is already connected";
        case err::notconn: return "Transport endpoint is not connected";
        case err::timedout: return "Connection timed out";
        case err::connrefused: return "Connection refused";
        case err::hostdown: return "Host is down";
        case err::hostunreach: return "No route to host";
        case err::already: return "Operation already in progress";
    }
    return "Unknown error";
}

}  // namespace vethlab
