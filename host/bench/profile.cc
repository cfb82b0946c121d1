#include "host/bench/profile.h"

#include <cmath>
#include <sstream>

#include "host/command.h"
#include "host/files.h"
#include "sim/text.h"

namespace vethlab::host {

cpu_costs read_profile(const std::string& file) {
    po::options_description known;
    for (std::size_t w = 0; w < cpu_works; w++) {
        known.add_options()(cpu_work_name(cpu_work(w)), po::value<double>());
    }
    std::istringstream text(read_file(file));
    po::variables_map given;
    try {
        po::store(po::parse_config_file(text, known), given);
    } catch (const po::error& e) {
        throw usage_error(file + ": " + e.what());
    }
    cpu_costs costs;
    for (std::size_t w = 0; w < cpu_works; w++) {
        const char* name = cpu_work_name(cpu_work(w));
        if (!given.contains(name)) throw usage_error(file + ": " + name + " is missing");
        const double ns = given[name].as<double>();
        constexpr double most = 1e6;
        if (!(ns >= 0 && ns <= most)) throw usage_error(file + ": " + name + ": from 0 to 1000000 ns");
        costs.picoseconds[w] = std::uint32_t(std::lround(ns * 1000));
    }
    // Frames that go round for ever must not stop the clock.
    if (costs[cpu_work::netif_rx] < 1000) throw usage_error(file + ": netif_rx: at least 1 ns");
    return costs;
}

std::string profile_text(const cpu_costs& costs, const std::vector<std::string>& remarks) {
    std::string text;
    for (const auto& r : remarks) text += "# " + r + '\n';
    for (std::size_t w = 0; w < cpu_works; w++) {
        text += strf("%s = %.3f\n", cpu_work_name(cpu_work(w)),
                     double(costs.picoseconds[w]) / 1000);
    }
    return text;
}

}  // namespace vethlab::host
