#pragma once
// Linux: net/ipv6/ip6_output.c, icmp.c: packets of this host.
#include "core/ipv6/ip6_fib.h"
#include "core/wire/icmpv6.h"

namespace vethlab {

struct inet6_sock;

// The way of a packet (struct rt6_info).
struct rt6_info {
    const fib6_info* from = nullptr;
    net_device* dev = nullptr;  // lo for what is ours

    bool is_local() const { return from->type == rtn::local; }
};

// What IPv6 keeps in a frame's control block (IP6CB).
struct inet6_skb_parm {
    // Linux: a packet through lo keeps its route, and with it the device that has the address.
    int dst_ifindex = 0;
    int iif = 0;  // where it came in, as sockets are told
    bool ignore_df = false;
};
inline inet6_skb_parm& ip6cb(frame& skb) { return skb.control<inet6_skb_parm>(); }
inline const inet6_skb_parm& ip6cb(const frame& skb) {
    return const_cast<frame&>(skb).control<inet6_skb_parm>();
}

// A packet with `size` bytes behind its IPv6 header, which is written; room for the link's.
frame_ptr ip6_alloc(kernel& krn, const ipv6_fields& f);
// The route for fl, which gets a source if it has none (ip6_dst_lookup).
err ip6_route_output(netns& net, flowi6& fl, rt6_info& rt);
std::uint32_t ip6_mtu(const rt6_info& rt);
std::uint8_t ip6_dst_hoplimit(const rt6_info& rt);
// The frame begins at its IPv6 header. `sk` nullptr: sent by the kernel itself, which may always
// cut it into pieces.
err ip6_local_out(netns& net, const inet6_sock* sk, frame_ptr skb, const rt6_info& rt);
// Out of this device and no other, to the neighbour the destination names (icmp6_dst_alloc).
err ip6_output_on(net_device& dev, frame_ptr skb);
std::uint32_t ip6_make_flowlabel(const ipv6_address& saddr, const ipv6_address& daddr,
                                 std::uint8_t proto);

// Tells the sender of skb (whose IPv6 header is at network_header) what became of it.
void icmpv6_send(const frame& skb, net_device& dev, std::uint8_t type, std::uint8_t code,
                 std::uint32_t info);
// skb begins at the ICMPv6 header.
void icmpv6_rcv(frame_ptr skb, net_device& dev);
struct icmpv6_errno {
    err code;
    bool fatal;  // also for a socket that did not ask for IPV6_RECVERR
};
icmpv6_errno icmpv6_err_convert(std::uint8_t type, std::uint8_t code);

// Takes a fragment whose header is at `at`; gives back the whole packet, from its IPv6 header on,
// when it was the last one missing.
frame_ptr ipv6_frag_rcv(frame_ptr skb, net_device& dev, std::size_t at, std::size_t pointer);

// Linux: ipv6_skip_exthdr. From the header `next` at `at` on to the one behind the extensions.
// False: the packet ends before.
struct exthdr_walk {
    std::uint8_t next;
    std::size_t at;
    bool later_fragment = false;  // it has none, it stands in the first piece
};
bool ipv6_skip_exthdr(bytes_view packet, exthdr_walk& walk);

}  // namespace vethlab
