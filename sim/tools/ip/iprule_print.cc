// iproute2: ip/iprule.c:print_rule, filter_nlmsg
#include "sim/tools/ip/iprule.h"
#include "sim/tools/ip/rtm_map.h"

namespace vethlab {
namespace {

constexpr std::uint32_t none = 0xffffffff;

struct rule {
    fib_rule_hdr frh;
    nlattrs tb;

    explicit rule(const nlmsg_view& msg)
        : frh(msg.head<fib_rule_hdr>()), tb(msg.attrs<fib_rule_hdr>()) {}
    std::uint32_t u32(std::uint16_t type, std::uint32_t otherwise = 0) const {
        const nlattr* a = tb.get(type);
        return a ? a->u32() : otherwise;
    }
    std::string str(std::uint16_t type) const {
        const nlattr* a = tb.get(type);
        return a ? std::string(a->str()) : std::string();
    }
    template <class T>
    std::array<T, 2> range(std::uint16_t type) const {
        const nlattr* a = tb.get(type);
        return a ? a->as<std::array<T, 2>>() : std::array<T, 2>{};
    }
    std::uint8_t u8(std::uint16_t type) const {
        const nlattr* a = tb.get(type);
        return a ? a->u8() : std::uint8_t(0);
    }
    std::uint32_t table() const { return u32(fra::table, frh.table); }
};

bool wants_prefix(const inet_prefix& f, const rule& r, std::uint16_t type, std::uint8_t len) {
    if (!f.family) return true;
    if (f.family != r.frh.family || f.bitlen > len) return false;
    return f.bitlen <= 0 || inet_addr_match_rta(f, r.tb.get(type));
}

bool wants(const rule_filter& f, const rule& r) {
    if ((r.u32(fra::priority) ^ f.pref) & f.prefmask) return false;
    if (f.inverted && !(r.frh.flags & fib_rule_f::invert)) return false;
    if (!wants_prefix(f.src, r, fra::src, r.frh.src_len)) return false;
    if (!wants_prefix(f.dst, r, fra::dst, r.frh.dst_len)) return false;
    if ((r.frh.tos ^ f.tos) & f.tosmask) return false;
    if (f.fwmark && r.u32(fra::fwmark) != f.fwmark) return false;
    if (f.fwmask && r.u32(fra::fwmask) != f.fwmask) return false;
    if (f.iif && r.str(fra::iifname) != *f.iif) return false;
    if (f.oif && r.str(fra::oifname) != *f.oif) return false;
    if (f.l3mdev && !r.u8(fra::l3mdev)) return false;
    if (f.uidrange && r.range<std::uint32_t>(fra::uid_range) != *f.uidrange) return false;
    if (f.ip_proto && r.u8(fra::ip_proto) != f.ip_proto) return false;
    if (f.sport && r.range<std::uint16_t>(fra::sport_range) != *f.sport) return false;
    if (f.dport && r.range<std::uint16_t>(fra::dport_range) != *f.dport) return false;
    return f.tb == 0 || f.tb == r.table();
}

// "from ADDR/LEN", "from all": the length stands apart in JSON.
void print_address(ip_context& ip, const rule& r, const char* word, std::uint16_t type,
                   std::uint8_t len, const char* key, const char* len_key) {
    json_print& out = ip.print;
    const nlattr* addr = r.tb.get(type);
    out.text(word);
    if (!addr) {
        out.print_string(print_as::any, key, "%s", len ? "0" : "all");
    } else {
        out.print_color_string(print_as::any, ifa_family_color(r.frh.family), key, "%s",
                               len == af_bit_len(r.frh.family)
                                   ? format_host_rta(ip, r.frh.family, *addr)
                                   : rt_addr_n2a(r.frh.family, addr->data));
        if (len == af_bit_len(r.frh.family)) return;
    }
    if (addr || len) out.print_uint(print_as::any, len_key, "/%u", len);
}

void print_fwmark(json_print& out, const rule& r) {
    const nlattr* mask = r.tb.get(fra::fwmask);
    if (!mask && !r.tb.has(fra::fwmark)) return;
    const auto mark = r.u32(fra::fwmark);
    out.print_0xhex(print_as::any, "fwmark", " fwmark %#llx", mark);
    if (mask && mask->u32() != none) {
        out.print_0xhex(print_as::any, "fwmask", "/%#llx", mask->u32());
    }
}

void print_device(ip_context& ip, const std::string& name, const char* word, const char* key,
                  bool detached, const char* detached_key) {
    if (name.empty()) return;
    ip.print.text(word);
    ip.print.print_color_string(print_as::any, color::ifname, key, "%s", name);
    if (detached) ip.print.print_null(print_as::any, detached_key, " [%s]", "detached");
}

void print_ports(json_print& out, const rule& r, std::uint16_t type, const std::string& name) {
    if (!r.tb.has(type)) return;
    const auto [start, end] = r.range<std::uint16_t>(type);
    const std::string word = strf(" %s ", name.c_str());
    out.text(word);
    if (start == end) {
        out.print_uint(print_as::any, name.c_str(), "%u", start);
    } else {
        out.print_uint(print_as::any, (name + "_start").c_str(), "%u", start);
        out.print_uint(print_as::any, (name + "_end").c_str(), "-%u", end);
    }
}

void print_selector(ip_context& ip, const rule& r) {
    json_print& out = ip.print;
    const auto flags = r.frh.flags;
    if (flags & fib_rule_f::invert) out.print_null(print_as::any, "not", "%s ", "not");
    print_address(ip, r, "from ", fra::src, r.frh.src_len, "src", "srclen");
    if (r.tb.has(fra::dst) || r.frh.dst_len) {
        print_address(ip, r, " to ", fra::dst, r.frh.dst_len, "dst", "dstlen");
    }
    if (r.frh.tos) {
        out.print_string(print_as::any, "tos", " tos %s", rtnl_dsfield_n2a(r.frh.tos, ip.numeric));
    }
    print_fwmark(out, r);
    print_device(ip, r.str(fra::iifname), " iif ", "iif", flags & fib_rule_f::iif_detached,
                 "iif_detached");
    print_device(ip, r.str(fra::oifname), " oif ", "oif", flags & fib_rule_f::oif_detached,
                 "oif_detached");
    if (r.u8(fra::l3mdev)) {
        out.print_null(print_as::any, "l3mdev", " lookup [%s]", "l3mdev-table");
    }
    if (r.tb.has(fra::uid_range)) {
        const auto [start, end] = r.range<std::uint32_t>(fra::uid_range);
        out.print_uint(print_as::any, "uid_start", " uidrange %u", start);
        out.print_uint(print_as::any, "uid_end", "-%u", end);
    }
    if (const auto proto = r.u8(fra::ip_proto)) {
        out.print_string(print_as::any, "ipproto", " ipproto %s",
                         inet_proto_n2a(proto, ip.numeric));
    }
    print_ports(out, r, fra::sport_range, "sport");
    print_ports(out, r, fra::dport_range, "dport");
    if (const nlattr* id = r.tb.get(fra::tun_id); id && id->data.size() == 8) {
        const auto value = std::uint64_t(be32(id->data, 0)) << 32 | be32(id->data, 4);
        out.print_u64(print_as::any, "tun_id", " tun_id %llu", value);
    }
}

void print_table(ip_context& ip, const rule& r) {
    json_print& out = ip.print;
    if (!r.table()) return;
    out.print_string(print_as::any, "table", " lookup %s", rtnl_rttable_n2a(r.table(), ip.numeric));
    const auto len = r.u32(fra::suppress_prefixlen, none);
    if (len != none) {
        out.print_int(print_as::any, "suppress_prefixlen", " suppress_prefixlength %d", int(len));
    }
    const auto group = r.u32(fra::suppress_ifgroup, none);
    if (group != none) {
        out.print_string(print_as::any, "suppress_ifgroup", " suppress_ifgroup %s",
                         rtnl_group_n2a(group, ip.numeric));
    }
}

void print_realms(ip_context& ip, std::uint32_t realms) {
    json_print& out = ip.print;
    out.text(" realms ");
    if (realms >> 16) {
        out.print_string(print_as::any, "flow_from", "%s/",
                         rtnl_rtrealm_n2a(realms >> 16, ip.numeric));
    }
    out.print_string(print_as::any, "flow_to", "%s", rtnl_rtrealm_n2a(realms & 0xffff, ip.numeric));
}

void print_action(ip_context& ip, const rule& r) {
    json_print& out = ip.print;
    const auto action = r.frh.action;
    if (action == std::uint8_t(rtn::nat)) {
        out.print_null(print_as::any, "masquerade", " %s", "masquerade");
    } else if (action == fr_act::goto_) {
        if (const nlattr* target = r.tb.get(fra::goto_)) {
            out.print_uint(print_as::any, "goto", " goto %u", target->u32());
        } else {
            out.print_string(print_as::any, "goto", " goto %s", "none");
        }
        if (r.frh.flags & fib_rule_f::unresolved) {
            out.print_null(print_as::any, "unresolved", " [%s]", "unresolved");
        }
    } else if (action == fr_act::nop) {
        out.print_null(print_as::any, "nop", " %s", "nop");
    } else if (action != fr_act::to_tbl) {
        out.print_string(print_as::any, "action", " %s", rtnl_rtntype_n2a(action, ip.numeric));
    }
}

}  // namespace

bool rule_wanted(const rule_filter& filter, const nlmsg_view& msg) {
    const rule r(msg);
    // The rule at 0 has no priority in its message, and stays.
    if (!r.tb.has(fra::priority)) return false;
    if (filter.protocol_given && r.u8(fra::protocol) != filter.protocol) return false;
    return wants(filter, r);
}

void print_rule(ip_context& ip, const rule_filter& filter, const nlmsg_view& msg) {
    const auto type = msg.hdr.nlmsg_type;
    if (type != rtm::newrule && type != rtm::delrule) return;
    const rule r(msg);
    if (!wants(filter, r)) return;
    json_print& out = ip.print;
    out.open_object();
    if (type == rtm::delrule) out.print_bool(print_as::any, "deleted", "Deleted ", true);
    out.print_uint(print_as::any, "priority", "%u:\t", r.u32(fra::priority));
    print_selector(ip, r);
    print_table(ip, r);
    if (const nlattr* flow = r.tb.get(fra::flow)) print_realms(ip, flow->u32());
    print_action(ip, r);
    if (const nlattr* protocol = r.tb.get(fra::protocol)) {
        const auto p = protocol->u8();
        if ((p && p != rtprot::kernel) || ip.show_details) {
            out.print_string(print_as::any, "protocol", " proto %s",
                             rtnl_rtprot_n2a(p, ip.numeric));
        }
    }
    out.text("\n");
    out.close_object();
}

}  // namespace vethlab
