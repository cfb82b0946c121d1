#include "sim/tools/lib/interval.h"

#include <cmath>
#include <cstdlib>
#include <string_view>

namespace vethlab {
namespace {

std::optional<double> unit_in_s(std::string_view suffix) {
    if (suffix.empty() || suffix == "s") return 1;
    if (suffix == "m") return 60;
    if (suffix == "h") return 60 * 60;
    if (suffix == "d") return 60 * 60 * 24;
    return std::nullopt;
}

}  // namespace

std::optional<double> interval_in_s(const std::string& text) {
    char* end = nullptr;
    const double n = std::strtod(text.c_str(), &end);
    const auto unit = unit_in_s(end);
    if (end == text.c_str() || !(n >= 0) || !unit) return std::nullopt;
    return n * *unit;
}

sim_time after(sim_time now, double seconds) {
    // Nanoseconds, rounded up; what is longer than 290 years has no end.
    const double ns = std::ceil(seconds * 1e9);
    if (!(ns < double((sim_time::max() - now) / 1ns))) return sim_time::max();
    return now + sim_time(std::int64_t(ns));
}

}  // namespace vethlab
