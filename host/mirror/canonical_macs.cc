#include "host/mirror/canonical_macs.h"

#include <algorithm>

#include "sim/text.h"

namespace vethlab::host {
namespace {

std::string in_form(const char* octet, const char* separator, mac_address m) {
    std::string s;
    for (const auto o : m.octets) {
        if (!s.empty()) s += separator;
        char two[4];
        std::snprintf(two, sizeof two, octet, unsigned(o));
        s += two;
    }
    return s;
}
std::string with_colons(mac_address m) { return in_form("%02x", ":", m); }

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

// In a bridge's identifier octets have no leading zero: 8000.a:0:0:0:0:1
void replace_in_identifier(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find("." + from); at != std::string::npos;
         at = text.find("." + from, at + 1)) {
        const auto end = at + 1 + from.size();
        const bool priority = at >= 4 && std::all_of(text.begin() + std::ptrdiff_t(at) - 4,
                                                     text.begin() + std::ptrdiff_t(at), is_hex);
        if (!priority || (end < text.size() && is_hex(text[end]))) continue;
        text.replace(at + 1, from.size(), to);
    }
}

}  // namespace

canonical_macs::canonical_macs(std::string_view script) : script_(script) {
    for (char& c : script_) c = char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

mac_address canonical_macs::learn(mac_address seen) {
    if (seen.is_zero() || known_.contains(seen.octets)) return {};
    if (script_.find(with_colons(seen)) != std::string::npos) return {};
    const auto n = pairs_.size() + 1;
    const mac_address canonical{{0x0a, 0, 0, 0, std::uint8_t(n >> 8), std::uint8_t(n)}};
    pairs_.push_back({seen, canonical});
    known_.insert(seen.octets);
    known_.insert(canonical.octets);
    return canonical;
}

std::string canonical_macs::in_text(std::string text) const {
    for (const auto& [random, canonical] : pairs_) {
        replace_in_identifier(text, in_form("%x", ":", random), in_form("%x", ":", canonical));
        replace_all(text, with_colons(random), with_colons(canonical));
        replace_all(text, in_form("%02X", ":", random), in_form("%02X", ":", canonical));
        replace_all(text, in_form("%02x", "", random), in_form("%02x", "", canonical));
    }
    return text;
}

void canonical_macs::in_frame(std::vector<std::byte>& frame) const {
    for (const auto& [random, canonical] : pairs_) {
        const auto from = as_view(random.octets), to = as_view(canonical.octets);
        for (auto at = frame.begin();; at += 6) {
            at = std::search(at, frame.end(), from.begin(), from.end());
            if (at == frame.end()) break;
            std::copy(to.begin(), to.end(), at);
        }
    }
}

}  // namespace vethlab::host
