#pragma once
// Linux: net/ipv4/tcp_ipv4.c
#include "core/frame.h"

namespace vethlab {

void tcp_v4_rcv(frame_ptr skb);  // packet handler of ipproto::tcp

}  // namespace vethlab
