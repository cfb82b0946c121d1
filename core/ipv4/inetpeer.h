#pragma once
// Linux: include/net/inetpeer.h, net/ipv4/inetpeer.c: what is remembered about other hosts for
// the sake of limits.
#include <unordered_map>

#include "core/ipv4/netns_ipv4.h"
#include "core/kernel.h"

namespace vethlab {

struct inet_peer {
    std::int64_t rate_last = 0;    // jiffies
    std::int64_t rate_tokens = 0;  // jiffies
    std::int64_t dtime = 0;        // last use, jiffies
    std::uint32_t n_redirects = 0;
    std::uint32_t rid = 0;  // fragments seen from it
};

// The one for an address; made when first asked for. Valid until the next call.
inet_peer& inet_getpeer_v4(netns& net, ipv4_address daddr);
// Token bucket: one token per `timeout` jiffies, six at most (XRLIM_BURST_FACTOR).
bool inet_peer_xrlim_allow(kernel& krn, inet_peer& peer, std::int64_t timeout);

// A sysctl in milliseconds, as the jiffies the kernel counts it in.
inline std::int64_t msecs_to_jiffies(std::int64_t ms) {
    return (std::chrono::milliseconds(ms) + jiffy - sim_time(1)) / jiffy;
}

}  // namespace vethlab
