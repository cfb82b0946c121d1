#pragma once
// Programs of the machine, run for a tool of ours.
#include <optional>

#include "sim/process.h"

namespace vethlab::host {

// Runs argv in p's namespace to its end, what it prints into p's writers; the exit status, or
// nothing if there is no such program. `home` is the namespace this process is in.
std::optional<int> spawn(process& p, ns_fd home);

}  // namespace vethlab::host
