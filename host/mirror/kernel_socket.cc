// iputils: ping/ping_common.c; libpcap: pcap-linux.c
#include <time.h>  // errqueue.h does not include what it needs

#include <linux/errqueue.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "host/mirror/control_messages.h"
#include "host/mirror/kernel_system.h"

namespace vethlab::host {
namespace {

constexpr std::size_t biggest_datagram = (64 << 10) + 256;  // on lo, with its Ethernet header

template <class A>
const sockaddr* generic(const A& a) {
    return reinterpret_cast<const sockaddr*>(&a);
}

// An address of either family.
union inet_sockaddr {
    sockaddr_in in;
    sockaddr_in6 in6;
    sockaddr_ll ll;
    const sockaddr* get() const { return generic(*this); }
};
inet_sockaddr to_sockaddr(const sock_addr& a, bool six) {
    inet_sockaddr s{};
    if (six) {
        s.in6.sin6_family = AF_INET6;
        s.in6.sin6_port = htons(a.port);
        s.in6.sin6_scope_id = std::uint32_t(a.scope_id);
        std::copy(a.addr6.octets.begin(), a.addr6.octets.end(), s.in6.sin6_addr.s6_addr);
    } else {
        s.in.sin_family = AF_INET;
        s.in.sin_port = htons(a.port);
        s.in.sin_addr.s_addr = htonl(a.addr.value);
    }
    return s;
}
sock_addr from_sockaddr(const inet_sockaddr& s, bool six) {
    if (!six) return {.addr = {ntohl(s.in.sin_addr.s_addr)}, .port = ntohs(s.in.sin_port)};
    sock_addr a{.port = ntohs(s.in6.sin6_port), .scope_id = int(s.in6.sin6_scope_id)};
    std::copy(std::begin(s.in6.sin6_addr.s6_addr), std::end(s.in6.sin6_addr.s6_addr),
              a.addr6.octets.begin());
    return a;
}

class kernel_socket final : public socket {
 public:
    kernel_socket(open_file file, sock_kind kind, std::chrono::nanoseconds wall_start)
        : file_(std::move(file)), kind_(kind), wall_start_(wall_start) {}

    // Asks for what `received` holds beside the data.
    err prepare() {
        if (const err e = set(SOL_SOCKET, SO_TIMESTAMPNS, 1); e != err::ok) return e;
        if (kind_ == sock_kind::packet) return set(SOL_PACKET, PACKET_AUXDATA, 1);
        if (!six()) return set(SOL_IP, IP_PKTINFO, 1);
        const err e = set(SOL_IPV6, IPV6_RECVHOPLIMIT, 1);
        return e != err::ok ? e : set(SOL_IPV6, IPV6_RECVPKTINFO, 1);
    }

    err bind_device(std::string_view name) override {
        return set(SOL_SOCKET, SO_BINDTODEVICE, name.data(), name.size());
    }
    err bind(sock_addr local) override {
        const err e = apply_options();
        const auto s = to_sockaddr(local, six());
        return e != err::ok ? e : result(::bind(fd(), s.get(), addr_size()));
    }
    err connect(sock_addr to) override {
        const err e = apply_options();
        const auto s = to_sockaddr(to, six());
        return e != err::ok ? e : result(::connect(fd(), s.get(), addr_size()));
    }
    sock_addr local() const override {
        inet_sockaddr s{};
        socklen_t size = sizeof s;
        ::getsockname(fd(), reinterpret_cast<sockaddr*>(&s), &size);
        return from_sockaddr(s, six());
    }
    err sendto(bytes_view data, sock_addr to) override {
        // The port of a raw IPv6 socket would be a protocol.
        if (kind_ == sock_kind::icmp6_raw) to.port = 0;
        const auto s = to_sockaddr(to, six());
        return send_to(data, s.get(), addr_size());
    }
    err send(bytes_view data) override { return send_to(data, nullptr, 0); }

    err bind_packet(int ifindex, std::uint16_t protocol) override {
        sockaddr_ll s{};
        s.sll_family = AF_PACKET;
        s.sll_ifindex = ifindex;
        s.sll_protocol = htons(protocol);
        ifindex_ = ifindex;
        return result(::bind(fd(), generic(s), sizeof s));
    }
    err send_frame(bytes_view frame) override { return send_to(frame, nullptr, 0); }
    err set_promisc(bool on) override {
        packet_mreq r{};
        r.mr_ifindex = ifindex_;
        r.mr_type = PACKET_MR_PROMISC;
        return set(SOL_PACKET, on ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP, r);
    }
    err join_group(ipv4_address group, int ifindex) override {
        ip_mreqn r{};
        r.imr_multiaddr.s_addr = htonl(group.value);
        r.imr_ifindex = ifindex;
        return set(SOL_IP, IP_ADD_MEMBERSHIP, r);
    }

    std::optional<received> recv() override;
    std::optional<sock_error> recv_error() override;
    err take_error() override {
        int error = 0;
        socklen_t size = sizeof error;
        if (pending_ != err::ok) return std::exchange(pending_, err::ok);
        return ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? last_error()
                                                                           : err(error);
    }
    bool readable() const override {
        pollfd p{fd(), POLLIN | POLLPRI, 0};
        return pending_ != err::ok || ::poll(&p, 1, 0) > 0;
    }
    std::uint64_t dropped() const override {
        tpacket_stats s{};  // reading sets the kernel's count to zero
        socklen_t size = sizeof s;
        if (::getsockopt(fd(), SOL_PACKET, PACKET_STATISTICS, &s, &size) == 0) {
            dropped_ += s.tp_drops;
        }
        return dropped_;
    }
    int fd() const { return file_.fd(); }

    err attach_filter(std::function<bool(bytes_view)> f) override {
        filter_ = std::move(f);
        return err::ok;
    }
    err count_frames(std::uint64_t) override { return apply_options(); }
    frame_count counted() override;

 private:
    err set(int level, int option, const void* value, std::size_t size) {
        return result(::setsockopt(fd(), level, option, value, socklen_t(size)));
    }
    template <class T>
    err set(int level, int option, const T& value) {
        return set(level, option, &value, sizeof value);
    }
    bool six() const { return kind_ == sock_kind::icmp6_raw || kind_ == sock_kind::udp6; }
    socklen_t addr_size() const { return six() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }
    err apply_options();
    err apply_ip_options();
    err apply_ipv6_options();
    err send_to(bytes_view data, const sockaddr* to, socklen_t size);
    void read_control(const control_messages& control, received& r) const;

    open_file file_;
    sock_kind kind_;
    std::chrono::nanoseconds wall_start_;  // since 1970, when now() was 0
    sock_options applied_;                 // what the kernel has; at first its defaults
    int ifindex_ = 0;
    err pending_ = err::ok;  // an error that recv() met
    std::function<bool(bytes_view)> filter_;
    frame_count count_;
    mutable std::uint64_t dropped_ = 0;
};

// Hands on what changed since the last call.
err kernel_socket::apply_options() {
    err first = err::ok;
    const auto option = [&](int level, int name, const auto& was, const auto& is, int value) {
        if (was == is || first != err::ok) return;
        first = set(level, name, value);
    };
    const sock_options& o = options;
    option(SOL_SOCKET, SO_BROADCAST, applied_.broadcast, o.broadcast, o.broadcast);
    option(SOL_SOCKET, SO_MARK, applied_.mark, o.mark, int(o.mark));
    // The kernel doubles the value that it is given.
    option(SOL_SOCKET, SO_RCVBUFFORCE, applied_.rcvbuf, o.rcvbuf, int(o.rcvbuf / 2));
    if (first == err::ok && kind_ != sock_kind::packet) {
        first = six() ? apply_ipv6_options() : apply_ip_options();
    }
    if (first == err::ok) applied_ = o;
    return first;
}

err kernel_socket::apply_ip_options() {
    err first = err::ok;
    const auto option = [&](int name, const auto& was, const auto& is, int value) {
        if (was == is || first != err::ok) return;
        first = set(SOL_IP, name, value);
    };
    const sock_options& o = options;
    option(IP_TTL, applied_.ttl, o.ttl, o.ttl);
    option(IP_TOS, applied_.tos, o.tos, o.tos);
    option(IP_RECVERR, applied_.recverr, o.recverr, o.recverr);
    if (o.mtu_discover) {
        option(IP_MTU_DISCOVER, applied_.mtu_discover, o.mtu_discover, int(*o.mtu_discover));
    }
    option(IP_HDRINCL, applied_.hdrincl, o.hdrincl, o.hdrincl);
    option(IP_MULTICAST_LOOP, applied_.multicast_loop, o.multicast_loop, o.multicast_loop);
    option(IP_MULTICAST_TTL, applied_.multicast_ttl, o.multicast_ttl, o.multicast_ttl);
    if (first == err::ok && applied_.ip_options != o.ip_options) {
        first = set(SOL_IP, IP_OPTIONS, o.ip_options.data(), o.ip_options.size());
    }
    return first;
}

err kernel_socket::apply_ipv6_options() {
    err first = err::ok;
    const auto option = [&](int name, const auto& was, const auto& is, int value) {
        if (was == is || first != err::ok) return;
        first = set(SOL_IPV6, name, value);
    };
    const sock_options& o = options;
    if (o.flow_label) return err::opnotsupp;  // IPV6_FLOWLABEL_MGR wants it for each destination
    option(IPV6_UNICAST_HOPS, applied_.ttl, o.ttl, o.ttl);
    option(IPV6_MULTICAST_HOPS, applied_.multicast_ttl, o.multicast_ttl, o.multicast_ttl);
    option(IPV6_MULTICAST_LOOP, applied_.multicast_loop, o.multicast_loop, o.multicast_loop);
    option(IPV6_TCLASS, applied_.tos, o.tos, o.tos);
    option(IPV6_RECVERR, applied_.recverr, o.recverr, o.recverr);
    if (o.mtu_discover) {
        option(IPV6_MTU_DISCOVER, applied_.mtu_discover, o.mtu_discover, int(*o.mtu_discover));
    }
    if (first == err::ok && applied_.icmp6_filter != o.icmp6_filter) {
        icmp6_filter filter;
        ICMP6_FILTER_SETBLOCKALL(&filter);
        ICMP6_FILTER_SETPASS(o.icmp6_filter, &filter);
        if (o.icmp6_filter < 0) ICMP6_FILTER_SETPASSALL(&filter);
        first = set(SOL_ICMPV6, ICMP6_FILTER, filter);
    }
    return first;
}

err kernel_socket::send_to(bytes_view data, const sockaddr* to, socklen_t size) {
    if (const err e = apply_options(); e != err::ok) return e;
    const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (options.confirm ? MSG_CONFIRM : 0);
    return result(::sendto(fd(), data.data(), data.size(), flags, to, size));
}

std::optional<received> kernel_socket::recv() {
    if (const err e = apply_options(); e != err::ok) pending_ = e;
    received r;
    r.data.resize(biggest_datagram);
    inet_sockaddr from{};
    message m(r.data, &from, sizeof from);
    long n = ::recvmsg(fd(), &m.header, MSG_DONTWAIT | MSG_TRUNC);
    // An error report stands before the data and is given once: remember it, look again.
    for (int tries = 0; n < 0 && errno != EAGAIN && tries < 2; tries++) {
        if (errno != EINTR) pending_ = last_error();
        m.reset(sizeof from);
        n = ::recvmsg(fd(), &m.header, MSG_DONTWAIT | MSG_TRUNC);
    }
    if (n < 0) return std::nullopt;
    r.data.resize(std::min(std::size_t(n), r.data.size()));
    r.len = std::uint32_t(n);
    if (kind_ == sock_kind::packet) {
        r.ifindex = from.ll.sll_ifindex;
        r.pkttype = packet_type(from.ll.sll_pkttype);
        r.protocol = ntohs(from.ll.sll_protocol);
    } else {
        r.from = from_sockaddr(from, six());
    }
    read_control(m, r);
    return r;
}

// A VLAN tag that the kernel took out of a frame goes back into its place.
void restore_tag(const tpacket_auxdata& aux, received& r) {
    constexpr std::size_t addresses = 12;
    if (!(aux.tp_status & TP_STATUS_VLAN_VALID) || r.data.size() < addresses) return;
    const bool has_tpid = aux.tp_status & TP_STATUS_VLAN_TPID_VALID;
    std::byte tag[4];
    put16(tag, 0, has_tpid ? aux.tp_vlan_tpid : std::uint16_t(eth_p::p8021q));
    put16(tag, 2, aux.tp_vlan_tci);
    r.data.insert(r.data.begin() + addresses, std::begin(tag), std::end(tag));
    r.len += sizeof tag;
}

void kernel_socket::read_control(const control_messages& control, received& r) const {
    if (const auto t = control.find<timespec>(SOL_SOCKET, SO_TIMESTAMPNS)) {
        r.stamp =
            std::chrono::seconds(t->tv_sec) + std::chrono::nanoseconds(t->tv_nsec) - wall_start_;
    }
    if (const auto info = control.find<in_pktinfo>(SOL_IP, IP_PKTINFO)) {
        r.ifindex = info->ipi_ifindex;
    }
    if (const auto info = control.find<in6_pktinfo>(SOL_IPV6, IPV6_PKTINFO)) {
        r.ifindex = int(info->ipi6_ifindex);
    }
    if (const auto hops = control.find<int>(SOL_IPV6, IPV6_HOPLIMIT)) {
        r.hop_limit = std::uint8_t(*hops);
    }
    if (const auto aux = control.find<tpacket_auxdata>(SOL_PACKET, PACKET_AUXDATA)) {
        restore_tag(*aux, r);
    }
}

template <class Address>
struct error_report {
    sock_extended_err ee;
    Address offender;
};

void take_report(const sock_extended_err& ee, sock_error& e) {
    e.code = err(ee.ee_errno);
    e.from = sock_error::origin(ee.ee_origin);
    e.icmp_type = ee.ee_type;
    e.icmp_code = ee.ee_code;
    e.info = ee.ee_info;
}

// What has arrived since the last time. A frame's beginning says enough.
frame_count kernel_socket::counted() {
    std::byte begin[128];
    sockaddr_ll from{};
    while (true) {
        message m(begin, &from, sizeof from);
        const long n = ::recvmsg(fd(), &m.header, MSG_DONTWAIT | MSG_TRUNC);
        if (n < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) pending_ = last_error();
            return count_;
        }
        if (from.sll_pkttype == PACKET_OUTGOING) continue;
        received r;
        r.data.assign(begin, begin + std::min(std::size_t(n), sizeof begin));
        r.len = std::uint32_t(n);
        read_control(m, r);
        if (filter_ && !filter_(r.data)) continue;
        if (!count_.frames++) count_.first = r.stamp;
        count_.bytes += r.len;
        count_.last = r.stamp;
    }
}

std::optional<sock_error> kernel_socket::recv_error() {
    sock_error e;
    e.data.resize(biggest_datagram);
    inet_sockaddr to{};
    message m(e.data, &to, sizeof to);
    const auto n = ::recvmsg(fd(), &m.header, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (n < 0) return std::nullopt;
    e.data.resize(std::size_t(n));
    e.to = from_sockaddr(to, six());
    const control_messages control(m);
    if (const auto r = control.find<error_report<sockaddr_in>>(SOL_IP, IP_RECVERR)) {
        take_report(r->ee, e);
        const inet_sockaddr offender{.in = r->offender};
        if (offender.in.sin_family == AF_INET) e.offender = from_sockaddr(offender, false).addr;
    }
    if (const auto r = control.find<error_report<sockaddr_in6>>(SOL_IPV6, IPV6_RECVERR)) {
        take_report(r->ee, e);
        const inet_sockaddr offender{.in6 = r->offender};
        if (offender.in6.sin6_family == AF_INET6) e.offender6 = from_sockaddr(offender, true);
    }
    return e;
}

int create(sock_kind kind) {
    constexpr int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    switch (kind) {
        case sock_kind::icmp_raw:
            return ::socket(AF_INET, SOCK_RAW | flags, IPPROTO_ICMP);
        case sock_kind::udp:
            return ::socket(AF_INET, SOCK_DGRAM | flags, 0);
        case sock_kind::icmp6_raw:
            return ::socket(AF_INET6, SOCK_RAW | flags, IPPROTO_ICMPV6);
        case sock_kind::udp6:
            return ::socket(AF_INET6, SOCK_DGRAM | flags, 0);
        case sock_kind::packet:
            return ::socket(AF_PACKET, SOCK_RAW | flags, 0);
    }
    return -1;
}

}  // namespace

err kernel_system::open_socket(ns_fd ns, sock_kind kind, std::unique_ptr<socket>& out) {
    const in_netns visit(ns, home());
    if (visit.error() != err::ok) return visit.error();
    open_file file(create(kind));
    if (!file) return last_error();
    auto s = std::make_unique<kernel_socket>(std::move(file), kind, wall_start_.time_since_epoch());
    const err e = s->prepare();
    if (e == err::ok) out = std::move(s);
    return e;
}

int descriptor(const socket& s) { return static_cast<const kernel_socket&>(s).fd(); }

}  // namespace vethlab::host
