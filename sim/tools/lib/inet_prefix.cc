// iproute2: lib/utils.c. Addresses and prefixes as text; glibc: inet_ntop(3), inet_pton(3).
#include <bit>
#include <cctype>
#include <cstdlib>

#include "sim/tools/lib/resolve.h"
#include "sim/tools/lib/utils.h"

namespace vethlab {
namespace {

constexpr struct {
    const char* name;
    std::uint8_t family;
} families[] = {
    {"inet", af::inet}, {"inet6", af::inet6},   {"link", af::packet},
    {"mpls", af::mpls}, {"bridge", af::bridge},
};

// One to four numbers, each up to 255; those that are missing are 0 ("10.1" is 10.1.0.0).
bool get_addr_ipv4(const std::string& text, std::array<std::byte, 16>& out) {
    const char* at = text.c_str();
    for (std::size_t i = 0; i < 4; i++) {
        char* end = nullptr;
        const unsigned long n = std::strtoul(at, &end, 0);
        if (n > 255 || end == at) return false;
        out[i] = std::byte(n);
        if (*end == '\0') return true;
        if (i == 3 || *end != '.') return false;
        at = end + 1;
    }
    return false;
}

bool names_all(const std::string& text) {
    return text == "default" || text == "all" || text == "any";
}

}  // namespace

unsigned af_byte_len(std::uint8_t family) {
    switch (family) {
        case af::inet:
            return 4;
        case af::inet6:
            return 16;
        case af::mpls:
            return 4;
        default:
            return 0;
    }
}
unsigned af_bit_len(std::uint8_t family) {
    return family == af::mpls ? 20 : af_byte_len(family) * 8;
}

std::optional<std::uint8_t> read_family(std::string_view name) {
    for (const auto& f : families) {
        if (name == f.name) return f.family;
    }
    return std::nullopt;
}
const char* family_name(std::uint8_t family) {
    for (const auto& f : families) {
        if (family == f.family) return f.name;
    }
    return "???";
}
const char* family_name_verbose(std::uint8_t family) {
    return family == af::unspec ? "any valid" : family_name(family);
}

bool inet_prefix::addr_is_multi() const {
    if (bytelen == 0) return false;
    if (family == af::inet) return ip4().is_multicast();
    return family == af::inet6 && data[0] == std::byte{0xff};
}

std::optional<inet_prefix> parse_addr(const std::string& text, std::uint8_t family) {
    inet_prefix a;
    if (names_all(text)) {
        if (family == af::mpls) return std::nullopt;
        a.family = family;
        if (text == "default") a.bytelen = af_byte_len(family);
        a.bitlen = -2;
        a.prefixlen_specified = text == "default";
        return a;
    }
    a.bitlen = -1;
    if (text.find(':') != std::string::npos) {
        if (family != af::unspec && family != af::inet6) return std::nullopt;
        a.family = af::inet6;
        a.bytelen = 16;
        return inet_pton6(text, a.data) ? std::optional(a) : std::nullopt;
    }
    if (family != af::unspec && family != af::inet) return std::nullopt;
    a.family = af::inet;
    a.bytelen = 4;
    return get_addr_ipv4(text, a.data) ? std::optional(a) : std::nullopt;
}

std::optional<unsigned> get_netmask(const std::string& text, int base) {
    if (const auto n = get_unsigned(text, base)) return n;
    const auto quad = parse_addr(text, af::inet);
    if (!quad || quad->bytelen != 4) return std::nullopt;
    const std::uint32_t inverse = ~quad->ip4().value;
    if (inverse & (inverse + 1)) return std::nullopt;
    return 32 - unsigned(std::popcount(inverse));
}

std::optional<inet_prefix> parse_prefix(const std::string& text, std::uint8_t family) {
    if (names_all(text)) {
        if (family == af::mpls) return std::nullopt;
        inet_prefix all;
        all.family = family;
        if (text == "default") all.bytelen = af_byte_len(family);
        all.prefixlen_specified = text == "default";
        return all;
    }
    const auto slash = text.find('/');
    if (names_all(text.substr(0, slash))) return std::nullopt;  // those have no length
    auto a = parse_addr(text.substr(0, slash), family);
    if (!a) return std::nullopt;
    const unsigned bits = af_bit_len(a->family);
    unsigned plen = bits;
    if (slash != std::string::npos) {
        const auto given = get_netmask(text.substr(slash + 1));
        if (!given || *given > bits) return std::nullopt;
        plen = *given;
        a->prefixlen_specified = true;
    }
    a->bitlen = int(plen);
    return a;
}

inet_prefix get_addr(tool_context& tool, const std::string& text, std::uint8_t family) {
    if (family == af::packet) {
        tool.fatal(1, strf("Error: \"%s\" may be inet address, but it is not allowed in this "
                           "context.",
                           text.c_str()));
        return {};
    }
    const auto a = parse_addr(text, family);
    if (!a) {
        tool.fatal(1, strf("Error: %s address is expected rather than \"%s\".",
                           family_name_verbose(family), text.c_str()));
    }
    return a.value_or(inet_prefix{});
}

inet_prefix get_prefix(tool_context& tool, const std::string& text, std::uint8_t family) {
    if (family == af::packet) {
        tool.fatal(1, strf("Error: \"%s\" may be inet prefix, but it is not allowed in this "
                           "context.",
                           text.c_str()));
        return {};
    }
    const auto a = parse_prefix(text, family);
    if (!a) {
        tool.fatal(1, strf("Error: %s prefix is expected rather than \"%s\".",
                           family_name_verbose(family), text.c_str()));
    }
    return a.value_or(inet_prefix{});
}

int inet_addr_match(const inet_prefix& a, const inet_prefix& b, int bits) {
    const auto whole = std::size_t(bits / 8);
    for (std::size_t i = 0; i < whole; i++) {
        if (a.data[i] != b.data[i]) return 1;
    }
    if (bits % 8 == 0) return 0;
    const auto mask = std::byte(0xff << (8 - bits % 8) & 0xff);
    return (a.data[whole] & mask) != (b.data[whole] & mask);
}

bool inet_addr_match_rta(const inet_prefix& m, const nlattr* attr) {
    if (m.family == af::unspec || m.bitlen <= 0) return true;
    if (!attr) return false;
    inet_prefix dst;
    dst.family = m.family;
    dst.bytelen = std::min<std::size_t>(attr->data.size(), 16);
    std::copy_n(attr->data.begin(), dst.bytelen, dst.data.begin());
    return inet_addr_match(dst, m, m.bitlen) == 0;
}

std::string inet_ntop6(bytes_view addr) {
    std::array<std::uint16_t, 8> words{};
    for (std::size_t i = 0; i < 8; i++) words[i] = be16(addr, i * 2);
    // The longest run of at least two zero words becomes "::", the first of equals.
    std::size_t best = 8, best_len = 1;
    for (std::size_t i = 0; i < 8;) {
        std::size_t end = i;
        while (end < 8 && words[end] == 0) end++;
        if (end - i > best_len) {
            best = i;
            best_len = end - i;
        }
        i = end > i ? end : i + 1;
    }
    const bool mapped = best == 0 && (best_len == 6 || (best_len == 5 && words[5] == 0xffff));
    std::string out;
    for (std::size_t i = 0; i < 8; i++) {
        if (i == best) {
            out += "::";
            i += best_len - 1;
            continue;
        }
        if (!out.empty() && out.back() != ':') out += ":";
        if (i == 6 && mapped) return out + dotted_quad(ipv4_address::read(addr, 12));
        out += strf("%x", words[i]);
    }
    return out;
}

bool inet_pton6(const std::string& text, std::array<std::byte, 16>& out) {
    std::array<std::byte, 16> head{};
    std::size_t count = 0, gap = 17, at = 0;
    if (text.starts_with(":") && !text.starts_with("::")) return false;
    if (text.starts_with("::")) {
        gap = 0;
        at = 2;
    }
    while (at < text.size()) {
        const auto colon = text.find(':', at);
        const std::string part = text.substr(at, colon - at);
        if (part.find('.') != std::string::npos) {
            const auto quad = parse_inet_pton(part);
            if (!quad || colon != std::string::npos || count + 4 > 16) return false;
            quad->write(head, count);
            count += 4;
            break;
        }
        if (part.empty() || part.size() > 4 || count + 2 > 16) return false;
        unsigned v = 0;
        for (const char c : part) {
            if (!std::isxdigit(static_cast<unsigned char>(c))) return false;
            v = v * 16 + unsigned(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        put16(head, count, std::uint16_t(v));
        count += 2;
        if (colon == std::string::npos) break;
        at = colon + 1;
        if (at == text.size()) return false;  // a single colon at the end
        if (text[at] == ':') {
            if (gap != 17) return false;
            gap = count;
            at++;
        }
    }
    if (gap == 17 ? count != 16 : count == 16) return false;
    if (gap == 17) gap = count;
    out = {};
    std::copy_n(head.begin(), gap, out.begin());
    std::copy_n(head.begin() + std::ptrdiff_t(gap), count - gap,
                out.end() - std::ptrdiff_t(count - gap));
    return true;
}

std::string rt_addr_n2a(std::uint8_t family, bytes_view addr) {
    if (family == af::inet && addr.size() >= 4) return dotted_quad(ipv4_address::read(addr, 0));
    if (family == af::inet6 && addr.size() >= 16) return inet_ntop6(addr);
    if (family == af::packet) return ll_addr_n2a(addr, arphrd::none);
    return "???";
}

std::string format_host(tool_context& tool, std::uint8_t family, bytes_view addr) {
    if (tool.resolve_hosts && family == af::inet && addr.size() >= 4) {
        if (auto name = host_name_of(tool.p.sys, ipv4_address::read(addr, 0))) return *name;
    }
    return rt_addr_n2a(family, addr);
}

std::string ll_addr_n2a(bytes_view addr, std::uint16_t type) {
    constexpr std::uint16_t tunnels[] = {768, 776, 778};  // IPIP, SIT, GRE
    constexpr std::uint16_t tunnels6[] = {769, 823};      // TUNNEL6, GRE6
    for (const auto t : tunnels) {
        if (type == t && addr.size() == 4) return dotted_quad(ipv4_address::read(addr, 0));
    }
    for (const auto t : tunnels6) {
        if (type == t && addr.size() == 16) return inet_ntop6(addr);
    }
    std::string out;
    for (std::size_t i = 0; i < addr.size(); i++) {
        out += strf(i ? ":%02x" : "%02x", unsigned(u8(addr, i)));
    }
    return out;
}

// One number between colons as sscanf("%x") takes it: white space, a sign and 0x may stand
// before it, anything behind it.
static std::optional<unsigned> scan_hex_octet(const std::string& part) {
    char* end = nullptr;
    const long v = std::strtol(part.c_str(), &end, 16);
    if (end == part.c_str() || v < 0 || v > 255) return std::nullopt;
    return unsigned(v);
}

std::optional<std::vector<std::byte>> ll_addr_a2n(tool_context& tool, std::size_t len,
                                                  const std::string& text) {
    const auto invalid = [&](const std::string& part) {
        tool.p.err->printf("\"%s\" is invalid lladdr.\n", part.c_str());
        return std::nullopt;
    };
    if (text.find('.') != std::string::npos) {
        const auto quad = parse_addr(text, af::inet);
        if (!quad) return invalid(text);
        if (len < 4) return std::nullopt;
        return std::vector<std::byte>(quad->data.begin(), quad->data.begin() + 4);
    }
    std::vector<std::byte> out;
    std::size_t at = 0;
    while (out.size() < len) {
        const auto colon = text.find(':', at);
        const std::string part = text.substr(at, colon - at);
        const auto octet = scan_hex_octet(part);
        if (!octet) return invalid(part);
        out.push_back(std::byte(*octet));
        if (colon == std::string::npos) break;
        at = colon + 1;
    }
    return out;
}

}  // namespace vethlab
