#pragma once
// Linux: net/ipv6/ip6_output.c, icmp.c: packets of this host.
#include "core/ipv6/ip6_fib.h"
#include "core/wire/icmpv6.h"

namespace vethlab {

// A packet with `size` bytes behind its IPv6 header, which is written; room for the link's.
frame_ptr ip6_alloc(kernel& krn, const ipv6_fields& f);
// Looks up the way; the source is set already. The frame begins at the IPv6 header.
err ip6_local_out(netns& net, frame_ptr skb, int oif);
// Out of this device and no other, to the neighbour the destination names (icmp6_dst_alloc).
err ip6_output_on(net_device& dev, frame_ptr skb);
std::uint32_t ip6_make_flowlabel(const ipv6_address& saddr, const ipv6_address& daddr,
                                 std::uint8_t proto);

// Tells the sender of skb (whose IPv6 header is at network_header) what became of it.
void icmpv6_send(const frame& skb, net_device& dev, std::uint8_t type, std::uint8_t code,
                 std::uint32_t info);
// skb begins at the ICMPv6 header.
void icmpv6_rcv(frame_ptr skb, net_device& dev);

}  // namespace vethlab
