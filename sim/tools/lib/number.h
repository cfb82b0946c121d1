#pragma once
// iputils: iputils_common.c. Numbers on command lines.
#include <cstdint>
#include <optional>
#include <string>

#include "sim/process.h"

namespace vethlab {

// A decimal number within [min, max]; otherwise iputils' message on standard error
// (the exit status is 1 then).
std::optional<std::int64_t> strtol_or_err(process& p, const std::string& text,
                                          std::int64_t min, std::int64_t max);

}  // namespace vethlab
