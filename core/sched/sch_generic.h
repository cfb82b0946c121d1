#pragma once
// Linux: include/net/sch_generic.h, net/sched/sch_generic.c. Queueing disciplines: a file each,
// listed in core/registry.cc. The built-in noop and noqueue need no object: net_device says which.
#include "core/dev.h"
#include "core/rtnetlink.h"

namespace vethlab {

// What became of a frame. cn, congestion: this one or another was dropped, but to the sender that
// is no error.
enum class net_xmit : std::uint8_t { success, drop, cn };

struct qdisc;
using qdisc_ptr = std::unique_ptr<qdisc>;

struct qdisc_ops {
    const char* id;
    err (*init)(qdisc&, const nlattr* options, netlink_ext_ack&);
    // nullptr: frames never come here (ingress, noqueue).
    net_xmit (*enqueue)(qdisc&, frame_ptr) = nullptr;
    frame_ptr (*dequeue)(qdisc&) = nullptr;
    const frame* (*peek)(qdisc&) = nullptr;  // what dequeue would give
    void (*reset)(qdisc&) = nullptr;
    err (*change)(qdisc&, const nlattr* options, netlink_ext_ack&) = nullptr;
    void (*dump)(const qdisc&, nlmsg_builder&) = nullptr;  // inside TCA_OPTIONS
    // Linux: Qdisc_class_ops. The one kind with classes (tbf) has one, N:1, with a queue inside;
    // without one (noop) all frames are dropped there.
    qdisc* (*leaf)(const qdisc&) = nullptr;
    void (*graft)(qdisc&, qdisc_ptr) = nullptr;
    bool ingress = false;
};

// What `tc -s` shows (gnet_stats_basic, gnet_stats_queue).
struct qdisc_stats {
    std::uint64_t bytes = 0;
    std::uint32_t packets = 0, qlen = 0, backlog = 0, drops = 0, requeues = 0, overlimits = 0;
};

// A discipline's private data.
struct qdisc_priv {
    virtual ~qdisc_priv() = default;
};

struct qdisc {
    qdisc(net_device& device, const qdisc_ops& operations) : dev(device), ops(&operations) {}
    net_device& dev;
    const qdisc_ops* ops;
    std::uint32_t handle = 0, parent = 0;
    bool running = false;  // no run within a run
    qdisc_stats stats;
    frame_ptr peeked{};  // Linux: gso_skb; qdisc_peek_dequeued took it out of its queue
    std::unique_ptr<qdisc_priv> priv;
};

template <class T>
T& qdisc_private(qdisc& q) {
    return static_cast<T&>(*q.priv);
}
template <class T>
const T& qdisc_private(const qdisc& q) {
    return static_cast<const T&>(*q.priv);
}

// Sends what may leave now (__qdisc_run).
void qdisc_run(qdisc& q);

// For disciplines: a frame goes into or comes out of a queue of theirs; a frame ends.
void qdisc_enqueue_tail(qdisc& q, frame_queue& queue, frame_ptr skb);
frame_ptr qdisc_dequeue_head(qdisc& q, frame_queue& queue);
net_xmit qdisc_drop(qdisc& q, frame_ptr skb);

// For disciplines with another one inside.
qdisc_ptr qdisc_alloc(net_device& dev, const qdisc_ops& ops, std::uint32_t parent);
const frame* qdisc_peek(qdisc& q);
frame_ptr qdisc_dequeue_peeked(qdisc& q);
void qdisc_reset(qdisc& q);
// Above `q`: so many frames fewer, counted as dropped, and so many bytes.
void qdisc_tree_reduce_backlog(qdisc& q, std::uint32_t frames, std::uint32_t bytes);
// Its frames end; those above it have as many fewer, and count them as dropped.
void qdisc_purge_queue(qdisc& q);
qdisc* qdisc_lookup(const net_device& dev, std::uint32_t handle);
// The limit of a fifo; other kinds stay as they are.
void fifo_set_limit(qdisc& q, std::uint32_t limit);
qdisc_ptr bfifo_create_dflt(qdisc& parent, std::uint32_t limit);

extern const qdisc_ops pfifo_qdisc_ops, bfifo_qdisc_ops, pfifo_head_drop_qdisc_ops,
    pfifo_fast_qdisc_ops, tbf_qdisc_ops, noqueue_qdisc_ops, ingress_qdisc_ops, clsact_qdisc_ops;

// ---- sch_api.cc, for registry.cc
err tc_modify_qdisc(rtnl_request& r, nlmsg_builder& reply);
err tc_del_qdisc(rtnl_request& r, nlmsg_builder& reply);
err tc_get_qdisc(rtnl_request& r, nlmsg_builder& reply);
err tc_dump_qdisc(rtnl_request& r, nlmsg_builder& out);
err tc_dump_tclass(rtnl_request& r, nlmsg_builder& out);
err tc_dump_tfilter(rtnl_request& r, nlmsg_builder& out);

}  // namespace vethlab
