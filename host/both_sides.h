#pragma once
// One lab in the simulator and on this machine's kernel: what `validate` and `fuzz` compare.
#include <cstdint>
#include <string>

#include "sim/capture/compare.h"

namespace vethlab::host {

struct named_script {
    std::string name, text;
};

struct both_sides_options {
    std::uint64_t seed = 1;
    bool host_tools = false;  // on the kernel the machine's own ip, bridge ...
    int cpu = 0;              // the number of the one that the kernel's side runs on
};

enum class verdict { same, differ, unsteady };
const char* word(verdict v);

struct outcome {
    verdict v;
    comparison sides;   // left the kernel, right the simulator
    comparison kernel;  // when it ran twice: its first and its second run
};

record_files on_simulator(const named_script& script, const both_sides_options& o);
record_files on_kernel(const named_script& script, const both_sides_options& o);

// A kernel under load may come out otherwise: before that is called a difference it runs again.
// Throws isolation_error where this machine cannot, std::runtime_error if the lab cannot run.
outcome on_both(const named_script& script, const both_sides_options& o);

}  // namespace vethlab::host
