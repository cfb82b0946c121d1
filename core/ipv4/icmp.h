#pragma once
// Linux: include/net/icmp.h, net/ipv4/icmp.c
#include <unordered_map>

#include "core/ipv4/netns_ipv4.h"
#include "core/kernel.h"
#include "core/wire/icmp.h"

namespace vethlab {

// Packet handler of ipproto::icmp. The frame begins at the ICMP header.
void icmp_rcv(frame_ptr skb);

// Answers a packet (from its network header on) with an ICMP error, if RFC 1122 allows one.
void icmp_send(const frame& skb_in, std::uint8_t type, std::uint8_t code, std::uint32_t info);

// The limit of all errors of a namespace, IPv6's too: may one go, one has gone.
bool icmp_global_allow(netns& net);
void icmp_global_consume(netns& net);

// What a code of Destination Unreachable means for a program (icmp_err_convert). `fatal`: also
// for one that did not ask for IP_RECVERR.
struct icmp_errno {
    err code;
    bool fatal;
};
inline constexpr std::uint8_t nr_icmp_unreach = 15;
icmp_errno icmp_err_convert(std::uint8_t code);

// What an ICMP error says to a socket that takes part: the errno of its type and code; nullopt:
// nothing. `pmtu_matters`: the socket does path MTU discovery.
std::optional<icmp_errno> icmp_error_meaning(std::uint8_t type, std::uint8_t code,
                                             bool pmtu_matters);

// For the error handlers of protocols. `skb` begins at the quoted packet, the ICMP header lies
// right before it: acts on frag-needed and redirects. True: that was all.
bool icmp_route_update(const frame& skb, std::uint32_t info, std::uint32_t mark, int oif);
inline icmp_view icmp_hdr(const frame& skb) {
    return *icmp_view::parse(skb.from(skb.transport_header));
}

// Identification counters (ip_id.cc).
struct ip_idents {
    struct counter {
        std::uint32_t id = 0;
        std::int64_t stamp = 0;  // jiffies
    };
    static constexpr std::uint32_t buckets = 2048;
    std::uint64_t key = 0;
    std::unordered_map<std::uint16_t, counter> counters;
};

struct icmp_net : netns_ipv4::part {
    std::int64_t global_stamp = 0;   // jiffies
    std::int64_t global_credit = 0;  // messages; may fall below 0
    ip_idents idents;
};
icmp_net& icmp_state(netns& net);

}  // namespace vethlab
