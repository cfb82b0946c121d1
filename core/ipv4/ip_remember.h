#pragma once
// Here only: what IPv4 found out about packets that came in, for those that are like them.
#include <cstdint>
#include <vector>

#include "core/dev.h"

namespace vethlab {

struct neighbour;
struct rtable;

// What ip_rcv and all behind it made of a packet without options, from one host to another; valid
// while nothing changed that it depended on (kernel::fwd_genid, kernel::neigh_genid).
struct alignas(64) ip_remembered {
    std::uint64_t genid = 0;          // both, one added to the other
    const net_device* dev = nullptr;  // it came in on
    std::uint64_t addresses = 0;      // source and destination, as they stand in the header
    neighbour* neigh = nullptr;       // it went to; nullptr: nowhere, for `reason`
    net_device* out = nullptr;
    std::uint32_t mark = 0;
    std::uint16_t max_len = 0;
    std::uint8_t tos = 0;
    bool direct = false;                   // to the peer's backlog; otherwise by dev_queue_xmit
    packet_type type = packet_type::host;  // what the frame is to the peer
    std::int8_t priority = -1;             // it gets; -1: keeps its own
    drop_reason reason = drop_reason::consumed;
    mac_address dest{}, source{};  // that it goes out with
};
static_assert(sizeof(ip_remembered) == 64);

// All that a kernel remembers: a table of places for two, in which what comes last pushes out what
// came before. It grows when that happens often.
class ip_memory {
 public:
    ip_remembered* find(std::uint64_t genid, const net_device& dev, std::uint64_t addresses,
                        std::uint32_t mark, std::uint8_t tos) {
        ip_remembered* at = &entries_[place(dev, addresses)];
        for (ip_remembered* const end = at + 2; at != end; at++) {
            if (at->addresses == addresses && at->dev == &dev && at->genid == genid &&
                at->mark == mark && at->tos == tos) {
                return at;
            }
        }
        return nullptr;
    }
    void keep(const ip_remembered& what);

    std::uint64_t taken = 0;  // decisions that were taken again

 private:
    static constexpr unsigned first_bits = 9, most_bits = 18;
    std::size_t place(const net_device& dev, std::uint64_t addresses) const {
        const auto at = std::uint64_t(reinterpret_cast<std::uintptr_t>(&dev));
        return std::size_t((addresses ^ at) * 0x9e3779b97f4a7c15u >> shift_) * 2;
    }
    unsigned shift_ = 64 - first_bits;
    std::size_t pushed_out_ = 0;
    std::vector<ip_remembered> entries_ = std::vector<ip_remembered>(std::size_t{2} << first_bits);
};

// Before a packet is sent on; before it is dropped, of which nobody is told.
void ip_remember_forward(const frame& skb, net_device& dev, const rtable& rt);
void ip_remember_drop(const frame& skb, net_device& dev, drop_reason reason);

// All that the kernel does from netif_receive_skb, or ip_rcv, to netif_rx at the next device, for a
// packet whose way is known. True: that was it; what is left of the frame belongs on the backlog.
// `seen`: by whoever watches the device.
bool ip_rcv_again(frame_ptr& skb, bool seen);
// Else it need not be asked.
inline bool ip_may_be_known(const frame& skb, const kernel& krn) {
    return skb.protocol == eth_p::ip && krn.ip_ways;
}

}  // namespace vethlab
