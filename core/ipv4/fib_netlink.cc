// Linux: net/ipv4/fib_frontend.c, fib_semantics.c, metrics.c: RTM_NEWROUTE, RTM_DELROUTE, and
// RTM_GETROUTE dumps.
#include <algorithm>

#include "core/ipv4/fib.h"
#include "core/ipv4/route.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

constexpr std::uint8_t ecn_bits = 3;
constexpr std::string_view congestion_controls[] = {"reno", "bbr", "cubic"};

void ip_metrics_convert(const nlattr& metrics, fib_config& cfg) {
    const nlattrs tb(metrics.data);
    for (const nlattr& a : tb.all()) {
        if (a.type == rtax::unspec) continue;
        if (a.type > rtax::cc_algo + 1) {
            cfg.metrics_error = "Invalid metric type";
            return;
        }
        if (a.type == rtax::cc_algo) {
            cfg.metrics.cc_algo = a.str();
            if (std::find(std::begin(congestion_controls), std::end(congestion_controls),
                          cfg.metrics.cc_algo) == std::end(congestion_controls)) {
                cfg.metrics_error = "Unknown tcp congestion algorithm";
                cfg.metrics.cc_algo.clear();  // what a route without one has
                return;
            }
            continue;
        }
        if (a.data.size() != 4) {
            cfg.metrics_error = "Invalid attribute in metrics";
            return;
        }
        std::uint32_t v = a.u32();
        if (a.type == rtax::advmss) v = std::min(v, 65535u - 40);
        if (a.type == rtax::mtu) v = std::min(v, 65535u - 15);
        if (a.type == rtax::hoplimit) v = std::min(v, 255u);
        if (v) cfg.metrics.values.push_back({a.type, v});
    }
}

template <class Nexthop>
err take_via(const nlattr* gateway, const nlattr* via, Nexthop& nh, netlink_ext_ack& extack) {
    if (gateway && via) {
        return extack.set(err::inval, "Nexthop configuration can not contain both GATEWAY and VIA");
    }
    if (gateway) {
        nh.gw = gateway->ip4();
    } else if (via) {  // fib_gw_from_via; struct rtvia: family, address
        const std::size_t size = via->data.size();
        if (size < 3) return extack.set(err::inval, "Invalid attribute length for RTA_VIA");
        if (via->u16() == af::inet) {
            if (size != 6) return extack.set(err::inval, "Invalid IPv4 address in RTA_VIA");
            nh.gw = ipv4_address::read(via->data, 2);
        } else if (via->u16() == af::inet6) {
            if (size != 18) return extack.set(err::inval, "Invalid IPv6 address in RTA_VIA");
            nh.gw6 = ipv6_address::read(via->data, 2);
        } else {
            return extack.set(err::inval, "Unsupported address family in RTA_VIA");
        }
    }
    nh.has_gw = !nh.gw.is_any() || !nh.gw6.is_any();
    return err::ok;
}

// The first of its type; where a message is parsed as a whole the last one counts.
const nlattr* nla_find(const nlattrs& tb, std::uint16_t type) {
    const auto all = tb.all();
    const auto it = std::find_if(all.begin(), all.end(), [&](auto& a) { return a.type == type; });
    return it == all.end() ? nullptr : &*it;
}

err parse_multipath(bytes_view rest, fib_config& cfg, netlink_ext_ack& extack) {
    cfg.multipath = true;
    while (rest.size() >= sizeof(rtnexthop)) {
        const auto hop = load<rtnexthop>(rest);
        if (hop.rtnh_len < sizeof(rtnexthop) || hop.rtnh_len > rest.size()) break;
        fib_config_nh nh;
        nh.oif = hop.rtnh_ifindex;
        nh.flags = hop.rtnh_flags;
        nh.weight = std::uint16_t(hop.rtnh_hops + 1);
        const nlattrs tb(rest.subspan(sizeof(rtnexthop), hop.rtnh_len - sizeof(rtnexthop)));
        const nlattr *gateway = nla_find(tb, rta::gateway), *via = nla_find(tb, rta::via);
        nh.gw_given = gateway || via;
        netlink_ext_ack wrong;
        if (gateway && gateway->data.size() < sizeof(std::uint32_t)) {
            wrong.msg = "Invalid IPv4 address in RTA_GATEWAY";
        } else {
            (void)take_via(gateway, via, nh, wrong);
        }
        nh.gw_error = wrong.msg;
        if (tb.has(rta::encap)) {
            return extack.set(err::opnotsupp, "Encapsulation of routes is not supported");
        }
        cfg.mp.push_back(nh);
        rest = rest.subspan(std::min(nla_align(hop.rtnh_len), rest.size()));
    }
    if (!rest.empty() || cfg.mp.empty()) {
        return extack.set(err::inval, "Invalid nexthop configuration - extra data after nexthops");
    }
    return err::ok;
}

err rtm_to_fib_config(rtnl_request& r, fib_config& cfg) {
    const auto rtm = r.msg.head<rtmsg>();
    const nlattrs tb = r.msg.attrs<rtmsg>();
    if (r.msg.body.size() < sizeof(rtmsg)) return err::inval;
    if (tb.has_short_u32({rta::dst, rta::gateway, rta::prefsrc})) {
        return r.extack.set(err::range, "Attribute failed policy validation");
    }
    if (rtm.rtm_tos & ecn_bits) {
        return r.extack.set(err::inval, "Invalid dsfield (tos): ECN bits must be 0");
    }
    if (rtm.rtm_type > std::uint8_t(rtn::xresolve)) {
        return r.extack.set(err::inval, "Invalid route type");
    }
    cfg.dst_len = rtm.rtm_dst_len;
    cfg.tos = rtm.rtm_tos;
    cfg.table = rtm.rtm_table;
    cfg.protocol = rtm.rtm_protocol;
    cfg.scope = rtm.rtm_scope;
    cfg.type = rtn(rtm.rtm_type);
    cfg.flags = rtm.rtm_flags;
    cfg.nlflags = r.flags();
    cfg.portid = r.portid();
    cfg.seq = r.seq();
    if (const nlattr* a = tb.get(rta::dst)) cfg.dst = a->ip4();
    if (const nlattr* a = tb.get(rta::oif)) cfg.oif = int(a->u32());
    if (const nlattr* a = tb.get(rta::priority)) cfg.priority = a->u32();
    if (const nlattr* a = tb.get(rta::prefsrc)) cfg.prefsrc = a->ip4();
    if (const nlattr* a = tb.get(rta::table)) cfg.table = a->u32();
    if (!cfg.table) cfg.table = rt_table::main;
    const nlattr *gateway = tb.get(rta::gateway), *via = tb.get(rta::via);
    if (const err e = take_via(gateway, via, cfg, r.extack); e != err::ok) return e;
    if (const nlattr* a = tb.get(rta::metrics)) ip_metrics_convert(*a, cfg);
    // Before 6.18's time only the table looked at it.
    if (r.net.krn.profile == kernel_profile::v6_18) {
        if (const err e = fib_valid_prefix(cfg, r.extack); e != err::ok) return e;
    }
    if (const nlattr* a = tb.get(rta::nh_id)) cfg.has_nh_id = a->u32() != 0;
    if (cfg.has_nh_id && (cfg.oif || cfg.has_gw || tb.has(rta::encap) || tb.has(rta::multipath))) {
        return r.extack.set(err::inval,
                            "Nexthop specification and nexthop id are mutually exclusive");
    }
    if (tb.has(rta::encap) || tb.has(rta::encap_type)) {
        return r.extack.set(err::opnotsupp, "Encapsulation of routes is not supported");
    }
    if (const nlattr* flow = tb.get(rta::flow); flow && flow->u32()) {
        return r.extack.set(err::opnotsupp, "Realms are not supported");
    }
    const nlattr* multipath = tb.get(rta::multipath);
    return multipath ? parse_multipath(multipath->data, cfg, r.extack) : err::ok;
}

}  // namespace

err inet_rtm_newroute(rtnl_request& r, nlmsg_builder&) {
    fib_config cfg;
    if (const err e = rtm_to_fib_config(r, cfg); e != err::ok) return e;
    for (const fib_config_nh& nh : cfg.mp) {
        if (!nh.gw_error.empty()) return r.extack.set(err::inval, nh.gw_error);
    }
    const err e = fib_table_insert(r.net, fib_new_table(r.net, cfg.table), cfg, r.extack);
    if (e == err::ok && cfg.type == rtn::local) r.net.ipv4->fib_has_custom_local_routes = true;
    return e;
}

err inet_rtm_delroute(rtnl_request& r, nlmsg_builder&) {
    fib_config cfg;
    if (const err e = rtm_to_fib_config(r, cfg); e != err::ok) return e;
    if (cfg.has_nh_id) return r.extack.set(err::inval, "Nexthop id does not exist");
    fib_table* tb = fib_get_table(r.net, cfg.table);
    if (!tb) return r.extack.set(err::srch, "FIB table does not exist");
    return fib_table_delete(r.net, *tb, cfg, r.extack);
}

void rtmsg_fib(std::uint16_t event, netns& net, const fib_alias& fa, std::uint32_t tb_id,
               std::uint32_t portid, std::uint32_t seq, std::uint16_t nlm_flags) {
    if (!rtnl_has_listeners(net, rtnlgrp::ipv4_route)) return;
    nlmsg_builder out;
    fib_dump_info(out, portid, seq, event,
                  {.fi = &fa.info,
                   .tb_id = tb_id,
                   .dst = fa.prefix,
                   .dst_len = fa.prefixlen,
                   .tos = fa.tos,
                   .type = fa.type()},
                  nlm_flags);
    rtnl_notify(net, out, rtnlgrp::ipv4_route);
}

// ---- dump

namespace {

struct fib_dump_filter {
    std::uint32_t table_id = 0;
    std::uint8_t protocol = 0, rt_type = 0;
    const net_device* dev = nullptr;
    bool cloned = false, prefix = false;

    bool set() const { return table_id || protocol || rt_type || dev; }
    bool matches(const fib_alias& fa) const {
        if (rt_type && std::uint8_t(fa.type()) != rt_type) return false;
        if (protocol && fa.info.protocol != protocol) return false;
        return !dev || fa.info.uses(*dev);
    }
};

err parse_filter(rtnl_request& r, fib_dump_filter& filter) {
    const auto rtm = r.msg.head<rtmsg>();
    if (r.msg.body.size() < sizeof(rtmsg)) {
        return r.sk.strict_check ? r.extack.set(err::inval, "Invalid header for FIB dump request")
                                 : err::ok;
    }
    filter.cloned = rtm.rtm_flags & rtm_f::cloned;
    filter.prefix = rtm.rtm_flags & rtm_f::prefix;
    if (!r.sk.strict_check) return err::ok;
    if (rtm.rtm_dst_len || rtm.rtm_src_len || rtm.rtm_tos || rtm.rtm_scope) {
        return r.extack.set(err::inval, "Invalid values in header for FIB dump request");
    }
    if (rtm.rtm_flags & ~(rtm_f::cloned | rtm_f::prefix)) {
        return r.extack.set(err::inval, "Invalid flags for FIB dump request");
    }
    filter.table_id = rtm.rtm_table;
    filter.protocol = rtm.rtm_protocol;
    filter.rt_type = rtm.rtm_type;
    const nlattrs tb = r.msg.attrs<rtmsg>();
    for (const nlattr& a : tb.all()) {
        if (a.type == rta::table) {
            filter.table_id = a.u32();
        } else if (a.type == rta::oif) {
            filter.dev = dev_get_by_index(r.net, int(a.u32()));
            if (!filter.dev) return err::nodev;
        } else {
            return r.extack.set(err::inval, "Unsupported attribute in dump request");
        }
    }
    return err::ok;
}

void fib_table_dump(rtnl_request& r, nlmsg_builder& out, fib_table& tb,
                    const fib_dump_filter& filter) {
    const std::uint16_t flags =
        std::uint16_t(nlm_f::multi | (filter.set() ? nlm_f::dump_filtered : 0));
    for (const auto& fa : tb.aliases) {
        if (!filter.matches(*fa)) continue;
        if (filter.cloned) {
            fib_dump_info_fnhe(out, r.net, r.portid(), r.seq(), tb.id, fa->info);
        } else {
            fib_dump_info(out, r.portid(), r.seq(), rtm::newroute,
                          {.fi = &fa->info,
                           .tb_id = tb.id,
                           .dst = fa->prefix,
                           .dst_len = fa->prefixlen,
                           .tos = fa->tos,
                           .type = fa->type()},
                          flags);
        }
    }
}

}  // namespace

err inet_dump_fib(rtnl_request& r, nlmsg_builder& out) {
    fib_dump_filter filter;
    if (const err e = parse_filter(r, filter); e != err::ok) return e;
    if (filter.prefix) return err::ok;
    if (!filter.table_id) {
        for (fib_table& tb : r.net.ipv4->tables) fib_table_dump(r, out, tb, filter);
        return err::ok;
    }
    fib_table* tb = fib_get_table(r.net, filter.table_id);
    if (!tb) {
        if (r.msg.head<rtmsg>().rtm_family != af::inet) return err::ok;
        return r.extack.set(err::noent, "ipv4: FIB table does not exist");
    }
    fib_table_dump(r, out, *tb, filter);
    return err::ok;
}

}  // namespace vethlab
