#pragma once
// One random lab on both sides.
#include <cstdint>
#include <functional>
#include <string>

#include "host/both_sides.h"

namespace vethlab::host::fuzz {

struct findings {
    verdict v = verdict::same;
    std::string script;    // as compared
    comparison sides;      // left the kernel, right the simulator
    unsigned refused = 0;  // commands left out: the simulator said that it does not have that
};

// Lab `number` of `seed` without the commands that the simulator refuses.
struct comparable_lab {
    std::string script;
    unsigned refused;
};
comparable_lab comparable(std::uint64_t seed, std::uint64_t number);

both_sides_options options_for(const std::string& script, std::uint64_t number, int cpu);

// A difference is one if the kernel, asked again, says the same.
findings examine(const comparable_lab& lab, std::uint64_t number, int cpu);

// The smallest script with a difference of the same kind as the first one of `f`.
findings smallest(const findings& f, const both_sides_options& o,
                  const std::function<bool()>& enough);

}  // namespace vethlab::host::fuzz
