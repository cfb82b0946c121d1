// Linux: net/netlink/af_netlink.c, as far as programs see it: a netlink socket is one end of a
// connection to the lab, which sends its datagrams there. What goes the other way is a call, so
// that it has happened when sendmsg returns.
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "host/preload/client.h"

namespace vethlab::host {
namespace {

bool is_inet(const sockaddr* a, socklen_t size) {
    return a && size >= socklen_t(sizeof(sa_family_t)) &&
           (a->sa_family == AF_INET || a->sa_family == AF_INET6);
}

// An internet socket of a program under a lab asks about devices, nothing else: its packets would
// leave through the machine's own network.
int refuse_inet() {
    refuse("sockets for programs of the machine; use ping, arping, udpsend, tcpdump");
    return fail(ENETUNREACH);
}

int refuse_socket(const char* what) {
    refuse(what);
    return fail(EAFNOSUPPORT);
}

int open_netlink(int type, int protocol) {
    std::uint64_t cookie = 0;
    const int fd = open_object(type & (SOCK_CLOEXEC | SOCK_NONBLOCK), cookie);
    if (fd < 0) return -1;
    const answer a = ask({call::socket, protocol, cookie});
    if (a.error == 0) return fd;
    ::close(fd);
    return fail(a.error);
}

// From the kernel: pid 0.
void fill_kernel_name(void* name, socklen_t* size) {
    if (!name || !size) return;
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    ::memcpy(name, &kernel, *size < sizeof kernel ? *size : sizeof kernel);
    *size = sizeof kernel;
}

ssize_t received(ssize_t n, bool wanted_some) {
    return n == 0 && wanted_some ? fail(ECONNRESET) : n;
}

ssize_t send_messages(std::uint64_t cookie, const void* data, std::size_t size) {
    if (size > max_payload) return fail(EMSGSIZE);
    const answer a = ask({call::send, 0, cookie}, {data, size});
    return a.error ? fail(a.error) : ssize_t(size);
}

ssize_t send_parts(std::uint64_t cookie, const iovec* parts, std::size_t count) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; i++) size += parts[i].iov_len;
    if (size > max_payload) return fail(EMSGSIZE);
    char* all = static_cast<char*>(::malloc(size + 1));
    if (!all) return fail(ENOMEM);
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; i++) {
        ::memcpy(all + at, parts[i].iov_base, parts[i].iov_len);
        at += parts[i].iov_len;
    }
    const ssize_t n = send_messages(cookie, all, size);
    ::free(all);
    return n;
}

bool network_protocol(int protocol) {
    for (const int p : {NETLINK_SOCK_DIAG, NETLINK_XFRM, NETLINK_NETFILTER, NETLINK_FIB_LOOKUP}) {
        if (p == protocol) return true;
    }
    return false;
}

}  // namespace

VETHLAB_EXPORT int socket(int domain, int type, int protocol) noexcept {
    static const auto next = VETHLAB_NEXT(socket);
    if (!under_lab()) return next(domain, type, protocol);
    const int kind = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (domain == AF_NETLINK) {
        if (protocol == NETLINK_ROUTE) return open_netlink(type, protocol);
        if (protocol == NETLINK_GENERIC) return fail(EPROTONOSUPPORT);  // ethtool has another way
        if (network_protocol(protocol)) return refuse_socket("netlink beyond NETLINK_ROUTE");
    }
    if (domain == AF_PACKET) return refuse_socket("packet sockets for programs of the machine");
    const bool inet = domain == AF_INET || domain == AF_INET6;
    if (inet && (kind == SOCK_RAW || protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)) {
        return refuse_socket("raw sockets for programs of the machine");
    }
    return next(domain, type, protocol);
}

VETHLAB_EXPORT int bind(int fd, const sockaddr* name, socklen_t size) noexcept {
    static const auto next = VETHLAB_NEXT(bind);
    std::uint64_t cookie = 0;
    if (!under_lab()) return next(fd, name, size);
    if (is_object(fd, cookie)) return done(ask({call::bind, 0, cookie}, {name, size}));
    return is_inet(name, size) ? refuse_inet() : next(fd, name, size);
}

VETHLAB_EXPORT int listen(int fd, int backlog) noexcept {
    static const auto next = VETHLAB_NEXT(listen);
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    if (!under_lab()) return next(fd, backlog);
    auto* name = reinterpret_cast<sockaddr*>(&own);
    const bool known = ::syscall(SYS_getsockname, fd, name, &size) == 0;
    return known && is_inet(name, size) ? refuse_inet() : next(fd, backlog);
}

VETHLAB_EXPORT int connect(int fd, const sockaddr* name, socklen_t size) {
    static const auto next = VETHLAB_NEXT(connect);
    std::uint64_t cookie = 0;
    if (!under_lab()) return next(fd, name, size);
    if (is_object(fd, cookie)) return 0;  // to the kernel; there is nobody else
    return is_inet(name, size) ? refuse_inet() : next(fd, name, size);
}

VETHLAB_EXPORT int getsockname(int fd, sockaddr* name, socklen_t* size) noexcept {
    static const auto next = VETHLAB_NEXT(getsockname);
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return next(fd, name, size);
    sockaddr_nl own{};
    const answer a = ask({call::getsockname, 0, cookie}, {}, &own, sizeof own);
    if (a.error) return fail(a.error);
    ::memcpy(name, &own, *size < sizeof own ? *size : sizeof own);
    *size = sizeof own;
    return 0;
}

VETHLAB_EXPORT int getpeername(int fd, sockaddr* name, socklen_t* size) noexcept {
    static const auto next = VETHLAB_NEXT(getpeername);
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return next(fd, name, size);
    fill_kernel_name(name, size);
    return 0;
}

VETHLAB_EXPORT int setsockopt(int fd, int level, int option, const void* value,
                              socklen_t size) noexcept {
    static const auto next = VETHLAB_NEXT(setsockopt);
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return next(fd, level, option, value, size);
    if (level == SOL_NETLINK) {
        return done(ask({call::setsockopt, option, cookie}, {value, size}));
    }
    // The size of buffers is ours to choose, and nobody needs to be root here.
    const bool buffer = option == SO_RCVBUF || option == SO_SNDBUF || option == SO_RCVBUFFORCE ||
                        option == SO_SNDBUFFORCE;
    if (level == SOL_SOCKET && buffer) return 0;
    return next(fd, level, option, value, size);
}

VETHLAB_EXPORT int getsockopt(int fd, int level, int option, void* value,
                              socklen_t* size) noexcept {
    static const auto next = VETHLAB_NEXT(getsockopt);
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return next(fd, level, option, value, size);
    if (level == SOL_NETLINK) return fail(ENOPROTOOPT);
    int known = -1;
    if (level == SOL_SOCKET && option == SO_DOMAIN) known = AF_NETLINK;
    if (level == SOL_SOCKET && option == SO_TYPE) known = SOCK_RAW;
    if (level == SOL_SOCKET && option == SO_PROTOCOL) known = NETLINK_ROUTE;
    if (known < 0) return next(fd, level, option, value, size);
    ::memcpy(value, &known, *size < sizeof known ? *size : sizeof known);
    *size = sizeof known;
    return 0;
}

VETHLAB_EXPORT ssize_t sendmsg(int fd, const msghdr* m, int flags) {
    static const auto next = VETHLAB_NEXT(sendmsg);
    std::uint64_t cookie = 0;
    if (!under_lab()) return next(fd, m, flags);
    if (is_object(fd, cookie)) return send_parts(cookie, m->msg_iov, m->msg_iovlen);
    const auto* name = static_cast<const sockaddr*>(m->msg_name);
    return is_inet(name, m->msg_namelen) ? refuse_inet() : next(fd, m, flags);
}

VETHLAB_EXPORT ssize_t sendto(int fd, const void* data, std::size_t size, int flags,
                              const sockaddr* name, socklen_t name_size) {
    static const auto next = VETHLAB_NEXT(sendto);
    std::uint64_t cookie = 0;
    if (!under_lab()) return next(fd, data, size, flags, name, name_size);
    if (is_object(fd, cookie)) return send_messages(cookie, data, size);
    return is_inet(name, name_size) ? refuse_inet() : next(fd, data, size, flags, name, name_size);
}

VETHLAB_EXPORT ssize_t send(int fd, const void* data, std::size_t size, int flags) {
    static const auto next = VETHLAB_NEXT(send);
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return next(fd, data, size, flags);
    return send_messages(cookie, data, size);
}

VETHLAB_EXPORT ssize_t recvmsg(int fd, msghdr* m, int flags) {
    static const auto next = VETHLAB_NEXT(recvmsg);
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return next(fd, m, flags);
    msghdr unnamed = *m;
    unnamed.msg_name = nullptr;
    unnamed.msg_namelen = 0;
    const ssize_t n = next(fd, &unnamed, flags);
    if (n <= 0) return received(n, true);
    fill_kernel_name(m->msg_name, &m->msg_namelen);
    m->msg_controllen = 0;
    m->msg_flags = unnamed.msg_flags & ~MSG_EOR;
    return n;
}

VETHLAB_EXPORT ssize_t recvfrom(int fd, void* data, std::size_t size, int flags, sockaddr* name,
                                socklen_t* name_size) {
    static const auto next = VETHLAB_NEXT(recvfrom);
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return next(fd, data, size, flags, name, name_size);
    const ssize_t n = next(fd, data, size, flags, nullptr, nullptr);
    if (n > 0) fill_kernel_name(name, name_size);
    return received(n, size > 0);
}

VETHLAB_EXPORT ssize_t recv(int fd, void* data, std::size_t size, int flags) {
    return recvfrom(fd, data, size, flags, nullptr, nullptr);
}

}  // namespace vethlab::host
