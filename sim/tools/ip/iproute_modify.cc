// iproute2: ip/iproute.c:iproute_modify
#include "sim/tools/ip/iproute.h"

namespace vethlab {
namespace {

struct route_request {
    ip_context& ip;
    args& a;
    std::uint16_t cmd;
    rtmsg r{};
    nlmsg_builder tail;     // attributes
    nlmsg_builder metrics;  // what goes into RTA_METRICS
    std::uint32_t locks = 0;
    std::optional<std::string> dev;
    bool dst_ok = false, gw_ok = false, scope_ok = false, table_ok = false;
    bool nexthops = false, nhid = false, expires = false;

    void adopt(std::uint8_t family) {
        if (r.rtm_family == af::unspec) r.rtm_family = family;
    }
    void invalid(const char* name) { ip.invarg(strf("\"%s\" value is invalid\n", name), a.word()); }
    std::uint32_t next_number(const char* name) {
        return a.next_u32(strf("\"%s\" value is invalid\n", name).c_str());
    }
    void source() {
        const auto addr = get_addr(ip, a.next(), r.rtm_family);
        adopt(addr.family);
        tail.put(rta::prefsrc, addr.bytes());
    }
    void from() {
        const auto p = get_prefix(ip, a.next(), r.rtm_family);
        adopt(p.family);
        if (p.bytelen) tail.put(rta::src, p.bytes());
        r.rtm_src_len = std::uint8_t(p.bitlen);
    }
    void new_destination() {
        a.next();
        if (a.is("to")) a.next();
        const auto addr = get_addr(ip, a.word(), r.rtm_family);
        adopt(addr.family);
        tail.put(rta::newdst, addr.bytes());
    }
    void tos() {
        const auto id = rtnl_dsfield_a2n(a.next());
        if (!id) return invalid("tos");
        r.rtm_tos = std::uint8_t(*id);
    }
    void scope() {
        const auto id = rtnl_rtscope_a2n(a.next());
        if (!id) return void(ip.invarg("invalid \"scope\" value\n", a.word()));
        r.rtm_scope = std::uint8_t(*id);
        scope_ok = true;
    }
    void protocol() {
        const auto id = rtnl_rtprot_a2n(a.next());
        if (!id) return invalid("protocol");
        r.rtm_protocol = std::uint8_t(*id);
    }
    void table() {
        const auto id = rtnl_rttable_a2n(a.next());
        if (!id) return invalid("table");
        r.rtm_table = *id < 256 ? std::uint8_t(*id) : std::uint8_t(rt_table::unspec);
        if (*id >= 256) tail.put_u32(rta::table, *id);
        table_ok = true;
    }
    // No kind of link here is a VRF; without one there is the main table.
    void vrf() {
        const std::string& word = a.next();
        if (word != "default") return void(ip.invarg("Invalid VRF\n", word));
        r.rtm_table = rt_table::main;
        table_ok = true;
    }
    void realms() {
        const auto id = get_rt_realms_or_raw(a.next());
        if (!id) return invalid("realm");
        tail.put_u32(rta::flow, *id);
    }
    void preference() {
        constexpr const char* names[] = {"medium", "high", nullptr, "low"};
        const std::string& word = a.next();
        for (std::uint8_t id = 0; id < 4; id++) {
            if (names[id] && word == names[id]) return tail.put_u8(rta::pref, id);
        }
        if (const auto id = get_u8(word)) return tail.put_u8(rta::pref, *id);
        invalid("pref");
    }
    void ttl_propagate() {
        const std::string& word = a.next();
        if (word != "enabled" && word != "disabled") {
            return void(ip.invarg("\"ttl-propagate\" value is invalid\n", word));
        }
        tail.put_u8(rta::ttl_propagate, word == "enabled");
    }
    void expiry() {
        const std::string& word = a.next();
        if (expires) ip.duparg("expires", word);
        const auto seconds = get_u32(word);
        if (!seconds) return invalid("expires");
        tail.put_u32(rta::expires, *seconds);
        expires = true;
    }
    void destination() {
        if (a.is("to")) a.next();
        const char first = a.word().empty() ? '0' : a.word()[0];
        if (first < '0' || first > '9') {
            if (const auto type = rtnl_rtntype_a2n(a.word())) {
                a.next();
                r.rtm_type = *type;
            }
        }
        if (a.matches("help")) iproute_usage(ip);
        if (dst_ok) ip.duparg2("to", a.word());
        if (!a.more()) return;
        const auto p = get_prefix(ip, a.word(), r.rtm_family);
        adopt(p.family);
        r.rtm_dst_len = std::uint8_t(p.bitlen);
        dst_ok = true;
        if (p.bytelen) tail.put(rta::dst, p.bytes());
    }

    // via [FAMILY] ADDRESS, of the route or of one next hop.
    void put_via(nlmsg_builder& to) {
        auto family = r.rtm_family;
        if (const auto named = read_family(a.next())) {
            family = *named;
            a.next();
        }
        const auto addr = get_addr(ip, a.word(), family);
        if (ip.exited) return;
        adopt(addr.family);
        if (addr.family == r.rtm_family) return to.put(rta::gateway, addr.bytes());
        std::vector<std::byte> via(2);
        const std::uint16_t number = addr.family;
        std::memcpy(via.data(), &number, sizeof number);
        via.insert(via.end(), addr.bytes().begin(), addr.bytes().end());
        to.put(rta::via, via);
    }
    void via() {
        if (gw_ok) ip.invarg("use nexthop syntax to specify multiple via\n", a.word());
        gw_ok = true;
        put_via(tail);
    }

    void feature_words() {
        std::uint32_t bits = 0;
        a.next();
        while (a.more()) {
            if (!a.is("ecn")) break;
            bits |= 1;
            a.advance();
        }
        if (!bits) return void(ip.invarg("\"features\" value not valid\n", a.word()));
        a.back();
        metrics.put_u32(rtax::features, bits);
    }
    void on_off(const route_metric& m) {
        const auto value = next_number(m.name);
        if (value > 1) {
            ip.invarg(strf("\"%s\" value should be 0 or 1\n", m.name), a.word());
        }
        metrics.put_u32(m.attr, value);
    }
    void milliseconds(const route_metric& m) {
        bool raw = false;
        const auto time = get_time_rtt(a.word(), raw);
        if (!time) return invalid(m.name);
        metrics.put_u32(m.attr, raw ? *time : *time * m.scale);
    }
    void metric(const route_metric& m) {
        if (m.kind == route_metric::features) return feature_words();
        if (m.kind == route_metric::on_off) return on_off(m);
        a.next();
        if (m.lockable && a.is("lock")) {
            locks |= 1u << m.attr;
            a.next();
        }
        if (!a.more()) return;
        if (m.attr == rtax::rto_min) locks |= 1u << m.attr;
        if (m.kind == route_metric::text) return metrics.put_str(m.attr, a.word());
        if (m.kind == route_metric::milliseconds) return milliseconds(m);
        const auto value = get_u32(a.word());
        if (!value || *value > m.max) return invalid(m.called ? m.called : m.name);
        metrics.put_u32(m.attr, *value);
    }

    bool leading_word() {
        if (a.is("src")) return source(), true;
        if (a.is("as")) return new_destination(), true;
        if (a.is("via")) return via(), true;
        if (a.is("from")) return from(), true;
        if (a.is("tos") || a.matches("dsfield")) return tos(), true;
        if (a.is("expires")) return expiry(), true;
        if (a.matches("metric") || a.matches("priority") || a.is("preference")) {
            tail.put_u32(rta::priority, next_number("metric"));
            return true;
        }
        if (a.is("scope")) return scope(), true;
        return false;
    }
    bool metric_word() {
        for (const auto& m : route_metrics()) {
            if (m.abbreviated ? a.matches(m.name) : a.is(m.name)) return metric(m), true;
        }
        return false;
    }
    void trailing_word() {
        if (a.matches("realms")) return realms();
        if (a.is("onlink")) {
            r.rtm_flags |= rtnh_f::onlink;
        } else if (a.is("nhid")) {
            const auto id = get_u32(a.next());
            if (!id) return void(ip.invarg("\"id\" value is invalid\n", a.word()));
            tail.put_u32(rta::nh_id, *id);
            nhid = true;
        } else if (a.matches("protocol")) {
            protocol();
        } else if (a.matches("table")) {
            table();
        } else if (a.matches("vrf")) {
            vrf();
        } else if (a.is("dev") || a.is("oif")) {
            dev = a.next();
        } else if (a.matches("pref")) {
            preference();
        } else if (a.is("encap")) {
            ip.fatal(255, "ip route: \"encap\" is not supported here");
        } else if (a.is("ttl-propagate")) {
            ttl_propagate();
        } else {
            destination();
        }
    }

    // One "nexthop via G dev D weight N onlink": false after a fatal error.
    bool nexthop(nlmsg_builder& list) {
        rtnexthop nh{};
        nlmsg_builder attrs;
        for (; a.more(); a.advance()) {
            if (a.is("via")) {
                put_via(attrs);
            } else if (a.is("dev")) {
                nh.rtnh_ifindex = std::int32_t(ip.ll.name_to_index(a.next()));
                if (!ip.exited && !nh.rtnh_ifindex) {
                    ip.nodev(a.word());
                    ip.fatal(255, "Error: cannot parse nexthop");
                }
            } else if (a.is("weight")) {
                const auto w = get_unsigned(a.next());
                if (!w || *w == 0 || *w > 256) ip.invarg("\"weight\" is invalid\n", a.word());
                nh.rtnh_hops = std::uint8_t(w.value_or(1) - 1);
            } else if (a.is("onlink")) {
                nh.rtnh_flags |= std::uint8_t(rtnh_f::onlink);
            } else if (a.matches("realms")) {
                const auto id = get_rt_realms_or_raw(a.next());
                if (!id) invalid("realm");
                attrs.put_u32(rta::flow, id.value_or(0));
            } else if (a.is("encap") || a.is("as")) {
                ip.fatal(255, strf("ip route: \"%s\" is not supported here", a.word().c_str()));
            } else {
                break;
            }
        }
        nh.rtnh_len = std::uint16_t(sizeof nh + attrs.size());
        list.raw(as_view(nh));
        list.raw(attrs.view());
        return !ip.exited;
    }
    void parse_nexthops() {
        nlmsg_builder list;
        while (a.more()) {
            if (!a.is("nexthop")) {
                ip.fatal(255,
                         strf("Error: \"nexthop\" or end of line is expected instead of \"%s\"",
                              a.word().c_str()));
                return;
            }
            if (!a.has_next()) {
                ip.fatal(255, "Error: unexpected end of line after \"nexthop\"");
                return;
            }
            a.advance();
            if (!nexthop(list)) return;
        }
        tail.put(rta::multipath, list.view());
    }

    void parse() {
        for (; a.more(); a.advance()) {
            if (a.is("nexthop")) {
                nexthops = true;
                break;
            }
            if (!leading_word() && !metric_word()) trailing_word();
        }
        if (!dst_ok && !ip.exited) iproute_usage(ip);
    }

    void default_scope() {
        const auto type = rtn(r.rtm_type);
        if (r.rtm_family == af::inet6 || r.rtm_family == af::mpls) {
            r.rtm_scope = rt_scope::universe;
        } else if (type == rtn::local || type == rtn::nat) {
            r.rtm_scope = rt_scope::host;
        } else if (type == rtn::broadcast || type == rtn::multicast || type == rtn::anycast) {
            r.rtm_scope = rt_scope::link;
        } else if (type == rtn::unicast || type == rtn::unspec) {
            if (cmd == rtm::delroute) {
                r.rtm_scope = rt_scope::nowhere;
            } else if (!gw_ok && !nexthops && !nhid) {
                r.rtm_scope = rt_scope::link;
            }
        }
    }
    // What was not said follows from the type.
    void complete() {
        const auto type = rtn(r.rtm_type);
        if (!table_ok && (type == rtn::local || type == rtn::broadcast || type == rtn::nat ||
                          type == rtn::anycast)) {
            r.rtm_table = rt_table::local;
        }
        if (!scope_ok) default_scope();
        adopt(af::inet);
    }
    void put_metrics() {
        if (metrics.size() == 0) return;
        if (locks) metrics.put_u32(rtax::lock, locks);
        tail.put(rta::metrics, metrics.view());
    }
};

}  // namespace

int iproute_modify(ip_context& ip, args& a, std::uint16_t cmd, std::uint16_t flags) {
    route_request q{ip, a, cmd, {}, {}, {}, 0, {}};
    q.r.rtm_family = ip.preferred_family;
    q.r.rtm_table = rt_table::main;
    q.r.rtm_scope = rt_scope::nowhere;
    if (cmd != rtm::delroute) {
        q.r.rtm_protocol = rtprot::boot;
        q.r.rtm_scope = rt_scope::universe;
        q.r.rtm_type = std::uint8_t(rtn::unicast);
    }
    q.parse();
    if (ip.exited) return *ip.exited;
    if (q.dev) {
        const auto index = ip.ll.name_to_index(*q.dev);
        if (!index) return ip.nodev(*q.dev);
        q.tail.put_u32(rta::oif, index);
    }
    q.put_metrics();
    if (q.nexthops) q.parse_nexthops();
    if (ip.exited) return *ip.exited;
    q.complete();

    nlmsg_builder m;
    m.begin(cmd, flags);
    m.head(q.r);
    m.raw(q.tail.view());
    m.end();
    return ip.rth.talk(m) == err::ok ? 0 : 2;
}

}  // namespace vethlab
