// iproute2: lib/rt_names.c, lib/ll_types.c, lib/ll_proto.c
#include "sim/tools/lib/rt_names.h"

#include <span>

#include "core/uapi/if.h"
#include "sim/tools/lib/utils.h"

namespace vethlab {
namespace {

struct rt_name {
    unsigned id;
    const char* name;
};
using rt_table_view = std::span<const rt_name>;

// /etc/iproute2/rt_protos
constexpr rt_name protos[] = {
    {0, "unspec"},    {1, "redirect"}, {2, "kernel"}, {3, "boot"},   {4, "static"},
    {8, "gated"},     {9, "ra"},       {10, "mrt"},   {11, "zebra"}, {12, "bird"},
    {13, "dnrouted"}, {14, "xorp"},    {15, "ntk"},   {16, "dhcp"},  {18, "keepalived"},
    {42, "babel"},    {99, "openr"},   {186, "bgp"},  {187, "isis"}, {188, "ospf"},
    {189, "rip"},     {192, "eigrp"},
};
// /etc/iproute2/rt_scopes
constexpr rt_name scopes[] = {
    {0, "global"}, {255, "nowhere"}, {254, "host"}, {253, "link"}, {200, "site"},
};
// /etc/iproute2/rt_tables
constexpr rt_name tables[] = {
    {255, "local"},
    {254, "main"},
    {253, "default"},
    {0, "unspec"},
};
constexpr rt_name realms[] = {{0, "cosmos"}};   // /etc/iproute2/rt_realms
constexpr rt_name groups[] = {{0, "default"}};  // /etc/iproute2/group
// /etc/iproute2/rt_dsfield
constexpr rt_name dsfields[] = {
    {0x00, "default"}, {0x28, "AF11"}, {0x30, "AF12"}, {0x38, "AF13"}, {0x48, "AF21"},
    {0x50, "AF22"},    {0x58, "AF23"}, {0x68, "AF31"}, {0x70, "AF32"}, {0x78, "AF33"},
    {0x88, "AF41"},    {0x90, "AF42"}, {0x98, "AF43"}, {0x20, "CS1"},  {0x40, "CS2"},
    {0x60, "CS3"},     {0x80, "CS4"},  {0xa0, "CS5"},  {0xc0, "CS6"},  {0xe0, "CS7"},
    {0xb8, "EF"},
};
// Built into iproute2: IFAPROT_*
constexpr rt_name addrprots[] = {
    {0, "unspec"},
    {1, "kernel_lo"},
    {2, "kernel_ra"},
    {3, "kernel_ll"},
};

const char* find_name(rt_table_view table, unsigned id) {
    for (const auto& e : table) {
        if (e.id == id) return e.name;
    }
    return nullptr;
}

std::string n2a(rt_table_view table, unsigned id, bool numeric, const char* fmt = "%u") {
    const char* name = numeric ? nullptr : find_name(table, id);
    return name ? name : strf(fmt, id);
}

std::optional<std::uint32_t> a2n(rt_table_view table, const std::string& text, int base,
                                 std::uint32_t max) {
    for (const auto& e : table) {
        if (text == e.name) return e.id;
    }
    const auto v = get_unsigned(text, base);
    return v && *v <= max ? v : std::nullopt;
}

// Named by include/linux/if_arp.h.
constexpr rt_name link_types[] = {
    {0, "netrom"},
    {1, "ether"},
    {2, "eether"},
    {3, "ax25"},
    {4, "pronet"},
    {5, "chaos"},
    {6, "ieee802"},
    {7, "arcnet"},
    {8, "atalk"},
    {15, "dlci"},
    {19, "atm"},
    {23, "metricom"},
    {24, "ieee1394"},
    {32, "infiniband"},
    {256, "slip"},
    {512, "ppp"},
    {768, "ipip"},
    {769, "tunnel6"},
    {772, "loopback"},
    {776, "sit"},
    {778, "gre"},
    {801, "ieee802.11"},
    {802, "ieee802.11/prism"},
    {803, "ieee802.11/radiotap"},
    {804, "ieee802.15.4"},
    {805, "ieee802.15.4/monitor"},
    {822, "phonet_pipe"},
    {823, "gre6"},
    {824, "netlink"},
    {825, "6lowpan"},
    {0xfffe, "none"},
    {0xffff, "void"},
};

struct proto_name {
    std::uint16_t id;
    const char* name;
};
constexpr proto_name link_protos[] = {
    {0x0060, "loop"},    {0x0200, "pup"},      {0x0800, "ip"},        {0x0805, "x25"},
    {0x0806, "arp"},     {0x08ff, "bpq"},      {0x0a00, "ieeepup"},   {0x0a01, "ieeepupat"},
    {0x6000, "dec"},     {0x6001, "dna_dl"},   {0x6002, "dna_rc"},    {0x6003, "dna_rt"},
    {0x6004, "lat"},     {0x6005, "diag"},     {0x6006, "cust"},      {0x6007, "sca"},
    {0x8035, "rarp"},    {0x809b, "atalk"},    {0x80f3, "aarp"},      {0x8100, "802.1Q"},
    {0x8137, "ipx"},     {0x86dd, "ipv6"},     {0x8863, "ppp_disc"},  {0x8864, "ppp_ses"},
    {0x884c, "atmmpoa"}, {0x8884, "atmfate"},  {0x0001, "802_3"},     {0x0002, "ax25"},
    {0x0003, "all"},     {0x0004, "802_2"},    {0x0005, "snap"},      {0x0006, "ddcmp"},
    {0x0007, "wan_ppp"}, {0x0008, "ppp_mp"},   {0x0009, "localtalk"}, {0x000c, "can"},
    {0x0010, "ppptalk"}, {0x0011, "tr_802_2"}, {0x0015, "mobitex"},   {0x0016, "control"},
    {0x0017, "irda"},    {0x0018, "econet"},   {0x88ca, "tipc"},      {0x88cc, "lldp"},
    {0x88f5, "mvrp"},    {0x88a8, "802.1ad"},  {0x8847, "mpls_uc"},   {0x8848, "mpls_mc"},
    {0x8847, "mpls_uc"}, {0x22f0, "tsn"},      {0x0800, "ipv4"},
};

}  // namespace

std::string rtnl_rtprot_n2a(unsigned id, bool numeric) { return n2a(protos, id, numeric); }
std::optional<std::uint32_t> rtnl_rtprot_a2n(const std::string& text) {
    return a2n(protos, text, 0, 255);
}
std::string rtnl_rtscope_n2a(unsigned id, bool numeric) { return n2a(scopes, id, numeric); }
std::optional<std::uint32_t> rtnl_rtscope_a2n(const std::string& text) {
    return a2n(scopes, text, 0, 255);
}
std::string rtnl_rttable_n2a(std::uint32_t id, bool numeric) { return n2a(tables, id, numeric); }
std::optional<std::uint32_t> rtnl_rttable_a2n(const std::string& text) {
    return a2n(tables, text, 0, 0xffffffff);
}
std::string rtnl_rtrealm_n2a(unsigned id, bool numeric) { return n2a(realms, id, numeric); }
std::optional<std::uint32_t> rtnl_rtrealm_a2n(const std::string& text) {
    return a2n(realms, text, 0, 255);
}
std::string rtnl_dsfield_n2a(unsigned id, bool numeric) {
    return n2a(dsfields, id, numeric, "0x%02x");
}
std::optional<std::uint32_t> rtnl_dsfield_a2n(const std::string& text) {
    return a2n(dsfields, text, 16, 255);
}
std::string rtnl_group_n2a(unsigned id, bool numeric) { return n2a(groups, id, numeric); }
std::optional<std::uint32_t> rtnl_group_a2n(const std::string& text) {
    if (const auto id = a2n(groups, text, 0, 0x7fffffff)) return id;
    // Upstream keeps the low 32 bits of a number.
    char* end = nullptr;
    const auto low = std::int32_t(std::strtoll(text.c_str(), &end, 0));
    if (end == text.c_str() || *end || low < 0) return std::nullopt;
    return std::uint32_t(low);
}
std::string rtnl_addrprot_n2a(unsigned id, bool numeric) { return n2a(addrprots, id, numeric); }
std::optional<std::uint32_t> rtnl_addrprot_a2n(const std::string& text) {
    return a2n(addrprots, text, 0, 255);
}

std::string ll_type_n2a(unsigned type, bool numeric) {
    const char* name = numeric ? nullptr : find_name(link_types, type);
    return name ? name : strf("[%u]", type);
}

std::string ll_proto_n2a(unsigned id) {
    for (const auto& e : link_protos) {
        if (e.id == id) return e.name;
    }
    return strf("[%u]", id);
}

std::optional<std::uint16_t> ll_proto_a2n(const std::string& text) {
    for (const auto& e : link_protos) {
        if (equal_ignoring_case(text, e.name)) return e.id;
    }
    return get_u16(text, 0);
}

}  // namespace vethlab
