// Linux: net/core/rtnetlink.c rtnl_fdb_add, rtnl_fdb_del, rtnl_fdb_get, rtnl_fdb_dump.
#include "core/rtnetlink_fdb.h"

#include "core/dev.h"

namespace vethlab {
namespace {

constexpr std::uint16_t vlan_vid_mask = 0x0fff;

void fdb_fill(nlmsg_builder& m, const net_device& dev, mac_address addr, std::uint16_t type,
              std::uint16_t flags, std::uint16_t state, std::uint32_t pid, std::uint32_t seq) {
    ndmsg ndm{};
    ndm.ndm_family = af::bridge;
    ndm.ndm_flags = ntf::self;
    ndm.ndm_ifindex = dev.ifindex;
    ndm.ndm_state = state;
    m.begin(type, flags, seq, pid);
    m.head(ndm);
    m.put_mac(nda::lladdr, addr);
    m.end();
}

void rtnl_fdb_notify(net_device& dev, mac_address addr, std::uint16_t type, std::uint16_t state) {
    if (!rtnl_has_listeners(*dev.net, rtnlgrp::neigh)) return;
    nlmsg_builder m;
    fdb_fill(m, dev, addr, type, 0, state, 0, 0);
    rtnl_notify(*dev.net, m, rtnlgrp::neigh);
}

err fdb_vid_parse(const nlattr* a, std::uint16_t& vid, netlink_ext_ack& extack) {
    vid = 0;
    if (!a) return err::ok;
    if (a->data.size() != sizeof vid) return extack.set(err::inval, "invalid vlan attribute size");
    vid = a->u16();
    if (!vid || vid >= vlan_vid_mask) return extack.set(err::inval, "invalid vlan id");
    return err::ok;
}

// The device's own filter lists: entries marked `self`.
err ndo_dflt_fdb_add(const ndmsg& ndm, const nlattrs& tb, net_device& dev, mac_address addr,
                     std::uint16_t vid, std::uint16_t nlh_flags) {
    if (ndm.ndm_state && !(ndm.ndm_state & nud::permanent)) return err::inval;
    if (tb.has(nda::flags_ext) || vid) return err::inval;
    const bool unicast = !addr.is_multicast() || addr.is_link_local();
    const err e = unicast ? dev_uc_add_excl(dev, addr) : dev_mc_add_excl(dev, addr);
    return e == err::exist && !(nlh_flags & nlm_f::excl) ? err::ok : e;
}

err ndo_dflt_fdb_del(const ndmsg& ndm, net_device& dev, mac_address addr) {
    if (!(ndm.ndm_state & nud::permanent)) return err::inval;
    const bool unicast = !addr.is_multicast() || addr.is_link_local();
    return unicast ? dev_uc_del(dev, addr) : dev_mc_del(dev, addr);
}

void ndo_dflt_fdb_dump(nlmsg_builder& m, const net_device& dev, std::uint32_t pid,
                       std::uint32_t seq) {
    if (dev.type != arphrd::ether) return;
    for (const auto list : {dev_uc_list(dev), dev_mc_list(dev)}) {
        for (const auto& entry : list) {
            fdb_fill(m, dev, entry.addr, rtm::newneigh, nlm_f::multi, nud::permanent, pid, seq);
        }
    }
}

// What add and del have in common: the device, the address, the VLAN.
struct fdb_target {
    net_device* dev = nullptr;
    mac_address addr;
    std::uint16_t vid = 0;
};

err fdb_target_dev(rtnl_request& r, const ndmsg& ndm, fdb_target& t) {
    if (ndm.ndm_ifindex == 0) return r.extack.set(err::inval, "invalid ifindex");
    t.dev = dev_get_by_index(r.net, ndm.ndm_ifindex);
    return t.dev ? err::ok : r.extack.set(err::nodev, "unknown ifindex");
}

err fdb_target_addr(rtnl_request& r, const nlattrs& tb, fdb_target& t) {
    auto* a = tb.get(nda::lladdr);
    if (!a || a->data.size() != 6) return r.extack.set(err::inval, "invalid address");
    t.addr = a->mac();
    return err::ok;
}

bool wants_master(const ndmsg& ndm, const net_device& dev) {
    return (!ndm.ndm_flags || (ndm.ndm_flags & ntf::master)) && dev.br_port && dev.master;
}

err fdb_add_self(const ndmsg& ndm, const nlattrs& tb, const fdb_target& t, std::uint16_t flags,
                 netlink_ext_ack& extack) {
    net_device& dev = *t.dev;
    if (dev.ops->ndo_fdb_add) {  // tells the listeners itself
        return dev.ops->ndo_fdb_add(ndm, tb, dev, t.addr, t.vid, flags, extack);
    }
    const err e = ndo_dflt_fdb_add(ndm, tb, dev, t.addr, t.vid, flags);
    if (e == err::ok) rtnl_fdb_notify(dev, t.addr, rtm::newneigh, ndm.ndm_state);
    return e;
}

err fdb_del_self(const ndmsg& ndm, const nlattrs& tb, const fdb_target& t,
                 netlink_ext_ack& extack) {
    net_device& dev = *t.dev;
    if (dev.ops->ndo_fdb_del) return dev.ops->ndo_fdb_del(ndm, tb, dev, t.addr, t.vid, extack);
    const err e = ndo_dflt_fdb_del(ndm, dev, t.addr);
    if (e == err::ok) rtnl_fdb_notify(dev, t.addr, rtm::delneigh, ndm.ndm_state);
    return e;
}

err fdb_del_bulk(rtnl_request& r, const ndmsg& ndm, net_device& dev) {
    if (dev.type != arphrd::ether) {
        return r.extack.set(err::inval, "FDB delete only supported for Ethernet devices");
    }
    err e = err::opnotsupp;
    if (wants_master(ndm, dev)) {
        const auto bulk = dev.master->ops->ndo_fdb_del_bulk;
        e = bulk ? bulk(r.msg, dev, r.extack) : err::opnotsupp;
        if (e != err::ok) return e;
    }
    if (!(ndm.ndm_flags & ntf::self)) return e;
    const auto bulk = dev.ops->ndo_fdb_del_bulk;
    return bulk ? bulk(r.msg, dev, r.extack) : err::opnotsupp;
}

// Filters of a dump: a port and a bridge, in either of two forms.
struct fdb_dump_filter {
    int brport_idx = 0, br_idx = 0;
};

err valid_fdb_dump_strict(rtnl_request& r, fdb_dump_filter& f) {
    const auto ndm = r.msg.head<ndmsg>();
    if (r.msg.body.size() < sizeof ndm) {
        return r.extack.set(err::inval, "Invalid header for fdb dump request");
    }
    if (ndm.pad1 || ndm.pad2 || ndm.ndm_state || ndm.ndm_flags || ndm.ndm_type) {
        return r.extack.set(err::inval, "Invalid values in header for fdb dump request");
    }
    f.brport_idx = ndm.ndm_ifindex;
    const nlattrs tb = r.msg.attrs<ndmsg>();
    for (const nlattr& a : tb.all()) {
        if (a.type == nda::ifindex) {
            if (a.data.size() != sizeof(std::uint32_t)) {
                return r.extack.set(err::inval, "Invalid IFINDEX attribute in fdb dump request");
            }
            f.brport_idx = int(a.u32());
        } else if (a.type == nda::master) {
            if (a.data.size() != sizeof(std::uint32_t)) {
                return r.extack.set(err::inval, "Invalid MASTER attribute in fdb dump request");
            }
            f.br_idx = int(a.u32());
        } else {
            return r.extack.set(err::inval, "Unsupported attribute in fdb dump request");
        }
    }
    return err::ok;
}

// Old tools send a link header; a request as short as ours has no attributes.
void valid_fdb_dump_legacy(const rtnl_request& r, fdb_dump_filter& f) {
    const std::size_t size = r.msg.body.size();
    if (size == sizeof(ndmsg) || size == sizeof(ndmsg) + 8) return;
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (auto* a = tb.get(ifla::master)) f.br_idx = int(a->u32());
    f.brport_idx = r.msg.head<ifinfomsg>().ifi_index;
}

struct fdb_get_request {
    net_device *dev = nullptr, *br_dev = nullptr;
    const net_device_ops* ops = nullptr;
};

err fdb_get_dev(rtnl_request& r, std::uint8_t ndm_flags, fdb_get_request& q) {
    if (!ndm_flags || (ndm_flags & ntf::master)) {
        if (!q.dev->br_port) return r.extack.set(err::inval, "Device is not a bridge port");
        q.br_dev = q.dev->master;
        if (!q.br_dev) return r.extack.set(err::inval, "Master of device not found");
        q.ops = q.br_dev->ops;
        return err::ok;
    }
    if (!(ndm_flags & ntf::self)) return r.extack.set(err::inval, "Missing NTF_SELF");
    q.ops = q.dev->ops;
    return err::ok;
}

err fdb_get_master(rtnl_request& r, int index, fdb_get_request& q) {
    if (q.dev) return r.extack.set(err::inval, "Master and device are mutually exclusive");
    q.br_dev = dev_get_by_index(r.net, index);
    if (!q.br_dev) return r.extack.set(err::inval, "Invalid master ifindex");
    q.ops = q.br_dev->ops;
    return err::ok;
}

err valid_fdb_get_strict(rtnl_request& r, const ndmsg& ndm, const nlattrs& tb) {
    if (ndm.pad1 || ndm.pad2 || ndm.ndm_state || ndm.ndm_type) {
        return r.extack.set(err::inval, "Invalid values in header for fdb get request");
    }
    if (ndm.ndm_flags & ~(ntf::master | ntf::self)) {
        return r.extack.set(err::inval, "Invalid flags in header for fdb get request");
    }
    for (const nlattr& a : tb.all()) {
        switch (a.type) {
            case nda::master:
            case nda::vlan:
            case nda::vni:
                break;
            case nda::lladdr:
                if (a.data.size() == 6) break;
                return r.extack.set(err::inval, "Invalid address in fdb get request");
            default:
                return r.extack.set(err::inval, "Unsupported attribute in fdb get request");
        }
    }
    return err::ok;
}

}  // namespace

err rtnl_fdb_add(rtnl_request& r, nlmsg_builder&) {
    const auto ndm = r.msg.head<ndmsg>();
    const auto tb = r.msg.attrs<ndmsg>();
    fdb_target t;
    if (const err e = fdb_target_dev(r, ndm, t); e != err::ok) return e;
    if (const err e = fdb_target_addr(r, tb, t); e != err::ok) return e;
    if (t.dev->type != arphrd::ether) {
        return r.extack.set(err::inval, "FDB add only supported for Ethernet devices");
    }
    if (const err e = fdb_vid_parse(tb.get(nda::vlan), t.vid, r.extack); e != err::ok) return e;
    err e = err::opnotsupp;
    if (wants_master(ndm, *t.dev)) {
        const auto add = t.dev->master->ops->ndo_fdb_add;
        if (!add) return err::opnotsupp;
        e = add(ndm, tb, *t.dev, t.addr, t.vid, r.flags(), r.extack);
        if (e != err::ok) return e;
    }
    if (ndm.ndm_flags & ntf::self) e = fdb_add_self(ndm, tb, t, r.flags(), r.extack);
    return e;
}

err rtnl_fdb_del(rtnl_request& r, nlmsg_builder&) {
    const auto ndm = r.msg.head<ndmsg>();
    const auto tb = r.msg.attrs<ndmsg>();
    fdb_target t;
    if (const err e = fdb_target_dev(r, ndm, t); e != err::ok) return e;
    if (r.flags() & nlm_f::bulk) return fdb_del_bulk(r, ndm, *t.dev);
    if (const err e = fdb_target_addr(r, tb, t); e != err::ok) return e;
    if (const err e = fdb_vid_parse(tb.get(nda::vlan), t.vid, r.extack); e != err::ok) return e;
    if (t.dev->type != arphrd::ether) {
        return r.extack.set(err::inval, "FDB delete only supported for Ethernet devices");
    }
    err e = err::opnotsupp;
    if (wants_master(ndm, *t.dev)) {
        const auto del = t.dev->master->ops->ndo_fdb_del;
        if (!del) return err::opnotsupp;
        e = del(ndm, tb, *t.dev, t.addr, t.vid, r.extack);
        if (e != err::ok) return e;
    }
    if (ndm.ndm_flags & ntf::self) e = fdb_del_self(ndm, tb, t, r.extack);
    return e;
}

err rtnl_fdb_get(rtnl_request& r, nlmsg_builder& reply) {
    const auto ndm = r.msg.head<ndmsg>();
    const auto tb = r.msg.attrs<ndmsg>();
    if (const err e = valid_fdb_get_strict(r, ndm, tb); e != err::ok) return e;
    fdb_target t;
    if (const err e = fdb_vid_parse(tb.get(nda::vlan), t.vid, r.extack); e != err::ok) return e;
    const nlattr* addr = tb.get(nda::lladdr);
    if (!addr) return r.extack.set(err::inval, "Missing lookup address for fdb get request");
    fdb_get_request q;
    if (ndm.ndm_ifindex) {
        q.dev = dev_get_by_index(r.net, ndm.ndm_ifindex);
        if (!q.dev) return r.extack.set(err::nodev, "Unknown device ifindex");
    }
    const nlattr* master = tb.get(nda::master);
    if (master && master->u32()) {
        if (const err e = fdb_get_master(r, int(master->u32()), q); e != err::ok) return e;
    }
    if (q.dev) {
        if (const err e = fdb_get_dev(r, ndm.ndm_flags, q); e != err::ok) return e;
    }
    if (!q.br_dev && !q.dev) return r.extack.set(err::nodev, "No device specified");
    if (!q.ops || !q.ops->ndo_fdb_get) {
        return r.extack.set(err::opnotsupp, "Fdb get operation not supported by device");
    }
    net_device& dev = q.br_dev ? *q.br_dev : *q.dev;
    return q.ops->ndo_fdb_get(reply, tb, dev, addr->mac(), t.vid, r.portid(), r.seq(), r.extack);
}

// In order of ifindex: for a port first what its master knows behind it, then its own lists; for
// a bridge its lists, then what is behind no port.
err rtnl_fdb_dump(rtnl_request& r, nlmsg_builder& out) {
    fdb_dump_filter f;
    if (r.sk.strict_check) {
        if (const err e = valid_fdb_dump_strict(r, f); e != err::ok) return e;
    } else {
        valid_fdb_dump_legacy(r, f);
    }
    const net_device* br_dev = nullptr;
    if (f.br_idx) {
        br_dev = dev_get_by_index(r.net, f.br_idx);
        if (!br_dev) return err::nodev;
    }
    for (net_device* dev : r.net.dev_base_head.by_index()) {
        if (f.brport_idx && dev->ifindex != f.brport_idx) continue;
        if (br_dev && dev->master != br_dev && (dev != br_dev || !dev->ops->ndo_fdb_dump)) continue;
        if (dev->br_port && dev->master && dev->master->ops->ndo_fdb_dump) {
            dev->master->ops->ndo_fdb_dump(out, *dev->master, dev, r.portid(), r.seq());
        }
        ndo_dflt_fdb_dump(out, *dev, r.portid(), r.seq());
        if (dev->ops->ndo_fdb_dump) {
            dev->ops->ndo_fdb_dump(out, *dev, nullptr, r.portid(), r.seq());
        }
    }
    return err::ok;
}

}  // namespace vethlab
