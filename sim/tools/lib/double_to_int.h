#pragma once
// A double as an integer, also where it does not fit: C leaves that open, and the users of these
// see what x86-64 does (cvttsd2si).
#include <cstdint>

namespace vethlab {

inline std::int64_t double_to_s64(double v) {
    constexpr double limit = 9223372036854775808.0;
    return v >= -limit && v < limit ? std::int64_t(v) : INT64_MIN;
}
inline std::uint32_t double_to_u32(double v) { return std::uint32_t(double_to_s64(v)); }
inline std::uint64_t double_to_u64(double v) {
    constexpr double limit = 9223372036854775808.0;
    if (!(v >= limit)) return std::uint64_t(double_to_s64(v));
    return std::uint64_t(double_to_s64(v - limit)) ^ (std::uint64_t{1} << 63);
}

}  // namespace vethlab
