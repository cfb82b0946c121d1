#pragma once
// Networks to measure on, made through netlink as a user would.
#include <string>

#include "core/dev.h"
#include "tests/core/netlink_client.h"

namespace vethlab {

class bench_net {
 public:
    bench_net() : client(krn.init_net()) {}

    kernel krn;
    netlink_client client;

    net_device& dev(const std::string& name) { return *dev_get_by_name(krn.init_net(), name); }
    void veth(const std::string& a, const std::string& b) {
        (void)client.add_veth(a, b);
        (void)client.set_up(a);
        (void)client.set_up(b);
    }
    void bridge(const std::string& name) {
        (void)client.add(name, "bridge");
        (void)client.set_up(name);
    }
    void port(const std::string& bridge_name, const std::string& port_name) {
        (void)client.set_master(port_name, dev(bridge_name).ifindex);
    }
    // Counts the frames that arrive at `at` instead of giving them to its stack.
    void sink(net_device& at) {
        (void)netdev_rx_handler_register(at, sink_handler);
    }
    static std::uint64_t sunk(const net_device& at) { return at.stats.rx_packets; }
    // A frame of an unknown protocol, so that only layer 2 is measured.
    frame_ptr frame_for(net_device& out, mac_address from, mac_address to, std::uint32_t size = 64) {
        auto skb = krn.frames.alloc_skb(size);
        const bytes_span b = skb_put(*skb, size);
        write_ethernet(b, to, from, 0x88b5);
        skb->dev = &out;
        skb->protocol = 0x88b5;
        return skb;
    }
    // Out of a device, without a socket; what it sets off waits for run_softirq.
    void send(net_device& out, mac_address from, mac_address to, std::uint32_t size = 64) {
        (void)dev_queue_xmit(frame_for(out, from, to, size));
    }

 private:
    static rx_handler_result swallow(frame_ptr& skb) {
        skb->dev->stats.rx_packets++;
        skb.reset();
        return rx_handler_result::consumed;
    }
    static constexpr rx_handler_ops sink_handler{swallow};
};

inline mac_address station(std::uint32_t n) {
    return {{0x02, 0, std::uint8_t(n >> 24), std::uint8_t(n >> 16), std::uint8_t(n >> 8),
             std::uint8_t(n)}};
}

}  // namespace vethlab
