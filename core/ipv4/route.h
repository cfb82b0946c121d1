#pragma once
// Linux: include/net/route.h, net/ipv4/route.c: from addresses to a way.
#include "core/ipv4/fib.h"

namespace vethlab {

// RTCF_* of include/uapi/linux/in_route.h; RTM_GETROUTE shows them.
namespace rtcf {
enum : std::uint32_t {
    notify = 0x00010000,
    redirected = 0x00040000,
    doredirect = 0x01000000,
    broadcast = 0x10000000,
    multicast = 0x20000000,
    local = 0x80000000,
};
}

// What comes next for a frame (dst.input, dst.output).
enum class rt_next : std::uint8_t {
    none,           // input of an output route that stays outside
    local_deliver,  // ip_local_deliver
    forward,        // ip_forward
    error,          // ip_error, with rtable::error
    output,         // ip_output
    mc_output,      // ip_mc_output: and a copy to this host (flags & local)
};

// A way. A small value: made for one frame, or kept by a connected socket while `genid` is the
// namespace's rt_genid and the device lives.
struct rtable {
    net_device* dev = nullptr;  // out, or lo for what stays here
    ipv4_address gw;            // rt_gw4; 0: the destination is a neighbour
    ipv6_address gw6;           // rt_gw6, instead of it
    std::uint32_t flags = 0;    // rtcf::
    std::uint32_t pmtu = 0;     // learnt, until `expires`; see ipv4_mtu
    std::uint32_t mtu = 0;      // the route's `mtu N`
    std::uint32_t genid = 0;
    int iif = 0;          // rt_iif: where it came, or will seem to come, in; 0: see skb_iif
    err error = err::ok;  // dst.error: hostunreach, netunreach, acces, inval
    rtn type = rtn::unspec;
    rt_next input = rt_next::none, output = rt_next::output;
    std::uint8_t hoplimit = 0;  // metric; 0: ip_default_ttl
    bool is_input = false;
    bool uses_gateway = false;
    // Chosen by what fib_lookup was asked and nothing else: no choice among next hops, nothing learnt
    // about the destination.
    bool is_plain = false;
    bool pmtu_locked = false;  // `mtu lock N`, or the learnt pmtu was below min_pmtu
    sim_time expires{};        // of a learnt pmtu or redirect

    // rt_nexthop: whose link-layer address is asked for.
    ipv4_address nexthop(ipv4_address daddr) const { return gw.is_any() ? daddr : gw; }
    bool is_local() const { return flags & rtcf::local; }
};
void rt_cache_flush(netns& net);

// For sending. Fills in fl.saddr (if 0), fl.daddr (if 0) and fl.oif as ip_route_output_key does.
// err::netunreach, hostunreach, acces, inval, nodev.
err ip_route_output_key(netns& net, flowi4& fl, rtable& rt);

// The same, and the route behind it (res.fa nullptr: none).
err ip_route_output_key_hash(netns& net, flowi4& fl, fib_result& res, rtable& rt);

// For a received frame. skb_not_dropped_yet: rt says what to do (also rt_next::error); any other
// reason: drop it silently. skb tells mark, protocol and, for multipath, ports; also for ARP.
inline constexpr drop_reason skb_not_dropped_yet = drop_reason::consumed;
drop_reason ip_route_input(const frame& skb, ipv4_address daddr, ipv4_address saddr,
                           std::uint8_t tos, net_device& dev, rtable& rt);
drop_reason ip_route_input_slow(const frame& skb, ipv4_address daddr, ipv4_address saddr,
                                std::uint8_t tos, net_device& dev, fib_result& res, rtable& rt);

// Largest packet for the route: the learnt or configured pmtu, else the device's mtu.
std::uint32_t ipv4_mtu(const rtable& rt);
// The same when forwarding (ip_dst_mtu_maybe_forward): a learnt pmtu counts only with
// ip_forward_use_pmtu or if locked by the route.
std::uint32_t ip_dst_mtu_maybe_forward(netns& net, const rtable& rt, bool forwarding);
std::uint8_t ip4_dst_hoplimit(netns& net, const rtable& rt);

// An ICMP frag-needed said so (ipv4_update_pmtu): fl is the way of the packet it quotes.
void ipv4_update_pmtu(netns& net, flowi4 fl, std::uint32_t mtu);
// An ICMP redirect (ip_do_redirect): received on dev from old_gw, for the quoted packet fl.
void ipv4_redirect(netns& net, flowi4 fl, net_device& dev, ipv4_address old_gw,
                   ipv4_address new_gw);

// The neighbour to hand the frame to (ip_neigh_for_gw); nullptr: none can be made.
neighbour* ip_neigh_for_gw(const rtable& rt, ipv4_address daddr);
// MSG_CONFIRM: the way to daddr has just worked.
void ipv4_confirm_neigh(const rtable& rt, ipv4_address daddr);
// Nobody answered for the next hop: ICMP host unreachable (arp_error_report).
void ipv4_link_failure(frame_ptr skb);

// ---- exceptions (route_exception.cc)
// The one for daddr that still holds, or nullptr.
fib_nh_exception* find_exception(netns& net, fib_nh& nh, ipv4_address daddr);
// net.ipv4.route.flush: forgets them all.
void fnhe_genid_bump(netns& net);

// ---- netlink
err inet_rtm_getroute(rtnl_request& r, nlmsg_builder& reply);
// Exceptions as cloned routes: `ip route show cache`.
void fib_dump_info_fnhe(nlmsg_builder& out, netns& net, std::uint32_t portid, std::uint32_t seq,
                        std::uint32_t table_id, fib_info& fi);

}  // namespace vethlab
