#pragma once
// Linux: net/ipv6/ip6_input.c
#include "core/net_device.h"

namespace vethlab {

void ipv6_rcv(frame_ptr skb, net_device& dev, net_device& orig_dev);  // eth_p::ipv6

}  // namespace vethlab
