// iproute2: ip/rtm_map.c, lib/inet_proto.c
#include "sim/tools/ip/rtm_map.h"

namespace vethlab {
namespace {

struct type_word {
    const char* name;
    rtn type;
    bool abbreviated;  // its beginning is enough
};
// In the order in which beginnings are tried: "u" is unreachable.
constexpr type_word type_words[] = {
    {"local", rtn::local, false},        {"nat", rtn::nat, false},
    {"broadcast", rtn::broadcast, true}, {"brd", rtn::broadcast, false},
    {"anycast", rtn::anycast, true},     {"multicast", rtn::multicast, true},
    {"prohibit", rtn::prohibit, true},   {"unreachable", rtn::unreachable, true},
    {"blackhole", rtn::blackhole, true}, {"xresolve", rtn::xresolve, true},
    {"unicast", rtn::unicast, true},     {"throw", rtn::throw_, false},
};

// /etc/protocols
constexpr struct {
    std::uint8_t number;
    const char *name, *alias;
} protocols[] = {
    {0, "ip", "IP"}, {0, "hopopt", "HOPOPT"}, {1, "icmp", "ICMP"}, {2, "igmp", "IGMP"},
    {3, "ggp", "GGP"}, {4, "ipencap", "IP-ENCAP"}, {5, "st", "ST"}, {6, "tcp", "TCP"},
    {8, "egp", "EGP"}, {9, "igp", "IGP"}, {12, "pup", "PUP"}, {17, "udp", "UDP"},
    {20, "hmp", "HMP"}, {22, "xns-idp", "XNS-IDP"}, {27, "rdp", "RDP"},
    {29, "iso-tp4", "ISO-TP4"}, {33, "dccp", "DCCP"}, {36, "xtp", "XTP"}, {37, "ddp", "DDP"},
    {38, "idpr-cmtp", "IDPR-CMTP"}, {41, "ipv6", "IPv6"}, {43, "ipv6-route", "IPv6-Route"},
    {44, "ipv6-frag", "IPv6-Frag"}, {45, "idrp", "IDRP"}, {46, "rsvp", "RSVP"},
    {47, "gre", "GRE"}, {50, "esp", "IPSEC-ESP"}, {51, "ah", "IPSEC-AH"}, {57, "skip", "SKIP"},
    {58, "ipv6-icmp", "IPv6-ICMP"}, {59, "ipv6-nonxt", "IPv6-NoNxt"},
    {60, "ipv6-opts", "IPv6-Opts"}, {73, "rspf", "RSPF"}, {81, "vmtp", "VMTP"},
    {88, "eigrp", "EIGRP"}, {89, "ospf", "OSPFIGP"}, {93, "ax.25", "AX.25"},
    {94, "ipip", "IPIP"}, {97, "etherip", "ETHERIP"}, {98, "encap", "ENCAP"},
    {103, "pim", "PIM"}, {108, "ipcomp", "IPCOMP"}, {112, "vrrp", "VRRP"}, {115, "l2tp", "L2TP"},
    {124, "isis", "ISIS"}, {132, "sctp", "SCTP"}, {133, "fc", "FC"},
    {135, "mobility-header", "Mobility-Header"}, {136, "udplite", "UDPLite"},
    {137, "mpls-in-ip", "MPLS-in-IP"}, {138, "manet", "manet"}, {139, "hip", "HIP"},
    {140, "shim6", "Shim6"}, {141, "wesp", "WESP"}, {142, "rohc", "ROHC"},
    {143, "ethernet", "Ethernet"},
};

}  // namespace

std::string rtnl_rtntype_n2a(unsigned type, bool numeric) {
    if (numeric) return strf("%u", type);
    if (type == 0) return "none";
    for (const auto& w : type_words) {
        if (unsigned(w.type) == type) return w.name;
    }
    return strf("%u", type);
}

std::optional<std::uint8_t> rtnl_rtntype_a2n(const std::string& text) {
    for (const auto& w : type_words) {
        if (text == w.name || (w.abbreviated && matches(text, w.name))) {
            return std::uint8_t(w.type);
        }
    }
    return get_u8(text);
}

std::optional<std::uint32_t> get_rt_realms_or_raw(const std::string& text) {
    const auto slash = text.find('/');
    std::uint32_t realms = 0;
    if (slash != std::string::npos) {
        const auto from = rtnl_rtrealm_a2n(text.substr(0, slash));
        if (!from) return std::nullopt;
        realms = *from << 16;
    }
    const std::string to = slash == std::string::npos ? text : text.substr(slash + 1);
    if (to.empty()) return realms;
    if (const auto id = rtnl_rtrealm_a2n(to)) return realms | *id;
    return get_unsigned(text);
}

std::string inet_proto_n2a(unsigned proto, bool numeric) {
    for (const auto& e : protocols) {
        if (!numeric && e.number == proto) return e.name;
    }
    return strf("ipproto-%u", proto);
}

std::optional<std::uint8_t> inet_proto_a2n(const std::string& text) {
    if (const auto number = get_u8(text, 10)) return number;
    for (const auto& e : protocols) {
        if (text == e.name || text == e.alias) return e.number;
    }
    return std::nullopt;
}

color ifa_family_color(std::uint8_t family) {
    if (family == af::inet) return color::inet;
    return family == af::inet6 ? color::inet6 : color::none;
}

void print_word(tool_context& tool, const char* word, color c, const char* key,
                std::string_view value) {
    tool.print.text(word);
    tool.print.print_color_string(print_as::any, c, key, "%s ", value);
}

}  // namespace vethlab
