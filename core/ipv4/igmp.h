#pragma once
// Linux: include/linux/igmp.h, net/ipv4/igmp.c: multicast groups of a device. RFC 3376.
#include "core/ipv4/devinet.h"

namespace vethlab {

// Called by devinet.cc as the device lives.
void ip_mc_up(in_device& in_dev);  // device up: joins 224.0.0.1
void ip_mc_down(in_device& in_dev);
void ip_mc_destroy_dev(in_device& in_dev);
// Is the device a member? IGMP itself is heard by every member, whatever the source.
bool ip_check_mc(in_device& in_dev, ipv4_address group, ipv4_address source, std::uint8_t proto);

// Joins and leaves, counted. Nothing happens on a device without IPv4.
void ip_mc_inc_group(net_device& dev, ipv4_address group);
void ip_mc_dec_group(net_device& dev, ipv4_address group);

void igmp_rcv(frame_ptr skb);  // packet handler of ipproto::igmp

// /proc/net/igmp and /proc/net/dev_mcast.
std::string igmp_mc_seq_show(netns& net);
std::string dev_mc_seq_show(netns& net);

}  // namespace vethlab
