// Linux: net/ipv4/fib_semantics.c (fib_select_path), fib_frontend.c (inet_addr_type,
// fib_validate_source), route.c (fib_multipath_hash): questions to the tables.
#include "core/ipv4/arp.h"
#include "core/ipv4/fib.h"
#include "core/kernel.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"

namespace vethlab {
namespace {

// ---- several next hops

struct hash_keys {
    ipv4_address saddr, daddr;
    std::uint8_t proto = 0;
    std::uint16_t sport = 0, dport = 0;
};

bool is_icmp_error(std::uint8_t type) {
    return type == icmp_type::dest_unreach || type == icmp_type::redirect ||
           type == icmp_type::time_exceeded || type == icmp_type::parameterprob;
}

// An ICMP error goes the way of the flow that it is about.
void take_from_frame(hash_keys& keys, const frame& skb, bool with_ports) {
    const auto ip = ipv4_view::parse(skb.from(skb.network_header));
    if (!ip || skb.protocol != eth_p::ip) return;
    keys.proto = ip->protocol();
    const bytes_view body = ip->payload();
    const auto icmp = icmp_view::parse(body);
    if (with_ports) {
        const bool ports = keys.proto == ipproto::udp || keys.proto == ipproto::tcp;
        if (!ports || ip->is_fragment() || body.size() < 4) return;
        keys.sport = be16(body, 0);
        keys.dport = be16(body, 2);
    } else if (keys.proto == ipproto::icmp && icmp && is_icmp_error(icmp->type())) {
        if (const auto quoted = ipv4_view::parse(icmp->payload())) {
            keys.saddr = quoted->saddr();
            keys.daddr = quoted->daddr();
        }
    }
}

std::uint64_t mix(std::uint64_t h, std::uint64_t v) {
    h = (h ^ v) * 0x9e3779b97f4a7c15;
    return h ^ (h >> 32);
}

// Linux: siphash with a key of the machine or of fib_multipath_hash_seed.
// Here: another hash with the same properties, so the choice of a flow differs.
std::uint32_t fib_multipath_hash(netns& net, const flowi4& fl, const frame* skb) {
    const netns_ipv4& v4 = *net.ipv4;
    const bool layer4 = v4.sysctl->fib_multipath_hash_policy == 1;
    hash_keys keys{fl.saddr, fl.daddr, fl.proto, fl.sport, fl.dport};
    if (skb) take_from_frame(keys, *skb, layer4);
    const auto user_seed = std::uint32_t(v4.sysctl->fib_multipath_hash_seed);
    std::uint64_t h = user_seed ? user_seed : v4.multipath_seed;
    h = mix(mix(h, keys.saddr.value), keys.daddr.value);
    if (layer4) h = mix(mix(h, keys.proto), std::uint64_t(keys.sport) << 16 | keys.dport);
    return std::uint32_t(mix(h, 1)) >> 1;
}

bool fib_good_nh(const fib_nh& nh) {
    if (nh.scope != rt_scope::link || !nh.dev || nh.gw.is_any()) return true;
    const neighbour* n = ipv4_neigh_lookup(*nh.dev, nh.gw);
    return !n || n->valid();
}

void fib_select_multipath(netns& net, fib_result& res, std::uint32_t hash, ipv4_address saddr) {
    const bool use_neigh = net.ipv4->sysctl->fib_multipath_use_neigh;
    int best = -1;
    for (std::size_t i = 0; i < res.fi().nhs().size(); i++) {
        fib_nh& nh = res.fi().nhs()[i];
        if (nh.upper_bound == -1 || (use_neigh && !fib_good_nh(nh))) continue;
        int score = std::int64_t(hash) <= nh.upper_bound ? 1 : 0;
        if (!saddr.is_any() && nh.saddr == saddr) score += 2;
        if (score <= best) continue;
        res.nh_sel = std::uint16_t(i);
        best = score;
        if (score == 3 || (saddr.is_any() && score == 1)) return;
    }
}

// ---- several default routes of one metric: not the one whose gateway is dead

bool fib_detect_death(fib_alias& fa, int order, fib_alias*& last_resort, int& last_index,
                      int dflt) {
    const fib_nh& nh = fa.info.nhs()[0];
    const neighbour* n = nh.dev ? ipv4_neigh_lookup(*nh.dev, nh.gw) : nullptr;
    const std::uint16_t state = n ? n->nud_state : std::uint16_t{nud::none};
    if (state == nud::reachable) return false;
    if ((state & nud::valid) && order != dflt) return false;
    if ((state & nud::valid) || (last_index < 0 && order > dflt && state != nud::incomplete)) {
        last_resort = &fa;
        last_index = order;
    }
    return true;
}

void fib_select_default(fib_result& res, const flowi4& fl) {
    fib_table& tb = *res.table;
    fib_alias *last_resort = nullptr, *candidate = nullptr, *first = nullptr;
    int order = -1, last_index = -1;
    for (std::size_t i = tb.lower_bound({}, 0); tb.is_at(i, {}, 0); i++) {
        fib_alias& fa = *tb.aliases[i];
        if (fa.tos && fa.tos != fl.tos) continue;
        if (fa.info.priority > res.fi().priority) break;
        if (fa.info.flags & rtnh_f::dead) continue;
        if (fa.info.scope != res.scope || fa.type() != rtn::unicast) continue;
        const fib_nh& nh = fa.info.nhs()[0];
        if (nh.gw.is_any() || nh.scope != rt_scope::link) continue;
        if (!candidate) {
            if (&fa != res.fa) break;
            first = &fa;
        } else if (!fib_detect_death(*candidate, order, last_resort, last_index,
                                     first->fa_default)) {
            res.fa = candidate;
            first->fa_default = std::int16_t(order);
            return;
        }
        candidate = &fa;
        order++;
    }
    if (order <= 0 || !candidate) {
        if (first) first->fa_default = -1;
        return;
    }
    if (!fib_detect_death(*candidate, order, last_resort, last_index, first->fa_default)) {
        res.fa = candidate;
        first->fa_default = std::int16_t(order);
        return;
    }
    if (last_index >= 0) res.fa = last_resort;
    first->fa_default = std::int16_t(last_index);
}

}  // namespace

void fib_select_path(netns& net, fib_result& res, flowi4& fl, const frame* skb) {
    const bool multipath = res.fi().nhs().size() > 1;
    if (skb) {
        if (multipath) fib_select_multipath(net, res, fib_multipath_hash(net, fl, skb), {});
        return;
    }
    if (!fl.oif && multipath) {
        fib_select_multipath(net, res, fib_multipath_hash(net, fl, nullptr), fl.saddr);
    } else if (!fl.oif && res.prefixlen == 0 && res.type == rtn::unicast &&
               res.table->has_several_defaults()) {
        fib_select_default(res, fl);
    }
    if (fl.saddr.is_any()) fl.saddr = fib_result_prefsrc(net, res);
}

ipv4_address fib_result_prefsrc(netns& net, fib_result& res) {
    const fib_info& fi = res.fi();
    if (!fi.prefsrc.is_any()) return fi.prefsrc;
    fib_nh& nh = res.nh();
    if (nh.saddr_genid != net.ipv4->dev_addr_genid && nh.dev) {
        nh.saddr = inet_select_addr(*nh.dev, nh.gw, fi.scope);
        nh.saddr_genid = net.ipv4->dev_addr_genid;
    }
    return nh.saddr;
}

rtn inet_addr_type_dev_table(netns& net, ipv4_address addr, const net_device* dev) {
    if (addr.is_zeronet() || addr.is_limited_broadcast()) return rtn::broadcast;
    if (addr.is_multicast()) return rtn::multicast;
    if (!fib_get_table(net, rt_table::local)) return rtn::broadcast;
    fib_result res;
    const flowi4 fl{.daddr = addr};
    if (fib_local_lookup(net, fl, res, 0) != err::ok) return rtn::unicast;
    return !dev || res.nh().dev == dev ? res.type : rtn::unicast;
}

// ---- sources of what arrives

namespace {

// Without rules and routes of the user, our own addresses are the /32 of table local.
bool is_own_address(netns& net, ipv4_address addr) {
    const fib_table* local = fib_get_table(net, rt_table::local);
    if (!local) return false;
    for (std::size_t i = local->lower_bound(addr, 32); local->is_at(i, addr, 32); i++) {
        if (local->aliases[i]->type() == rtn::local) return true;
    }
    return false;
}

err full_validation(const frame& skb, flowi4 fl, int rpf, net_device& dev, in_device& in_dev,
                    bool& on_link) {
    netns& net = *dev.net;
    const bool no_addr = in_dev.ifa_list.empty();
    const err last_resort = rpf ? err::xdev : err::ok;
    if (in_dev.or_conf(devconf::src_vmark)) fl.mark = skb.mark;
    fib_result res;
    if (fib_lookup(net, fl, res) != err::ok) return last_resort;
    if (res.type != rtn::unicast && (res.type != rtn::local || !in_dev.accept_local())) {
        return err::inval;
    }
    if (res.fi().uses(dev) ||
        (res.type == rtn::local && &dev == net.loopback_dev)) {
        on_link = res.nh().scope >= rt_scope::host;
        return err::ok;
    }
    if (no_addr) return last_resort;
    if (rpf == 1) return err::xdev;
    fl.oif = dev.ifindex;
    if (fib_lookup(net, fl, res, fib_lookup_f::ignore_linkstate) == err::ok &&
        res.type == rtn::unicast) {
        on_link = res.nh().scope >= rt_scope::host;
    }
    return err::ok;
}

}  // namespace

err fib_validate_source(const frame& skb, ipv4_address src, ipv4_address dst, std::uint8_t tos,
                        int oif, net_device& dev, bool& on_link) {
    on_link = false;
    in_device& in_dev = *in_dev_get(dev);
    netns& net = *dev.net;
    const int rpf = in_dev.rpfilter();
    if (!rpf && (dev.ifindex != oif || !in_dev.tx_redirects())) {
        if (in_dev.accept_local()) return err::ok;
        if (!net.ipv4->fib_has_custom_local_routes && !net.ipv4->custom_rules) {
            return is_own_address(net, src) ? err::inval : err::ok;
        }
    }
    flowi4 fl;
    fl.daddr = src;
    fl.saddr = dst;
    fl.tos = tos;
    if (oif) fl.iif = oif;
    return full_validation(skb, fl, rpf, dev, in_dev, on_link);
}

}  // namespace vethlab
