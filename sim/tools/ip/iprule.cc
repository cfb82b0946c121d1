// iproute2: ip/iprule.c
#include "sim/tools/ip/iprule.h"

#include <cstdlib>

#include "sim/tools/ip/rtm_map.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: ip rule { add | del } SELECTOR ACTION\n"
    "       ip rule { flush | save | restore }\n"
    "       ip rule [ list [ SELECTOR ]]\n"
    "SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ]\n"
    "            [ fwmark FWMARK[/MASK] ]\n"
    "            [ iif STRING ] [ oif STRING ] [ pref NUMBER ] [ l3mdev ]\n"
    "            [ uidrange NUMBER-NUMBER ]\n"
    "            [ ipproto PROTOCOL ]\n"
    "            [ sport [ NUMBER | NUMBER-NUMBER ]\n"
    "            [ dport [ NUMBER | NUMBER-NUMBER ] ]\n"
    "ACTION := [ table TABLE_ID ]\n"
    "          [ protocol PROTO ]\n"
    "          [ nat ADDRESS ]\n"
    "          [ realms [SRCREALM/]DSTREALM ]\n"
    "          [ goto NUMBER ]\n"
    "          SUPPRESSOR\n"
    "SUPPRESSOR := [ suppress_prefixlength NUMBER ]\n"
    "              [ suppress_ifgroup DEVGROUP ]\n"
    "TABLE_ID := [ local | main | default | NUMBER ]\n";

int usage(ip_context& ip) {
    if (!ip.exited) ip.p.err->write(usage_text);
    return ip.exit(255);
}
void not_supported(ip_context& ip, const std::string& what) {
    ip.fatal(255, strf("ip rule: \"%s\" is not supported here", what.c_str()));
}

// Words that adding and selecting have in common.
bool is_preference(const args& a) {
    return a.matches("preference") || a.matches("order") || a.matches("priority");
}
bool is_iif(const args& a) { return a.is("dev") || a.is("iif"); }

std::string next_ifname(ip_context& ip, args& a, const std::string& option) {
    const std::string name = a.next();
    if (!check_ifname(name)) ip.invarg(option + " not a valid ifname", name);
    return name;
}

std::uint8_t next_tos(ip_context& ip, args& a) {
    const auto tos = rtnl_dsfield_a2n(a.next());
    if (!tos) ip.invarg("TOS value is invalid\n", a.word());
    return std::uint8_t(tos.value_or(0));
}
std::uint8_t next_ipproto(ip_context& ip, args& a) {
    const auto proto = inet_proto_a2n(a.next());
    if (!proto) ip.invarg("Invalid \"ipproto\" value\n", a.word());
    return proto.value_or(0);
}

struct mark_and_mask {
    std::uint32_t mark = 0;
    std::optional<std::uint32_t> mask;
};
mark_and_mask next_fwmark(ip_context& ip, args& a) {
    const std::string word = a.next();
    const auto slash = word.find('/');
    mark_and_mask out;
    const auto mark = get_u32(word.substr(0, slash));
    if (!mark) {
        ip.invarg("fwmark value is invalid\n", word.substr(0, slash));
        return out;
    }
    out.mark = *mark;
    if (slash == std::string::npos) return out;
    out.mask = get_u32(word.substr(slash + 1));
    if (!out.mask) ip.invarg("fwmask value is invalid\n", word.substr(slash + 1));
    return out;
}

std::array<std::uint32_t, 2> next_uidrange(ip_context& ip, args& a) {
    const std::string& word = a.next();
    const auto dash = word.find('-');
    if (dash != std::string::npos) {
        const auto from = get_u32(word.substr(0, dash), 10);
        const auto to = get_u32(word.substr(dash + 1), 10);
        if (from && to) return {*from, *to};
    }
    ip.invarg("invalid UID range\n", word);
    return {};
}

// "5" or "5-9"; what does not fit behind the first number is ignored, as sscanf does.
std::array<std::uint16_t, 2> next_ports(ip_context& ip, args& a, const char* called) {
    const std::string& word = a.next();
    // As scanf's %hu: signs pass, large numbers are cut to 16 bits.
    const auto number = [](const char*& at) -> std::optional<std::uint16_t> {
        char* end = nullptr;
        const unsigned long value = std::strtoul(at, &end, 10);
        if (end == at) return std::nullopt;
        at = end;
        return std::uint16_t(value);
    };
    const char* at = word.c_str();
    const auto start = number(at);
    if (!start) {
        ip.invarg(strf("invalid %s range\n", called), word);
        return {};
    }
    const auto end = *at == '-' ? number(++at) : start;
    return {*start, end.value_or(*start)};
}

struct rule_selector {
    ip_context& ip;
    args& a;
    std::uint8_t family;
    rule_filter f;

    void fwmark() {
        const auto m = next_fwmark(ip, a);
        f.fwmark = m.mark;
        f.fwmask = m.mask.value_or(0);
    }
    void table() {
        const auto id = rtnl_rttable_a2n(a.next());
        if (!id) ip.invarg("table id value is invalid\n", a.word());
        f.tb = id.value_or(0);
    }
    void protocol() {
        const auto id = rtnl_rtprot_a2n(a.next());
        if (!id && a.word() != "all") ip.invarg("invalid \"protocol\"\n", a.word());
        f.protocol_given = id.has_value();
        f.protocol = std::uint8_t(id.value_or(0));
    }
    void word() {
        if (is_preference(a)) {
            f.pref = a.next_u32("preference value is invalid\n");
            f.prefmask = ~std::uint32_t{0};
        } else if (a.is("not")) {
            f.inverted = true;
        } else if (a.is("tos") || a.is("dsfield")) {
            f.tos = next_tos(ip, a);
            f.tosmask = ~std::uint32_t{0};
        } else if (a.is("fwmark")) {
            fwmark();
        } else if (is_iif(a)) {
            f.iif = next_ifname(ip, a, "\"iif\"/\"dev\"");
        } else if (a.is("oif")) {
            f.oif = next_ifname(ip, a, "\"oif\"");
        } else if (a.is("l3mdev")) {
            f.l3mdev = true;
        } else if (a.is("uidrange")) {
            f.uidrange = next_uidrange(ip, a);
        } else if (a.matches("tun_id")) {
            not_supported(ip, "tun_id");
        } else if (a.matches("table") || a.matches("lookup")) {
            table();
        } else if (a.matches("from")) {
            f.src = get_prefix(ip, a.next(), family);
        } else if (a.matches("protocol")) {
            protocol();
        } else if (a.is("ipproto")) {
            f.ip_proto = next_ipproto(ip, a);
        } else if (a.is("sport")) {
            f.sport = next_ports(ip, a, "port");
        } else if (a.is("dport")) {
            f.dport = next_ports(ip, a, "dport");
        } else {
            if (a.is("to") || a.matches("dst")) a.next();
            f.dst = get_prefix(ip, a.word(), family);
        }
    }
};

int list_or_flush(ip_context& ip, args& a, bool flush) {
    const std::uint8_t family = ip.preferred_family ? ip.preferred_family : std::uint8_t(af::inet);
    rule_selector s{ip, a, family, {}};
    for (; a.more(); a.advance()) s.word();
    if (ip.exited) return *ip.exited;

    nlmsg_builder request;
    request.begin(rtm::getrule, 0);
    fib_rule_hdr head{};
    head.family = family;
    request.head(head);
    request.end();
    std::vector<stored_nlmsg> doomed;
    if (!flush) ip.print.begin(ip.json, ip.pretty);
    const bool ok = ip.rth.dump(request, [&](const nlmsg_view& msg) {
        if (!flush) {
            print_rule(ip, s.f, msg);
        } else if (rule_wanted(s.f, msg)) {
            doomed.emplace_back(msg);
        }
        return true;
    });
    if (!ok) {
        ip.p.err->write(flush ? "Flush terminated\n" : "Dump terminated\n");
        return flush ? 1 : 255;
    }
    if (!flush) ip.print.end();
    for (const auto& rule : doomed) {
        nlmsg_builder m;
        m.begin(rtm::delrule, 0);
        m.raw(rule.view().body);
        m.end();
        if (ip.rth.talk(m) != err::ok) return 2;
    }
    return 0;
}

struct rule_request {
    ip_context& ip;
    args& a;
    fib_rule_hdr frh{};
    nlmsg_builder tail;
    bool table_ok = false, l3mdev = false;

    void prefix(std::uint16_t type, std::uint8_t& len) {
        const auto p = get_prefix(ip, a.next(), frh.family);
        len = std::uint8_t(p.bitlen);
        if (p.bytelen) tail.put(type, p.bytes());
    }
    void fwmark() {
        const auto m = next_fwmark(ip, a);
        tail.put_u32(fra::fwmark, m.mark);
        if (m.mask) tail.put_u32(fra::fwmask, *m.mask);
    }
    void realms() {
        const auto id = get_rt_realms_or_raw(a.next());
        if (!id) ip.invarg("invalid realms\n", a.word());
        tail.put_u32(fra::flow, id.value_or(0));
    }
    void protocol() {
        const auto id = rtnl_rtprot_a2n(a.next());
        if (!id) ip.invarg("\"protocol\" value is invalid\n", a.word());
        tail.put_u8(fra::protocol, std::uint8_t(id.value_or(0)));
    }
    void table() {
        const auto id = rtnl_rttable_a2n(a.next());
        if (!id) ip.invarg("invalid table ID\n", a.word());
        frh.table = id.value_or(0) < 256 ? std::uint8_t(id.value_or(0)) : std::uint8_t(0);
        if (id.value_or(0) >= 256) tail.put_u32(fra::table, *id);
        table_ok = true;
    }
    void group() {
        const auto id = rtnl_group_a2n(a.next());
        if (!id) ip.invarg("Invalid \"suppress_ifgroup\" value\n", a.word());
        tail.put_u32(fra::suppress_ifgroup, id.value_or(0));
    }
    void action() {
        if (a.is("type")) a.next();
        if (a.matches("help")) {
            usage(ip);
        } else if (a.matches("goto")) {
            frh.action = fr_act::goto_;
            tail.put_u32(fra::goto_, a.next_u32("invalid target\n"));
        } else if (a.matches("nop")) {
            frh.action = fr_act::nop;
        } else {
            const auto type = rtnl_rtntype_a2n(a.word());
            if (!type) ip.invarg("Failed to parse rule type", a.word());
            frh.action = type.value_or(0);
        }
        table_ok = true;
    }
    bool selector_word() {
        if (a.is("not")) return frh.flags |= fib_rule_f::invert, true;
        if (a.is("from")) return prefix(fra::src, frh.src_len), true;
        if (a.is("to")) return prefix(fra::dst, frh.dst_len), true;
        if (is_preference(a)) {
            tail.put_u32(fra::priority, a.next_u32("preference value is invalid\n"));
            return true;
        }
        if (a.is("tos") || a.matches("dsfield")) return frh.tos = next_tos(ip, a), true;
        if (a.is("fwmark")) return fwmark(), true;
        return false;
    }
    bool action_word() {
        if (a.matches("realms")) return realms(), true;
        if (a.matches("protocol")) return protocol(), true;
        if (a.matches("tun_id")) return not_supported(ip, "tun_id"), true;
        if (a.matches("table") || a.is("lookup")) return table(), true;
        if (a.matches("suppress_prefixlength") || a.is("sup_pl")) {
            const auto length = get_s32(a.next());
            if (!length || *length < 0) {
                ip.invarg("suppress_prefixlength value is invalid\n", a.word());
            }
            tail.put_u32(fra::suppress_prefixlen, std::uint32_t(length.value_or(0)));
            return true;
        }
        if (a.matches("suppress_ifgroup") || a.is("sup_group")) return group(), true;
        return false;
    }
    void word() {
        if (selector_word() || action_word()) return;
        if (is_iif(a)) {
            tail.put_str(fra::iifname, next_ifname(ip, a, "\"iif\"/\"dev\""));
        } else if (a.is("oif")) {
            tail.put_str(fra::oifname, next_ifname(ip, a, "\"oif\""));
        } else if (a.is("l3mdev")) {
            tail.put_u8(fra::l3mdev, 1);
            table_ok = true;
            l3mdev = true;
        } else if (a.is("uidrange")) {
            tail.put_struct(fra::uid_range, next_uidrange(ip, a));
        } else if (a.is("nat") || a.matches("map-to")) {
            not_supported(ip, a.word());
        } else if (a.is("ipproto")) {
            tail.put_u8(fra::ip_proto, next_ipproto(ip, a));
        } else if (a.is("sport")) {
            tail.put_struct(fra::sport_range, next_ports(ip, a, "port"));
        } else if (a.is("dport")) {
            tail.put_struct(fra::dport_range, next_ports(ip, a, "dport"));
        } else {
            action();
        }
    }
};

int iprule_modify(ip_context& ip, args& a, bool add) {
    if (!a.more()) {
        ip.p.err->printf("\"ip rule %s\" requires arguments.\n", add ? "add" : "del");
        return 1;
    }
    rule_request q{ip, a, {}, {}};
    q.frh.family = ip.preferred_family;
    if (add) q.frh.action = fr_act::to_tbl;
    bool table_given = false;
    for (; a.more(); a.advance()) {
        table_given = table_given || a.matches("table") || a.is("lookup");
        q.word();
    }
    if (ip.exited) return *ip.exited;
    if (q.l3mdev && table_given) {
        ip.p.err->write("table can not be specified for l3mdev rules\n");
        return int(err::inval);
    }
    if (q.frh.family == af::unspec) q.frh.family = af::inet;
    if (!q.table_ok && add) q.frh.table = std::uint8_t(rt_table::main);
    nlmsg_builder m;
    m.begin(add ? rtm::newrule : rtm::delrule, add ? nlm_f::create | nlm_f::excl : 0);
    m.head(q.frh);
    m.raw(q.tail.view());
    m.end();
    return ip.rth.talk(m) == err::ok ? 0 : 2;
}

int dispatch(ip_context& ip, args& a) {
    if (!a.more()) return list_or_flush(ip, a, false);
    const std::string word = a.word();
    const auto is = [&](const char* name) { return matches(word, name); };
    a.advance();
    if (is("list") || is("lst") || is("show")) return list_or_flush(ip, a, false);
    if (is("save") || is("restore")) {
        return ip.fatal(255, strf("ip rule %s is not supported here", word.c_str()));
    }
    if (is("add")) return iprule_modify(ip, a, true);
    if (is("delete")) return iprule_modify(ip, a, false);
    if (is("flush")) return list_or_flush(ip, a, true);
    if (is("help")) return usage(ip);
    return ip.fatal(255, strf("Command \"%s\" is unknown, try \"ip rule help\".", word.c_str()));
}

}  // namespace

task<int> do_iprule(ip_context& ip, args a) { co_return dispatch(ip, a); }

}  // namespace vethlab
