#pragma once
// Linux: include/net/raw.h, net/ipv4/raw.c
#include "core/ipv4/inet_sock.h"

namespace vethlab {

// Every raw socket that fits gets a copy. True: at least one did.
bool raw_local_deliver(const frame& skb, std::uint8_t protocol);
// An ICMP error about a packet of `protocol`; the frame begins at the quoted packet.
void raw_icmp_error(const frame& skb, std::uint8_t protocol, std::uint32_t info);
err raw_sendmsg(inet_sock& sk, bytes_view data, inet_destination to);

}  // namespace vethlab
