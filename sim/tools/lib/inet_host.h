#pragma once
// net-tools: lib/inet.c. Addresses as ifconfig, route and arp take them.
#include <optional>
#include <string>

#include "sim/process.h"

namespace vethlab {

// A word in the buffer that the real tools copy it to first: only so much of it is seen.
inline std::string in_buffer(const std::string& word, std::size_t size = 128) {
    return word.substr(0, size - 1);
}

// "default", a number as of inet_aton, or a name. Otherwise `error` is what herror says.
std::optional<ipv4_address> inet_input(process& p, const std::string& text, const char*& error);
// herror(3): "TEXT: ERROR", or the error alone.
std::string herror_text(const std::string& text, const char* error);
// inet_input, with herror's line printed.
std::optional<ipv4_address> inet_input_or_complain(process& p, const std::string& text);

// Takes a "/LENGTH" off the end of an address. Nothing there: the mask is unset. False if
// what follows the slash is no number.
bool inet_getnetmask(std::string& address, std::optional<ipv4_address>& mask);

// The colon-separated bytes of a MAC, one or two digits each. Fewer are accepted, and the
// rest stays as it was.
std::optional<mac_address> ether_input(const std::string& text, mac_address before = {});
// What the real tools have there: they read every address into the same sockaddr, so a MAC lies
// over the port and the IPv4 address read before it.
mac_address mac_under(ipv4_address before);

// inet_ntop(3) for the 16 bytes of an IPv6 address.
std::string inet6_ntop(bytes_view address);

// Linux: "v0:1" is an alias of device "v0".
std::string device_of(const std::string& name);

}  // namespace vethlab
