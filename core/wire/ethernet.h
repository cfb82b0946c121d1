#pragma once
// IEEE 802.3 / Ethernet II header; IEEE 802.1Q tag.
#include <optional>

#include "core/uapi/if.h"
#include "core/wire/address.h"

namespace vethlab {

inline constexpr std::size_t eth_hlen = 14;
inline constexpr std::size_t vlan_hlen = 4;
inline constexpr std::uint16_t eth_p_802_3_min = 0x0600;  // below: a length

class ethernet_view {
 public:
    static constexpr std::size_t size = eth_hlen;
    static std::optional<ethernet_view> parse(bytes_view frame) {
        if (frame.size() < size) return std::nullopt;
        return ethernet_view{frame.first<size>()};
    }
    mac_address h_dest() const { return mac_address::read(b_, 0); }
    mac_address h_source() const { return mac_address::read(b_, 6); }
    std::uint16_t h_proto() const { return be16(b_, 12); }

 private:
    explicit ethernet_view(std::span<const std::byte, size> b) : b_(b) {}
    std::span<const std::byte, size> b_;
};

inline void write_ethernet(bytes_span out, mac_address dest, mac_address source,
                           std::uint16_t proto) {
    dest.write(out, 0);
    source.write(out, 6);
    put16(out, 12, proto);
}

inline bool eth_type_vlan(std::uint16_t proto) {
    return proto == eth_p::p8021q || proto == eth_p::p8021ad;
}

}  // namespace vethlab
