#pragma once
// What several repetitions say: the median, and an interval for it.
#include <vector>

namespace vethlab::host {

struct estimate {
    double median = 0, low = 0, high = 0;  // 95 % (percentile bootstrap)
};
estimate median_of(std::vector<double> values);

// Least squares: y = offset + slope * x.
struct line {
    double offset = 0, slope = 0;
};
line fit(const std::vector<double>& x, const std::vector<double>& y);

// The x, none below 0, for which the rows' sums a * x come closest to y, relative to y (non-negative
// least squares).
std::vector<double> solve_relative(const std::vector<std::vector<double>>& a,
                                   const std::vector<double>& y);

// How long a fixed piece of arithmetic takes, in ns: the same each time on a quiet machine.
double canary();

}  // namespace vethlab::host
