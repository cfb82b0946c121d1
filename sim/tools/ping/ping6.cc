// iputils: ping/ping6_common.c: what is IPv6's own.
#include <algorithm>

#include "core/wire/icmpv6.h"
#include "sim/tools/lib/inet6_name.h"
#include "sim/tools/lib/links.h"
#include "sim/tools/ping/session.h"

namespace vethlab {
namespace {

const char* unreachable_text(std::uint8_t code) {
    switch (code) {
        case 0:
            return "No route";
        case 1:
            return "Administratively prohibited";
        case 2:
            return "Beyond scope of source address";
        case 3:
            return "Address unreachable";
        case 4:
            return "Port unreachable";
        default:
            return nullptr;
    }
}

}  // namespace

std::optional<int> ping_session::resolve6() {
    hostname = o.targets.back();
    o.numeric = true;
    const auto target = parse_inet6_name(p, hostname);
    if (!target) {
        ping_complain(p, "%s: Name or service not known", hostname.c_str());
        return 2;
    }
    if (o.verbose) {
        p.out->printf("ai->ai_family: AF_INET6, ai->ai_canonname: '%s'\n", hostname.c_str());
    }
    if (o.targets.size() > 1) return ping_usage(p);
    whereto6 = *target;
    return std::nullopt;
}

// if_name2index
std::optional<int> ping_session::device_index(int& index) {
    if (const auto link = link_by_name(p, o.device)) {
        index = link->index;
        return std::nullopt;
    }
    ping_complain(p, "unknown iface: %s", o.device.c_str());
    return 2;
}

// Which address the route to the target gives us: a UDP socket is connected to find out. On one
// link the real one's connect() has no family, and so no result.
std::optional<int> ping_session::probe_source6() {
    int index = 0;
    if (!o.device.empty()) {
        if (auto rc = device_index(index)) return rc;
        if (const err e = sock->bind_device(o.device); e != err::ok) {
            ping_complain(p, "SO_BINDTODEVICE %s: %s", o.device.c_str(), strerror(e));
            return 2;
        }
    }
    if (o.source6) {
        source6.addr6 = *o.source6;
        if (in6_is_link_scoped(source6.addr6)) source6.scope_id = index;
        return std::nullopt;
    }
    if (!in6_is_link_scoped(whereto6.addr6)) {
        std::unique_ptr<socket> probe;
        err e = p.sys.open_socket(p.ns, sock_kind::udp6, probe);
        if (e != err::ok) {
            ping_complain(p, "socket: %s", strerror(e));
            return 2;
        }
        if (index) (void)probe->bind_device(o.device);
        probe->options.mark = o.mark;
        e = probe->connect({.port = 1025, .addr6 = whereto6.addr6, .scope_id = whereto6.scope_id});
        if (e != err::ok) {
            ping_complain(p, "connect: %s", strerror(e));
            return 2;
        }
        source6 = probe->local();
        source6.port = 0;
    }
    const auto addresses = list_ipv6_addresses(p);
    const bool has_it = std::any_of(addresses.begin(), addresses.end(), [&](const ipv6_label& a) {
        return a.index == index && a.local == source6.addr6;
    });
    if (index && !has_it) {
        ping_complain(p, "Warning: source address might be selected on device other than: %s",
                      o.device.c_str());
    }
    return std::nullopt;
}

std::optional<int> ping_session::configure6() {
    sock_options& opt = sock->options;
    // :: is answered by ::1, which is nothing to remark on.
    multicast = whereto6.addr6.is_multicast() || whereto6.addr6.is_any();
    if (whereto6.addr6.is_multicast() && !o.mtu_discover) o.mtu_discover = pmtudisc::do_;
    opt.mtu_discover = o.mtu_discover;
    if (o.strict_source) {
        if (const err e = sock->bind(source6); e != err::ok) {
            ping_complain(p, "bind icmp socket: %s", strerror(e));
            return 2;
        }
    }
    ident = o.ident >= 0 ? o.ident : p.pid & 0xffff;
    opt.recverr = true;
    opt.icmp6_filter = icmpv6_type::echo_reply;
    constexpr std::size_t ipv6_header = 40;
    set_buffers(ipv6_header);
    opt.multicast_loop = !o.no_loop;
    opt.tos = o.tos;
    opt.mark = o.mark;
    if (o.ttl > 0) opt.multicast_ttl = opt.ttl = o.ttl;
    if (o.flow_label) {
        while (*o.flow_label == 0) o.flow_label = p.sys.random() & 0xfffff;
        opt.flow_label = *o.flow_label;
    }
    return std::nullopt;
}

void ping_session::print_header6() {
    p.out->printf("PING %s(%s) ", hostname.c_str(), address_text(whereto6).c_str());
    if (o.flow_label) p.out->printf(", flow 0x%05x, ", unsigned(*o.flow_label));
    if (!o.device.empty() || o.strict_source) {
        p.out->printf("from %s %s: ", address_text(source6).c_str(), o.device.c_str());
    }
    p.out->printf("%zu data bytes\n", o.datalen);
}

void ping_session::parse_reply6(const received& r) {
    const auto icmp = icmpv6_view::parse(r.data);
    if (!icmp) {
        if (o.verbose) ping_complain(p, "packet too short: %zu bytes", r.data.size());
        return;
    }
    if (icmp->type() != icmpv6_type::echo_reply || icmp->id() != ident) return;
    reply echo{r.from, r.data, r.hop_limit};
    if (!gather(r, echo)) return;
    if (o.audible) p.out->write("\a");
    if (!o.flood) p.out->write("\n");
}

void ping_session::print_icmp6(std::uint8_t type, std::uint8_t code, std::uint32_t info) {
    writer& out = *p.out;
    switch (type) {
        case icmpv6_type::dest_unreach:
            out.write("Destination unreachable: ");
            if (const char* text = unreachable_text(code)) {
                out.write(text);
            } else {
                out.printf("Unknown code %d", code);
            }
            break;
        case icmpv6_type::pkt_toobig:
            out.printf("Packet too big: mtu=%u", info);
            if (code) out.printf(", code=%d", code);
            break;
        case icmpv6_type::time_exceed:
            out.write("Time exceeded: ");
            if (code == icmpv6_code::exc_hoplimit) {
                out.write("Hop limit");
            } else if (code == icmpv6_code::exc_fragtime) {
                out.write("Defragmentation failure");
            } else {
                out.printf("code %d", code);
            }
            break;
        case icmpv6_type::paramprob:
            out.write("Parameter problem: ");
            if (code == icmpv6_code::hdr_field) {
                out.write("Wrong header field ");
            } else if (code == icmpv6_code::unk_nexthdr) {
                out.write("Unknown header ");
            } else if (code == icmpv6_code::unk_option) {
                out.write("Unknown option ");
            } else {
                out.printf("code %d ", code);
            }
            out.printf("at %u", info);
            break;
        default:
            out.printf("unknown icmp type: %u", type);
    }
    out.write("\n");
}

}  // namespace vethlab
