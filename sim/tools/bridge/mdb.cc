// iproute2: bridge/mdb.c
#include "sim/tools/bridge/mdb.h"

#include <cstdlib>

#include "core/uapi/if.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: bridge mdb { add | del } dev DEV port PORT grp GROUP [src SOURCE] [permanent | temp]"
    " [vid VID]\n"
    "       bridge mdb {show} [ dev DEV ] [ vid VID ]\n";

namespace mdb_flag {
enum : std::uint8_t { offload = 1, fast_leave = 2, star_excl = 4, blocked = 8 };
}
namespace mdba_mdb {
enum : std::uint16_t { entry = 1 };
}
namespace mdba_entry {
enum : std::uint16_t { info = 1 };
}
namespace mdba_eattr {
enum : std::uint16_t { timer = 1, src_list, group_mode, source, rtprot };
}
namespace mdba_router {
enum : std::uint16_t { port = 1 };
}
namespace mdba_router_pattr {
enum : std::uint16_t { timer = 1, type };
}
// 1/100 s, aligned as a column.
std::string format_timer(std::uint32_t t) { return strf("%4u.%.2u", t / 100, t % 100); }

struct mdb_group {
    std::uint8_t family = af::unspec;  // af::packet for a MAC
    std::string text;
};
color color_of(std::uint8_t family) {
    if (family == af::inet) return color::inet;
    return family == af::inet6 ? color::inet6 : color::mac;
}
mdb_group group_of(const br_mdb_entry& e) {
    const bytes_view addr = e.addr;
    const std::uint16_t proto = be16(as_view(e.proto), 0);
    if (proto == eth_p::ip) return {af::inet, rt_addr_n2a(af::inet, addr.first(4))};
    if (proto == eth_p::ipv6) return {af::inet6, rt_addr_n2a(af::inet6, addr)};
    return {af::packet, ll_addr_n2a(addr.first(6), arphrd::ether)};
}

void print_details(bridge_context& br, const nlattrs& attrs) {
    if (auto* a = attrs.get(mdba_eattr::group_mode)) {
        br.print.print_string(print_as::any, "filter_mode", " filter_mode %s",
                              a->u8() == 1 ? "include" : "exclude");
    }
    if (auto* a = attrs.get(mdba_eattr::rtprot)) {
        br.print.print_string(print_as::any, "protocol", " proto %s ",
                              rtnl_rtprot_n2a(a->u8(), br.numeric));
    }
}

void print_flags(json_print& print, unsigned flags) {
    struct flag_name {
        unsigned bit;
        const char* name;
    };
    constexpr flag_name names[] = {{mdb_flag::offload, "offload"},
                                   {mdb_flag::fast_leave, "fast_leave"},
                                   {mdb_flag::star_excl, "added_by_star_ex"},
                                   {mdb_flag::blocked, "blocked"}};
    print.open_array("flags");
    for (const auto& f : names) {
        if (flags & f.bit) print.print_string(print_as::any, nullptr, " %s", f.name);
    }
    print.close_array();
}

void print_mdb_entry(bridge_context& br, std::uint32_t index, const nlattr& info, bool deleted) {
    const auto e = info.as<br_mdb_entry>();
    if (br.filter_vlan && e.vid != br.filter_vlan) return;
    const nlattrs attrs(info.data.size() > sizeof e ? info.data.subspan(sizeof e) : bytes_view{});
    auto& print = br.print;
    print.open_object();
    if (deleted) print.print_bool(print_as::any, "deleted", "Deleted ", true);
    print.print_int(print_as::json, "index", nullptr, int(index));
    print.print_color_string(print_as::any, color::ifname, "dev", "dev %s",
                             br.ll.index_to_name(index));
    print.print_string(print_as::any, "port", " port %s", br.ll.index_to_name(e.ifindex));
    const mdb_group group = group_of(e);
    print.print_color_string(print_as::any, color_of(group.family), "grp", " grp %s", group.text);
    if (auto* src = attrs.get(mdba_eattr::source)) {
        const auto family = src->data.size() == 4 ? af::inet : af::inet6;
        print.print_color_string(print_as::any, color_of(family), "src", " src %s",
                                 rt_addr_n2a(family, src->data));
    }
    print.print_string(print_as::any, "state", " %s",
                       e.state & mdb_permanent ? "permanent" : "temp");
    if (br.show_details) print_details(br, attrs);
    print_flags(print, e.flags);
    if (e.vid) print.print_uint(print_as::any, "vid", " vid %u", e.vid);
    if (auto* a = attrs.get(mdba_eattr::timer); a && br.show_stats) {
        print.print_string(print_as::any, "timer", " %s", format_timer(a->u32()));
    }
    print.nl(br.sl());
    print.close_object();
}

void print_mdb_entries(bridge_context& br, const nlmsg_view& msg, bool deleted) {
    const auto index = msg.head<br_port_msg>().ifindex;
    if (br.filter_index && br.filter_index != index) return;
    const nlattrs groups = msg.attrs<br_port_msg>().nested(mdba::mdb);
    for (const auto& group : groups.all()) {
        const nlattrs infos(group.data);
        for (const auto& info : infos.all()) {
            if (info.type == mdba_entry::info) print_mdb_entry(br, index, info, deleted);
        }
    }
}

void print_router_port_stats(bridge_context& br, const std::string& port, const nlattr& attr) {
    const nlattrs attrs(attr.data.size() > 4 ? attr.data.subspan(4) : bytes_view{});
    auto& print = br.print;
    print.print_string(print_as::any, "port", "%s", port);
    if (auto* a = attrs.get(mdba_router_pattr::timer)) {
        print.print_string(print_as::any, "timer", " %s", format_timer(a->u32()));
    }
    if (auto* a = attrs.get(mdba_router_pattr::type)) {
        constexpr unsigned permanent = 2;  // MDB_RTR_TYPE_PERM
        print.print_string(print_as::any, "type", " %s",
                           a->u8() == permanent ? "permanent" : "temp");
    }
    print.text("\n");
}

void print_router_ports(bridge_context& br, const nlmsg_view& msg) {
    const auto index = msg.head<br_port_msg>().ifindex;
    if (br.filter_index && br.filter_index != index) return;
    const auto router = msg.attrs<br_port_msg>().nested(mdba::router);
    if (!br.show_details || router.all().empty()) return;
    auto& print = br.print;
    const std::string name = br.ll.index_to_name(index);
    const std::string title = strf("router ports on %s: ", name.c_str());
    print.open_array(name.c_str());
    if (!br.show_stats) print.text(title);
    for (const auto& attr : router.all()) {
        if (attr.type != mdba_router::port) continue;
        const std::string port = br.ll.index_to_name(attr.u32());
        print.open_object();
        if (br.show_stats) {
            print.text(title);
            print_router_port_stats(br, port, attr);
        } else {
            print.print_string(print_as::any, "port", "%s ", port);
        }
        print.close_object();
    }
    if (!br.show_stats) print.nl(br.sl());
    print.close_array();
}

bool dump_mdb(bridge_context& br, const rtnl_handle::filter& f) {
    nlmsg_builder request;
    request.begin(rtm::getmdb, 0);
    request.head(br_port_msg{af::bridge, 0});  // the kernel does not filter
    request.end();
    if (br.rth.dump(request, f)) return true;
    br.fatal(1, "Dump terminated");
    return false;
}

int mdb_show(bridge_context& br, args& a) {
    std::optional<std::string> dev;
    for (; a.more(); a.advance()) {
        if (a.is("dev")) {
            a.next();
            if (dev) br.duparg("dev", a.word());
            dev = a.word();
        } else if (a.is("vid")) {
            a.next();
            if (br.filter_vlan) br.duparg("vid", a.word());
            br.filter_vlan = std::uint16_t(std::atoi(a.word().c_str()));
        }
    }
    if (br.exited) return 255;
    if (dev) {
        br.filter_index = br.ll.name_to_index(*dev);
        if (!br.filter_index) {
            br.nodev(*dev);
            return 255;
        }
    }
    br.print.begin(br.json, br.pretty);
    br.print.open_object();
    br.print.open_array("mdb");
    if (!dump_mdb(br, [&](const nlmsg_view& msg) {
            print_mdb_entries(br, msg, false);
            return true;
        })) {
        return 1;
    }
    br.print.close_array();
    br.print.open_object("router");
    if (!dump_mdb(br, [&](const nlmsg_view& msg) {
            print_router_ports(br, msg);
            return true;
        })) {
        return 1;
    }
    br.print.close_object();
    br.print.close_object();
    br.print.end();
    return 0;
}

}  // namespace

int mdb_usage(bridge_context& br) {
    br.p.err->write(usage_text);
    return br.exit(255);
}

void print_mdb_mon(bridge_context& br, const nlmsg_view& msg) {
    const bool deleted = msg.hdr.nlmsg_type == rtm::delmdb;
    print_mdb_entries(br, msg, deleted);
    const std::string bridge = br.ll.index_to_name(msg.head<br_port_msg>().ifindex);
    const nlattrs router = msg.attrs<br_port_msg>().nested(mdba::router);
    for (const auto& attr : router.all()) {
        if (attr.type != mdba_router::port) continue;
        br.p.out->printf("%srouter port dev %s master %s\n", deleted ? "Deleted " : "",
                         br.ll.index_to_name(attr.u32()).c_str(), bridge.c_str());
    }
}

int do_mdb(bridge_context& br, args a) {
    br.ll.init();
    br.filter_index = 0;
    br.filter_vlan = 0;
    if (!a.more()) return mdb_show(br, a);
    const std::string word = a.word();
    a.advance();
    const auto is = [&](const char* name) { return matches(word, name); };
    if (is("add")) return mdb_modify(br, a, rtm::newmdb, nlm_f::create | nlm_f::excl);
    if (is("delete")) return mdb_modify(br, a, rtm::delmdb, 0);
    if (is("show") || is("lst") || is("list")) return mdb_show(br, a);
    if (is("help")) return mdb_usage(br);
    return br.fatal(255, strf("Command \"%s\" is unknown, try \"bridge mdb help\".", word.c_str()));
}

}  // namespace vethlab
