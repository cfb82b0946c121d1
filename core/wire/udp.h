#pragma once
// RFC 768.
#include <optional>

#include "core/wire/checksum.h"

namespace vethlab {

class udp_view {
 public:
    static constexpr std::size_t size = 8;
    static std::optional<udp_view> parse(bytes_view datagram) {
        if (datagram.size() < size) return std::nullopt;
        return udp_view{datagram};
    }
    std::uint16_t source() const { return be16(b_, 0); }
    std::uint16_t dest() const { return be16(b_, 2); }
    std::uint16_t len() const { return be16(b_, 4); }
    std::uint16_t check() const { return be16(b_, 6); }
    bytes_view payload() const { return b_.subspan(size); }

 private:
    explicit udp_view(bytes_view b) : b_(b) {}
    bytes_view b_;
};

inline void write_udp(bytes_span out, std::uint16_t source, std::uint16_t dest,
                      std::uint16_t len, std::uint16_t check) {
    put16(out, 0, source);
    put16(out, 2, dest);
    put16(out, 4, len);
    put16(out, 6, check);
}

}  // namespace vethlab
