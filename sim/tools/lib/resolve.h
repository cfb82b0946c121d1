#pragma once
// glibc: inet_aton(3), and getaddrinfo(3)/getnameinfo(3) as far as /etc/hosts goes.
#include <optional>
#include <string>
#include <string_view>

#include "sim/system.h"

namespace vethlab {

std::string dotted_quad(ipv4_address a);
std::string colon_hex(mac_address m);

// One to four parts, each decimal, octal (0...) or hexadecimal (0x...).
std::optional<ipv4_address> parse_inet_aton(std::string_view text);
// Exactly four decimal parts.
std::optional<ipv4_address> parse_inet_pton(std::string_view text);
// "::1" and the like, without judging more than the shape.
bool looks_like_ipv6(std::string_view text);

struct resolved_host {
    ipv4_address addr;
    std::string canonical;
};
// A number, or a name of /etc/hosts. There is no name server: otherwise `error` is what
// gai_strerror says then.
std::optional<resolved_host> resolve_host(system& sys, std::string_view name,
                                          const char*& error);
// The name that /etc/hosts has for an address.
std::optional<std::string> host_name_of(system& sys, ipv4_address a);

}  // namespace vethlab
