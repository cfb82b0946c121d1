// Linux: net/ipv4/devinet.c: which of our addresses (inet_select_addr, inet_confirm_addr,
// ip_dev_find ...).
#include <algorithm>

#include "core/ipv4/devinet.h"
#include "core/ipv4/fib.h"

namespace vethlab {
namespace {

// With route_localnet an address of scope host may be used on the link.
std::uint8_t localnet_scope(const in_device& in_dev) {
    return in_dev.route_localnet() ? rt_scope::link : rt_scope::host;
}

ipv4_address in_dev_select_addr(const in_device& in_dev, std::uint8_t scope) {
    for (const auto& ifa : in_dev.ifa_list) {
        if (ifa->secondary()) continue;
        if (ifa->scope != rt_scope::link && ifa->scope <= scope) return ifa->local;
    }
    return {};
}

ipv4_address confirm_addr_indev(const in_device& in_dev, ipv4_address dst, ipv4_address local,
                                std::uint8_t scope) {
    ipv4_address addr;
    bool same = false;
    for (const auto& ifa : in_dev.ifa_list) {
        const bool in_scope = std::min(ifa->scope, localnet_scope(in_dev)) <= scope;
        if (addr.is_any() && (local.is_any() || local == ifa->local) && in_scope) {
            addr = ifa->local;
            if (same) break;
        }
        if (same) continue;
        same = (local.is_any() || ifa->match(local)) && (dst.is_any() || ifa->match(dst));
        if (!same || addr.is_any()) continue;
        if (!local.is_any() || dst.is_any() || ifa->match(addr)) break;
        if (in_scope) {  // dst is in this subnet, so this one speaks to it
            addr = ifa->local;
            break;
        }
        same = false;
    }
    return same ? addr : ipv4_address{};
}

}  // namespace

ipv4_address inet_select_addr(const net_device& dev, ipv4_address dst, std::uint8_t scope) {
    ipv4_address addr;
    if (const in_device* in_dev = in_dev_get(dev)) {
        for (const auto& ifa : in_dev->ifa_list) {
            if (ifa->secondary()) continue;
            if (std::min(ifa->scope, localnet_scope(*in_dev)) > scope) continue;
            if (dst.is_any() || ifa->match(dst)) return ifa->local;
            if (addr.is_any()) addr = ifa->local;
        }
    }
    if (!addr.is_any()) return addr;
    // lo comes first, so an address put there on purpose is preferred.
    for (const net_device* other : dev.net->dev_base_head) {
        const in_device* in_dev = in_dev_get(*other);
        if (!in_dev) continue;
        addr = in_dev_select_addr(*in_dev, scope);
        if (!addr.is_any()) return addr;
    }
    return {};
}

ipv4_address inet_confirm_addr(netns& net, in_device* in_dev, ipv4_address dst, ipv4_address local,
                               std::uint8_t scope) {
    if (in_dev) return confirm_addr_indev(*in_dev, dst, local, scope);
    for (const net_device* dev : net.dev_base_head) {
        const in_device* other = in_dev_get(*dev);
        if (!other) continue;
        const ipv4_address addr = confirm_addr_indev(*other, dst, local, scope);
        if (!addr.is_any()) return addr;
    }
    return {};
}

bool inet_addr_onlink(const in_device& in_dev, ipv4_address a, ipv4_address b) {
    return std::any_of(in_dev.ifa_list.begin(), in_dev.ifa_list.end(), [&](const auto& ifa) {
        return ifa->match(a) && (b.is_any() || ifa->match(b));
    });
}

in_ifaddr* inet_ifa_byprefix(const in_device& in_dev, ipv4_address prefix, std::uint32_t mask) {
    for (const auto& ifa : in_dev.ifa_list) {
        if (ifa->mask == mask && ifa->match(prefix)) return ifa.get();
    }
    return nullptr;
}

// Linux: looks into a hash of addresses first, then into table local.
// Here: the other way round, which needs no hash.
net_device* ip_dev_find(netns& net, ipv4_address addr) {
    fib_result res;
    const flowi4 fl{.daddr = addr};
    if (fib_local_lookup(net, fl, res, fib_lookup_f::ignore_linkstate) == err::ok &&
        res.type == rtn::local) {
        return res.nh().dev;
    }
    net_device* dev = nullptr;
    (void)inet_lookup_ifaddr(net, addr, &dev);
    return dev;
}

const in_ifaddr* inet_lookup_ifaddr(netns& net, ipv4_address addr, net_device** dev) {
    for (net_device* d : net.dev_base_head) {
        const in_device* in_dev = in_dev_get(*d);
        if (!in_dev) continue;
        for (const auto& ifa : in_dev->ifa_list) {
            if (ifa->local != addr) continue;
            if (dev) *dev = d;
            return ifa.get();
        }
    }
    return nullptr;
}

bool in_device::and_conf(devconf::index i) const {
    return net().ipv4->devconf_all.get(i) && cnf.get(i);
}
bool in_device::or_conf(devconf::index i) const {
    return net().ipv4->devconf_all.get(i) || cnf.get(i);
}
int in_device::max_conf(devconf::index i) const {
    return std::max(net().ipv4->devconf_all.get(i), cnf.get(i));
}
// A router believes redirects only if all say so, a host if one does.
bool in_device::rx_redirects() const {
    return forward() ? and_conf(devconf::accept_redirects) : or_conf(devconf::accept_redirects);
}
bool in_device::bforward() const {
    return net().ipv4->devconf_all.get(devconf::bc_forwarding) && cnf.get(devconf::bc_forwarding);
}

}  // namespace vethlab
