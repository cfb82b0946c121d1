// Linux: net/bridge/br_fdb.c, the part that speaks netlink: what users add, delete and read.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

bool has_expired(const net_bridge& br, const net_bridge_fdb_entry& f) {
    return f.updated() + hold_time(br) <= br.now();
}

// Linux: fdb_to_nud
std::uint16_t fdb_to_nud(const net_bridge& br, const net_bridge_fdb_entry& f) {
    if (f.has(br_fdb_flag::local)) return nud::permanent;
    if (f.has(br_fdb_flag::static_)) return nud::noarp;
    if (!f.has(br_fdb_flag::added_by_ext_learn) && has_expired(br, f)) return nud::stale;
    return nud::reachable;
}

// The bridge of `dev`, which is a bridge or a port.
net_bridge* bridge_of(net_device& dev) {
    if (netif_is_bridge_master(dev)) return &br_of(dev);
    return dev.br_port ? &dev.br_port->br : nullptr;
}

struct fdb_request {
    net_bridge& br;
    net_bridge_port* source;  // nullptr: the bridge itself
    mac_address addr;
    std::uint16_t vid, nlh_flags;
};

err fdb_add_entry(const fdb_request& q, const ndmsg& ndm) {
    net_bridge& br = q.br;
    const bool permanent = ndm.ndm_state & nud::permanent;
    const bool noarp = ndm.ndm_state & nud::noarp;
    const bool sticky = ndm.ndm_flags & ntf::sticky;
    if (q.source && !permanent && !noarp && !q.source->should_learn()) return err::perm;
    if (!q.source && !permanent) return err::inval;
    if (sticky && permanent) return err::inval;

    bool modified = false;
    net_bridge_fdb_entry* f = br_fdb_find(br, q.addr, q.vid);
    if (!f) {
        if (!(q.nlh_flags & nlm_f::create)) return err::noent;
        f = fdb_create(br, q.source, q.addr, q.vid, br_fdb_flag::added_by_user);
        modified = true;
    } else {
        if (q.nlh_flags & nlm_f::excl) return err::exist;
        modified = f->port() != fdb_port(q.source);
        br.fdb.set_port(*f, fdb_port(q.source));
        f->set_flag(br_fdb_flag::added_by_user, true);
        fdb_forget_learned(br, *f);
    }
    if (fdb_to_nud(br, *f) != ndm.ndm_state) {
        f->set_flag(br_fdb_flag::local, permanent);
        f->set_flag(br_fdb_flag::static_, permanent || noarp);
        modified = true;
    }
    if (sticky != f->has(br_fdb_flag::sticky) || f->has(br_fdb_flag::locked)) modified = true;
    f->set_flag(br_fdb_flag::sticky, sticky);
    f->set_flag(br_fdb_flag::locked, false);
    f->set_used(br.now());
    if (modified) {
        f->set_updated(br.now());
        fdb_notify(br, *f, rtm::newneigh);
    }
    return err::ok;
}

// Learned by somebody outside: never ages.
void external_learn_add(const fdb_request& q) {
    net_bridge& br = q.br;
    net_bridge_fdb_entry* f = br_fdb_find(br, q.addr, q.vid);
    bool modified = !f;
    if (!f) {
        f = fdb_create(br, q.source, q.addr, q.vid,
                       br_fdb_flag::added_by_ext_learn | br_fdb_flag::added_by_user);
    } else {
        f->set_updated(br.now());
        modified = f->port() != fdb_port(q.source) || !f->has(br_fdb_flag::added_by_ext_learn);
        br.fdb.set_port(*f, fdb_port(q.source));
        if (f->has(br_fdb_flag::added_by_ext_learn)) f->set_used(br.now());
        if (f->has(br_fdb_flag::locked)) modified = true;
        f->set_flag(br_fdb_flag::locked, false);
        f->set_flag(br_fdb_flag::added_by_ext_learn, true);
        f->set_flag(br_fdb_flag::added_by_user, true);
        fdb_forget_learned(br, *f);
    }
    if (!q.source) f->set_flag(br_fdb_flag::local, true);
    if (modified) fdb_notify(br, *f, rtm::newneigh);
}

std::uint16_t flags_of_state(std::uint16_t state) {
    return std::uint16_t((state & nud::permanent ? br_fdb_flag::local : 0) |
                         (state & nud::noarp ? br_fdb_flag::static_ : 0));
}

std::uint16_t flags_of_flags(std::uint8_t flags) {
    return std::uint16_t((flags & ntf::use ? br_fdb_flag::added_by_user : 0) |
                         (flags & ntf::ext_learned ? br_fdb_flag::added_by_ext_learn : 0) |
                         (flags & ntf::offloaded ? br_fdb_flag::offloaded : 0) |
                         (flags & ntf::sticky ? br_fdb_flag::sticky : 0));
}

err fdb_flush_validate_ifindex(net_bridge& br, int ifindex, netlink_ext_ack& extack) {
    net_device* dev = dev_get_by_index(*br.dev.net, ifindex);
    if (!dev) return extack.set(err::nodev, "bridge: Unknown flush device ifindex");
    if (netif_is_bridge_master(*dev)) {
        if (dev == &br.dev) return err::ok;
        return extack.set(err::inval,
                          "bridge: Flush bridge device does not match target bridge device");
    }
    if (!dev->br_port) {
        return extack.set(err::inval, "bridge: Flush device is not a bridge or bridge port");
    }
    if (&dev->br_port->br == &br) return err::ok;
    return extack.set(err::inval, "bridge: Port belongs to a different bridge device");
}

}  // namespace

void fdb_fill_info(nlmsg_builder& m, const net_bridge& br, const net_bridge_fdb_entry& f,
                   std::uint32_t pid, std::uint32_t seq, std::uint16_t type, std::uint16_t flags) {
    constexpr std::uint32_t ntf_ext_locked = 2;
    const auto age = [&br](std::int64_t since) {
        return std::uint32_t(jiffies_to_clock_t(std::uint64_t(br.now() - since)));
    };
    ndmsg ndm{};
    ndm.ndm_family = af::bridge;
    const net_bridge_port* dst = fdb_dst(br, f);
    ndm.ndm_ifindex = dst ? dst->dev.ifindex : br.dev.ifindex;
    ndm.ndm_state = fdb_to_nud(br, f);
    if (f.has(br_fdb_flag::offloaded)) ndm.ndm_flags |= ntf::offloaded;
    if (f.has(br_fdb_flag::added_by_ext_learn)) ndm.ndm_flags |= ntf::ext_learned;
    if (f.has(br_fdb_flag::sticky)) ndm.ndm_flags |= ntf::sticky;
    m.begin(type, flags, seq, pid);
    m.head(ndm);
    m.put_mac(nda::lladdr, f.addr());
    m.put_u32(nda::master, std::uint32_t(br.dev.ifindex));
    m.put_u32(nda::flags_ext, f.has(br_fdb_flag::locked) ? ntf_ext_locked : 0);
    m.put_struct(nda::cacheinfo, nda_cacheinfo{.ndm_confirmed = 0,
                                               .ndm_used = age(f.used()),
                                               .ndm_updated = age(f.updated()),
                                               .ndm_refcnt = 0});
    if (f.vlan_id()) m.put_u16(nda::vlan, f.vlan_id());
    m.end();
}

void fdb_notify(net_bridge& br, const net_bridge_fdb_entry& f, std::uint16_t type) {
    netns& net = *br.dev.net;
    if (!rtnl_has_listeners(net, rtnlgrp::neigh)) return;
    nlmsg_builder m;
    fdb_fill_info(m, br, f, 0, 0, type, 0);
    rtnl_notify(net, m, rtnlgrp::neigh);
}

err br_fdb_add(const ndmsg& ndm, const nlattrs& tb, net_device& dev, mac_address addr,
               std::uint16_t vid, std::uint16_t nlh_flags, netlink_ext_ack& extack) {
    if (!(ndm.ndm_state & (nud::permanent | nud::noarp | nud::reachable))) return err::inval;
    if (addr.is_zero()) return err::inval;
    net_bridge* br = bridge_of(dev);
    if (!br) return err::inval;
    net_bridge_port* p = dev.br_port;
    constexpr std::uint32_t ntf_ext_locked = 2;
    if (auto* a = tb.get(nda::flags_ext); a && (a->u32() & ntf_ext_locked)) {
        return extack.set(err::inval, "bridge: Cannot add FDB entry with \"locked\" flag set");
    }
    if (tb.has(nda::fdb_ext_attrs)) {
        return extack.set(err::opnotsupp, "fdb activity notification not supported");
    }
    if (vid) return err::inval;  // no VLANs here
    const fdb_request q{*br, p, addr, vid, nlh_flags};
    if (ndm.ndm_flags & ntf::use) {
        if (!p) return err::inval;
        if (p->should_learn()) br_fdb_update(*br, *p, addr, br_fdb_flag::added_by_user);
        return err::ok;
    }
    if (ndm.ndm_flags & ntf::ext_learned) {
        if (!p && !(ndm.ndm_state & nud::permanent)) {
            return extack.set(err::inval, "bridge: FDB entry towards bridge must be permanent");
        }
        external_learn_add(q);
        return err::ok;
    }
    return fdb_add_entry(q, ndm);
}

err br_fdb_delete(const ndmsg&, const nlattrs&, net_device& dev, mac_address addr,
                  std::uint16_t vid, netlink_ext_ack&) {
    net_bridge* br = bridge_of(dev);
    if (!br) return err::inval;
    net_bridge_fdb_entry* f = br_fdb_find(*br, addr, vid);
    if (!f || fdb_dst(*br, *f) != dev.br_port) return err::noent;
    fdb_delete(*br, *f);
    return err::ok;
}

err br_fdb_delete_bulk(const nlmsg_view& msg, net_device& dev, netlink_ext_ack& extack) {
    const auto ndm = msg.head<ndmsg>();
    const nlattrs tb = msg.attrs<ndmsg>();
    const auto flags = std::uint8_t(ndm.ndm_flags & ~(ntf::master | ntf::self));
    constexpr std::uint8_t allowed_flags =
        ntf::use | ntf::ext_learned | ntf::sticky | ntf::offloaded;
    if (flags & ~allowed_flags) {
        return extack.set(err::inval, "Unsupported fdb flush ndm flag bits set");
    }
    if (ndm.ndm_state & ~(nud::permanent | nud::noarp)) {
        return extack.set(err::inval, "Unsupported fdb flush ndm state bits set");
    }
    constexpr std::uint16_t most = 4094;  // br_fdb_del_bulk_policy
    if (auto* a = tb.get(nda::vlan); a && (a->u16() < 1 || a->u16() > most)) {
        return extack.set(err::range, "integer out of range");
    }
    net_bridge* br = bridge_of(dev);
    if (!br) return extack.set(err::inval, "Device is not a bridge port");
    net_bridge_fdb_flush_desc desc;
    desc.flags = std::uint16_t(flags_of_state(ndm.ndm_state) | flags_of_flags(flags));
    if (auto* a = tb.get(nda::vlan)) desc.vlan_id = a->u16();
    if (auto* a = tb.get(nda::ndm_state_mask)) desc.flags_mask |= flags_of_state(a->u16());
    if (auto* a = tb.get(nda::ndm_flags_mask)) desc.flags_mask |= flags_of_flags(a->u8());
    if (auto* a = tb.get(nda::ifindex)) {
        desc.port_ifindex = int(a->u32());
        const err e = fdb_flush_validate_ifindex(*br, desc.port_ifindex, extack);
        if (e != err::ok) return e;
    } else if (dev.br_port) {
        desc.port_ifindex = dev.ifindex;
    }
    br_fdb_flush(*br, desc);
    return err::ok;
}

void br_fdb_dump(nlmsg_builder& m, net_device& dev, net_device* filter, std::uint32_t pid,
                 std::uint32_t seq) {
    net_bridge& br = br_of(dev);
    const net_device* wanted = filter == &dev ? nullptr : filter;
    const auto is_behind_it = [&](const net_bridge_fdb_entry& f) {
        const net_bridge_port* p = fdb_dst(br, f);
        return (p ? &p->dev : nullptr) == wanted;
    };
    br.fdb.for_each_with(is_behind_it, [&](const net_bridge_fdb_entry& f) {
        fdb_fill_info(m, br, f, pid, seq, rtm::newneigh, nlm_f::multi);
    });
}

err br_fdb_get(nlmsg_builder& m, const nlattrs&, net_device& dev, mac_address addr,
               std::uint16_t vid, std::uint32_t pid, std::uint32_t seq, netlink_ext_ack& extack) {
    net_bridge& br = br_of(dev);
    const net_bridge_fdb_entry* f = br_fdb_find(br, addr, vid);
    if (!f) return extack.set(err::noent, "Fdb entry not found");
    fdb_fill_info(m, br, *f, pid, seq, rtm::newneigh, 0);
    return err::ok;
}

}  // namespace vethlab
