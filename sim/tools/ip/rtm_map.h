#pragma once
// iproute2: ip/rtm_map.c, lib/inet_proto.c. Words of routes and rules.
#include <cstdint>
#include <optional>
#include <string>

#include "sim/tools/lib/utils.h"

namespace vethlab {

std::string rtnl_rtntype_n2a(unsigned type, bool numeric);
std::optional<std::uint8_t> rtnl_rtntype_a2n(const std::string& text);

// "FROM/TO" or "TO" as the kernel's 32 bits.
std::optional<std::uint32_t> get_rt_realms_or_raw(const std::string& text);

std::string inet_proto_n2a(unsigned proto, bool numeric);
std::optional<std::uint8_t> inet_proto_a2n(const std::string& text);

color ifa_family_color(std::uint8_t family);

// "WORD value " with the value in color; in JSON only the value.
void print_word(tool_context& tool, const char* word, color c, const char* key,
                std::string_view value);

}  // namespace vethlab
