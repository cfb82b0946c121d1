// Linux: net/bridge/br_netlink.c. A bridge and its ports as attributes.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

struct br_boolopt_multi {
    std::uint32_t optval, optmask;
};

std::uint32_t clock_of(std::int64_t jiffies) {
    return std::uint32_t(jiffies_to_clock_t(std::uint64_t(jiffies)));
}

void put_multicast(nlmsg_builder& m, const net_bridge_mcast& mc) {
    using namespace ifla_br;
    const auto put_clock = [&m](std::uint16_t type, std::uint64_t jiffies) {
        m.put_u64(type, jiffies_to_clock_t(jiffies));
    };
    m.put_u8(mcast_router, std::uint8_t(mc.router));
    m.put_u8(mcast_snooping, mc.enabled);
    m.put_u8(mcast_query_use_ifaddr, mc.query_use_ifaddr);
    m.put_u8(mcast_querier, mc.querier);
    m.put_u8(mcast_stats_enabled, mc.stats_enabled);
    m.put_u32(mcast_hash_elasticity, 16);
    m.put_u32(mcast_hash_max, mc.hash_max);
    m.put_u32(mcast_last_member_cnt, mc.last_member_count);
    m.put_u32(mcast_startup_query_cnt, mc.startup_query_count);
    m.put_u8(mcast_igmp_version, mc.igmp_version);
    m.put_u8(mcast_mld_version, mc.mld_version);
    put_clock(mcast_last_member_intvl, mc.last_member_interval);
    put_clock(mcast_membership_intvl, mc.membership_interval);
    put_clock(mcast_querier_intvl, mc.querier_interval);
    put_clock(mcast_query_intvl, mc.query_interval);
    put_clock(mcast_query_response_intvl, mc.query_response_interval);
    put_clock(mcast_startup_query_intvl, mc.startup_query_interval);
}

void put_flags(nlmsg_builder& m, const net_bridge_port& p) {
    using namespace ifla_brport;
    const auto put = [&](std::uint16_t type, br_port_flag::bit f) { m.put_u8(type, p.has(f)); };
    put(mode, br_port_flag::hairpin_mode);
    put(guard, br_port_flag::bpdu_guard);
    put(protect, br_port_flag::root_block);
    put(fast_leave, br_port_flag::multicast_fast_leave);
    put(mcast_to_ucast, br_port_flag::mcast_to_unicast);
    put(learning, br_port_flag::learning);
    put(unicast_flood, br_port_flag::flood);
    put(mcast_flood, br_port_flag::mcast_flood);
    put(bcast_flood, br_port_flag::bcast_flood);
    put(proxyarp, br_port_flag::proxyarp);
    put(proxyarp_wifi, br_port_flag::proxyarp_wifi);
}

// Linux: br_port_fill_attrs
void br_port_fill_attrs(nlmsg_builder& m, const net_bridge_port& p) {
    namespace a = ifla_brport;
    const bool old = p.br.krn().profile == kernel_profile::v6_1;
    m.put_u8(a::state, std::uint8_t(p.state));
    m.put_u16(a::priority, p.priority);
    m.put_u32(a::cost, p.path_cost);
    put_flags(m, p);
    m.put_struct(a::root_id, p.designated_root);
    m.put_struct(a::bridge_id, p.designated_bridge);
    m.put_u16(a::designated_port, p.designated_port);
    m.put_u16(a::designated_cost, std::uint16_t(p.designated_cost));
    m.put_u16(a::id, p.port_id);
    m.put_u16(a::no, p.port_no);
    m.put_u8(a::topology_change_ack, p.topology_change_ack);
    m.put_u8(a::config_pending, p.config_pending);
    m.put_u8(a::vlan_tunnel, p.has(br_port_flag::vlan_tunnel));
    m.put_u16(a::group_fwd_mask, p.group_fwd_mask);
    m.put_u8(a::neigh_suppress, p.has(br_port_flag::neigh_suppress));
    m.put_u8(a::mrp_ring_open, 0);
    m.put_u8(a::mrp_in_open, 0);
    m.put_u8(a::isolated, p.has(br_port_flag::isolated));
    m.put_u8(a::locked, p.has(br_port_flag::locked));
    if (!old) {
        m.put_u8(a::mab, p.has(br_port_flag::mab));
        m.put_u8(a::neigh_vlan_suppress, 0);
    }
    m.put_u64(a::message_age_timer, p.message_age_timer.value());
    m.put_u64(a::forward_delay_timer, p.forward_delay_timer.value());
    m.put_u64(a::hold_timer, p.hold_timer.value());
    const net_bridge_mcast_port& mc = p.multicast_ctx;
    m.put_u8(a::multicast_router, std::uint8_t(mc.router));
    m.put_u32(a::mcast_eht_hosts_limit, 512);
    m.put_u32(a::mcast_eht_hosts_cnt, 0);
    if (!old) {
        m.put_u32(a::mcast_n_groups, mc.mdb_n_entries);
        m.put_u32(a::mcast_max_groups, mc.mdb_max_entries);
    }
    if (p.backup_port) m.put_u32(a::backup_port, std::uint32_t(p.backup_port->dev.ifindex));
}

struct br_link_message {
    std::uint16_t type;
    std::uint32_t pid = 0, seq = 0;
    std::uint16_t flags = 0;
};

// A message of family PF_BRIDGE about a port, or about the bridge itself (port nullptr).
void br_fill_ifinfo(nlmsg_builder& m, const net_bridge_port* port, net_device& dev,
                    const br_link_message& how) {
    const net_device& master = port ? port->br.dev : dev;
    const if_oper operstate = dev.is_running() ? dev.operstate : if_oper::down;
    m.begin(how.type, how.flags, how.seq, how.pid);
    m.head(ifinfomsg{af::bridge, 0, dev.type, dev.ifindex, dev_get_flags(dev), 0});
    m.put_str(ifla::ifname, dev.name);
    m.put_u32(ifla::master, std::uint32_t(master.ifindex));
    m.put_u32(ifla::mtu, dev.mtu);
    m.put_u8(ifla::operstate, std::uint8_t(operstate));
    if (dev.addr_len) m.put_mac(ifla::address, dev.dev_addr);
    const int iflink = dev_get_iflink(dev);
    if (iflink != dev.ifindex) m.put_u32(ifla::link, std::uint32_t(iflink));
    if (port && how.type == rtm::newlink) {
        const auto nest = m.nest(ifla::protinfo | nla_f_nested);
        br_port_fill_attrs(m, *port);
        m.end_nest(nest);
    }
    m.end();
}

}  // namespace

void br_fill_info(nlmsg_builder& m, const net_device& dev) {
    using namespace ifla_br;
    const net_bridge& br = br_of(dev);
    const bool old = br.krn().profile == kernel_profile::v6_1;
    m.put_u64(hello_timer, br.hello_timer.value());
    m.put_u64(tcn_timer, br.tcn_timer.value());
    m.put_u64(topology_change_timer, br.topology_change_timer.value());
    m.put_u64(gc_timer, br.gc_work.value());
    m.put_u32(forward_delay, clock_of(br.forward_delay));
    m.put_u32(hello_time, clock_of(br.hello_time));
    m.put_u32(max_age, clock_of(br.max_age));
    m.put_u32(ageing_time, clock_of(br.ageing_time));
    m.put_u32(stp_state, std::uint32_t(br.stp_enabled));
    m.put_u16(priority, std::uint16_t(br.id.prio[0] << 8 | br.id.prio[1]));
    m.put_u8(vlan_filtering, 0);
    m.put_u16(group_fwd_mask, br.group_fwd_mask);
    m.put_struct(ifla_br::bridge_id, br.id);
    m.put_struct(root_id, br.designated_root);
    m.put_u16(root_port, br.root_port);
    m.put_u32(root_path_cost, br.root_path_cost);
    m.put_u8(topology_change, br.topology_change);
    m.put_u8(topology_change_detected, br.topology_change_detected);
    m.put_mac(group_addr, br.group_addr);
    // NO_LL_LEARN, MCAST_VLAN_SNOOPING, and later MST, MDB_OFFLOAD_FAIL, FDB_LOCAL_VLAN_0
    const std::uint32_t known_options = old ? 0x7 : 0x1f;
    m.put_struct(multi_boolopt, br_boolopt_multi{br.no_ll_learn ? 1u : 0u, known_options});
    if (!old) {
        m.put_u32(fdb_n_learned, br.fdb_n_learned);
        m.put_u32(fdb_max_learned, br.fdb_max_learned);
    }
    put_multicast(m, br.multicast_ctx);
    m.put_u8(nf_call_iptables, br.nf_call_iptables);
    m.put_u8(nf_call_ip6tables, br.nf_call_ip6tables);
    m.put_u8(nf_call_arptables, br.nf_call_arptables);
}

void br_port_fill_slave_info(nlmsg_builder& m, const net_device& slave) {
    if (slave.br_port) br_port_fill_attrs(m, *slave.br_port);
}

void br_ifinfo_notify(std::uint16_t event, net_bridge_port& p) {
    netns& net = *p.dev.net;
    if (!rtnl_has_listeners(net, rtnlgrp::link)) return;
    nlmsg_builder m;
    br_fill_ifinfo(m, &p, p.dev, {.type = event});
    rtnl_notify(net, m, rtnlgrp::link);
}

void br_getlink(nlmsg_builder& m, net_device& dev, std::uint32_t pid, std::uint32_t seq,
                std::uint32_t filter_mask, std::uint16_t nlflags) {
    using namespace rtext_filter;
    constexpr std::uint32_t details = brvlan | brvlan_compressed | mrp | cfm_config;
    if (!dev.br_port && !(filter_mask & details)) return;
    br_fill_ifinfo(m, dev.br_port, dev,
                   {.type = rtm::newlink, .pid = pid, .seq = seq, .flags = nlflags});
}

const rtnl_link_ops bridge_link_ops{
    .kind = "bridge",
    .priv = device_priv_of<net_bridge>(),
    .setup = br_dev_setup,
    .validate = br_validate,
    .newlink = br_newlink,
    .changelink = br_changelink,
    .dellink = br_dev_delete,
    .fill_info = br_fill_info,
    .slave_changelink = br_port_slave_changelink,
    .fill_slave_info = br_port_fill_slave_info,
};

}  // namespace vethlab
