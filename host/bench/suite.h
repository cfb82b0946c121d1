#pragma once
// `vethlab bench`: a workload on both sides, the repetitions in turns.
#include <string>
#include <vector>

#include "host/bench/measurement.h"

namespace vethlab::host {

struct bench_options {
    std::string workload;
    std::vector<unsigned> n;  // its parameter; several for chain
    bool sim = true, real = true;
    unsigned repetitions = 9, size = 64;
    double seconds = 0.02;  // of one repetition
    bool progress = false;  // on standard error
};

struct bench_results {
    std::vector<measurement> all;
    std::vector<std::string> remarks;  // about the machine: what makes the figures less sure
};

extern const char* const workload_names[6];
// The parameter's name ("bridges"), and what it is unless given.
struct workload_parameter {
    const char* option;
    std::vector<unsigned> usual;
};
const workload_parameter* parameter_of(const std::string& workload);  // nullptr: no such workload

bench_results run_bench(const bench_options& o);
// Those experiments, the repetitions in turns; `isolated`: in a process with namespaces of its own,
// where they are made as well, on one CPU and ahead of others, or as any program is. The results are
// in their order.
using experiments = std::vector<std::unique_ptr<experiment>>;
enum class isolated { no, on_one_cpu, as_any_program };
bench_results run_in_turns(const bench_options& o, const std::function<experiments()>& make,
                           isolated where);

// Time per hop and what is independent of it: measurements of one kind over the chain's length.
struct slope {
    std::string side, method, what;
    line fitted;
    std::vector<const measurement*> points;
};
std::vector<slope> slopes_of(const bench_results& r);

std::string report_text(const bench_options& o, const bench_results& r);
std::string report_json(const bench_options& o, const bench_results& r);
std::string report_svg(const bench_options& o, const bench_results& r);

}  // namespace vethlab::host
