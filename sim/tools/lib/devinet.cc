// Linux: net/ipv4/devinet.c: devinet_ioctl, net/core/dev_ioctl.c
#include "sim/tools/lib/devinet.h"

#include <bit>

#include "sim/tools/lib/inet_host.h"
#include "sim/tools/lib/links.h"

namespace vethlab {
namespace {

// The prefix length of an address's class; nullopt for multicast.
// Linux: inet_abc_len
std::optional<unsigned> inet_abc_len(ipv4_address a) {
    if (a.is_any() || a.is_limited_broadcast()) return 0;
    if (a.is_multicast()) return std::nullopt;
    const std::uint32_t top = a.value >> 24;
    if (top < 128) return 8;
    if (top < 192) return 16;
    if (top < 224) return 24;
    return 32;  // class E
}

bool bad_mask(ipv4_address mask) {
    const std::uint32_t hole = ~mask.value;
    return (hole & (hole + 1)) != 0;
}

net_link link_of(const nlmsg_view& msg) {
    const auto head = msg.head<ifinfomsg>();
    const auto attrs = msg.attrs<ifinfomsg>();
    net_link l;
    l.index = head.ifi_index;
    l.type = head.ifi_type;
    l.flags = head.ifi_flags & 0xffff;
    if (auto* a = attrs.get(ifla::ifname)) l.name = a->str();
    l.altnames = altnames_of(attrs);
    if (auto* a = attrs.get(ifla::mtu)) l.mtu = a->u32();
    if (auto* a = attrs.get(ifla::txqlen)) l.txqlen = a->u32();
    if (auto* a = attrs.get(ifla::address)) l.address = a->mac();
    if (auto* a = attrs.get(ifla::stats64)) l.stats = a->as<rtnl_link_stats64>();
    return l;
}

inet_ifa ifa_of(const nlmsg_view& msg) {
    const auto head = msg.head<ifaddrmsg>();
    const auto attrs = msg.attrs<ifaddrmsg>();
    inet_ifa a;
    a.index = int(head.ifa_index);
    a.prefixlen = head.ifa_prefixlen;
    a.scope = head.ifa_scope;
    a.flags = head.ifa_flags;
    if (auto* v = attrs.get(ifa::flags)) a.flags = v->u32();
    if (auto* v = attrs.get(ifa::label)) a.label = v->str();
    if (auto* v = attrs.get(ifa::local)) a.local = v->ip4();
    if (auto* v = attrs.get(ifa::address)) a.address = v->ip4();
    if (auto* v = attrs.get(ifa::broadcast)) a.broadcast = v->ip4();
    return a;
}

nlmsg_builder dump_request(std::uint16_t type, std::uint8_t family) {
    nlmsg_builder request;
    request.begin(type, 0);
    if (type == rtm::getlink) {
        request.head(ifinfomsg{});
    } else {
        ifaddrmsg head{};
        head.ifa_family = family;
        request.head(head);
    }
    request.end();
    return request;
}

}  // namespace

std::vector<net_link> devinet::links() {
    std::vector<net_link> out;
    rtnl_.dump(dump_request(rtm::getlink, af::unspec), [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type == rtm::newlink) out.push_back(link_of(msg));
        return true;
    });
    return out;
}

std::vector<inet_ifa> devinet::addresses() {
    std::vector<inet_ifa> out;
    rtnl_.dump(dump_request(rtm::getaddr, af::inet), [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type == rtm::newaddr) out.push_back(ifa_of(msg));
        return true;
    });
    return out;
}

std::vector<inet6_ifa> devinet::inet6_addresses() {
    std::vector<inet6_ifa> out;
    const auto each = [&](const nlmsg_view& msg) {
        const auto head = msg.head<ifaddrmsg>();
        const auto attrs = msg.attrs<ifaddrmsg>();
        const auto* a = attrs.get(ifa::address);
        if (msg.hdr.nlmsg_type != rtm::newaddr || head.ifa_family != af::inet6 || !a) return true;
        inet6_ifa six;
        six.index = int(head.ifa_index);
        six.prefixlen = head.ifa_prefixlen;
        six.address = a->as<std::array<std::uint8_t, 16>>();
        out.push_back(six);
        return true;
    };
    rtnl_.dump(dump_request(rtm::getaddr, af::inet6), each, rtnl_errors::hide);
    return out;
}

err devinet::change_inet6(int ifindex, bytes_view address, unsigned prefixlen, bool add) {
    nlmsg_builder m;
    const auto create = std::uint16_t(nlm_f::create | nlm_f::excl);
    m.begin(add ? rtm::newaddr : rtm::deladdr, add ? create : std::uint16_t(0));
    m.head(ifaddrmsg{.ifa_family = af::inet6,
                     .ifa_prefixlen = std::uint8_t(prefixlen),
                     .ifa_flags = 0,
                     .ifa_scope = 0,
                     .ifa_index = std::uint32_t(ifindex)});
    m.put(ifa::local, address);
    m.end();
    return rtnl_.talk(m, nullptr, rtnl_errors::hide);
}

std::optional<net_link> devinet::link(const std::string& name) {
    for (auto& l : links()) {
        if (is_called(l, device_of(name))) return l;
    }
    return std::nullopt;
}

std::optional<inet_ifa> devinet::ifa(const std::string& label) {
    for (auto& a : addresses()) {
        if (a.label == label) return a;
    }
    return std::nullopt;
}

err devinet::insert(const inet_ifa& a) {
    nlmsg_builder request;
    request.begin(rtm::newaddr, nlm_f::create | nlm_f::excl);
    ifaddrmsg head{};
    head.ifa_family = af::inet;
    head.ifa_prefixlen = std::uint8_t(a.prefixlen);
    head.ifa_scope = a.scope;
    head.ifa_index = std::uint32_t(a.index);
    request.head(head);
    request.put_ip4(ifa::local, a.local);
    request.put_ip4(ifa::address, a.address);
    if (!a.broadcast.is_any()) request.put_ip4(ifa::broadcast, a.broadcast);
    request.put_str(ifa::label, a.label);
    if (a.flags & ifa_f::noprefixroute) request.put_u32(ifa::flags, ifa_f::noprefixroute);
    request.end();
    return rtnl_.talk(request, nullptr, rtnl_errors::hide);
}

err devinet::remove(const inet_ifa& a) {
    nlmsg_builder request;
    request.begin(rtm::deladdr, 0);
    ifaddrmsg head{};
    head.ifa_family = af::inet;
    head.ifa_prefixlen = std::uint8_t(a.prefixlen);
    head.ifa_index = std::uint32_t(a.index);
    request.head(head);
    request.put_ip4(ifa::local, a.local);
    request.put_str(ifa::label, a.label);
    request.end();
    return rtnl_.talk(request, nullptr, rtnl_errors::hide);
}

err devinet::replace(const inet_ifa& old, const inet_ifa& changed) {
    if (const err e = remove(old); e != err::ok) return e;
    return insert(changed);
}

err devinet::set_address(const std::string& name, ipv4_address a) {
    const auto dev = link(name);
    if (!dev) return err::nodev;
    const auto class_len = inet_abc_len(a);
    if (!class_len) return err::inval;
    const std::string label = name.find(':') == std::string::npos ? dev->name : name;
    if (const auto old = ifa(name)) {
        if (old->local == a) return err::ok;
        if (const err e = remove(*old); e != err::ok) return e;
    }
    // An address of zero is none: what was there is gone.
    if (a.is_any()) return err::ok;
    inet_ifa ifa;
    ifa.index = dev->index;
    ifa.label = label;
    ifa.local = ifa.address = a;
    ifa.scope = a.is_loopback() ? rt_scope::host : rt_scope::universe;
    ifa.prefixlen = dev->flags & iff::pointopoint ? 32 : *class_len;
    if (!(dev->flags & iff::pointopoint) && (dev->flags & iff::broadcast) && ifa.prefixlen < 31) {
        ifa.broadcast.value = a.value | ~ifa.netmask();
    }
    return insert(ifa);
}

err devinet::set_netmask(const std::string& name, ipv4_address mask) {
    const auto dev = link(name);
    if (!dev) return err::nodev;
    const auto old = ifa(name);
    if (!old) return err::addrnotavail;
    if (bad_mask(mask)) return err::inval;
    if (old->netmask() == mask.value) return err::ok;
    inet_ifa changed = *old;
    changed.prefixlen = unsigned(std::popcount(mask.value));
    // A broadcast address that fitted the old mask follows; any other is left alone.
    if ((dev->flags & iff::broadcast) && changed.prefixlen < 31 &&
        old->broadcast.value == (old->local.value | ~old->netmask())) {
        changed.broadcast.value = old->local.value | ~mask.value;
    }
    return replace(*old, changed);
}

err devinet::set_broadcast(const std::string& name, ipv4_address a) {
    if (!link(name)) return err::nodev;
    const auto old = ifa(name);
    if (!old) return err::addrnotavail;
    if (old->broadcast == a) return err::ok;
    inet_ifa changed = *old;
    changed.broadcast = a;
    return replace(*old, changed);
}

err devinet::set_destination(const std::string& name, ipv4_address a) {
    if (!link(name)) return err::nodev;
    const auto old = ifa(name);
    if (!old) return err::addrnotavail;
    if (old->address == a) return err::ok;
    if (!inet_abc_len(a)) return err::inval;
    inet_ifa changed = *old;
    changed.address = a;
    return replace(*old, changed);
}

err devinet::set_flags(const std::string& name, std::uint32_t mask, bool on) {
    const auto dev = link(name);
    if (!dev) return err::nodev;
    if (name.find(':') != std::string::npos) {
        const auto old = ifa(name);
        if (!old) return err::addrnotavail;
        // The device's flags with the change: an alias goes where they lack this one.
        const std::uint32_t flags = on ? dev->flags | mask : dev->flags & ~mask;
        return flags & iff::up ? err::ok : remove(*old);
    }
    nlmsg_builder request;
    request.begin(rtm::setlink, 0);
    ifinfomsg head{};
    head.ifi_index = dev->index;
    head.ifi_flags = on ? mask : 0;
    head.ifi_change = mask;
    request.head(head);
    request.end();
    return rtnl_.talk(request, nullptr, rtnl_errors::hide);
}

template <class F>
err devinet::set_link(const std::string& name, F put) {
    const auto dev = link(name);
    if (!dev) return err::nodev;
    nlmsg_builder request;
    request.begin(rtm::setlink, 0);
    ifinfomsg head{};
    head.ifi_index = dev->index;
    request.head(head);
    put(request);
    request.end();
    return rtnl_.talk(request, nullptr, rtnl_errors::hide);
}

err devinet::set_mtu(const std::string& name, int mtu) {
    return set_link(name, [&](nlmsg_builder& r) { r.put_u32(ifla::mtu, std::uint32_t(mtu)); });
}

err devinet::set_txqlen(const std::string& name, int length) {
    if (!link(name)) return err::nodev;
    if (length < 0) return err::inval;
    return set_link(name,
                    [&](nlmsg_builder& r) { r.put_u32(ifla::txqlen, std::uint32_t(length)); });
}

err devinet::set_hwaddr(const std::string& name, mac_address m) {
    const auto dev = link(name);
    if (dev && dev->type != arphrd::ether) return err::inval;  // the address says its type
    return set_link(name, [&](nlmsg_builder& r) { r.put_mac(ifla::address, m); });
}

err devinet::rename(const std::string& name, const std::string& to) {
    // A message without a name renames nothing; the ioctl refuses it.
    if (to.empty()) return link(name) ? err::inval : err::nodev;
    return set_link(name, [&](nlmsg_builder& r) { r.put_str(ifla::ifname, to); });
}

}  // namespace vethlab
