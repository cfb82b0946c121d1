#pragma once
#include <chrono>
#include <cstdint>

namespace vethlab {

// Nanoseconds since the lab began. The core never reads a clock: time is what
// the event queue says it is.
using sim_time = std::chrono::duration<std::int64_t, std::nano>;

using namespace std::chrono_literals;  // 5s, 20ms, 300us

}  // namespace vethlab
