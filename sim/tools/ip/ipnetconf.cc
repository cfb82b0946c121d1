// iproute2: ip/ipnetconf.c
#include "sim/tools/ip/ipnetconf.h"

namespace vethlab {
namespace {

struct netconfmsg {
    std::uint8_t ncm_family;
};

int usage(ip_context& ip) {
    if (!ip.exited) ip.p.err->write("Usage: ip netconf show [ dev STRING ]\n");
    return ip.exit(255);
}

void print_rp_filter(json_print& out, std::uint32_t mode) {
    constexpr const char* names[] = {"off", "strict", "loose"};
    const char* name = mode < 3 ? names[mode] : "unknown";
    out.print_string(print_as::any, "rp_filter", "rp_filter %s ", name);
}

void print_switches(json_print& out, const nlattrs& tb) {
    constexpr struct {
        std::uint16_t attr;
        const char* name;
    } switches[] = {
        {netconfa::forwarding, "forwarding"},
        {netconfa::rp_filter, "rp_filter"},
        {netconfa::mc_forwarding, "mc_forwarding"},
        {netconfa::proxy_neigh, "proxy_neigh"},
        {netconfa::ignore_routes_with_linkdown, "ignore_routes_with_linkdown"},
        {netconfa::input, "input"},
    };
    for (const auto& s : switches) {
        const nlattr* value = tb.get(s.attr);
        if (!value) continue;
        if (s.attr == netconfa::rp_filter) {
            print_rp_filter(out, value->u32());
        } else {
            out.print_on_off(print_as::any, s.name, strf("%s %%s ", s.name).c_str(),
                             value->u32() != 0);
        }
    }
}

bool netconf_dump(ip_context& ip, std::uint8_t family, std::int32_t ifindex) {
    nlmsg_builder m;
    m.begin(rtm::getnetconf, 0);
    m.head(netconfmsg{family});
    m.end();
    return ip.rth.dump(m, [&](const nlmsg_view& msg) {
        // A family without such settings is answered with all of them.
        if (msg.head<netconfmsg>().ncm_family == family) print_netconf(ip, ifindex, msg);
        return true;
    });
}

int do_show(ip_context& ip, args& a) {
    std::int32_t ifindex = 0;
    for (; a.more(); a.advance()) {
        if (!a.is("dev")) continue;
        ifindex = std::int32_t(ip.ll.name_to_index(a.next()));
        if (!ip.exited && !ifindex) {
            return ip.fatal(1, strf("Device \"%s\" does not exist.", a.word().c_str()));
        }
    }
    if (ip.exited) return *ip.exited;
    ip.print.begin(ip.json, ip.pretty);
    if (ip.preferred_family != af::unspec) {
        if (!netconf_dump(ip, ip.preferred_family, ifindex)) {
            ip.p.err->write("Dump terminated\n");
            return ip.exit(1);
        }
    } else {
        for (const std::uint8_t family : {af::inet, af::inet6}) {
            netconf_dump(ip, family, ifindex);
        }
    }
    ip.print.end();
    return 0;
}

int dispatch(ip_context& ip, args& a) {
    if (!a.more()) return do_show(ip, a);
    const std::string word = a.word();
    a.advance();
    if (matches(word, "show") || matches(word, "lst") || matches(word, "list")) {
        return do_show(ip, a);
    }
    if (matches(word, "help")) return usage(ip);
    return ip.fatal(255, strf("Command \"%s\" is unknown, try \"ip netconf help\".", word.c_str()));
}

}  // namespace

void print_netconf(ip_context& ip, std::int32_t ifindex, const nlmsg_view& msg) {
    const auto type = msg.hdr.nlmsg_type;
    if (type != rtm::newnetconf && type != rtm::delnetconf) return;
    const auto family = msg.head<netconfmsg>().ncm_family;
    const auto tb = msg.attrs<netconfmsg>();
    const nlattr* attr = tb.get(netconfa::ifindex);
    const std::int32_t index = attr ? attr->as<std::int32_t>() : 0;
    if (ifindex && ifindex != index) return;
    json_print& out = ip.print;
    out.open_object();
    if (type == rtm::delnetconf) out.print_bool(print_as::any, "deleted", "Deleted ", true);
    out.print_string(print_as::any, "family", "%s ", family_name(family));
    if (attr) {
        const std::string name = index == netconfa::ifindex_all       ? "all"
                                 : index == netconfa::ifindex_default ? "default"
                                                                      : "";
        if (name.empty()) {
            out.print_color_string(print_as::any, color::ifname, "interface", "%s ",
                                   ip.ll.index_to_name(std::uint32_t(index)));
        } else {
            out.print_string(print_as::any, "interface", "%s ", name);
        }
    }
    print_switches(out, tb);
    out.text("\n");
    out.close_object();
}

task<int> do_ipnetconf(ip_context& ip, args a) { co_return dispatch(ip, a); }

}  // namespace vethlab
