// iproute2: ip/ipaddress.c (print_addrinfo)
#include "sim/tools/ip/address.h"
#include "sim/tools/lib/fnmatch.h"

namespace vethlab {
namespace {

constexpr std::uint32_t infinity_life_time = 0xffffffff;

color family_color(std::uint8_t family) {
    if (family == af::inet) return color::inet;
    return family == af::inet6 ? color::inet6 : color::none;
}

void print_ifa_flags(ip_context& ip, std::uint8_t family, std::uint32_t flags) {
    json_print& out = ip.print;
    for (const auto& f : ifa_flag_names) {
        // The same bit is "secondary" for IPv4 and "temporary" for IPv6.
        const bool v6_name = f.mask == ifa_f::secondary && family == af::inet6;
        if (f.mask == ifa_f::permanent) {
            if (!(flags & f.mask)) out.print_bool(print_as::any, "dynamic", "dynamic ", true);
        } else if (flags & f.mask) {
            const char* name = v6_name ? "temporary" : f.name;
            out.text(strf("%s ", name));
            out.print_bool(print_as::json, name, nullptr, true);
        }
        flags &= ~f.mask;
    }
    if (flags) {
        out.print_string(print_as::any, "ifa_flags", "flags %s ", strf("%02x", flags));
    }
}

void print_lifetime(ip_context& ip, const char* key, std::uint32_t seconds, bool may_be_negative) {
    json_print& out = ip.print;
    if (seconds == infinity_life_time) {
        out.print_uint(print_as::json, key, nullptr, seconds);
        out.text("forever");
    } else if (may_be_negative) {
        out.print_int(print_as::any, key, "%dsec", int(seconds));
    } else {
        out.print_uint(print_as::any, key, "%usec", seconds);
    }
}

void print_cacheinfo(ip_context& ip, const ifa_cacheinfo& info, std::uint32_t flags) {
    ip.print.text(ip.sl());
    ip.print.text("       valid_lft ");
    print_lifetime(ip, "valid_life_time", info.ifa_valid, false);
    ip.print.text(" preferred_lft ");
    print_lifetime(ip, "preferred_life_time", info.ifa_prefered, flags & ifa_f::deprecated);
}

// What stands in front of the address: "    inet ", with -o "3: A    inet ".
void print_family(ip_context& ip, const link_filter& filter, const ifaddrmsg& ifa) {
    json_print& out = ip.print;
    if (filter.oneline) {
        const std::string dev = ip.ll.index_to_name(ifa.ifa_index);
        out.print_int(print_as::json, "index", nullptr, int(ifa.ifa_index));
        out.print_string(print_as::json, "dev", nullptr, dev);
        out.text(strf("%u: %s", ifa.ifa_index, dev.c_str()));
    }
    const std::string name = family_name(ifa.ifa_family);
    if (name[0] != '?') {
        out.print_string(print_as::any, "family", "    %s ", name);
    } else {
        out.print_int(print_as::any, "family_index", "    family %d ", ifa.ifa_family);
    }
}

// "10.0.0.1/24 " or "10.0.0.1 peer 10.0.0.9/32 ", "metric N ".
void print_local(ip_context& ip, const ifaddrmsg& ifa, const address_attrs& tb) {
    json_print& out = ip.print;
    const color c = family_color(ifa.ifa_family);
    out.print_color_string(print_as::any, c, "local", "%s",
                           format_host_rta(ip, ifa.ifa_family, *tb.local));
    if (!std::equal(tb.local->data.begin(), tb.local->data.end(), tb.address->data.begin(),
                    tb.address->data.end())) {
        out.text(" peer ");
        out.print_color_string(print_as::any, c, "address", "%s",
                               format_host_rta(ip, ifa.ifa_family, *tb.address));
    }
    out.print_int(print_as::any, "prefixlen", "/%d ", ifa.ifa_prefixlen);
    if (const nlattr* metric = tb.all.get(ifa::rt_priority)) {
        out.print_uint(print_as::any, "metric", "metric %u ", metric->u32());
    }
}

}  // namespace

address_attrs::address_attrs(const nlmsg_view& msg)
    : all(msg.attrs<ifaddrmsg>()), local(all.get(ifa::local)), address(all.get(ifa::address)) {
    if (!local) local = address;
    if (!address) address = local;
    const nlattr* wide = all.get(ifa::flags);
    flags = wide ? wide->u32() : msg.head<ifaddrmsg>().ifa_flags;
}

bool filter_wants_address(ip_context& ip, const link_filter& f, const nlmsg_view& msg) {
    const auto ifa = msg.head<ifaddrmsg>();
    const address_attrs tb(msg);
    if (f.ifindex && f.ifindex != ifa.ifa_index) return false;
    if ((f.scope ^ ifa.ifa_scope) & f.scopemask) return false;
    if ((f.flags ^ tb.flags) & f.flagmask) return false;
    if (f.family && f.family != ifa.ifa_family) return false;
    if (f.label) {
        const nlattr* label = tb.all.get(ifa::label);
        const std::string name =
            label ? std::string(label->str()) : ip.ll.index_to_name(ifa.ifa_index);
        if (!fnmatch(*f.label, name)) return false;
    }
    return inet_addr_match_rta(f.pfx, tb.local);
}

void print_addrinfo(ip_context& ip, const link_filter& filter, const nlmsg_view& msg) {
    if (msg.hdr.nlmsg_type != rtm::newaddr && msg.hdr.nlmsg_type != rtm::deladdr) return;
    if (!filter_wants_address(ip, filter, msg)) return;
    json_print& out = ip.print;
    const auto ifa = msg.head<ifaddrmsg>();
    const address_attrs tb(msg);
    if (msg.hdr.nlmsg_type == rtm::deladdr) {
        out.print_bool(print_as::any, "deleted", "Deleted ", true);
    }
    if (!ip.brief) print_family(ip, filter, ifa);
    if (tb.local) print_local(ip, ifa, tb);
    if (ip.brief) return;
    const color c = family_color(ifa.ifa_family);
    if (const nlattr* a = tb.all.get(ifa::broadcast)) {
        out.text("brd ");
        out.print_color_string(print_as::any, c, "broadcast", "%s ",
                               format_host_rta(ip, ifa.ifa_family, *a));
    }
    if (const nlattr* a = tb.all.get(ifa::anycast)) {
        out.text("any ");
        out.print_color_string(print_as::any, c, "anycast", "%s ",
                               format_host_rta(ip, ifa.ifa_family, *a));
    }
    out.print_string(print_as::any, "scope", "scope %s ",
                     rtnl_rtscope_n2a(ifa.ifa_scope, ip.numeric));
    print_ifa_flags(ip, ifa.ifa_family, tb.flags);
    if (const nlattr* a = tb.all.get(ifa::label)) {
        out.print_string(print_as::any, "label", "%s", a->str());
    }
    if (const nlattr* a = tb.all.get(ifa::cacheinfo)) {
        print_cacheinfo(ip, a->as<ifa_cacheinfo>(), tb.flags);
    }
    out.text("\n");
}

}  // namespace vethlab
