// Linux: net/core/rtnetlink.c. RTM_NEWLINK, SETLINK, DELLINK, GETLINK.
#include <algorithm>

#include "core/ipv6/addrconf.h"
#include "core/kernel.h"
#include "core/registry.h"

namespace vethlab {
namespace {

// Linux lets a link message decide (its size); here a number.
constexpr std::size_t max_altnames = 32;

// An alternative name may be up to 127 bytes long.
bool dev_valid_altname(std::string_view name) {
    if (name.empty() || name.size() >= 128 || name == "." || name == "..") return false;
    return name.find_first_of("/: \t\n\r\f\v") == std::string_view::npos;
}

// Linux: rtnl_dev_get: by number, else by name.
net_device* find_link(netns& net, const ifinfomsg& ifm, const nlattrs& tb) {
    if (ifm.ifi_index > 0) return dev_get_by_index(net, ifm.ifi_index);
    if (auto* name = tb.get(ifla::ifname)) return dev_get_by_name(net, name->str());
    if (auto* name = tb.get(ifla::alt_ifname)) return dev_get_by_name(net, name->str());
    return nullptr;
}
bool is_named(const ifinfomsg& ifm, const nlattrs& tb) {
    return ifm.ifi_index > 0 || tb.has(ifla::ifname) || tb.has(ifla::alt_ifname);
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

err change_master(net_device& dev, const nlattrs& tb, netlink_ext_ack& extack) {
    auto* a = tb.get(ifla::master);
    return a ? do_set_master(dev, int(a->u32()), extack) : err::ok;
}

// Linux: ifla_policy
err check_policy(const nlattrs& tb, netlink_ext_ack& extack) {
    constexpr std::uint32_t max_tcp_header = 192;
    if (auto* name = tb.get(ifla::ifname); name && name->str().size() >= ifnamsiz) {
        return extack.set(err::range, "Attribute failed policy validation");
    }
    if (auto* a = tb.get(ifla::gso_max_size); a && a->u32() <= max_tcp_header) {
        return extack.set(err::range, "integer out of range");
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
    if (const err e = check_policy(tb, extack); e != err::ok || !dev) return e;
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

err set_mac(net_device& dev, const nlattr& a, netlink_ext_ack& extack) {
    return dev_set_mac_address(dev, a.mac(), extack);
}

// Linux: dev_change_tx_queue_len
err set_txqlen(net_device& dev, std::uint32_t qlen) {
    dev.settings.own().tx_queue_len = qlen;
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
        default: break;
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

// What a message may carry beyond what is done here: refused, not passed over.
bool asks_for_more(const nlattrs& tb) {
    for (auto type : {ifla::vfinfo_list, ifla::vf_ports, ifla::port_self, ifla::xdp}) {
        if (tb.has(type)) return true;
    }
    return false;
}

bool names_namespace(const nlattrs& tb) {
    return tb.has(ifla::net_ns_fd) || tb.has(ifla::net_ns_pid) || tb.has(ifla::target_netnsid);
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

// Linux: do_setlink, in its order.
err do_setlink(rtnl_request& r, net_device& dev, const ifinfomsg& ifm, const nlattrs& tb) {
    netlink_ext_ack& extack = r.extack;
    if (const err e = validate_linkmsg(&dev, tb, extack); e != err::ok) return e;
    if (asks_for_more(tb)) return err::opnotsupp;
    if (const err e = move_link(r, dev, tb); e != err::ok) return e;
    if (tb.has(ifla::map)) return err::opnotsupp;
    if (auto* a = tb.get(ifla::address)) {
        if (const err e = set_mac(dev, *a, extack); e != err::ok) return e;
    }
    if (auto* a = tb.get(ifla::mtu)) {
        if (const err e = dev_set_mtu(dev, a->u32(), extack); e != err::ok) return e;
    }
    if (auto* a = tb.get(ifla::group)) dev.settings.own().group = a->u32();
    if (auto* a = tb.get(ifla::ifname); a && ifm.ifi_index > 0 && !a->str().empty()) {
        if (const err e = dev_change_name(dev, a->str()); e != err::ok) return e;
    }
    if (auto* a = tb.get(ifla::ifalias)) {
        if (a->str().size() >= 256) return err::inval;
        dev.alias = a->str().empty() ? nullptr : std::make_unique<std::string>(a->str());
    }
    if (auto* a = tb.get(ifla::broadcast)) {
        dev.broadcast = a->mac();
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
    if (const nlattrs spec = tb.nested(ifla::af_spec); spec.has(af::inet6)) {
        const err e = inet6_set_link_af(dev, spec.nested(af::inet6), extack);
        if (e != err::ok) return e;
    }
    if (tb.has(ifla::carrier)) return err::opnotsupp;  // no driver here lets it be set
    if (auto* a = tb.get(ifla::txqlen)) {
        if (const err e = set_txqlen(dev, a->u32()); e != err::ok) return e;
    }
    set_gso(dev, tb);
    if (auto* a = tb.get(ifla::operstate)) set_operstate(dev, a->u8());
    if (auto* a = tb.get(ifla::linkmode)) {
        if (dev.link_mode != a->u8()) netdev_state_change(dev);
        dev.link_mode = a->u8();
    }
    if (tb.has(ifla::proto_down)) {
        return extack.set(err::opnotsupp, "Protodown not supported by device");
    }
    return err::ok;
}

err rtnl_changelink(rtnl_request& r, net_device& dev, const ifinfomsg& ifm, const nlattrs& tb,
                    const rtnl_link_ops* ops, const nlattrs& linkinfo) {
    if (r.flags() & nlm_f::excl) return err::exist;
    if (r.flags() & nlm_f::replace) return err::opnotsupp;
    if (linkinfo.has(ifla_info::data)) {
        if (!ops || ops != dev.link_ops || !ops->changelink) return err::opnotsupp;
        const nlattrs data = linkinfo.nested(ifla_info::data);
        if (const err e = ops->changelink(dev, data, r.extack); e != err::ok) return e;
        netdev_state_change(dev);
    }
    if (linkinfo.has(ifla_info::slave_data)) {
        const rtnl_link_ops* master = dev.master ? dev.master->link_ops : nullptr;
        if (!master || !master->slave_changelink) return err::opnotsupp;
        const err e = master->slave_changelink(*dev.master, dev,
                                               linkinfo.nested(ifla_info::slave_data), r.extack);
        if (e != err::ok) return e;
    }
    return do_setlink(r, dev, ifm, tb);
}

err rtnl_newlink_create(rtnl_request& r, const ifinfomsg& ifm, const nlattrs& tb,
                        const rtnl_link_ops& ops, const nlattrs& data, netns* link_net) {
    netns* dest = &r.net;
    err e = err::ok;
    if (names_namespace(tb)) {
        dest = rtnl_link_get_net(r.net, tb, e);
        if (!dest) return e;
    }
    auto* name = tb.get(ifla::ifname);
    const std::string ifname =
        name && !name->str().empty() ? std::string(name->str()) : std::string(ops.kind) + "%d";
    auto dev = rtnl_create_link(*dest, ifname, ops, tb, r.extack, e);
    if (!dev) return e;
    dev->ifindex = ifm.ifi_index;
    e = ops.newlink ? ops.newlink(link_net ? *link_net : r.net, *dev, tb, data, r.extack)
                    : register_netdevice(*dev, r.extack);
    // A driver may fail after it registered the device: then it is undone below.
    if (e != err::ok && dev->reg_state != netreg::registered) return e;
    net_device* registered = dev.release();  // its namespace's now
    if (e == err::ok) e = rtnl_configure_link(*registered, &ifm, r.extack);
    if (e == err::ok) {
        if (auto* master = tb.get(ifla::master)) {
            e = do_set_master(*registered, int(master->u32()), r.extack);
        }
    }
    if (e == err::ok) return e;
    std::vector<net_device*> list;
    if (ops.dellink) {
        ops.dellink(*registered, list);
    } else {
        list.push_back(registered);
    }
    unregister_netdevice_many(list);
    return e;
}

}  // namespace

std::unique_ptr<net_device> rtnl_create_link(netns& net, std::string_view name,
                                             const rtnl_link_ops& ops, const nlattrs& tb,
                                             netlink_ext_ack& extack, err& e) {
    constexpr std::uint32_t max_queues = 4096;
    const auto* tx = tb.get(ifla::num_tx_queues);
    const auto* rx = tb.get(ifla::num_rx_queues);
    e = err::inval;
    if (tx && (tx->u32() < 1 || tx->u32() > max_queues)) {
        extack.msg = "Invalid number of transmit queues";
        return nullptr;
    }
    if (rx && (rx->u32() < 1 || rx->u32() > max_queues)) {
        extack.msg = "Invalid number of receive queues";
        return nullptr;
    }
    const std::uint32_t macs_before = net.krn.macs_given;
    auto dev = alloc_netdev(net, &ops);
    dev->name = name;
    if ((e = validate_linkmsg(dev.get(), tb, extack)) != err::ok) return nullptr;
    // An address family knows the device only once it is there.
    if (tb.has(ifla::af_spec)) {
        e = err::afnosupport;
        return nullptr;
    }
    if (tx) dev->settings.own().num_tx_queues = std::uint16_t(tx->u32());
    if (rx) dev->settings.own().num_rx_queues = std::uint16_t(rx->u32());
    if (auto* a = tb.get(ifla::mtu)) {
        if ((e = dev_validate_mtu(*dev, a->u32(), extack)) != err::ok) return nullptr;
        dev->mtu = a->u32();
    }
    if (auto* a = tb.get(ifla::address)) {
        dev->dev_addr = a->mac();
        dev->addr_assign_type = net_device::addr_set;
        net.krn.macs_given = macs_before;
    }
    if (auto* a = tb.get(ifla::broadcast)) dev->broadcast = a->mac();
    if (auto* a = tb.get(ifla::txqlen)) dev->settings.own().tx_queue_len = a->u32();
    if (auto* a = tb.get(ifla::operstate)) set_operstate(*dev, a->u8());
    if (auto* a = tb.get(ifla::linkmode)) dev->link_mode = a->u8();
    if (auto* a = tb.get(ifla::group)) dev->settings.own().group = a->u32();
    set_gso(*dev, tb);
    return dev;
}

err rtnl_configure_link(net_device& dev, const ifinfomsg* ifm, netlink_ext_ack& extack) {
    const std::uint32_t old_flags = dev.flags;
    if (ifm && (ifm->ifi_flags || ifm->ifi_change)) {
        const err e = dev_change_flags_quietly(dev, combine_flags(dev, *ifm), extack);
        if (e != err::ok) return e;
    }
    dev_notify_flags(dev, old_flags, ~0u);
    return err::ok;
}

netns* rtnl_link_get_net(netns& src_net, const nlattrs& tb, err& e) {
    netns* net = nullptr;
    user_space* user = src_net.krn.user;
    if (auto* fd = tb.get(ifla::net_ns_fd)) {
        net = user ? user->net_of_fd(int(fd->u32())) : nullptr;
        e = err::badf;
    } else if (auto* pid = tb.get(ifla::net_ns_pid)) {
        net = user ? user->net_of_pid(int(pid->u32())) : nullptr;
        e = err::srch;
    } else if (auto* id = tb.get(ifla::target_netnsid)) {
        net = get_net_ns_by_id(src_net, int(id->u32()));
        e = err::inval;
    }
    if (net && !net->dying) e = err::ok;
    return e == err::ok ? net : nullptr;
}

namespace {

netns* target_net(netns& net, const nlattrs& tb, err& e) {
    return names_namespace(tb) ? rtnl_link_get_net(net, tb, e) : &net;
}
// Linux: rtnl_get_peer_net
err check_peer(netns& net, const rtnl_link_ops* ops, const nlattrs& data,
               netlink_ext_ack& extack) {
    const nlattr* peer = ops && ops->peer_type ? data.get(ops->peer_type) : nullptr;
    if (!peer) return err::ok;
    if (peer->data.size() < sizeof(ifinfomsg)) return err::inval;
    const nlattrs tb(peer->data.subspan(sizeof(ifinfomsg)));
    if (const err e = check_policy(tb, extack); e != err::ok) return e;
    if (ops->validate) {
        if (const err e = ops->validate(tb, {}, extack); e != err::ok) return e;
    }
    err e = err::ok;
    target_net(net, tb, e);
    return e;
}

}  // namespace

err rtnl_newlink(rtnl_request& r, nlmsg_builder&) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (const err e = check_policy(tb, r.extack); e != err::ok) return e;
    const nlattrs linkinfo = tb.nested(ifla::linkinfo);
    const auto* kind = linkinfo.get(ifla_info::kind);
    const rtnl_link_ops* ops = kind ? rtnl_link_ops_get(kind->str()) : nullptr;
    if (ifm.ifi_index < 0) return r.extack.set(err::inval, "ifindex can't be negative");
    const nlattrs data = linkinfo.nested(ifla_info::data);
    if (ops && ops->validate) {
        if (const err e = ops->validate(tb, data, r.extack); e != err::ok) return e;
    }
    netns* device_net = &r.net;
    if (r.net.krn.profile != kernel_profile::v6_1) {
        err e = check_peer(r.net, ops, data, r.extack);
        if (e != err::ok) return e;
        netns* target = target_net(r.net, tb, e);
        if (!target) return e;
        // What is to be new must be new where it will be.
        if ((r.flags() & nlm_f::create) && (r.flags() & nlm_f::excl)) device_net = target;
    }
    netns* link_net = nullptr;
    if (auto* id = tb.get(ifla::link_netnsid)) {
        link_net = get_net_ns_by_id(r.net, int(id->u32()));
        if (!link_net) return r.extack.set(err::inval, "Unknown network namespace id");
    }

    if (net_device* dev = find_link(*device_net, ifm, tb)) {
        return rtnl_changelink(r, *dev, ifm, tb, ops, linkinfo);
    }
    if (!(r.flags() & nlm_f::create)) {
        // A whole group may be meant.
        if (is_named(ifm, tb) || !tb.has(ifla::group)) return err::nodev;
        const std::uint32_t group = tb.get(ifla::group)->u32();
        const auto all = r.net.dev_base_head;
        for (net_device* dev : all) {
            if (dev->settings->group != group) continue;
            if (const err e = do_setlink(r, *dev, ifm, tb); e != err::ok) return e;
        }
        return err::ok;
    }
    if (tb.has(ifla::map) || tb.has(ifla::protinfo)) return err::opnotsupp;
    if (!ops) return r.extack.set(err::opnotsupp, "Unknown device type");
    const std::uint32_t macs_before = r.net.krn.macs_given;
    const err e = rtnl_newlink_create(r, ifm, tb, *ops, data, link_net);
    if (e != err::ok) r.net.krn.macs_given = macs_before;
    return e;
}

err rtnl_setlink(rtnl_request& r, nlmsg_builder&) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (!is_named(ifm, tb)) return err::inval;
    net_device* dev = find_link(r.net, ifm, tb);
    return dev ? do_setlink(r, *dev, ifm, tb) : err::nodev;
}

err rtnl_dellink(rtnl_request& r, nlmsg_builder&) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    std::vector<net_device*> chosen, list;
    if (is_named(ifm, tb)) {
        net_device* dev = find_link(r.net, ifm, tb);
        if (!dev) return err::nodev;
        chosen.push_back(dev);
    } else if (auto* group = tb.get(ifla::group)) {
        if (group->u32() == 0) return err::perm;
        for (net_device* dev : r.net.dev_base_head) {
            if (dev->settings->group == group->u32()) chosen.push_back(dev);
        }
        if (chosen.empty()) return err::nodev;
    } else {
        return err::inval;
    }
    for (const net_device* dev : chosen) {
        if (!dev->link_ops) return err::opnotsupp;
    }
    for (net_device* dev : chosen) {
        if (std::find(list.begin(), list.end(), dev) != list.end()) continue;  // a peer's peer
        if (dev->link_ops->dellink) {
            dev->link_ops->dellink(*dev, list);
        } else {
            list.push_back(dev);
        }
    }
    unregister_netdevice_many(list);
    return err::ok;
}

// Linux: rtnl_linkprop. Alternative names, the one property that there is.
namespace {

err rtnl_linkprop(rtnl_request& r, bool add) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (!is_named(ifm, tb)) return err::inval;
    net_device* dev = find_link(r.net, ifm, tb);
    if (!dev) return err::nodev;
    const nlattrs props = tb.nested(ifla::prop_list);
    for (const nlattr& a : props.all()) {
        if (a.type != ifla::alt_ifname) return err::inval;
        const std::string name(a.str());
        const auto known = std::find(dev->altnames.begin(), dev->altnames.end(), name);
        if (add) {
            if (!dev_valid_altname(name)) return err::inval;
            if (r.net.dev_by_name.contains(name)) return err::exist;
            dev->altnames.reserve(max_altnames);  // the index by name points into the strings
            if (dev->altnames.size() == max_altnames) return err::nospc;
            dev->altnames.push_back(name);
            r.net.dev_by_name[dev->altnames.back()] = dev;
        } else {
            if (!r.net.dev_by_name.contains(name)) return err::noent;
            if (known == dev->altnames.end()) return err::inval;
            for (const auto& n : dev->altnames) r.net.dev_by_name.erase(n);
            dev->altnames.erase(known);
            for (const auto& n : dev->altnames) r.net.dev_by_name[n] = dev;
        }
        rtmsg_ifinfo(rtm::newlink, *dev, 0);
    }
    return err::ok;
}

}  // namespace

err rtnl_newlinkprop(rtnl_request& r, nlmsg_builder&) { return rtnl_linkprop(r, true); }
err rtnl_dellinkprop(rtnl_request& r, nlmsg_builder&) { return rtnl_linkprop(r, false); }

err rtnl_getlink(rtnl_request& r, nlmsg_builder& reply) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (!is_named(ifm, tb)) return err::inval;
    net_device* dev = find_link(r.net, ifm, tb);
    if (!dev) return err::nodev;
    const auto* mask = tb.get(ifla::ext_mask);
    rtnl_fill_ifinfo(reply, *dev, {.type = rtm::newlink, .pid = r.portid(), .seq = r.seq(),
                                   .ext_filter_mask = mask ? mask->u32() : 0});
    return err::ok;
}

err rtnl_dump_ifinfo(rtnl_request& r, nlmsg_builder& out) {
    const auto tb = r.msg.attrs<ifinfomsg>();
    const auto* mask = tb.get(ifla::ext_mask);
    const auto* master = tb.get(ifla::master);
    const nlattrs linkinfo = tb.nested(ifla::linkinfo);
    const auto* kind = linkinfo.get(ifla_info::kind);
    // An unknown kind filters nothing here; the tool does.
    const rtnl_link_ops* ops = kind ? rtnl_link_ops_get(kind->str()) : nullptr;
    std::uint16_t flags = nlm_f::multi;
    const std::uint32_t want = master ? master->u32() : 0;
    constexpr std::uint32_t without_master = UINT32_MAX;
    if (want || ops) flags |= nlm_f::dump_filtered;
    for (const auto& [index, dev] : r.net.dev_by_index) {
        const std::uint32_t has = dev->master ? std::uint32_t(dev->master->ifindex) : without_master;
        if (want && has != want) continue;
        if (ops && dev->link_ops != ops) continue;
        rtnl_fill_ifinfo(out, *dev, {.type = rtm::newlink, .flags = flags, .pid = r.portid(),
                                     .seq = r.seq(), .ext_filter_mask = mask ? mask->u32() : 0});
    }
    return err::ok;
}

}  // namespace vethlab
