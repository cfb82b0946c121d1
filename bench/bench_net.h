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
    // A frame of an unknown protocol, so that only layer 2 is measured.
    frame_ptr frame_for(net_device& out, mac_address from, mac_address to, std::uint32_t size = 64) {
        auto skb = krn.frames.alloc_skb(size);
        const bytes_span b = skb_put(*skb, size);
        write_ethernet(b, to, from, 0x88b5);
        skb->dev = &out;
        skb->protocol = 0x88b5;
        return skb;
    }
};

inline mac_address station(std::uint32_t n) {
    return {{0x02, 0, std::uint8_t(n >> 24), std::uint8_t(n >> 16), std::uint8_t(n >> 8),
             std::uint8_t(n)}};
}

}  // namespace vethlab
