// iproute2: ip/iplink.c (iplink_parse)
#include <cstdlib>

#include "core/uapi/vf.h"
#include "sim/tools/ip/link_draft.h"

namespace vethlab {
namespace {

constexpr std::size_t ifaliasz = 256;
// struct ifla_vf_mac, struct ifla_vf_vlan
struct ifla_vf_mac {
    std::uint32_t vf = 0;
    std::array<std::byte, 32> mac{};
};

// Those besides `mac`.
constexpr const char* vf_words[] = {"vlan",      "rate",      "max_tx_rate", "min_tx_rate",
                                    "spoofchk",  "query_rss", "trust",       "state",
                                    "node_guid", "port_guid"};

struct link_parser;
struct link_word {
    const char* name;
    bool whole;  // must be written out; the others may be cut short
    void (link_parser::*take)();
};

struct link_parser : link_draft {
    using link_draft::link_draft;
    int status = 0;  // of an error that upstream returns; others end the program
    int qlen = -1, mtu = -1, numtxqueues = -1, numrxqueues = -1;
    bool link_netns_given = false;

    // --- the device ---------------------------------------------------------
    void take_name() {
        const std::string& w = a.next();
        if (name) {
            ip.duparg("name", w);
        } else if (a.more() && !check_ifname(w)) {
            ip.invarg("\"name\" not a valid ifname", w);
        }
        name = w;
        if (!dev) {
            dev = w;
            dev_is_name = true;
        }
    }
    void take_dev() { take_dev_word(a.next()); }
    void take_dev_word(const std::string& w) {
        if (!a.more()) return;
        // A name given first counts as the device, until one is named.
        if (dev && !dev_is_name) {
            ip.duparg2("dev", w);
        } else if (!check_altifname(w)) {
            ip.invarg("\"dev\" not a valid ifname", w);
        }
        dev = w;
        dev_is_name = false;
    }
    void take_index() {
        const std::string& w = a.next();
        if (index) ip.duparg("index", w);
        index = int(std::strtol(w.c_str(), nullptr, 10));  // atoi
        if (a.more() && index <= 0) ip.invarg("Invalid \"index\" value", w);
    }
    void take_link() { link = a.next(); }
    void take_type() {
        req.type = a.next();
        a.advance();
    }

    // --- flags --------------------------------------------------------------
    void set_flag(std::uint32_t flag, bool on) {
        req.i.ifi_change |= flag;
        req.i.ifi_flags = on ? req.i.ifi_flags | flag : req.i.ifi_flags & ~flag;
    }
    void take_up() { set_flag(iff::up, true); }
    void take_down() { set_flag(iff::up, false); }
    // `inverse`: the word names what the flag forbids.
    void on_off_flag(const char* word, std::uint32_t flag, bool inverse = false) {
        const std::string& w = a.next();
        if (!a.more()) return;
        if (w != "on" && w != "off") {
            ip.p.err->printf("Error: argument of \"%s\" must be \"on\" or \"off\", not \"%s\"\n",
                             word, w.c_str());
            status = 1;
            return;
        }
        set_flag(flag, (w == "on") != inverse);
    }
    void take_multicast() { on_off_flag("multicast", iff::multicast); }
    void take_allmulticast() { on_off_flag("allmulticast", iff::allmulti); }
    void take_promisc() { on_off_flag("promisc", iff::promisc); }
    void take_trailers() { on_off_flag("trailers", iff::notrailers, true); }
    void take_arp() { on_off_flag("arp", iff::noarp, true); }
    void take_dynamic() { on_off_flag("dynamic", iff::dynamic); }

    // --- addresses and numbers ----------------------------------------------
    int put_lladdr(std::uint16_t attr) {
        const std::string& w = a.next();
        if (!a.more()) return 0;
        const auto bytes = ll_addr_a2n(ip, 32, w);
        if (!bytes) {
            status = 1;
            return 0;
        }
        req.attrs.put(attr, *bytes);
        return int(bytes->size());
    }
    void take_address() { addr_len = put_lladdr(ifla::address); }
    void take_broadcast() { put_lladdr(ifla::broadcast); }

    void put_number(const char* word, std::uint16_t attr, int& value) {
        const std::string& w = a.next();
        if (value != -1) ip.duparg(word, w);
        value = get_integer_or_fail(word, w);
        req.attrs.put_u32(attr, std::uint32_t(value));
    }
    int get_integer_or_fail(const char* word, const std::string& w) {
        const auto v = get_integer(w);
        if (!v && a.more()) ip.invarg(strf("Invalid \"%s\" value\n", word), w);
        return v.value_or(0);
    }
    void take_txqueuelen() { put_number("txqueuelen", ifla::txqlen, qlen); }
    void take_mtu() { put_number("mtu", ifla::mtu, mtu); }
    void take_numtxqueues() { put_number("numtxqueues", ifla::num_tx_queues, numtxqueues); }
    void take_numrxqueues() { put_number("numrxqueues", ifla::num_rx_queues, numrxqueues); }

    void put_unsigned(const char* word, std::uint16_t attr, std::uint32_t most = UINT32_MAX) {
        const auto wrong = strf("Invalid \"%s\" value\n", word);
        const std::uint32_t value = a.next_u32(wrong.c_str());
        if (value > most && a.more()) ip.invarg(wrong, a.word());
        req.attrs.put_u32(attr, value);
    }
    void take_gso_max_size() { put_unsigned("gso_max_size", ifla::gso_max_size); }
    void take_gso_max_segs() { put_unsigned("gso_max_segs", ifla::gso_max_segs, 65535); }
    void take_gro_max_size() { put_unsigned("gro_max_size", ifla::gro_max_size); }

    // --- what the device belongs to -------------------------------------------
    void take_master() {
        const std::string& w = a.next();
        if (!a.more()) return;
        const auto master = ip.ll.name_to_index(w);
        if (!master) ip.invarg("Device does not exist\n", w);
        req.attrs.put_u32(ifla::master, master);
    }
    void take_nomaster() { req.attrs.put_u32(ifla::master, 0); }
    void take_vrf() {
        const std::string& w = a.next();
        // No kind of link here is a VRF.
        if (a.more()) ip.invarg("Not a valid VRF name\n", w);
    }
    void take_group() {
        const std::string& w = a.next();
        if (group) ip.duparg("group", w);
        group = rtnl_group_a2n(w);
        if (!group && a.more()) ip.invarg("Invalid \"group\" value\n", w);
        req.attrs.put_u32(ifla::group, group.value_or(0));
    }
    void take_netns() {
        const std::string& w = a.next();
        if (!a.more()) return;
        if (netns_given) ip.duparg("netns", w);
        netns_given = true;
        const ns_fd fd = netns_get_fd(ip, w);
        const auto pid = get_integer(w);
        if (fd != no_ns) {
            req.attrs.put_u32(ifla::net_ns_fd, std::uint32_t(fd));
        } else if (pid) {
            req.attrs.put_u32(ifla::net_ns_pid, std::uint32_t(*pid));
        } else {
            ip.invarg("Invalid \"netns\" value\n", w);
        }
    }
    void begin_link_netns(const std::string& w) {
        if (link_netns_given) ip.duparg("link-netns/link-netnsid", w);
        link_netns_given = true;
    }
    void take_link_netns() {
        const std::string& w = a.next();
        if (!a.more()) return;
        begin_link_netns(w);
        int id = ip.exited ? -1 : get_netnsid_from_name(ip, w);
        if (id < 0 && !ip.exited) id = set_netnsid_from_name(ip, w, -1);
        if (id < 0) ip.invarg("Invalid \"link-netns\" value\n", w);
        req.attrs.put_u32(ifla::link_netnsid, std::uint32_t(id));
    }
    void take_link_netnsid() {
        const std::string& w = a.next();
        if (!a.more()) return;
        begin_link_netns(w);
        const auto id = get_integer(w);
        if (!id) ip.invarg("Invalid \"link-netnsid\" value\n", w);
        req.attrs.put_u32(ifla::link_netnsid, std::uint32_t(id.value_or(0)));
    }

    // --- the rest -------------------------------------------------------------
    void take_alias() {
        const std::string& w = a.next();
        if (w.size() >= ifaliasz) ip.invarg("alias too long\n", w);
        req.attrs.put(ifla::ifalias, std::as_bytes(std::span(w.data(), w.size())));
    }
    // One word of a list, ignoring case, as its number.
    template <std::size_t N>
    std::uint8_t one_of(const char (&list)[N][16], const char* message) {
        const std::string& w = a.next();
        for (std::size_t i = 0; i < N; i++) {
            if (equal_ignoring_case(w, list[i])) return std::uint8_t(i);
        }
        if (a.more()) ip.invarg(message, w);
        return 0;
    }
    void take_mode() {
        req.attrs.put_u8(ifla::linkmode, one_of(link_modes, "Invalid link mode\n"));
    }
    void take_state() {
        req.attrs.put_u8(ifla::operstate, one_of(oper_states, "Invalid operstate\n"));
    }
    void take_addrgenmode() {
        const auto mode = one_of(addr_gen_modes, "Invalid address generation mode\n");
        const auto spec = req.attrs.nest(ifla::af_spec);
        const auto inet6 = req.attrs.nest(af::inet6);
        req.attrs.put_u8(ifla_inet6_addr_gen_mode, mode);
        req.attrs.end_nest(inet6);
        req.attrs.end_nest(spec);
    }
    void put_on_off(const char* word, std::uint16_t attr) {
        const std::string& w = a.next();
        if (!a.more()) return;
        const auto on = parse_on_off(ip, word, w);
        if (!on) status = 22;
        req.attrs.put_u8(attr, on.value_or(false));
    }
    void take_carrier() { put_on_off("carrier", ifla::carrier); }
    void take_protodown() { put_on_off("protodown", ifla::proto_down); }
    void take_parentdev() { req.attrs.put_str(ifla::parent_dev_name, a.next()); }

    void unsupported(const char* what) {
        ip.fatal(1, strf("ip: option '%s' is not supported here", what));
    }
    void take_xdp() { unsupported(a.word().c_str()); }
    void take_protodown_reason() { unsupported("protodown_reason"); }

    void take_vf() {
        const std::string& w = a.next();
        const auto vf = get_integer(w);
        if (!vf && a.more()) ip.invarg("Invalid \"vf\" value\n", w);
        if (!dev && a.more()) ip.missarg("dev");
        if (!a.more()) return;
        if (!matches(a.peek(), "mac")) {
            for (const char* word : vf_words) {
                if (matches(a.peek(), word)) return unsupported(strf("vf %s", word).c_str());
            }
            ip.incomplete_command();
            return;
        }
        a.advance();
        const std::string& text = a.next();
        if (!a.more()) return;
        const auto bytes = ll_addr_a2n(ip, 32, text);
        if (!bytes) {
            status = 1;
            return;
        }
        ifla_vf_mac mac;
        mac.vf = std::uint32_t(*vf);
        std::copy(bytes->begin(), bytes->end(), mac.mac.begin());
        const auto list = req.attrs.nest(ifla::vfinfo_list);
        const auto info = req.attrs.nest(ifla_vf::info);
        req.attrs.put_struct(ifla_vf::mac, mac);
        req.attrs.end_nest(info);
        req.attrs.end_nest(list);
    }
};

// In upstream's order, which decides between words that begin alike. What none of them
// takes is the name of the device.
constexpr link_word words[] = {
    {"up", true, &link_parser::take_up},
    {"down", true, &link_parser::take_down},
    {"name", true, &link_parser::take_name},
    {"index", true, &link_parser::take_index},
    {"link", false, &link_parser::take_link},
    {"address", false, &link_parser::take_address},
    {"broadcast", false, &link_parser::take_broadcast},
    {"brd", true, &link_parser::take_broadcast},
    {"txqueuelen", false, &link_parser::take_txqueuelen},
    {"qlen", true, &link_parser::take_txqueuelen},
    {"txqlen", false, &link_parser::take_txqueuelen},
    {"mtu", true, &link_parser::take_mtu},
    {"xdpgeneric", true, &link_parser::take_xdp},
    {"xdpdrv", true, &link_parser::take_xdp},
    {"xdpoffload", true, &link_parser::take_xdp},
    {"xdp", true, &link_parser::take_xdp},
    {"netns", true, &link_parser::take_netns},
    {"multicast", true, &link_parser::take_multicast},
    {"allmulticast", true, &link_parser::take_allmulticast},
    {"promisc", true, &link_parser::take_promisc},
    {"trailers", true, &link_parser::take_trailers},
    {"arp", true, &link_parser::take_arp},
    {"carrier", true, &link_parser::take_carrier},
    {"vf", true, &link_parser::take_vf},
    {"master", false, &link_parser::take_master},
    {"vrf", true, &link_parser::take_vrf},
    {"nomaster", false, &link_parser::take_nomaster},
    {"dynamic", false, &link_parser::take_dynamic},
    {"type", false, &link_parser::take_type},
    {"alias", false, &link_parser::take_alias},
    {"group", true, &link_parser::take_group},
    {"mode", true, &link_parser::take_mode},
    {"state", true, &link_parser::take_state},
    {"numtxqueues", false, &link_parser::take_numtxqueues},
    {"numrxqueues", false, &link_parser::take_numrxqueues},
    {"addrgenmode", false, &link_parser::take_addrgenmode},
    {"link-netns", false, &link_parser::take_link_netns},
    {"link-netnsid", false, &link_parser::take_link_netnsid},
    {"protodown", true, &link_parser::take_protodown},
    {"protodown_reason", true, &link_parser::take_protodown_reason},
    {"gso_max_size", true, &link_parser::take_gso_max_size},
    {"gso_max_segs", true, &link_parser::take_gso_max_segs},
    {"gro_max_size", true, &link_parser::take_gro_max_size},
    {"parentdev", true, &link_parser::take_parentdev},
};

const link_word* find_word(const args& a) {
    for (const auto& w : words) {
        if (w.whole ? a.is(w.name) : a.matches(w.name)) return &w;
    }
    return nullptr;
}

}  // namespace

int iplink_parse(ip_context& ip, args& a, iplink_req& req) {
    link_parser parser(ip, a, req);
    while (a.more() && !parser.status && !req.type) {
        if (const link_word* word = find_word(a)) {
            (parser.*word->take)();
            if (req.type) break;
        } else if (a.matches("help")) {
            iplink_usage(*ip.p.err);
            return ip.exit(255);
        } else if (a.is("dev")) {
            parser.take_dev();
        } else {
            parser.take_dev_word(a.word());
        }
        a.advance();
    }
    if (ip.exited) return *ip.exited;
    return parser.status ? parser.status : parser.finish();
}

}  // namespace vethlab
