#pragma once
// iproute2: ip/ipneigh.c. What its parts and monitors share.
#include "sim/tools/ip/flush.h"

namespace vethlab {

struct nud_name {
    std::uint16_t state;
    const char* shown;
    const char* word;
};
inline constexpr nud_name nud_names[] = {
    {nud::incomplete, "INCOMPLETE", "incomplete"},
    {nud::reachable, "REACHABLE", "reachable"},
    {nud::stale, "STALE", "stale"},
    {nud::delay, "DELAY", "delay"},
    {nud::probe, "PROBE", "probe"},
    {nud::failed, "FAILED", "failed"},
    {nud::noarp, "NOARP", "noarp"},
    {nud::permanent, "PERMANENT", "permanent"},
};

inline constexpr std::uint32_t ntf_ext_managed = 1;
// In a filter: entries of state NONE, whose number is 0.
inline constexpr std::uint32_t state_none_too = 0x100;

struct neigh_filter {
    std::uint8_t family = af::unspec;
    std::uint32_t index = 0, master = 0;
    std::uint32_t state = 0xffff;
    inet_prefix pfx;
    std::uint8_t protocol = 0, ndm_flags = 0;
    bool unused_only = false;
    flush_batch* flush = nullptr;
};

void print_neigh(ip_context& ip, const neigh_filter& filter, const nlmsg_view& msg);

}  // namespace vethlab
