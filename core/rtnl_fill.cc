// Linux: net/core/rtnetlink.c rtnl_fill_ifinfo. A device as one link message.
#include "core/dev.h"
#include "core/ipv4/devinet.h"
#include "core/ipv6/addrconf.h"
#include "core/rtnetlink.h"
#include "core/sched/sch_generic.h"

namespace vethlab {
namespace {

struct rtnl_link_ifmap {
    std::uint64_t mem_start, mem_end, base_addr;
    std::uint16_t irq;
    std::uint8_t dma, port;
    std::uint8_t pad[4];
};

void put_sizes(nlmsg_builder& m, const net_device& dev) {
    m.put_u32(ifla::mtu, dev.mtu);
    m.put_u32(ifla::min_mtu, dev.settings->min_mtu);
    m.put_u32(ifla::max_mtu, dev.settings->max_mtu);
    m.put_u32(ifla::group, dev.settings->group);
    m.put_u32(ifla::promiscuity, dev.promiscuity);
    m.put_u32(ifla::allmulti, dev.allmulti);
    m.put_u32(ifla::num_tx_queues, dev.settings->num_tx_queues);
    m.put_u32(ifla::gso_max_segs, dev.settings->gso_max_segs);
    m.put_u32(ifla::gso_max_size, dev.settings->gso_max_size);
    m.put_u32(ifla::gro_max_size, dev.settings->gro_max_size);
    m.put_u32(ifla::tso_max_size, dev.settings->tso_max_size);
    m.put_u32(ifla::tso_max_segs, dev.settings->tso_max_segs);
    m.put_u32(ifla::num_rx_queues, dev.settings->num_rx_queues);
}

void put_carrier(nlmsg_builder& m, const net_device& dev) {
    m.put_u8(ifla::carrier, dev.carrier_ok());
    if (dev.more && !dev.more->alias.empty()) m.put_str(ifla::ifalias, dev.more->alias);
    m.put_u32(ifla::carrier_changes, dev.carrier_up_count + dev.carrier_down_count);
    m.put_u32(ifla::carrier_up_count, dev.carrier_up_count);
    m.put_u32(ifla::carrier_down_count, dev.carrier_down_count);
    m.put_u8(ifla::proto_down, dev.proto_down);
}

void put_addresses(nlmsg_builder& m, const net_device& dev) {
    if (!dev.addr_len) return;
    m.put_mac(ifla::address, dev.dev_addr);
    m.put_mac(ifla::broadcast, dev.settings->broadcast);
    if (!dev.settings->perm_addr.is_zero()) m.put_mac(ifla::perm_address, dev.settings->perm_addr);
}

void put_stats(nlmsg_builder& m, const net_device& dev) {
    rtnl_link_stats64 stats;
    dev_get_stats(dev, stats);
    m.put_struct(ifla::stats64, stats);
    // The old form: the same numbers cut to 32 bits, without the last one.
    std::uint64_t wide[25];
    std::memcpy(wide, &stats, sizeof wide);
    std::uint32_t narrow[24];
    for (std::size_t i = 0; i < 24; i++) narrow[i] = std::uint32_t(wide[i]);
    m.put_struct(ifla::stats, narrow);
}

void put_linkinfo(nlmsg_builder& m, const net_device& dev) {
    const rtnl_link_ops* master = dev.master ? dev.master->link_ops() : nullptr;
    const bool is_slave = master && master->fill_slave_info;
    if (!dev.link_ops() && !is_slave) return;
    const auto info = m.nest(ifla::linkinfo);
    if (dev.link_ops()) {
        m.put_str(ifla_info::kind, dev.link_ops()->kind);
        if (dev.link_ops()->fill_info) {
            const auto data = m.nest(ifla_info::data);
            dev.link_ops()->fill_info(m, dev);
            m.end_nest(data);
        }
    }
    if (is_slave) {
        m.put_str(ifla_info::slave_kind, master->kind);
        const auto data = m.nest(ifla_info::slave_data);
        master->fill_slave_info(m, dev);
        m.end_nest(data);
    }
    m.end_nest(info);
}

// The id of the namespace where the other end is; `net` is the one of the reader.
bool put_link_netnsid(nlmsg_builder& m, net_device& dev) {
    if (!dev.link_ops() || !dev.link_ops()->get_link_net) return false;
    netns* link_net = dev.link_ops()->get_link_net(dev);
    if (!link_net || link_net == dev.net) return false;
    m.put_u32(ifla::link_netnsid, std::uint32_t(peernet2id_alloc(*dev.net, *link_net)));
    return true;
}

void put_af_spec(nlmsg_builder& m, const net_device& dev) {
    const auto spec = m.nest(ifla::af_spec);
    inet_fill_link_af(m, dev);
    inet6_fill_link_af(m, dev);
    m.end_nest(spec);
}

}  // namespace

void rtnl_fill_ifinfo(nlmsg_builder& m, net_device& dev, const fill_ifinfo& how) {
    m.begin(how.type, how.flags, how.seq, how.pid);
    m.head(ifinfomsg{af::unspec, 0, dev.type, dev.ifindex, dev_get_flags(dev), how.change});
    m.put_str(ifla::ifname, dev.name);
    m.put_u32(ifla::txqlen, dev.settings->tx_queue_len);
    m.put_u8(ifla::operstate, std::uint8_t(dev.is_running() ? dev.operstate : if_oper::down));
    m.put_u8(ifla::linkmode, dev.link_mode);
    put_sizes(m, dev);
    const int iflink = dev_get_iflink(dev);
    if (dev.master) m.put_u32(ifla::master, std::uint32_t(dev.master->ifindex));
    m.put_str(ifla::qdisc, dev.root_qdisc()     ? dev.root_qdisc()->ops->id
                           : dev.qdisc_attached ? "noqueue"
                                                : "noop");
    put_carrier(m, dev);
    m.put_struct(ifla::map, rtnl_link_ifmap{});
    put_addresses(m, dev);
    if (!(how.ext_filter_mask & rtext_filter::skip_stats)) put_stats(m, dev);
    put_linkinfo(m, dev);
    bool elsewhere = put_link_netnsid(m, dev);
    if (how.new_net) {
        m.put_u32(ifla::new_netnsid, std::uint32_t(peernet2id_alloc(*dev.net, *how.new_net)));
        if (how.new_ifindex) m.put_u32(ifla::new_ifindex, std::uint32_t(how.new_ifindex));
        elsewhere = true;
    }
    if (elsewhere || iflink != dev.ifindex) m.put_u32(ifla::link, std::uint32_t(iflink));
    put_af_spec(m, dev);
    if (!dev.altnames().empty()) {
        const auto props = m.nest(ifla::prop_list | nla_f_nested);
        for (const auto& name : dev.altnames()) m.put_str(ifla::alt_ifname, name);
        m.end_nest(props);
    }
    m.end();
}

void rtmsg_ifinfo_newnet(std::uint16_t type, net_device& dev, std::uint32_t change, netns& new_net,
                         int new_ifindex) {
    // The message hands out the id, whether anybody reads it or not.
    peernet2id_alloc(*dev.net, new_net);
    if (!rtnl_has_listeners(*dev.net, rtnlgrp::link)) return;
    nlmsg_builder m;
    rtnl_fill_ifinfo(m, dev, {.type = type, .change = change, .new_net = &new_net,
                              .new_ifindex = new_ifindex});
    rtnl_notify(*dev.net, m, rtnlgrp::link);
}

void rtmsg_ifinfo(std::uint16_t type, net_device& dev, std::uint32_t change) {
    if (dev.reg_state == netreg::uninitialized) return;
    // As above: even unread, a message about a veth names the peer's namespace.
    if (dev.link_ops() && dev.link_ops()->get_link_net) {
        netns* link_net = dev.link_ops()->get_link_net(dev);
        if (link_net && link_net != dev.net) peernet2id_alloc(*dev.net, *link_net);
    }
    if (!rtnl_has_listeners(*dev.net, rtnlgrp::link)) return;
    nlmsg_builder m;
    rtnl_fill_ifinfo(m, dev, {.type = type, .change = change});
    rtnl_notify(*dev.net, m, rtnlgrp::link);
}

}  // namespace vethlab
