// Linux: net/ipv4/inetpeer.c
#include "core/ipv4/inetpeer.h"

#include <algorithm>

namespace vethlab {
namespace {

constexpr std::int64_t hz = 250;
constexpr std::size_t inet_peer_threshold = 65536 + 128;
constexpr std::int64_t inet_peer_minttl = 120 * hz;

struct inet_peer_base : netns_ipv4::part {
    std::unordered_map<std::uint32_t, inet_peer> peers;
};

// Linux: inet_peer_gc looks at the peers on the way of each lookup.
// Here: at all of them when the table is full; nothing observable depends on the order.
void inet_peer_gc(inet_peer_base& base, std::int64_t now) {
    if (base.peers.size() < inet_peer_threshold) return;
    std::erase_if(base.peers,
                  [&](const auto& e) { return now - e.second.dtime > inet_peer_minttl; });
    if (base.peers.size() >= inet_peer_threshold) base.peers.clear();
}

}  // namespace

inet_peer& inet_getpeer_v4(netns& net, ipv4_address daddr) {
    auto& slot = net.ipv4->parts[netns_ipv4::inetpeer];
    if (!slot) slot = std::make_unique<inet_peer_base>();
    auto& base = static_cast<inet_peer_base&>(*slot);
    const std::int64_t now = net.krn.events.jiffies();
    auto found = base.peers.find(daddr.value);
    if (found == base.peers.end()) {
        inet_peer_gc(base, now);
        // A minute ago: the first calculation finds the bucket full.
        found = base.peers.emplace(daddr.value, inet_peer{.rate_last = now - 60 * hz}).first;
    }
    found->second.dtime = now;
    return found->second;
}

bool inet_peer_xrlim_allow(kernel& krn, inet_peer& peer, std::int64_t timeout) {
    constexpr std::int64_t burst_factor = 6;
    const std::int64_t now = krn.events.jiffies();
    peer.rate_tokens += now - peer.rate_last;
    if (now != peer.rate_last)
        peer.rate_tokens = std::min(peer.rate_tokens, burst_factor * timeout);
    peer.rate_last = now;
    if (peer.rate_tokens < timeout) return false;
    peer.rate_tokens -= timeout;
    return true;
}

}  // namespace vethlab
