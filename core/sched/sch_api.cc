// Linux: net/sched/sch_api.c. RTM_NEWQDISC and its kin.
#include <algorithm>

#include "core/registry.h"
#include "core/sched/sch_generic.h"

namespace vethlab {
namespace {

constexpr std::uint32_t tc_h_root = 0xffffffff, tc_h_ingress = 0xfffffff1;
constexpr std::uint32_t default_tx_queue_len = 1000;
std::uint32_t major_of(std::uint32_t h) { return h & 0xffff0000; }
std::uint32_t minor_of(std::uint32_t h) { return h & 0xffff; }

struct tc_request {
    rtnl_request& r;
    tcmsg tcm;
    nlattrs tca;
    net_device* dev;

    std::uint32_t clid() const { return tcm.tcm_parent; }
    bool has(std::uint16_t flag) const { return r.flags() & flag; }
    err fail(err e, const char* text) { return r.extack.set(e, text); }
    bool other_kind(std::string_view id) const {
        const auto* kind = tca.get(tca::kind);
        return kind && kind->str() != id;
    }
    bool other_kind(const qdisc& q) const { return other_kind(q.ops->id); }
};

tc_request parse(rtnl_request& r) {
    const auto tcm = r.msg.head<tcmsg>();
    return {r, tcm, r.msg.attrs<tcmsg>(), dev_get_by_index(r.net, tcm.tcm_ifindex)};
}

// The qdisc at a place: root, ingress, or inside another.
err find_at(tc_request& t, qdisc*& q, const char* no_parent) {
    if (t.clid() == tc_h_root) {
        q = t.dev->root_qdisc();
    } else if (t.clid() == tc_h_ingress) {
        q = t.dev->ingress_qdisc();
    } else {
        const qdisc* parent = qdisc_lookup(*t.dev, major_of(t.clid()));
        if (!parent) return t.fail(err::noent, no_parent);
        if (!parent->ops->leaf) return t.fail(err::opnotsupp, "Parent qdisc is not classful");
        q = parent->ops->leaf(*parent);
    }
    return err::ok;
}

// Linux: qdisc_graft. At the root the device rests meanwhile.
err graft(tc_request& t, qdisc_ptr q) {
    net_device& dev = *t.dev;
    if (t.clid() == tc_h_ingress) {
        dev.make_more().ingress_qdisc = std::move(q);
        return err::ok;
    }
    if (t.clid() != tc_h_root) {
        if (q && q->ops == &noqueue_qdisc_ops) {
            return t.fail(err::inval, "Cannot assign noqueue to a class");
        }
        qdisc& parent = *qdisc_lookup(dev, major_of(t.clid()));
        parent.ops->graft(parent, std::move(q));
        return err::ok;
    }
    if (dev.is_up()) dev_deactivate(dev);
    dev.make_more().root_qdisc = std::move(q);
    if (!dev.root_qdisc() && !dev.is_up()) dev.qdisc_attached = false;
    if (dev.is_up()) dev_activate(dev);
    return err::ok;
}

void notify(tc_request& t, std::uint16_t type, const qdisc& q);

// Linux: qdisc_create
err create_n_graft2(tc_request& t) {
    const bool ingress = t.clid() == tc_h_ingress;
    const auto* kind = t.tca.get(tca::kind);
    const qdisc_ops* ops = kind ? qdisc_lookup_ops(kind->str()) : nullptr;
    if (!ops) return t.fail(err::noent, "Specified qdisc kind is unknown");
    if (ingress != ops->ingress) {
        return t.fail(err::inval, ingress ? "Specified parent ID is reserved for ingress and clsact Qdiscs"
                                          : "Qdisc can only be attached to ingress");
    }
    qdisc_ptr q = qdisc_alloc(*t.dev, *ops, t.clid());
    q->handle = t.tcm.tcm_handle;
    if (ingress) {
        q->handle = 0xffff0000;
    } else if (!q->handle) {
        q->handle = (t.r.net.krn.next_qdisc_handle = t.r.net.krn.next_qdisc_handle >= 0xfffe
                                                         ? 0x8001
                                                         : t.r.net.krn.next_qdisc_handle + 1)
                    << 16;
    }
    // A length of nought once meant that frames shall not queue at all.
    if (t.dev->settings->tx_queue_len == 0) {
        t.dev->settings.own().tx_queue_len = default_tx_queue_len;
    }
    if (const err e = ops->init(*q, t.tca.get(tca::options), t.r.extack); e != err::ok) return e;
    qdisc& made = *q;
    if (const err e = graft(t, std::move(q)); e != err::ok) return e;
    notify(t, rtm::newqdisc, made);
    return err::ok;
}

err create_n_graft(tc_request& t) {
    if (!t.has(nlm_f::create)) {
        return t.fail(err::noent, "Qdisc not found. To create specify NLM_F_CREATE flag");
    }
    return create_n_graft2(t);
}

// The handle is that of a qdisc which is at another place.
err regraft(tc_request& t, const qdisc& q) {
    const bool looks_at_place_first = t.dev->krn.profile != kernel_profile::v6_1;
    if (looks_at_place_first) {
        return t.fail(err::inval, "Cannot move an existing qdisc to a different parent");
    }
    if (t.has(nlm_f::excl)) return t.fail(err::exist, "Exclusivity flag on, cannot override");
    if (t.other_kind(q)) {
        return t.fail(err::inval, "Invalid qdisc name: must match existing qdisc");
    }
    if (q.ops->ingress) return t.fail(err::inval, "Cannot regraft ingress or clsact Qdiscs");
    return t.fail(err::inval, "Cannot move an existing qdisc to a different parent");
}

err change(tc_request& t, qdisc* q) {
    if (!q) return t.fail(err::noent, "Specified qdisc not found");
    if (t.has(nlm_f::excl)) return t.fail(err::exist, "Exclusivity flag on, cannot modify");
    if (t.other_kind(*q)) {
        return t.fail(err::inval, "Invalid qdisc name: must match existing qdisc");
    }
    if (const auto* options = t.tca.get(tca::options)) {
        if (!q->ops->change) {
            return t.fail(err::inval, "Change operation not supported by specified qdisc");
        }
        if (const err e = q->ops->change(*q, options, t.r.extack); e != err::ok) return e;
    }
    notify(t, rtm::newqdisc, *q);
    return err::ok;
}

void put_stats(nlmsg_builder& m, const qdisc& q) {
    // gnet_stats_basic, gnet_stats_queue (include/uapi/linux/gen_stats.h)
    struct basic {
        std::uint64_t bytes;
        std::uint32_t packets, pad;
    };
    struct queue {
        std::uint32_t qlen, backlog, drops, requeues, overlimits;
    };
    enum : std::uint16_t { stats_basic = 1, stats_queue = 3, stats_pkt64 = 8 };
    const auto& s = q.stats;
    const auto nest = m.nest(tca::stats2);
    m.put_struct(stats_basic, basic{s.bytes, s.packets, 0});
    m.put_u64(stats_pkt64, s.packets);
    m.put_struct(stats_queue, queue{s.qlen, s.backlog, s.drops, s.requeues, s.overlimits});
    m.end_nest(nest);
}

struct fill {
    std::uint16_t type, flags;
    std::uint32_t pid, seq;
};

void tc_fill_qdisc(nlmsg_builder& m, const qdisc& q, const fill& f) {
    m.begin(f.type, f.flags, f.seq, f.pid);
    // References: the device's own and one by each of its queues.
    const std::uint32_t refs = q.parent == tc_h_root ? 1u + q.dev.settings->num_tx_queues : 1;
    m.head(tcmsg{af::unspec, 0, 0, q.dev.ifindex, q.handle, q.parent, refs});
    m.put_str(tca::kind, q.ops->id);
    if (q.ops->dump) {
        const auto options = m.nest(tca::options);
        q.ops->dump(q, m);
        m.end_nest(options);
    }
    m.put_u8(tca::hw_offload, 0);
    put_stats(m, q);
    m.end();
}

void notify(tc_request& t, std::uint16_t type, const qdisc& q) {
    if (!rtnl_has_listeners(t.r.net, rtnlgrp::tc)) return;
    nlmsg_builder m;
    tc_fill_qdisc(m, q, {type, 0, t.r.portid(), t.r.seq()});
    rtnl_notify(t.r.net, m, rtnlgrp::tc);
}

// A noqueue is shown although it has no object.
void fill_noqueue(nlmsg_builder& m, net_device& dev, const fill& f) {
    m.begin(f.type, f.flags, f.seq, f.pid);
    m.head(tcmsg{af::unspec, 0, 0, dev.ifindex, 0, tc_h_root, 2});
    m.put_str(tca::kind, "noqueue");
    m.put_u8(tca::hw_offload, 0);
    put_stats(m, qdisc(dev, noqueue_qdisc_ops));
    m.end();
}

}  // namespace

err tc_modify_qdisc(rtnl_request& r, nlmsg_builder&) {
    tc_request t = parse(r);
    if (!t.dev) return err::nodev;
    qdisc* q = nullptr;
    if (!t.clid()) {
        if (!t.tcm.tcm_handle) return t.fail(err::inval, "Handle cannot be zero");
        return change(t, qdisc_lookup(*t.dev, t.tcm.tcm_handle));
    }
    if (t.clid() == tc_h_ingress) t.dev->make_more().ingress_queue = true;
    if (const err e = find_at(t, q, "Failed to find specified qdisc"); e != err::ok) return e;
    if (q && !q->handle) q = nullptr;  // made by itself: it counts as none
    const std::uint32_t handle = t.tcm.tcm_handle;
    if (q && handle == q->handle) return change(t, q);
    if (handle) {
        if (q && !t.has(nlm_f::replace)) {
            return t.fail(err::exist, "NLM_F_REPLACE needed to override");
        }
        if (minor_of(handle)) return t.fail(err::inval, "Invalid minor handle");
        const qdisc* elsewhere = qdisc_lookup(*t.dev, handle);
        return elsewhere ? regraft(t, *elsewhere) : create_n_graft(t);
    }
    if (!q) return create_n_graft(t);
    // Another kind than the one there: a new one, also if nothing was said about that.
    if (t.other_kind(*q)) {
        if (t.has(nlm_f::create) && (t.has(nlm_f::replace) || t.has(nlm_f::excl))) {
            return create_n_graft(t);
        }
        if (!t.has(nlm_f::create | nlm_f::replace | nlm_f::excl)) return create_n_graft2(t);
    }
    return change(t, q);
}

err tc_del_qdisc(rtnl_request& r, nlmsg_builder&) {
    tc_request t = parse(r);
    if (!t.dev) return err::nodev;
    qdisc* q = nullptr;
    if (t.clid()) {
        const err e = find_at(t, q, "Failed to find qdisc with specified classid");
        if (e != err::ok) return e;
        // Where nothing is attached stands an object without a handle.
        const bool queue = t.clid() == tc_h_root ||
                           (t.clid() == tc_h_ingress && t.dev->more && t.dev->more->ingress_queue);
        if (!q && !queue) {
            return t.fail(err::noent, "Cannot find specified qdisc on specified device");
        }
        if (t.tcm.tcm_handle && t.tcm.tcm_handle != (q ? q->handle : 0)) {
            return t.fail(err::inval, "Invalid handle");
        }
    } else {
        q = qdisc_lookup(*t.dev, t.tcm.tcm_handle);
        if (!q) return t.fail(err::noent, "Failed to find qdisc with specified handle");
    }
    // A root without an object is one of the two that need none.
    const bool noqueue = t.clid() != tc_h_ingress && t.dev->qdisc_attached;
    const char* id = q ? q->ops->id : noqueue ? "noqueue" : "noop";
    if (t.other_kind(id)) {
        return t.fail(err::inval, "Invalid qdisc name: must match existing qdisc");
    }
    if (!t.clid()) return t.fail(err::inval, "Classid cannot be zero");
    if (!q || !q->handle) return t.fail(err::noent, "Cannot delete qdisc with handle of zero");
    notify(t, rtm::delqdisc, *q);
    return graft(t, nullptr);
}

err tc_get_qdisc(rtnl_request& r, nlmsg_builder& reply) {
    tc_request t = parse(r);
    if (!t.dev) return err::nodev;
    qdisc* q = nullptr;
    if (t.clid()) {
        const err e = find_at(t, q, "Failed to find qdisc with specified classid");
        if (e != err::ok) return e;
    } else {
        q = qdisc_lookup(*t.dev, t.tcm.tcm_handle);
    }
    if (!q) return t.fail(err::noent, "Cannot find specified qdisc on specified device");
    tc_fill_qdisc(reply, *q, {rtm::newqdisc, 0, r.portid(), r.seq()});
    return err::ok;
}

namespace {

// The root, then those inside it in the order of a hash table by handle. Who has no handle (the
// bfifo that comes with a tbf) is not shown.
std::vector<const qdisc*> shown(const net_device& dev) {
    const auto bucket = [](const qdisc* q) { return q->handle * 0x61c88647u >> 28; };
    std::vector<const qdisc*> all;
    for (const qdisc* q = dev.root_qdisc(); q; q = q->ops->leaf ? q->ops->leaf(*q) : nullptr) {
        if (q->handle) all.push_back(q);
    }
    std::stable_sort(all.begin() + 1, all.end(),
                     [&](auto* a, auto* b) { return bucket(a) < bucket(b); });
    return all;
}

}  // namespace

// In the order in which devices joined the namespace.
err tc_dump_qdisc(rtnl_request& r, nlmsg_builder& out) {
    const auto tcm = r.msg.head<tcmsg>();
    const fill f{rtm::newqdisc, nlm_f::multi, r.portid(), r.seq()};
    for (net_device* dev : r.net.dev_base_head) {
        if (tcm.tcm_ifindex && dev->ifindex != tcm.tcm_ifindex) continue;
        if (dev->root_qdisc()) {
            for (const qdisc* q : shown(*dev)) tc_fill_qdisc(out, *q, f);
        } else if (dev->qdisc_attached) {
            fill_noqueue(out, *dev, f);
        }
        if (dev->ingress_qdisc()) tc_fill_qdisc(out, *dev->ingress_qdisc(), f);
    }
    return err::ok;
}

// struct tc_stats, rounded up to eight bytes.
struct class_stats {
    std::uint64_t bytes = 0;
    std::uint32_t packets = 0, drops = 0, overlimits = 0, bps = 0, pps = 0, qlen = 0, backlog = 0;
    std::uint32_t unused = 0;
};

err tc_dump_tclass(rtnl_request& r, nlmsg_builder& out) {
    const auto tcm = r.msg.head<tcmsg>();
    const net_device* dev = dev_get_by_index(r.net, tcm.tcm_ifindex);
    if (!dev || !dev->root_qdisc()) return err::ok;
    for (const qdisc* q : shown(*dev)) {
        if (!q->ops->leaf) continue;
        if (tcm.tcm_parent && major_of(tcm.tcm_parent) != q->handle) continue;
        const qdisc* leaf = q->ops->leaf(*q);
        out.begin(rtm::newtclass, nlm_f::multi, r.seq(), r.portid());
        out.head(tcmsg{af::unspec, 0, 0, dev->ifindex, q->handle | 1, q->handle,
                       leaf ? leaf->handle : 0});
        out.put_str(tca::kind, q->ops->id);
        out.end_nest(out.nest(tca::stats2));
        out.put_struct(tca::stats, class_stats{});  // a class of tbf counts nothing
        out.end();
    }
    return err::ok;
}

// Linux: net/sched/cls_api.c. Nobody can add a filter, so every list of them is empty.
err tc_dump_tfilter(rtnl_request&, nlmsg_builder&) { return err::ok; }

}  // namespace vethlab
