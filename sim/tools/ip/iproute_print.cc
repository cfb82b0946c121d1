// iproute2: ip/iproute.c:print_route, filter_nlmsg
#include "sim/tools/ip/iproute.h"

namespace vethlab {
namespace {

// One message, taken apart once.
struct route {
    rtmsg r;
    nlattrs tb;
    std::uint32_t table;
    int host_len;

    explicit route(const nlmsg_view& msg) : r(msg.head<rtmsg>()), tb(msg.attrs<rtmsg>()) {
        const nlattr* id = tb.get(rta::table);
        table = id ? id->u32() : r.rtm_table;
        host_len = int(af_bit_len(r.rtm_family));
    }
    bool is_cloned() const { return r.rtm_flags & rtm_f::cloned; }
    std::uint32_t u32(std::uint16_t type) const {
        const nlattr* a = tb.get(type);
        return a ? a->u32() : 0;
    }
};

// A prefix that only says how long (default, 0/0 of any family) counts as well.
bool wants_root(const inet_prefix& root, const rtmsg& r, std::uint8_t len) {
    if (root.family) return r.rtm_family == root.family && root.bitlen <= len;
    return !root.prefixlen_specified || root.bitlen <= len;
}
bool wants_match(const inet_prefix& match, const rtmsg& r, std::uint8_t len) {
    if (match.family) {
        return r.rtm_family == match.family && (match.bitlen < 0 || match.bitlen >= len);
    }
    return !match.prefixlen_specified || match.bitlen >= len;
}

inet_prefix attr_prefix(const rtmsg& r, const nlattr* a) {
    inet_prefix p;
    p.family = r.rtm_family;
    p.bytelen = af_byte_len(r.rtm_family);
    if (a) std::memcpy(p.data.data(), a->data.data(), std::min(a->data.size(), p.data.size()));
    return p;
}

bool wants_prefixes(const route_filter& f, const route& t) {
    const rtmsg& r = t.r;
    if (!wants_root(f.rdst, r, r.rtm_dst_len) || !wants_match(f.mdst, r, r.rtm_dst_len) ||
        !wants_root(f.rsrc, r, r.rtm_src_len) || !wants_match(f.msrc, r, r.rtm_src_len)) {
        return false;
    }
    const inet_prefix dst = attr_prefix(r, t.tb.get(rta::dst));
    const inet_prefix src = attr_prefix(r, t.tb.get(rta::src));
    if (f.rdst.family && inet_addr_match(dst, f.rdst, f.rdst.bitlen)) return false;
    if (f.mdst.family && f.mdst.bitlen >= 0 && inet_addr_match(dst, f.mdst, r.rtm_dst_len)) {
        return false;
    }
    if (f.rsrc.family && inet_addr_match(src, f.rsrc, f.rsrc.bitlen)) return false;
    return !f.msrc.family || f.msrc.bitlen < 0 || !inet_addr_match(src, f.msrc, r.rtm_src_len);
}

bool wants_via(const route_filter& f, const route& t) {
    if (!f.rvia.family) return true;
    inet_prefix via = attr_prefix(t.r, t.tb.get(rta::gateway));
    if (const nlattr* other = t.tb.get(rta::via); other && other->data.size() > 2) {
        via.family = std::uint8_t(other->u16());
        via.bytelen = af_byte_len(via.family);
        std::memcpy(via.data.data(), other->data.data() + 2,
                    std::min(other->data.size() - 2, via.data.size()));
    }
    return via.family == f.rvia.family && !inet_addr_match(via, f.rvia, f.rvia.bitlen);
}

bool wants_prefsrc(const route_filter& f, const route& t) {
    if (!f.rprefsrc.family) return true;
    if (f.rprefsrc.family != t.r.rtm_family) return false;
    const inet_prefix src = attr_prefix(t.r, t.tb.get(rta::prefsrc));
    return !inet_addr_match(src, f.rprefsrc, f.rprefsrc.bitlen);
}

bool wants(const route_filter& f, const route& t) {
    const rtmsg& r = t.r;
    if (f.family && f.family != r.rtm_family) return false;
    if (f.cloned == route_filter::no_cache && t.is_cloned()) return false;
    if (f.cloned == route_filter::only_cache && !t.is_cloned()) return false;
    if (f.tb && f.tb != t.table) return false;
    if (!f.protocol.wants(r.rtm_protocol) || !f.scope.wants(r.rtm_scope)) return false;
    if (f.typemask && !(f.typemask & 1u << r.rtm_type)) return false;
    if (!f.tos.wants(r.rtm_tos)) return false;
    if (!wants_prefixes(f, t) || !wants_via(f, t) || !wants_prefsrc(f, t)) return false;
    if (!f.realm.wants(t.u32(rta::flow)) || !f.metric.wants(t.u32(rta::priority))) return false;
    if (f.iif.mask && (!t.tb.has(rta::iif) || !f.iif.wants(t.u32(rta::iif)))) return false;
    if (f.oif.mask && (!t.tb.has(rta::oif) || !f.oif.wants(t.u32(rta::oif)))) return false;
    return !f.mark.mask || f.mark.wants(t.u32(rta::mark));
}

void print_prefix(ip_context& ip, const route& t, const char* word, const char* key,
                  const nlattr* addr, int len) {
    const auto family = t.r.rtm_family;
    std::string text;
    if (addr && len != t.host_len) {
        text = strf("%s/%d", rt_addr_n2a(family, addr->data).c_str(), len);
    } else if (addr) {
        text = format_host_rta(ip, family, *addr);
    } else {
        text = len ? strf("0/%d", len) : "default";
    }
    print_word(ip, word, ifa_family_color(family), key, text);
}

void print_rta_via(ip_context& ip, const nlattr& via) {
    const auto family = std::uint8_t(via.u16());
    const auto bytes = via.data.size() > 2 ? via.data.subspan(2) : bytes_view{};
    const std::string host = format_host(ip, family, bytes);
    json_print& out = ip.print;
    if (out.json()) out.open_object("via");
    out.print_string(print_as::any, "family", "via %s ", family_name(family));
    out.print_color_string(print_as::any, ifa_family_color(family), "host", "%s ", host);
    if (out.json()) out.close_object();
}

void print_gateway(ip_context& ip, std::uint8_t family, const nlattr& gateway) {
    print_word(ip, "via ", ifa_family_color(family), "gateway",
               format_host_rta(ip, family, gateway));
}

void print_rta_flow(ip_context& ip, std::uint32_t realms) {
    json_print& out = ip.print;
    const auto from = realms >> 16, to = realms & 0xffff;
    out.open_object("flow");
    out.text(from ? "realms " : "realm ");
    if (from) {
        out.print_string(print_as::any, "from", "%s/", rtnl_rtrealm_n2a(from, ip.numeric));
    }
    out.print_string(print_as::any, "to", "%s ", rtnl_rtrealm_n2a(to, ip.numeric));
    out.close_object();
}

void print_rt_flags(ip_context& ip, std::uint32_t flags) {
    constexpr struct {
        std::uint32_t bit;
        const char* name;
    } names[] = {
        {rtnh_f::dead, "dead"},
        {rtnh_f::onlink, "onlink"},
        {rtnh_f::pervasive, "pervasive"},
        {rtnh_f::offload, "offload"},
        {64, "trap"},
        {rtm_f::notify, "notify"},
        {rtnh_f::linkdown, "linkdown"},
        {rtnh_f::unresolved, "unresolved"},
        {rtm_f::offload, "rt_offload"},
        {rtm_f::trap, "rt_trap"},
        // The same bit as RTCF_MULTICAST: a cloned multicast route has it.
        {rtm_f::offload_failed, "rt_offload_failed"},
    };
    ip.print.open_array("flags");
    for (const auto& f : names) {
        if (flags & f.bit) ip.print.print_string(print_as::any, nullptr, "%s ", f.name);
    }
    ip.print.close_array();
}

// The RTCF_* bits of an answer to `route get`.
void print_cache_flags(ip_context& ip, std::uint32_t flags) {
    constexpr struct {
        std::uint32_t bit;
        const char* name;
    } names[] = {
        {0x80000000, "local"},      {0x40000000, "reject"},     {0x20000000, "mc"},
        {0x10000000, "brd"},        {0x08000000, "dst-nat"},    {0x00800000, "src-nat"},
        {0x00400000, "masq"},       {0x00020000, "dst-direct"}, {0x04000000, "src-direct"},
        {0x00040000, "redirected"}, {0x01000000, "redirect"},   {0x00200000, "fastroute"},
        {0x00010000, "notify"},     {0x00080000, "proxy"},
    };
    flags &= 0xffff0000;
    const bool some = flags != 0;
    ip.print.text(strf("%s    cache %s", ip.sl(), some ? "<" : ""));
    ip.print.open_array("cache");
    const char* separator = "";
    const auto put = [&](const std::string& name) {
        ip.print.text(separator);
        ip.print.print_string(print_as::any, nullptr, "%s", name);
        separator = ",";
    };
    for (const auto& f : names) {
        if (flags & f.bit) put(f.name);
        flags &= ~f.bit;
    }
    if (flags) put(strf("%x", flags));
    ip.print.close_array();
    if (some) ip.print.text("> ");
}

void print_rta_cacheinfo(ip_context& ip, const rta_cacheinfo& ci) {
    constexpr std::uint32_t hz = 100;
    json_print& out = ip.print;
    if (ci.rta_expires) {
        out.print_int(print_as::any, "expires", "expires %dsec ", int(ci.rta_expires) / int(hz));
    }
    if (ci.rta_error) out.print_uint(print_as::any, "error", "error %u ", ci.rta_error);
    if (!ip.show_stats) return;
    if (ci.rta_clntref) out.print_uint(print_as::any, "users", "users %u ", ci.rta_clntref);
    if (ci.rta_used) out.print_uint(print_as::any, "used", "used %u ", ci.rta_used);
    if (ci.rta_lastuse) out.print_uint(print_as::any, "age", "age %usec ", ci.rta_lastuse / hz);
}

void print_nexthop(ip_context& ip, const route& t, const rtnexthop& nh, const nlattrs& tb) {
    json_print& out = ip.print;
    out.open_object();
    out.text(strf("%s\tnexthop ", ip.sl()));
    if (const nlattr* gateway = tb.get(rta::gateway)) print_gateway(ip, t.r.rtm_family, *gateway);
    if (const nlattr* via = tb.get(rta::via)) print_rta_via(ip, *via);
    if (const nlattr* flow = tb.get(rta::flow)) print_rta_flow(ip, flow->u32());
    print_word(ip, "dev ", color::ifname, "dev",
               ip.ll.index_to_name(std::uint32_t(nh.rtnh_ifindex)));
    out.print_int(print_as::any, "weight", "weight %d ", nh.rtnh_hops + 1);
    print_rt_flags(ip, nh.rtnh_flags);
    out.close_object();
}

void print_rta_multipath(ip_context& ip, const route& t, const nlattr& attr) {
    ip.print.open_array("nexthops");
    bytes_view rest = attr.data;
    while (rest.size() >= sizeof(rtnexthop)) {
        const auto nh = load<rtnexthop>(rest);
        if (nh.rtnh_len < sizeof nh || nh.rtnh_len > rest.size()) break;
        print_nexthop(ip, t, nh, nlattrs(rest.subspan(sizeof nh, nh.rtnh_len - sizeof nh)));
        rest = rest.subspan(std::min(nla_align(nh.rtnh_len), rest.size()));
    }
    ip.print.close_array();
}

void print_destination(ip_context& ip, const route& t) {
    const rtmsg& r = t.r;
    json_print& out = ip.print;
    if (r.rtm_type != std::uint8_t(rtn::unicast) || ip.show_details) {
        out.print_string(print_as::any, "type", "%s ", rtnl_rtntype_n2a(r.rtm_type, ip.numeric));
    }
    print_prefix(ip, t, "", "dst", t.tb.get(rta::dst), r.rtm_dst_len);
    const nlattr* src = t.tb.get(rta::src);
    if (src || r.rtm_src_len) print_prefix(ip, t, "from ", "from", src, r.rtm_src_len);
}

void print_origin(ip_context& ip, const route_filter& f, const route& t) {
    const rtmsg& r = t.r;
    json_print& out = ip.print;
    if (t.table && (t.table != rt_table::main || ip.show_details) && !f.tb) {
        out.print_string(print_as::any, "table", "table %s ",
                         rtnl_rttable_n2a(t.table, ip.numeric));
    }
    if (t.is_cloned()) return;
    if ((r.rtm_protocol != rtprot::boot || ip.show_details) && !f.protocol.hides_word()) {
        out.print_string(print_as::any, "protocol", "proto %s ",
                         rtnl_rtprot_n2a(r.rtm_protocol, ip.numeric));
    }
    if ((r.rtm_scope != rt_scope::universe || ip.show_details) && !f.scope.hides_word()) {
        out.print_string(print_as::any, "scope", "scope %s ",
                         rtnl_rtscope_n2a(r.rtm_scope, ip.numeric));
    }
}

void print_way(ip_context& ip, const route_filter& f, const route& t) {
    const rtmsg& r = t.r;
    json_print& out = ip.print;
    if (const nlattr* id = t.tb.get(rta::nh_id)) {
        out.print_uint(print_as::any, "nhid", "nhid %u ", id->u32());
    }
    if (r.rtm_tos && !f.tos.hides_word()) {
        out.print_string(print_as::any, "tos", "tos %s ", rtnl_dsfield_n2a(r.rtm_tos, ip.numeric));
    }
    const nlattr* gateway = t.tb.get(rta::gateway);
    if (gateway && f.rvia.bitlen != t.host_len) print_gateway(ip, r.rtm_family, *gateway);
    if (const nlattr* via = t.tb.get(rta::via)) print_rta_via(ip, *via);
    if (const nlattr* oif = t.tb.get(rta::oif); oif && !f.oif.hides_word()) {
        print_word(ip, "dev ", color::ifname, "dev", ip.ll.index_to_name(oif->u32()));
    }
    print_origin(ip, f, t);
    if (const nlattr* src = t.tb.get(rta::prefsrc); src && f.rprefsrc.bitlen != t.host_len) {
        // An address of this host: -r gives it no name.
        print_word(ip, "src ", ifa_family_color(r.rtm_family), "prefsrc",
                   rt_addr_n2a(r.rtm_family, src->data));
    }
    if (const nlattr* metric = t.tb.get(rta::priority); metric && !f.metric.hides_word()) {
        out.print_uint(print_as::any, "metric", "metric %u ", metric->u32());
    }
    print_rt_flags(ip, r.rtm_flags);
}

void print_mark(json_print& out, std::uint32_t mark) {
    if (mark == 0) return;
    if (mark >= 16 && !out.json()) {
        out.print_0xhex(print_as::fp, "mark", "mark %#llx ", mark);
    } else {
        out.print_uint(print_as::any, "mark", "mark %u ", mark);
    }
}

void print_pref(json_print& out, unsigned pref) {
    const char* names[] = {"medium", "high", nullptr, "low"};
    if (pref < 4 && names[pref]) {
        out.print_string(print_as::any, "pref", "pref %s", names[pref]);
    } else {
        out.print_uint(print_as::any, "pref", "pref %u", pref);
    }
}

void print_rest(ip_context& ip, const route_filter& f, const route& t) {
    json_print& out = ip.print;
    if (const nlattr* mark = t.tb.get(rta::mark)) print_mark(out, mark->u32());
    if (const nlattr* flow = t.tb.get(rta::flow); flow && !f.realm.hides_word()) {
        print_rta_flow(ip, flow->u32());
    }
    if (const nlattr* uid = t.tb.get(rta::uid)) {
        out.print_uint(print_as::any, "uid", "uid %u ", uid->u32());
    }
    if (t.r.rtm_family == af::inet && t.is_cloned()) print_cache_flags(ip, t.r.rtm_flags);
    if (const nlattr* ci = t.tb.get(rta::cacheinfo)) {
        print_rta_cacheinfo(ip, ci->as<rta_cacheinfo>());
    }
    if (const nlattr* metrics = t.tb.get(rta::metrics)) print_rta_metrics(ip, *metrics);
    if (const nlattr* iif = t.tb.get(rta::iif); iif && !f.iif.hides_word()) {
        print_word(ip, "iif ", color::ifname, "iif", ip.ll.index_to_name(iif->u32()));
    }
    if (const nlattr* pref = t.tb.get(rta::pref)) print_pref(out, pref->u8());
    if (const nlattr* ttl = t.tb.get(rta::ttl_propagate)) {
        out.print_string(print_as::any, "ttl-propogate", "ttl-propagate %s",
                         ttl->u8() ? "enabled" : "disabled");
    }
    if (const nlattr* multipath = t.tb.get(rta::multipath)) print_rta_multipath(ip, t, *multipath);
}

}  // namespace

void print_route(ip_context& ip, const route_filter& filter, const nlmsg_view& msg) {
    if (msg.hdr.nlmsg_type != rtm::newroute && msg.hdr.nlmsg_type != rtm::delroute) return;
    const route t(msg);
    if (filter.flush && t.r.rtm_family == af::inet6 && t.r.rtm_dst_len == 0 &&
        t.r.rtm_type == std::uint8_t(rtn::unreachable) && t.u32(rta::priority) == 0xffffffff) {
        return;  // the kernel's own null entry
    }
    if (!wants(filter, t)) return;
    if (filter.flush) {
        filter.flush->add(msg, rtm::delroute);
        if (ip.show_stats < 2) return;
    }
    json_print& out = ip.print;
    out.open_object();
    if (msg.hdr.nlmsg_type == rtm::delroute) {
        out.print_bool(print_as::any, "deleted", "Deleted ", true);
    }
    print_destination(ip, t);
    print_way(ip, filter, t);
    print_rest(ip, filter, t);
    out.text("\n");
    out.close_object();
}

}  // namespace vethlab
