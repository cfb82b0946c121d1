#include "host/bench/network.h"

#include <algorithm>

#include "core/rng.h"
#include "host/bench/messages.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

constexpr std::uint16_t create = nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl;
constexpr std::uint16_t change = nlm_f::request | nlm_f::ack;

}  // namespace

netlink_channel& network::channel(ns_fd ns) {
    auto& c = channels_[ns];
    if (!c) c = sys_.netlink(ns);
    return *c;
}

void network::talk(ns_fd ns, const nlmsg_builder& m) {
    netlink_channel& c = channel(ns);
    err e = c.send(m.view());
    while (e == err::ok) {
        const auto datagram = c.recv();
        if (!datagram) throw network_error("rtnetlink: no answer");
        bytes_view rest = *datagram;
        while (auto msg = nlmsg_next(rest)) {
            if (msg->hdr.nlmsg_type != nlmsg::error) continue;
            e = err(-load<std::int32_t>(msg->body));
            if (e == err::ok) return;
        }
    }
    throw network_error(std::string("rtnetlink: ") + strerror(e));
}

int network::index(const end_point& dev) {
    int& i = indices_[{dev.ns, dev.name}];
    if (i) return i;
    nlmsg_builder m;
    m.begin(rtm::getlink, nlm_f::request, 1);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, dev.name);
    m.end();
    netlink_channel& c = channel(dev.ns);
    const auto datagram = c.send(m.view()) == err::ok ? c.recv() : std::nullopt;
    bytes_view rest = datagram ? bytes_view(*datagram) : bytes_view{};
    const auto answer = nlmsg_next(rest);
    if (!answer || answer->hdr.nlmsg_type != rtm::newlink) {
        throw network_error(dev.name + ": there is no such device");
    }
    return i = answer->head<ifinfomsg>().ifi_index;
}

kernel_link network::link(const end_point& dev) {
    const auto known = indices_.find({dev.ns, dev.name});
    const int i = known == indices_.end() ? 0 : known->second;
    for (auto& l : get_links(sys_, dev.ns, i)) {
        if (l.name == dev.name) return l;
    }
    throw network_error(dev.name + ": there is no such device");
}

ns_fd network::add_netns(const std::string& name) {
    const err e = sys_.netns_add(prefix_ + name);
    const ns_fd ns = e == err::ok ? sys_.netns_open(prefix_ + name) : no_ns;
    if (ns == no_ns) throw network_error("namespace " + name + ": " + strerror(e));
    set(ns, "net/ipv6/conf/all/disable_ipv6", "1");  // what it sends by itself is not counted
    return ns;
}

void network::set(ns_fd ns, const char* sysctl, const char* value) {
    // One that this kernel does not have changes nothing.
    const err e = sys_.sysctl_write(ns, sysctl, value);
    if (e != err::ok && e != err::noent) throw network_error(strf("%s: %s", sysctl, strerror(e)));
}

void network::add_veth(const end_point& a, const end_point& b) {
    nlmsg_builder m;
    m.begin(rtm::newlink, create, 1);
    put_veth(m, {.name = a.name}, {.name = b.name, .netns = b.ns == a.ns ? no_ns : b.ns});
    m.end();
    talk(a.ns, m);
    for (const auto& dev : {a, b}) {
        nlmsg_builder up;
        up.begin(rtm::newlink, change, 1);
        up.head(ifinfomsg{0, 0, 0, 0, iff::up, iff::up});
        up.put_str(ifla::ifname, dev.name);
        up.end();
        talk(dev.ns, up);
    }
}

void network::set_down(const end_point& dev) {
    nlmsg_builder m;
    m.begin(rtm::newlink, change, 1);
    m.head(ifinfomsg{0, 0, 0, 0, 0, iff::up});
    m.put_str(ifla::ifname, dev.name);
    m.end();
    talk(dev.ns, m);
}

void network::add_bridge(const std::string& name) {
    nlmsg_builder m;
    m.begin(rtm::newlink, create, 1);
    put_bridge(m, name);
    m.end();
    talk(home, m);
}

void network::add_port(const std::string& bridge, const std::string& device) {
    nlmsg_builder m;
    m.begin(rtm::newlink, change, 1);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, device);
    m.put_u32(ifla::master, std::uint32_t(index({home, bridge})));
    m.end();
    talk(home, m);
}

void network::add_address(const end_point& dev, ipv4_address a, unsigned prefix) {
    nlmsg_builder m;
    m.begin(rtm::newaddr, create, 1);
    put_address(m, index(dev), a, prefix);
    m.end();
    talk(dev.ns, m);
}

void network::add_route(ns_fd ns, ipv4_address gateway, ipv4_address dst, unsigned prefix) {
    nlmsg_builder m;
    m.begin(rtm::newroute, create, 1);
    m.head(rtmsg{af::inet, std::uint8_t(prefix), 0, 0, rt_table::main, rtprot::boot, rt_scope::universe,
                 std::uint8_t(rtn::unicast), 0});
    if (prefix) m.put_ip4(rta::dst, dst);
    m.put_ip4(rta::gateway, gateway);
    m.end();
    talk(ns, m);
}

void network::add_blackhole(ns_fd ns, ipv4_address dst) {
    nlmsg_builder m;
    m.begin(rtm::newroute, create, 1);
    m.head(rtmsg{af::inet, 32, 0, 0, rt_table::main, rtprot::boot, rt_scope::universe,
                 std::uint8_t(rtn::blackhole), 0});
    m.put_ip4(rta::dst, dst);
    m.end();
    talk(ns, m);
}

// ---- the workloads

namespace {

constexpr ipv4_address ip(unsigned a, unsigned b, unsigned c, unsigned d) {
    return {a << 24 | b << 16 | c << 8 | d};
}

// Linux: a softirq takes 300 frames (net.core.netdev_budget) before others may run, among them the
// thread ksoftirqd, whose time would be missed; and the backlog holds 1000.
std::uint32_t burst_for(unsigned copies) {
    constexpr unsigned at_once = 250;
    return std::clamp(at_once / std::max(copies, 1u), 1u, 64u);
}

void quiet(network& n) { n.set(n.home, "net/ipv6/conf/all/disable_ipv6", "1"); }

path between(network& n, const end_point& from, const end_point& peer, const end_point& to) {
    path p{{{from, peer, n.link(to).address}}, {to}};
    p.src_ip = ip(10, 0, 0, 1);
    p.dst_ip = ip(10, 0, 0, 2);  // nobody's: the receiver's stack drops it
    return p;
}

}  // namespace

path build_veth(network& n) { return build_chain(n, 0); }

path build_dead_end(network& n) {
    path p = build_veth(n);
    n.set_down(p.to[0]);
    p.to.clear();
    p.copies = 0;
    return p;
}

path build_chain(network& n, unsigned bridges) {
    quiet(n);
    std::string left = "from", bridge;
    for (unsigned i = 1; i <= bridges; i++) {
        const std::string port = strf("l%u", i), next = strf("br%u", i);
        n.add_bridge(next);
        n.add_veth({n.home, left}, {n.home, port});
        if (i > 1) n.add_port(bridge, left);
        n.add_port(next, port);
        left = strf("r%u", i);
        bridge = next;
    }
    n.add_veth({n.home, left}, {n.home, "to"});
    if (bridges) n.add_port(bridge, left);
    const end_point to{n.home, "to"};
    path p = between(n, {n.home, "from"}, bridges ? end_point{n.home, "l1"} : to, to);
    n.add_blackhole(n.home, p.dst_ip);  // an unreachable destination would cost more than the way
    p.burst = burst_for(bridges + 1);
    return p;
}

path build_flood(network& n, unsigned ports) {
    quiet(n);
    n.add_bridge("br0");
    path p;
    for (unsigned i = 0; i <= ports; i++) {
        const end_point host{n.home, strf("h%u", i)};
        const end_point port{n.home, strf("p%u", i)};
        n.add_veth(host, port);
        n.add_port("br0", strf("p%u", i));
        if (i == 0) {
            p.flows.push_back({host, port, mac_broadcast});
        } else {
            p.to.push_back(host);
        }
    }
    p.copies = ports;
    p.src_ip = ip(10, 0, 0, 1);
    p.dst_ip = ip(10, 255, 255, 255);
    p.burst = burst_for(ports);
    return p;
}

path build_route(network& n, unsigned hops) {
    ns_fd left = n.add_netns("source");
    const ns_fd source = left;
    end_point second, to;
    for (unsigned i = 1; i <= hops + 1; i++) {
        const bool last = i == hops + 1;
        const ns_fd right = n.add_netns(last ? "drain" : strf("r%u", i));
        const end_point a{left, "right"}, b{right, "left"};
        n.add_veth(a, b);
        n.add_address(a, ip(10, i >> 8, i & 255, 1), 24);
        n.add_address(b, ip(10, i >> 8, i & 255, 2), 24);
        n.add_route(left, ip(10, i >> 8, i & 255, 2));
        // The way back, for those who answer.
        if (i > 1) n.add_route(right, ip(10, i >> 8, i & 255, 1), ip(10, 0, 1, 0), 24);
        for (const auto& dev : {a, b}) n.link(dev);  // its carrier is seen now
        if (!last) n.set(right, "net/ipv4/ip_forward", "1");
        left = right;
        to = b;
        if (i == 1) second = b;
    }
    path p{{{{source, "right"}, second, n.link(second).address}}, {to}};
    p.src_ip = ip(10, 0, 1, 1);
    p.dst_ip = ip(192, 0, 2, 1);
    p.end_ip = ip(10, (hops + 1) >> 8, (hops + 1) & 255, 2);
    p.burst = burst_for(hops + 1);
    n.add_blackhole(to.ns, p.dst_ip);  // no answer from the last one
    return p;
}

path build_star(network& n, unsigned namespaces) {
    quiet(n);
    n.add_bridge("br0");
    path p;
    for (unsigned i = 1; i <= namespaces; i++) {
        const end_point port{n.home, strf("p%u", i)};
        p.to.push_back({n.add_netns(strf("s%u", i)), "eth0"});
        n.add_veth(port, p.to.back());
        n.add_port("br0", port.name);
        n.add_address(p.to.back(), {ip(10, 128, 0, 0).value + i}, 9);
    }
    const std::vector<end_point>& hosts = p.to;
    p.src_ip = ip(10, 128, 0, 1);
    p.dst_ip = ip(10, 255, 0, 1);  // nobody's
    p.burst = 8;
    rng random(1);
    constexpr unsigned most_flows = 256;
    for (unsigned i = 0; i < std::min(namespaces, most_flows); i++) {
        const std::uint32_t from = random.below(namespaces), step = random.below(namespaces - 1);
        const std::uint32_t to = (from + 1 + step) % namespaces;
        p.flows.push_back({hosts[from], {n.home, strf("p%u", from + 1)}, n.link(hosts[to]).address});
    }
    return p;
}

std::uint64_t received_frames(network& n, const path& p) {
    std::uint64_t sum = 0;
    for (const auto& dev : p.to) sum += n.link(dev).stats.rx_packets;
    return sum;
}

}  // namespace vethlab::host
