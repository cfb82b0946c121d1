// iproute2: bridge/fdb.c
#include "sim/tools/bridge/fdb.h"

#include <cstdlib>

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: bridge fdb { add | append | del | replace } ADDR dev DEV\n"
    "              [ self ] [ master ] [ use ] [ router ] [ extern_learn ]\n"
    "              [ sticky ] [ local | static | dynamic ] [ vlan VID ]\n"
    "              { [ dst IPADDR ] [ port PORT] [ vni VNI ] | [ nhid NHID ] }\n"
    "\t       [ via DEV ] [ src_vni VNI ]\n"
    "       bridge fdb [ show [ br BRDEV ] [ brport DEV ] [ vlan VID ]\n"
    "              [ state STATE ] [ dynamic ] ]\n"
    "       bridge fdb get [ to ] LLADDR [ br BRDEV ] { brport | dev } DEV\n"
    "              [ vlan VID ] [ vni VNI ] [ self ] [ master ] [ dynamic ]\n"
    "       bridge fdb flush dev DEV [ brport DEV ] [ vlan VID ]\n"
    "              [ self ] [ master ] [ [no]permanent | [no]static | [no]dynamic ]\n"
    "              [ [no]added_by_user ] [ [no]extern_learn ] [ [no]sticky ]\n"
    "              [ [no]offloaded ]\n";

std::string state_n2a(unsigned state) {
    if (state & nud::permanent) return "permanent";
    if (state & nud::noarp) return "static";
    if (state & nud::stale) return "stale";
    if (state & nud::reachable) return "";
    return strf("state=%#x", state);
}

std::optional<unsigned> state_a2n(const std::string& word) {
    if (matches(word, "permanent")) return nud::permanent;
    if (matches(word, "static") || matches(word, "temp")) return nud::noarp;
    if (matches(word, "stale")) return nud::stale;
    if (matches(word, "reachable") || matches(word, "dynamic")) return nud::reachable;
    if (word == "all") return ~0u;
    return get_unsigned(word);
}

void print_flags(json_print& print, unsigned flags) {
    struct flag_name {
        unsigned bit;
        const char* name;
    };
    constexpr flag_name names[] = {
        {ntf::self, "self"},         {ntf::router, "router"}, {ntf::ext_learned, "extern_learn"},
        {ntf::offloaded, "offload"}, {ntf::sticky, "sticky"},
    };
    print.open_array("flags");
    for (const auto& f : names) {
        if (flags & f.bit) print.print_string(print_as::any, nullptr, "%s ", f.name);
    }
    print.close_array();
}

void print_stats(json_print& print, const nlattr& attr) {
    const auto ci = attr.as<nda_cacheinfo>();
    const unsigned used = ci.ndm_used / 100, updated = ci.ndm_updated / 100;  // USER_HZ
    print.text(strf("used %u/%u ", used, updated));
    print.print_uint(print_as::json, "used", nullptr, used);
    print.print_uint(print_as::json, "updated", nullptr, updated);
}

bool wanted(const bridge_context& br, const ndmsg& ndm, unsigned vid) {
    if (ndm.ndm_family != af::bridge) return false;
    if (br.filter_index && br.filter_index != std::uint32_t(ndm.ndm_ifindex)) return false;
    if (br.filter_state && !(ndm.ndm_state & br.filter_state)) return false;
    if (br.filter_vlan && br.filter_vlan != vid) return false;
    return !(br.filter_dynamic && ndm.ndm_state & nud::permanent);
}

int fdb_show(bridge_context& br, args& a) {
    std::optional<std::string> dev, bridge;
    for (; a.more(); a.advance()) {
        if (a.is("brport") || a.is("dev")) {
            dev = a.next();
        } else if (a.is("br")) {
            bridge = a.next();
        } else if (a.is("vlan")) {
            a.next();
            if (br.filter_vlan) br.duparg("vlan", a.word());
            br.filter_vlan = unsigned(std::atoi(a.word().c_str()));
        } else if (a.is("state")) {
            a.next();
            const auto state = state_a2n(a.word());
            if (!state && !br.exited) br.invarg("invalid state", a.word());
            br.filter_state |= state.value_or(0);
        } else if (a.is("dynamic")) {
            br.filter_dynamic = true;
        } else if (a.matches("help")) {
            fdb_usage(br);
        }
    }
    if (br.exited) return 255;
    nlmsg_builder request;
    request.begin(rtm::getneigh, 0);
    ndmsg head{};
    head.ndm_family = af::bridge;
    std::uint32_t bridge_index = 0;
    if (bridge) {
        bridge_index = br.ll.name_to_index(*bridge);
        if (!bridge_index) return fdb_no_bridge(br, "bridge device", *bridge);
    }
    if (dev) {
        br.filter_index = br.ll.name_to_index(*dev);
        if (!br.filter_index) return fdb_no_bridge(br, "device", *dev);
        head.ndm_ifindex = std::int32_t(br.filter_index);
    }
    request.head(head);
    if (bridge_index) request.put_u32(nda::master, bridge_index);
    request.end();
    br.print.begin(br.json, br.pretty);
    const bool ok = br.rth.dump(request, [&](const nlmsg_view& msg) {
        print_fdb(br, msg);
        return true;
    });
    if (!ok) return br.fatal(1, "Dump terminated");
    br.print.end();
    return 0;
}

}  // namespace

int fdb_usage(bridge_context& br) {
    br.p.err->write(usage_text);
    return br.exit(255);
}

int fdb_no_bridge(bridge_context& br, const char* what, const std::string& name) {
    br.p.err->printf("Cannot find %s \"%s\"\n", what, name.c_str());
    return 255;
}

void print_fdb(bridge_context& br, const nlmsg_view& msg) {
    const auto ndm = msg.head<ndmsg>();
    const auto attrs = msg.attrs<ndmsg>();
    const nlattr* vlan = attrs.get(nda::vlan);
    const unsigned vid = vlan ? vlan->u16() : 0;
    if (!wanted(br, ndm, vid)) return;
    const auto index = std::uint32_t(ndm.ndm_ifindex);
    auto& print = br.print;
    print.open_object();
    if (msg.hdr.nlmsg_type == rtm::delneigh) {
        print.print_bool(print_as::any, "deleted", "Deleted ", true);
    }
    if (auto* a = attrs.get(nda::lladdr)) {
        print.print_color_string(print_as::any, color::mac, "mac", "%s ",
                                 ll_addr_n2a(a->data, br.ll.index_to_type(index)));
    }
    if (!br.filter_index && index) {
        print.text("dev ");
        print.print_color_string(print_as::any, color::ifname, "ifname", "%s ",
                                 br.ll.index_to_name(index));
    }
    if (vid) print.print_uint(print_as::any, "vlan", "vlan %u ", vid);
    if (auto* a = attrs.get(nda::cacheinfo); a && br.show_stats) print_stats(print, *a);
    print_flags(print, ndm.ndm_flags);
    if (auto* a = attrs.get(nda::master)) {
        print.print_string(print_as::any, "master", "master %s ", br.ll.index_to_name(a->u32()));
    }
    print.print_string(print_as::any, "state", "%s\n", state_n2a(ndm.ndm_state));
    print.close_object();
}

int do_fdb(bridge_context& br, args a) {
    br.ll.init();
    br.filter_index = 0;
    br.filter_state = br.filter_vlan = 0;
    br.filter_dynamic = false;
    if (!a.more()) return fdb_show(br, a);
    const std::string word = a.word();
    a.advance();
    const auto is = [&](const char* name) { return matches(word, name); };
    if (is("add")) return fdb_modify(br, a, rtm::newneigh, nlm_f::create | nlm_f::excl);
    if (is("append")) return fdb_modify(br, a, rtm::newneigh, nlm_f::create | nlm_f::append);
    if (is("replace")) return fdb_modify(br, a, rtm::newneigh, nlm_f::create | nlm_f::replace);
    if (is("delete")) return fdb_modify(br, a, rtm::delneigh, 0);
    if (is("get")) return fdb_get(br, a);
    if (is("show") || is("lst") || is("list")) return fdb_show(br, a);
    if (word == "flush") return fdb_flush(br, a);
    if (is("help")) return fdb_usage(br);
    return br.fatal(255, strf("Command \"%s\" is unknown, try \"bridge fdb help\".", word.c_str()));
}

}  // namespace vethlab
