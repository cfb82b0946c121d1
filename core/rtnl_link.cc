// Linux: net/core/rtnetlink.c. RTM_NEWLINK, DELLINK, GETLINK.
#include <algorithm>

#include "core/kernel.h"
#include "core/registry.h"
#include "core/rtnl_link.h"

namespace vethlab {
namespace {

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
    if (auto* a = tb.get(ifla::broadcast)) dev->settings.own().broadcast = a->mac();
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
        e = err::badf;
        net = user ? user->net_of_fd(int(fd->u32()), e) : nullptr;
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
    if (const err e = check_ifla_policy(tb, extack); e != err::ok) return e;
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
    if (const err e = check_ifla_policy(tb, r.extack); e != err::ok) return e;
    const nlattrs linkinfo = tb.nested(ifla::linkinfo);
    const auto* kind = linkinfo.get(ifla_info::kind);
    if (kind && kind->data.empty()) return err::range;
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

    if (net_device* dev = rtnl_dev_get(*device_net, ifm, tb)) {
        return rtnl_changelink(r, *dev, ifm, tb, ops, linkinfo);
    }
    if (!(r.flags() & nlm_f::create)) {
        // A whole group may be meant.
        if (names_device(ifm, tb) || !tb.has(ifla::group)) return err::nodev;
        const std::uint32_t group = tb.get(ifla::group)->u32();
        const auto& devices = r.net.dev_base_head;  // of which some may move away
        const std::vector<net_device*> all(devices.begin(), devices.end());
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

err rtnl_dellink(rtnl_request& r, nlmsg_builder&) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    std::vector<net_device*> chosen, list;
    if (names_device(ifm, tb)) {
        net_device* dev = rtnl_dev_get(r.net, ifm, tb);
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
        if (!dev->link_ops()) return err::opnotsupp;
    }
    for (net_device* dev : chosen) {
        if (std::find(list.begin(), list.end(), dev) != list.end()) continue;  // a peer's peer
        if (dev->link_ops()->dellink) {
            dev->link_ops()->dellink(*dev, list);
        } else {
            list.push_back(dev);
        }
    }
    unregister_netdevice_many(list);
    return err::ok;
}

err rtnl_getlink(rtnl_request& r, nlmsg_builder& reply) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (!names_device(ifm, tb)) return err::inval;
    net_device* dev = rtnl_dev_get(r.net, ifm, tb);
    if (!dev) return err::nodev;
    // Since 6.8 nobody is told a carrier that would not be honoured yet.
    if (dev->krn.profile != kernel_profile::v6_1) dev->krn.linkwatch.sync_dev(*dev);
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
    for (net_device* dev : r.net.dev_base_head.by_index()) {
        const std::uint32_t has = dev->master ? std::uint32_t(dev->master->ifindex) : without_master;
        if (want && has != want) continue;
        if (ops && dev->link_ops() != ops) continue;
        rtnl_fill_ifinfo(out, *dev, {.type = rtm::newlink, .flags = flags, .pid = r.portid(),
                                     .seq = r.seq(), .ext_filter_mask = mask ? mask->u32() : 0});
    }
    return err::ok;
}

}  // namespace vethlab
