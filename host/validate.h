#pragma once
// `vethlab validate`: labs in the simulator and on this machine's kernel, compared.
#include <chrono>
#include <string>
#include <vector>

namespace vethlab::host {

struct validate_options {
    std::vector<std::string> scripts;  // files, or directories with a script.sh (tests/golden/*)
    std::uint64_t seed = 1;
    bool host_tools = false;  // the machine's own, on its kernel
    bool host_tools_on_simulator = false;
    bool json = false;        // an object a lab, a line each
    std::string junit_file;   // empty: none
    std::string pcap_prefix;  // empty: none; PREFIX-LAB.kernel.pcapng, PREFIX-LAB.sim.pcapng
    unsigned jobs = 1;        // labs at a time
    std::chrono::seconds timeout{120};  // of a run of a lab on one side
};

// The exit status: 0 all the same, 1 a lab differs, 2 a lab could not be run.
// Throws file_error, and isolation_error where this machine cannot.
int validate(const validate_options& options);

}  // namespace vethlab::host
