// Linux: net/core/dev.c, dev_addr_lists.c. The life of a device: name, number, addresses,
// namespace.
#include <algorithm>

#include "core/dev.h"
#include "core/ipv4/devinet.h"
#include "core/ipv6/addrconf.h"
#include "core/registry.h"
#include "core/rtnetlink.h"
#include "core/sched/sch_generic.h"

namespace vethlab {
namespace {

// Linux: dev_index_reserve. Numbers go up, and freed ones are not taken again soon.
int dev_new_index(netns& net) {
    do {
        net.last_ifindex = net.last_ifindex == INT32_MAX ? 1 : net.last_ifindex + 1;
    } while (net.dev_base_head.contains(net.last_ifindex));
    return net.last_ifindex;
}

void list_netdevice(net_device& dev) {
    netns& net = *dev.net;
    net.krn.fwd_genid_bump();
    net.dev_base_head.add(dev);
}

void unlist_netdevice(net_device& dev) {
    netns& net = *dev.net;
    net.krn.fwd_genid_bump();
    net.dev_base_head.remove(dev);
}

// Linux: net/ipv4/devinet.c. The sysctl folders of these names are taken.
bool sysctl_dev_name_is_allowed(std::string_view name) {
    return name != "default" && name != "all";
}

// Nothing of it remains in queues; its place in lists stays the caller's matter.
void stop_traffic(net_device& dev) {
    dev_close(dev);
    dev.krn.flush_backlog(dev);
    dev.krn.fwd_genid_bump();
    if (dev.more) {
        dev.more->root_qdisc.reset();
        dev.more->ingress_qdisc.reset();
    }
    dev.qdisc_attached = dev.qdisc_activated = false;
}

// The groups of IPv6 and IPv4 that every device joins, in this order where both are on.
constexpr netdev_hw_addr usual_groups[] = {{{{0x33, 0x33, 0, 0, 0, 1}}},
                                           {{{0x01, 0x00, 0x5e, 0, 0, 1}}}};

// The list of groups, to be changed.
compact_vector<netdev_hw_addr>& own_mc(net_device& dev) {
    for (const netdev_hw_addr& group : dev_mc_list(dev).first(dev.mc_usual)) {
        dev.mc_own.push_back(group);
    }
    dev.mc_usual = 0;
    return dev.mc_own;
}

netdev_hw_addr* find_addr(compact_vector<netdev_hw_addr>& list, mac_address a) {
    const auto it = std::find_if(list.begin(), list.end(), [&](auto& h) { return h.addr == a; });
    return it == list.end() ? nullptr : it;
}

void add_addr(net_device& dev, compact_vector<netdev_hw_addr>& list, mac_address a) {
    if (auto* known = find_addr(list, a)) {
        known->refcount++;
        return;
    }
    if (list.empty()) list.reserve(2);  // all hosts of IPv4, all nodes of IPv6
    list.push_back({a});
    dev_set_rx_mode(dev);
}

err del_addr(net_device& dev, compact_vector<netdev_hw_addr>& list, mac_address a) {
    auto* known = find_addr(list, a);
    if (!known) return err::noent;
    if (--known->refcount > 0) return err::ok;
    list.erase(known);
    dev_set_rx_mode(dev);
    return err::ok;
}

void forget_addrs(net_device& dev) {
    if (dev.more) dev.more->uc.clear();
    dev.mc_usual = 0;
    dev.mc_own.clear();
}

err add_addr_excl(net_device& dev, compact_vector<netdev_hw_addr>& list, mac_address a) {
    if (find_addr(list, a)) return err::exist;
    add_addr(dev, list, a);
    return err::ok;
}

}  // namespace

net_device::net_device(netns& n) : krn(n.krn), net(&n) {}
net_device::~net_device() {
    if (link_ops() && link_ops()->priv.size) link_ops()->priv.destroy(this + 1);
}
net_device_more::net_device_more() = default;
net_device_more::~net_device_more() = default;

std::unique_ptr<net_device> alloc_netdev(netns& net, const rtnl_link_ops* ops) {
    std::unique_ptr<net_device> dev(new (ops ? ops->priv : device_priv{}) net_device(net));
    if (!ops) return dev;
    if (ops->priv.size) ops->priv.construct(dev.get() + 1, *dev);
    ops->setup(*dev);
    return dev;
}

void ether_setup(net_device& dev) {
    dev.type = arphrd::ether;
    dev.mtu = 1500;
    dev.addr_len = 6;
    dev.flags = iff::broadcast | iff::multicast;
}

bool dev_valid_name(std::string_view name) {
    if (name.empty() || name.size() >= ifnamsiz || name == "." || name == "..") return false;
    return std::none_of(name.begin(), name.end(), [](char c) {
        return c == '/' || c == ':' || c == ' ' || (c >= '\t' && c <= '\r');
    });
}

err dev_alloc_name(netns& net, std::string_view pattern, std::string& out) {
    const auto percent = pattern.find('%');
    if (percent == std::string_view::npos) {
        out = pattern;
        return dev_valid_name(pattern) ? err::ok : err::inval;
    }
    if (percent + 1 >= pattern.size() || pattern[percent + 1] != 'd' ||
        pattern.find('%', percent + 1) != std::string_view::npos || !dev_valid_name(pattern)) {
        return err::inval;
    }
    constexpr int max_devices = 32768;  // one page of bits
    const std::string head(pattern.substr(0, percent)), tail(pattern.substr(percent + 2));
    for (int i = 0; i < max_devices; i++) {
        out = head + std::to_string(i) + tail;
        if (net.dev_base_head.contains(out)) continue;
        return out.size() < ifnamsiz ? err::ok : err::nametoolong;
    }
    return err::nfile;
}

err dev_get_valid_name(netns& net, std::string_view want, std::string& out) {
    if (!dev_valid_name(want)) return err::inval;
    if (want.find('%') != std::string_view::npos) return dev_alloc_name(net, want, out);
    if (net.dev_base_head.contains(want)) return err::exist;
    out = want;
    return err::ok;
}

err register_netdevice(net_device& dev, netlink_ext_ack& extack) {
    std::string name;
    if (const err e = dev_get_valid_name(*dev.net, dev.name, name); e != err::ok) return e;
    dev.name = name;
    if (dev.ifindex == 0) {
        dev.ifindex = dev_new_index(*dev.net);
    } else if (dev.net->dev_base_head.contains(dev.ifindex)) {
        return err::busy;
    }
    // Late enough for a number to be used up.
    if (!sysctl_dev_name_is_allowed(dev.name)) return err::inval;
    const std::uint64_t wanted = dev.settings->features & dev.settings->hw_features;
    if (dev.settings->wanted_features != wanted) dev.settings.own().wanted_features = wanted;
    dev.reg_state = netreg::registered;
    if (!dev.carrier_ok()) rfc2863_policy(dev);
    if (dev.addr_assign_type == net_device::addr_perm && !dev.dev_addr.is_zero()) {
        dev.settings.own().perm_addr = dev.dev_addr;
    }
    list_netdevice(dev);
    if (const err e = call_netdevice_notifiers(netdev_event::register_, dev, extack); e != err::ok) {
        unlist_netdevice(dev);
        dev.reg_state = netreg::uninitialized;
        return e;
    }
    if (!dev.link_ops()) rtmsg_ifinfo(rtm::newlink, dev, ~0u);  // others: once configured
    return err::ok;
}

void unregister_netdevice_many(std::vector<net_device*>& list) {
    for (net_device* dev : list) dev_close(*dev);
    for (net_device* dev : list) {
        unlist_netdevice(*dev);
        dev->reg_state = netreg::unregistering;
    }
    for (net_device* dev : list) {
        stop_traffic(*dev);
        call_netdevice_notifiers(netdev_event::unregister, *dev);
        rtmsg_ifinfo(rtm::dellink, *dev, ~0u);
        forget_addrs(*dev);
        if (dev->ops->ndo_uninit) dev->ops->ndo_uninit(*dev);
    }
    for (net_device* dev : list) {
        dev->krn.linkwatch.forget(*dev);
        dev->krn.flush_backlog(*dev);
        dev->reg_state = netreg::unregistered;
    }
    for (net_device* dev : list) delete dev;
    list.clear();
}

void unregister_netdevice(net_device& dev) {
    std::vector<net_device*> list{&dev};
    unregister_netdevice_many(list);
}

err dev_validate_mtu(const net_device& dev, std::uint32_t mtu, netlink_ext_ack& extack) {
    if (std::int32_t(mtu) < 0 || mtu < dev.settings->min_mtu) {
        return extack.set(err::inval, "mtu less than device minimum");
    }
    if (dev.settings->max_mtu > 0 && mtu > dev.settings->max_mtu) {
        return extack.set(err::inval, "mtu greater than device maximum");
    }
    return err::ok;
}

err dev_set_mtu(net_device& dev, std::uint32_t mtu, netlink_ext_ack& extack) {
    if (mtu == dev.mtu) return err::ok;
    if (const err e = dev_validate_mtu(dev, mtu, extack); e != err::ok) return e;
    if (dev.ops->ndo_change_mtu) {
        if (const err e = dev.ops->ndo_change_mtu(dev, mtu); e != err::ok) return e;
    } else {
        dev.mtu = mtu;
    }
    dev.krn.fwd_genid_bump();
    call_netdevice_notifiers(netdev_event::changemtu, dev);
    return err::ok;
}

err dev_set_mac_address(net_device& dev, mac_address addr, netlink_ext_ack& extack) {
    if (!dev.ops->ndo_set_mac_address) return err::opnotsupp;
    if (const err e = call_netdevice_notifiers(netdev_event::pre_changeaddr, dev, extack);
        e != err::ok) {
        return e;
    }
    if (dev.dev_addr != addr) {
        if (const err e = dev.ops->ndo_set_mac_address(dev, addr); e != err::ok) return e;
    }
    dev.addr_assign_type = net_device::addr_set;
    dev.krn.fwd_genid_bump();
    call_netdevice_notifiers(netdev_event::changeaddr, dev);
    return err::ok;
}

err eth_mac_addr(net_device& dev, mac_address addr) {
    if (!addr.is_valid_ether_addr()) return err::addrnotavail;
    dev.dev_addr = addr;
    return err::ok;
}

void eth_hw_addr_random(net_device& dev) {
    dev.dev_addr = dev.krn.random_ether_addr();
    dev.krn.fwd_genid_bump();
    dev.addr_assign_type = net_device::addr_random;
}

err dev_change_name(net_device& dev, std::string_view new_name) {
    if (new_name == dev.name) return err::ok;
    // Before 6.2 a device had to be down for it.
    if (dev.is_up() && dev.krn.profile == kernel_profile::v6_1) return err::busy;
    std::string valid;
    // Its old name still counts as taken: "v%d" finds v0 another number.
    if (const err e = dev_get_valid_name(*dev.net, new_name, valid); e != err::ok) return e;
    if (!sysctl_dev_name_is_allowed(valid)) return err::inval;
    dev.net->dev_base_head.remove_name(dev.name);
    dev.name = valid;
    dev.krn.fwd_genid_bump();
    dev.net->dev_base_head.add_name(dev.name, dev);
    call_netdevice_notifiers(netdev_event::changename, dev);
    return err::ok;
}

err dev_change_net_namespace(net_device& dev, netns& net, std::string_view pattern,
                             int new_ifindex, netlink_ext_ack& extack) {
    if (dev.netns_immutable) {
        if (dev.krn.profile == kernel_profile::v6_1) return err::inval;
        return extack.set(err::inval, "The interface netns is immutable");
    }
    if (dev.reg_state != netreg::registered) {
        return extack.set(err::inval, "The interface isn't registered");
    }
    if (dev.net == &net) return err::ok;
    std::string new_name = dev.name.str();
    if (net.dev_base_head.contains(dev.name)) {
        // Only now the new name is looked at; else it is given after the move.
        if (pattern.empty()) {
            return extack.set(err::exist,
                              "An interface with the same name exists in the target netns");
        }
        if (const err e = dev_get_valid_name(net, pattern, new_name); e != err::ok) {
            return extack.set(e, "Unable to use '" + std::string(pattern) +
                                     "' for the new interface name in the target netns");
        }
    }
    for (const auto& name : dev.altnames()) {
        if (net.dev_base_head.contains(name)) {
            return extack.set(err::exist, "An interface with the altname " + name +
                                              " exists in the target netns");
        }
    }
    if (new_ifindex > 0) {
        if (net.dev_base_head.contains(new_ifindex)) {
            extack.msg = "The ifindex " + std::to_string(new_ifindex) +
                         " is not available in the target netns";
            return err::exist;
        }
    } else {
        new_ifindex = net.dev_base_head.contains(dev.ifindex) ? dev_new_index(net) : dev.ifindex;
    }

    dev_close(dev);
    stop_traffic(dev);
    call_netdevice_notifiers(netdev_event::unregister, dev);
    rtmsg_ifinfo_newnet(rtm::dellink, dev, ~0u, net, new_ifindex);
    unlist_netdevice(dev);
    forget_addrs(dev);
    dev.krn.fwd_genid_bump();
    dev.net = &net;
    dev.name = new_name;
    dev.ifindex = new_ifindex;
    list_netdevice(dev);
    if (dev.ops->ndo_get_peer_dev) {
        if (net_device* peer = dev.ops->ndo_get_peer_dev(dev)) dev.krn.linkwatch.look_again(*peer);
    }
    call_netdevice_notifiers(netdev_event::register_, dev);
    rtmsg_ifinfo(rtm::newlink, dev, ~0u);
    return err::ok;
}

void dev_get_stats(const net_device& dev, rtnl_link_stats64& out) {
    const auto& s = dev.stats;
    out.rx_packets = s.rx_packets;
    out.tx_packets = s.tx_packets;
    out.rx_bytes = s.rx_bytes;
    out.tx_bytes = s.tx_bytes;
    out.multicast = s.multicast;
    if (dev.ops->ndo_get_stats64) dev.ops->ndo_get_stats64(dev, out);
    out.rx_dropped += s.rx_dropped;
    out.tx_dropped += s.tx_dropped;
    out.rx_otherhost_dropped += s.rx_otherhost_dropped;
}

err netdev_master_upper_dev_link(net_device& dev, net_device& master, netlink_ext_ack&) {
    if (dev.master) return err::busy;
    dev.master = &master;
    call_netdevice_notifiers(netdev_event::changeupper, dev);
    return err::ok;
}

void netdev_upper_dev_unlink(net_device& dev, net_device& master) {
    if (dev.master != &master) return;
    dev.master = nullptr;
    call_netdevice_notifiers(netdev_event::changeupper, dev);
}

// Linux: __dev_set_rx_mode. No device here can filter unicast addresses: while it has any, it
// takes everything. One that is down is looked at when it comes up.
void dev_set_rx_mode(net_device& dev) {
    if (!dev.is_up()) return;
    const bool want = dev.more && !dev.more->uc.empty();
    if (want == dev.uc_promisc) return;
    dev.uc_promisc = want;
    dev_set_promiscuity(dev, want ? 1 : -1);
}

std::span<const netdev_hw_addr> dev_uc_list(const net_device& dev) {
    if (!dev.more) return {};
    return {dev.more->uc.begin(), dev.more->uc.end()};
}
err dev_uc_del(net_device& dev, mac_address a) {
    return dev.more ? del_addr(dev, dev.more->uc, a) : err::noent;
}
err dev_uc_add_excl(net_device& dev, mac_address a) {
    return add_addr_excl(dev, dev.make_more().uc, a);
}

std::span<const netdev_hw_addr> dev_mc_list(const net_device& dev) {
    if (dev.mc_usual) return {usual_groups, dev.mc_usual};
    return {dev.mc_own.begin(), dev.mc_own.end()};
}
void dev_mc_add(net_device& dev, mac_address a) {
    const std::size_t n = dev.mc_usual;
    if (dev.mc_own.empty() && n < std::size(usual_groups) && usual_groups[n].addr == a) {
        dev.mc_usual++;
    } else {
        add_addr(dev, own_mc(dev), a);
    }
}
err dev_mc_del(net_device& dev, mac_address a) { return del_addr(dev, own_mc(dev), a); }
void dev_mc_add_global(net_device& dev, mac_address a) {
    auto& mc = own_mc(dev);
    auto* known = find_addr(mc, a);
    if (known && known->global_use) return;
    add_addr(dev, mc, a);
    find_addr(mc, a)->global_use = true;
}

err dev_mc_del_global(net_device& dev, mac_address a) {
    auto* known = find_addr(own_mc(dev), a);
    if (!known || !known->global_use) return err::noent;
    known->global_use = false;
    return dev_mc_del(dev, a);
}

err dev_mc_add_excl(net_device& dev, mac_address a) {
    auto& mc = own_mc(dev);
    const err e = add_addr_excl(dev, mc, a);
    if (e == err::ok) find_addr(mc, a)->global_use = true;
    return e;
}

}  // namespace vethlab
