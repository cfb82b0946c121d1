#pragma once
// Linux: struct ip_options (include/net/inet_sock.h), net/ipv4/ip_options.c. RFC 791, 3.1.
#include <array>

#include "core/frame.h"
#include "core/uapi/err.h"
#include "core/wire/address.h"

namespace vethlab {

struct netns;
struct net_device;
struct rtable;

namespace ipopt {
enum : std::uint8_t {
    end = 0,
    noop = 1,
    rr = 7,
    timestamp = 68,
    lsrr = 131,
    cipso = 134,
    ra = 148,
    ssrr = 137,
    copied = 0x80,
};
enum : std::uint8_t { ts_tsonly = 0, ts_tsandaddr = 1, ts_prespec = 3 };
}  // namespace ipopt
inline constexpr std::size_t ip_options_max = 40;

// Where options lie, as offsets from the beginning of the IP header; 0: not there.
struct ip_options {
    ipv4_address faddr;    // first hop of a source route
    ipv4_address nexthop;  // next hop of a received one
    std::uint8_t optlen = 0, srr = 0, rr = 0, ts = 0, router_alert = 0;
    bool is_strictroute : 1 = false, srr_is_hit : 1 = false, is_changed : 1 = false,
                          rr_needaddr : 1 = false, ts_needtime : 1 = false, ts_needaddr : 1 = false;
};

// With the bytes, for a header still to be built.
struct ip_options_data {
    ip_options opt;
    std::array<std::byte, ip_options_max> data{};
    bytes_view bytes() const { return bytes_view(data).first(opt.optlen); }
};

// From a program (IP_OPTIONS): pads to 4 bytes, checks. err::inval.
err ip_options_get(netns& net, ip_options_data& out, bytes_view bytes);

// Of a received packet, into its control block; fills in this host's entries. False: malformed,
// a parameter problem has been sent.
bool ip_options_compile(netns& net, frame& skb);
// Of a packet on its way out, whose control block may be another's by now: the same, entries of
// this host once more included, but nothing is sent. False: malformed.
bool ip_options_recompile(netns& net, frame& skb);
// The source route of a packet that has come here. May move `rt` on. False: drop.
bool ip_options_rcv_srr(frame& skb, net_device& dev, rtable& rt);
// Options for the answer to `skb`, whose options are `sopt`. False: cannot be answered.
bool ip_options_echo(netns& net, ip_options_data& dopt, const frame& skb, const ip_options& sopt);
// Writes them behind the fixed header that `skb` begins with (room for them is there).
void ip_options_build(frame& skb, const ip_options_data& opt, ipv4_address daddr, const rtable& rt);
// The entries of this router, when the packet leaves.
void ip_forward_options(frame& skb, const rtable& rt);
// Options that only the first fragment carries become no-ops (RFC 791: the copied flag).
void ip_options_fragment(frame& skb);

// Milliseconds since midnight UT.
std::uint32_t inet_current_timestamp(const netns& net);
// The address this host would answer the packet from.
ipv4_address fib_compute_spec_dst(const frame& skb);

}  // namespace vethlab
