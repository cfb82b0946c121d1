// Linux: net/ipv6/addrconf.c ipv6_dev_get_saddr, net/ipv6/addrlabel.c: RFC 6724, which of our
// addresses speaks to a destination.
#include <algorithm>

#include "core/ipv6/addrconf.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

struct addr_label {
    ipv6_address prefix;
    std::uint8_t plen;
    int label;
};
// The longest prefix first.
constexpr addr_label labels[] = {
    {in6addr_loopback, 128, 0},
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}}, 96, 4},  // IPv4-mapped
    {{}, 96, 3},                                            // IPv4-compatible
    {{{0x20, 0x01}}, 32, 6},                                // Teredo
    {{{0x20, 0x01, 0x00, 0x10}}, 28, 7},                    // ORCHID
    {{{0x20, 0x02}}, 16, 2},                                // 6to4
    {{{0xfc}}, 7, 5},                                       // unique local
    {{}, 0, 1},
};
int label_of(const ipv6_address& a) {
    const auto* l = std::find_if(std::begin(labels), std::end(labels), [&](const addr_label& x) {
        return ipv6_prefix_equal(a, x.prefix, x.plen);
    });
    return l->label;
}

struct destination {
    const ipv6_address& addr;
    const net_device* dev;
    int scope, label;
};

constexpr std::size_t rules = 7;
// How well an address does by each rule, the weightiest first; more is better.
std::array<int, rules> score(const inet6_ifaddr& ifa, const destination& dst) {
    const int scope = ifa.scope();
    return {
        ifa.addr == dst.addr,                       // the destination itself
        scope >= dst.scope ? -scope : scope - 128,  // reaches as far, and not farther
        !(ifa.flags & ifa_f::deprecated),
        !dst.dev || dst.dev == &ifa.idev.dev,  // of the outgoing device
        label_of(ifa.addr) == dst.label,
        int(std::min<unsigned>(ipv6_addr_diff(ifa.addr, dst.addr), ifa.prefix_len)),
        !(ifa.flags & ifa_f::optimistic),
    };
}

}  // namespace

bool ipv6_dev_get_saddr(netns& net, const net_device* dst_dev, const ipv6_address& daddr,
                        ipv6_address& saddr) {
    const destination dst{
        .addr = daddr, .dev = dst_dev, .scope = ipv6_addr_scope(daddr), .label = label_of(daddr)};
    const inet6_dev* only = dst_dev ? in6_dev_get(*dst_dev) : nullptr;
    const bool confined = daddr.is_multicast() || dst.scope <= ipv6_scope::link ||
                          (only && (only->conf(devconf6::use_oif_addrs_only) ||
                                    net.ipv6->devconf_all->get(devconf6::use_oif_addrs_only)));
    const inet6_ifaddr* best = nullptr;
    std::array<int, rules> best_score{};
    for (const net_device* dev : net.dev_base_head) {
        const inet6_dev* idev = in6_dev_get(*dev);
        if (!idev || (dst_dev && confined && dev != dst_dev)) continue;
        for (const auto& ifa : idev->addr_list) {
            if (ifa->tentative() && !(ifa->flags & ifa_f::optimistic)) continue;
            const auto now = score(*ifa, dst);
            if (best && now <= best_score) continue;
            best = ifa.get();
            best_score = now;
        }
    }
    if (best) saddr = best->addr;
    return best;
}

}  // namespace vethlab
