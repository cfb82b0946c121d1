// Linux: net/core/rtnetlink.c rtnl_bridge_setlink, rtnl_bridge_dellink, rtnl_bridge_getlink.
#include "core/dev.h"
#include "core/rtnetlink_fdb.h"

namespace vethlab {
namespace {

// IFLA_AF_SPEC / IFLA_BRIDGE_FLAGS: for the master, for the device itself.
err bridge_flags_of(const nlattrs& tb, std::uint16_t& flags) {
    flags = 0;
    const nlattr* spec = tb.get(ifla::af_spec);
    if (!spec) return err::ok;
    const nlattrs inner(spec->data);
    for (const nlattr& a : inner.all()) {
        if (a.type != ifla_bridge::flags && a.type != ifla_bridge::mode) continue;
        if (a.data.size() < sizeof flags) return err::inval;
        if (a.type == ifla_bridge::flags && !flags) flags = a.u16();
    }
    return err::ok;
}

err bridge_link_dev(rtnl_request& r, net_device*& dev, std::uint16_t& flags) {
    if (r.msg.body.size() < sizeof(ifinfomsg)) return err::inval;
    const auto ifm = r.msg.head<ifinfomsg>();
    if (ifm.ifi_family != af::bridge) return err::pfnosupport;
    dev = dev_get_by_index(r.net, ifm.ifi_index);
    if (!dev) return r.extack.set(err::nodev, "unknown ifindex");
    return bridge_flags_of(r.msg.attrs<ifinfomsg>(), flags);
}

void rtnl_bridge_notify(net_device& dev) {
    if (!dev.ops->ndo_bridge_getlink || !rtnl_has_listeners(*dev.net, rtnlgrp::link)) return;
    nlmsg_builder m;
    dev.ops->ndo_bridge_getlink(m, dev, 0, 0, 0, 0);
    rtnl_notify(*dev.net, m, rtnlgrp::link);
}

}  // namespace

err rtnl_bridge_setlink(rtnl_request& r, nlmsg_builder&) {
    net_device* dev = nullptr;
    std::uint16_t flags = 0;
    if (const err e = bridge_link_dev(r, dev, flags); e != err::ok) return e;
    if (!flags || (flags & bridge_flags::master)) {
        const auto set = dev->master ? dev->master->ops->ndo_bridge_setlink : nullptr;
        if (!set) return err::opnotsupp;
        if (const err e = set(*dev, r.msg, flags, r.extack); e != err::ok) return e;
    }
    if (!(flags & bridge_flags::self)) return err::ok;
    if (!dev->ops->ndo_bridge_setlink) return err::opnotsupp;
    const err e = dev->ops->ndo_bridge_setlink(*dev, r.msg, flags, r.extack);
    if (e == err::ok) rtnl_bridge_notify(*dev);
    return e;
}

err rtnl_bridge_dellink(rtnl_request& r, nlmsg_builder&) {
    net_device* dev = nullptr;
    std::uint16_t flags = 0;
    if (const err e = bridge_link_dev(r, dev, flags); e != err::ok) return e;
    if (!flags || (flags & bridge_flags::master)) {
        const auto del = dev->master ? dev->master->ops->ndo_bridge_dellink : nullptr;
        if (!del) return err::opnotsupp;
        if (const err e = del(*dev, r.msg, flags); e != err::ok) return e;
    }
    if (!(flags & bridge_flags::self)) return err::ok;
    if (!dev->ops->ndo_bridge_dellink) return err::opnotsupp;
    const err e = dev->ops->ndo_bridge_dellink(*dev, r.msg, flags);
    if (e == err::ok) rtnl_bridge_notify(*dev);
    return e;
}

// In the order in which devices joined the namespace.
err rtnl_bridge_getlink(rtnl_request& r, nlmsg_builder& out) {
    const nlattrs tb = r.msg.attrs<ifinfomsg>();
    const auto* mask = tb.get(ifla::ext_mask);
    const std::uint32_t filter = mask ? mask->u32() : 0;
    for (net_device* dev : r.net.dev_base_head) {
        if (dev->master && dev->master->ops->ndo_bridge_getlink) {
            dev->master->ops->ndo_bridge_getlink(out, *dev, r.portid(), r.seq(), filter,
                                                 nlm_f::multi);
        }
        if (dev->ops->ndo_bridge_getlink) {
            dev->ops->ndo_bridge_getlink(out, *dev, r.portid(), r.seq(), filter, nlm_f::multi);
        }
    }
    return err::ok;
}

}  // namespace vethlab
