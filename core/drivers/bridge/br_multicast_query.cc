// Linux: net/bridge/br_multicast.c. Who asks for members (the querier), and where routers are.
#include <algorithm>

#include "core/drivers/bridge/br_private.h"
#include "core/ipv4/devinet.h"
#include "core/wire/ipv4.h"

namespace vethlab {
namespace {

constexpr std::uint32_t query_size = eth_hlen + 24 + 8;
constexpr ipv4_address all_hosts{0xe0000001};

bool port_stopped(const net_bridge_port& p) {
    return p.state == br_state::disabled || p.state == br_state::blocking;
}

// Linux: br_ip4_multicast_alloc_query, version 2. data stands behind the Ethernet header.
frame_ptr alloc_query(net_bridge& br, ipv4_address group) {
    const net_bridge_mcast& mc = br.multicast_ctx;
    frame_ptr skb = br.krn().frames.alloc_skb(query_size);
    bytes_span b = skb_put(*skb, query_size);
    std::fill(b.begin(), b.end(), std::byte{0});
    write_ethernet(b, ip_eth_mc_map(all_hosts), br.dev.dev_addr, eth_p::ip);
    const std::byte router_alert[4] = {std::byte{148}, std::byte{4}, {}, {}};
    ipv4_fields iph{.tos = 0xc0,
                    .tot_len = 32,
                    .id = 0,
                    .frag_off = ip_df,
                    .ttl = 1,
                    .protocol = ipproto::igmp,
                    .saddr = {},
                    .daddr = all_hosts};
    if (mc.query_use_ifaddr) iph.saddr = inet_select_addr(br.dev, {}, rt_scope::link);
    write_ipv4(b.subspan(eth_hlen), iph, router_alert);
    const bytes_span igmp = b.subspan(eth_hlen + 24);
    const std::uint64_t interval =
        group.is_any() ? mc.query_response_interval : mc.last_member_interval;
    put8(igmp, 0, 0x11);
    put8(igmp, 1, std::uint8_t(interval / (hz / 10)));
    group.write(igmp, 4);
    put16(igmp, 2, ip_compute_csum(igmp));
    skb->mac_header = skb->data_at;
    skb->protocol = eth_p::ip;
    skb->dev = &br.dev;
    skb_pull(*skb, eth_hlen);
    skb->network_header = skb->data_at;
    return skb;
}

// From the bridge or one of its ports.
template <class Owner>
void enable_own_query(net_bridge& br, Owner& from) {
    auto& query = from.multicast_ctx.own_query;
    query.startup_sent = 0;
    // Linux: arms it always, and finds at the next tick that we do not ask.
    if (br.multicast_ctx.enabled && br.multicast_ctx.querier) query.timer.mod(from, 0);
}

// A general query from us, unless somebody else asks already; then the next one.
template <class Owner>
void send_general_query(net_bridge& br, net_bridge_port* port, Owner& from) {
    net_bridge_mcast& mc = br.multicast_ctx;
    auto& query = from.multicast_ctx.own_query;
    if (query.startup_sent < mc.startup_query_count) query.startup_sent++;
    if (!mc.enabled || !mc.querier || mc.other_query_timer.pending()) return;
    br_send_query(br, port, nullptr);
    query.timer.mod(
        from, std::int64_t(query.startup_sent < mc.startup_query_count ? mc.startup_query_interval
                                                                       : mc.query_interval));
}

// Linux: br_ip4_multicast_select_querier. The lowest address asks.
bool select_querier(net_bridge_mcast& mc, ipv4_address source) {
    const bool nobody = !mc.own_query.timer.pending() && !mc.other_query_timer.pending();
    if (!nobody && !mc.querier_addr.is_any() && source.value > mc.querier_addr.value) return false;
    mc.querier_addr = source;
    return true;
}

}  // namespace

void br_multicast_enable(net_bridge& br) { enable_own_query(br, br); }
void br_multicast_enable(net_bridge_port& p) { enable_own_query(p.br, p); }

void br_multicast_start_querier(net_bridge& br) {
    br_multicast_enable(br);
    for (auto& p : br.port_list) {
        if (!port_stopped(*p)) br_multicast_enable(*p);
    }
}

void br_multicast_query_expired(net_bridge& br) {
    if (!br.dev.is_running()) return;  // when it comes up, it begins anew
    send_general_query(br, nullptr, br);
}

void br_multicast_port_query_expired(net_bridge_port& p) {
    if (!port_stopped(p)) send_general_query(p.br, &p, p);
}

void br_send_query(net_bridge& br, net_bridge_port* port, const br_ip* group) {
    if (group && group->proto != eth_p::ip) return;
    ipv4_address ip;
    if (group) ip.value = be32(as_view(group->addr), 0);
    frame_ptr skb = alloc_query(br, ip);
    if (port) return _br_forward(*port, std::move(skb));
    select_querier(br.multicast_ctx, ipv4_view::parse(skb->bytes())->saddr());
    // A full backlog loses it, as any frame.
    (void)netif_rx(std::move(skb));
}

void br_multicast_query_received(net_bridge& br, net_bridge_port* port, ipv4_address source,
                                 std::int64_t max_delay) {
    net_bridge_mcast& mc = br.multicast_ctx;
    if (!select_querier(mc, source)) return;
    if (!mc.other_query_timer.pending()) mc.other_query_delay_timer.mod(max_delay);
    mc.other_query_timer.mod(std::int64_t(mc.querier_interval));
    br_multicast_mark_router(br, port);
}

// A router is behind the port for as long as its queries go on.
void br_multicast_mark_router(net_bridge& br, net_bridge_port* port) {
    net_bridge_mcast& mc = br.multicast_ctx;
    const auto interval = std::int64_t(mc.querier_interval);
    if (!port) {
        if (mc.router == mdb_rtr::temp_query) mc.mc_router_timer.mod(interval);
        return;
    }
    const mdb_rtr kind = port->multicast_ctx.router;
    if (kind == mdb_rtr::disabled || kind == mdb_rtr::perm) return;
    br_multicast_add_router(*port);
    port->multicast_ctx.mc_router_timer.mod(*port, interval);
}

void br_multicast_add_router(net_bridge_port& p) {
    auto& list = p.br.multicast_ctx.mc_router_list;
    if (std::find(list.begin(), list.end(), &p) != list.end()) return;
    const auto at = std::find_if(list.begin(), list.end(), [&](const net_bridge_port* other) {
        return other->port_no > p.port_no;
    });
    list.insert(at, &p);
    br_rtr_notify(p.br, &p, rtm::newmdb);
}

bool br_multicast_rport_del(net_bridge_port& p) {
    p.multicast_ctx.mc_router_timer.cancel();
    if (!std::erase(p.br.multicast_ctx.mc_router_list, &p)) return false;
    br_rtr_notify(p.br, &p, rtm::delmdb);
    // A temporary router port is not made one again by hand alone.
    if (p.multicast_ctx.router == mdb_rtr::temp) p.multicast_ctx.router = mdb_rtr::temp_query;
    return true;
}

void br_multicast_router_expired(net_bridge_port& p) {
    const mdb_rtr kind = p.multicast_ctx.router;
    if (kind != mdb_rtr::disabled && kind != mdb_rtr::perm) br_multicast_rport_del(p);
}

}  // namespace vethlab
