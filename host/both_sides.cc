#include "host/both_sides.h"

#include "host/mirror/kernel_lab.h"
#include "sim/capture/chance.h"
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

record_files on_simulator(const named_script& script, const both_sides_options& o,
                          std::string* pcapng, timer_spread spread) {
    o.on_run("the simulator");
    null_writer nothing;
    lab l({.seed = o.seed,
           .hints = false,
           .pcap = pcapng != nullptr,
           .record = true,
           .max_time = o.max_time,
           .spread = spread},
          nothing, nothing);
    l.run_script(script.text, script.name, {});
    if (l.out_of_time()) throw lab_too_long("the lab did not end in time");
    if (pcapng) {
        const auto bytes = l.pcapng();
        pcapng->assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return l.record();
}

// As labs are recorded: once without and once with the packet sockets that see the frames, for
// those change counters.
record_files on_kernel(const named_script& script, const both_sides_options& o,
                       std::string* pcapng) {
    kernel_lab_options k{.seed = o.seed, .hints = false, .conditions = true};
    k.host_tools = o.host_tools;
    k.cpu = o.cpu;
    o.on_run("the kernel");
    record_files files = run_kernel_lab(k, script.text, script.name, {}, output::quiet).record;
    k.capture = true;
    o.on_run("the kernel");
    auto seen = run_kernel_lab(k, script.text, script.name, {}, output::quiet);
    files.frames = std::move(seen.record.frames);
    files.frame_commands = std::move(seen.record.frame_commands);
    if (pcapng) *pcapng = std::move(seen.pcapng);
    return files;
}

namespace {

// The simulator's side, and on demand what chance may make of it.
class simulated {
 public:
    simulated(const named_script& script, const both_sides_options& o, std::string* pcapng)
        : script_(script), o_(o), files_(on_simulator(script, o, pcapng)) {}

    comparison beside(const record_files& real) {
        const comparison c = compare(real, files_);
        return c.same() ? c : within_chance(real, files_);
    }
    comparison within_chance(record_files left, record_files right) {
        if (extremes_.empty()) {
            for (const auto spread : {timer_spread::earliest, timer_spread::latest}) {
                extremes_.push_back(on_simulator(script_, o_, nullptr, spread));
            }
        }
        allow_for_chance(left, right, extremes_);
        return compare(left, right);
    }

 private:
    const named_script& script_;
    const both_sides_options& o_;
    record_files files_;
    std::vector<record_files> extremes_;
};

}  // namespace

outcome on_both(const named_script& script, const both_sides_options& o) {
    outcome result;
    std::string* const pcapng = o.pcap ? &result.kernel_pcapng : nullptr;
    simulated simulator(script, o, o.pcap ? &result.simulator_pcapng : nullptr);
    const record_files first = on_kernel(script, o, pcapng);
    result.sides = simulator.beside(first);
    if (result.sides.same()) return result;
    const record_files second = on_kernel(script, o, pcapng);
    result.kernel = simulator.within_chance(first, second);
    result.sides = simulator.beside(second);
    if (!result.sides.same()) {
        result.v = result.kernel.same() ? verdict::differ : verdict::unsteady;
    }
    return result;
}

}  // namespace vethlab::host
