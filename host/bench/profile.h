#pragma once
// A profile: what the kernel's work costs on some machine, as `vethlab calibrate` writes it. A line
// is `name = nanoseconds`, with the names of core/cpu_cost.h; "#" begins a remark.
#include <string>
#include <vector>

#include "core/cpu_cost.h"

namespace vethlab::host {

// Throws file_error where it cannot be read, usage_error with the line where it makes no sense.
cpu_costs read_profile(const std::string& file);
// `remarks` come first, a line each.
std::string profile_text(const cpu_costs& costs, const std::vector<std::string>& remarks);

}  // namespace vethlab::host
