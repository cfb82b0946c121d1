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

// /etc/protocols, the names that a lab meets.
constexpr struct {
    std::uint8_t number;
    const char* name;
} protocols[] = {
    {0, "ip"},    {1, "icmp"},  {2, "igmp"},   {6, "tcp"}, {17, "udp"},
    {33, "dccp"}, {47, "gre"},  {50, "esp"},   {51, "ah"}, {58, "ipv6-icmp"},
    {89, "ospf"}, {103, "pim"}, {132, "sctp"},
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
    const auto id = rtnl_rtrealm_a2n(to);
    return id ? std::optional(realms | *id) : std::nullopt;
}

std::string inet_proto_n2a(unsigned proto, bool numeric) {
    for (const auto& e : protocols) {
        if (!numeric && e.number == proto) return e.name;
    }
    return strf("ipproto-%u", proto);
}

std::optional<std::uint8_t> inet_proto_a2n(const std::string& text) {
    if (const auto number = get_u8(text)) return number;
    for (const auto& e : protocols) {
        if (text == e.name) return e.number;
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
