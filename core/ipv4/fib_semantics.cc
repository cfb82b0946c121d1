// Linux: net/ipv4/fib_semantics.c: what a route says, whether it can be, and what becomes of it
// when devices and addresses change.
#include <algorithm>

#include "core/ipv4/fib.h"
#include "core/ipv6/ip6_fib.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

struct fib_prop {
    err error;
    std::uint8_t scope;
};
constexpr fib_prop fib_props[] = {
    {err::ok, rt_scope::nowhere},            // unspec
    {err::ok, rt_scope::universe},           // unicast
    {err::ok, rt_scope::host},               // local
    {err::ok, rt_scope::link},               // broadcast
    {err::ok, rt_scope::link},               // anycast
    {err::ok, rt_scope::universe},           // multicast
    {err::inval, rt_scope::universe},        // blackhole
    {err::hostunreach, rt_scope::universe},  // unreachable
    {err::acces, rt_scope::universe},        // prohibit
    {err::again, rt_scope::universe},        // throw
    {err::inval, rt_scope::nowhere},         // nat
    {err::inval, rt_scope::nowhere},         // xresolve
};

constexpr std::uint32_t link_flags = rtnh_f::dead | rtnh_f::linkdown;

// A gateway that is a neighbour because the user says so.
err check_onlink(netns& net, fib_nh& nh, std::uint8_t scope, netlink_ext_ack& extack) {
    if (scope >= rt_scope::link) return extack.set(err::inval, "Nexthop has invalid scope");
    net_device* dev = dev_get_by_index(net, nh.oif);
    if (!dev) return extack.set(err::nodev, "Nexthop device required for onlink");
    if (!dev->is_up()) return extack.set(err::netdown, "Nexthop device is not up");
    if (inet_addr_type_dev_table(net, nh.gw) != rtn::unicast) {
        return extack.set(err::inval, "Nexthop has invalid gateway");
    }
    if (!dev->carrier_ok()) nh.flags |= rtnh_f::linkdown;
    nh.dev = dev;
    nh.scope = rt_scope::link;
    return err::ok;
}

// A gateway must be reachable by a route of narrower scope: no gateway behind a gateway.
err check_gateway(netns& net, fib_nh& nh, std::uint32_t table, std::uint8_t scope,
                  netlink_ext_ack& extack) {
    if (nh.flags & rtnh_f::onlink) return check_onlink(net, nh, scope, extack);
    flowi4 fl;
    fl.daddr = nh.gw;
    fl.scope = std::max<std::uint8_t>(std::uint8_t(scope + 1), rt_scope::link);
    fl.oif = nh.oif;
    fib_result res;
    err e = err::srch;
    fib_table* tb = table && table != rt_table::main ? fib_get_table(net, table) : nullptr;
    if (tb) e = fib_table_lookup(*tb, fl, res, fib_lookup_f::ignore_linkstate);
    if (e != err::ok) e = fib_lookup(net, fl, res, fib_lookup_f::ignore_linkstate);
    if (e != err::ok) return extack.set(e, "Nexthop has invalid gateway");
    if (res.type != rtn::unicast && res.type != rtn::local) {
        return extack.set(err::inval, "Nexthop has invalid gateway");
    }
    nh.scope = res.scope;
    nh.dev = res.nh().dev;
    nh.oif = res.nh().oif;
    if (!nh.dev) return extack.set(err::inval, "No egress device for nexthop gateway");
    if (!nh.dev->carrier_ok()) nh.flags |= rtnh_f::linkdown;
    return nh.dev->is_up() ? err::ok : err::netdown;
}

// Linux: fib_check_nh_v6_gw
err check_gateway6(netns& net, fib_nh& nh, netlink_ext_ack& extack) {
    net_device* dev = nh.oif ? dev_get_by_index(net, nh.oif) : nullptr;
    if (nh.oif && !dev) return err::nodev;
    const err e = fib6_nh_init(net, nh.gw6(), nh.flags & rtnh_f::onlink, dev, extack);
    if (e != err::ok) return e;
    nh.dev = dev;
    nh.oif = dev->ifindex;
    nh.scope = rt_scope::link;
    if (!dev->carrier_ok()) nh.flags |= rtnh_f::linkdown;
    return err::ok;
}

err check_nongw(netns& net, fib_nh& nh, netlink_ext_ack& extack) {
    if (nh.flags & (rtnh_f::pervasive | rtnh_f::onlink)) {
        return extack.set(err::inval,
                          "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
    }
    net_device* dev = dev_get_by_index(net, nh.oif);
    if (!dev || !in_dev_get(*dev)) return err::nodev;
    if (!dev->is_up()) return extack.set(err::netdown, "Device for nexthop is not up");
    nh.dev = dev;
    nh.scope = rt_scope::host;
    if (!dev->carrier_ok()) nh.flags |= rtnh_f::linkdown;
    return err::ok;
}

err get_next_hops(const fib_config& cfg, fib_info& fi, netlink_ext_ack& extack) {
    if (!cfg.multipath) {
        fib_nh& nh = fi.nh;
        nh.oif = cfg.oif;
        nh.gw = cfg.gw;
        if (!cfg.gw6.is_any()) nh.make_more().gw6 = cfg.gw6;
        nh.flags = cfg.flags;
        return err::ok;
    }
    compact_vector<fib_nh> hops;
    for (const fib_config_nh& c : cfg.mp) {
        if (c.flags & link_flags) {
            return extack.set(err::inval,
                              "Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
        }
        fib_nh nh;
        nh.oif = c.oif;
        nh.gw = c.gw;
        if (!c.gw6.is_any()) nh.make_more().gw6 = c.gw6;
        nh.flags = (cfg.flags & ~0xffu) | c.flags;
        nh.weight = c.weight;
        hops.push_back(std::move(nh));
    }
    if (hops.size() == 1) {
        fi.nh = std::move(hops[0]);
    } else {
        fi.make_more().nhs = std::move(hops);
    }
    if (cfg.oif && fi.nhs()[0].oif != cfg.oif) {
        return extack.set(err::inval, "Nexthop device index does not match RTA_OIF");
    }
    if (cfg.has_gw && !fi.nhs()[0].has_gateway(cfg.gw, cfg.gw6)) {
        return extack.set(err::inval, "Nexthop gateway does not match RTA_GATEWAY or RTA_VIA");
    }
    return err::ok;
}

err check_host_scope(netns& net, const fib_config& cfg, fib_info& fi, netlink_ext_ack& extack) {
    if (fi.nhs().size() != 1) {
        return extack.set(err::inval, "Route with host scope can not have multiple nexthops");
    }
    fib_nh& nh = fi.nhs()[0];
    if (cfg.has_gw || nh.has_gateway()) {
        return extack.set(err::inval, "Route with host scope can not have a gateway");
    }
    nh.scope = rt_scope::nowhere;
    nh.dev = dev_get_by_index(net, nh.oif);
    return nh.dev ? err::ok : err::nodev;
}

err check_next_hops(netns& net, const fib_config& cfg, fib_info& fi, netlink_ext_ack& extack) {
    if (cfg.scope == rt_scope::host) return check_host_scope(net, cfg, fi, extack);
    std::size_t linkdown = 0;
    for (fib_nh& nh : fi.nhs()) {
        const err e = !nh.gw6().is_any() ? check_gateway6(net, nh, extack)
                      : nh.gw.is_any()   ? check_nongw(net, nh, extack)
                                         : check_gateway(net, nh, cfg.table, cfg.scope, extack);
        if (e != err::ok) return e;
        if (nh.flags & rtnh_f::linkdown) linkdown++;
    }
    if (linkdown == fi.nhs().size()) fi.flags |= rtnh_f::linkdown;
    return err::ok;
}

bool valid_prefsrc(netns& net, const fib_config& cfg) {
    if (cfg.prefsrc.is_any()) return true;
    if (cfg.type == rtn::local && !cfg.dst.is_any() && cfg.prefsrc == cfg.dst) return true;
    return inet_addr_type(net, cfg.prefsrc) == rtn::local;
}

}  // namespace

err fib_props_error(rtn type) {
    return std::size_t(type) < std::size(fib_props) ? fib_props[std::size_t(type)].error
                                                    : err::inval;
}

bool fib_info::uses(const net_device& dev) const {
    const auto hops = nhs();
    return std::any_of(hops.begin(), hops.end(), [&](const fib_nh& x) { return x.dev == &dev; });
}

std::uint32_t fib_info::metric(std::uint16_t rtax_type) const {
    if (!more) return 0;
    for (const fib_metric& m : more->metrics.values) {
        if (m.type == rtax_type) return m.value;
    }
    return 0;
}

err fib_create_info(netns& net, const fib_config& cfg, fib_info& fi, netlink_ext_ack& extack) {
    if (std::size_t(cfg.type) >= std::size(fib_props)) {
        return extack.set(err::inval, "Invalid route type");
    }
    const fib_prop& prop = fib_props[std::size_t(cfg.type)];
    if (prop.scope > cfg.scope) return extack.set(err::inval, "Invalid scope");
    if (cfg.flags & link_flags) {
        return extack.set(err::inval, "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
    }
    if (cfg.has_nh_id) return extack.set(err::inval, "Nexthop id does not exist");
    if (!cfg.metrics_error.empty()) return extack.set(err::inval, cfg.metrics_error);
    fi.protocol = cfg.protocol;
    fi.scope = cfg.scope;
    fi.flags = cfg.flags;
    fi.priority = cfg.priority;
    fi.prefsrc = cfg.prefsrc;
    fi.type = cfg.type;
    if (!cfg.metrics.empty()) fi.make_more().metrics = cfg.metrics;
    if (const err e = get_next_hops(cfg, fi, extack); e != err::ok) return e;

    if (prop.error != err::ok) {
        if (cfg.has_gw || cfg.oif || cfg.multipath) {
            return extack.set(
                err::inval,
                "Gateway, device and multipath can not be specified for this route type");
        }
    } else {
        if (cfg.scope > rt_scope::host) return extack.set(err::inval, "Invalid scope");
        if (const err e = check_next_hops(net, cfg, fi, extack); e != err::ok) return e;
        if (!valid_prefsrc(net, cfg)) {
            return extack.set(err::inval, "Invalid prefsrc address");
        }
    }
    fib_rebalance(fi);
    return err::ok;
}

// Which part of the hash space each next hop answers for (RFC 2992, by weight).
void fib_rebalance(fib_info& fi) {
    if (fi.nhs().size() < 2) return;
    const auto counts = [](const fib_nh& nh) {
        if (nh.flags & rtnh_f::dead) return false;
        const in_device* in_dev = nh.dev ? in_dev_get(*nh.dev) : nullptr;
        return !(nh.flags & rtnh_f::linkdown) || !in_dev || !in_dev->ignore_routes_with_linkdown();
    };
    std::uint64_t total = 0, sum = 0;
    for (const fib_nh& nh : fi.nhs()) total += counts(nh) ? nh.weight : 0;
    for (fib_nh& nh : fi.nhs()) {
        nh.upper_bound = -1;
        if (!counts(nh)) continue;
        sum += nh.weight;
        nh.upper_bound = std::int32_t(((sum << 31) + total / 2) / total - 1);
    }
}

// Does a deletion's description fit? What it does not name fits.
bool fib_nh_match(const fib_config& cfg, const fib_info& fi, netlink_ext_ack& extack) {
    if (cfg.priority && cfg.priority != fi.priority) return false;
    if (cfg.oif || cfg.has_gw) {
        const fib_nh& nh = fi.nhs()[0];
        return (!cfg.oif || cfg.oif == nh.oif) && (!cfg.has_gw || nh.has_gateway(cfg.gw, cfg.gw6));
    }
    if (!cfg.multipath) return true;
    if (cfg.mp.size() != fi.nhs().size()) return false;
    for (std::size_t i = 0; i < cfg.mp.size(); i++) {
        const fib_config_nh& c = cfg.mp[i];
        if (c.oif && c.oif != fi.nhs()[i].oif) return false;
        if (!c.gw_error.empty()) {
            extack.msg = c.gw_error;
            return false;
        }
        if (c.gw_given && !fi.nhs()[i].has_gateway(c.gw, c.gw6)) return false;
    }
    return true;
}

bool fib_metrics_match(const fib_config& cfg, const fib_info& fi) {
    const fib_metrics& wanted = cfg.metrics;
    if (!wanted.cc_algo.empty() && (!fi.more || wanted.cc_algo != fi.more->metrics.cc_algo)) {
        return false;
    }
    return std::all_of(wanted.values.begin(), wanted.values.end(),
                       [&](const fib_metric& m) { return fi.metric(m.type) == m.value; });
}

namespace {

template <class F>
void for_each_info(netns& net, F f) {
    for (const fib_table& tb : net.ipv4->tables) {
        for (const auto& fa : tb.aliases) f(fa->info);
    }
}

}  // namespace

// Local routes (next hop of scope nowhere) survive a device that is only down.
int fib_sync_down_dev(net_device& dev, fib_down event, bool force) {
    const int spared = force ? -1 : int(rt_scope::nowhere);
    const std::uint32_t lost =
        event == fib_down::change ? std::uint32_t{rtnh_f::linkdown} : link_flags;
    int changed = 0;
    for_each_info(*dev.net, [&](fib_info& fi) {
        if (!fi.uses(dev)) return;
        std::size_t dead = 0;
        for (fib_nh& nh : fi.nhs()) {
            if (nh.flags & rtnh_f::dead) {
                dead++;
            } else if (nh.dev == &dev && int(nh.scope) != spared) {
                nh.flags |= lost;
                dead++;
            }
            if (event == fib_down::unregister && nh.dev == &dev) {
                dead = fi.nhs().size();
                break;
            }
        }
        if (dead == fi.nhs().size()) {
            fi.flags |= lost;
            changed++;
        }
        fib_rebalance(fi);
    });
    return changed;
}

int fib_sync_down_addr(net_device& dev, ipv4_address local) {
    if (local.is_any()) return 0;
    int changed = 0;
    for_each_info(*dev.net, [&](fib_info& fi) {
        if (fi.prefsrc != local) return;
        fi.flags |= rtnh_f::dead;
        changed++;
    });
    return changed;
}

int fib_sync_up(net_device& dev, std::uint32_t nh_flags) {
    if (!dev.is_up()) return 0;
    const bool running = dev_get_flags(dev) & (iff::running | iff::lower_up);
    if ((nh_flags & rtnh_f::dead) && running) nh_flags |= rtnh_f::linkdown;
    int changed = 0;
    for_each_info(*dev.net, [&](fib_info& fi) {
        if (!fi.uses(dev)) return;
        int alive = 0;
        for (fib_nh& nh : fi.nhs()) {
            if (!(nh.flags & nh_flags)) {
                alive++;
            } else if (nh.dev == &dev && in_dev_get(dev)) {
                alive++;
                nh.flags &= ~nh_flags;
            }
        }
        if (alive) {
            fi.flags &= ~nh_flags;
            changed++;
        }
        fib_rebalance(fi);
    });
    return changed;
}

// ---- RTM_NEWROUTE as the kernel writes it

// RTA_METRICS, by number.
void fib_put_metrics(nlmsg_builder& out, const fib_metrics& metrics) {
    if (metrics.empty()) return;
    std::vector<fib_metric> sorted = metrics.values;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const fib_metric& a, const fib_metric& b) { return a.type < b.type; });
    const std::size_t nest = out.nest(rta::metrics);
    for (const fib_metric& m : sorted) out.put_u32(m.type, m.value);
    if (!metrics.cc_algo.empty()) out.put_str(rtax::cc_algo, metrics.cc_algo);
    out.end_nest(nest);
}

namespace {

std::uint8_t shown_flags(const fib_nh& nh) {
    std::uint32_t flags = nh.flags & rtnh_f::onlink;
    if (nh.flags & rtnh_f::dead) flags |= rtnh_f::dead;
    if (nh.flags & rtnh_f::linkdown) {
        flags |= rtnh_f::linkdown;
        const in_device* in_dev = nh.dev ? in_dev_get(*nh.dev) : nullptr;
        if (in_dev && in_dev->ignore_routes_with_linkdown()) flags |= rtnh_f::dead;
    }
    return std::uint8_t(flags);
}

void put_multipath(nlmsg_builder& out, const fib_info& fi) {
    const std::size_t nest = out.nest(rta::multipath);
    for (const fib_nh& nh : fi.nhs()) {
        rtnexthop hop{.rtnh_len = sizeof(rtnexthop),
                      .rtnh_flags = shown_flags(nh),
                      .rtnh_hops = std::uint8_t(nh.weight - 1),
                      .rtnh_ifindex = nh.oif};
        constexpr std::uint16_t gateway_size = 8, via_size = 24;
        if (!nh.gw.is_any()) hop.rtnh_len += gateway_size;
        if (!nh.gw6().is_any()) hop.rtnh_len += via_size;
        out.raw(as_view(hop));
        fib_put_gateway(out, nh.gw, nh.gw6());
    }
    out.end_nest(nest);
}

}  // namespace

void fib_put_gateway(nlmsg_builder& out, ipv4_address gw, const ipv6_address& gw6) {
    if (!gw.is_any()) out.put_ip4(rta::gateway, gw);
    if (gw6.is_any()) return;
    std::array<std::byte, 18> via{};  // struct rtvia
    const std::uint16_t family = af::inet6;
    std::memcpy(via.data(), &family, sizeof family);
    gw6.write(via, 2);
    out.put(rta::via, via);
}

void fib_dump_info(nlmsg_builder& out, std::uint32_t portid, std::uint32_t seq, std::uint16_t event,
                   const fib_rt_info& fri, std::uint16_t flags) {
    const fib_info& fi = *fri.fi;
    rtmsg rtm{};
    rtm.rtm_family = af::inet;
    rtm.rtm_dst_len = fri.dst_len;
    rtm.rtm_tos = fri.tos;
    rtm.rtm_table = std::uint8_t(fri.tb_id < 256 ? fri.tb_id : std::uint32_t{rt_table::compat});
    rtm.rtm_protocol = fi.protocol;
    rtm.rtm_scope = fi.scope;
    rtm.rtm_type = std::uint8_t(fri.type);
    rtm.rtm_flags = fi.flags;
    const bool single = fi.nhs().size() == 1;
    if (single) rtm.rtm_flags |= shown_flags(fi.nhs()[0]);

    out.begin(event, flags, seq, portid);
    out.head(rtm);
    out.put_u32(rta::table, fri.tb_id);
    if (fri.dst_len) out.put_ip4(rta::dst, fri.dst);
    if (fi.priority) out.put_u32(rta::priority, fi.priority);
    if (fi.more) fib_put_metrics(out, fi.more->metrics);
    if (!fi.prefsrc.is_any()) out.put_ip4(rta::prefsrc, fi.prefsrc);
    if (single) {
        const fib_nh& nh = fi.nhs()[0];
        fib_put_gateway(out, nh.gw, nh.gw6());
        if (nh.oif) out.put_u32(rta::oif, std::uint32_t(nh.oif));
    } else {
        put_multipath(out, fi);
    }
    out.end();
}

}  // namespace vethlab
