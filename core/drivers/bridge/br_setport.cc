// Linux: net/bridge/br_netlink.c br_setport, br_setlink. What a user sets on a port.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

struct flag_attribute {
    std::uint16_t type;
    br_port_flag::bit flag;
};
constexpr flag_attribute flag_attributes[] = {
    {ifla_brport::mode, br_port_flag::hairpin_mode},
    {ifla_brport::guard, br_port_flag::bpdu_guard},
    {ifla_brport::fast_leave, br_port_flag::multicast_fast_leave},
    {ifla_brport::protect, br_port_flag::root_block},
    {ifla_brport::learning, br_port_flag::learning},
    {ifla_brport::unicast_flood, br_port_flag::flood},
    {ifla_brport::mcast_flood, br_port_flag::mcast_flood},
    {ifla_brport::mcast_to_ucast, br_port_flag::mcast_to_unicast},
    {ifla_brport::bcast_flood, br_port_flag::bcast_flood},
    {ifla_brport::vlan_tunnel, br_port_flag::vlan_tunnel},
    {ifla_brport::isolated, br_port_flag::isolated},
    {ifla_brport::locked, br_port_flag::locked},
    {ifla_brport::mab, br_port_flag::mab},
    {ifla_brport::proxyarp, br_port_flag::proxyarp},
    {ifla_brport::proxyarp_wifi, br_port_flag::proxyarp_wifi},
    {ifla_brport::neigh_suppress, br_port_flag::neigh_suppress},
};

// Options of the kernel that this bridge does not have; off is always right.
struct missing_option {
    std::uint16_t type;
    const char* text;
};
constexpr missing_option missing_options[] = {
    {ifla_brport::neigh_vlan_suppress, "neigh_vlan_suppress not supported"},
};

err set_flags(net_bridge_port& p, const nlattrs& tb, netlink_ext_ack& extack) {
    using namespace br_port_flag;
    for (const auto& option : missing_options) {
        auto* a = tb.get(option.type);
        if (a && a->u8()) return extack.set(err::opnotsupp, option.text);
    }
    const std::uint32_t old_flags = p.flags;
    for (const auto& f : flag_attributes) {
        auto* a = tb.get(f.type);
        if (!a) continue;
        p.flags = a->u8() ? p.flags | f.flag : p.flags & ~std::uint32_t{f.flag};
    }
    if (p.has(mab) && (!p.has(locked) || !p.has(learning))) {
        p.flags = old_flags;
        return extack.set(err::inval,
                          "bridge: Bridge port must be locked and have learning enabled when MAB "
                          "is enabled");
    }
    if (!p.has(mab) && (old_flags & mab)) {
        br_fdb_flush(p.br, {.flags = br_fdb_flag::locked,
                            .flags_mask = br_fdb_flag::locked,
                            .port_ifindex = p.dev.ifindex});
    }
    return err::ok;
}

err set_backup(net_bridge_port& p, int ifindex) {
    net_device* backup = nullptr;
    if (ifindex) {
        backup = dev_get_by_index(*p.dev.net, ifindex);
        if (!backup) return err::noent;
    }
    return nbp_backup_change(p, backup);
}

err set_multicast(net_bridge_port& p, const nlattrs& tb, netlink_ext_ack& extack) {
    using namespace ifla_brport;
    if (auto* a = tb.get(multicast_router)) {
        if (const err e = br_multicast_set_port_router(p, a->u8()); e != err::ok) return e;
    }
    if (tb.has(mcast_eht_hosts_limit)) {
        return extack.set(err::opnotsupp, "mcast_eht_hosts_limit not supported");
    }
    if (auto* a = tb.get(mcast_max_groups)) p.multicast_ctx.mdb_max_entries = a->u32();
    return err::ok;
}

// IFLA_AF_SPEC carries VLANs (and MRP, CFM), which this kernel is built without.
bool asks_for_vlans(const nlattrs& afspec) {
    for (const nlattr& a : afspec.all()) {
        if (a.type != ifla_bridge::flags && a.type != ifla_bridge::mode) return true;
    }
    return false;
}

}  // namespace

err br_setport(net_bridge_port& p, const nlattrs& tb, netlink_ext_ack& extack) {
    using namespace ifla_brport;
    if (const err e = set_flags(p, tb, extack); e != err::ok) return e;
    if (auto* a = tb.get(cost)) {
        if (const err e = br_stp_set_path_cost(p, a->u32()); e != err::ok) return e;
    }
    if (auto* a = tb.get(priority)) {
        if (const err e = br_stp_set_port_priority(p, a->u16()); e != err::ok) return e;
    }
    if (auto* a = tb.get(state)) {
        if (const err e = br_set_port_state(p, a->u8()); e != err::ok) return e;
    }
    if (tb.has(flush)) br_fdb_delete_by_port(p.br, &p, false);
    if (const err e = set_multicast(p, tb, extack); e != err::ok) return e;
    if (auto* a = tb.get(group_fwd_mask)) {
        constexpr std::uint16_t macpause = 0x2;
        if (a->u16() & macpause) return err::inval;
        p.group_fwd_mask = a->u16();
    }
    if (auto* a = tb.get(ifla_brport::backup_port)) {
        if (const err e = set_backup(p, int(a->u32())); e != err::ok) return e;
    }
    if (auto* a = tb.get(backup_nhid); a && a->u32()) {
        return extack.set(err::opnotsupp, "backup_nhid not supported");
    }
    return err::ok;
}

err br_port_slave_changelink(net_device&, net_device& slave, const nlattrs& data,
                             netlink_ext_ack& extack) {
    return slave.br_port ? br_setport(*slave.br_port, data, extack) : err::ok;
}

err br_setlink(net_device& dev, const nlmsg_view& msg, std::uint16_t, netlink_ext_ack& extack) {
    const nlattrs tb = msg.attrs<ifinfomsg>();
    const nlattr* protinfo = tb.get(ifla::protinfo);
    const nlattr* afspec = tb.get(ifla::af_spec);
    if (!protinfo && !afspec) return err::ok;
    net_bridge_port* p = dev.br_port;
    if (!p && !afspec) return err::inval;
    if (p && protinfo) {
        // A plain byte is the state, as old RSTP daemons send it.
        if (!protinfo->nested && protinfo->data.empty()) return err::inval;
        const err e = protinfo->nested ? br_setport(*p, nlattrs(protinfo->data), extack)
                                       : br_set_port_state(*p, protinfo->u8());
        if (e != err::ok) return e;
    }
    if (afspec && asks_for_vlans(nlattrs(afspec->data))) return err::opnotsupp;
    if (p && protinfo) br_ifinfo_notify(rtm::newlink, *p);
    return err::ok;
}

err br_dellink(net_device& dev, const nlmsg_view& msg, std::uint16_t) {
    const nlattrs tb = msg.attrs<ifinfomsg>();
    const nlattr* afspec = tb.get(ifla::af_spec);
    if (!afspec) return err::ok;
    if (!dev.br_port && !netif_is_bridge_master(dev)) return err::inval;
    return asks_for_vlans(nlattrs(afspec->data)) ? err::opnotsupp : err::ok;
}

}  // namespace vethlab
