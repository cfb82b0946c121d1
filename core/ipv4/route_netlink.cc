// Linux: net/ipv4/route.c: RTM_GETROUTE for one destination, and the exceptions of a dump.
#include "core/ipv4/route.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"
#include "core/wire/ipv4.h"

namespace vethlab {
namespace {

constexpr std::uint32_t invalid_uid = UINT32_MAX;

struct fill_how {
    std::uint32_t portid, seq, table_id;
    std::uint16_t flags;
    ipv4_address dst, src;       // as asked for
    const flowi4* fl = nullptr;  // of the lookup; nullptr: from a dump
    const fib_info* fi = nullptr;
    std::uint8_t tos = 0;  // of the route that was found, not of the flow
};

// RTA_METRICS of a route in use: a learnt path MTU takes the place of the configured one.
void put_route_metrics(nlmsg_builder& out, const rtable& rt, const fib_info* fi) {
    fib_metrics metrics;
    if (fi && fi->more) metrics = fi->more->metrics;
    const auto set = [&](std::uint16_t type, std::uint32_t value) {
        for (fib_metric& m : metrics.values) {
            if (m.type == type) {
                m.value = value;
                return;
            }
        }
        metrics.values.push_back({type, value});
    };
    if (rt.pmtu && rt.expires != sim_time{}) {
        set(rtax::mtu, rt.pmtu);
        if (rt.pmtu_locked) set(rtax::lock, (fi ? fi->metric(rtax::lock) : 0) | 1u << rtax::mtu);
    }
    fib_put_metrics(out, metrics);
}

std::uint32_t expires_clock_t(const rtable& rt) {
    const sim_time now = rt.dev->krn.now();
    return rt.expires > now ? std::uint32_t((rt.expires - now) / 10ms) : 0;
}

void rt_fill_info(nlmsg_builder& out, const rtable& rt, const fill_how& how) {
    rtmsg rtm{};
    rtm.rtm_family = af::inet;
    rtm.rtm_dst_len = 32;
    rtm.rtm_src_len = how.src.is_any() ? 0 : 32;
    rtm.rtm_tos = how.tos;
    rtm.rtm_table =
        std::uint8_t(how.table_id < 256 ? how.table_id : std::uint32_t{rt_table::compat});
    rtm.rtm_type = std::uint8_t(rt.type);
    rtm.rtm_scope = rt_scope::universe;
    rtm.rtm_protocol = rtprot::unspec;
    rtm.rtm_flags = (rt.flags & ~0xffffu) | rtm_f::cloned;
    if (rt.flags & rtcf::notify) rtm.rtm_flags |= rtm_f::notify;

    out.begin(rtm::newroute, how.flags, how.seq, how.portid);
    out.head(rtm);
    out.put_u32(rta::table, how.table_id);
    out.put_ip4(rta::dst, how.dst);
    if (!how.src.is_any()) out.put_ip4(rta::src, how.src);
    out.put_u32(rta::oif, std::uint32_t(rt.dev->ifindex));
    if (how.fl && !rt.is_input && how.fl->saddr != how.src) {
        out.put_ip4(rta::prefsrc, how.fl->saddr);
    }
    if (rt.uses_gateway) fib_put_gateway(out, rt.gw, rt.gw6);
    put_route_metrics(out, rt, how.fi);
    if (how.fl) {
        if (how.fl->mark) out.put_u32(rta::mark, how.fl->mark);
        if (how.fl->uid != invalid_uid) out.put_u32(rta::uid, how.fl->uid);
        if (rt.is_input) out.put_u32(rta::iif, std::uint32_t(how.fl->iif));
    }
    rta_cacheinfo ci{};
    ci.rta_expires = expires_clock_t(rt);
    // Linux: references to the route: this request's, and its next hop's, which keeps it for the
    // next one. Here: no route is kept; Linux counts one less when it finds an input route again.
    ci.rta_clntref = how.fi && rt.type != rtn::local ? 2 : 1;
    ci.rta_error = std::uint32_t(rt.error);
    out.put_struct(rta::cacheinfo, ci);
    out.end();
}

// An empty packet of the flow, for what looks into packets on the way in.
frame_ptr inet_rtm_getroute_build_skb(kernel& krn, const flowi4& fl) {
    constexpr std::uint32_t udp_header = 8;
    frame_ptr skb = krn.frames.alloc_skb(ipv4_view::min_size + udp_header);
    const bytes_span bytes = skb_put(*skb, ipv4_view::min_size + udp_header);
    write_ipv4(bytes, {.tos = fl.tos,
                       .tot_len = std::uint16_t(bytes.size()),
                       .protocol = fl.proto ? fl.proto : std::uint8_t{ipproto::udp},
                       .saddr = fl.saddr,
                       .daddr = fl.daddr});
    put16(bytes, ipv4_view::min_size, fl.sport);
    put16(bytes, ipv4_view::min_size + 2, fl.dport);
    put32(bytes, ipv4_view::min_size + 4, 0);
    skb->network_header = skb->data_at;
    skb->protocol = eth_p::ip;
    skb->mark = fl.mark;
    return skb;
}

struct getroute_request {
    flowi4 fl;
    ipv4_address dst, src;
    int iif = 0;
    std::uint32_t flags = 0;
};

err parse_getroute(rtnl_request& r, getroute_request& q) {
    constexpr const char* bad_header = "ipv4: Invalid values in header for route get request";
    const auto rtm = r.msg.head<rtmsg>();
    const nlattrs tb = r.msg.attrs<rtmsg>();
    if (r.msg.body.size() < sizeof(rtmsg)) {
        return r.extack.set(err::inval, "ipv4: Invalid header for route get request");
    }
    if (r.sk.strict_check &&
        ((rtm.rtm_src_len && rtm.rtm_src_len != 32) || (rtm.rtm_dst_len && rtm.rtm_dst_len != 32) ||
         rtm.rtm_table || rtm.rtm_protocol || rtm.rtm_scope || rtm.rtm_type)) {
        return r.extack.set(err::inval, bad_header);
    }
    if (r.sk.strict_check && ((tb.has(rta::src) && !rtm.rtm_src_len) ||
                              (tb.has(rta::dst) && !rtm.rtm_dst_len))) {
        return r.extack.set(err::inval,
                            "ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4");
    }
    const auto u32 = [&](std::uint16_t attr, std::uint32_t otherwise) {
        const nlattr* a = tb.get(attr);
        return a ? a->u32() : otherwise;
    };
    if (const nlattr* a = tb.get(rta::dst)) q.dst = a->ip4();
    if (const nlattr* a = tb.get(rta::src)) q.src = a->ip4();
    if (const nlattr* a = tb.get(rta::ip_proto)) {
        q.fl.proto = a->u8();
        const bool known = q.fl.proto == ipproto::tcp || q.fl.proto == ipproto::udp ||
                           q.fl.proto == ipproto::icmp;
        if (!known) return r.extack.set(err::opnotsupp, "Unsupported ip proto");
    }
    if (const nlattr* a = tb.get(rta::sport)) q.fl.sport = a->be16_value();
    if (const nlattr* a = tb.get(rta::dport)) q.fl.dport = a->be16_value();
    q.iif = int(u32(rta::iif, 0));
    q.flags = rtm.rtm_flags;
    q.fl.daddr = q.dst;
    q.fl.saddr = q.src;
    q.fl.tos = rtm.rtm_tos;
    q.fl.oif = int(u32(rta::oif, 0));
    q.fl.mark = u32(rta::mark, 0);
    q.fl.uid = u32(rta::uid, q.iif ? invalid_uid : 0);
    return err::ok;
}

}  // namespace

err inet_rtm_getroute(rtnl_request& r, nlmsg_builder& reply) {
    getroute_request q;
    if (const err e = parse_getroute(r, q); e != err::ok) return e;
    fib_result res;
    rtable rt;
    if (q.iif) {
        net_device* dev = dev_get_by_index(r.net, q.iif);
        if (!dev) return err::nodev;
        q.fl.iif = q.iif;
        const frame_ptr skb = inet_rtm_getroute_build_skb(r.net.krn, q.fl);
        skb->dev = dev;
        if (ip_route_input_slow(*skb, q.dst, q.src, q.fl.tos, *dev, res, rt) !=
            skb_not_dropped_yet) {
            return err::inval;
        }
        if (rt.error != err::ok) return rt.error;
    } else if (const err e = ip_route_output_key_hash(r.net, q.fl, res, rt); e != err::ok) {
        return e;
    }
    std::uint32_t table_id = rt_table::main;
    if (q.flags & rtm_f::lookup_table) table_id = res.table ? res.table->id : 0;
    if (q.flags & rtm_f::fib_match) {
        if (!res.fa) {
            const err e = fib_props_error(res.type);
            return e != err::ok ? e : err::hostunreach;
        }
        fib_dump_info(reply, r.portid(), r.seq(), rtm::newroute,
                      {.fi = &res.fa->info,
                       .tb_id = table_id,
                       .dst = res.prefix,
                       .dst_len = res.prefixlen,
                       .tos = res.fa->tos,
                       .type = rt.type},
                      0);
        return err::ok;
    }
    if (q.flags & rtm_f::notify) rt.flags |= rtcf::notify;
    rt_fill_info(reply, rt,
                 {.portid = r.portid(),
                  .seq = r.seq(),
                  .table_id = table_id,
                  .flags = 0,
                  .dst = q.dst,
                  .src = q.src,
                  .fl = &q.fl,
                  .fi = res.fa ? &res.fa->info : nullptr,
                  .tos = res.fa ? res.fa->tos : std::uint8_t{0}});
    return err::ok;
}

void fib_dump_info_fnhe(nlmsg_builder& out, netns& net, std::uint32_t portid, std::uint32_t seq,
                        std::uint32_t table_id, fib_info& fi) {
    if (fi.flags & rtnh_f::dead) return;
    for (const fib_nh& nh : fi.nhs()) {
        if (!nh.dev || (nh.flags & rtnh_f::dead)) continue;
        for (const fib_nh_exception& fnhe : nh.exceptions()) {
            const bool over = fnhe.expires != sim_time{} && net.krn.now() > fnhe.expires;
            if (fnhe.genid != net.ipv4->fnhe_genid || over ||
                (!fnhe.used_input && !fnhe.used_output)) {
                continue;
            }
            rtable rt;
            rt.dev = nh.dev;
            rt.type = rtn::unicast;
            rt.pmtu = fnhe.pmtu;
            rt.pmtu_locked = fnhe.mtu_locked;
            rt.expires = fnhe.expires;
            rt.gw = fnhe.gw.is_any() ? nh.gw : fnhe.gw;
            if (fnhe.gw.is_any()) rt.gw6 = nh.gw6();
            rt.uses_gateway = !rt.gw.is_any() || !rt.gw6.is_any();
            if (!fnhe.gw.is_any()) rt.flags |= rtcf::redirected;
            rt_fill_info(out, rt,
                         {.portid = portid,
                          .seq = seq,
                          .table_id = table_id,
                          .flags = nlm_f::multi,
                          .dst = fnhe.daddr,
                          .src = {},
                          .fl = nullptr,
                          .fi = &fi,
                          .tos = 0});
        }
    }
}

}  // namespace vethlab
