// Linux: net/core/fib_rules.c, net/ipv4/fib_rules.c: which table is asked, and `ip rule`.
#include <algorithm>

#include "core/ipv4/fib.h"
#include "core/ipv4/route.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

bool prefix_matches(ipv4_address a, ipv4_address prefix, std::uint8_t len) {
    return !((a.value ^ prefix.value) & inet_make_mask(len));
}

// A device named in a rule that is not there matches nothing.
bool device_matches(netns& net, const char* name, int ifindex) {
    if (!name[0]) return true;
    const net_device* dev = dev_get_by_name(net, name);
    return dev && dev->ifindex == ifindex;
}

bool in_range(const std::uint16_t (&range)[2], std::uint16_t port) {
    return !range[1] || (port >= range[0] && port <= range[1]);
}

bool fib_rule_match(netns& net, const fib_rule& r, const flowi4& fl) {
    const bool match =
        device_matches(net, r.iifname, fl.iif) && device_matches(net, r.oifname, fl.oif) &&
        !((r.mark ^ fl.mark) & r.mark_mask) &&
        (!r.has_uid_range || (fl.uid >= r.uid_range[0] && fl.uid <= r.uid_range[1])) &&
        prefix_matches(fl.saddr, r.src, r.src_len) && prefix_matches(fl.daddr, r.dst, r.dst_len) &&
        (!r.tos || r.tos == fl.tos) && (!r.ip_proto || r.ip_proto == fl.proto) &&
        in_range(r.sport, fl.sport) && in_range(r.dport, fl.dport);
    return match != bool(r.flags & fib_rule_f::invert);
}

bool suppressed(const fib_rule& r, const fib_result& res) {
    if (r.suppress_prefixlen >= 0 && res.prefixlen <= r.suppress_prefixlen) return true;
    const net_device* dev = res.nh().dev;
    return r.suppress_ifgroup != -1 && dev &&
           dev->settings->group == std::uint32_t(r.suppress_ifgroup);
}

// err::again: ask the next rule.
err fib4_rule_action(netns& net, const fib_rule& r, const flowi4& fl, fib_result& res,
                     unsigned flags) {
    switch (r.action) {
        case fr_act::to_tbl:
            break;
        case fr_act::unreachable:
            return err::netunreach;
        case fr_act::prohibit:
            return err::acces;
        default:
            return err::inval;
    }
    fib_table* tb = fib_get_table(net, r.table);
    if (!tb) return err::again;
    const err e = fib_table_lookup(*tb, fl, res, flags);
    return e == err::ok && suppressed(r, res) ? err::again : e;
}

std::size_t find_pref(std::span<const fib_rule> rules, std::uint32_t pref) {
    const auto at = std::find_if(rules.begin(), rules.end(),
                                 [pref](const fib_rule& r) { return r.pref == pref; });
    return std::size_t(at - rules.begin());
}

constexpr fib_rule default_rule(std::uint32_t pref, std::uint32_t table) {
    fib_rule r;
    r.pref = pref;
    r.table = table;
    r.action = fr_act::to_tbl;
    r.proto = rtprot::kernel;
    return r;
}
constexpr fib_rule default_rules[] = {default_rule(0, rt_table::local),
                                      default_rule(0x7ffe, rt_table::main),
                                      default_rule(0x7fff, rt_table::default_)};

// The rules to change: a namespace's own from here on.
std::vector<fib_rule>& own_rules(netns_ipv4& v4) {
    if (!v4.custom_rules) {
        v4.custom_rules = std::make_unique<std::vector<fib_rule>>(std::begin(default_rules),
                                                                  std::end(default_rules));
    }
    return *v4.custom_rules;
}

}  // namespace

std::span<const fib_rule> fib4_rules(const netns_ipv4& v4) {
    if (v4.custom_rules) return *v4.custom_rules;
    return default_rules;
}

err fib4_rules_lookup(netns& net, const flowi4& fl, fib_result& res, unsigned flags) {
    const std::span<const fib_rule> rules = fib4_rules(*net.ipv4);
    for (std::size_t i = 0; i < rules.size();) {
        const fib_rule& r = rules[i++];
        if (!fib_rule_match(net, r, fl)) continue;
        if (r.action == fr_act::nop) continue;
        if (r.action == fr_act::goto_) {
            const std::size_t target = find_pref(rules, r.target);
            if (target < rules.size()) i = target;
            continue;
        }
        const err e = fib4_rule_action(net, r, fl, res, flags);
        if (e != err::again) return e;
    }
    return err::netunreach;
}

err fib_lookup(netns& net, const flowi4& fl, fib_result& res, unsigned flags) {
    if (net.ipv4->custom_rules) return fib4_rules_lookup(net, fl, res, flags);
    err e = fib_local_lookup(net, fl, res, flags);
    if (e == err::again) {
        if (fib_table* dflt = fib_get_table(net, rt_table::default_)) {
            e = fib_table_lookup(*dflt, fl, res, flags);
        }
    }
    return e == err::again ? err::netunreach : e;
}

// ---- netlink

namespace {

void fib_nl_fill_rule(nlmsg_builder& out, netns& net, const fib_rule& r, std::uint16_t type,
                      std::uint16_t flags, std::uint32_t portid, std::uint32_t seq) {
    fib_rule_hdr frh{};
    frh.family = af::inet;
    frh.table = std::uint8_t(r.table < 256 ? r.table : std::uint32_t{rt_table::compat});
    frh.action = r.action;
    frh.flags = r.flags;
    frh.dst_len = r.dst_len;
    frh.src_len = r.src_len;
    frh.tos = r.tos;
    const std::span<const fib_rule> rules = fib4_rules(*net.ipv4);
    if (r.action == fr_act::goto_ && find_pref(rules, r.target) == rules.size()) {
        frh.flags |= fib_rule_f::unresolved;
    }
    if (r.iifname[0] && !dev_get_by_name(net, r.iifname)) {
        frh.flags |= fib_rule_f::iif_detached;
    }
    if (r.oifname[0] && !dev_get_by_name(net, r.oifname)) {
        frh.flags |= fib_rule_f::oif_detached;
    }
    out.begin(type, flags, seq, portid);
    out.head(frh);
    out.put_u32(fra::table, r.table);
    out.put_u32(fra::suppress_prefixlen, std::uint32_t(r.suppress_prefixlen));
    out.put_u8(fra::protocol, r.proto);
    if (r.iifname[0]) out.put_str(fra::iifname, r.iifname);
    if (r.oifname[0]) out.put_str(fra::oifname, r.oifname);
    if (r.pref) out.put_u32(fra::priority, r.pref);
    if (r.mark) out.put_u32(fra::fwmark, r.mark);
    if (r.mark || r.mark_mask) out.put_u32(fra::fwmask, r.mark_mask);
    if (r.target) out.put_u32(fra::goto_, r.target);
    if (r.has_uid_range) out.put_struct(fra::uid_range, r.uid_range);
    if (r.sport[1]) out.put_struct(fra::sport_range, r.sport);
    if (r.dport[1]) out.put_struct(fra::dport_range, r.dport);
    if (r.ip_proto) out.put_u8(fra::ip_proto, r.ip_proto);
    if (r.suppress_ifgroup != -1) {
        out.put_u32(fra::suppress_ifgroup, std::uint32_t(r.suppress_ifgroup));
    }
    if (r.dst_len) out.put_ip4(fra::dst, r.dst);
    if (r.src_len) out.put_ip4(fra::src, r.src);
    out.end();
}

void notify_rule_change(rtnl_request& r, std::uint16_t type, const fib_rule& rule) {
    if (!rtnl_has_listeners(r.net, rtnlgrp::ipv4_rule)) return;
    nlmsg_builder out;
    fib_nl_fill_rule(out, r.net, rule, type, 0, r.portid(), r.seq());
    rtnl_notify(r.net, out, rtnlgrp::ipv4_rule);
}

struct unsupported_attr {
    std::uint16_t attr;
    const char* text;
};
constexpr unsupported_attr unsupported[] = {
    {fra::tun_id, "Rule attribute tun_id is not supported"},
    {fra::l3mdev, "Rule attribute l3mdev is not supported"},
    {fra::dscp, "Rule attribute dscp is not supported"},
    {fra::flowlabel, "Rule attribute flowlabel is not supported"},
    {fra::sport_mask, "Rule attribute sport mask is not supported"},
    {fra::dport_mask, "Rule attribute dport mask is not supported"},
    {fra::dscp_mask, "Rule attribute dscp mask is not supported"},
};

err take_name(const nlattr* a, char (&name)[ifnamsiz], netlink_ext_ack& extack) {
    if (!a) return err::ok;
    const std::string_view s = a->str();
    if (s.size() >= ifnamsiz) {
        return extack.set(err::range, "Attribute failed policy validation");
    }
    std::memcpy(name, s.data(), s.size());
    return err::ok;
}

err take_ports(const nlattr* a, std::uint16_t (&range)[2], const char* text,
               netlink_ext_ack& extack) {
    if (!a) return err::ok;
    range[0] = a->u16();
    range[1] = load<std::uint16_t>(a->data, 2);
    const bool valid =
        a->data.size() == 4 && range[0] && range[1] < UINT16_MAX && range[0] <= range[1];
    return valid ? err::ok : extack.set(err::inval, text);
}

// A message as a rule (fib_nl2rule).
err fib_nl2rule(rtnl_request& req, const fib_rule_hdr& frh, const nlattrs& tb, fib_rule& r) {
    netlink_ext_ack& extack = req.extack;
    if (frh.src_len > 32 || (frh.src_len && !tb.has(fra::src))) {
        return extack.set(err::inval, "Invalid source address");
    }
    if (frh.dst_len > 32 || (frh.dst_len && !tb.has(fra::dst))) {
        return extack.set(err::inval, "Invalid dst address");
    }
    for (const auto& [attr, text] : unsupported) {
        if (tb.has(attr)) return extack.set(err::opnotsupp, text);
    }
    if (const nlattr* flow = tb.get(fra::flow); flow && flow->u32()) {
        return extack.set(err::opnotsupp, "Rule attribute flow (realms) is not supported");
    }
    const auto u32 = [&](std::uint16_t attr, auto& to) {
        if (const nlattr* a = tb.get(attr)) to = a->as<std::remove_reference_t<decltype(to)>>();
        return tb.has(attr);
    };
    u32(fra::priority, r.pref);
    if (const err e = take_name(tb.get(fra::iifname), r.iifname, extack); e != err::ok) return e;
    if (const err e = take_name(tb.get(fra::oifname), r.oifname, extack); e != err::ok) return e;
    if (u32(fra::fwmark, r.mark) && r.mark) r.mark_mask = UINT32_MAX;
    u32(fra::fwmask, r.mark_mask);
    r.action = frh.action;
    r.flags = frh.flags;
    r.table = frh.table;
    u32(fra::table, r.table);
    u32(fra::suppress_prefixlen, r.suppress_prefixlen);
    u32(fra::suppress_ifgroup, r.suppress_ifgroup);
    u32(fra::protocol, r.proto);
    u32(fra::ip_proto, r.ip_proto);
    if (const nlattr* a = tb.get(fra::uid_range)) {
        r.has_uid_range = true;
        r.uid_range[0] = a->u32();
        r.uid_range[1] = load<std::uint32_t>(a->data, 4);
        if (a->data.size() != 8 || r.uid_range[0] > r.uid_range[1]) {
            return extack.set(err::inval, "Invalid uid range");
        }
    }
    err e = take_ports(tb.get(fra::sport_range), r.sport, "Invalid sport range", extack);
    if (e != err::ok) return e;
    e = take_ports(tb.get(fra::dport_range), r.dport, "Invalid dport range", extack);
    if (e != err::ok) return e;
    r.src_len = frh.src_len;
    r.dst_len = frh.dst_len;
    r.tos = frh.tos;
    if (frh.src_len) r.src = tb.get(fra::src)->ip4();
    if (frh.dst_len) r.dst = tb.get(fra::dst)->ip4();
    return err::ok;
}

// Without a preference a rule stands before the second one there is.
std::uint32_t fib_default_rule_pref(std::span<const fib_rule> rules) {
    if (rules.size() < 2 || rules[1].pref == 0) return 0;
    return rules[1].pref - 1;
}

template <class T, std::size_t N>
bool same(const T (&a)[N], const T (&b)[N]) {
    return std::equal(a, a + N, b);
}

bool rule_exists(std::span<const fib_rule> rules, const fib_rule& n) {
    return std::any_of(rules.begin(), rules.end(), [&](const fib_rule& r) {
        return r.action == n.action && r.table == n.table && r.pref == n.pref &&
               same(r.iifname, n.iifname) && same(r.oifname, n.oifname) && r.mark == n.mark &&
               r.mark_mask == n.mark_mask && r.suppress_ifgroup == n.suppress_ifgroup &&
               r.suppress_prefixlen == n.suppress_prefixlen && same(r.uid_range, n.uid_range) &&
               r.ip_proto == n.ip_proto && r.proto == n.proto && same(r.sport, n.sport) &&
               same(r.dport, n.dport) && r.src_len == n.src_len && r.dst_len == n.dst_len &&
               r.src == n.src && r.dst == n.dst && r.tos == n.tos;
    });
}

// A deletion's description: what it does not name fits.
bool rule_fits(const fib_rule& r, const fib_rule& n, bool user_priority) {
    return (!n.action || r.action == n.action) && (!n.table || r.table == n.table) &&
           (!user_priority || r.pref == n.pref) && (!n.iifname[0] || same(r.iifname, n.iifname)) &&
           (!n.oifname[0] || same(r.oifname, n.oifname)) && (!n.mark || r.mark == n.mark) &&
           (!n.mark_mask || r.mark_mask == n.mark_mask) &&
           (n.suppress_ifgroup == -1 || r.suppress_ifgroup == n.suppress_ifgroup) &&
           (n.suppress_prefixlen == -1 || r.suppress_prefixlen == n.suppress_prefixlen) &&
           (!n.has_uid_range || (r.has_uid_range && same(r.uid_range, n.uid_range))) &&
           (!n.ip_proto || r.ip_proto == n.ip_proto) && (!n.proto || r.proto == n.proto) &&
           (!n.sport[1] || same(r.sport, n.sport)) && (!n.dport[1] || same(r.dport, n.dport)) &&
           (!n.src_len || (r.src_len == n.src_len && r.src == n.src)) &&
           (!n.dst_len || (r.dst_len == n.dst_len && r.dst == n.dst)) && (!n.tos || r.tos == n.tos);
}

std::uint32_t fib_empty_table(netns& net) {
    std::uint32_t id = 1;
    while (fib_get_table(net, id)) id++;
    return fib_new_table(net, id).id;
}

}  // namespace

// Linux: fib_nl2rule_rtnl
static err fib_nl2rule_rtnl(rtnl_request& r, const nlattrs& tb, fib_rule& rule) {
    if (!tb.has(fra::priority)) rule.pref = fib_default_rule_pref(fib4_rules(*r.net.ipv4));
    if (const nlattr* target = tb.get(fra::goto_)) {
        if (rule.action != fr_act::goto_) return r.extack.set(err::inval, "Unexpected goto");
        rule.target = target->u32();
        if (rule.target <= rule.pref) {
            return r.extack.set(err::inval, "Backward goto not supported");
        }
    } else if (rule.action == fr_act::goto_) {
        return r.extack.set(err::inval, "Missing goto target for action goto");
    }
    return err::ok;
}

err fib_nl_newrule(rtnl_request& r, nlmsg_builder&) {
    constexpr std::uint8_t ecn_bits = 3, precedence_bits = 0xe0;
    if (r.msg.body.size() < sizeof(fib_rule_hdr)) return err::inval;
    const auto frh = r.msg.head<fib_rule_hdr>();
    const nlattrs tb = r.msg.attrs<fib_rule_hdr>();
    netns_ipv4& v4 = *r.net.ipv4;
    fib_rule rule;
    if (const err e = fib_nl2rule(r, frh, tb, rule); e != err::ok) return e;
    if (const err e = fib_nl2rule_rtnl(r, tb, rule); e != err::ok) return e;
    if ((r.flags() & nlm_f::excl) && rule_exists(fib4_rules(v4), rule)) return err::exist;
    if (rule.tos & ecn_bits) {
        return r.extack.set(err::inval, "Invalid dsfield (tos): ECN bits must be 0");
    }
    if (rule.tos & precedence_bits) return r.extack.set(err::inval, "Invalid tos");
    if (!rule.table && rule.action == fr_act::to_tbl) rule.table = fib_empty_table(r.net);

    auto& rules = own_rules(v4);
    const auto at = std::find_if(rules.begin(), rules.end(),
                                 [&](const fib_rule& other) { return other.pref > rule.pref; });
    rules.insert(at, rule);
    notify_rule_change(r, rtm::newrule, rule);
    rt_cache_flush(r.net);
    return err::ok;
}

err fib_nl_delrule(rtnl_request& r, nlmsg_builder&) {
    if (r.msg.body.size() < sizeof(fib_rule_hdr)) return err::inval;
    const auto frh = r.msg.head<fib_rule_hdr>();
    const nlattrs tb = r.msg.attrs<fib_rule_hdr>();
    netns_ipv4& v4 = *r.net.ipv4;
    fib_rule like;
    if (const err e = fib_nl2rule(r, frh, tb, like); e != err::ok) return e;
    if (const err e = fib_nl2rule_rtnl(r, tb, like); e != err::ok) return e;
    const std::span<const fib_rule> present = fib4_rules(v4);
    const auto found = std::find_if(present.begin(), present.end(), [&](const fib_rule& rule) {
        return rule_fits(rule, like, tb.has(fra::priority));
    });
    if (found == present.end()) return err::noent;
    const fib_rule gone = *found;
    const auto position = found - present.begin();
    auto& rules = own_rules(v4);
    rules.erase(rules.begin() + position);
    notify_rule_change(r, rtm::delrule, gone);
    rt_cache_flush(r.net);
    return err::ok;
}

err fib_nl_dumprule(rtnl_request& r, nlmsg_builder& out) {
    const std::uint8_t family = std::uint8_t(r.msg.body[0]);
    if (family != af::unspec && family != af::inet) return err::afnosupport;
    for (const fib_rule& rule : fib4_rules(*r.net.ipv4)) {
        fib_nl_fill_rule(out, r.net, rule, rtm::newrule, nlm_f::multi, r.portid(), r.seq());
    }
    return err::ok;
}

}  // namespace vethlab
