// Linux: net/ipv6/ip6_fib.c, net/ipv6/route.c: the tables, and who finds what in them.
#include "core/ipv6/ip6_fib.h"

#include <algorithm>
#include <tuple>

#include "core/ipv6/ndisc.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

// Place in the list: of the routes to one prefix those with the lower metric are looked at first.
auto sort_key(std::uint32_t table, unsigned plen, const ipv6_address& dst, std::uint32_t metric) {
    return std::tuple(table, 128 - plen, dst, metric);
}
auto sort_key(const fib6_info& rt) { return sort_key(rt.table, rt.plen, rt.dst, rt.metric); }

bool same_nexthop(const fib6_info& a, const fib6_info& b) {
    return a.dev == b.dev && a.options->has_gateway == b.options->has_gateway &&
           a.options->gateway == b.options->gateway;
}

bool expired(const fib6_info& rt, sim_time now) {
    return rt.options->expires != sim_time{} && rt.options->expires <= now;
}

bool usable(const netns& net, const fib6_info& rt, const flowi6& fl) {
    if (expired(rt, net.krn.now())) return false;
    if (rt.reject()) return true;
    const inet6_dev* idev = in6_dev_get(*rt.dev);
    if (!idev || (!rt.dev->carrier_ok() && idev->conf(devconf6::ignore_routes_with_linkdown))) {
        return false;
    }
    if (!fl.oif || rt.dev->ifindex == fl.oif) return true;
    return rt.type == rtn::local && net.loopback_dev->ifindex == fl.oif;
}

const fib6_info* lookup_table(const netns& net, std::uint32_t table, const flowi6& fl) {
    const auto& routes = net.ipv6->routes;
    const auto before = [](const auto& rt, const auto& key) { return sort_key(*rt) < key; };
    auto at = std::lower_bound(routes.begin(), routes.end(), sort_key(table, 128, {}, 0), before);
    while (at != routes.end() && (*at)->table == table) {
        const unsigned plen = (*at)->plen;
        const ipv6_address prefix = ipv6_addr_prefix(fl.daddr, plen);
        at = std::lower_bound(at, routes.end(), sort_key(table, plen, prefix, 0), before);
        for (; at != routes.end() && (*at)->table == table && (*at)->plen == plen &&
               (*at)->dst == prefix;
             ++at) {
            if (usable(net, **at, fl)) return at->get();
        }
        if (plen == 0) break;
        // On to the next shorter length that the table has.
        at = std::lower_bound(at, routes.end(), sort_key(table, plen - 1, {}, 0), before);
    }
    return nullptr;
}

err reject_error(rtn type) {
    switch (type) {
        case rtn::blackhole:
            return err::inval;
        case rtn::prohibit:
            return err::acces;
        case rtn::throw_:
            return err::again;
        default:
            return err::hostunreach;
    }
}

template <class F>
void remove_if(netns& net, F drop) {
    auto& routes = net.ipv6->routes;
    for (std::size_t i = 0; i < routes.size();) {
        if (drop(*routes[i])) {
            fib6_del(net, *routes[i]);
        } else {
            i++;
        }
    }
}

}  // namespace

err fib6_add(netns& net, std::unique_ptr<fib6_info> rt, std::uint16_t flags) {
    auto& routes = net.ipv6->routes;
    const auto less = [](const auto& a, const auto& b) { return sort_key(*a) < sort_key(*b); };
    const auto [first, last] = std::equal_range(routes.begin(), routes.end(), rt, less);
    if (first != last && (flags & nlm_f::replace)) {
        inet6_rt_notify(rtm::newroute, net, *rt);
        *first = std::move(rt);
        return err::ok;
    }
    for (auto it = first; it != last; ++it) {
        if (same_nexthop(**it, *rt)) {
            // The same once more only prolongs what ends some day.
            fib6_info& known = **it;
            if (known.options->expires != sim_time{}) {
                known.options.own().expires = rt->options->expires;
            }
            return err::exist;
        }
        // An automatic route to the same prefix through another device is no conflict.
        const bool automatic = (flags & nlm_f::excl) && rt->protocol == rtprot::kernel;
        if ((flags & nlm_f::excl) && !automatic) return err::exist;
    }
    inet6_rt_notify(rtm::newroute, net, *rt);
    routes.insert(last, std::move(rt));
    return err::ok;
}

void fib6_del(netns& net, const fib6_info& rt) {
    auto& routes = net.ipv6->routes;
    const auto it =
        std::find_if(routes.begin(), routes.end(), [&](const auto& r) { return r.get() == &rt; });
    const std::unique_ptr<fib6_info> gone = std::move(*it);
    routes.erase(it);
    inet6_rt_notify(rtm::delroute, net, *gone);
}

void rt6_disable_ip(net_device& dev) {
    remove_if(*dev.net, [&](const fib6_info& rt) { return rt.dev == &dev; });
}

void rt6_remove_prefsrc(netns& net, const net_device& dev, const ipv6_address& addr) {
    for (const auto& rt : net.ipv6->routes) {
        if (rt->options->has_prefsrc && rt->dev == &dev && rt->options->prefsrc == addr) {
            rt->options.own().has_prefsrc = false;
        }
    }
}

const fib6_info* ip6_route_lookup(netns& net, const flowi6& fl, err& e) {
    e = err::netunreach;
    // The rules of every namespace: local, then main.
    for (const std::uint32_t table : {rt_table::local, rt_table::main}) {
        const fib6_info* rt = lookup_table(net, table, fl);
        if (!rt) continue;
        if (rt->type == rtn::throw_) continue;
        e = rt->reject() ? reject_error(rt->type) : err::ok;
        return e == err::ok ? rt : nullptr;
    }
    return nullptr;
}

}  // namespace vethlab
