#pragma once
// `vethlab run`: one script in one lab, simulated or on this machine's kernel.
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
    bool on_kernel = false;   // this machine's, rather than a simulated one
    bool host_tools = false;  // the machine's own ip, bridge ...
};

// The exit status: 0 all commands succeeded, 1 one failed, 2 the script cannot be read.
// Throws file_error, and isolation_error where this machine cannot.
int run(const run_options& options);

// `vethlab exec`: a program of the machine on a simulated kernel, after a lab or on its own.
struct program_options {
    lab_options lab;
    std::string script;  // empty: none
    std::vector<std::string> argv;
};
// The program's exit status; 126, 127: it cannot be run, it does not exist. 2: the script cannot
// be read.
int exec(const program_options& options);

}  // namespace vethlab::host
