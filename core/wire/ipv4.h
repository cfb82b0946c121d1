#pragma once
// RFC 791.
#include <optional>

#include "core/wire/checksum.h"

namespace vethlab {

namespace ipproto {
enum : std::uint8_t { icmp = 1, igmp = 2, tcp = 6, udp = 17, pim = 103, raw = 255 };
}
inline constexpr std::uint16_t ip_df = 0x4000, ip_mf = 0x2000, ip_offset_mask = 0x1fff;

class ipv4_view {
 public:
    static constexpr std::size_t min_size = 20;
    // A view exists only if version, header length and the buffer agree; checksum
    // and total length are the receiver's to judge (ip_rcv).
    static std::optional<ipv4_view> parse(bytes_view packet) {
        if (packet.size() < min_size || u8(packet, 0) >> 4 != 4) return std::nullopt;
        const std::size_t hlen = (u8(packet, 0) & 15) * 4;
        if (hlen < min_size || hlen > packet.size()) return std::nullopt;
        return ipv4_view{packet, hlen};
    }
    std::size_t hlen() const { return hlen_; }
    std::uint8_t tos() const { return u8(b_, 1); }
    std::uint16_t tot_len() const { return be16(b_, 2); }
    std::uint16_t id() const { return be16(b_, 4); }
    std::uint16_t frag_off() const { return be16(b_, 6); }  // with the flag bits
    std::uint8_t ttl() const { return u8(b_, 8); }
    std::uint8_t protocol() const { return u8(b_, 9); }
    std::uint16_t check() const { return be16(b_, 10); }
    ipv4_address saddr() const { return ipv4_address::read(b_, 12); }
    ipv4_address daddr() const { return ipv4_address::read(b_, 16); }
    bytes_view header() const { return b_.first(hlen_); }
    bytes_view options() const { return b_.subspan(min_size, hlen_ - min_size); }
    bool is_fragment() const { return frag_off() & (ip_mf | ip_offset_mask); }
    // Bytes behind the header, cut to tot_len when the buffer holds padding.
    bytes_view payload() const {
        std::size_t end = tot_len() < b_.size() ? tot_len() : b_.size();
        return end > hlen_ ? b_.subspan(hlen_, end - hlen_) : bytes_view{};
    }

 private:
    ipv4_view(bytes_view b, std::size_t hlen) : b_(b), hlen_(hlen) {}
    bytes_view b_;
    std::size_t hlen_;
};

struct ipv4_fields {
    std::uint8_t tos = 0;
    std::uint16_t tot_len = 0;
    std::uint16_t id = 0;
    std::uint16_t frag_off = 0;
    std::uint8_t ttl = 64;
    std::uint8_t protocol = 0;
    ipv4_address saddr, daddr;
};
// Writes a header with `options` (a multiple of 4 bytes, at most 40) and its checksum.
inline void write_ipv4(bytes_span out, const ipv4_fields& f, bytes_view options = {}) {
    const std::size_t hlen = ipv4_view::min_size + options.size();
    put8(out, 0, std::uint8_t(0x40 | hlen / 4));
    put8(out, 1, f.tos);
    put16(out, 2, f.tot_len);
    put16(out, 4, f.id);
    put16(out, 6, f.frag_off);
    put8(out, 8, f.ttl);
    put8(out, 9, f.protocol);
    put16(out, 10, 0);
    f.saddr.write(out, 12);
    f.daddr.write(out, 16);
    if (!options.empty()) std::memcpy(out.data() + 20, options.data(), options.size());
    put16(out, 10, ip_compute_csum(out.first(hlen)));
}

}  // namespace vethlab
