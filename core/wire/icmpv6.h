#pragma once
// RFC 4443 (errors, echo), RFC 4861 (neighbour discovery), RFC 3810 (MLDv2).
#include "core/wire/ipv6.h"

namespace vethlab {

namespace icmpv6_type {
enum : std::uint8_t {
    dest_unreach = 1,
    pkt_toobig = 2,
    time_exceed = 3,
    paramprob = 4,
    echo_request = 128,
    echo_reply = 129,
    mgm_query = 130,
    mgm_report = 131,
    mgm_reduction = 132,
    rs = 133,
    ra = 134,
    ns = 135,
    na = 136,
    redirect = 137,
    mld2_report = 143,
};
}
namespace icmpv6_code {
enum : std::uint8_t {
    noroute = 0,
    adm_prohibited = 1,
    not_neighbour = 2,
    addr_unreach = 3,
    port_unreach = 4,
    hdr_field = 0,
    unk_nexthdr = 1,
    unk_option = 2,
    header_incomp = 3,
    exc_hoplimit = 0,
    exc_fragtime = 1,
};
}
namespace nd_opt {
enum : std::uint8_t { source_ll_addr = 1, target_ll_addr = 2, nonce = 14 };
}
namespace na_flag {
enum : std::uint8_t { router = 0x80, solicited = 0x40, override = 0x20 };
}
namespace mld2_record {
enum : std::uint8_t {
    is_include = 1,
    is_exclude = 2,
    to_include = 3,
    to_exclude = 4,
    allow_new = 5,
    block_old = 6,
};
}
inline constexpr std::uint8_t ndisc_hop_limit = 255;

class icmpv6_view {
 public:
    static constexpr std::size_t size = 8;
    static std::optional<icmpv6_view> parse(bytes_view message) {
        if (message.size() < size) return std::nullopt;
        return icmpv6_view{message};
    }
    std::uint8_t type() const { return u8(b_, 0); }
    std::uint8_t code() const { return u8(b_, 1); }
    std::uint32_t info() const { return be32(b_, 4); }
    std::uint16_t id() const { return be16(b_, 4); }
    std::uint16_t sequence() const { return be16(b_, 6); }
    bytes_view payload() const { return b_.subspan(size); }

 private:
    explicit icmpv6_view(bytes_view b) : b_(b) {}
    bytes_view b_;
};

// Header in front of a payload that is already in place; sums over all of `out`.
inline void write_icmpv6(bytes_span out, const ipv6_address& saddr, const ipv6_address& daddr,
                         std::uint8_t type, std::uint8_t code, std::uint32_t info) {
    put8(out, 0, type);
    put8(out, 1, code);
    put16(out, 2, 0);
    put32(out, 4, info);
    put16(out, 2, csum_ipv6_magic(saddr, daddr, nexthdr::icmp, out));
}

}  // namespace vethlab
