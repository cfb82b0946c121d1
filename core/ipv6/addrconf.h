#pragma once
// Linux: net/ipv6/addrconf.c, mcast.c: IPv6 on a device.
// Here: the multicast groups that a device joins even where IPv6 is disabled.
#include <array>
#include <string>
#include <vector>

#include "core/dev.h"

namespace vethlab {

using ipv6_bytes = std::array<std::uint8_t, 16>;

struct ifmcaddr6 {
    ipv6_bytes addr;
    int users = 1;
};

struct inet6_dev {
    std::vector<ifmcaddr6> mc_list;  // newest first
};

err addrconf_notify(netdev_event event, net_device& dev, netlink_ext_ack& extack);
void ipv6_dev_mc_inc(net_device& dev, const ipv6_bytes& group);
void ipv6_dev_mc_dec(net_device& dev, const ipv6_bytes& group);
std::string igmp6_mc_seq_show(netns& net);  // /proc/net/igmp6

}  // namespace vethlab
