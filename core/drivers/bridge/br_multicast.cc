// Linux: net/bridge/br_multicast.c. Snooping: a bridge listens to who joins and leaves.
// Here: IGMP; MLD has a file of its own.
#include "core/drivers/bridge/br_private.h"
#include "core/ipv4/igmp.h"
#include "core/ipv6/addrconf.h"
#include "core/wire/ipv4.h"

namespace vethlab {
namespace {

constexpr ipv4_address all_hosts{0xe0000001}, all_pim_routers{0xe000000d}, all_snoopers{0xe000006a};
constexpr ipv6_bytes all_snoopers_ipv6{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x6a};
constexpr std::uint8_t ipproto_pim = 103;

namespace igmp_type {
enum : std::uint8_t {
    query = 0x11,
    report_v1 = 0x12,
    report_v2 = 0x16,
    leave = 0x17,
    report_v3 = 0x22,
    mrdisc_adv = 0x30,
};
}

enum class mc_check { igmp, other, malformed };

struct igmp_packet {
    ipv4_view iph;
    bytes_view igmp;
};

// Linux: net/ipv4/igmp.c ip_mc_check_iphdr
std::optional<igmp_packet> check_iphdr(const frame& skb) {
    const auto iph = ipv4_view::parse(skb.bytes());
    if (!iph || ip_compute_csum(iph->header()) != 0) return std::nullopt;
    if (skb.len < iph->tot_len() || iph->tot_len() < iph->hlen()) return std::nullopt;
    return igmp_packet{*iph, iph->payload()};
}

// Linux: ip_mc_check_igmp
mc_check ip_mc_check_igmp(const igmp_packet& p) {
    if (p.iph.protocol() != ipproto::igmp) return mc_check::other;
    if (ip_compute_csum(p.igmp) != 0 || p.igmp.size() < 8) return mc_check::malformed;
    switch (u8(p.igmp, 0)) {
        case igmp_type::leave:
        case igmp_type::report_v1:
        case igmp_type::report_v2:
        case igmp_type::report_v3:
            return mc_check::igmp;
        case igmp_type::query: {
            const std::size_t size = p.igmp.size();
            if (size != 8 && size < 12) return mc_check::malformed;
            const bool general = be32(p.igmp, 4) == 0;
            return general && p.iph.daddr() != all_hosts ? mc_check::malformed : mc_check::igmp;
        }
        default:
            return mc_check::other;
    }
}

void not_igmp(net_bridge& br, net_bridge_port* port, frame& skb, const igmp_packet& p) {
    const ipv4_address daddr = p.iph.daddr();
    if (!daddr.is_local_multicast()) {
        skb.control<br_input_skb_cb>().mrouters_only = true;
        return;
    }
    const std::uint8_t proto = p.iph.protocol();
    // Messages by which routers show themselves: PIM hello, multicast router advertisement.
    const bool pim_hello = daddr == all_pim_routers && proto == ipproto_pim && !p.igmp.empty() &&
                           u8(p.igmp, 0) == 0x20;
    const bool mrd = daddr == all_snoopers && proto == ipproto::igmp && !p.igmp.empty() &&
                     u8(p.igmp, 0) == igmp_type::mrdisc_adv;
    if (pim_hello || mrd) br_multicast_mark_router(br, port);
}

// IGMPV3_MRC: tenths of a second, from 128 on with an exponent.
std::int64_t max_resp_time(std::uint8_t code) {
    if (code < 128) return code;
    return std::int64_t((code & 0xf) | 0x10) << ((code >> 4 & 7) + 3);
}

void igmp_query(net_bridge& br, net_bridge_port* port, const igmp_packet& p) {
    const std::uint8_t code = u8(p.igmp, 1);
    ipv4_address group = ipv4_address::read(p.igmp, 4);
    std::int64_t max_delay;
    if (p.igmp.size() == 8) {
        max_delay = code * (hz / 10);
        if (!max_delay) {  // version 1
            max_delay = 10 * hz;
            group = {};
        }
    } else {
        if (be16(p.igmp, 10) != 0) return;  // asks for sources
        max_delay = code ? max_resp_time(code) * (hz / 10) : 1;
    }
    if (group.is_any()) {
        br_multicast_query_received(br, port, p.iph.saddr(), max_delay);
    } else {
        br_multicast_group_query(br, br_ip_of(group), max_delay);
    }
}

// False: malformed, or too many groups.
bool igmp3_report(net_bridge& br, net_bridge_port* port, bytes_view igmp, mac_address src) {
    enum : std::uint8_t { mode_is_include = 1, change_to_include = 3, block_old_sources = 6 };
    std::size_t at = 8;
    for (unsigned left = be16(igmp, 6); left > 0; left--) {
        if (igmp.size() < at + 8) return false;
        const bytes_view record = igmp.subspan(at);
        const std::uint8_t type = u8(record, 0);
        const std::size_t sources = be16(record, 2);
        const br_ip group = br_ip_of(ipv4_address::read(record, 4));
        at += 8 + sources * 4;
        if (igmp.size() < at) return false;
        if (type < mode_is_include || type > block_old_sources) continue;
        if (!sources && (type == mode_is_include || type == change_to_include)) {
            br_multicast_leave_group(br, port, group, src);
        } else if (!br_multicast_add_group(br, port, group, src)) {
            return false;
        }
    }
    return true;
}

bool ipv4_rcv(net_bridge& br, net_bridge_port* port, frame& skb) {
    const auto packet = check_iphdr(skb);
    if (!packet) return false;
    switch (ip_mc_check_igmp(*packet)) {
        case mc_check::malformed:
            return false;
        case mc_check::other:
            not_igmp(br, port, skb, *packet);
            return true;
        case mc_check::igmp:
            break;
    }
    const bytes_view igmp = packet->igmp;
    const mac_address src = skb.h_source();
    auto& cb = skb.control<br_input_skb_cb>();
    cb.igmp = true;
    switch (u8(igmp, 0)) {
        case igmp_type::report_v1:
        case igmp_type::report_v2:
            cb.mrouters_only = true;
            return br_multicast_add_group(br, port, br_ip_of(ipv4_address::read(igmp, 4)), src);
        case igmp_type::report_v3:
            return igmp3_report(br, port, igmp, src);
        case igmp_type::query:
            igmp_query(br, port, *packet);
            return true;
        default:
            br_multicast_leave_group(br, port, br_ip_of(ipv4_address::read(igmp, 4)), src);
            return true;
    }
}

}  // namespace

net_bridge_mcast::net_bridge_mcast(net_bridge& br)
    : last_member_interval(hz),
      membership_interval(260 * hz),
      querier_interval(255 * hz),
      query_interval(125 * hz),
      query_response_interval(10 * hz),
      startup_query_interval(125 * hz / 4),
      // Their running out is all that counts of these three.
      mc_router_timer(
          br.krn().events, [](void*) {}, this),
      other_query_timer(
          br.krn().events,
          [](void* b) { br_multicast_start_querier(*static_cast<net_bridge*>(b)); }, &br),
      other_query_delay_timer(
          br.krn().events, [](void*) {}, this) {}

void br_multicast_open(net_bridge& br) { br_multicast_enable(br); }

void br_multicast_stop(net_bridge& br) {
    net_bridge_mcast& mc = br.multicast_ctx;
    mc.mc_router_timer.cancel();
    mc.other_query_timer.cancel();
    mc.other_query_delay_timer.cancel();
    mc.own_query.timer.cancel();
}

void br_multicast_join_snoopers(net_bridge& br) {
    ip_mc_inc_group(br.dev, all_snoopers);
    ipv6_dev_mc_inc(br.dev, all_snoopers_ipv6);
}

void br_multicast_leave_snoopers(net_bridge& br) {
    ip_mc_dec_group(br.dev, all_snoopers);
    // Neither is there if snooping was off when the bridge came up.
    ipv6_dev_mc_dec(br.dev, all_snoopers_ipv6);
}

void br_multicast_enable_port(net_bridge_port& p) {
    if (!p.br.multicast_ctx.enabled || !p.br.dev.is_running()) return;
    br_multicast_enable(p);
    if (p.multicast_ctx.router == mdb_rtr::perm) br_multicast_add_router(p);
}

// What was learned on the port is forgotten.
void br_multicast_disable_port(net_bridge_port& p) {
    auto& list = p.br.multicast_ctx.mdb_list;
    for (auto& mp : list) {
        for (std::size_t i = mp->ports.size(); i-- > 0;) {
            net_bridge_port_group& pg = *mp->ports[i];
            if (&pg.port == &p && !pg.permanent) br_multicast_del_pg(pg);
        }
    }
    br_multicast_rport_del(p);
    p.multicast_ctx.own_query.timer.cancel();
}

void br_multicast_del_port(net_bridge_port& p) {
    for (auto& mp : p.br.multicast_ctx.mdb_list) {
        for (std::size_t i = mp->ports.size(); i-- > 0;) {
            if (&mp->ports[i]->port == &p) br_multicast_del_pg(*mp->ports[i]);
        }
    }
    br_multicast_rport_del(p);
}

bool br_multicast_rcv(net_bridge& br, net_bridge_port* port, frame& skb) {
    auto& cb = skb.control<br_input_skb_cb>();
    cb.igmp = cb.mrouters_only = false;
    if (!br.multicast_ctx.enabled) return true;
    if (skb.protocol == eth_p::ip) return ipv4_rcv(br, port, skb);
    if (skb.protocol == eth_p::ipv6) return br_ip6_multicast_rcv(br, port, skb);
    return true;
}

const net_bridge_mdb_entry* br_mdb_entry_skb_get(net_bridge& br, frame& skb) {
    const net_bridge_mcast& mc = br.multicast_ctx;
    if (!mc.enabled || mc.mdb_list.empty()) return nullptr;
    if (skb.control<br_input_skb_cb>().igmp) return nullptr;
    if (skb.protocol == eth_p::ip) {
        const auto iph = ipv4_view::parse(skb.bytes());
        if (iph) return br_mdb_ip_get(br, br_ip_of(iph->daddr()));
    }
    if (skb.protocol == eth_p::ip || skb.protocol == eth_p::ipv6) return nullptr;
    return br_mdb_ip_get(br, br_ip_of(skb.h_dest()));
}

bool br_multicast_querier_exists(const net_bridge& br, const frame& skb,
                                 const net_bridge_mdb_entry* mdst) {
    const net_bridge_mcast& mc = br.multicast_ctx;
    if (skb.protocol == eth_p::ip) {
        return !mc.other_query_delay_timer.pending() &&
               (mc.querier || mc.other_query_timer.pending());
    }
    return skb.protocol != eth_p::ipv6 && mdst && mdst->addr.proto == 0;
}

bool br_multicast_is_router(const net_bridge& br, const frame& skb) {
    const net_bridge_mcast& mc = br.multicast_ctx;
    if (mc.router == mdb_rtr::perm) return true;
    return mc.router == mdb_rtr::temp_query && skb.protocol == eth_p::ip &&
           mc.mc_router_timer.pending();
}

err br_multicast_toggle(net_bridge& br, bool on) {
    br.settled = false;
    net_bridge_mcast& mc = br.multicast_ctx;
    if (mc.enabled == on) return err::ok;
    mc.enabled = on;
    if (!on) {
        for (auto& p : br.port_list) br_multicast_disable_port(*p);
        br_multicast_leave_snoopers(br);
    } else if (br.dev.is_running()) {
        br_multicast_open(br);
        for (auto& p : br.port_list) br_multicast_enable_port(*p);
        br_multicast_join_snoopers(br);
    }
    return err::ok;
}

void br_multicast_set_querier(net_bridge& br, bool on) {
    net_bridge_mcast& mc = br.multicast_ctx;
    if (mc.querier == on) return;
    br.settled = false;
    mc.querier = on;
    if (!on) return;
    if (!mc.other_query_timer.pending()) {
        mc.other_query_delay_timer.mod(std::int64_t(mc.query_response_interval));
    }
    br_multicast_start_querier(br);
}

err br_multicast_set_router(net_bridge& br, std::uint8_t value) {
    if (value > std::uint8_t(mdb_rtr::perm)) return err::inval;
    if (mdb_rtr(value) != mdb_rtr::temp_query) br.multicast_ctx.mc_router_timer.cancel();
    br.multicast_ctx.router = mdb_rtr(value);
    return err::ok;
}

err br_multicast_set_port_router(net_bridge_port& p, std::uint8_t value) {
    p.br.settled = false;
    if (value > std::uint8_t(mdb_rtr::temp)) return err::inval;
    net_bridge_mcast_port& mc = p.multicast_ctx;
    const mdb_rtr kind{value};
    const bool same = mc.router == kind;
    if (same && kind != mdb_rtr::temp) return err::ok;
    mc.router = kind;
    switch (kind) {
        case mdb_rtr::disabled:
        case mdb_rtr::temp_query:
            br_multicast_rport_del(p);
            break;
        case mdb_rtr::perm:
            mc.mc_router_timer.cancel();
            br_multicast_add_router(p);
            break;
        case mdb_rtr::temp:
            br_multicast_mark_router(p.br, &p);
            break;
    }
    return err::ok;
}

void br_multicast_set_query_intvl(net_bridge& br, std::uint64_t clock) {
    br.multicast_ctx.query_interval = std::max<std::uint64_t>(clock_t_to_jiffies(clock), hz);
}

void br_multicast_set_startup_query_intvl(net_bridge& br, std::uint64_t clock) {
    br.multicast_ctx.startup_query_interval =
        std::max<std::uint64_t>(clock_t_to_jiffies(clock), hz);
}

}  // namespace vethlab
