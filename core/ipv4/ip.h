#pragma once
// Linux: include/net/ip.h: the way of an IPv4 packet through a host.
#include "core/ipv4/inet_sock.h"
#include "core/ipv4/ip_options.h"
#include "core/ipv4/route.h"
#include "core/wire/ipv4.h"

namespace vethlab {

namespace ipskb {
enum : std::uint16_t {
    forwarded = 1 << 0,
    doredirect = 1 << 1,
    frag_complete = 1 << 2,  // one of the pieces that ip_do_fragment made
    frag_pmtu = 1 << 3,      // the sender wanted no piece larger than frag_max_size: DF stays
    ignore_df = 1 << 4,      // skb->ignore_df: DF is set, but this host may still fragment
    has_rt = 1 << 5,         // the rt_ members below are set
    input_rt = 1 << 6,       // they describe an input route
    raw_taken = 1 << 7,      // a raw socket has a copy
};
}

// What IPv4 keeps in a frame's control block (IPCB). Linux hangs the route itself on the frame;
// here the frame carries what ICMP and options need of it, the rest travels as an argument.
struct inet_skb_parm {
    int iif = 0;
    ip_options opt;
    std::uint16_t flags = 0;
    std::uint16_t frag_max_size = 0;
    std::uint32_t rt_flags = 0;  // rtcf::
    int rt_iif = 0;
    rtn rt_type = rtn::unspec;

    bool is_output_route() const { return (flags & ipskb::has_rt) && !(flags & ipskb::input_rt); }
};
inline inet_skb_parm& ipcb(frame& skb) { return skb.control<inet_skb_parm>(); }
inline const inet_skb_parm& ipcb(const frame& skb) {
    return const_cast<frame&>(skb).control<inet_skb_parm>();
}
void skb_dst_set(frame& skb, const rtable& rt);

// The header at network_header, checked when the packet came in or was made. Empty only for
// frames that other parts hand to icmp_send.
inline std::optional<ipv4_view> ip_hdr(const frame& skb) {
    return ipv4_view::parse(skb.from(skb.network_header));
}
// For writing; after skb_cow.
inline bytes_span ip_hdr_writable(frame& skb) {
    assert(skb.buffer->refs == 1);
    return {skb.buffer->bytes() + skb.network_header, skb.data_at + skb.len - skb.network_header};
}
void ip_send_check(bytes_span header);  // the checksum, from ihl on

inline int inet_iif(const frame& skb) { return ipcb(skb).rt_iif ? ipcb(skb).rt_iif : skb.skb_iif; }

// ---- in (ip_input.cc)
void ip_rcv(frame_ptr skb, net_device& dev, net_device& orig_dev);  // eth_p::ip
void ip_local_deliver(frame_ptr skb);

// ---- through (ip_forward.cc)
void ip_forward(frame_ptr skb, const rtable& rt);
void ip_error(frame_ptr skb, const rtable& rt);
void ip_rt_send_redirect(const frame& skb, const rtable& rt);

// ---- out (ip_output.cc). `sk` nullptr: sent by the kernel itself.
// The frame begins with its finished header but for tot_len and checksum.
err ip_local_out(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt);
err dst_output(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt);
std::uint8_t rt_tos2priority(std::uint8_t tos);

// What one packet may override of its socket (struct ipcm_cookie).
struct ipcm_cookie {
    ipv4_address addr;  // final destination, behind a source route
    const ip_options_data* opt = nullptr;
    std::uint8_t tos = 0, protocol = 0;
    int ttl = -1;  // -1: by route
    int mc_ttl = 1;
    pmtu_discovery pmtudisc = pmtu_discovery::dont;
    std::uint32_t mark = 0;
};
// One datagram: transport header, payload, and whether it needs UDP's checksum.
struct ip_datagram {
    bytes_view transport_header, payload;
    bool udp_checksum = false;
};
// Linux: ip_append_data, ip_make_skb. err::netunreach; err::msgsize with what fits in `mtu`. An
// error that waits for a UDP socket is returned instead, once, with mtu 0.
err ip_make_skb(netns& net, inet_sock* sk, const flowi4& fl, const rtable& rt,
                const ipcm_cookie& ipc, const ip_datagram& what, frame_ptr& skb,
                std::uint32_t& mtu);

// For a socket's packet: its route, or why there is none (inet_sock.cc).
err inet_route_send(inet_sock& sk, const ip_options_data& options, bool hdrincl,
                    inet_destination to, flowi4& fl, rtable& rt);
err inet_send_datagram(inet_sock& sk, const flowi4& fl, const rtable& rt,
                       const ip_options_data& options, ipv4_address final_daddr,
                       const ip_datagram& what);
// What a program hears of the result of sending.
err inet_xmit_result(const inet_sock& sk, err e);

// ---- fragments (ip_fragment.cc, inet_fragment.cc)
using ip_fragment_output = err (*)(netns&, inet_sock*, frame_ptr, const rtable&);
err ip_do_fragment(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt, std::uint32_t mtu,
                   ip_fragment_output output);
// Takes a fragment; gives back the whole datagram when it was the last one missing.
frame_ptr ip_defrag(netns& net, frame_ptr skb);

// ---- identification (ip_id.cc)
std::uint16_t ip_idents_reserve(netns& net, ipv4_address daddr, ipv4_address saddr,
                                std::uint8_t proto);
std::uint16_t ip_select_ident(netns& net, const frame& skb, inet_sock* sk, ipv4_address daddr,
                              ipv4_address saddr, std::uint8_t proto, std::uint16_t frag_off);

}  // namespace vethlab
