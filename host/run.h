#pragma once
// `vethlab run`: one script in one simulated lab.
#include <string>
#include <vector>

#include "sim/lab.h"

namespace vethlab::host {

struct run_options {
    lab_options lab;
    std::string script;  // "-" is standard input
    std::vector<std::string> args;
    std::string pcap_file;   // empty: no capture
    std::string record_dir;  // empty: no recording
    bool json = false;
};

// The exit status: 0 all commands succeeded, 1 one failed, 2 the script cannot be read.
// Throws file_error.
int run(const run_options& options);

}  // namespace vethlab::host
