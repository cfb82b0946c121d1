// Linux: net/bridge/br_multicast.c. Groups and their members.
// Here: by group only; sources (IGMPv3 with mcast_igmp_version 3) are not kept.
#include <algorithm>

#include "core/drivers/bridge/br_private.h"
#include "core/wire/ipv6.h"

namespace vethlab {
namespace {

// Nobody is left: the entry goes with the next tick, unless somebody joins again.
void release_if_empty(net_bridge_mdb_entry& mp) {
    if (mp.ports.empty() && !mp.host_joined && mp.br.dev.is_running()) mp.timer.mod(0);
}

void br_multicast_del_mdb_entry(net_bridge_mdb_entry& mp) {
    std::erase_if(mp.br.multicast_ctx.mdb_list, [&](const auto& e) { return e.get() == &mp; });
}

void br_multicast_group_expired(net_bridge_mdb_entry& mp) {
    if (!mp.br.dev.is_running()) return;
    br_multicast_host_leave(mp, true);
    if (mp.ports.empty()) br_multicast_del_mdb_entry(mp);
}

void br_multicast_port_group_expired(net_bridge_port_group& pg) {
    if (pg.mp.br.dev.is_running() && !pg.permanent) br_multicast_del_pg(pg);
}

// To run out at `delay` at the latest.
void shorten(br_timer& timer, std::int64_t now, std::int64_t delay) {
    if (!timer.pending() || timer.expires() > now + delay) timer.mod(delay);
}

// Groups that everybody is in: 224.0.0.x, ff02::1.
bool is_local_multicast(const br_ip& group) {
    if (group.proto == eth_p::ipv6) return group.addr == in6addr_linklocal_allnodes.octets;
    return group.proto == eth_p::ip && group.addr[0] == 224 && !group.addr[1] && !group.addr[2];
}

}  // namespace

br_ip br_ip_of(ipv4_address group) {
    br_ip ip{.proto = eth_p::ip};
    for (std::size_t i = 0; i < 4; i++) ip.addr[i] = std::uint8_t(group.value >> (24 - 8 * i));
    return ip;
}

br_ip br_ip_of(mac_address group) {
    br_ip ip;
    std::copy(group.octets.begin(), group.octets.end(), ip.addr.begin());
    return ip;
}

net_bridge_mdb_entry::net_bridge_mdb_entry(net_bridge& bridge, const br_ip& group)
    : br(bridge),
      addr(group),
      timer(
          bridge.krn().events,
          [](void* mp) { br_multicast_group_expired(*static_cast<net_bridge_mdb_entry*>(mp)); },
          this) {}

net_bridge_port_group::net_bridge_port_group(net_bridge_mdb_entry& entry, net_bridge_port& p)
    : mp(entry),
      port(p),
      timer(
          p.dev.krn.events,
          [](void* pg) {
              br_multicast_port_group_expired(*static_cast<net_bridge_port_group*>(pg));
          },
          this) {}

net_bridge_mdb_entry* br_mdb_ip_get(net_bridge& br, const br_ip& group) {
    for (auto& mp : br.multicast_ctx.mdb_list) {
        if (mp->addr == group) return mp.get();
    }
    return nullptr;
}

// One group too many switches snooping off.
net_bridge_mdb_entry* br_multicast_new_group(net_bridge& br, const br_ip& group) {
    if (net_bridge_mdb_entry* mp = br_mdb_ip_get(br, group)) return mp;
    auto& list = br.multicast_ctx.mdb_list;
    if (list.size() >= br.multicast_ctx.hash_max) {
        br.multicast_ctx.enabled = false;
        return nullptr;
    }
    list.insert(list.begin(), std::make_unique<net_bridge_mdb_entry>(br, group));
    return list.front().get();
}

net_bridge_port_group* br_multicast_find_port_group(net_bridge_mdb_entry& mp,
                                                    const net_bridge_port& port,
                                                    const mac_address* src) {
    const bool by_host = src && port.has(br_port_flag::mcast_to_unicast);
    for (auto& pg : mp.ports) {
        if (&pg->port == &port && (!by_host || pg->eth_addr == *src)) return pg.get();
    }
    return nullptr;
}

net_bridge_port_group* br_multicast_new_port_group(net_bridge_mdb_entry& mp, net_bridge_port& port,
                                                   const mac_address* src,
                                                   std::uint8_t rt_protocol) {
    net_bridge_mcast_port& mc = port.multicast_ctx;
    if (mc.mdb_max_entries && mc.mdb_n_entries >= mc.mdb_max_entries) return nullptr;
    mc.mdb_n_entries++;
    auto pg = std::make_unique<net_bridge_port_group>(mp, port);
    if (src) pg->eth_addr = *src;
    pg->rt_protocol = rt_protocol;
    const auto at = std::find_if(mp.ports.begin(), mp.ports.end(), [&](const auto& other) {
        return other->port.port_no > port.port_no;
    });
    return mp.ports.insert(at, std::move(pg))->get();
}

void br_multicast_del_pg(net_bridge_port_group& pg) {
    net_bridge_mdb_entry& mp = pg.mp;
    br_mdb_notify(mp.br, mp, &pg, rtm::delmdb);
    pg.port.multicast_ctx.mdb_n_entries--;
    std::erase_if(mp.ports, [&](const auto& other) { return other.get() == &pg; });
    release_if_empty(mp);
}

void br_multicast_host_join(net_bridge_mdb_entry& mp, bool notify) {
    if (!mp.host_joined) {
        mp.host_joined = true;
        if (notify) br_mdb_notify(mp.br, mp, nullptr, rtm::newmdb);
    }
    if (mp.addr.proto) mp.timer.mod(std::int64_t(mp.br.multicast_ctx.membership_interval));
}

void br_multicast_host_leave(net_bridge_mdb_entry& mp, bool notify) {
    if (!mp.host_joined) return;
    mp.host_joined = false;
    if (notify) br_mdb_notify(mp.br, mp, nullptr, rtm::delmdb);
}

bool br_multicast_add_group(net_bridge& br, net_bridge_port* port, const br_ip& group,
                            mac_address src) {
    if (is_local_multicast(group)) return true;
    net_bridge_mdb_entry* mp = br_multicast_new_group(br, group);
    if (!mp) return false;
    if (!port) {
        br_multicast_host_join(*mp, true);
        return true;
    }
    net_bridge_port_group* pg = br_multicast_find_port_group(*mp, *port, &src);
    if (!pg) {
        pg = br_multicast_new_port_group(*mp, *port, &src, rtprot::kernel);
        if (!pg) return false;
        br_mdb_notify(br, *mp, pg, rtm::newmdb);
    }
    pg->timer.mod(std::int64_t(br.multicast_ctx.membership_interval));
    return true;
}

void br_multicast_leave_group(net_bridge& br, net_bridge_port* port, const br_ip& group,
                              mac_address src) {
    net_bridge_mcast& mc = br.multicast_ctx;
    net_bridge_mdb_entry* mp = is_local_multicast(group) ? nullptr : br_mdb_ip_get(br, group);
    if (!mp) return;
    net_bridge_port_group* pg = port ? br_multicast_find_port_group(*mp, *port, &src) : nullptr;
    if (port && port->has(br_port_flag::multicast_fast_leave)) {
        if (!pg || pg->permanent) return;
        pg->fast_leave = true;
        return br_multicast_del_pg(*pg);
    }
    const bool igmp = group.proto == eth_p::ip;
    if (igmp && mc.other_query_timer.pending()) return;  // that one will ask
    const auto delay = std::int64_t(mc.last_member_count * mc.last_member_interval);
    if (mc.querier) {
        br_send_query(br, port, &group);
        if (port) {
            port->multicast_ctx.own_query.timer.mod(*port, delay);
        } else {
            mc.own_query.timer.mod(br, delay);
        }
    }
    if (!port) {
        if (mp->host_joined) shorten(mp->timer, br.now(), delay);
    } else if (pg) {
        shorten(pg->timer, br.now(), delay);
    }
}

void br_multicast_group_query(net_bridge& br, const br_ip& group, std::int64_t max_delay) {
    net_bridge_mdb_entry* mp = br_mdb_ip_get(br, group);
    if (!mp) return;
    const std::int64_t delay = max_delay * br.multicast_ctx.last_member_count;
    if (mp->host_joined) shorten(mp->timer, br.now(), delay);
    for (auto& pg : mp->ports) shorten(pg->timer, br.now(), delay);
}

}  // namespace vethlab
