#pragma once
// Linux: net/llc/llc_input.c, net/802/stp.c
#include "core/net_device.h"

namespace vethlab {

void llc_rcv(frame_ptr skb, net_device& dev, net_device& orig_dev);  // eth_p::p802_2

}  // namespace vethlab
