// Linux: net/core/dev.c __dev_xmit_skb, net/sched/sch_generic.c __qdisc_run
#include "core/sched/sch_generic.h"

namespace vethlab {
namespace {

// Linux: dequeue_skb and try_bulk_dequeue_skb_slow: a device with several queues takes up to
// eight frames at a time. It shows in how often a discipline is asked (overlimits).
bool dequeue_bulk(qdisc& q, frame_queue& list) {
    constexpr std::uint32_t bulk = 8;
    while (list.size() < bulk) {
        frame_ptr skb = q.ops->dequeue(q);
        if (!skb) break;
        list.push_back(std::move(skb));
        if (q.dev.settings->num_tx_queues == 1) break;
    }
    return !list.empty();
}

}  // namespace

err dev_xmit_skb(frame_ptr skb, qdisc& q) {
    const net_xmit fate = q.ops->enqueue(q, std::move(skb));
    qdisc_run(q);
    return fate == net_xmit::drop ? err::nobufs : err::ok;
}

void qdisc_run(qdisc& q) {
    if (q.running || !q.dev.qdisc_activated) return;
    q.running = true;
    frame_queue list;
    while (dequeue_bulk(q, list)) {
        while (frame_ptr skb = list.pop_front()) {
            validate_xmit_skb(*skb, q.dev);
            dev_hard_start_xmit(std::move(skb), q.dev);
        }
    }
    q.running = false;
}

void qdisc_enqueue_tail(qdisc& q, frame_queue& queue, frame_ptr skb) {
    q.stats.backlog += skb->len;
    q.stats.qlen++;
    queue.push_back(std::move(skb));
}

frame_ptr qdisc_dequeue_head(qdisc& q, frame_queue& queue) {
    frame_ptr skb = queue.pop_front();
    if (!skb) return nullptr;
    q.stats.backlog -= skb->len;
    q.stats.qlen--;
    q.stats.bytes += skb->len;
    q.stats.packets++;
    return skb;
}

net_xmit qdisc_drop(qdisc& q, frame_ptr skb) {
    q.stats.drops++;
    kfree_skb_reason(q.dev.krn, std::move(skb), drop_reason::qdisc_drop);
    return net_xmit::drop;
}

qdisc_ptr qdisc_alloc(net_device& dev, const qdisc_ops& ops, std::uint32_t parent) {
    auto q = std::make_unique<qdisc>(dev, ops);
    q->parent = parent;
    return q;
}

// Linux: qdisc_peek_dequeued, for who cannot say what comes next without taking it out.
const frame* qdisc_peek(qdisc& q) {
    if (q.ops->peek) return q.ops->peek(q);
    if (!q.peeked && (q.peeked = q.ops->dequeue(q))) {
        q.stats.backlog += q.peeked->len;
        q.stats.qlen++;
    }
    return q.peeked.get();
}

frame_ptr qdisc_dequeue_peeked(qdisc& q) {
    if (!q.peeked) return q.ops->dequeue(q);
    q.stats.backlog -= q.peeked->len;
    q.stats.qlen--;
    return std::move(q.peeked);
}

void qdisc_reset(qdisc& q) {
    if (q.ops->reset) q.ops->reset(q);
    q.peeked.reset();
    q.stats.qlen = q.stats.backlog = 0;
}

void qdisc_purge_queue(qdisc& q) {
    const std::uint32_t frames = q.stats.qlen, bytes = q.stats.backlog;
    qdisc_reset(q);
    qdisc_tree_reduce_backlog(q, frames, bytes);
}

void qdisc_tree_reduce_backlog(qdisc& q, std::uint32_t frames, std::uint32_t bytes) {
    if (frames == 0 && bytes == 0) return;
    qdisc* up = &q;
    while ((up = qdisc_lookup(q.dev, up->parent & 0xffff0000))) {
        up->stats.qlen -= frames;
        up->stats.backlog -= bytes;
        up->stats.drops += frames;
    }
}

// A device's disciplines: the one at the root, those inside it, and ingress.
qdisc* qdisc_lookup(const net_device& dev, std::uint32_t handle) {
    if (!handle) return nullptr;
    for (qdisc* q = dev.root_qdisc(); q; q = q->ops->leaf ? q->ops->leaf(*q) : nullptr) {
        if (q->handle == handle) return q;
    }
    qdisc* ingress = dev.ingress_qdisc();
    return ingress && ingress->handle == handle ? ingress : nullptr;
}

}  // namespace vethlab
