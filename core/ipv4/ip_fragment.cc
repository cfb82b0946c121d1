// Linux: net/ipv4/ip_output.c ip_do_fragment: one packet becomes several.
#include <algorithm>

#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

// What is still to be sent (struct ip_frag_state).
struct ip_frag_state {
    std::uint32_t hlen, mtu, left, ptr, offset;
    bool df, not_last_frag;
};

frame_ptr ip_frag_next(kernel& krn, const frame& skb, ip_frag_state& state) {
    std::uint32_t len = std::min(state.left, state.mtu);
    if (len < state.left) len &= ~7u;  // offsets count eight bytes
    frame_ptr piece = krn.frames.alloc_skb(state.hlen + len);
    const bytes_span b = skb_put(*piece, state.hlen + len);
    std::memcpy(b.data(), skb.bytes().data(), state.hlen);
    std::memcpy(b.data() + state.hlen, skb.bytes().data() + state.ptr, len);
    // ip_copy_metadata
    piece->dev = skb.dev;
    piece->protocol = skb.protocol;
    piece->pkt_type = skb.pkt_type;
    piece->mark = skb.mark;
    piece->priority = skb.priority;
    piece->skb_iif = skb.skb_iif;
    piece->network_header = piece->data_at;
    piece->transport_header = piece->data_at + state.hlen;
    std::memcpy(piece->cb, skb.cb, sizeof piece->cb);
    ipcb(*piece).frag_max_size = 0;

    state.left -= len;
    std::uint16_t frag_off = std::uint16_t(state.offset >> 3);
    if (state.df) frag_off |= ip_df;
    if (state.left > 0 || state.not_last_frag) frag_off |= ip_mf;
    state.ptr += len;
    state.offset += len;
    put16(b, 2, std::uint16_t(state.hlen + len));
    put16(b, 6, frag_off);
    ip_send_check(b);
    return piece;
}

}  // namespace

err ip_do_fragment(netns& net, inet_sock* sk, frame_ptr skb, const rtable& rt, std::uint32_t mtu,
                   ip_fragment_output output) {
    skb_checksum_help(*skb);
    skb_cow(*skb);
    if (ipcb(*skb).frag_max_size && ipcb(*skb).frag_max_size < mtu) mtu = ipcb(*skb).frag_max_size;
    const auto iph = ip_hdr(*skb);
    const std::uint32_t hlen = std::uint32_t(iph->hlen());
    ipcb(*skb).flags |= ipskb::frag_complete;
    ip_frag_state state{
        .hlen = hlen,
        .mtu = std::max(mtu, hlen + 8) - hlen,
        .left = skb->len - hlen,
        .ptr = hlen,
        .offset = (iph->frag_off() & ip_offset_mask) * 8u,
        .df = (ipcb(*skb).flags & ipskb::frag_pmtu) && (iph->frag_off() & ip_df),
        .not_last_frag = bool(iph->frag_off() & ip_mf),
    };
    err e = err::ok;
    while (state.left > 0 && e == err::ok) {
        const bool first_frag = state.offset == 0;
        frame_ptr piece = ip_frag_next(net.krn, *skb, state);
        if (skb->wmem) skb_set_owner_w(*piece, *skb->wmem, skb_truesize(piece->len));
        // Once, on the packet itself: all that follow inherit it.
        if (first_frag) ip_options_fragment(*skb);
        e = output(net, sk, std::move(piece), rt);
    }
    if (e == err::ok) {
        consume_skb(net.krn, std::move(skb));
    } else {
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::not_specified);
    }
    return e;
}

}  // namespace vethlab
