// Linux: net/sched/sch_tbf.c. Token bucket filter: a frame leaves when the bucket covers it.
#include <algorithm>

#include "core/sched/sch_generic.h"

namespace vethlab {
namespace {

// include/uapi/linux/pkt_sched.h
struct tc_ratespec {
    std::uint8_t cell_log, linklayer;
    std::uint16_t overhead;
    std::int16_t cell_align;
    std::uint16_t mpu;
    std::uint32_t rate;  // bytes/s
};
struct tc_tbf_qopt {
    tc_ratespec rate, peakrate;
    std::uint32_t limit, buffer, mtu;  // bytes; ticks of 64 ns; ticks
};
static_assert(sizeof(tc_tbf_qopt) == 36);
namespace tca_tbf {
enum : std::uint16_t { parms = 1, rtab, ptab, rate64, prate64, burst, pburst };
}

constexpr std::int64_t ns_per_tick = 64;

struct rate_config {
    std::uint64_t bytes_per_s = 0;
    std::uint16_t overhead = 0, mpu = 0;
    std::uint8_t linklayer = 1;

    // psched_l2t_ns: how long `len` bytes take.
    std::int64_t time_of(std::uint32_t len) const {
        const std::uint64_t size = std::max<std::uint64_t>(std::uint64_t{len} + overhead, mpu);
        return std::int64_t(size * 1'000'000'000 / bytes_per_s);
    }
    // psched_ns_t2l: how many bytes fit into it.
    std::uint64_t bytes_in(std::int64_t ns) const {
        const std::uint64_t all = std::uint64_t(ns) * bytes_per_s / 1'000'000'000;
        return all > overhead ? all - overhead : 0;
    }
};

struct tbf_priv : qdisc_priv {
    explicit tbf_priv(qdisc& q) : watchdog(q.dev.krn.events, wake, &q) {}
    static void wake(void* q) { qdisc_run(*static_cast<qdisc*>(q)->dev.root_qdisc()); }

    std::uint32_t limit = 0, max_size = 0;
    rate_config rate, peak;
    bool peak_present = false;
    std::int64_t buffer = 0, mtu = 0;      // depths of the buckets, ns of sending
    std::int64_t tokens = 0, ptokens = 0;  // what they hold
    sim_time t_c{};                        // when that was reckoned
    qdisc_ptr inner;                       // a bfifo, unless the user put another one there
    timer watchdog;
};

rate_config rate_of(const tc_ratespec& r, const nlattr* wide) {
    rate_config c;
    c.bytes_per_s = wide ? std::max<std::uint64_t>(r.rate, wide->u64()) : r.rate;
    c.overhead = r.overhead;
    c.mpu = r.mpu;
    c.linklayer = r.linklayer & 15;
    return c;
}

err tbf_change(qdisc& q, const nlattr* options, netlink_ext_ack&) {
    auto& p = qdisc_private<tbf_priv>(q);
    if (!options) return err::inval;
    const nlattrs tb(options->data);
    const nlattr* parms = tb.get(tca_tbf::parms);
    if (!parms || parms->data.size() < sizeof(tc_tbf_qopt)) return err::inval;
    const auto opt = parms->as<tc_tbf_qopt>();
    const rate_config rate = rate_of(opt.rate, tb.get(tca_tbf::rate64));
    if (rate.bytes_per_s == 0) return err::inval;
    std::int64_t buffer = opt.buffer * ns_per_tick, mtu = opt.mtu * ns_per_tick;
    std::uint64_t max_size = rate.bytes_in(buffer);
    if (auto* a = tb.get(tca_tbf::burst)) {
        max_size = a->u32();
        buffer = rate.time_of(a->u32());
    }
    rate_config peak;
    const bool peak_present = opt.peakrate.rate != 0;
    if (peak_present) {
        peak = rate_of(opt.peakrate, tb.get(tca_tbf::prate64));
        if (peak.bytes_per_s <= rate.bytes_per_s) return err::inval;
        std::uint64_t peak_size = peak.bytes_in(mtu);
        if (auto* a = tb.get(tca_tbf::pburst)) {
            peak_size = a->u32();
            mtu = peak.time_of(a->u32());
        }
        max_size = std::min(max_size, peak_size);
    }
    if (max_size == 0) return err::inval;
    if (p.inner) {
        fifo_set_limit(*p.inner, opt.limit);
    } else if (opt.limit > 0) {
        p.inner = bfifo_create_dflt(q, opt.limit);
    }
    p.limit = opt.limit;
    p.rate = rate;
    p.peak = peak;
    p.peak_present = peak_present;
    p.max_size = std::uint32_t(std::min<std::uint64_t>(max_size, UINT32_MAX));
    p.tokens = p.buffer = buffer;
    p.ptokens = p.mtu = mtu;
    return err::ok;
}

err tbf_init(qdisc& q, const nlattr* options, netlink_ext_ack& extack) {
    auto p = std::make_unique<tbf_priv>(q);
    p->t_c = q.dev.krn.now();
    q.priv = std::move(p);
    return tbf_change(q, options, extack);
}

net_xmit tbf_enqueue(qdisc& q, frame_ptr skb) {
    auto& p = qdisc_private<tbf_priv>(q);
    if (skb->len > p.max_size) return qdisc_drop(q, std::move(skb));
    if (!p.inner) {  // noop_enqueue
        q.dev.stats.tx_dropped++;
        (void)qdisc_drop(q, std::move(skb));
        return net_xmit::cn;
    }
    const std::uint32_t len = skb->len;
    const net_xmit fate = p.inner->ops->enqueue(*p.inner, std::move(skb));
    if (fate != net_xmit::success) {
        q.stats.drops++;
        return fate;
    }
    q.stats.backlog += len;
    q.stats.qlen++;
    return fate;
}

frame_ptr tbf_dequeue(qdisc& q) {
    auto& p = qdisc_private<tbf_priv>(q);
    const frame* next = p.inner ? qdisc_peek(*p.inner) : nullptr;
    if (!next) return nullptr;
    const sim_time now = q.dev.krn.now();
    std::int64_t toks = std::min((now - p.t_c).count(), p.buffer), ptoks = 0;
    if (p.peak_present) {
        ptoks = std::min(toks + p.ptokens, p.mtu) - p.peak.time_of(next->len);
    }
    toks = std::min(toks + p.tokens, p.buffer) - p.rate.time_of(next->len);
    if (toks >= 0 && ptoks >= 0) {
        p.t_c = now;
        p.tokens = toks;
        p.ptokens = ptoks;
        frame_ptr skb = qdisc_dequeue_peeked(*p.inner);
        q.stats.backlog -= skb->len;
        q.stats.qlen--;
        q.stats.bytes += skb->len;
        q.stats.packets++;
        return skb;
    }
    p.watchdog.start_at(now + sim_time(std::max(-toks, -ptoks)));
    q.stats.overlimits++;
    return nullptr;
}

void tbf_reset(qdisc& q) {
    auto& p = qdisc_private<tbf_priv>(q);
    if (p.inner) qdisc_reset(*p.inner);
    p.t_c = q.dev.krn.now();
    p.tokens = p.buffer;
    p.ptokens = p.mtu;
    p.watchdog.cancel();
}

qdisc* tbf_leaf(const qdisc& q) { return qdisc_private<tbf_priv>(q).inner.get(); }

void tbf_graft(qdisc& q, qdisc_ptr other) {
    auto& p = qdisc_private<tbf_priv>(q);
    if (p.inner) qdisc_purge_queue(*p.inner);
    p.inner = std::move(other);
}

tc_ratespec spec_of(const rate_config& c) {
    tc_ratespec r{};
    r.rate = std::uint32_t(std::min<std::uint64_t>(c.bytes_per_s, UINT32_MAX));
    r.overhead = c.overhead;
    r.mpu = c.mpu;
    r.linklayer = c.linklayer;
    return r;
}

void tbf_dump(const qdisc& q, nlmsg_builder& m) {
    const auto& p = qdisc_private<tbf_priv>(q);
    tc_tbf_qopt opt{};
    opt.limit = p.limit;
    opt.rate = spec_of(p.rate);
    if (p.peak_present) opt.peakrate = spec_of(p.peak);
    opt.mtu = std::uint32_t(p.mtu / ns_per_tick);
    opt.buffer = std::uint32_t(p.buffer / ns_per_tick);
    m.put_struct(tca_tbf::parms, opt);
    if (p.rate.bytes_per_s > UINT32_MAX) m.put_u64(tca_tbf::rate64, p.rate.bytes_per_s);
    if (p.peak.bytes_per_s > UINT32_MAX) m.put_u64(tca_tbf::prate64, p.peak.bytes_per_s);
}

}  // namespace

const qdisc_ops tbf_qdisc_ops{
    .id = "tbf",
    .init = tbf_init,
    .enqueue = tbf_enqueue,
    .dequeue = tbf_dequeue,
    .reset = tbf_reset,
    .change = tbf_change,
    .dump = tbf_dump,
    .leaf = tbf_leaf,
    .graft = tbf_graft,
};

}  // namespace vethlab
