// glibc: resolv/inet_addr.c, nss/nss_files/files-hosts.c
#include "sim/tools/lib/resolve.h"

#include <cctype>
#include <vector>

#include "sim/text.h"

namespace vethlab {
namespace {

struct hosts_line {
    std::string addr;
    std::vector<std::string> names;  // the canonical one first
};

std::vector<hosts_line> read_hosts(system& sys) {
    std::vector<hosts_line> out;
    const auto text = sys.read_file("/etc/hosts");
    std::size_t at = 0;
    while (text && at < text->size()) {
        const auto end = std::min(text->find('\n', at), text->size());
        std::string line = text->substr(at, end - at);
        at = end + 1;
        line = line.substr(0, line.find('#'));
        std::vector<std::string> words;
        std::string word;
        for (char c : line + " ") {
            if (!std::isspace(static_cast<unsigned char>(c))) {
                word += c;
            } else if (!word.empty()) {
                words.push_back(word);
                word.clear();
            }
        }
        if (words.size() < 2) continue;
        out.push_back({words[0], {words.begin() + 1, words.end()}});
    }
    return out;
}

bool same_name(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); i++) {
        if (std::tolower(static_cast<unsigned char>(a[i])) !=
            std::tolower(static_cast<unsigned char>(b[i]))) {
            return false;
        }
    }
    return true;
}

// glibc does not ask a name server for others. RFC 1035 2.3.4: a label has 63 octets at most,
// a name 255, with an octet of length for each label and one for the root.
bool is_hostname(std::string_view name) {
    if (name.empty() || name[0] == '-' || name[0] == '.') return false;
    if (name.size() > (name.back() == '.' ? 254 : 253)) return false;
    std::size_t label = 0;
    for (std::size_t i = 0; i < name.size(); i++) {
        label = name[i] == '.' ? 0 : label + 1;
        if (label > 63) return false;
        const auto c = static_cast<unsigned char>(name[i]);
        if (!std::isalnum(c) && c != '-' && c != '_' && c != '.') return false;
        if (c == '.' && i + 1 < name.size() && name[i + 1] == '.') return false;
    }
    return true;
}

// A C integer literal at text[at]; the value, or nullopt if there is none.
std::optional<std::uint64_t> c_number(std::string_view text, std::size_t& at) {
    unsigned base = 10;
    if (at + 1 < text.size() && text[at] == '0' && (text[at + 1] | 32) == 'x') {
        base = 16;
        at += 2;
    } else if (at < text.size() && text[at] == '0') {
        base = 8;
    }
    std::uint64_t v = 0;
    const std::size_t first = at;
    for (; at < text.size(); at++) {
        const char c = char(std::tolower(static_cast<unsigned char>(text[at])));
        unsigned digit = 99;
        if (c >= '0' && c <= '9') digit = unsigned(c - '0');
        if (c >= 'a' && c <= 'f') digit = unsigned(c - 'a') + 10;
        if (digit >= base) break;
        v = v * base + digit;
        if (v > 0xffffffff) return std::nullopt;
    }
    if (at == first) return std::nullopt;
    return v;
}

}  // namespace

std::string dotted_quad(ipv4_address a) {
    return strf("%u.%u.%u.%u", a.value >> 24, a.value >> 16 & 255, a.value >> 8 & 255,
                a.value & 255);
}

std::string colon_hex(mac_address m) {
    const auto& o = m.octets;
    return strf("%02x:%02x:%02x:%02x:%02x:%02x", o[0], o[1], o[2], o[3], o[4], o[5]);
}

std::optional<ipv4_address> parse_inet_aton(std::string_view text) {
    std::uint32_t value = 0;
    std::size_t at = 0;
    for (unsigned part = 0; part < 4; part++) {
        if (at >= text.size() || !std::isdigit(static_cast<unsigned char>(text[at]))) {
            return std::nullopt;
        }
        const auto v = c_number(text, at);
        if (!v) return std::nullopt;
        if (at == text.size()) {
            // The last part fills what is left of the address.
            const unsigned bits = 32 - 8 * part;
            if (bits < 32 && *v >> bits) return std::nullopt;
            return ipv4_address{value | std::uint32_t(*v)};
        }
        if (text[at++] != '.' || *v > 255 || part == 3) return std::nullopt;
        value |= std::uint32_t(*v) << (24 - 8 * part);
    }
    return std::nullopt;
}

std::optional<ipv4_address> parse_inet_pton(std::string_view text) {
    std::uint32_t value = 0;
    std::size_t at = 0;
    for (int part = 0; part < 4; part++) {
        unsigned v = 0;
        const std::size_t first = at;
        while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at]))) {
            if (at > first && v == 0) return std::nullopt;  // no leading zeros
            v = v * 10 + unsigned(text[at++] - '0');
            if (v > 255) return std::nullopt;
        }
        if (at == first) return std::nullopt;
        value = value << 8 | v;
        if (part < 3 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
    }
    if (at != text.size()) return std::nullopt;
    return ipv4_address{value};
}

bool looks_like_ipv6(std::string_view text) {
    return text.find(':') != std::string_view::npos &&
           text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

std::optional<resolved_host> resolve_host(system& sys, std::string_view name,
                                          const char*& error) {
    if (auto a = parse_inet_aton(name)) return resolved_host{*a, std::string(name)};
    for (const auto& line : read_hosts(sys)) {
        const auto addr = parse_inet_pton(line.addr);
        if (!addr) continue;
        for (const auto& n : line.names) {
            if (same_name(n, name)) return resolved_host{*addr, line.names[0]};
        }
    }
    error = is_hostname(name) ? "Temporary failure in name resolution"
                              : "Name or service not known";
    return std::nullopt;
}

std::optional<std::string> host_name_of(system& sys, ipv4_address a) {
    for (const auto& line : read_hosts(sys)) {
        if (parse_inet_pton(line.addr) == a) return line.names[0];
    }
    return std::nullopt;
}

}  // namespace vethlab
