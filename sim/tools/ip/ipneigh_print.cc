// iproute2: ip/ipneigh.c:print_neigh
#include "sim/tools/ip/ipneigh.h"
#include "sim/tools/ip/rtm_map.h"

namespace vethlab {
namespace {

bool wants(const neigh_filter& f, const ndmsg& r, const nlattrs& tb, bool deletion) {
    if (f.flush && deletion) return false;
    if (f.family && f.family != r.ndm_family) return false;
    if (f.index && f.index != std::uint32_t(r.ndm_ifindex)) return false;
    if (!(f.state & r.ndm_state) && !(r.ndm_flags & (ntf::proxy | ntf::ext_learned)) &&
        (r.ndm_state || !(f.state & state_none_too))) {
        return false;
    }
    if (f.pfx.family && !inet_addr_match_rta(f.pfx, tb.get(nda::dst))) return false;
    const nlattr* protocol = tb.get(nda::protocol);
    if (f.protocol && (!protocol || protocol->u8() != f.protocol)) return false;
    const nlattr* ci = tb.get(nda::cacheinfo);
    return !f.unused_only || !ci || ci->as<nda_cacheinfo>().ndm_refcnt == 0;
}

void print_neigh_flags(ip_context& ip, const ndmsg& r, const nlattrs& tb) {
    constexpr struct {
        std::uint8_t bit;
        const char* name;
    } names[] = {
        {ntf::router, "router"},
        {ntf::proxy, "proxy"},
        {ntf::ext_learned, "extern_learn"},
        {ntf::offloaded, "offload"},
    };
    for (const auto& f : names) {
        if (r.ndm_flags & f.bit) ip.print.print_null(print_as::any, f.name, "%s ", f.name);
    }
    const nlattr* ext = tb.get(nda::flags_ext);
    if (ext && ext->u32() & ntf_ext_managed) {
        ip.print.print_null(print_as::any, "managed", "%s ", "managed");
    }
}

void print_neigh_stats(ip_context& ip, const nlattrs& tb) {
    json_print& out = ip.print;
    constexpr std::uint32_t hz = 100;
    if (const nlattr* a = tb.get(nda::cacheinfo)) {
        const auto ci = a->as<nda_cacheinfo>();
        if (ci.ndm_refcnt) out.print_uint(print_as::any, "refcnt", " ref %u", ci.ndm_refcnt);
        out.print_uint(print_as::any, "used", " used %u", ci.ndm_used / hz);
        out.print_uint(print_as::any, "confirmed", "/%u", ci.ndm_confirmed / hz);
        out.print_uint(print_as::any, "updated", "/%u", ci.ndm_updated / hz);
    }
    if (const nlattr* probes = tb.get(nda::probes)) {
        out.print_uint(print_as::any, "probes", "probes %u ", probes->u32());
    }
}

void print_neigh_state(ip_context& ip, std::uint16_t state) {
    ip.print.open_array("state");
    for (const auto& n : nud_names) {
        if (state & n.state) ip.print.print_string(print_as::any, nullptr, "%s ", n.shown);
        state = std::uint16_t(state & ~n.state);
    }
    if (state) ip.print.print_0xhex(print_as::any, nullptr, "%llx ", state);
    ip.print.close_array();
}

}  // namespace

void print_neigh(ip_context& ip, const neigh_filter& filter, const nlmsg_view& msg) {
    const auto type = msg.hdr.nlmsg_type;
    if (type != rtm::newneigh && type != rtm::delneigh && type != rtm::getneigh) return;
    const auto r = msg.head<ndmsg>();
    const auto tb = msg.attrs<ndmsg>();
    if (!wants(filter, r, tb, type != rtm::newneigh)) return;
    if (filter.flush) {
        filter.flush->add(msg, rtm::delneigh);
        if (ip.show_stats < 2) return;
    }
    json_print& out = ip.print;
    out.open_object();
    if (type == rtm::delneigh) {
        out.print_bool(print_as::any, "deleted", "Deleted ", true);
    } else if (type == rtm::getneigh) {
        out.print_null(print_as::any, "miss", "%s ", "miss");
    }
    if (const nlattr* dst = tb.get(nda::dst)) {
        print_word(ip, "", ifa_family_color(r.ndm_family), "dst",
                   format_host_rta(ip, r.ndm_family, *dst));
    }
    if (!filter.index && r.ndm_ifindex) {
        print_word(ip, "dev ", color::ifname, "dev",
                   ip.ll.index_to_name(std::uint32_t(r.ndm_ifindex)));
    }
    if (const nlattr* lladdr = tb.get(nda::lladdr)) {
        const auto type_of = ip.ll.index_to_type(std::uint32_t(r.ndm_ifindex));
        print_word(ip, "lladdr ", color::mac, "lladdr", ll_addr_n2a(lladdr->data, type_of));
    }
    print_neigh_flags(ip, r, tb);
    if (ip.show_stats) print_neigh_stats(ip, tb);
    if (r.ndm_state) print_neigh_state(ip, r.ndm_state);
    if (const nlattr* protocol = tb.get(nda::protocol)) {
        out.print_string(print_as::any, "protocol", "proto %s ",
                         rtnl_rtprot_n2a(protocol->u8(), ip.numeric));
    }
    out.text("\n");
    out.close_object();
}

}  // namespace vethlab
