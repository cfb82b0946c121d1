// Linux: net/sched/sch_fifo.c, sch_generic.c (pfifo_fast), sch_ingress.c
#include "core/sched/sch_generic.h"

namespace vethlab {
namespace {

struct fifo_priv : qdisc_priv {
    std::uint32_t limit = 0;  // frames or bytes
    frame_queue queue;
};

void fifo_reset(qdisc& q) {
    qdisc_private<fifo_priv>(q).queue.purge();
    q.stats.qlen = q.stats.backlog = 0;
}

const frame* fifo_peek(qdisc& q) { return qdisc_private<fifo_priv>(q).queue.front(); }

frame_ptr fifo_dequeue(qdisc& q) { return qdisc_dequeue_head(q, qdisc_private<fifo_priv>(q).queue); }

net_xmit pfifo_enqueue(qdisc& q, frame_ptr skb) {
    auto& p = qdisc_private<fifo_priv>(q);
    if (p.queue.size() >= p.limit) return qdisc_drop(q, std::move(skb));
    qdisc_enqueue_tail(q, p.queue, std::move(skb));
    return net_xmit::success;
}

// The oldest goes.
net_xmit pfifo_head_drop_enqueue(qdisc& q, frame_ptr skb) {
    auto& p = qdisc_private<fifo_priv>(q);
    if (p.limit == 0) return qdisc_drop(q, std::move(skb));
    if (p.queue.size() < p.limit) {
        qdisc_enqueue_tail(q, p.queue, std::move(skb));
        return net_xmit::success;
    }
    const std::uint32_t before = q.stats.backlog;
    frame_ptr oldest = p.queue.pop_front();
    q.stats.backlog -= oldest->len;
    q.stats.qlen--;
    (void)qdisc_drop(q, std::move(oldest));
    qdisc_enqueue_tail(q, p.queue, std::move(skb));
    qdisc_tree_reduce_backlog(q, 0, before - q.stats.backlog);
    return net_xmit::cn;
}

net_xmit bfifo_enqueue(qdisc& q, frame_ptr skb) {
    auto& p = qdisc_private<fifo_priv>(q);
    if (q.stats.backlog + skb->len > p.limit) return qdisc_drop(q, std::move(skb));
    qdisc_enqueue_tail(q, p.queue, std::move(skb));
    return net_xmit::success;
}

err fifo_set(qdisc& q, const nlattr* options, std::uint32_t otherwise) {
    if (options && options->data.size() < sizeof(std::uint32_t)) return err::inval;
    qdisc_private<fifo_priv>(q).limit = options ? options->u32() : otherwise;
    return err::ok;
}

err pfifo_change(qdisc& q, const nlattr* options, netlink_ext_ack&) {
    return fifo_set(q, options, q.dev.settings->tx_queue_len);
}
err bfifo_change(qdisc& q, const nlattr* options, netlink_ext_ack&) {
    return fifo_set(q, options,
                    q.dev.settings->tx_queue_len * (q.dev.mtu + std::uint32_t{eth_hlen}));
}
err pfifo_init(qdisc& q, const nlattr* options, netlink_ext_ack& extack) {
    q.priv = std::make_unique<fifo_priv>();
    return pfifo_change(q, options, extack);
}
err bfifo_init(qdisc& q, const nlattr* options, netlink_ext_ack& extack) {
    q.priv = std::make_unique<fifo_priv>();
    return bfifo_change(q, options, extack);
}

void fifo_dump(const qdisc& q, nlmsg_builder& m) {
    m.raw(as_view(qdisc_private<fifo_priv>(q).limit));
}

// ---- pfifo_fast: three bands, the lowest number first.

constexpr std::uint8_t prio2band[16] = {1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};

struct pfifo_fast_priv : qdisc_priv {
    frame_queue bands[3];
    std::uint32_t limit = 0;
};

err pfifo_fast_init(qdisc& q, const nlattr*, netlink_ext_ack&) {
    auto p = std::make_unique<pfifo_fast_priv>();
    p->limit = q.dev.settings->tx_queue_len;
    q.priv = std::move(p);
    return q.dev.settings->tx_queue_len ? err::ok : err::inval;
}

net_xmit pfifo_fast_enqueue(qdisc& q, frame_ptr skb) {
    auto& p = qdisc_private<pfifo_fast_priv>(q);
    frame_queue& band = p.bands[prio2band[skb->priority & 15]];
    if (band.size() >= p.limit) return qdisc_drop(q, std::move(skb));
    qdisc_enqueue_tail(q, band, std::move(skb));
    return net_xmit::success;
}

frame_ptr pfifo_fast_dequeue(qdisc& q) {
    for (auto& band : qdisc_private<pfifo_fast_priv>(q).bands) {
        if (!band.empty()) return qdisc_dequeue_head(q, band);
    }
    return nullptr;
}

const frame* pfifo_fast_peek(qdisc& q) {
    for (auto& band : qdisc_private<pfifo_fast_priv>(q).bands) {
        if (!band.empty()) return band.front();
    }
    return nullptr;
}

void pfifo_fast_reset(qdisc& q) {
    for (auto& band : qdisc_private<pfifo_fast_priv>(q).bands) band.purge();
    q.stats.qlen = q.stats.backlog = 0;
}

struct tc_prio_qopt {
    std::int32_t bands;
    std::uint8_t priomap[16];
};

void pfifo_fast_dump(const qdisc&, nlmsg_builder& m) {
    tc_prio_qopt opt{3, {}};
    std::memcpy(opt.priomap, prio2band, sizeof opt.priomap);
    m.raw(as_view(opt));
}

// ---- noqueue: chosen by hand it is an object, and the device sends at once all the same.

err noqueue_init(qdisc&, const nlattr*, netlink_ext_ack&) { return err::ok; }

// ---- ingress and clsact: a place for filters, which there are none of; it counts.

err ingress_init(qdisc&, const nlattr*, netlink_ext_ack&) { return err::ok; }
void ingress_dump(const qdisc&, nlmsg_builder&) {}

}  // namespace

const qdisc_ops pfifo_qdisc_ops{
    .id = "pfifo",
    .init = pfifo_init,
    .enqueue = pfifo_enqueue,
    .dequeue = fifo_dequeue,
    .peek = fifo_peek,
    .reset = fifo_reset,
    .change = pfifo_change,
    .dump = fifo_dump,
};
const qdisc_ops bfifo_qdisc_ops{
    .id = "bfifo",
    .init = bfifo_init,
    .enqueue = bfifo_enqueue,
    .dequeue = fifo_dequeue,
    .peek = fifo_peek,
    .reset = fifo_reset,
    .change = bfifo_change,
    .dump = fifo_dump,
};
const qdisc_ops pfifo_head_drop_qdisc_ops{
    .id = "pfifo_head_drop",
    .init = pfifo_init,
    .enqueue = pfifo_head_drop_enqueue,
    .dequeue = fifo_dequeue,
    .peek = fifo_peek,
    .reset = fifo_reset,
    .change = pfifo_change,
    .dump = fifo_dump,
};
const qdisc_ops pfifo_fast_qdisc_ops{
    .id = "pfifo_fast",
    .init = pfifo_fast_init,
    .enqueue = pfifo_fast_enqueue,
    .dequeue = pfifo_fast_dequeue,
    .peek = pfifo_fast_peek,
    .reset = pfifo_fast_reset,
    .dump = pfifo_fast_dump,
};
const qdisc_ops noqueue_qdisc_ops{.id = "noqueue", .init = noqueue_init};
const qdisc_ops ingress_qdisc_ops{
    .id = "ingress",
    .init = ingress_init,
    .dump = ingress_dump,
    .ingress = true,
};
const qdisc_ops clsact_qdisc_ops{
    .id = "clsact",
    .init = ingress_init,
    .dump = ingress_dump,
    .ingress = true,
};

// Linux: looks at the name as well.
void fifo_set_limit(qdisc& q, std::uint32_t limit) {
    for (const qdisc_ops* ops : {&pfifo_qdisc_ops, &bfifo_qdisc_ops}) {
        if (q.ops == ops) qdisc_private<fifo_priv>(q).limit = limit;
    }
}

qdisc_ptr bfifo_create_dflt(qdisc& parent, std::uint32_t limit) {
    qdisc_ptr q = qdisc_alloc(parent.dev, bfifo_qdisc_ops, parent.handle | 1);
    q->priv = std::make_unique<fifo_priv>();
    fifo_set_limit(*q, limit);
    return q;
}

}  // namespace vethlab
