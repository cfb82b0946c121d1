// Linux: net/bridge/br_netlink.c br_changelink, net/bridge/br.c br_boolopt_multi_toggle. What a
// user sets on a bridge.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

err set_group_addr(net_bridge& br, const nlattr& a) {
    if (a.data.size() != 6) return err::inval;
    const mac_address addr = a.mac();
    // 1: PAUSE, 2: slow protocols, 3: 802.1X
    const std::uint8_t last = addr.octets[5];
    if (!addr.is_link_local() || (last >= 1 && last <= 3)) return err::inval;
    br.group_addr = addr;
    br.group_addr_set = true;
    return err::ok;
}

enum boolopt : std::uint32_t { no_ll_learn = 1, mcast_vlan_snooping = 2, mst_enable = 4 };

err boolopt_multi_toggle(net_bridge& br, const nlattr& a, netlink_ext_ack& extack) {
    const auto value = load<std::uint32_t>(a.data, 0), mask = load<std::uint32_t>(a.data, 4);
    if (mask & no_ll_learn) br.no_ll_learn = value & no_ll_learn;
    const std::uint32_t on = value & mask;
    if (on & mcast_vlan_snooping) {
        return extack.set(err::inval,
                          "bridge: Cannot enable multicast vlan snooping with vlan filtering "
                          "disabled");
    }
    if (on & mst_enable) {
        return extack.set(err::inval, "bridge: MST can only be enabled while VLAN filtering is on");
    }
    if (on & ~std::uint32_t{no_ll_learn}) {
        return extack.set(err::opnotsupp, "bridge: option of multi_boolopt not supported");
    }
    return err::ok;
}

err change_stp(net_bridge& br, const nlattrs& data) {
    using namespace ifla_br;
    if (auto* a = data.get(forward_delay)) {
        if (const err e = br_set_forward_delay(br, a->u32()); e != err::ok) return e;
    }
    if (auto* a = data.get(hello_time)) {
        if (const err e = br_set_hello_time(br, a->u32()); e != err::ok) return e;
    }
    if (auto* a = data.get(max_age)) {
        if (const err e = br_set_max_age(br, a->u32()); e != err::ok) return e;
    }
    if (auto* a = data.get(ageing_time)) br_set_ageing_time(br, a->u32());
    if (auto* a = data.get(stp_state)) br_stp_set_enabled(br, a->u32() != 0);
    if (auto* a = data.get(priority)) br_stp_set_bridge_priority(br, a->u16());
    return err::ok;
}

err change_forwarding(net_bridge& br, const nlattrs& data) {
    using namespace ifla_br;
    // Linux: without CONFIG_BRIDGE_VLAN_FILTERING; the other VLAN options are then passed over.
    if (data.has(vlan_filtering)) return err::opnotsupp;
    if (auto* a = data.get(group_fwd_mask)) {
        constexpr std::uint16_t restricted = 0x7;
        if (a->u16() & restricted) return err::inval;
        br.group_fwd_mask = a->u16();
    }
    if (auto* a = data.get(group_addr)) {
        if (const err e = set_group_addr(br, *a); e != err::ok) return e;
    }
    if (data.has(fdb_flush)) br_fdb_flush(br, {.flags_mask = br_fdb_flag::static_});
    return err::ok;
}

void change_multicast_intervals(net_bridge& br, const nlattrs& data) {
    using namespace ifla_br;
    net_bridge_mcast& mc = br.multicast_ctx;
    const auto set = [&data](std::uint16_t type, std::uint64_t& jiffies) {
        if (auto* a = data.get(type)) jiffies = clock_t_to_jiffies(a->u64());
    };
    set(mcast_last_member_intvl, mc.last_member_interval);
    set(mcast_membership_intvl, mc.membership_interval);
    set(mcast_querier_intvl, mc.querier_interval);
    if (auto* a = data.get(mcast_query_intvl)) br_multicast_set_query_intvl(br, a->u64());
    set(mcast_query_response_intvl, mc.query_response_interval);
    if (auto* a = data.get(mcast_startup_query_intvl)) {
        br_multicast_set_startup_query_intvl(br, a->u64());
    }
    if (auto* a = data.get(mcast_stats_enabled)) mc.stats_enabled = a->u8();
}

err change_multicast_versions(net_bridge_mcast& mc, const nlattrs& data, netlink_ext_ack& extack) {
    if (auto* a = data.get(ifla_br::mcast_igmp_version)) {
        if (a->u8() != 2 && a->u8() != 3) return err::inval;
        // Here: memberships are kept by group, not by source.
        if (a->u8() == 3) return extack.set(err::opnotsupp, "mcast_igmp_version 3 not supported");
        mc.igmp_version = a->u8();
    }
    if (auto* a = data.get(ifla_br::mcast_mld_version)) {
        if (a->u8() != 1 && a->u8() != 2) return err::inval;
        if (a->u8() == 2) return extack.set(err::opnotsupp, "mcast_mld_version 2 not supported");
        mc.mld_version = a->u8();
    }
    return err::ok;
}

err change_multicast(net_bridge& br, const nlattrs& data, netlink_ext_ack& extack) {
    using namespace ifla_br;
    net_bridge_mcast& mc = br.multicast_ctx;
    if (auto* a = data.get(mcast_router)) {
        if (const err e = br_multicast_set_router(br, a->u8()); e != err::ok) return e;
    }
    if (auto* a = data.get(mcast_snooping)) {
        if (const err e = br_multicast_toggle(br, a->u8()); e != err::ok) return e;
    }
    if (auto* a = data.get(mcast_query_use_ifaddr)) mc.query_use_ifaddr = a->u8();
    if (auto* a = data.get(mcast_querier)) br_multicast_set_querier(br, a->u8());
    if (auto* a = data.get(mcast_hash_max)) mc.hash_max = a->u32();
    if (auto* a = data.get(mcast_last_member_cnt)) mc.last_member_count = a->u32();
    if (auto* a = data.get(mcast_startup_query_cnt)) mc.startup_query_count = a->u32();
    change_multicast_intervals(br, data);
    return change_multicast_versions(mc, data, extack);
}

}  // namespace

err br_validate(const nlattrs& tb, const nlattrs&, netlink_ext_ack&) {
    if (auto* a = tb.get(ifla::address)) {
        if (a->data.size() != 6) return err::inval;
        if (!a->mac().is_valid_ether_addr()) return err::addrnotavail;
    }
    return err::ok;
}

err br_changelink(net_device& dev, const nlattrs& data, netlink_ext_ack& extack) {
    using namespace ifla_br;
    net_bridge& br = br_of(dev);
    if (const err e = change_stp(br, data); e != err::ok) return e;
    if (const err e = change_forwarding(br, data); e != err::ok) return e;
    if (const err e = change_multicast(br, data, extack); e != err::ok) return e;
    if (auto* a = data.get(nf_call_iptables)) br.nf_call_iptables = a->u8();
    if (auto* a = data.get(nf_call_ip6tables)) br.nf_call_ip6tables = a->u8();
    if (auto* a = data.get(nf_call_arptables)) br.nf_call_arptables = a->u8();
    if (auto* a = data.get(multi_boolopt)) {
        if (const err e = boolopt_multi_toggle(br, *a, extack); e != err::ok) return e;
    }
    if (auto* a = data.get(fdb_max_learned)) br.fdb_max_learned = a->u32();
    return err::ok;
}

err br_newlink(netns&, net_device& dev, const nlattrs& tb, const nlattrs& data,
               netlink_ext_ack& extack) {
    // Linux: br_dev_setup draws one, and an address that was given replaces it. Here: only where
    // it stays, as numbered addresses count those that are seen.
    if (!tb.has(ifla::address)) eth_hw_addr_random(dev);
    if (const err e = register_netdevice(dev, extack); e != err::ok) return e;
    if (auto* a = tb.get(ifla::address)) br_stp_change_bridge_id(br_of(dev), a->mac());
    // After an error the caller unregisters what is registered.
    return br_changelink(dev, data, extack);
}

}  // namespace vethlab
