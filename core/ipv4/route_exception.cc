// Linux: net/ipv4/route.c: what ICMP has told about single destinations: path MTUs and redirects
// (struct fib_nh_exception).
#include <algorithm>

#include "core/ipv4/arp.h"
#include "core/ipv4/route.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr sim_time ip_rt_gc_timeout = 300s;   // life of a redirect
constexpr std::size_t max_exceptions = 2048;  // FNHE_HASH_SIZE; the oldest makes room

fib_nh_exception& update_or_create_fnhe(netns& net, fib_nh& nh, ipv4_address daddr) {
    const std::uint32_t genid = net.ipv4->fnhe_genid;
    const sim_time now = net.krn.now();
    auto& all = nh.make_more().exceptions;
    auto at = std::find_if(all.begin(), all.end(),
                           [daddr](const auto& x) { return x.daddr == daddr; });
    if (at == all.end()) {
        if (all.size() >= max_exceptions) {
            all.erase(std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
                return a.stamp < b.stamp;
            }));
        }
        at = all.insert(all.end(), fib_nh_exception{});
        at->daddr = daddr;
    } else if (at->genid != genid) {
        *at = fib_nh_exception{};
        at->daddr = daddr;
    }
    at->genid = genid;
    at->stamp = now;
    return *at;
}

// The next hop that the flow takes now.
fib_nh* next_hop_of(netns& net, flowi4& fl, fib_result& res) {
    if (fib_lookup(net, fl, res) != err::ok) return nullptr;
    fib_select_path(net, res, fl);
    return &res.nh();
}

// ip_do_redirect's checks of the gateway it is to believe in.
bool acceptable_gateway(netns& net, net_device& dev, ipv4_address old_gw, ipv4_address new_gw) {
    const in_device* in_dev = in_dev_get(dev);
    if (!in_dev || new_gw == old_gw || !in_dev->rx_redirects() || new_gw.is_multicast() ||
        new_gw.is_limited_broadcast() || new_gw.is_zeronet()) {
        return false;
    }
    if (in_dev->shared_media()) return inet_addr_type(net, new_gw) == rtn::unicast;
    return inet_addr_onlink(*in_dev, new_gw, old_gw) &&
           (!in_dev->sec_redirects() || ip_fib_check_default(net, new_gw, dev));
}

}  // namespace

fib_nh_exception* find_exception(netns& net, fib_nh& nh, ipv4_address daddr) {
    for (fib_nh_exception& fnhe : nh.exceptions()) {
        if (fnhe.daddr != daddr) continue;
        const bool over = fnhe.expires != sim_time{} && net.krn.now() > fnhe.expires;
        if (!over && fnhe.genid == net.ipv4->fnhe_genid) return &fnhe;
        nh.more->exceptions.erase(&fnhe);
        return nullptr;
    }
    return nullptr;
}

void fnhe_genid_bump(netns& net) { net.ipv4->fnhe_genid++; }

void ipv4_update_pmtu(netns& net, flowi4 fl, std::uint32_t mtu) {
    const sysctl_ipv4& sysctl = *net.ipv4->sysctl;
    flowi4 way = fl;
    rtable rt;
    if (ip_route_output_key(net, way, rt) != err::ok) return;
    fib_result res;
    fib_nh* nh = next_hop_of(net, way, res);
    if (!nh) return;
    if (res.fi().metric(rtax::lock) >> rtax::mtu & 1) return;

    const std::uint32_t old_mtu = ipv4_mtu(rt);
    if (old_mtu < mtu) return;
    bool lock = false;
    if (mtu < std::uint32_t(sysctl.route_min_pmtu)) {
        lock = true;
        mtu = std::min(old_mtu, std::uint32_t(sysctl.route_min_pmtu));
    }
    const sim_time now = net.krn.now(), life = std::chrono::seconds(sysctl.route_mtu_expires);
    if (rt.pmtu == mtu && !lock && now < rt.expires - life / 2) return;
    fib_nh_exception& fnhe = update_or_create_fnhe(net, *nh, way.daddr);
    fnhe.pmtu = mtu;
    fnhe.mtu_locked = lock;
    fnhe.expires = std::max(now + life, sim_time{1});
    rt_cache_flush(net);
}

void ipv4_redirect(netns& net, flowi4 fl, net_device& dev, ipv4_address old_gw,
                   ipv4_address new_gw) {
    flowi4 way = fl;
    rtable rt;
    if (ip_route_output_key(net, way, rt) != err::ok) return;
    if (rt.gw != old_gw || rt.gw.is_any() || !acceptable_gateway(net, dev, old_gw, new_gw)) {
        return;
    }
    neighbour* n = ipv4_neigh_lookup_or_create(*rt.dev, new_gw);
    if (!n) return;
    if (!n->valid()) {  // first see whether it is there; the next redirect will count
        frame_ptr none;
        (void)neigh_event_send(*n, none);
        return;
    }
    fib_result res;
    fib_nh* nh = next_hop_of(net, way, res);
    if (!nh) return;
    fib_nh_exception& fnhe = update_or_create_fnhe(net, *nh, way.daddr);
    fnhe.gw = new_gw;
    fnhe.expires = net.krn.now() + ip_rt_gc_timeout;
    rt_cache_flush(net);
}

// A smaller device narrows what was learnt behind it.
void fib_sync_mtu(net_device& dev) {
    for (const fib_table& tb : dev.net->ipv4->tables) {
        for (const auto& fa : tb.aliases) {
            for (fib_nh& nh : fa->info.nhs()) {
                if (nh.dev != &dev) continue;
                for (fib_nh_exception& fnhe : nh.exceptions()) {
                    if (!fnhe.pmtu || dev.mtu > fnhe.pmtu) continue;
                    if (fnhe.mtu_locked || dev.mtu < fnhe.pmtu) fnhe.pmtu = dev.mtu;
                    fnhe.mtu_locked = false;
                }
            }
        }
    }
}

bool ip_fib_check_default(netns& net, ipv4_address gw, const net_device& dev) {
    for (const fib_table& tb : net.ipv4->tables) {
        for (const auto& fa : tb.aliases) {
            for (const fib_nh& nh : fa->info.nhs()) {
                if (nh.dev == &dev && nh.gw == gw && !(nh.flags & rtnh_f::dead)) return true;
            }
        }
    }
    return false;
}

}  // namespace vethlab
