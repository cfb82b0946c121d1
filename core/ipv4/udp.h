#pragma once
// Linux: include/net/udp.h, net/ipv4/udp.c. RFC 768.
#include "core/ipv4/inet_sock.h"

namespace vethlab {

void udp_rcv(frame_ptr skb);  // packet handler of ipproto::udp
void udp_err(const frame& skb, std::uint32_t info);
// Port 0: an ephemeral one. err::addrinuse.
err udp_get_port(inet_sock& sk, std::uint16_t port);
err udp_sendmsg(inet_sock& sk, bytes_view data, inet_destination to);

}  // namespace vethlab
