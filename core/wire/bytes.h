#pragma once
// Big-endian reads and writes over spans whose length was checked by the caller.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace vethlab {

using bytes_view = std::span<const std::byte>;
using bytes_span = std::span<std::byte>;

inline std::uint8_t u8(bytes_view b, std::size_t at) { return std::uint8_t(b[at]); }
inline std::uint16_t be16(bytes_view b, std::size_t at) {
    return std::uint16_t(u8(b, at) << 8 | u8(b, at + 1));
}
inline std::uint32_t be32(bytes_view b, std::size_t at) {
    return std::uint32_t(be16(b, at)) << 16 | be16(b, at + 2);
}
inline void put8(bytes_span b, std::size_t at, std::uint8_t v) { b[at] = std::byte(v); }
inline void put16(bytes_span b, std::size_t at, std::uint16_t v) {
    put8(b, at, std::uint8_t(v >> 8));
    put8(b, at + 1, std::uint8_t(v));
}
inline void put32(bytes_span b, std::size_t at, std::uint32_t v) {
    put16(b, at, std::uint16_t(v >> 16));
    put16(b, at + 2, std::uint16_t(v));
}

template <class T>
bytes_view as_view(const T& v) {
    return std::as_bytes(std::span<const T, 1>(&v, 1));
}

}  // namespace vethlab
