// Linux: net/ipv6/route.c: RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE; net/ipv6/fib6_rules.c.
#include <algorithm>

#include "core/ipv6/ip6_fib.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

constexpr std::uint8_t pref_medium = 0;

struct fill_how {
    std::uint16_t type = rtm::newroute, flags = 0;
    std::uint32_t portid = 0, seq = 0;
    // An answer to "which way": the destination, the source, and the table's entry behind it.
    const flowi6* fl = nullptr;
};

bool ip6_of(const nlattr* a, ipv6_address& out) {
    if (!a || a->data.size() < 16) return false;
    out = ipv6_address::read(a->data, 0);
    return true;
}

void put_metrics(nlmsg_builder& m, const fib6_options& rt) {
    if (!rt.mtu && !rt.advmss && !rt.hoplimit) return;
    const auto nest = m.nest(rta::metrics);
    if (rt.mtu) m.put_u32(rtax::mtu, rt.mtu);
    if (rt.advmss) m.put_u32(rtax::advmss, rt.advmss);
    if (rt.hoplimit) m.put_u32(rtax::hoplimit, rt.hoplimit);
    m.end_nest(nest);
}

// Where a packet for us comes from is lo, whatever device has the address.
const net_device& shown_dev(const netns& net, const fib6_info& rt, const fill_how& how) {
    return how.fl && rt.type == rtn::local ? *net.loopback_dev : *rt.dev;
}

void put_prefsrc(nlmsg_builder& m, netns& net, const fib6_info& rt, const fill_how& how) {
    ipv6_address saddr = rt.options->prefsrc;
    bool has = rt.options->has_prefsrc;
    if (how.fl && !has) {
        const bool local = rt.type == rtn::local;
        if (local) saddr = how.fl->daddr;
        has = local || ipv6_dev_get_saddr(net, rt.dev, how.fl->daddr, saddr);
    }
    if (has) m.put(rta::prefsrc, as_view(saddr.octets));
}

void rt6_fill_node(nlmsg_builder& m, netns& net, const fib6_info& rt, const fill_how& how) {
    const net_device& dev = shown_dev(net, rt, how);
    m.begin(how.type, how.flags, how.seq, how.portid);
    std::uint32_t flags = 0;
    if (!rt.reject() && !rt.dev->carrier_ok() && rt.type != rtn::local) flags |= rtnh_f::linkdown;
    if (rt.onlink) flags |= rtnh_f::onlink;
    m.head(rtmsg{.rtm_family = af::inet6,
                 .rtm_dst_len = how.fl ? std::uint8_t(128) : rt.plen,
                 .rtm_src_len = how.fl ? std::uint8_t(128) : std::uint8_t(0),
                 .rtm_tos = 0,
                 .rtm_table = std::uint8_t(rt.table < 256 ? rt.table : rt_table::compat),
                 .rtm_protocol = rt.protocol,
                 .rtm_scope = rt_scope::universe,
                 .rtm_type = std::uint8_t(rt.type),
                 .rtm_flags = flags});
    m.put_u32(rta::table, rt.table);
    if (how.fl) {
        m.put(rta::dst, as_view(how.fl->daddr.octets));
        m.put(rta::src, as_view(how.fl->saddr.octets));
    } else if (rt.plen) {
        m.put(rta::dst, as_view(rt.dst.octets));
    }
    put_prefsrc(m, net, rt, how);
    put_metrics(m, *rt.options);
    m.put_u32(rta::priority, rt.metric);
    const fib6_options& options = *rt.options;
    if (options.has_gateway) m.put(rta::gateway, as_view(options.gateway.octets));
    m.put_u32(rta::oif, std::uint32_t(dev.ifindex));
    rta_cacheinfo ci{};
    if (options.expires != sim_time{}) {
        ci.rta_expires = std::uint32_t(std::int32_t((options.expires - net.krn.now()) / 10ms));
    }
    m.put_struct(rta::cacheinfo, ci);
    m.put_u8(rta::pref, pref_medium);
    m.end();
}

// ---- requests

struct route_request {
    rtmsg rtm{};
    nlattrs tb;
    std::uint32_t table = rt_table::main;
    ipv6_address dst, gateway;
    bool has_gateway = false;
    net_device* dev = nullptr;
};

err parse(rtnl_request& r, route_request& q) {
    q.rtm = r.msg.head<rtmsg>();
    q.tb = r.msg.attrs<rtmsg>();
    if (q.rtm.rtm_dst_len > 128) return r.extack.set(err::inval, "Invalid prefix length");
    if (q.rtm.rtm_src_len) {
        return r.extack.set(err::opnotsupp, "Source routes are not supported");
    }
    for (const auto& [attr, text] :
         {std::pair{rta::multipath, "Multipath routes are not supported"},
          std::pair{rta::nh_id, "Nexthop objects are not supported"},
          std::pair{rta::encap, "Encapsulation is not supported"}}) {
        if (q.tb.has(attr)) return r.extack.set(err::opnotsupp, text);
    }
    if (q.tb.has(rta::via)) {
        return r.extack.set(err::inval, "IPv6 does not support RTA_VIA attribute");
    }
    const nlattr* table = q.tb.get(rta::table);
    q.table = table ? table->u32() : q.rtm.rtm_table;
    if (q.table == rt_table::unspec) q.table = rt_table::main;
    if (q.rtm.rtm_dst_len && !ip6_of(q.tb.get(rta::dst), q.dst)) return err::inval;
    q.dst = ipv6_addr_prefix(q.dst, q.rtm.rtm_dst_len);
    q.has_gateway = ip6_of(q.tb.get(rta::gateway), q.gateway);
    if (const nlattr* oif = q.tb.get(rta::oif); oif && oif->u32()) {
        q.dev = dev_get_by_index(r.net, int(oif->u32()));
        if (!q.dev) return err::nodev;
    }
    return err::ok;
}

// Linux: ip6_route_check_nh, ip6_validate_gw: the gateway is a neighbour, and not we.
err validate_gateway(netns& net, const ipv6_address& gw, bool onlink, net_device*& dev,
                     netlink_ext_ack& extack) {
    if (ipv6_chk_addr(net, gw, gw.is_linklocal() ? dev : nullptr, 0)) {
        return extack.set(err::inval, "Gateway can not be a local address");
    }
    if (gw.is_linklocal() || gw.is_multicast()) {
        if (gw.is_multicast()) return extack.set(err::inval, "Invalid gateway address");
        if (!dev) return extack.set(err::inval, "Egress device not specified");
        return err::ok;
    }
    if (onlink) return err::ok;
    err e = err::ok;
    const fib6_info* way =
        ip6_route_lookup(net, {.daddr = gw, .saddr = {}, .oif = dev ? dev->ifindex : 0}, e);
    if (!way || way->options->has_gateway || way->type != rtn::unicast) return err::hostunreach;
    if (!dev) dev = way->dev;
    return err::ok;
}

// What every device of a next hop must be.
err check_device(const net_device* dev, netlink_ext_ack& extack) {
    const inet6_dev* idev = dev ? in6_dev_get(*dev) : nullptr;
    if (!idev) return err::nodev;
    if (idev->disabled()) return extack.set(err::acces, "IPv6 is disabled on nexthop device");
    return dev->is_up() ? err::ok : extack.set(err::netdown, "Nexthop device is not up");
}

void take_metrics(const nlattrs& tb, fib6_options& rt) {
    const nlattrs metrics = tb.nested(rta::metrics);
    if (const nlattr* a = metrics.get(rtax::mtu)) rt.mtu = a->u32();
    if (const nlattr* a = metrics.get(rtax::advmss)) rt.advmss = a->u32();
    if (const nlattr* a = metrics.get(rtax::hoplimit)) rt.hoplimit = a->u32();
}

// Linux: ip6_route_info_create
err info_create(rtnl_request& r, const route_request& q, fib6_info& rt) {
    rt.table = q.table;
    rt.dst = q.dst;
    rt.plen = q.rtm.rtm_dst_len;
    rt.protocol = q.rtm.rtm_protocol ? q.rtm.rtm_protocol : std::uint8_t(rtprot::boot);
    rt.type = rtn(q.rtm.rtm_type);
    rt.dev = q.dev;
    rt.onlink = q.rtm.rtm_flags & rtnh_f::onlink;
    const nlattr* metric = q.tb.get(rta::priority);
    rt.metric = metric && metric->u32() ? metric->u32() : ip6_rt_prio_user;
    fib6_options options;
    if (const nlattr* a = q.tb.get(rta::expires); a && a->u32()) {
        options.expires = r.net.krn.now() + a->u32() * 1s;
    }
    take_metrics(q.tb, options);
    if (rt.type == rtn::unspec || rt.type > rtn::throw_ || rt.type == rtn::broadcast) {
        return r.extack.set(err::inval, "Invalid route type");
    }
    if (rt.reject()) {
        rt.dev = r.net.loopback_dev;
    } else if (q.has_gateway) {
        options.has_gateway = true;
        options.gateway = q.gateway;
        const err e = validate_gateway(r.net, q.gateway, rt.onlink, rt.dev, r.extack);
        if (e != err::ok) return e;
    }
    if (!rt.dev) return err::nodev;
    if (!rt.reject()) {
        if (const err e = check_device(rt.dev, r.extack); e != err::ok) return e;
    }
    options.has_prefsrc = ip6_of(q.tb.get(rta::prefsrc), options.prefsrc);
    if (options.has_prefsrc && !ipv6_chk_addr(r.net, options.prefsrc, nullptr, 0)) {
        return r.extack.set(err::inval, "Invalid source address");
    }
    rt.options.set(options);
    return err::ok;
}

bool matches(const fib6_info& rt, const route_request& q) {
    if (rt.table != q.table || rt.plen != q.rtm.rtm_dst_len || rt.dst != q.dst) return false;
    if (q.dev && rt.dev != q.dev) return false;
    const fib6_options& options = *rt.options;
    if (q.has_gateway && !(options.has_gateway && options.gateway == q.gateway)) return false;
    if (const nlattr* metric = q.tb.get(rta::priority)) {
        if (metric->u32() && metric->u32() != rt.metric) return false;
    }
    return !q.rtm.rtm_protocol || q.rtm.rtm_protocol == rt.protocol;
}

// As the trie is walked: what lies inside a prefix before the prefix itself, 0 before 1.
bool trie_before(const fib6_info& a, const fib6_info& b) {
    const unsigned same = std::min<unsigned>({ipv6_addr_diff(a.dst, b.dst), a.plen, b.plen});
    const bool nested = same == std::min(a.plen, b.plen);
    return nested ? a.plen > b.plen : a.dst < b.dst;
}

}  // namespace

err fib6_nh_init(netns& net, const ipv6_address& gw, bool onlink, net_device*& dev,
                 netlink_ext_ack& extack) {
    if (const err e = validate_gateway(net, gw, onlink, dev, extack); e != err::ok) return e;
    return check_device(dev, extack);
}

void inet6_rt_notify(std::uint16_t event, netns& net, const fib6_info& rt) {
    if (!rtnl_has_listeners(net, rtnlgrp::ipv6_route)) return;
    nlmsg_builder m;
    rt6_fill_node(m, net, rt, {.type = event});
    rtnl_notify(net, m, rtnlgrp::ipv6_route);
}

err inet6_rtm_newroute(rtnl_request& r, nlmsg_builder&) {
    route_request q;
    if (const err e = parse(r, q); e != err::ok) return e;
    auto rt = std::make_unique<fib6_info>();
    if (const err e = info_create(r, q, *rt); e != err::ok) return e;
    const bool there =
        std::any_of(r.net.ipv6->routes.begin(), r.net.ipv6->routes.end(), [&](const auto& other) {
            return other->table == rt->table && other->plen == rt->plen && other->dst == rt->dst;
        });
    if (!there && !(r.flags() & nlm_f::create)) return err::noent;
    return fib6_add(r.net, std::move(rt), r.flags());
}

err inet6_rtm_delroute(rtnl_request& r, nlmsg_builder&) {
    route_request q;
    if (const err e = parse(r, q); e != err::ok) return e;
    for (const auto& rt : r.net.ipv6->routes) {
        if (!matches(*rt, q)) continue;
        fib6_del(r.net, *rt);
        return err::ok;
    }
    return err::srch;
}

namespace {

// Linux: inet6_rtm_valid_getroute_req
err valid_getroute(rtnl_request& r, const rtmsg& rtm, const nlattrs& tb) {
    if (!r.sk.strict_check) return err::ok;
    if ((rtm.rtm_src_len && rtm.rtm_src_len != 128) ||
        (rtm.rtm_dst_len && rtm.rtm_dst_len != 128) || rtm.rtm_table || rtm.rtm_protocol ||
        rtm.rtm_scope || rtm.rtm_type) {
        return r.extack.set(err::inval, "ipv6: Invalid values in header for get route request");
    }
    if ((tb.has(rta::src) && !rtm.rtm_src_len) || (tb.has(rta::dst) && !rtm.rtm_dst_len)) {
        return r.extack.set(err::inval,
                            "ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6");
    }
    return err::ok;
}

}  // namespace

err inet6_rtm_getroute(rtnl_request& r, nlmsg_builder& reply) {
    const auto rtm = r.msg.head<rtmsg>();
    const nlattrs tb = r.msg.attrs<rtmsg>();
    if (const err e = valid_getroute(r, rtm, tb); e != err::ok) return e;
    flowi6 fl;
    (void)ip6_of(tb.get(rta::dst), fl.daddr);
    (void)ip6_of(tb.get(rta::src), fl.saddr);
    if (const nlattr* iif = tb.get(rta::iif); iif && iif->u32()) {
        return r.extack.set(err::opnotsupp, "Routes of received packets are not supported");
    }
    if (const nlattr* oif = tb.get(rta::oif)) fl.oif = int(oif->u32());
    err e = err::ok;
    const fib6_info* rt = ip6_route_lookup(r.net, fl, e);
    if (!rt) return e;
    fill_how how{.portid = r.portid(), .seq = r.seq()};
    if (!(rtm.rtm_flags & rtm_f::fib_match)) how.fl = &fl;
    rt6_fill_node(reply, r.net, *rt, how);
    return err::ok;
}

err inet6_dump_fib(rtnl_request& r, nlmsg_builder& out) {
    const auto rtm = r.msg.head<rtmsg>();
    const nlattrs tb = r.msg.attrs<rtmsg>();
    const bool strict = r.sk.strict_check;
    const nlattr *table_attr = tb.get(rta::table), *oif = tb.get(rta::oif);
    std::uint32_t table = strict ? rtm.rtm_table : 0;
    if (strict && table_attr) table = table_attr->u32();
    const fill_how how{.type = rtm::newroute,
                       .flags = std::uint16_t(nlm_f::multi | (strict ? nlm_f::dump_filtered : 0)),
                       .portid = r.portid(),
                       .seq = r.seq()};
    std::vector<const fib6_info*> list;
    for (const auto& rt : r.net.ipv6->routes) {
        if (table && rt->table != table) continue;
        if (strict && rtm.rtm_protocol && rt->protocol != rtm.rtm_protocol) continue;
        if (strict && rtm.rtm_type && std::uint8_t(rt->type) != rtm.rtm_type) continue;
        if (strict && oif && oif->u32() && std::uint32_t(rt->dev->ifindex) != oif->u32()) continue;
        const sim_time expires = rt->options->expires;
        if (expires != sim_time{} && expires <= r.net.krn.now()) continue;
        list.push_back(rt.get());
    }
    std::stable_sort(list.begin(), list.end(), [](const fib6_info* a, const fib6_info* b) {
        return a->table != b->table ? (a->table & 255) < (b->table & 255) : trie_before(*a, *b);
    });
    for (const fib6_info* rt : list) rt6_fill_node(out, r.net, *rt, how);
    // A table that does not exist is an error only when it was asked for by number.
    if (list.empty() && table && table != rt_table::main && table != rt_table::local) {
        return r.extack.set(err::noent, "ipv6: FIB table does not exist");
    }
    return err::ok;
}

// The two rules that every namespace has; others cannot be added.
err fib6_nl_dumprule(rtnl_request& r, nlmsg_builder& out) {
    constexpr std::uint32_t main_priority = 32766;
    for (const std::uint32_t table : {rt_table::local, rt_table::main}) {
        out.begin(rtm::newrule, nlm_f::multi, r.seq(), r.portid());
        out.head(fib_rule_hdr{.family = af::inet6,
                              .dst_len = 0,
                              .src_len = 0,
                              .tos = 0,
                              .table = std::uint8_t(table),
                              .res1 = 0,
                              .res2 = 0,
                              .action = fr_act::to_tbl,
                              .flags = 0});
        out.put_u32(fra::table, table);
        out.put_u32(fra::suppress_prefixlen, UINT32_MAX);
        out.put_u8(fra::protocol, rtprot::kernel);
        if (table == rt_table::main) out.put_u32(fra::priority, main_priority);
        out.end();
    }
    return err::ok;
}

}  // namespace vethlab
