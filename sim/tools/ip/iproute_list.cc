// iproute2: ip/iproute.c:iproute_list_flush_or_save
#include "sim/tools/ip/iproute.h"

namespace vethlab {
namespace {

// The words of `ip route show` and `flush`.
struct route_selector {
    ip_context& ip;
    args& a;
    route_filter filter;
    std::optional<std::string> iif, oif;

    bool is(const char* exact, const char* beginning = nullptr) const {
        return a.is(exact) || (beginning && a.matches(beginning));
    }

    void table() {
        const std::string& word = a.next();
        if (const auto id = rtnl_rttable_a2n(word)) {
            filter.tb = *id;
        } else if (word == "all") {
            filter.tb = 0;
        } else if (word == "cache") {
            filter.cloned = route_filter::only_cache;
        } else if (word == "help") {
            iproute_usage(ip);
        } else {
            ip.invarg("table id value is invalid\n", word);
        }
    }
    // No kind of link here is a VRF; without one there is the main table.
    void vrf() {
        const std::string& word = a.next();
        if (word == "default") {
            filter.tb = rt_table::main;
        } else {
            ip.invarg("Invalid VRF\n", word);
        }
    }
    // A name that may also be "all", which selects nothing.
    template <class F>
    void named(masked_value& field, F a2n, const char* message) {
        const std::string& word = a.next();
        if (const auto id = a2n(word)) {
            field.set(*id);
        } else if (word == "all") {
            field = {};
        } else {
            ip.invarg(message, word);
        }
    }
    void type() {
        const std::string& word = a.next();
        const auto t = rtnl_rtntype_a2n(word);
        if (!t) {
            ip.invarg("node type value is invalid\n", word);
            return;
        }
        filter.typemask = 1u << (*t & 31);
    }
    void tos() {
        const std::string& word = a.next();
        if (const auto id = rtnl_dsfield_a2n(word)) {
            filter.tos.set(*id);
        } else {
            ip.invarg("TOS value is invalid\n", word);
        }
    }
    void realms() {
        const std::string& word = a.next();
        const auto realms = get_rt_realms_or_raw(word);
        if (!realms) {
            ip.invarg("invalid realms\n", word);
            return;
        }
        filter.realm.set(*realms);
        if ((*realms & 0xffff) == 0 && word.back() == '/') filter.realm.mask &= 0xffff0000;
        if (*realms >> 16 == 0 && (word.front() == '/' || word.find('/') == std::string::npos)) {
            filter.realm.mask &= 0xffff;
        }
    }
    void via() {
        auto family = ip.preferred_family;
        if (const auto named_family = read_family(a.next())) {
            family = *named_family;
            a.next();
        }
        filter.rvia = get_prefix(ip, a.word(), family);
    }
    // [root|match|exact] PREFIX for a destination or a source.
    void prefix(inet_prefix& root, inet_prefix& match) {
        const auto family = ip.preferred_family;
        if (a.matches("root")) {
            root = get_prefix(ip, a.next(), family);
        } else if (a.matches("match")) {
            match = get_prefix(ip, a.next(), family);
        } else {
            if (a.matches("exact")) a.next();
            root = match = get_prefix(ip, a.word(), family);
        }
    }
    void word() {
        if (is("table", "table")) return table();
        if (is("vrf", "vrf")) return vrf();
        if (is("cloned", "cached")) {
            filter.cloned = route_filter::only_cache;
        } else if (is("tos", "dsfield")) {
            tos();
        } else if (is("protocol", "protocol")) {
            named(filter.protocol, rtnl_rtprot_a2n, "invalid \"protocol\"\n");
        } else if (is("scope", "scope")) {
            named(filter.scope, rtnl_rtscope_a2n, "invalid \"scope\"\n");
        } else if (is("type", "type")) {
            type();
        } else if (is("dev") || is("oif")) {
            oif = a.next();
        } else if (is("iif")) {
            iif = a.next();
        } else if (is("mark")) {
            filter.mark.set(a.next_u32("invalid mark value"));
        } else if (a.matches("metric") || is("preference", "priority")) {
            filter.metric.set(a.next_u32("\"metric\" value is invalid\n"));
        } else if (is("via")) {
            via();
        } else if (is("src")) {
            filter.rprefsrc = get_prefix(ip, a.next(), ip.preferred_family);
        } else if (is("realms", "realms")) {
            realms();
        } else if (is("from", "from")) {
            a.next();
            prefix(filter.rsrc, filter.msrc);
        } else {
            if (a.matches("to")) a.next();
            prefix(filter.rdst, filter.mdst);
        }
    }
    // False after its message.
    bool device(const std::optional<std::string>& name, masked_value& field) {
        if (!name) return true;
        const auto index = ip.ll.name_to_index(*name);
        if (!index) {
            ip.nodev(*name);
            return false;
        }
        field.set(index);
        return true;
    }
};

nlmsg_builder dump_request(std::uint8_t family, const route_filter& f) {
    nlmsg_builder request;
    request.begin(rtm::getroute, 0);
    rtmsg head{};
    head.rtm_family = family;
    head.rtm_protocol = std::uint8_t(f.protocol.value);
    if (f.cloned == route_filter::only_cache) head.rtm_flags |= rtm_f::cloned;
    request.head(head);
    if (f.tb) request.put_u32(rta::table, f.tb);
    if (f.oif.mask) request.put_u32(rta::oif, f.oif.value);
    request.end();
    return request;
}

bool dump_routes(ip_context& ip, std::uint8_t family, const route_filter& f) {
    // A namespace without an address has no main table yet: nothing to list.
    const bool list_main = !f.flush && f.tb == rt_table::main;
    const auto errors = list_main ? rtnl_errors::absent_is_empty : rtnl_errors::show;
    const auto show = [&](const nlmsg_view& msg) {
        print_route(ip, f, msg);
        return true;
    };
    return ip.rth.dump(dump_request(family, f), show, errors);
}

int flush_routes(ip_context& ip, std::uint8_t family, route_filter& f) {
    const bool cache = f.cloned == route_filter::only_cache;
    if (cache) {
        // The IPv4 exceptions go by sysctl, as one.
        if (family != af::inet6) {
            const err e = ip.p.sys.sysctl_write(ip.p.ns, "net/ipv4/route/flush", "-1");
            if (e != err::ok) {
                ip.p.err->printf("Cannot flush routing cache: %s\n", strerror(e));
                return 1;
            }
            if (ip.show_stats) ip.p.out->write("*** IPv4 routing cache is flushed.\n");
        }
        if (family == af::inet) return 0;
    }
    flush_batch batch;
    f.flush = &batch;
    return flush_rounds(
        ip, batch, 0, [&] { return dump_routes(ip, family, f); }, !cache || family == af::inet6);
}

}  // namespace

int iproute_list_or_flush(ip_context& ip, args& a, bool flush) {
    if (flush && !a.more()) {
        ip.p.err->write("\"ip route flush\" requires arguments.\n");
        return 1;
    }
    route_selector s{ip, a, {}, {}, {}};
    s.filter.tb = rt_table::main;
    for (; a.more(); a.advance()) s.word();
    if (ip.exited) return *ip.exited;
    if (!s.device(s.iif, s.filter.iif) || !s.device(s.oif, s.filter.oif)) return 1;

    auto family = ip.preferred_family;
    if (family == af::unspec && s.filter.tb) family = af::inet;
    s.filter.family = family;
    if (flush) return flush_routes(ip, family, s.filter);
    ip.print.begin(ip.json, ip.pretty);
    if (!dump_routes(ip, family, s.filter)) {
        ip.p.err->write("Dump terminated\n");
        return 2;
    }
    ip.print.end();
    return 0;
}

}  // namespace vethlab
