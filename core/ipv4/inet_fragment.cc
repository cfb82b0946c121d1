// Linux: net/ipv4/ip_fragment.c, net/ipv4/inet_fragment.c: several packets become one again.
#include "core/ipv4/inet_fragment.h"

#include <algorithm>

#include "core/ipv4/icmp.h"
#include "core/ipv4/inetpeer.h"
#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

struct frag_key {
    ipv4_address saddr, daddr;
    std::uint16_t id;
    std::uint8_t protocol;
    bool operator==(const frag_key&) const = default;
};

struct ipq;
struct fqdir : netns_ipv4::part {
    std::vector<std::unique_ptr<ipq>> queues;
    std::size_t mem = 0;  // bytes held, as Linux counts them
};

struct ipq : inet_frag_queue {
    ipq(netns& n, const frag_key& k) : net(n), key(k), timer(n.krn.events, ip_expire, this) {}
    static void ip_expire(void* context);

    netns& net;
    const frag_key key;
    vethlab::timer timer;
    std::uint16_t max_size = 0, max_df_size = 0;
    std::uint8_t ecn = 0;
    std::uint32_t rid = 0;
};

fqdir& ip4_frags(netns& net) {
    auto& slot = net.ipv4->parts[netns_ipv4::ip_fragment];
    if (!slot) slot = std::make_unique<fqdir>();
    return static_cast<fqdir&>(*slot);
}

// The queue goes, and what is in it.
void inet_frag_kill(ipq& qp, drop_reason reason) {
    fqdir& dir = ip4_frags(qp.net);
    for (auto& run : qp.runs) {
        for (auto& part : run.parts) kfree_skb_reason(qp.net.krn, std::move(part.skb), reason);
    }
    dir.mem -= qp.mem;
    std::erase_if(dir.queues, [&](const auto& q) { return q.get() == &qp; });
}

// Linux: inet_frag_find. nullptr: too much memory in use.
ipq* ip_find(netns& net, const frag_key& key) {
    fqdir& dir = ip4_frags(net);
    for (const auto& q : dir.queues) {
        if (q->key == key) return q.get();
    }
    const auto high_thresh = std::size_t(std::max(net.ipv4->sysctl->ipfrag_high_thresh, 0));
    if (!high_thresh || dir.mem > high_thresh) return nullptr;
    dir.queues.push_back(std::make_unique<ipq>(net, key));
    ipq& q = *dir.queues.back();
    q.timer.mod(std::chrono::seconds(net.ipv4->sysctl->ipfrag_time));
    return &q;
}

// Linux: ip_frag_too_far. So many fragments of the same host came in between that the id may be
// in its next round.
bool ip_frag_too_far(ipq& qp) {
    const int max = qp.net.ipv4->sysctl->ipfrag_max_dist;
    if (max <= 0) return false;
    const std::uint32_t start = qp.rid;
    const std::uint32_t end = ++inet_getpeer_v4(qp.net, qp.key.saddr).rid;
    qp.rid = end;
    return !qp.runs.empty() && end - start > std::uint32_t(max);
}

// Begins anew with the same key.
void ip_frag_reinit(ipq& qp) {
    ip4_frags(qp.net).mem -= qp.mem;
    for (auto& run : qp.runs) {
        for (auto& part : run.parts) {
            kfree_skb_reason(qp.net.krn, std::move(part.skb), drop_reason::frag_timeout);
        }
    }
    qp.runs.clear();
    qp.timer.mod(std::chrono::seconds(qp.net.ipv4->sysctl->ipfrag_time));
    qp.mem = 0;
    qp.len = qp.meat = 0;
    qp.first_in = qp.last_in = false;
    qp.max_size = qp.max_df_size = 0;
    qp.ecn = 0;
    qp.iif = 0;
}

// Linux: ip_frag_reasm. All parts are there.
frame_ptr ip_frag_reasm(ipq& qp, net_device& dev) {
    kernel& krn = qp.net.krn;
    const auto ecn = frag_ecn(qp.ecn);
    const frame& head = *qp.runs.front().parts.front().skb;
    const auto head_iph = ip_hdr(head);
    const std::uint32_t hlen = std::uint32_t(head_iph->hlen()), total = hlen + qp.len;
    if (!ecn || total > 65535) {
        inet_frag_kill(qp, drop_reason::ip_in_hdr);
        return nullptr;
    }
    frame_ptr skb = krn.frames.alloc_skb(total);
    const bytes_span b = skb_put(*skb, total);
    std::memcpy(b.data(), head_iph->header().data(), hlen);
    qp.copy_to(b.subspan(hlen));
    skb->dev = &dev;
    skb->protocol = head.protocol;
    skb->pkt_type = head.pkt_type;
    skb->skb_iif = head.skb_iif;
    skb->mark = head.mark;
    skb->tstamp = krn.now();
    skb->mac_header = skb->network_header = skb->data_at;
    skb->transport_header = skb->data_at + hlen;
    std::memcpy(skb->cb, head.cb, sizeof skb->cb);
    ipcb(*skb).frag_max_size = std::max(qp.max_df_size, qp.max_size);
    put16(b, 2, std::uint16_t(total));
    put8(b, 1, std::uint8_t(u8(b, 1) | *ecn));
    const bool all_df = qp.max_df_size == qp.max_size;
    if (all_df) ipcb(*skb).flags |= ipskb::frag_pmtu;
    put16(b, 6, all_df ? ip_df : 0);
    ip_send_check(b);
    inet_frag_kill(qp, drop_reason::consumed);
    return skb;
}

// Where a fragment lies, and whether that contradicts what is known. Sets `end`.
bool ip_frag_position(ipq& qp, const ipv4_view& iph, std::uint32_t offset, std::uint32_t& end) {
    if (!(iph.frag_off() & ip_mf)) {
        if (end < qp.len || (qp.last_in && end != qp.len)) return false;
        qp.last_in = true;
        qp.len = end;
    } else {
        end &= ~7u;
        if (end > qp.len) {
            if (qp.last_in) return false;
            qp.len = end;
        }
    }
    return end != offset;
}

// Linux: ip_frag_queue
frame_ptr ip_frag_queue(ipq& qp, frame_ptr skb) {
    kernel& krn = qp.net.krn;
    if (!(ipcb(*skb).flags & ipskb::frag_complete) && ip_frag_too_far(qp)) ip_frag_reinit(qp);
    const auto iph = ip_hdr(*skb);
    const std::uint32_t ihl = std::uint32_t(iph->hlen());
    const std::uint32_t offset = (iph->frag_off() & ip_offset_mask) * 8u;
    std::uint32_t end = offset + skb->len - ihl;
    std::size_t at = 0;
    bool append = false;
    const bool fits = ip_frag_position(qp, *iph, offset, end);
    const auto result =
        fits ? qp.place(offset, end, at, append) : frag_insert::overlap;
    if (result == frag_insert::duplicate) {
        kfree_skb_reason(krn, std::move(skb), drop_reason::frag_duplicate);
        return nullptr;
    }
    if (result == frag_insert::overlap) {
        inet_frag_kill(qp, drop_reason::frag_overlap);
        kfree_skb_reason(krn, std::move(skb), drop_reason::frag_overlap);
        return nullptr;
    }
    net_device& dev = *skb->dev;
    const std::size_t size = frag_truesize(*skb);
    skb_pull(*skb, ihl);
    skb_trim(*skb, end - offset);
    qp.iif = dev.ifindex;
    qp.meat += skb->len;
    qp.ecn |= std::uint8_t(1 << (iph->tos() & 3));
    qp.mem += size;
    ip4_frags(qp.net).mem += size;
    if (offset == 0) qp.first_in = true;
    const auto fragsize = std::uint16_t(skb->len + ihl);
    qp.max_size = std::max(qp.max_size, fragsize);
    if (iph->frag_off() & ip_df) qp.max_df_size = std::max(qp.max_df_size, fragsize);
    skb->dev = nullptr;  // it may go before the datagram is complete
    qp.insert(std::move(skb), offset, at, append);
    if (qp.complete()) return ip_frag_reasm(qp, dev);
    return nullptr;
}

// Only an end host says so, and only if it has the beginning (RFC 792).
void ip_frag_report(ipq& qp) {
    if (!qp.first_in || qp.runs.empty()) return;
    frame& head = *qp.runs.front().parts.front().skb;
    head.dev = dev_get_by_index(qp.net, qp.iif);
    if (!head.dev) return;
    const auto iph = ip_hdr(head);
    rtable rt;
    const auto reason = ip_route_input(head, iph->daddr(), iph->saddr(), iph->tos(), *head.dev, rt);
    if (reason != skb_not_dropped_yet) return;
    ipcb(head) = inet_skb_parm{};
    skb_dst_set(head, rt);
    icmp_send(head, icmp_type::time_exceeded, icmp_code::exc_fragtime, 0);
}

void ipq::ip_expire(void* context) {
    ipq& qp = *static_cast<ipq*>(context);
    ip_frag_report(qp);
    inet_frag_kill(qp, drop_reason::frag_timeout);
}

}  // namespace

frame_ptr ip_defrag(netns& net, frame_ptr skb) {
    const auto iph = ip_hdr(*skb);
    ipq* qp = ip_find(net, {iph->saddr(), iph->daddr(), iph->id(), iph->protocol()});
    if (!qp) {
        kfree_skb_reason(net.krn, std::move(skb), drop_reason::nomem);
        return nullptr;
    }
    return ip_frag_queue(*qp, std::move(skb));
}

}  // namespace vethlab
