#include "host/bench/statistics.h"

#include <algorithm>
#include <chrono>
#include <cmath>

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

// Coordinate descent on the normal equations: x_j is moved to its best value, or to 0, in turn.
std::vector<double> solve_relative(const std::vector<std::vector<double>>& a,
                                   const std::vector<double>& y) {
    constexpr int rounds = 200'000;
    const std::size_t n = a.empty() ? 0 : a[0].size();
    std::vector<double> x(n), b(n);
    std::vector<std::vector<double>> g(n, std::vector<double>(n));
    for (std::size_t r = 0; r < a.size(); r++) {
        const double weight = 1 / (y[r] * y[r]);
        for (std::size_t i = 0; i < n; i++) {
            b[i] += weight * a[r][i] * y[r];
            for (std::size_t j = 0; j < n; j++) g[i][j] += weight * a[r][i] * a[r][j];
        }
    }
    for (int round = 0; round < rounds; round++) {
        double moved = 0;
        for (std::size_t j = 0; j < n; j++) {
            if (g[j][j] == 0) continue;
            double rest = b[j];
            for (std::size_t i = 0; i < n; i++) rest -= i == j ? 0 : g[j][i] * x[i];
            const double best = std::max(rest / g[j][j], 0.0);
            moved = std::max(moved, std::abs(best - x[j]));
            x[j] = best;
        }
        if (moved < 1e-6) break;
    }
    return x;
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
