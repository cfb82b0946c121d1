#pragma once
// What is seen of a random life (fast_path_world.h): digests of what arrives, and how frames went.
#include <map>

#include "core/trace.h"
#include "tests/core/bridge_fixture.h"

namespace vethlab {

struct digest {
    std::uint64_t value = 0;
    void add(std::uint64_t v) { value = (value ^ v) * 0x9e3779b97f4a7c15u + (value >> 29); }
    void add(bytes_view bytes) {
        for (const std::byte b : bytes) add(std::uint64_t(b));
    }
    void add(const frame& skb) {
        add(skb.from(skb.mac_header));
        for (const std::uint64_t v :
             {std::uint64_t(skb.len), std::uint64_t(skb.protocol), std::uint64_t(skb.pkt_type),
              std::uint64_t(skb.tstamp.count()), std::uint64_t(skb.mark),
              std::uint64_t(skb.priority), std::uint64_t(skb.skb_iif), std::uint64_t(skb.vlan_tci),
              std::uint64_t(skb.network_header - skb.data_at),
              std::uint64_t(skb.transport_header - skb.data_at), std::uint64_t(skb.ip_summed)}) {
            add(v);
        }
    }
};

// What was seen of one world. The tables of functions below know no other way to it.
struct world_eyes {
    std::map<const net_device*, digest> delivered;  // what hosts received
    std::uint64_t again = 0;                        // decisions that were taken again
    std::uint64_t asked = 0;                        // frames that came to ndo_start_xmit of a veth
};
inline world_eyes* eyes = nullptr;

// A handler on a host's device does not get in the way, as a socket would.
inline rx_handler_result listen(frame_ptr& skb) {
    eyes->delivered[skb->dev].add(*skb);
    skb.reset();
    return rx_handler_result::consumed;
}
inline constexpr rx_handler_ops listener{listen};

inline net_device* count_again(net_device& dev, frame& skb) {
    net_device* to = br_handle_frame_again(dev, skb);
    eyes->again += to != nullptr;
    return to;
}
inline constexpr rx_handler_ops counted_bridge{br_handle_frame, count_again};

inline netdev_tx (*veth_start_xmit)(frame_ptr, net_device&) = nullptr;
inline netdev_tx count_start_xmit(frame_ptr skb, net_device& dev) {
    eyes->asked++;
    return veth_start_xmit(std::move(skb), dev);
}

// A capture: what it would hold.
struct watching_tracer : tracer {
    digest captured;
    void tap(const net_device& dev, const frame& skb, bool out) override {
        captured.add(std::as_bytes(std::span(std::string_view(dev.name))));
        captured.add(skb.from(skb.mac_header));
        captured.add(skb.vlan_tci);
        captured.add(skb.id);
        captured.add(out ? 99 : std::uint64_t(skb.pkt_type));
        captured.add(std::uint64_t(dev.krn.now().count()));
    }
    void kfree_skb(const frame&, drop_reason) override {}
};

// On one in three seeds work takes time; that must come out the same, too.
inline kernel_options options_for(std::uint64_t seed) {
    kernel_options o;
    if (seed % 3 == 2) o.costs = reference_costs;
    return o;
}

}  // namespace vethlab
