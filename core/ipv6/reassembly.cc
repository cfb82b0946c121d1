// Linux: net/ipv6/reassembly.c. RFC 8200 4.5: several packets become one again.
#include <algorithm>

#include "core/ipv4/inet_fragment.h"
#include "core/ipv6/ip6_output.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr sim_time frag_timeout = 60s;                // net.ipv6.ip6frag_time
constexpr std::size_t high_thresh = 4 * 1024 * 1024;  // net.ipv6.ip6frag_high_thresh
constexpr std::uint32_t maxplen = 65535;

struct frag_key {
    ipv6_address saddr, daddr;
    std::uint32_t id;
    int iif;  // where the destination alone does not say which link is meant
    bool operator==(const frag_key&) const = default;
};

struct frag_queue : inet_frag_queue {
    frag_queue(netns& n, const frag_key& k) : net(n), key(k), timer(n.krn.events, expire, this) {}
    static void expire(void* context);

    netns& net;
    const frag_key key;
    vethlab::timer timer;
    std::size_t unfragmentable = 0;  // bytes before the fragment header of the first piece
    std::size_t pointer = 0;         // where the header before it names the next one
    std::uint8_t next = 0;
};

struct fqdir6 : netns_ipv6::part {
    std::vector<std::unique_ptr<frag_queue>> queues;
    std::size_t mem = 0;
};

fqdir6& ip6_frags(netns& net) {
    auto& slot = net.ipv6->parts[netns_ipv6::fragments];
    if (!slot) slot = std::make_unique<fqdir6>();
    return static_cast<fqdir6&>(*slot);
}

// The queue goes, and what is in it.
void fq_kill(frag_queue& fq, drop_reason reason) {
    fqdir6& dir = ip6_frags(fq.net);
    for (auto& run : fq.runs) {
        for (auto& part : run.parts) kfree_skb_reason(fq.net.krn, std::move(part.skb), reason);
    }
    dir.mem -= fq.mem;
    std::erase_if(dir.queues, [&](const auto& q) { return q.get() == &fq; });
}

// nullptr: too much memory in use.
frag_queue* fq_find(netns& net, const frag_key& key) {
    fqdir6& dir = ip6_frags(net);
    for (const auto& q : dir.queues) {
        if (q->key == key) return q.get();
    }
    if (dir.mem > high_thresh) return nullptr;
    dir.queues.push_back(std::make_unique<frag_queue>(net, key));
    dir.queues.back()->timer.mod(frag_timeout);
    return dir.queues.back().get();
}

// Linux: ip6_frag_reasm. All parts are there.
frame_ptr ip6_frag_reasm(frag_queue& fq, net_device& dev) {
    kernel& krn = fq.net.krn;
    const frame& head = *fq.runs.front().parts.front().skb;
    const auto headers = std::uint32_t(fq.unfragmentable);
    const std::uint32_t payload = headers - std::uint32_t(ipv6_view::size) + fq.len;
    const auto ecn = frag_ecn(fq.ecn);
    if (!ecn || payload > maxplen) {
        fq_kill(fq, drop_reason::ip_in_hdr);
        return nullptr;
    }
    frame_ptr skb = krn.frames.alloc_skb(headers + fq.len);
    const bytes_span b = skb_put(*skb, headers + fq.len);
    std::memcpy(b.data(), head.from(head.network_header).data(), headers);
    fq.copy_to(b.subspan(headers));
    put8(b, fq.pointer, fq.next);
    put16(b, 4, std::uint16_t(payload));
    put32(b, 0, be32(b, 0) | std::uint32_t(*ecn) << 20);
    skb->dev = &dev;
    skb->protocol = head.protocol;
    skb->pkt_type = head.pkt_type;
    skb->skb_iif = head.skb_iif;
    skb->mark = head.mark;
    skb->tstamp = krn.now();
    skb->mac_header = skb->network_header = skb->data_at;
    std::memcpy(skb->cb, head.cb, sizeof skb->cb);
    fq_kill(fq, drop_reason::consumed);
    return skb;
}

void param_prob(frame_ptr skb, net_device& dev, std::uint8_t code, std::size_t pointer) {
    icmpv6_send(*skb, dev, icmpv6_type::paramprob, code, std::uint32_t(pointer));
    kfree_skb_reason(dev.krn, std::move(skb), drop_reason::ip_in_hdr);
}

// Where a fragment ends, and whether that contradicts what is known.
bool fits(frag_queue& fq, bool last, std::uint32_t offset, std::uint32_t end) {
    if (last) {
        if (end < fq.len || (fq.last_in && end != fq.len)) return false;
        fq.last_in = true;
        fq.len = end;
    } else if (end > fq.len) {
        if (fq.last_in) return false;
        fq.len = end;
    }
    return end != offset;
}

// Linux: ip6_frag_queue. The fragment header is at `at`.
frame_ptr ip6_frag_queue(frag_queue& fq, frame_ptr skb, net_device& dev, std::size_t at,
                         std::size_t pointer) {
    kernel& krn = dev.krn;
    const auto piece = frag_view::parse(skb->bytes().subspan(at));
    const auto headers = std::uint32_t(at + frag_view::size);
    const std::uint32_t offset = piece->offset(), end = offset + skb->len - headers;
    const bool last = !piece->more_follow();
    const bool too_long = end > maxplen;
    if (too_long || (!last && (end & 7))) {
        param_prob(std::move(skb), dev, icmpv6_code::hdr_field, too_long ? at + 2 : 4);
        return nullptr;
    }
    std::size_t where = 0;
    bool append = false;
    const auto result =
        fits(fq, last, offset, end) ? fq.place(offset, end, where, append) : frag_insert::overlap;
    if (result == frag_insert::duplicate) {
        kfree_skb_reason(krn, std::move(skb), drop_reason::frag_duplicate);
        return nullptr;
    }
    if (result == frag_insert::overlap) {
        fq_kill(fq, drop_reason::frag_overlap);
        kfree_skb_reason(krn, std::move(skb), drop_reason::frag_overlap);
        return nullptr;
    }
    if (offset == 0) {
        fq.first_in = true;
        fq.next = piece->next();
        fq.unfragmentable = at;
        fq.pointer = pointer;
    }
    fq.iif = dev.ifindex;
    fq.ecn |= std::uint8_t(1 << (ipv6_view::parse(skb->bytes())->tclass() & 3));
    const std::size_t size = frag_truesize(*skb);
    fq.mem += size;
    ip6_frags(fq.net).mem += size;
    skb_pull(*skb, headers);
    fq.meat += skb->len;
    skb->dev = nullptr;  // it may go before the packet is complete
    fq.insert(std::move(skb), offset, where, append);
    return fq.complete() ? ip6_frag_reasm(fq, dev) : nullptr;
}

// Linux: ip6frag_expire_frag_queue. Only who has the beginning can say whose packet it was.
void frag_queue::expire(void* context) {
    frag_queue& fq = *static_cast<frag_queue*>(context);
    net_device* dev = dev_get_by_index(fq.net, fq.iif);
    if (dev && fq.first_in && !fq.runs.empty()) {
        frame& head = *fq.runs.front().parts.front().skb;
        icmpv6_send(head, *dev, icmpv6_type::time_exceed, icmpv6_code::exc_fragtime, 0);
    }
    fq_kill(fq, drop_reason::frag_timeout);
}

// Linux: ipv6frag_thdr_truncated. RFC 8200 4.5: the first piece holds all headers.
bool first_is_truncated(bytes_view packet, std::size_t at) {
    const auto piece = frag_view::parse(packet.subspan(at));
    if (piece->offset() != 0) return false;
    exthdr_walk walk{piece->next(), at + frag_view::size};
    if (!ipv6_skip_exthdr(packet, walk)) return true;
    std::size_t need = 1;
    if (walk.next == nexthdr::udp) need = 8;
    if (walk.next == nexthdr::tcp) need = 20;
    if (walk.next == nexthdr::icmp) need = icmpv6_view::size;
    return packet.size() < walk.at + need;
}

}  // namespace

frame_ptr ipv6_frag_rcv(frame_ptr skb, net_device& dev, std::size_t at, std::size_t pointer) {
    const bytes_view packet = skb->bytes();
    const auto ip = ipv6_view::parse(packet);
    const auto piece = frag_view::parse(packet.subspan(at));
    if (first_is_truncated(packet, at)) {
        param_prob(std::move(skb), dev, icmpv6_code::header_incomp, 0);
        return nullptr;
    }
    const ipv6_address daddr = ip->daddr();
    const bool by_link = daddr.is_multicast() || daddr.is_linklocal();
    const frag_key key{ip->saddr(), daddr, piece->id(), by_link ? ip6cb(*skb).iif : 0};
    frag_queue* fq = fq_find(*dev.net, key);
    if (!fq) {
        kfree_skb_reason(dev.krn, std::move(skb), drop_reason::nomem);
        return nullptr;
    }
    return ip6_frag_queue(*fq, std::move(skb), dev, at, pointer);
}

}  // namespace vethlab
