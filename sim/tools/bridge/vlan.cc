// iproute2: bridge/vlan.c
#include <cstdlib>

#include "sim/tools/bridge/bridge.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: bridge vlan { add | del } vid VLAN_ID dev DEV [ tunnel_info id TUNNEL_ID ]\n"
    "                                                     [ pvid ] [ untagged ]\n"
    "                                                     [ self ] [ master ]\n"
    "       bridge vlan { set } vid VLAN_ID dev DEV [ state STP_STATE ]\n"
    "                                               [ mcast_router MULTICAST_ROUTER ]\n"
    "       bridge vlan { show } [ dev DEV ] [ vid VLAN_ID ]\n"
    "       bridge vlan { tunnelshow } [ dev DEV ] [ vid VLAN_ID ]\n"
    "       bridge vlan global { set } vid VLAN_ID dev DEV\n"
    "                      [ mcast_snooping MULTICAST_SNOOPING ]\n"
    "                      [ mcast_querier MULTICAST_QUERIER ]\n"
    "                      [ mcast_igmp_version IGMP_VERSION ]\n"
    "                      [ mcast_mld_version MLD_VERSION ]\n"
    "                      [ mcast_last_member_count LAST_MEMBER_COUNT ]\n"
    "                      [ mcast_last_member_interval LAST_MEMBER_INTERVAL ]\n"
    "                      [ mcast_startup_query_count STARTUP_QUERY_COUNT ]\n"
    "                      [ mcast_startup_query_interval STARTUP_QUERY_INTERVAL ]\n"
    "                      [ mcast_membership_interval MEMBERSHIP_INTERVAL ]\n"
    "                      [ mcast_querier_interval QUERIER_INTERVAL ]\n"
    "                      [ mcast_query_interval QUERY_INTERVAL ]\n"
    "                      [ mcast_query_response_interval QUERY_RESPONSE_INTERVAL ]\n"
    "       bridge vlan global { show } [ dev DEV ] [ vid VLAN_ID ]\n";

// Linux: include/uapi/linux/if_bridge.h
namespace vlan_info_flag {
enum : std::uint16_t { pvid = 2, untagged = 4, range_begin = 8, range_end = 16 };
}
struct bridge_vlan_info {
    std::uint16_t flags, vid;
};
struct br_vlan_msg {
    std::uint8_t family, reserved1;
    std::uint16_t reserved2;
    std::uint32_t ifindex;
};
namespace bridge_vlandb {
enum : std::uint16_t { dump_flags = 1 };
enum : std::uint32_t { dumpf_stats = 1, dumpf_global = 2 };
}  // namespace bridge_vlandb

int usage(bridge_context& br) {
    br.p.err->write(usage_text);
    return br.exit(255);
}

int refuse(bridge_context& br, const char* what) {
    br.p.err->printf("bridge: %s is not supported here\n", what);
    return 255;
}

struct vlan_request {
    std::optional<std::string> dev;
    int vid = -1, vid_end = -1;
    std::uint16_t info_flags = 0, bridge_flags = 0;
};

void parse_vid(bridge_context& br, const std::string& word, vlan_request& r) {
    const auto dash = word.find('-');
    r.vid = std::atoi(word.c_str());
    if (dash == std::string::npos) return;
    r.vid_end = std::atoi(word.c_str() + dash + 1);
    if (r.vid_end > 4095 || r.vid_end <= r.vid) {
        br.fatal(255, strf("Invalid VLAN range \"%u-%u\"", unsigned(r.vid) & 0xffff,
                           unsigned(r.vid_end) & 0xffff));
    }
}

int vlan_modify(bridge_context& br, args& a, std::uint16_t type) {
    vlan_request r;
    for (; a.more(); a.advance()) {
        if (a.is("dev")) {
            r.dev = a.next();
        } else if (a.is("vid")) {
            const std::string& word = a.next();
            if (!br.exited) parse_vid(br, word, r);
        } else if (a.is("self")) {
            r.bridge_flags |= bridge_flags::self;
        } else if (a.is("master")) {
            r.bridge_flags |= bridge_flags::master;
        } else if (a.is("pvid")) {
            r.info_flags |= vlan_info_flag::pvid;
        } else if (a.is("untagged")) {
            r.info_flags |= vlan_info_flag::untagged;
        } else if (a.is("tunnel_info")) {
            a.next();
            if (!br.exited) return refuse(br, "option \"tunnel_info\"");
        } else if (a.matches("help")) {
            a.next();  // as upstream, which ignores other words
        }
    }
    if (br.exited) return 255;
    if (!r.dev || r.vid == -1) {
        br.p.err->write("Device and VLAN ID are required arguments.\n");
        return 255;
    }
    const auto index = br.ll.name_to_index(*r.dev);
    if (!index) {
        br.p.err->printf("Cannot find bridge device \"%s\"\n", r.dev->c_str());
        return 255;
    }
    if (r.vid >= 4096) {
        br.p.err->printf("Invalid VLAN ID \"%u\"\n", unsigned(r.vid) & 0xffff);
        return 255;
    }
    if (r.vid_end >= 0 && r.info_flags & vlan_info_flag::pvid) {
        br.p.err->write("pvid cannot be configured for a vlan range\n");
        return 255;
    }
    nlmsg_builder b;
    b.begin(type, 0);
    ifinfomsg head{};
    head.ifi_family = af::bridge;
    head.ifi_index = std::int32_t(index);
    b.head(head);
    const auto spec = b.nest(ifla::af_spec);
    if (r.bridge_flags) b.put_u16(ifla_bridge::flags, r.bridge_flags);
    const auto put = [&](int vid, std::uint16_t flags) {
        b.put_struct(ifla_bridge::vlan_info,
                     bridge_vlan_info{std::uint16_t(r.info_flags | flags), std::uint16_t(vid)});
    };
    if (r.vid_end >= 0) {
        put(r.vid, vlan_info_flag::range_begin);
        put(r.vid_end, vlan_info_flag::range_end);
    } else {
        put(r.vid, 0);
    }
    b.end_nest(spec);
    b.end();
    return br.rth.talk(b) == err::ok ? 0 : 255;
}

// With -d, -s or "global" the question goes to the VLAN database itself, which a kernel
// without VLAN filtering does not have.
bool dump_vlan_database(bridge_context& br, std::uint32_t flags) {
    nlmsg_builder request;
    request.begin(rtm::getvlan, 0);
    request.head(br_vlan_msg{af::bridge, 0, 0, br.filter_index});
    request.put_u32(bridge_vlandb::dump_flags, flags);
    request.end();
    return br.rth.dump(request, [](const nlmsg_view&) { return true; });
}

bool dump_ports(bridge_context& br, bool& has_entries) {
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    ifinfomsg head{};
    head.ifi_family = af::bridge;
    request.head(head);
    request.put_u32(ifla::ext_mask,
                    br.compress_vlans ? rtext_filter::brvlan_compressed : rtext_filter::brvlan);
    request.end();
    return br.rth.dump(request, [&](const nlmsg_view& msg) {
        const auto spec = msg.attrs<ifinfomsg>().nested(ifla::af_spec);
        has_entries = has_entries || spec.has(ifla_bridge::vlan_info);
        return true;
    });
}

enum class vlan_show { vlan, tunnel, global };

int vlan_list(bridge_context& br, args& a, vlan_show what) {
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
    const bool statistics = br.show_stats && !br.show_details && what == vlan_show::vlan;
    const bool database = what == vlan_show::global || br.show_details;
    br.print.begin(br.json, br.pretty);
    br.print.text("port              vlan-id");
    if (what == vlan_show::tunnel) br.print.text("    tunnel-id");
    if (what != vlan_show::tunnel && !statistics) br.print.text("  ");
    br.print.text("\n");
    bool has_entries = false;
    const bool ok =
        database ? dump_vlan_database(br, what == vlan_show::global ? bridge_vlandb::dumpf_global
                                                                    : bridge_vlandb::dumpf_stats)
                 : dump_ports(br, has_entries);
    if (!ok) return br.fatal(1, "Dump terminated");
    br.print.end();
    return has_entries ? refuse(br, "a list of VLANs") : 0;
}

}  // namespace

int do_vlan(bridge_context& br, args a) {
    br.ll.init();
    br.filter_index = 0;
    br.filter_vlan = 0;
    if (!a.more()) return vlan_list(br, a, vlan_show::vlan);
    const std::string word = a.word();
    a.advance();
    const auto is = [&](const char* name) { return matches(word, name); };
    if (is("add")) return vlan_modify(br, a, rtm::setlink);
    if (is("delete")) return vlan_modify(br, a, rtm::dellink);
    if (is("show") || is("lst") || is("list")) return vlan_list(br, a, vlan_show::vlan);
    if (is("tunnelshow")) return vlan_list(br, a, vlan_show::tunnel);
    if (is("set")) return refuse(br, "\"vlan set\"");
    if (is("global")) {
        if (a.matches("set")) return refuse(br, "\"vlan global set\"");
        return vlan_list(br, a, vlan_show::global);
    }
    if (is("help")) return usage(br);
    return br.fatal(
        255, strf("Command \"%s\" is unknown, try \"bridge vlan help\".", word.c_str()));
}

}  // namespace vethlab
