// Here only: the way of an IPv4 packet through a host, remembered. Packets like it pass with a look
// at their header and leave the same traces: what is counted or stamped one by one still is.
#include "core/ipv4/ip_remember.h"

#include <algorithm>
#include <cstring>

#include "core/ipv4/arp.h"
#include "core/ipv4/ip.h"
#include "core/ipv6/ndisc.h"
#include "core/trace.h"

namespace vethlab {
namespace {

constexpr std::uint32_t header_len = ipv4_view::min_size;

std::uint64_t genid_now(const kernel& krn) { return krn.fwd_genid + krn.neigh_genid; }

template <class T>
T word(const std::byte* at) {
    T v;
    std::memcpy(&v, at, sizeof v);
    return v;
}

// The sum of a header without options is 0xffff, whatever the order of its bytes; and as 1 << 16 is 1
// to this modulus, words of any length may be added.
bool checksum_is_right(const std::byte* header) {
    const auto a = word<std::uint64_t>(header), b = word<std::uint64_t>(header + 8);
    constexpr std::uint64_t half = 0xffffffff;
    const std::uint64_t sum = (a & half) + (a >> 32) + (b & half) + (b >> 32) +
                              word<std::uint32_t>(header + 16);
    return sum % 0xffff == 0;  // and it is not 0, as the version is not
}

// Somebody else looks at what comes in.
bool is_watched(const net_device& dev) {
    return dev.rx_handler || dev.ingress_qdisc() || dev.is_loopback() || has_sockets(dev);
}

bool may_be_remembered(const frame& skb, const net_device& dev) {
    return dev.krn.remember_forwarding && skb.pkt_type == packet_type::host &&
           skb.protocol == eth_p::ip && !skb.vlan_tag_present() && !is_watched(dev) &&
           ip_hdr(skb)->hlen() == header_len;
}

void remember(const frame& skb, net_device& dev, ip_remembered what) {
    kernel& krn = dev.krn;
    const std::byte* header = skb.buffer->bytes() + skb.network_header;
    what.genid = genid_now(krn);
    what.dev = &dev;
    what.addresses = word<std::uint64_t>(header + 12);
    what.mark = skb.mark;
    what.tos = std::uint8_t(header[1]);
    if (!krn.ip_ways) krn.ip_ways = std::make_unique<ip_memory>();
    krn.ip_ways->keep(what);
}

}  // namespace

void ip_memory::keep(const ip_remembered& what) {
    ip_remembered* at = &entries_[place(*what.dev, what.addresses)];
    if (ip_remembered* known = find(what.genid, *what.dev, what.addresses, what.mark, what.tos)) {
        *known = what;
        return;
    }
    if (at[0].genid == what.genid) {
        if (at[1].genid == what.genid) pushed_out_++;
        at[1] = at[0];
    }
    at[0] = what;
    if (pushed_out_ < entries_.size() || 64 - shift_ >= most_bits) return;
    pushed_out_ = 0;
    shift_ -= 2;
    entries_.assign(std::size_t{2} << (64 - shift_), {});
}

void ip_remember_forward(const frame& skb, net_device& dev, const rtable& rt) {
    if (!rt.is_plain || rt.type != rtn::unicast || (rt.flags & rtcf::doredirect)) return;
    if (!may_be_remembered(skb, dev)) return;
    const net_device* rcv = dev_direct_peer(*rt.dev);
    const ipv4_address daddr = ip_hdr(skb)->daddr();
    neighbour* n = rt.gw6.is_any() ? ipv4_neigh_lookup(*rt.dev, rt.nexthop(daddr))
                                   : ip6_neigh_lookup(*rt.dev, rt.gw6);
    if (!n || !n->valid()) return;
    std::uint32_t fits = std::min(ip_dst_mtu_maybe_forward(*dev.net, rt, true),
                                  std::uint32_t{UINT16_MAX});
    if (rcv) fits = std::min(fits, rt.dev->direct.max_len - std::uint32_t{eth_hlen});
    ip_remembered way{.neigh = n,
                      .out = rt.dev,
                      .max_len = std::uint16_t(fits),
                      .direct = rcv != nullptr,
                      .type = rcv ? eth_packet_type(n->ha, *rcv) : packet_type::host,
                      .dest = n->ha,
                      .source = rt.dev->dev_addr};
    if (dev.net->ipv4->sysctl->ip_forward_update_priority) {
        way.priority = std::int8_t(rt_tos2priority(ip_hdr(skb)->tos()));
    }
    remember(skb, dev, way);
}

void ip_remember_drop(const frame& skb, net_device& dev, drop_reason reason) {
    if (!may_be_remembered(skb, dev) || ip_hdr(skb)->daddr().is_multicast()) return;
    remember(skb, dev, {.reason = reason});
}

namespace {

// neigh_output would send at once.
bool is_ready(const neighbour& n, const ip_remembered& way) {
    return n.ha == way.dest && n.nud_state & (nud::connected | nud::delay | nud::probe);
}

// The checksum becomes what csum_replace2 makes of it, whatever the TTL was.
void decrease_ttl(std::byte* header) {
    const bytes_span h(header, header_len);
    const std::uint16_t check = be16(h, 10);
    put8(h, 8, std::uint8_t(u8(h, 8) - 1));
    put16(h, 10, std::uint16_t(check + 0x100 + (check >= 0xfeff)));
}

void queue_xmit(frame_ptr skb, const ip_remembered& way) {
    skb->network_header = skb->data_at;
    skb->transport_header = skb->data_at + header_len;
    skb->skb_iif = skb->dev->ifindex;
    if (way.priority >= 0) skb->priority = std::uint32_t(way.priority);
    skb->dev = way.out;
    skb_push(*skb, eth_hlen);
    (void)dev_queue_xmit(std::move(skb));
}

}  // namespace

bool ip_rcv_again(frame_ptr& owner, bool seen) {
    frame& skb = *owner;
    net_device& dev = *skb.dev;
    kernel& krn = dev.krn;
    if (skb.pkt_type != packet_type::host || skb.vlan_tag_present() || skb.len < header_len) {
        return false;
    }
    const std::byte* header = skb.buffer->bytes() + skb.data_at;
    const ip_remembered* way =
        krn.ip_ways->find(genid_now(krn), dev, word<std::uint64_t>(header + 12), skb.mark,
                          std::uint8_t(header[1]));
    const std::uint32_t len = be16({header, header_len}, 2);
    if (!way || std::uint8_t(header[0]) != 0x45 || len < header_len || len > skb.len ||
        !checksum_is_right(header)) {
        return false;
    }
    if (!way->neigh) {
        if (krn.trace && !seen) krn.trace->tap(dev, skb, false);
        krn.ip_ways->taken++;
        krn.cpu_spend(cpu_work::ip_rcv);
        kfree_skb_reason(krn, std::move(owner), way->reason);
        return true;
    }
    constexpr std::uint8_t last_ttl = 1;
    neighbour& neigh = *way->neigh;
    if (std::uint8_t(header[8]) <= last_ttl || len > way->max_len || krn.backlog_full() ||
        !is_ready(neigh, *way)) {
        return false;
    }
    if (krn.trace && !seen) krn.trace->tap(dev, skb, false);
    krn.ip_ways->taken++;
    krn.cpu_spend(cpu_work::ip_forward);
    if (!neigh.connected()) neigh.used = krn.now();  // neigh_event_send
    skb_orphan(skb);
    skb.len = len;
    if (skb.buffer->refs != 1 || skb.data_at < eth_hlen) skb_cow(skb, eth_hlen);
    std::byte* own = skb.buffer->bytes() + skb.data_at;
    decrease_ttl(own);
    write_ethernet({own - eth_hlen, eth_hlen}, way->dest, way->source, eth_p::ip);
    skb.mac_header = skb.data_at - std::uint32_t{eth_hlen};
    skb.ip_header_checked = false;
    if (way->direct) {
        dev_direct_xmit(skb, *way->out, way->type);
    } else {
        queue_xmit(std::move(owner), *way);
    }
    return true;
}

}  // namespace vethlab
