#include "host/bench/statistics.h"

#include <algorithm>
#include <chrono>

#include "core/rng.h"

namespace vethlab::host {
namespace {

double middle(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

estimate median_of(std::vector<double> values) {
    if (values.empty()) return {};
    constexpr std::size_t resamples = 1000;
    rng random(1);
    std::vector<double> medians, sample(values.size());
    for (std::size_t i = 0; i < resamples; i++) {
        for (double& v : sample) v = values[random.below(std::uint32_t(values.size()))];
        medians.push_back(middle(sample));
    }
    std::sort(medians.begin(), medians.end());
    return {middle(values), medians[resamples / 40], medians[resamples - resamples / 40]};
}

line fit(const std::vector<double>& x, const std::vector<double>& y) {
    double mx = 0, my = 0, xy = 0, xx = 0;
    const double n = double(x.size());
    for (std::size_t i = 0; i < x.size(); i++) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (std::size_t i = 0; i < x.size(); i++) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
    }
    const double slope = xx > 0 ? xy / xx : 0;
    return {my - slope * mx, slope};
}

double canary() {
    const auto start = std::chrono::steady_clock::now();
    rng random(1);
    std::uint64_t sum = 0;
    for (int i = 0; i < 20'000; i++) sum += random.next() * sum + 1;
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    return sum == 0 ? 0 : took.count();  // the sum is used, so the loop is not left out
}

}  // namespace vethlab::host
