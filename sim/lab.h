#pragma once
// A lab: one simulated kernel, a person at its terminal, the files that person writes, and a
// capture of everything. The host and a web page know only this.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/kernel.h"
#include "sim/capture/bpf.h"
#include "sim/capture/compare.h"
#include "sim/text.h"

namespace vethlab {

class outside;

struct lab_options {
    kernel_profile kernel = kernel_profile::v6_18;
    std::uint64_t seed = 1;    // of everything random: same seed, same bytes
    std::optional<cpu_costs> costs = std::nullopt;  // the calibrated clock: the kernel's work takes time
    bool echo = false;         // show each command before its output
    bool hints = true;         // our own remarks, as "hint: ..." on standard error
    bool pcap = false;         // keep every frame for pcapng()
    writer* pcap_out = nullptr;  // then it goes there while the lab runs, and pcapng() is empty
    std::function<bool(bytes_view)> pcap_filter = nullptr;  // false: not into the capture
    // libpcap's compiler, for what our tcpdump's own does not know; see process_table.
    filter_compiler* compile_filter = nullptr;
    bool record = false;       // run under the conditions of tests/golden/README.md, for record()
    outside* programs = nullptr;  // of the machine, for some commands (sim/outside.h)
    // With `record`: a packet socket in each namespace, as where frames are recorded, which changes
    // counters; and commands that begin with each jiffy, as on a machine that waits for nothing else.
    bool record_sockets = false, record_briskly = false;
    std::uint64_t max_steps = 0;  // commands and loop turns before the script is stopped; 0: no end
    sim_time max_time = sim_time::max();  // of its own before it is stopped
    timer_spread spread = timer_spread::random;  // one of its ends: an extreme (record)
};

struct run_result {
    int exit_status = 0;        // 0: every command succeeded
    bool script_error = false;  // the text could not be understood
};

class lab {
 public:
    // What commands print goes to `out` and `err_out` as it comes.
    lab(const lab_options& options, writer& out, writer& err_out);
    ~lab();
    lab(const lab&) = delete;

    // `name` is $0 and stands in error messages.
    run_result run_script(std::string_view text, const std::string& name,
                          const std::vector<std::string>& args);
    bool out_of_time() const;  // max_time was not enough
    bool stuck() const;        // it waited for what could not come any more
    // As Ctrl-C, or another signal to all commands. May be called from a signal handler.
    void interrupt(int signal = 2);
    // A program of the machine, in the lab as the scripts before left it. Its exit status.
    int run_program(const std::vector<std::string>& argv);

    std::vector<std::byte> pcapng();
    record_files record();
    // {"commands": ..., "frames": ..., "drops": {...}, "simulated_seconds": ...}
    std::string summary_json() const;
    // What tools wrote for the world outside (tcpdump -w) and no command removed: name and bytes.
    std::map<std::string, std::string> written_files() const;
    vethlab::kernel& kernel();

 private:
    class implementation;
    std::unique_ptr<implementation> impl_;
};

}  // namespace vethlab
