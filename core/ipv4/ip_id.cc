// Linux: net/ipv4/route.c ip_idents_reserve, include/net/ip.h ip_select_ident_segs: the
// identification field.
#include <unordered_map>

#include "core/ipv4/icmp.h"
#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

std::uint64_t mix(std::uint64_t h) {  // splitmix64's finalizer
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
    h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
    return h ^ (h >> 31);
}

}  // namespace

// Many flows share a counter, and each idle tick adds a random amount, so that nobody can count
// another's packets.
// Here: counters per namespace, made when first used; Linux has one array for the machine.
std::uint16_t ip_idents_reserve(netns& net, ipv4_address daddr, ipv4_address saddr,
                                std::uint8_t proto) {
    ip_idents& idents = icmp_state(net).idents;
    if (idents.key == 0) idents.key = net.krn.rng.next() | 1;
    const std::uint64_t pair = std::uint64_t(daddr.value) << 32 | saddr.value;
    const auto bucket = std::uint16_t(mix(mix(pair ^ idents.key) + proto) % ip_idents::buckets);
    const std::int64_t now = net.krn.events.jiffies();
    const auto [it, made] = idents.counters.try_emplace(bucket);
    ip_idents::counter& c = it->second;
    if (made) c = {net.krn.rng.u32(), now};
    if (c.stamp != now) {
        c.id += net.krn.rng.below(std::uint32_t(now - c.stamp));
        c.stamp = now;
    }
    return std::uint16_t(c.id++);
}

std::uint16_t ip_select_ident(netns& net, const frame& skb, inet_sock* sk, ipv4_address daddr,
                              ipv4_address saddr, std::uint8_t proto, std::uint16_t frag_off) {
    // A connected socket counts for itself.
    if (sk && !sk->daddr.is_any()) return sk->id++;
    if ((frag_off & ip_df) && !(ipcb(skb).flags & ipskb::ignore_df)) return 0;
    return ip_idents_reserve(net, daddr, saddr, proto);
}

}  // namespace vethlab
