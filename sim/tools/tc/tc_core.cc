// iproute2: tc/tc_core.c
#include "sim/tools/tc/tc.h"

#include <algorithm>

namespace vethlab {
namespace {

constexpr double ticks_per_us = 15.625;
constexpr double us_per_s = 1e6;

std::uint32_t adjust_size(std::uint32_t size, std::uint32_t mpu, link_layer layer) {
    size = std::max(size, mpu);
    if (layer != link_layer::atm) return size;
    return (size + 47) / 48 * 53;  // cells of 48 bytes travel as 53
}

}  // namespace

std::uint32_t tc_core_tick2time(std::uint32_t tick) { return std::uint32_t(tick / ticks_per_us); }

// Whole microseconds first: what makes "burst 100kb" 102375 bytes at 1 Gbit/s.
std::uint32_t tc_calc_xmittime(std::uint64_t rate, std::uint32_t size) {
    const auto us = std::uint32_t(us_per_s * (double(size) / double(rate)));
    return std::uint32_t(us * ticks_per_us);
}

std::uint32_t tc_calc_xmitsize(std::uint64_t rate, std::uint32_t ticks) {
    return std::uint32_t(double(rate) * tc_core_tick2time(ticks) / us_per_s);
}

std::array<std::uint32_t, 256> tc_calc_rtable(tc_ratespec& r, int cell_log, std::uint32_t mtu,
                                              link_layer layer, std::uint64_t rate) {
    if (mtu == 0) mtu = 2047;
    if (cell_log < 0) {
        cell_log = 0;
        while (mtu >> cell_log > 255) cell_log++;
    }
    std::array<std::uint32_t, 256> table;
    for (std::uint32_t i = 0; i < 256; i++) {
        table[i] = tc_calc_xmittime(rate, adjust_size((i + 1) << cell_log, r.mpu, layer));
    }
    r.cell_align = -1;
    r.cell_log = std::uint8_t(cell_log);
    r.linklayer = std::uint8_t(layer);
    return table;
}

}  // namespace vethlab
