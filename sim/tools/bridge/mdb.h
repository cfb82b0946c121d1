#pragma once
// iproute2: bridge/mdb.c. What its two files share: mdb.cc shows, mdb_modify.cc changes.
#include "sim/tools/bridge/bridge.h"

namespace vethlab {

// Linux: include/uapi/linux/if_bridge.h
struct br_mdb_entry {
    std::uint32_t ifindex;
    std::uint8_t state, flags;
    std::uint16_t vid;
    std::array<std::byte, 16> addr;  // ip4, ip6 or mac, by proto
    std::uint16_t proto;             // big-endian; 0 for a MAC
    std::uint16_t pad;
};
static_assert(sizeof(br_mdb_entry) == 28);
inline constexpr std::uint8_t mdb_permanent = 1;

int mdb_modify(bridge_context& br, args& a, std::uint16_t type, std::uint16_t flags);
int mdb_usage(bridge_context& br);

}  // namespace vethlab
