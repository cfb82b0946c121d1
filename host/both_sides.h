#pragma once
// One lab in the simulator and on this machine's kernel: what `validate` and `fuzz` compare.
#include <cstdint>
#include <functional>
#include <string>

#include "sim/capture/compare.h"
#include "sim/lab.h"

namespace vethlab::host {

struct named_script {
    std::string name, text;
};

// How frames are seen. A packet socket changes counters: so `apart` runs the kernel twice, without
// and with. In one run they either are in the way on both sides, or no frame is compared.
enum class watching { apart, sockets, nothing };

struct both_sides_options {
    std::uint64_t seed = 1;
    bool host_tools = false;  // on the kernel the machine's own ip, bridge ...
    bool host_tools_on_simulator = false;
    watching frames = watching::apart;
    bool brisk = false;       // commands take little time in the simulator, too
    int cpu = 0;              // the number of the one that the kernel's side runs on
    bool pcap = false;        // keep captures
    sim_time max_time = sim_time::max();  // of the lab's own, in the simulator
    // Told which side begins to run.
    std::function<void(const char* side)> on_run = [](const char*) {};
};

enum class verdict { same, differ, unsteady };
const char* word(verdict v);

struct outcome {
    verdict v = verdict::same;
    comparison sides;   // left the kernel (its last run), right the simulator
    comparison kernel;  // when it ran twice: its first and its second run
    std::string kernel_pcapng, simulator_pcapng;
};

// Throw std::runtime_error if the lab cannot run. `pcapng`, if given, is its capture.
record_files on_simulator(const named_script& script, const both_sides_options& o,
                          std::string* pcapng = nullptr,
                          timer_spread spread = timer_spread::random);
record_files on_kernel(const named_script& script, const both_sides_options& o,
                       std::string* pcapng = nullptr);

// A kernel under load may come out otherwise: before that is called a difference it runs again.
// Throws isolation_error where this machine cannot, std::runtime_error if the lab cannot run.
outcome on_both(const named_script& script, const both_sides_options& o);

}  // namespace vethlab::host
