#pragma once
// `vethlab calibrate` and `vethlab bench --predict`: what the kernel's work costs on this machine, from
// real networks and from what the simulator says it takes to do the same; and how good that is for
// others.
#include <optional>
#include <string>
#include <vector>

#include "host/bench/suite.h"

namespace vethlab::host {

// A network, what is done in it, how long an item takes on the real kernel, and by the costs.
struct comparison {
    measurement real;
    double computed = 0;  // ns
    double error() const { return computed / median_of(real.ns).median - 1; }
};

struct calibration {
    cpu_costs costs;
    std::vector<comparison> calibrated;  // on these
    std::vector<comparison> predicted;   // and not on these
    std::vector<std::string> remarks;
};

struct calibration_options {
    unsigned repetitions = 10;
    double seconds = 0.02;  // of one
    bool progress = false;
};

// Measures and computes costs. With `predict`, other networks are measured in the same run, the
// repetitions in turns. Throws network_error if the machine lets too little be measured.
calibration calibrate(const calibration_options& o, bool predict);
// Measures those others alone, for costs that are known.
calibration predict(const calibration_options& o, const cpu_costs& costs);

// A line each: what, measured, computed, error.
std::vector<std::string> comparison_table(const std::vector<comparison>& all);

}  // namespace vethlab::host
