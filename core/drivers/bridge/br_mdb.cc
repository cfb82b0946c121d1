// Linux: net/bridge/br_mdb.c, net/core/rtnetlink.c rtnl_mdb_add. Groups as commands show and
// set them.
#include <algorithm>

#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

namespace mdba_entry_attr {
enum : std::uint16_t { timer = 1, source = 4, rtprot = 5 };
}
constexpr std::uint16_t mdbe_attr_source = 1;
namespace mdba_router_attr {
enum : std::uint16_t { timer = 1, type, inet_timer, inet6_timer };
}
constexpr std::uint16_t mdba_mdb_entry = 1, mdba_mdb_entry_info = 1, mdba_router_port = 1;
constexpr std::uint16_t mdba_set_entry = 1, mdba_set_entry_attrs = 2;
constexpr std::uint8_t mdb_temporary = 0, mdb_permanent = 1;
constexpr std::uint8_t mdb_flags_fast_leave = 2;
constexpr std::uint16_t vlan_vid_mask = 0x0fff;

struct br_mdb_entry {
    std::uint32_t ifindex;
    std::uint8_t state, flags;
    std::uint16_t vid;
    std::uint8_t addr[16];
    std::uint8_t proto[2];  // network byte order
    std::uint8_t pad[2];
};
static_assert(sizeof(br_mdb_entry) == 28);

std::uint16_t proto_of(const br_mdb_entry& e) {
    return std::uint16_t(e.proto[0] << 8 | e.proto[1]);
}

br_ip group_of(const br_mdb_entry& e) {
    br_ip ip{.proto = proto_of(e), .vid = e.vid};
    const std::size_t size = ip.proto == eth_p::ip ? 4 : ip.proto == eth_p::ipv6 ? 16 : 6;
    std::copy(e.addr, e.addr + size, ip.addr.begin());
    return ip;
}

// Linux: __mdb_fill_info. pg nullptr: br0's own membership.
void mdb_fill_info(nlmsg_builder& m, const net_bridge_mdb_entry& mp,
                   const net_bridge_port_group* pg) {
    br_mdb_entry e{};
    e.ifindex = std::uint32_t(pg ? pg->port.dev.ifindex : mp.br.dev.ifindex);
    if (pg && pg->permanent) e.state = mdb_permanent;
    if (pg && pg->fast_leave) e.flags = mdb_flags_fast_leave;
    e.vid = mp.addr.vid;
    std::copy(mp.addr.addr.begin(), mp.addr.addr.end(), e.addr);
    e.proto[0] = std::uint8_t(mp.addr.proto >> 8);
    e.proto[1] = std::uint8_t(mp.addr.proto);
    const auto info = m.nest(mdba_mdb_entry_info);
    m.raw(as_view(e));
    m.put_u32(mdba_entry_attr::timer, std::uint32_t((pg ? pg->timer : mp.timer).value()));
    if (!mp.addr.is_star_g()) {
        const auto src = as_view(mp.addr.src);
        m.put(mdba_entry_attr::source, src.first(mp.addr.proto == eth_p::ip ? 4 : 16));
    }
    if (pg) m.put_u8(mdba_entry_attr::rtprot, pg->rt_protocol);
    m.end_nest(info);
}

void br_mdb_fill_info(nlmsg_builder& m, const net_bridge& br) {
    const auto all = m.nest(mdba::mdb);
    for (const auto& mp : br.multicast_ctx.mdb_list) {
        const auto entry = m.nest(mdba_mdb_entry);
        if (mp->host_joined) mdb_fill_info(m, *mp, nullptr);
        for (const auto& pg : mp->ports) mdb_fill_info(m, *mp, pg.get());
        m.end_nest(entry);
    }
    m.end_nest(all);
}

void br_rports_fill_info(nlmsg_builder& m, const net_bridge& br) {
    if (br.multicast_ctx.mc_router_list.empty()) return;
    const auto all = m.nest(mdba::router);
    for (const net_bridge_port* p : br.multicast_ctx.mc_router_list) {
        const auto left = std::uint32_t(p->multicast_ctx.mc_router_timer.value());
        const auto one = m.nest(mdba_router_port);
        m.raw(as_view(std::uint32_t(p->dev.ifindex)));
        m.put_u32(mdba_router_attr::timer, left);
        m.put_u8(mdba_router_attr::type, std::uint8_t(p->multicast_ctx.router));
        m.put_u32(mdba_router_attr::inet_timer, left);
        m.put_u32(mdba_router_attr::inet6_timer, 0);
        m.end_nest(one);
    }
    m.end_nest(all);
}

err check_group(const br_mdb_entry& e, netlink_ext_ack& extack) {
    const br_ip group = group_of(e);
    switch (group.proto) {
        case eth_p::ip: {
            const ipv4_address a{be32(as_view(group.addr), 0)};
            if (!a.is_multicast() && !a.is_zeronet()) {
                return extack.set(err::inval,
                                  "IPv4 entry group address is not multicast or 0.0.0.0");
            }
            if (!a.is_local_multicast()) return err::ok;
            return extack.set(err::inval, "IPv4 entry group address is local multicast");
        }
        case eth_p::ipv6: {
            std::array<std::uint8_t, 16> all_nodes{0xff, 0x02};
            all_nodes[15] = 1;
            if (group.addr != all_nodes) return err::ok;
            return extack.set(err::inval, "IPv6 entry group address is link-local all nodes");
        }
        case 0:
            if (group.addr[0] & 1) return err::ok;
            return extack.set(err::inval, "L2 entry group is not multicast");
        default:
            return extack.set(err::inval, "Unknown entry protocol");
    }
}

// Linux: rtnl_validate_mdb_entry
err validate_entry(const nlattr& a, br_mdb_entry& e, netlink_ext_ack& extack) {
    if (a.data.size() != sizeof e) return extack.set(err::inval, "Invalid attribute length");
    e = load<br_mdb_entry>(a.data);
    if (e.ifindex == 0) return extack.set(err::inval, "Zero entry ifindex is not allowed");
    if (const err bad = check_group(e, extack); bad != err::ok) return bad;
    if (e.state != mdb_permanent && e.state != mdb_temporary) {
        return extack.set(err::inval, "Unknown entry state");
    }
    if (e.vid >= vlan_vid_mask) return extack.set(err::inval, "Invalid entry VLAN id");
    return err::ok;
}

struct br_mdb_config {
    net_bridge* br = nullptr;
    net_bridge_port* p = nullptr;  // nullptr: br0 itself
    br_mdb_entry entry{};
    br_ip group;
};

err find_port(rtnl_request& r, br_mdb_config& cfg) {
    if (int(cfg.entry.ifindex) == cfg.br->dev.ifindex) return err::ok;
    net_device* dev = dev_get_by_index(r.net, int(cfg.entry.ifindex));
    if (!dev) return r.extack.set(err::nodev, "bridge: Port net device doesn't exist");
    cfg.p = dev->br_port;
    if (!cfg.p) return r.extack.set(err::inval, "bridge: Net device is not a bridge port");
    if (&cfg.p->br == cfg.br) return err::ok;
    return r.extack.set(err::inval, "bridge: Port belongs to a different bridge device");
}

// Linux: br_mdb_config_attrs_init, is_valid_mdb_source
err config_attrs(const nlattrs& tb, br_ip& group, netlink_ext_ack& extack) {
    for (const nlattr& a : tb.all()) {
        if (a.type == mdbe_attr_source) continue;
        return extack.set(err::opnotsupp,
                          "mdb entry attributes (filter_mode, proto ...) not supported");
    }
    const nlattr* src = tb.get(mdbe_attr_source);
    if (!src) return err::ok;
    if (group.proto == 0) {
        return extack.set(err::inval, "bridge: Invalid protocol used with source address");
    }
    const bool v4 = group.proto == eth_p::ip;
    if (src->data.size() != (v4 ? 4 : 16)) {
        return extack.set(err::inval, v4 ? "bridge: IPv4 invalid source address length"
                                         : "bridge: IPv6 invalid source address length");
    }
    std::transform(src->data.begin(), src->data.end(), group.src.begin(),
                   [](std::byte b) { return std::uint8_t(b); });
    if (v4 && group.src[0] >> 4 == 14) {
        return extack.set(err::inval, "bridge: IPv4 multicast source address is not allowed");
    }
    if (!v4 && group.src[0] == 0xff) {
        return extack.set(err::inval, "bridge: IPv6 multicast source address is not allowed");
    }
    return err::ok;
}

// Linux: br_mdb_config_init
err config_init(rtnl_request& r, br_mdb_config& cfg) {
    const auto bpm = r.msg.head<br_port_msg>();
    const nlattrs tb = r.msg.attrs<br_port_msg>();
    const nlattr* entry = tb.get(mdba_set_entry);
    if (entry) {
        if (const err e = validate_entry(*entry, cfg.entry, r.extack); e != err::ok) return e;
    }
    if (!bpm.ifindex) return r.extack.set(err::inval, "Invalid ifindex");
    net_device* dev = dev_get_by_index(r.net, int(bpm.ifindex));
    if (!dev) return r.extack.set(err::nodev, "Device doesn't exist");
    if (!entry) return r.extack.set(err::inval, "Missing MDBA_SET_ENTRY attribute");
    if (!netif_is_bridge_master(*dev)) {
        return r.extack.set(err::opnotsupp, "Device does not support MDB operations");
    }
    cfg.br = &br_of(*dev);
    if (!dev->is_running()) return r.extack.set(err::inval, "bridge: Bridge device is not running");
    if (!cfg.br->multicast_ctx.enabled) {
        return r.extack.set(err::inval, "bridge: Bridge's multicast processing is disabled");
    }
    if (const err e = find_port(r, cfg); e != err::ok) return e;
    cfg.group = group_of(cfg.entry);
    if (cfg.group.proto == eth_p::ip && cfg.group.addr[0] == 0) {
        return r.extack.set(err::inval, "bridge: IPv4 entry group address 0.0.0.0 is not allowed");
    }
    return config_attrs(tb.nested(mdba_set_entry_attrs), cfg.group, r.extack);
}

err host_join(const br_mdb_config& cfg, net_bridge_mdb_entry& mp, netlink_ext_ack& extack) {
    if (mp.host_joined) {
        return extack.set(err::exist, "bridge: Group is already joined by host");
    }
    br_multicast_host_join(mp, false);
    br_mdb_notify(*cfg.br, mp, nullptr, rtm::newmdb);
    return err::ok;
}

err check_new(const br_mdb_config& cfg, netlink_ext_ack& extack) {
    const bool is_l2 = cfg.group.proto == 0, permanent = cfg.entry.state == mdb_permanent;
    if (!cfg.p && !is_l2 && cfg.entry.state) {
        return extack.set(err::inval, "bridge: Flags are not allowed for host groups");
    }
    if (!cfg.p && !cfg.group.is_star_g()) {
        return extack.set(err::inval, "bridge: Groups with sources cannot be manually host joined");
    }
    if (is_l2 && !permanent) {
        return extack.set(err::inval, "bridge: Only permanent L2 entries allowed");
    }
    if (cfg.p && cfg.p->state == br_state::disabled && !permanent) {
        return extack.set(err::inval,
                          "bridge: Port is in disabled state and entry is not permanent");
    }
    return err::ok;
}

}  // namespace

void br_mdb_notify(net_bridge& br, const net_bridge_mdb_entry& mp, const net_bridge_port_group* pg,
                   std::uint16_t type) {
    netns& net = *br.dev.net;
    if (!rtnl_has_listeners(net, rtnlgrp::mdb)) return;
    nlmsg_builder m;
    m.begin(type, 0);
    m.head(br_port_msg{af::bridge, std::uint32_t(br.dev.ifindex)});
    const auto all = m.nest(mdba::mdb);
    const auto entry = m.nest(mdba_mdb_entry);
    mdb_fill_info(m, mp, pg);
    m.end_nest(entry);
    m.end_nest(all);
    m.end();
    rtnl_notify(net, m, rtnlgrp::mdb);
}

void br_rtr_notify(net_bridge& br, const net_bridge_port* port, std::uint16_t type) {
    netns& net = *br.dev.net;
    if (!rtnl_has_listeners(net, rtnlgrp::mdb)) return;
    nlmsg_builder m;
    m.begin(type, 0);
    m.head(br_port_msg{af::bridge, std::uint32_t(br.dev.ifindex)});
    const auto all = m.nest(mdba::router);
    m.put_u32(mdba_router_port, std::uint32_t(port ? port->dev.ifindex : 0));
    m.end_nest(all);
    m.end();
    rtnl_notify(net, m, rtnlgrp::mdb);
}

err br_rtm_getmdb_dump(rtnl_request& r, nlmsg_builder& out) {
    const int wanted = int(r.msg.head<br_port_msg>().ifindex);
    for (net_device* dev : r.net.dev_base_head.by_index()) {
        if (!netif_is_bridge_master(*dev) || (wanted && dev->ifindex != wanted)) continue;
        out.begin(rtm::getmdb, nlm_f::multi, r.seq(), r.portid());
        out.head(br_port_msg{af::unspec, std::uint32_t(dev->ifindex)});
        br_mdb_fill_info(out, br_of(*dev));
        br_rports_fill_info(out, br_of(*dev));
        out.end();
    }
    return err::ok;
}

err br_rtm_newmdb(rtnl_request& r, nlmsg_builder&) {
    br_mdb_config cfg;
    if (const err e = config_init(r, cfg); e != err::ok) return e;
    if (const err e = check_new(cfg, r.extack); e != err::ok) return e;
    constexpr err too_big{7};  // E2BIG
    net_bridge_mdb_entry* mp = br_multicast_new_group(*cfg.br, cfg.group);
    if (!mp) return too_big;
    if (!cfg.p) return host_join(cfg, *mp, r.extack);
    net_bridge_port_group* pg = br_multicast_find_port_group(*mp, *cfg.p, nullptr);
    if (pg && !(r.flags() & nlm_f::replace)) {
        return r.extack.set(err::exist, cfg.group.is_star_g()
                                            ? "bridge: (*, G) group is already joined by port"
                                            : "bridge: (S, G) group is already joined by port");
    }
    if (!pg) pg = br_multicast_new_port_group(*mp, *cfg.p, nullptr, rtprot::static_);
    if (!pg) {
        const std::string count = std::to_string(cfg.p->multicast_ctx.mdb_n_entries);
        const std::string most = std::to_string(cfg.p->multicast_ctx.mdb_max_entries);
        return r.extack.set(too_big, "bridge: Port is already in " + count +
                                         " groups, and mcast_max_groups=" + most);
    }
    pg->permanent = cfg.entry.state == mdb_permanent;
    pg->rt_protocol = rtprot::static_;
    if (pg->permanent) {
        pg->timer.cancel();
    } else {
        pg->timer.mod(std::int64_t(cfg.br->multicast_ctx.membership_interval));
    }
    br_mdb_notify(*cfg.br, *mp, pg, rtm::newmdb);
    return err::ok;
}

err br_rtm_delmdb(rtnl_request& r, nlmsg_builder&) {
    if (r.flags() & nlm_f::bulk) return r.extack.set(err::opnotsupp, "mdb flush not supported");
    br_mdb_config cfg;
    if (const err e = config_init(r, cfg); e != err::ok) return e;
    net_bridge_mdb_entry* mp = br_mdb_ip_get(*cfg.br, cfg.group);
    if (!mp) return err::inval;
    if (!cfg.p) {
        if (!mp->host_joined) return err::inval;
        br_multicast_host_leave(*mp, true);
        if (mp->ports.empty()) mp->timer.mod(0);
        return err::ok;
    }
    net_bridge_port_group* pg = br_multicast_find_port_group(*mp, *cfg.p, nullptr);
    if (!pg) return err::inval;
    br_multicast_del_pg(*pg);
    return err::ok;
}

}  // namespace vethlab
