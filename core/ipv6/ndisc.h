#pragma once
// Linux: net/ipv6/ndisc.c. RFC 4861.
#include "core/ipv6/addrconf.h"

namespace vethlab {

neigh_table& nd_tbl(kernel& krn);
neighbour* ip6_neigh_lookup(net_device& dev, const ipv6_address& addr);
// nullptr: no IPv6 on the device, or the table is full.
neighbour* ip6_neigh_lookup_or_create(net_device& dev, const ipv6_address& addr);
neigh_parms* ndisc_parms(net_device& dev);

// saddr nullptr: a link-local address of the device.
void ndisc_send_ns(net_device& dev, const ipv6_address& solicit, const ipv6_address& daddr,
                   const ipv6_address* saddr, const std::array<std::uint8_t, 6>* nonce);
void ndisc_send_na(net_device& dev, const ipv6_address& daddr, const ipv6_address& solicited_addr,
                   bool router, bool solicited, bool override, bool inc_opt);
void ndisc_send_rs(net_device& dev, const ipv6_address& saddr, const ipv6_address& daddr);
// skb begins at the ICMPv6 header; the IPv6 header is at network_header.
drop_reason ndisc_rcv(frame& skb, net_device& dev);
void ndisc_ifdown(net_device& dev);
err ndisc_netdev_event(netdev_event event, net_device& dev, netlink_ext_ack& extack);

}  // namespace vethlab
