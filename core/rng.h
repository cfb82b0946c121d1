#pragma once
// Seeded randomness: xoshiro256** (Blackman, Vigna), seeded by splitmix64. The same numbers on
// every platform, which the standard library's distributions do not promise.
#include <cstdint>

namespace vethlab {

class rng {
 public:
    explicit rng(std::uint64_t seed) {
        for (auto& s : state_) {
            seed += 0x9e3779b97f4a7c15;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            s = z ^ (z >> 31);
        }
    }
    std::uint64_t next() {
        const std::uint64_t result = rotl(state_[1] * 5, 7) * 9, t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotl(state_[3], 45);
        return result;
    }
    std::uint32_t u32() { return std::uint32_t(next() >> 32); }
    // Linux: get_random_u32_below. Uniform in [0, n); 0 for n = 0.
    std::uint32_t below(std::uint32_t n) { return std::uint32_t((std::uint64_t(u32()) * n) >> 32); }

 private:
    static std::uint64_t rotl(std::uint64_t x, int k) { return x << k | x >> (64 - k); }
    std::uint64_t state_[4];
};

}  // namespace vethlab
