// iputils: ping/ping.c (ping4_run), ping/ping_common.c (setup, fill)
#include "sim/tools/ping/session.h"

#include <algorithm>
#include <cctype>

#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "sim/tools/lib/links.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

constexpr std::size_t timestamp_size = 16;  // struct timeval
constexpr std::size_t rmem_max = 212992;    // net.core.rmem_max
constexpr std::size_t wmem_max = 212992;    // net.core.wmem_max
constexpr std::size_t min_sndbuf = 4608;    // SOCK_MIN_SNDBUF

std::vector<std::byte> record_route_option() {
    std::vector<std::byte> o(40);
    put8(o, 0, 1);  // NOP, so that the addresses are aligned
    put8(o, 1, 7);
    put8(o, 2, 39);
    put8(o, 3, 4);
    return o;
}

std::vector<std::byte> timestamp_option(int type, const std::vector<ipv4_address>& route) {
    std::size_t size = type == 0 ? 40 : 36;
    if (type == 3) size = 4 + 8 * route.size();
    std::vector<std::byte> o(size);
    put8(o, 0, 0x44);
    put8(o, 1, std::uint8_t(size));
    put8(o, 2, 5);
    put8(o, 3, std::uint8_t(type));
    if (type == 3) {
        put8(o, 3, std::uint8_t(type | (15 - int(route.size())) << 4));
        for (std::size_t i = 0; i < route.size(); i++) route[i].write(o, 4 + 8 * i);
    }
    return o;
}

}  // namespace

// nullopt: the sockets are ready and the first line is printed.
std::optional<int> ping_session::open() {
    outpack.assign(icmp_view::size + o.datalen, std::byte{0});
    if (auto rc = fill_pattern()) return rc;
    if (o.verbose) {
        const char* none = "-1 (socktype: 0)";
        ping_complain(p, "sock4.fd: %s, sock6.fd: %s, hints.ai_family: %s\n",
                      o.family6 ? none : "3 (socktype: SOCK_RAW)",
                      o.family4   ? none
                      : o.family6 ? "3 (socktype: SOCK_RAW)"
                                  : "4 (socktype: SOCK_RAW)",
                      o.family4   ? "AF_INET"
                      : o.family6 ? "AF_INET6"
                                  : "AF_UNSPEC");
    }
    // The last target decides for all.
    six = !o.family4 && o.targets.back().find(':') != std::string::npos;
    const auto kind = six ? sock_kind::icmp6_raw : sock_kind::icmp_raw;
    if (const err e = p.sys.open_socket(p.ns, kind, sock); e != err::ok) {
        ping_complain(p, "socket: %s", strerror(e));
        return 2;
    }
    if (auto rc = six ? resolve6() : resolve()) return rc;
    if (auto rc = six ? probe_source6() : probe_source()) return rc;
    if (auto rc = six ? configure6() : configure()) return rc;
    if (o.interval_ms >= INT32_MAX / o.preload) {
        ping_complain(p, "illegal preload and/or interval: %d", o.interval_ms);
        return 2;
    }
    six ? print_header6() : print_header();
    return std::nullopt;
}

std::optional<int> ping_session::fill_pattern() {
    timing = o.datalen >= timestamp_size;
    const bytes_span data = bytes_span(outpack).subspan(icmp_view::size);
    if (!o.pattern) {
        for (std::size_t i = 0; i < data.size(); i++) data[i] = std::byte(i);
        return std::nullopt;
    }
    const std::string& text = *o.pattern;
    std::vector<std::byte> unit;
    for (std::size_t i = 0; i < text.size(); i++) {
        if (!std::isxdigit(static_cast<unsigned char>(text[i]))) {
            ping_complain(p, "patterns must be specified as hex digits: %s", text.c_str() + i);
            return 2;
        }
    }
    for (std::size_t i = 0; i < text.size() && unit.size() < 16; i += 2) {
        unit.push_back(std::byte(std::strtoul(text.substr(i, 2).c_str(), nullptr, 16)));
    }
    // The real one's bound is off: data hardly longer than the pattern gets it only once.
    const bool once = data.size() < unit.size() + icmp_view::size;
    for (std::size_t i = 0; i < data.size() && !unit.empty(); i++) {
        if (once && i >= unit.size()) break;
        data[i] = unit[i % unit.size()];
    }
    if (o.quiet) return std::nullopt;
    p.out->write("PATTERN: 0x");
    for (const std::byte b : unit) p.out->printf("%02x", unsigned(b));
    p.out->write("\n");
    return std::nullopt;
}

std::optional<int> ping_session::resolve_one(const std::string& target, resolved_host& host) {
    const char* error = nullptr;
    const bool ipv6 = looks_like_ipv6(target);
    const auto found = ipv6 ? std::nullopt : resolve_host(p.sys, target, error);
    if (o.family6 ? found.has_value() : ipv6) error = "Address family for hostname not supported";
    if (error) {
        ping_complain(p, "%s: %s", target.c_str(), error);
        return 2;
    }
    host = *found;
    return std::nullopt;
}

// The last target comes first: it decides about the family.
std::optional<int> ping_session::resolve() {
    resolved_host last;
    if (auto rc = resolve_one(o.targets.back(), last)) return rc;
    if (o.verbose) {
        p.out->printf("ai->ai_family: AF_INET, ai->ai_canonname: '%s'\n", last.canonical.c_str());
    }
    if (o.targets.size() > 1) {
        if (o.rroute || (o.timestamp_type && (*o.timestamp_type != 3 || o.targets.size() > 5))) {
            return ping_usage(p);
        }
        if (o.targets.size() > 10) return ping_usage(p);
        for (std::size_t i = 0; i + 1 < o.targets.size(); i++) {
            resolved_host hop;
            if (auto rc = resolve_one(o.targets[i], hop)) return rc;
            route.push_back(hop.addr);
        }
        if (o.timestamp_type == 3) route.push_back(last.addr);
    }
    if (parse_inet_aton(o.targets.back())) o.numeric = true;
    whereto = last.addr;
    hostname = last.canonical;
    return std::nullopt;
}

// Which address the route to the target gives us: a UDP socket is connected to find out.
std::optional<int> ping_session::probe_source() {
    if (o.source && !o.source->is_any()) {
        source = *o.source;
        if (whereto.is_any()) whereto = source;
        if (o.device.empty()) return std::nullopt;
        return bind_device(*sock);
    }
    std::unique_ptr<socket> probe;
    if (const err e = p.sys.open_socket(p.ns, sock_kind::udp, probe); e != err::ok) {
        ping_complain(p, "socket: %s", strerror(e));
        return 2;
    }
    if (!o.device.empty()) {
        if (auto rc = bind_device(*probe)) return rc;
        if (auto rc = bind_device(*sock)) return rc;
    }
    probe->options.tos = o.tos;
    probe->options.mark = o.mark;
    if (auto rc = connect_probe(*probe, {route.empty() ? whereto : route[0], 1025})) return rc;
    source = probe->local().addr;
    if (whereto.is_any()) whereto = source;
    if (!o.device.empty()) warn_of_foreign_source();
    return std::nullopt;
}

std::optional<int> ping_session::connect_probe(socket& probe, sock_addr to) {
    err e = probe.connect(to);
    if (e == err::acces) {
        if (!o.broadcast) {
            ping_complain(p,
                          "Do you want to ping broadcast? Then -b. If not, check your local "
                          "firewall rules");
            return 2;
        }
        p.err->write("WARNING: pinging broadcast address\n");
        probe.options.broadcast = true;
        e = probe.connect(to);
    }
    if (e == err::ok) return std::nullopt;
    ping_complain(p, "connect: %s", strerror(e));
    return 2;
}

std::optional<int> ping_session::bind_device(socket& s) {
    const err e = s.bind_device(o.device);
    if (e == err::ok) return std::nullopt;
    if (whereto.is_multicast()) {  // would do with IP_MULTICAST_IF, which wants a number
        ping_complain(p, "unknown iface: %s", o.device.c_str());
        return 2;
    }
    ping_complain(p, "SO_BINDTODEVICE %s: %s", o.device.c_str(), strerror(e));
    return 2;
}

void ping_session::warn_of_foreign_source() {
    for (const auto& a : list_ipv4_labels(p)) {
        if (a.label == o.device && a.local == source) return;
    }
    ping_complain(p, "Warning: source address might be selected on device other than: %s",
                  o.device.c_str());
}

std::optional<int> ping_session::configure() {
    sock_options& opt = sock->options;
    if (o.broadcast || whereto.is_multicast()) {
        multicast = true;
        if (!o.mtu_discover) o.mtu_discover = pmtudisc::do_;
    }
    opt.mtu_discover = o.mtu_discover;
    if (o.ident > 0 || o.strict_source) {
        if (const err e = sock->bind({source, 0}); e != err::ok) {
            ping_complain(p, "bind: %s", strerror(e));
            return 2;
        }
    }
    ident = o.ident >= 0 ? o.ident : p.pid & 0xffff;
    opt.recverr = true;
    if (!route.empty() && !o.timestamp_type) {
        // Linux wants CAP_NET_RAW for a source route, which ping has dropped by now.
        ping_complain(p, "record route: %s", strerror(err::perm));
        return 2;
    }
    set_ip_options();
    set_buffers(optlen + 20);
    opt.broadcast = o.broadcast;
    opt.dontroute = o.dont_route;
    opt.multicast_loop = !o.no_loop;
    opt.tos = o.tos;
    opt.mark = o.mark;
    if (o.ttl == 0) {
        ping_complain(p, "cannot set unicast time-to-live: %s", strerror(err::inval));
        return 2;
    }
    if (o.ttl > 0) opt.multicast_ttl = opt.ttl = o.ttl;
    return std::nullopt;
}

void ping_session::set_ip_options() {
    if (o.rroute) {
        sock->options.ip_options = record_route_option();
        optlen = 40;
    }
    if (o.timestamp_type) {
        sock->options.ip_options = timestamp_option(*o.timestamp_type, route);
        optlen = 40;
    }
}

// Estimates what one packet takes of a socket's buffer.
void ping_session::set_buffers(std::size_t address_overhead) {
    std::size_t hold = o.datalen + icmp_view::size;
    hold += (hold + 511) / 512 * (address_overhead + 16 + 64 + 160);
    const std::size_t sndbuf = std::min(o.sndbuf ? o.sndbuf : hold, wmem_max);
    sock->options.sndbuf = std::max(2 * sndbuf, min_sndbuf);
    const std::size_t wanted = std::max<std::size_t>(hold * std::size_t(o.preload), 65536);
    sock->options.rcvbuf = 2 * std::min(wanted, rmem_max);
    if (sock->options.rcvbuf < wanted) {
        ping_complain(p, "WARNING: probably, rcvbuf is not enough to hold preload");
    }
}

void ping_session::print_header() {
    p.out->printf("PING %s (%s) ", hostname.c_str(), dotted_quad(whereto).c_str());
    if (!o.device.empty() || o.strict_source) {
        p.out->printf("from %s %s: ", dotted_quad(source).c_str(), o.device.c_str());
    }
    p.out->printf("%zu(%zu) bytes of data.\n", o.datalen,
                  o.datalen + icmp_view::size + optlen + ipv4_view::min_size);
}

}  // namespace vethlab
