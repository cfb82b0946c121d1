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
        if (q.dev.num_tx_queues == 1) break;
    }
    return !list.empty();
}

}  // namespace

err dev_xmit_skb(frame_ptr skb, qdisc& q) {
    const err e = q.ops->enqueue(q, std::move(skb));
    qdisc_run(q);
    return e;
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

err qdisc_drop(qdisc& q, frame_ptr skb) {
    q.stats.drops++;
    kfree_skb_reason(q.dev.krn, std::move(skb), drop_reason::qdisc_drop);
    return err::nobufs;
}

}  // namespace vethlab
