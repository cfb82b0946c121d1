#pragma once
// `vethlab validate`: labs in the simulator and on this machine's kernel, compared.
#include <string>
#include <vector>

namespace vethlab::host {

struct validate_options {
    std::vector<std::string> scripts;  // files, or directories with a script.sh (tests/golden/*)
    std::uint64_t seed = 1;
    bool host_tools = false;
    bool json = false;  // an object a lab, a line each
};

// The exit status: 0 all the same, 1 a lab differs, 2 a lab could not be run.
// Throws isolation_error where this machine cannot.
int validate(const validate_options& options);

}  // namespace vethlab::host
