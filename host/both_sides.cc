#include "host/both_sides.h"

#include "host/mirror/kernel_lab.h"
#include "sim/lab.h"

namespace vethlab::host {

const char* word(verdict v) {
    switch (v) {
        case verdict::same:
            return "same";
        case verdict::differ:
            return "differ";
        case verdict::unsteady:
            return "unsteady";
    }
    return "";
}

record_files on_simulator(const named_script& script, const both_sides_options& o) {
    null_writer nothing;
    lab l({.seed = o.seed, .hints = false, .record = true}, nothing, nothing);
    l.run_script(script.text, script.name, {});
    return l.record();
}

// As labs are recorded: once without and once with the packet sockets that see the frames, for
// those change counters.
record_files on_kernel(const named_script& script, const both_sides_options& o) {
    kernel_lab_options k{.seed = o.seed, .hints = false, .conditions = true};
    k.host_tools = o.host_tools;
    k.cpu = o.cpu;
    record_files files = run_kernel_lab(k, script.text, script.name, {}, output::quiet).record;
    k.capture = true;
    auto seen = run_kernel_lab(k, script.text, script.name, {}, output::quiet).record;
    files.frames = std::move(seen.frames);
    files.frame_commands = std::move(seen.frame_commands);
    return files;
}

outcome on_both(const named_script& script, const both_sides_options& o) {
    const record_files simulated = on_simulator(script, o);
    const record_files first = on_kernel(script, o);
    outcome result{verdict::same, compare(first, simulated), {}};
    if (result.sides.same()) return result;
    const record_files second = on_kernel(script, o);
    result.kernel = compare(first, second);
    const comparison again = compare(second, simulated);
    if (again.same()) {
        result.sides = again;
    } else {
        result.v = result.kernel.same() ? verdict::differ : verdict::unsteady;
    }
    return result;
}

}  // namespace vethlab::host
