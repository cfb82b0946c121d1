#pragma once
// Choices that follow from a number alone: the same lab for the same seed on every machine.
#include <initializer_list>
#include <string>
#include <vector>

#include "core/rng.h"

namespace vethlab::host::fuzz {

class chance {
 public:
    explicit chance(std::uint64_t seed) : rng_(seed) {}

    unsigned below(unsigned n) { return rng_.below(n); }
    unsigned between(unsigned low, unsigned high) { return low + below(high - low + 1); }
    bool some(unsigned percent) { return below(100) < percent; }

    // One of them. A word list may hold several words an entry: "mtu 1400".
    std::string one(std::initializer_list<const char*> items) {
        return items.begin()[below(unsigned(items.size()))];
    }
    template <class T>
    const T& one(const std::vector<T>& items) {
        return items[below(unsigned(items.size()))];
    }
    // Often the good one.
    std::string one(std::initializer_list<const char*> good, std::initializer_list<const char*> bad,
                    unsigned percent_bad = 5) {
        return some(percent_bad) ? one(bad) : one(good);
    }
    template <class T>
    unsigned heavy(const T& table) {  // index of an entry, by its weight
        unsigned sum = 0;
        for (const auto& t : table) sum += t.weight;
        unsigned at = below(sum), i = 0;
        for (const auto& t : table) {
            if (at < t.weight) break;
            at -= t.weight;
            i++;
        }
        return i;
    }

 private:
    rng rng_;
};

}  // namespace vethlab::host::fuzz
