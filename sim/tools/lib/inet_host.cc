// net-tools: lib/inet.c, lib/ether.c
#include "sim/tools/lib/inet_host.h"

#include <cctype>
#include <cstdlib>

#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

int hex_digit(char c) {
    if (std::isdigit(static_cast<unsigned char>(c))) return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::optional<ipv4_address> inet_input(process& p, const std::string& text, const char*& error) {
    if (text == "default") return ipv4_address{};
    // inet_aton stops at white space; the names of getaddrinfo do not.
    if (auto a = parse_inet_aton(text.substr(0, text.find_first_of(" \t\n\v\f\r")))) return a;
    if (auto host = resolve_host(p.sys, text, error)) return host->addr;
    // Nothing can be asked for no name at all, and names without a letter are not asked for;
    // for the others no server is there.
    if (text.empty()) {
        error = "Unknown server error";
        return std::nullopt;
    }
    const bool is_number = text.find_first_not_of("0123456789.") == std::string::npos;
    const bool temporary = std::string_view(error).starts_with("Temporary");
    error = temporary && !is_number ? "Host name lookup failure" : "Unknown host";
    return std::nullopt;
}

std::string herror_text(const std::string& text, const char* error) {
    return text.empty() ? strf("%s\n", error) : strf("%s: %s\n", text.c_str(), error);
}

std::optional<ipv4_address> inet_input_or_complain(process& p, const std::string& text) {
    const char* error = nullptr;
    const auto a = inet_input(p, text, error);
    if (!a) p.err->write(herror_text(text, error));
    return a;
}

bool inet_getnetmask(std::string& address, std::optional<ipv4_address>& mask) {
    const auto slash = address.find('/');
    if (slash == std::string::npos) return true;
    char* rest = nullptr;
    const long n = std::strtol(address.c_str() + slash + 1, &rest, 0);
    if (*rest) return false;
    address.resize(slash);
    // The real one shifts ones in from the left, and the processor takes the count modulo
    // 32: a length of 32 gives no bit at all.
    mask = ipv4_address{~(~std::uint32_t{0} >> (std::uint32_t(n) & 31))};
    return true;
}

mac_address mac_under(ipv4_address before) {
    mac_address m;
    for (unsigned i = 0; i < 4; i++) m.octets[2 + i] = std::uint8_t(before.value >> (24 - 8 * i));
    return m;
}

std::optional<mac_address> ether_input(const std::string& text, mac_address m) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < m.octets.size() && at < text.size(); i++) {
        int value = hex_digit(text[at++]);
        if (value < 0) return std::nullopt;
        if (at < text.size() && text[at] != ':') {
            const int low = hex_digit(text[at++]);
            if (low < 0) return std::nullopt;
            value = value << 4 | low;
        }
        m.octets[i] = std::uint8_t(value);
        if (at < text.size() && text[at] == ':') at++;
    }
    return m;
}

// RFC 5952 4: the longest run of zeros, the first one of equals, at least two words.
std::string inet6_ntop(bytes_view a) {
    unsigned best = 8, best_len = 1;
    for (unsigned i = 0; i < 8; i++) {
        unsigned n = 0;
        while (i + n < 8 && be16(a, 2 * (i + n)) == 0) n++;
        if (n > best_len) {
            best = i;
            best_len = n;
        }
    }
    std::string text;
    for (unsigned i = 0; i < 8; i++) {
        if (i == best) {
            text += i == 0 ? "::" : ":";
            i += best_len - 1;
            continue;
        }
        text += strf("%x", be16(a, 2 * i));
        if (i < 7) text += ":";
    }
    return text;
}

std::string device_of(const std::string& name) { return name.substr(0, name.find(':')); }

}  // namespace vethlab
