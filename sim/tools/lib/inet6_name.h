#pragma once
// glibc: getaddrinfo(3), getnameinfo(3) for IPv6 numbers with an interface ("fe80::1%v0").
#include <optional>
#include <string>

#include "sim/process.h"

namespace vethlab {

bool in6_is_link_scoped(const ipv6_address& a);  // link-local, or a group of one link
// nullopt: no number, or no interface of that name.
std::optional<sock_addr> parse_inet6_name(process& p, const std::string& text);
std::string inet6_name(process& p, const sock_addr& a);

}  // namespace vethlab
