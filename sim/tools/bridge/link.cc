// iproute2: bridge/link.c
#include <cstdlib>

#include "sim/tools/bridge/bridge.h"
#include "sim/tools/lib/link_print.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: bridge link set dev DEV [ cost COST ] [ priority PRIO ] [ state STATE ]\n"
    "                               [ guard {on | off} ]\n"
    "                               [ hairpin {on | off} ]\n"
    "                               [ fastleave {on | off} ]\n"
    "                               [ root_block {on | off} ]\n"
    "                               [ learning {on | off} ]\n"
    "                               [ learning_sync {on | off} ]\n"
    "                               [ flood {on | off} ]\n"
    "                               [ mcast_router MULTICAST_ROUTER ]\n"
    "                               [ mcast_flood {on | off} ]\n"
    "                               [ bcast_flood {on | off} ]\n"
    "                               [ mcast_to_unicast {on | off} ]\n"
    "                               [ neigh_suppress {on | off} ]\n"
    "                               [ vlan_tunnel {on | off} ]\n"
    "                               [ isolated {on | off} ]\n"
    "                               [ locked {on | off} ]\n"
    "                               [ hwmode {vepa | veb} ]\n"
    "                               [ backup_port DEVICE ] [ nobackup_port ]\n"
    "                               [ self ] [ master ]\n"
    "       bridge link show [dev DEV]\n";

int usage(bridge_context& br) {
    br.p.err->write(usage_text);
    return br.exit(255);
}

constexpr const char* stp_states[] = {"disabled", "listening", "learning", "forwarding",
                                      "blocking"};

// The port flags that are on or off, in three groups, as the detailed line has other words
// between them.
struct port_flag {
    const char* name;
    std::uint16_t attr;
};
constexpr port_flag flags_before_router[] = {
    {"hairpin", ifla_brport::mode},
    {"guard", ifla_brport::guard},
    {"root_block", ifla_brport::protect},
    {"fastleave", ifla_brport::fast_leave},
    {"learning", ifla_brport::learning},
    {"learning_sync", ifla_brport::learning_sync},
    {"flood", ifla_brport::unicast_flood},
    {"mcast_flood", ifla_brport::mcast_flood},
    {"bcast_flood", ifla_brport::bcast_flood},
};
constexpr port_flag flags_before_backup[] = {
    {"mcast_to_unicast", ifla_brport::mcast_to_ucast},
    {"neigh_suppress", ifla_brport::neigh_suppress},
    {"vlan_tunnel", ifla_brport::vlan_tunnel},
};
constexpr port_flag flags_behind_backup[] = {
    {"isolated", ifla_brport::isolated},
    {"locked", ifla_brport::locked},
};

void print_flags(json_print& print, const nlattrs& port, std::span<const port_flag> flags) {
    for (const auto& f : flags) {
        const nlattr* a = port.get(f.attr);
        if (!a) continue;
        print.print_on_off(print_as::any, f.name, strf("%s %%s ", f.name).c_str(), a->u8());
    }
}

void print_protinfo(bridge_context& br, const nlattrs& port) {
    auto& print = br.print;
    if (auto* a = port.get(ifla_brport::state)) {
        const std::size_t state = a->u8();
        if (state < std::size(stp_states)) {
            print.print_string(print_as::any, "state", "state %s ", stp_states[state]);
        } else {
            print.print_uint(print_as::any, "state", "state (%u) ", unsigned(state));
        }
    }
    if (auto* a = port.get(ifla_brport::priority)) {
        print.print_uint(print_as::any, "priority", "priority %u ", a->u16());
    }
    if (auto* a = port.get(ifla_brport::cost)) {
        print.print_uint(print_as::any, "cost", "cost %u ", a->u32());
    }
    if (!br.show_details) return;
    print.nl(br.sl());
    print.text("    ");
    print_flags(print, port, flags_before_router);
    if (auto* a = port.get(ifla_brport::multicast_router)) {
        print.print_uint(print_as::any, "mcast_router", "mcast_router %u ", a->u8());
    }
    print_flags(print, port, flags_before_backup);
    if (auto* a = port.get(ifla_brport::backup_port)) {
        print.print_string(print_as::any, "backup_port", "backup_port %s ",
                           br.ll.index_to_name(a->u32()));
    }
    print_flags(print, port, flags_behind_backup);
}

int brlink_show(bridge_context& br, args& a) {
    std::optional<std::string> dev;
    for (; a.more(); a.advance()) {
        if (!a.is("dev")) continue;
        a.next();
        if (dev) br.duparg("dev", a.word());
        dev = a.word();
    }
    if (br.exited) return 255;
    if (dev) {
        br.filter_index = br.ll.name_to_index(*dev);
        if (!br.filter_index) {
            br.nodev(*dev);
            return 255;
        }
    }
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    ifinfomsg head{};
    head.ifi_family = af::bridge;
    request.head(head);
    request.end();
    br.print.begin(br.json, br.pretty);
    const bool ok = br.rth.dump(request, [&](const nlmsg_view& msg) {
        print_linkinfo(br, msg);
        return true;
    });
    if (!ok) return br.fatal(1, "Dump terminated");
    br.print.end();
    return 0;
}

// The words of `bridge link set`, as far as they were given.
struct link_request {
    std::optional<std::string> dev;
    std::vector<std::pair<std::uint16_t, std::uint8_t>> bytes;  // attribute, value
    int cost = 0, hwmode = -1;
    std::int16_t priority = -1;  // as wide as upstream's: below zero is "not given"
    std::int8_t state = -1;
    std::int8_t mcast_router = -1;  // below 0 not given, as upstream has it
    std::optional<std::uint32_t> backup_port;
    std::uint16_t flags = 0;

    void set(std::uint16_t attr, std::uint8_t value) {
        for (auto& [known, v] : bytes) {
            if (known == attr) {
                v = value;
                return;
            }
        }
        bytes.emplace_back(attr, value);
    }
};

const port_flag* find_flag(const std::string& name) {
    for (std::span<const port_flag> list : {std::span<const port_flag>(flags_before_router),
                                            std::span<const port_flag>(flags_before_backup),
                                            std::span<const port_flag>(flags_behind_backup)}) {
        for (const auto& f : list) {
            if (name == f.name) return &f;
        }
    }
    return nullptr;
}

// A number, or a name in small letters; a value below zero is no state.
void parse_state(bridge_context& br, const std::string& word, link_request& r) {
    char* end = nullptr;
    r.state = std::int8_t(std::strtol(word.c_str(), &end, 10));
    if (end != word.c_str() && *end == '\0') return;
    for (std::size_t i = 0; i < std::size(stp_states); i++) {
        if (word == stp_states[i]) {
            r.state = std::int8_t(i);
            return;
        }
    }
    br.fatal(255, "Error: invalid STP port state");
}

void parse_hwmode(bridge_context& br, const std::string& word, link_request& r) {
    r.flags = bridge_flags::self;
    if (word == "veb") {
        r.hwmode = 0;
    } else if (word == "vepa") {
        r.hwmode = 1;
    } else {
        br.fatal(255, "Mode argument must be \"vepa\" or \"veb\".");
    }
}

void parse_backup_port(bridge_context& br, const std::string& word, link_request& r) {
    r.backup_port = br.ll.name_to_index(word);
    if (*r.backup_port == 0) {
        br.fatal(255, strf("Error: device %s does not exist", word.c_str()));
    }
}

void parse_word(bridge_context& br, args& a, link_request& r) {
    const std::string word = a.word();
    if (word == "dev") {
        r.dev = a.next();
    } else if (const port_flag* f = find_flag(word)) {
        r.set(f->attr, a.next_on_off(f->name, 234));
    } else if (word == "mcast_router") {
        r.mcast_router = std::int8_t(std::atoi(a.next().c_str()));
    } else if (word == "cost") {
        r.cost = std::atoi(a.next().c_str());
    } else if (word == "priority") {
        r.priority = std::int16_t(std::atoi(a.next().c_str()));
    } else if (word == "state") {
        parse_state(br, a.next(), r);
    } else if (word == "hwmode") {
        const std::string& mode = a.next();
        if (!br.exited) parse_hwmode(br, mode, r);
    } else if (word == "self") {
        r.flags |= bridge_flags::self;
    } else if (word == "master") {
        r.flags |= bridge_flags::master;
    } else if (word == "backup_port") {
        const std::string& name = a.next();
        if (!br.exited) parse_backup_port(br, name, r);
    } else if (word == "nobackup_port") {
        r.backup_port = 0;
    } else {
        usage(br);
    }
}

void build(const link_request& r, std::uint32_t index, nlmsg_builder& b) {
    b.begin(rtm::setlink, 0);
    ifinfomsg head{};
    head.ifi_family = af::bridge;
    head.ifi_index = std::int32_t(index);
    b.head(head);
    const auto port = b.nest(ifla::protinfo | nla_f_nested);
    for (const auto& [attr, value] : r.bytes) b.put_u8(attr, value);
    if (r.mcast_router >= 0) {
        b.put_u8(ifla_brport::multicast_router, std::uint8_t(r.mcast_router));
    }
    if (r.cost) b.put_u32(ifla_brport::cost, std::uint32_t(r.cost));
    if (r.priority >= 0) b.put_u16(ifla_brport::priority, std::uint16_t(r.priority));
    if (r.state >= 0) b.put_u8(ifla_brport::state, std::uint8_t(r.state));
    if (r.backup_port) b.put_u32(ifla_brport::backup_port, *r.backup_port);
    b.end_nest(port);
    if (r.hwmode >= 0 || r.flags) {
        const auto spec = b.nest(ifla::af_spec);
        if (r.flags) b.put_u16(ifla_bridge::flags, r.flags);
        if (r.hwmode >= 0) b.put_u16(ifla_bridge::mode, std::uint16_t(r.hwmode));
        b.end_nest(spec);
    }
    b.end();
}

int brlink_modify(bridge_context& br, args& a) {
    link_request r;
    for (; a.more(); a.advance()) parse_word(br, a, r);
    if (br.exited) return 255;
    if (!r.dev) {
        br.p.err->write("Device is a required argument.\n");
        return 255;
    }
    const auto index = br.ll.name_to_index(*r.dev);
    if (!index) {
        br.p.err->printf("Cannot find bridge device \"%s\"\n", r.dev->c_str());
        return 255;
    }
    nlmsg_builder request;
    build(r, index, request);
    return br.rth.talk(request) == err::ok ? 0 : 255;
}

}  // namespace

void print_linkinfo(bridge_context& br, const nlmsg_view& msg) {
    const auto head = msg.head<ifinfomsg>();
    const auto index = std::uint32_t(head.ifi_index);
    const auto attrs = msg.attrs<ifinfomsg>();
    if (br.filter_index && br.filter_index != index) return;
    auto& print = br.print;
    const nlattr* name = attrs.get(ifla::ifname);
    print.open_object();
    if (msg.hdr.nlmsg_type == rtm::dellink) {
        print.print_bool(print_as::any, "deleted", "Deleted ", true);
    }
    print.print_int(print_as::any, "ifindex", "%d: ", head.ifi_index);
    const bool mdown = print_name_and_link(
        br, "%s: ", name ? std::string(name->str()) : br.ll.index_to_name(index), attrs);
    print_link_flags(br, head.ifi_flags, mdown);
    if (auto* a = attrs.get(ifla::mtu)) {
        print.print_uint(print_as::any, "mtu", "mtu %u ", a->u32());
    }
    if (auto* a = attrs.get(ifla::master)) {
        print.print_string(print_as::any, "master", "master %s ", br.ll.index_to_name(a->u32()));
    }
    if (attrs.has(ifla::protinfo)) print_protinfo(br, attrs.nested(ifla::protinfo));
    print.text("\n");
    print.close_object();
}

int do_link(bridge_context& br, args a) {
    br.ll.init();
    br.filter_index = 0;
    if (!a.more()) return brlink_show(br, a);
    const std::string word = a.word();
    a.advance();
    if (matches(word, "set") || matches(word, "change")) return brlink_modify(br, a);
    if (matches(word, "show") || matches(word, "lst") || matches(word, "list")) {
        return brlink_show(br, a);
    }
    if (matches(word, "help")) return usage(br);
    return br.fatal(
        255, strf("Command \"%s\" is unknown, try \"bridge link help\".", word.c_str()));
}

}  // namespace vethlab
