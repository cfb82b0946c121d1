// glibc: inet/net-internal.h (__inet6_scopeid_pton), inet/getnameinfo.c
#include "sim/tools/lib/inet6_name.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "sim/tools/lib/links.h"
#include "sim/tools/lib/utils.h"

namespace vethlab {
namespace {

// Addresses that mean nothing without an interface may name it.
bool may_name_interface(const ipv6_address& a) {
    return in6_is_link_scoped(a) || (a.is_multicast() && a.mc_scope() == ipv6_scope::node);
}

std::optional<int> parse_scope(process& p, const ipv6_address& a, const std::string& text) {
    if (may_name_interface(a)) {
        if (const auto link = link_by_name(p, text)) return link->index;
    }
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isdigit(static_cast<unsigned char>(c));
    });
    const unsigned long long n = digits ? std::strtoull(text.c_str(), nullptr, 10) : 0;
    if (!digits || n > UINT32_MAX) return std::nullopt;
    return int(std::uint32_t(n));
}

}  // namespace

bool in6_is_link_scoped(const ipv6_address& a) {
    return a.is_linklocal() || (a.is_multicast() && a.mc_scope() == ipv6_scope::link);
}

std::optional<sock_addr> parse_inet6_name(process& p, const std::string& text) {
    const auto percent = text.find('%');
    std::array<std::byte, 16> bytes{};
    if (!inet_pton6(text.substr(0, percent), bytes)) return std::nullopt;
    sock_addr a{.addr6 = ipv6_address::read(bytes, 0)};
    if (percent == std::string::npos) return a;
    const auto scope = parse_scope(p, a.addr6, text.substr(percent + 1));
    if (!scope) return std::nullopt;
    a.scope_id = *scope;
    return a;
}

std::string inet6_name(process& p, const sock_addr& a) {
    const std::string number = inet_ntop6(std::as_bytes(std::span(a.addr6.octets)));
    if (!a.scope_id) return number;
    if (may_name_interface(a.addr6)) {
        for (const auto& link : list_links(p)) {
            if (link.index == a.scope_id) return number + "%" + link.name;
        }
    }
    return number + "%" + std::to_string(a.scope_id);
}

}  // namespace vethlab
