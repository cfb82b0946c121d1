// Linux: net/bridge/br_multicast.c (br_ip6_multicast_*), net/ipv6/mcast_snoop.c. MLD: who wants
// which IPv6 group.
// Here: reports and leaves. Nobody queries with MLD, so IPv6 groups flood all the same.
#include "core/drivers/bridge/br_private.h"
#include "core/wire/icmpv6.h"

namespace vethlab {
namespace {

constexpr std::size_t mld_size = 24;  // of the messages of version 1

struct mld_packet {
    ipv6_view ip;
    bytes_view mld;  // empty: another protocol
};

// Linux: ipv6_skip_exthdr, for what may stand behind hop-by-hop options. Where the next header that
// is no extension begins; nothing: the packet ends before.
std::optional<std::size_t> skip_extensions(bytes_view packet, std::uint8_t& next) {
    std::size_t at = ipv6_view::size;
    while (next == nexthdr::hop || next == nexthdr::routing || next == nexthdr::dest) {
        if (packet.size() < at + 2) return std::nullopt;
        next = u8(packet, at);
        at += (u8(packet, at + 1) + std::size_t{1}) * 8;
    }
    return at;
}

// Linux: ipv6_mc_check_mld. Nothing: malformed.
std::optional<mld_packet> check_mld(bytes_view packet) {
    const auto ip = ipv6_view::parse(packet);
    if (!ip || ip->payload_len() == 0) return std::nullopt;
    const std::size_t end = ipv6_view::size + ip->payload_len();
    if (end > packet.size()) return std::nullopt;
    mld_packet p{*ip, {}};
    std::uint8_t next = ip->next();
    if (next != nexthdr::hop) return p;
    const auto at = skip_extensions(packet, next);
    if (!at) return std::nullopt;
    if (next != nexthdr::icmp) return p;
    if (end < *at + icmpv6_view::size) return std::nullopt;
    const bytes_view rest = packet.subspan(*at, end - *at);
    if (csum_ipv6_magic(ip->saddr(), ip->daddr(), nexthdr::icmp, rest) != 0) return std::nullopt;
    if (rest.size() >= mld_size) p.mld = rest;  // a shorter one is another message
    return p;
}

br_ip br_ip_of(const ipv6_address& group) { return {.proto = eth_p::ipv6, .addr = group.octets}; }

// False: malformed, or too many groups.
bool mld2_report(net_bridge& br, net_bridge_port* port, bytes_view mld, mac_address src) {
    std::size_t at = icmpv6_view::size;
    for (unsigned left = be16(mld, 6); left > 0; left--) {
        if (mld.size() < at + 20) return false;
        const bytes_view record = mld.subspan(at);
        const std::uint8_t type = u8(record, 0);
        const std::size_t sources = be16(record, 2);
        const br_ip group = br_ip_of(ipv6_address::read(record, 4));
        at += 20 + sources * 16 + u8(record, 1) * std::size_t{4};
        if (mld.size() < at) return false;
        if (type < mld2_record::is_include || type > mld2_record::block_old) continue;
        if (!sources && (type == mld2_record::is_include || type == mld2_record::to_include)) {
            br_multicast_leave_group(br, port, group, src);
        } else if (!br_multicast_add_group(br, port, group, src)) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool br_ip6_multicast_rcv(net_bridge& br, net_bridge_port* port, frame& skb) {
    const auto p = check_mld(skb.bytes());
    if (!p) return false;
    if (p->mld.empty()) return true;
    const mac_address src = skb.h_source();
    const std::uint8_t type = u8(p->mld, 0);
    switch (type) {
        case icmpv6_type::mgm_report:
            return br_multicast_add_group(br, port, br_ip_of(ipv6_address::read(p->mld, 8)), src);
        case icmpv6_type::mgm_reduction:
            br_multicast_leave_group(br, port, br_ip_of(ipv6_address::read(p->mld, 8)), src);
            return true;
        case icmpv6_type::mld2_report:
            return mld2_report(br, port, p->mld, src);
        default:
            return true;
    }
}

}  // namespace vethlab
