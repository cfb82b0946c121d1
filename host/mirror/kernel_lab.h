#pragma once
// A lab on this machine's kernel: the shell and the tools of sim/ over kernel_system, the programs
// of the machine where only they can tell the truth. sim/lab.h is its simulated sister.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/mirror/isolation.h"
#include "sim/lab.h"

namespace vethlab::host {

struct kernel_lab_options {
    std::uint64_t seed = 1;
    bool echo = false, hints = true;
    bool capture = false;     // every frame on every device
    std::function<bool(bytes_view)> capture_filter = nullptr;  // false: not into the file
    bool conditions = false;  // those of tests/golden/README.md, for a recording
    bool host_tools = false;  // the machine's own ip, bridge ... rather than ours
    int cpu = 0;
};

struct kernel_lab_result {
    run_result run;
    record_files record;                       // with `conditions`
    std::string pcapng;                        // with `capture`
    std::string summary;                       // as lab::summary_json
    std::map<std::string, std::string> files;  // left by programs
};

// Runs the script in a process of its own (host/mirror/isolation.h). With `quiet` nothing that it
// prints is seen; otherwise it comes to our standard output and error, or with `all_to_stderr` to
// the latter only. Throws isolation_error, std::runtime_error.
enum class output { shown, all_to_stderr, quiet };
kernel_lab_result run_kernel_lab(const kernel_lab_options& options, const std::string& text,
                                 const std::string& name, const std::vector<std::string>& args,
                                 output where);

}  // namespace vethlab::host
