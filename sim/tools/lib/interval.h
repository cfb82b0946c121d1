#pragma once
// coreutils: how sleep and timeout read a span of time: 1.5, 2m, infinity.
#include <optional>
#include <string>

#include "core/time.h"

namespace vethlab {

std::optional<double> interval_in_s(const std::string& text);
// sim_time::max(), when nobody wakes, for what is infinite.
sim_time after(sim_time now, double seconds);

}  // namespace vethlab
