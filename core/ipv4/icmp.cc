// Linux: net/ipv4/icmp.c. RFC 792, RFC 1122 3.2.2, RFC 1812 4.3.
#include "core/ipv4/icmp.h"

#include <algorithm>

#include "core/ipv4/icmp_err.h"
#include "core/ipv4/inetpeer.h"
#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

constexpr std::uint8_t nr_icmp_types = 18;
constexpr ipv4_address inaddr_dummy{0xc0000008};  // 192.0.0.8, RFC 7600
constexpr std::int64_t hz = 250;

// Which types are errors (icmp_pointers[].error): never answered with another error.
bool icmp_type_is_error(std::uint8_t type) {
    switch (type) {
        case icmp_type::echoreply:
        case icmp_type::echo:
        case icmp_type::timestamp:
        case icmp_type::timestampreply:
        case icmp_type::info_request:
        case icmp_type::info_reply:
        case icmp_type::address:
        case icmp_type::addressreply:
            return false;
        default:
            return true;
    }
}

// ---- limits

bool icmpv4_mask_allow(netns& net, std::uint8_t type, std::uint8_t code) {
    if (type > nr_icmp_types) return true;
    // Path MTU discovery must not starve.
    if (type == icmp_type::dest_unreach && code == icmp_code::frag_needed) return true;
    return !(1 << type & net.ipv4->sysctl->icmp_ratemask);
}

bool icmpv4_global_allow(netns& net, std::uint8_t type, std::uint8_t code, bool& apply_ratelimit) {
    if (icmpv4_mask_allow(net, type, code)) return true;
    if (!icmp_global_allow(net)) return false;
    apply_ratelimit = true;
    return true;
}

bool icmpv4_xrlim_allow(netns& net, const rtable& rt, ipv4_address daddr, bool apply_ratelimit) {
    if (!apply_ratelimit) return true;
    if (!rt.dev->is_loopback()) {
        inet_peer& peer = inet_getpeer_v4(net, daddr);
        const auto timeout = msecs_to_jiffies(net.ipv4->sysctl->icmp_ratelimit);
        if (!inet_peer_xrlim_allow(net.krn, peer, timeout)) return false;
    }
    icmp_global_consume(net);
    return true;
}

// ---- sending

std::uint32_t ip4_reply_mark(netns& net, const frame& skb) {
    return net.ipv4->sysctl->fwmark_reflect ? skb.mark : 0;
}

// One message: 8 bytes of header, then `data`. The kernel's own socket never sets DF.
void icmp_push_reply(netns& net, flowi4& fl, const rtable& rt, const ip_options_data& options,
                     ipv4_address final_daddr, std::uint8_t tos, std::array<std::byte, 8> header,
                     bytes_view data) {
    net.krn.cpu_spend(cpu_work::icmp_reply);
    put16(header, 2, 0);
    // Linux: csum_partial_copy_nocheck starts from ~0, so nothing but zeros has the sum 0.
    put16(header, 2, csum_fold(csum_partial(data, csum_partial(header, 0xffff))));
    ipcm_cookie ipc{.addr = final_daddr, .tos = tos, .protocol = ipproto::icmp, .mark = fl.mark};
    if (options.opt.optlen) ipc.opt = &options;
    frame_ptr skb;
    std::uint32_t mtu;
    const ip_datagram what{.transport_header = header, .payload = data};
    if (ip_make_skb(net, nullptr, fl, rt, ipc, what, skb, mtu) != err::ok) return;
    (void)ip_local_out(net, nullptr, std::move(skb), rt);
}

std::array<std::byte, 8> make_header(std::uint8_t type, std::uint8_t code, std::uint32_t info) {
    std::array<std::byte, 8> h{};
    put8(h, 0, type);
    put8(h, 1, code);
    put32(h, 4, info);
    return h;
}

// An answer to the received message `skb`: from the address it was sent to.
void icmp_reply(const frame& skb, std::array<std::byte, 8> header, bytes_view data) {
    netns& net = *skb.dev->net;
    const std::uint8_t type = u8(header, 0), code = u8(header, 1);
    const auto iph = ip_hdr(skb);
    ip_options_data options;
    if (!ip_options_echo(net, options, skb, ipcb(skb).opt)) return;
    bool apply_ratelimit = false;
    if (!icmpv4_global_allow(net, type, code, apply_ratelimit)) return;
    flowi4 fl;
    fl.daddr = options.opt.srr ? options.opt.faddr : iph->saddr();
    fl.saddr = fib_compute_spec_dst(skb);
    fl.mark = ip4_reply_mark(net, skb);
    fl.tos = iph->tos() & 0xfc;
    fl.proto = ipproto::icmp;
    rtable rt;
    if (ip_route_output_key(net, fl, rt) != err::ok) return;
    if (!icmpv4_xrlim_allow(net, rt, fl.daddr, apply_ratelimit)) return;
    icmp_push_reply(net, fl, rt, options, iph->saddr(), iph->tos(), header, data);
}

// ---- requests

drop_reason icmp_echo(const frame& skb) {
    if (skb.dev->net->ipv4->sysctl->icmp_echo_ignore_all) return drop_reason::consumed;
    const auto request = icmp_hdr(skb);
    icmp_reply(skb, make_header(icmp_type::echoreply, request.code(), request.info()), skb.bytes());
    return drop_reason::consumed;
}

drop_reason icmp_timestamp(const frame& skb) {
    if (skb.len < 4) return drop_reason::pkt_too_small;
    std::array<std::byte, 12> times;
    std::memcpy(times.data(), skb.bytes().data(), 4);
    const std::uint32_t now = inet_current_timestamp(*skb.dev->net);
    put32(times, 4, now);
    put32(times, 8, now);
    icmp_reply(skb, make_header(icmp_type::timestampreply, 0, icmp_hdr(skb).info()), times);
    return drop_reason::consumed;
}

// To a group or broadcast address only these are heard.
bool broadcast_allowed(netns& net, std::uint8_t type) {
    const bool request = type == icmp_type::echo || type == icmp_type::timestamp;
    if (request) return !net.ipv4->sysctl->icmp_echo_ignore_broadcasts;
    return type == icmp_type::address || type == icmp_type::addressreply;
}

// icmp_pointers[].handler. The frame begins behind the ICMP header.
drop_reason icmp_handler(frame& skb, std::uint8_t type) {
    switch (type) {
        case icmp_type::echoreply:
            // ping_rcv. Linux: NO_SOCKET, even where a raw socket (root's ping) has a copy.
            return ipcb(skb).flags & ipskb::raw_taken ? drop_reason::consumed
                                                      : drop_reason::no_socket;
        case icmp_type::dest_unreach:
        case icmp_type::source_quench:
        case icmp_type::time_exceeded:
        case icmp_type::parameterprob:
            return icmp_unreach(skb);
        case icmp_type::redirect:
            return icmp_redirect(skb);
        case icmp_type::echo:
            return icmp_echo(skb);
        case icmp_type::timestamp:
            return icmp_timestamp(skb);
        default:
            return drop_reason::consumed;  // icmp_discard
    }
}

drop_reason icmp_rcv_reason(frame& skb) {
    const auto message = icmp_view::parse(skb.bytes());
    if (skb.ip_summed != csum::unnecessary && ip_compute_csum(skb.bytes()) != 0) {
        return drop_reason::icmp_csum;
    }
    if (!message) return drop_reason::pkt_too_small;
    const std::uint8_t type = message->type();
    if (type > nr_icmp_types) return drop_reason::unhandled_proto;
    const bool group = ipcb(skb).rt_flags & (rtcf::broadcast | rtcf::multicast);
    if (group && !broadcast_allowed(*skb.dev->net, type)) return drop_reason::invalid_proto;
    skb_pull(skb, std::uint32_t(icmp_view::size));
    return icmp_handler(skb, type);
}

// ---- errors

// RFC 1122 3.2.2: when a packet must not be answered with an error.
bool may_send_error(const frame& skb_in, const ipv4_view& iph, std::uint8_t type) {
    if (skb_in.pkt_type != packet_type::host) return false;
    if (ipcb(skb_in).rt_flags & (rtcf::broadcast | rtcf::multicast)) return false;
    if (iph.frag_off() & ip_offset_mask) return false;
    if (!icmp_type_is_error(type) || iph.protocol() != ipproto::icmp) return true;
    const bytes_view inner = skb_in.from(skb_in.network_header).subspan(iph.hlen());
    if (inner.empty()) return false;
    return u8(inner, 0) <= nr_icmp_types && !icmp_type_is_error(u8(inner, 0));
}

// 0: whatever the route back suggests.
ipv4_address error_source(netns& net, const frame& skb_in, const ipv4_view& iph) {
    const inet_skb_parm& cb = ipcb(skb_in);
    if (cb.rt_flags & rtcf::local) return iph.daddr();
    const bool input = cb.flags & ipskb::input_rt;
    if (!input || !net.ipv4->sysctl->icmp_errors_use_inbound_ifaddr) return {};
    const net_device* dev = dev_get_by_index(net, cb.iif ? cb.iif : inet_iif(skb_in));
    return dev ? inet_select_addr(*dev, iph.saddr(), rt_scope::link) : ipv4_address{};
}

// As much of the packet as fits into 576 bytes; empty: not even its header.
bytes_view quoted(const frame& skb_in, const rtable& rt, std::uint32_t optlen) {
    const std::uint32_t room = std::min<std::uint32_t>(ipv4_mtu(rt), 576);
    const std::uint32_t taken = std::uint32_t(ipv4_view::min_size + icmp_view::size) + optlen;
    if (room <= taken + ipv4_view::min_size) return {};
    const bytes_view packet = skb_in.from(skb_in.network_header);
    return packet.first(std::min<std::size_t>(packet.size(), room - taken));
}

}  // namespace

bool icmp_global_allow(netns& net) {
    icmp_net& state = icmp_state(net);
    if (state.global_credit > 0) return true;
    const sysctl_ipv4& sysctl = *net.ipv4->sysctl;
    const std::int64_t now = net.krn.events.jiffies();
    const std::int64_t delta = std::min(now - state.global_stamp, hz);
    if (delta < hz / 50) return false;
    const std::int64_t incr = sysctl.icmp_msgs_per_sec * delta / hz;
    if (!incr) return false;
    state.global_stamp = now;
    state.global_credit =
        std::min<std::int64_t>(state.global_credit + incr, sysctl.icmp_msgs_burst);
    return true;
}

// So that nobody can count another's errors, 0, 1 or 2 are taken from the credit.
void icmp_global_consume(netns& net) { icmp_state(net).global_credit -= net.krn.rng.below(3); }

icmp_net& icmp_state(netns& net) {
    auto& slot = net.ipv4->parts[netns_ipv4::icmp];
    if (!slot) {
        auto state = std::make_unique<icmp_net>();
        state->global_stamp = -hz;  // full at first
        slot = std::move(state);
    }
    return static_cast<icmp_net&>(*slot);
}

void icmp_rcv(frame_ptr skb) {
    kernel& krn = skb->dev->krn;
    const auto reason = icmp_rcv_reason(*skb);
    kfree_skb_reason(krn, std::move(skb), reason);
}

// Linux: __icmp_send
void icmp_send(const frame& skb_in, std::uint8_t type, std::uint8_t code, std::uint32_t info) {
    const auto iph = ip_hdr(skb_in);
    if (!iph || !skb_in.dev || !(ipcb(skb_in).flags & ipskb::has_rt)) return;
    if (!may_send_error(skb_in, *iph, type)) return;
    netns& net = *skb_in.dev->net;
    bool apply_ratelimit = false;
    if (!skb_in.dev->is_loopback() && !icmpv4_global_allow(net, type, code, apply_ratelimit)) {
        return;
    }
    ip_options_data options;
    if (!ip_options_echo(net, options, skb_in, ipcb(skb_in).opt)) return;
    // RFC 1812 4.3.2.5: precedence of internetwork control for errors.
    const std::uint8_t tos = icmp_type_is_error(type) ? (iph->tos() & 0x1e) | 0xc0 : iph->tos();
    flowi4 fl;
    fl.daddr = options.opt.srr ? options.opt.faddr : iph->saddr();
    fl.saddr = error_source(net, skb_in, *iph);
    fl.mark = ip4_reply_mark(net, skb_in);
    fl.tos = tos & 0xfc;
    fl.proto = ipproto::icmp;
    rtable rt;
    if (ip_route_output_key(net, fl, rt) != err::ok) return;
    if (!icmpv4_xrlim_allow(net, rt, fl.daddr, apply_ratelimit)) return;
    const bytes_view quote = quoted(skb_in, rt, options.opt.optlen);
    if (quote.empty()) return;
    if (fl.saddr.is_any()) fl.saddr = inaddr_dummy;
    icmp_push_reply(net, fl, rt, options, iph->saddr(), tos, make_header(type, code, info), quote);
}

}  // namespace vethlab
