#pragma once
// `vethlab fuzz`: random labs in the simulator and on this machine's kernel, compared.
#include <cstdint>
#include <string>

namespace vethlab::host::fuzz {

struct fuzz_options {
    std::uint64_t seed = 1;
    std::uint64_t first = 0;  // number of the first lab
    std::uint64_t labs = 0;   // how many; 0: until the time is over
    std::uint64_t seconds = 60;
    std::uint64_t stop_after = 0;  // differences; 0: goes on
    unsigned jobs = 1;             // labs at the same time, on the CPUs in turn
    std::string out = ".";         // where scripts of differences are written
    bool json = false;
};

// The exit status: 0 no difference, 1 some, 2 this machine cannot.
int fuzz(const fuzz_options& options);

}  // namespace vethlab::host::fuzz
