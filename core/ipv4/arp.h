#pragma once
// Linux: include/net/arp.h, net/ipv4/arp.c
#include "core/ipv4/devinet.h"
#include "core/uapi/if_arp.h"
#include "core/wire/arp.h"

namespace vethlab {

// The machine's table; made by the first call (ipv4_net_init).
neigh_table& arp_tbl(kernel& krn);
// Forgets a neighbour; without force only one on which nobody relies. err::nxio: none was known.
err arp_invalidate(net_device& dev, ipv4_address ip, bool force);
// SIOCSARP, SIOCDARP.
err arp_ioctl(netns& net, bool set, arpreq r);

// Packet handler for eth_p::arp.
void arp_rcv(frame_ptr skb, net_device& dev, net_device& orig_dev);

// dest_hw: of the Ethernet header; nullptr broadcast. target_hw nullptr: zero.
void arp_send(arp_op op, net_device& dev, ipv4_address src_ip, ipv4_address dest_ip,
              const mac_address* dest_hw, const mac_address* src_hw, const mac_address* target_hw);

frame_ptr arp_create(arp_op op, net_device& dev, ipv4_address src_ip, ipv4_address dest_ip,
                     const mac_address* dest_hw, const mac_address* src_hw,
                     const mac_address* target_hw);

neighbour* ipv4_neigh_lookup(net_device& dev, ipv4_address addr);
neighbour* ipv4_neigh_lookup_or_create(net_device& dev, ipv4_address addr);

void arp_ifdown(net_device& dev);
err arp_netdev_event(netdev_event event, net_device& dev, netlink_ext_ack& extack);

}  // namespace vethlab
