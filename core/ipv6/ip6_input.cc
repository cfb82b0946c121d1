// Linux: net/ipv6/ip6_input.c. Here: a host on which IPv6 is disabled, as with disable_ipv6=1.
#include "core/ipv6/ip6_input.h"

#include "core/kernel.h"

namespace vethlab {

void ipv6_rcv(frame_ptr skb, net_device& dev, net_device&) {
    if (skb->pkt_type == packet_type::otherhost) {
        dev.stats.rx_otherhost_dropped++;
        return kfree_skb_reason(dev.krn, std::move(skb), drop_reason::otherhost);
    }
    kfree_skb_reason(dev.krn, std::move(skb), drop_reason::ipv6disabled);
}

}  // namespace vethlab
