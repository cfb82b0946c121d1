// iproute2: bridge/fdb.c:fdb_modify, fdb_get, fdb_flush
#include <cstdio>
#include <cstdlib>

#include "sim/tools/bridge/fdb.h"

namespace vethlab {
namespace {

// sscanf("%hhx:..."): as many hexadecimal digits as there are, the last eight bits count,
// and what stands behind the sixth number does not matter.
std::optional<mac_address> parse_mac(bridge_context& br, const std::string& text) {
    mac_address m;
    auto& o = m.octets;
    if (std::sscanf(text.c_str(), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &o[0], &o[1], &o[2], &o[3],
                    &o[4], &o[5]) == 6) {
        return m;
    }
    br.p.err->printf("Invalid mac address %s\n", text.c_str());
    return std::nullopt;
}

struct fdb_request {
    std::optional<std::string> dev, addr;
    std::optional<inet_prefix> dst;
    std::uint16_t state = nud::noarp;
    std::uint8_t flags = 0;
    int vid = -1;
    std::uint32_t nhid = 0, via = 0;
    std::optional<std::uint32_t> vni, src_vni;
    std::uint16_t port = 0;
};

// strtoul(3) on a whole word; none at all is 0.
std::optional<std::uint64_t> whole_number(const std::string& word) {
    char* end = nullptr;
    const auto v = std::strtoul(word.c_str(), &end, 0);
    return *end ? std::nullopt : std::optional<std::uint64_t>(v);
}

// A number of at most 24 bits; 0 after its message.
std::uint32_t parse_vni(bridge_context& br, const std::string& word, const char* message) {
    const auto v = whole_number(word);
    if (v && *v >> 24 == 0) return std::uint32_t(*v);
    if (!br.exited) br.invarg(message, word);
    return 0;
}

bool parse_vxlan_word(bridge_context& br, args& a, fdb_request& r) {
    if (a.is("dst")) {
        a.next();
        if (r.dst) br.duparg2("dst", a.word());
        if (!br.exited) r.dst = get_addr(br, a.word(), br.preferred_family);
    } else if (a.is("nhid")) {
        r.nhid = a.next_u32("\"id\" value is invalid\n");
    } else if (a.is("port")) {
        // A name would need /etc/services.
        const auto port = whole_number(a.next());
        if ((!port || *port > UINT16_MAX) && !br.exited) br.invarg("invalid port\n", a.word());
        r.port = std::uint16_t(port.value_or(0));
    } else if (a.is("vni")) {
        r.vni = parse_vni(br, a.next(), "invalid VNI\n");
    } else if (a.is("src_vni")) {
        r.src_vni = parse_vni(br, a.next(), "invalid src VNI\n");
    } else if (a.is("via")) {
        const std::string& name = a.next();
        r.via = br.exited ? 0 : br.ll.name_to_index(name);
        if (!r.via && !br.exited) br.exit(fdb_no_bridge(br, "device", name));
    } else {
        return false;
    }
    return true;
}

// `what` the address stands for: a first word that is nothing else, or one behind "to".
void parse_addr_word(bridge_context& br, args& a, std::optional<std::string>& addr) {
    if (a.is("to")) a.next();
    if (a.matches("help")) {
        fdb_usage(br);
        return;
    }
    if (addr) br.duparg2("to", a.word());
    addr = a.word();
}

void parse_vlan(bridge_context& br, args& a, int& vid) {
    if (vid >= 0) br.duparg2("vlan", a.word());
    vid = std::int16_t(std::atoi(a.next().c_str()));
}

void parse_modify_word(bridge_context& br, args& a, fdb_request& r) {
    if (a.is("dev")) {
        r.dev = a.next();
    } else if (parse_vxlan_word(br, a, r)) {
    } else if (a.is("self")) {
        r.flags |= ntf::self;
    } else if (a.matches("master")) {
        r.flags |= ntf::master;
    } else if (a.matches("router")) {
        r.flags |= ntf::router;
    } else if (a.matches("local") || a.matches("permanent")) {
        r.state |= nud::permanent;
    } else if (a.matches("temp") || a.matches("static")) {
        r.state |= nud::reachable;
    } else if (a.matches("dynamic")) {
        r.state |= nud::reachable;
        r.state &= std::uint16_t(~nud::noarp);
    } else if (a.matches("vlan")) {
        parse_vlan(br, a, r.vid);
    } else if (a.matches("use")) {
        r.flags |= ntf::use;
    } else if (a.matches("extern_learn")) {
        r.flags |= ntf::ext_learned;
    } else if (a.matches("sticky")) {
        r.flags |= ntf::sticky;
    } else {
        parse_addr_word(br, a, r.addr);
    }
}

}  // namespace

int fdb_modify(bridge_context& br, args& a, std::uint16_t type, std::uint16_t flags) {
    fdb_request r;
    for (; a.more(); a.advance()) parse_modify_word(br, a, r);
    if (br.exited) return 255;
    if (!r.dev || !r.addr) {
        br.p.err->write("Device and address are required arguments.\n");
        return 255;
    }
    if (r.nhid && (r.dst || r.port || r.vni)) {
        br.p.err->write("dst, port, vni are mutually exclusive with nhid\n");
        return 255;
    }
    if (!(r.flags & (ntf::self | ntf::master))) r.flags |= ntf::self;
    if (!(r.state & (nud::permanent | nud::reachable))) r.state |= nud::permanent;
    const auto mac = parse_mac(br, *r.addr);
    if (!mac) return 255;
    const auto index = br.ll.name_to_index(*r.dev);
    if (!index) return fdb_no_bridge(br, "device", *r.dev);

    nlmsg_builder b;
    b.begin(type, flags);
    b.head(ndmsg{af::bridge, 0, 0, std::int32_t(index), r.state, r.flags, 0});
    b.put_mac(nda::lladdr, *mac);
    if (r.dst) b.put(nda::dst, r.dst->bytes());
    if (r.vid >= 0) b.put_u16(nda::vlan, std::uint16_t(r.vid));
    if (r.nhid) b.put_u32(nda::nh_id, r.nhid);
    if (r.port) b.put_be16(nda::port, r.port);
    if (r.vni) b.put_u32(nda::vni, *r.vni);
    if (r.src_vni) b.put_u32(nda::src_vni, *r.src_vni);
    if (r.via) b.put_u32(nda::ifindex, r.via);
    b.end();
    return br.rth.talk(b) == err::ok ? 0 : 255;
}

int fdb_get(bridge_context& br, args& a) {
    std::optional<std::string> dev, bridge, addr;
    std::optional<std::uint32_t> vni;
    std::uint8_t flags = 0;
    int vid = -1;
    for (; a.more(); a.advance()) {
        if (a.is("brport") || a.is("dev")) {
            dev = a.next();
        } else if (a.is("br")) {
            bridge = a.next();
        } else if (a.is("self")) {
            flags |= ntf::self;
        } else if (a.matches("master")) {
            flags |= ntf::master;
        } else if (a.matches("vlan")) {
            parse_vlan(br, a, vid);
        } else if (a.is("vni")) {
            vni = parse_vni(br, a.next(), "invalid VNI\n");
        } else if (a.matches("dynamic")) {
            br.filter_dynamic = true;
        } else {
            parse_addr_word(br, a, addr);
        }
    }
    if (br.exited) return 255;
    if ((!dev && !bridge) || !addr) {
        br.p.err->write("Device or master and address are required arguments.\n");
        return 255;
    }
    const auto mac = parse_mac(br, *addr);
    if (!mac) return 255;
    ndmsg head{};
    head.ndm_family = af::bridge;
    head.ndm_flags = flags;
    std::uint32_t master = 0;
    if (dev) {
        head.ndm_ifindex = std::int32_t(br.ll.name_to_index(*dev));
        if (!head.ndm_ifindex) return fdb_no_bridge(br, "device", *dev);
    }
    if (bridge) {
        master = br.ll.name_to_index(*bridge);
        if (!master) return fdb_no_bridge(br, "bridge device", *bridge);
    }
    nlmsg_builder b;
    b.begin(rtm::getneigh, 0);
    b.head(head);
    b.put_mac(nda::lladdr, *mac);
    if (vid >= 0) b.put_u16(nda::vlan, std::uint16_t(vid));
    if (vni) b.put_u32(nda::vni, *vni);
    if (master) b.put_u32(nda::master, master);
    b.end();
    std::vector<std::byte> answer;
    if (br.rth.talk(b, &answer) != err::ok) return 254;
    br.print.begin(br.json, br.pretty);
    print_fdb(br, first_message(answer));
    br.print.end();
    return 0;
}

namespace {

// A flag of entries that `bridge fdb flush` picks by: its word, and "no" before it.
struct flush_word {
    const char* name;
    unsigned set, mask;        // in the state or the flags
    unsigned no_set, no_mask;  // for "noNAME"
    bool is_state;
};
constexpr unsigned fixed = nud::permanent | nud::noarp;
constexpr flush_word flush_words[] = {
    {"permanent", nud::permanent, nud::permanent, 0, nud::permanent, true},
    {"static", nud::noarp, fixed, 0, nud::noarp, true},
    {"dynamic", 0, fixed, nud::noarp, nud::noarp, true},
    {"added_by_user", ntf::use, ntf::use, 0, ntf::use, false},
    {"extern_learn", ntf::ext_learned, ntf::ext_learned, 0, ntf::ext_learned, false},
    {"sticky", ntf::sticky, ntf::sticky, 0, ntf::sticky, false},
    {"offloaded", ntf::offloaded, ntf::offloaded, 0, ntf::offloaded, false},
};

struct flush_request {
    std::optional<std::string> dev, brport;
    unsigned state = 0, state_mask = 0, flags = 0, flags_mask = 0;
    int vid = -1;

    bool take(const std::string& word) {
        for (const auto& w : flush_words) {
            const bool no = word == std::string("no") + w.name;
            if (!no && word != w.name) continue;
            unsigned& value = w.is_state ? state : flags;
            // A later word about the same bits replaces what an earlier one said; only
            // "dynamic" leaves "permanent" as it is.
            const unsigned set = no ? w.no_set : w.set;
            value = set ? value | set : value & ~(no ? w.no_mask : w.mask & ~nud::permanent);
            (w.is_state ? state_mask : flags_mask) |= no ? w.no_mask : w.mask;
            return true;
        }
        return false;
    }
};

void parse_flush_word(bridge_context& br, args& a, flush_request& r) {
    if (a.is("dev")) {
        r.dev = a.next();
    } else if (a.is("brport")) {
        if (r.brport) br.duparg2("brport", a.word());
        r.brport = a.next();
    } else if (a.is("vlan")) {
        parse_vlan(br, a, r.vid);
    } else if (a.is("self")) {
        r.flags |= ntf::self;
    } else if (a.is("master")) {
        r.flags |= ntf::master;
    } else if (!r.take(a.word()) && a.matches("help")) {
        a.next();  // upstream takes "help" for a word with a value, and ignores all others
    }
}

}  // namespace

int fdb_flush(bridge_context& br, args& a) {
    flush_request r;
    for (; a.more(); a.advance()) parse_flush_word(br, a, r);
    if (br.exited) return 255;
    if (!r.dev) {
        br.p.err->write("Device is a required argument.\n");
        return 255;
    }
    const auto index = br.ll.name_to_index(*r.dev);
    if (!index) return fdb_no_bridge(br, "bridge device", *r.dev);
    std::uint32_t port = 0;
    if (r.brport) {
        port = br.ll.name_to_index(*r.brport);
        if (!port) return fdb_no_bridge(br, "bridge port device", *r.brport);
    }
    if (r.vid >= 4096) {
        br.p.err->printf("Invalid VLAN ID \"%u\"\n", unsigned(r.vid) & 0xffff);
        return 255;
    }
    if (!(r.flags & (ntf::self | ntf::master))) r.flags |= ntf::self;
    nlmsg_builder b;
    b.begin(rtm::delneigh, nlm_f::bulk);
    b.head(ndmsg{af::bridge, 0, 0, std::int32_t(index), std::uint16_t(r.state),
                 std::uint8_t(r.flags), 0});
    if (port) b.put_u32(nda::ifindex, port);
    if (r.vid >= 0) b.put_u16(nda::vlan, std::uint16_t(r.vid));
    if (r.flags_mask) b.put_u8(nda::ndm_flags_mask, std::uint8_t(r.flags_mask));
    if (r.state_mask) b.put_u16(nda::ndm_state_mask, std::uint16_t(r.state_mask));
    b.end();
    return br.rth.talk(b) == err::ok ? 0 : 255;
}

}  // namespace vethlab
