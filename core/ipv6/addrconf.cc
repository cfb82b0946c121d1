// Linux: net/ipv6/addrconf.c, mcast.c
#include "core/ipv6/addrconf.h"

#include <algorithm>
#include <cstdio>

namespace vethlab {
namespace {

constexpr std::uint32_t ipv6_min_mtu = 1280;
constexpr ipv6_bytes interfacelocal_allnodes{0xff, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr ipv6_bytes linklocal_allnodes{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

// RFC 2464 7: the last four bytes behind 33:33. Groups of interface scope have none.
bool ndisc_mc_map(const net_device& dev, const ipv6_bytes& a, mac_address& mac) {
    const bool interface_local = (a[1] & 15) == 1;
    if (interface_local || dev.type != arphrd::ether) return false;
    mac = {{0x33, 0x33, a[12], a[13], a[14], a[15]}};
    return true;
}

void ipv6_add_dev(net_device& dev) {
    if (dev.ip6_ptr || dev.mtu < ipv6_min_mtu) return;
    dev.ip6_ptr = {new inet6_dev, [](inet6_dev* d) { delete d; }};
    ipv6_dev_mc_inc(dev, interfacelocal_allnodes);
    ipv6_dev_mc_inc(dev, linklocal_allnodes);
}

void addrconf_ifdown(net_device& dev) {
    if (!dev.ip6_ptr) return;
    mac_address mac;
    for (const auto& m : dev.ip6_ptr->mc_list) {
        if (ndisc_mc_map(dev, m.addr, mac)) (void)dev_mc_del(dev, mac);
    }
    dev.ip6_ptr.reset();
}

}  // namespace

err addrconf_notify(netdev_event event, net_device& dev, netlink_ext_ack&) {
    switch (event) {
        case netdev_event::register_: ipv6_add_dev(dev); break;
        case netdev_event::changemtu:
            if (dev.mtu < ipv6_min_mtu) {
                addrconf_ifdown(dev);
            } else {
                ipv6_add_dev(dev);
            }
            break;
        case netdev_event::unregister: addrconf_ifdown(dev); break;
        default: break;
    }
    return err::ok;
}

void ipv6_dev_mc_inc(net_device& dev, const ipv6_bytes& group) {
    if (!dev.ip6_ptr) return;
    auto& list = dev.ip6_ptr->mc_list;
    for (auto& m : list) {
        if (m.addr == group) {
            m.users++;
            return;
        }
    }
    list.insert(list.begin(), {group});
    mac_address mac;
    if (ndisc_mc_map(dev, group, mac)) dev_mc_add(dev, mac);
}

void ipv6_dev_mc_dec(net_device& dev, const ipv6_bytes& group) {
    if (!dev.ip6_ptr) return;
    auto& list = dev.ip6_ptr->mc_list;
    const auto it = std::find_if(list.begin(), list.end(), [&](auto& m) { return m.addr == group; });
    if (it == list.end() || --it->users > 0) return;
    list.erase(it);
    mac_address mac;
    if (ndisc_mc_map(dev, group, mac)) (void)dev_mc_del(dev, mac);
}

std::string igmp6_mc_seq_show(netns& net) {
    std::string out;
    char line[128];
    for (const net_device* dev : net.dev_base_head) {
        if (!dev->ip6_ptr) continue;
        for (const auto& m : dev->ip6_ptr->mc_list) {
            std::snprintf(line, sizeof line, "%-4d %-15s ", dev->ifindex, dev->name.c_str());
            out += line;
            for (const auto b : m.addr) {
                std::snprintf(line, sizeof line, "%02x", b);
                out += line;
            }
            std::snprintf(line, sizeof line, " %5d %08X %d\n", m.users, 0x0c, 0);
            out += line;
        }
    }
    return out;
}

}  // namespace vethlab
