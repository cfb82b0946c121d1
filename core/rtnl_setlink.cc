// Linux: net/core/rtnetlink.c. RTM_SETLINK: a device is changed.
#include "core/ipv6/addrconf.h"
#include "core/kernel.h"
#include "core/registry.h"
#include "core/rtnl_link.h"
#include "core/uapi/vf.h"

namespace vethlab {

// Linux: rtnl_dev_get: by number, else by name.
net_device* rtnl_dev_get(netns& net, const ifinfomsg& ifm, const nlattrs& tb) {
    if (ifm.ifi_index > 0) return dev_get_by_index(net, ifm.ifi_index);
    if (auto* name = tb.get(ifla::ifname)) return dev_get_by_name(net, name->str());
    if (auto* name = tb.get(ifla::alt_ifname)) return dev_get_by_name(net, name->str());
    return nullptr;
}
bool names_device(const ifinfomsg& ifm, const nlattrs& tb) {
    return ifm.ifi_index > 0 || tb.has(ifla::ifname) || tb.has(ifla::alt_ifname);
}

bool names_namespace(const nlattrs& tb) {
    return tb.has(ifla::net_ns_fd) || tb.has(ifla::net_ns_pid) || tb.has(ifla::target_netnsid);
}

std::uint32_t combine_flags(const net_device& dev, const ifinfomsg& ifm) {
    if (!ifm.ifi_change) return ifm.ifi_flags;
    constexpr std::uint32_t by_user = iff::promisc | iff::allmulti;
    const std::uint32_t now = (dev.flags & ~by_user) | (dev.gflags & by_user);
    return (ifm.ifi_flags & ifm.ifi_change) | (now & ~ifm.ifi_change);
}

err do_set_master(net_device& dev, int ifindex, netlink_ext_ack& extack) {
    if (net_device* now = dev.master) {
        if (now->ifindex == ifindex) return err::ok;
        if (!now->ops->ndo_del_slave) return err::opnotsupp;
        if (const err e = now->ops->ndo_del_slave(*now, dev); e != err::ok) return e;
    }
    if (ifindex == 0) return err::ok;
    net_device* master = dev_get_by_index(*dev.net, ifindex);
    if (!master) return err::inval;
    if (!master->ops->ndo_add_slave) return err::opnotsupp;
    return master->ops->ndo_add_slave(*master, dev, extack);
}

// Linux: ifla_policy
err check_ifla_policy(const nlattrs& tb, netlink_ext_ack& extack) {
    constexpr std::uint32_t max_tcp_header = 192;
    for (const nlattr& a : tb.all()) {  // also those that a later one replaces
        if (a.type == ifla::ifname && a.str().size() >= ifnamsiz) {
            return extack.set(err::range, "Attribute failed policy validation");
        }
        if (a.type == ifla::gso_max_size && a.u32() <= max_tcp_header) {
            return extack.set(err::range, "integer out of range");
        }
    }
    return err::ok;
}

// Linux: validate_linkmsg
err validate_linkmsg(const net_device* dev, const nlattrs& tb, netlink_ext_ack& extack) {
    if (dev) {
        for (auto type : {ifla::address, ifla::broadcast}) {
            auto* a = tb.get(type);
            if (a && a->data.size() < dev->addr_len) return err::inval;
        }
    }
    if (const err e = check_ifla_policy(tb, extack); e != err::ok || !dev) return e;
    auto* size = tb.get(ifla::gso_max_size);
    auto* segs = tb.get(ifla::gso_max_segs);
    auto* gro = tb.get(ifla::gro_max_size);
    constexpr std::uint32_t max_segs = 65535, gro_max_size = 8 * 65535;
    if (size && size->u32() > dev->settings->tso_max_size) {
        return extack.set(err::inval, "too big gso_max_size");
    }
    if (segs && (segs->u32() > max_segs || segs->u32() > dev->settings->tso_max_segs)) {
        return extack.set(err::inval, "too big gso_max_segs");
    }
    if (gro && gro->u32() > gro_max_size) return extack.set(err::inval, "too big gro_max_size");
    return err::ok;
}

void set_operstate(net_device& dev, std::uint8_t wanted) {
    if_oper state = dev.operstate;
    switch (if_oper(wanted)) {
        case if_oper::up:
            if (dev.operstate == if_oper::dormant || dev.operstate == if_oper::testing ||
                dev.operstate == if_oper::unknown) {
                state = if_oper::up;
            }
            break;
        case if_oper::testing:
        case if_oper::dormant:
            if (dev.oper_up()) state = if_oper(wanted);
            break;
        default:
            break;
    }
    if (state == dev.operstate) return;
    dev.operstate = state;
    netdev_state_change(dev);
}

void set_gso(net_device& dev, const nlattrs& tb) {
    if (auto* a = tb.get(ifla::gso_max_size)) dev.settings.own().gso_max_size = a->u32();
    if (auto* a = tb.get(ifla::gso_max_segs)) dev.settings.own().gso_max_segs = a->u32();
    if (auto* a = tb.get(ifla::gro_max_size)) dev.settings.own().gro_max_size = a->u32();
}

namespace {

err change_master(net_device& dev, const nlattrs& tb, netlink_ext_ack& extack) {
    auto* a = tb.get(ifla::master);
    return a ? do_set_master(dev, int(a->u32()), extack) : err::ok;
}

// Linux: dev_change_tx_queue_len
err set_txqlen(net_device& dev, std::uint32_t qlen) {
    dev.settings.own().tx_queue_len = qlen;
    return err::ok;
}

// No device here has virtual functions.
err do_setvfinfo(const nlattrs& tb) {
    const nlattrs list = tb.nested(ifla::vfinfo_list);
    const nlattrs info = list.nested(ifla_vf::info);
    const nlattr* mac = info.get(ifla_vf::mac);
    const bool wrong = mac && mac->u32() >= std::uint32_t(INT32_MAX);
    return wrong ? err::inval : err::opnotsupp;
}

err move_link(rtnl_request& r, net_device& dev, const nlattrs& tb) {
    if (!names_namespace(tb)) return err::ok;
    err e = err::ok;
    netns* net = rtnl_link_get_net(r.net, tb, e);
    if (!net) return e;
    if (net == dev.net && dev.krn.profile != kernel_profile::v6_1) return err::ok;
    auto* name = tb.get(ifla::ifname);
    const auto* index = tb.get(ifla::new_ifindex);
    return dev_change_net_namespace(dev, *net, name ? name->str() : "",
                                    index ? int(index->u32()) : 0, r.extack);
}

}  // namespace

namespace {

// Linux: the body of do_setlink, in its order. `notify`: something was changed of which others
// learn at the end (DO_SETLINK_NOTIFY), also when what follows fails.
err set_link(rtnl_request& r, net_device& dev, const ifinfomsg& ifm, const nlattrs& tb,
             bool& notify) {
    netlink_ext_ack& extack = r.extack;
    if (const err e = validate_linkmsg(&dev, tb, extack); e != err::ok) return e;
    if (const err e = move_link(r, dev, tb); e != err::ok) return e;
    if (tb.has(ifla::map)) return err::opnotsupp;
    if (auto* a = tb.get(ifla::address)) {
        if (const err e = dev_set_mac_address(dev, a->mac(), extack); e != err::ok) return e;
        notify = true;
    }
    if (auto* a = tb.get(ifla::mtu)) {
        if (const err e = dev_set_mtu(dev, a->u32(), extack); e != err::ok) return e;
    }
    if (auto* a = tb.get(ifla::group)) {
        dev.settings.own().group = a->u32();
        notify = true;
    }
    if (auto* a = tb.get(ifla::ifname); a && ifm.ifi_index > 0 && !a->str().empty()) {
        if (const err e = dev_change_name(dev, a->str()); e != err::ok) return e;
    }
    if (auto* a = tb.get(ifla::ifalias)) {
        if (a->str().size() >= 256) return err::inval;
        dev.make_more().alias = a->str();
        notify = true;
    }
    if (auto* a = tb.get(ifla::broadcast)) {
        dev.settings.own().broadcast = a->mac();
        call_netdevice_notifiers(netdev_event::changeaddr, dev);
    }
    // Since 6.2 flags first: a device may be set down and joined in one request.
    const bool master_first = dev.krn.profile == kernel_profile::v6_1;
    if (master_first) {
        if (const err e = change_master(dev, tb, extack); e != err::ok) return e;
    }
    if (ifm.ifi_flags || ifm.ifi_change) {
        const err e = dev_change_flags(dev, combine_flags(dev, ifm), extack);
        if (e != err::ok) return e;
    }
    if (!master_first) {
        if (const err e = change_master(dev, tb, extack); e != err::ok) return e;
    }
    if (tb.has(ifla::carrier)) return err::opnotsupp;  // no driver here lets it be set
    if (auto* a = tb.get(ifla::txqlen)) {
        if (const err e = set_txqlen(dev, a->u32()); e != err::ok) return e;
    }
    set_gso(dev, tb);
    if (auto* a = tb.get(ifla::operstate)) set_operstate(dev, a->u8());
    if (auto* a = tb.get(ifla::linkmode)) {
        notify = notify || dev.link_mode != a->u8();
        dev.link_mode = a->u8();
    }
    if (tb.has(ifla::vfinfo_list)) return do_setvfinfo(tb);
    if (tb.has(ifla::vf_ports) || tb.has(ifla::port_self)) return err::opnotsupp;
    if (const nlattrs spec = tb.nested(ifla::af_spec); spec.has(af::inet6)) {
        const err e = inet6_set_link_af(dev, spec.nested(af::inet6), extack);
        if (e != err::ok) return e;
        notify = true;
    }
    if (tb.has(ifla::proto_down)) {
        return extack.set(err::opnotsupp, "Protodown not supported by device");
    }
    if (tb.has(ifla::xdp)) return err::opnotsupp;
    return err::ok;
}

}  // namespace

err do_setlink(rtnl_request& r, net_device& dev, const ifinfomsg& ifm, const nlattrs& tb,
               bool notify) {
    const err e = set_link(r, dev, ifm, tb, notify);
    if (notify) netdev_state_change(dev);
    return e;
}

err rtnl_changelink(rtnl_request& r, net_device& dev, const ifinfomsg& ifm, const nlattrs& tb,
                    const rtnl_link_ops* ops, const nlattrs& linkinfo) {
    if (r.flags() & nlm_f::excl) return err::exist;
    if (r.flags() & nlm_f::replace) return err::opnotsupp;
    bool notify = false;
    if (linkinfo.has(ifla_info::data)) {
        if (!ops || ops != dev.link_ops() || !ops->changelink) return err::opnotsupp;
        const nlattrs data = linkinfo.nested(ifla_info::data);
        if (const err e = ops->changelink(dev, data, r.extack); e != err::ok) return e;
        notify = true;
    }
    if (linkinfo.has(ifla_info::slave_data)) {
        const rtnl_link_ops* master = dev.master ? dev.master->link_ops() : nullptr;
        if (!master || !master->slave_changelink) return err::opnotsupp;
        const err e = master->slave_changelink(*dev.master, dev,
                                               linkinfo.nested(ifla_info::slave_data), r.extack);
        if (e != err::ok) return e;
        notify = true;  // which enables a port again that `state 0` has just disabled
    }
    return do_setlink(r, dev, ifm, tb, notify);
}

err rtnl_setlink(rtnl_request& r, nlmsg_builder&) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (!names_device(ifm, tb)) return err::inval;
    net_device* dev = rtnl_dev_get(r.net, ifm, tb);
    return dev ? do_setlink(r, *dev, ifm, tb) : err::nodev;
}

}  // namespace vethlab
