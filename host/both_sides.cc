#include "host/both_sides.h"

#include <stdexcept>

#include "host/exec/server.h"
#include "host/mirror/kernel_lab.h"
#include "host/mirror/packing.h"
#include "host/workers.h"
#include "sim/capture/chance.h"
#include "sim/lab.h"
#include "sim/text.h"

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
    std::optional<exec_server> programs;
    if (o.host_tools_on_simulator) programs.emplace(exec_options{host_commands(), true});
    lab l({.seed = o.seed,
           .hints = false,
           .pcap = pcapng != nullptr,
           .record = true,
           .programs = programs ? &*programs : nullptr,
           .record_sockets = o.frames == watching::sockets,
           .record_briskly = o.brisk,
           .max_time = o.max_time,
           .spread = spread},
          nothing, nothing);
    l.run_script(script.text, script.name, {});
    if (l.stuck()) throw std::runtime_error("it waits for what cannot come any more");
    if (l.out_of_time()) {
        throw std::runtime_error(
            strf("it does not end: in the simulator %lld s passed", (long long)(o.max_time / 1s)));
    }
    if (pcapng) {
        const auto bytes = l.pcapng();
        pcapng->assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    auto files = l.record();
    if (o.frames == watching::nothing) files.frames.clear();
    return files;
}

namespace {

constexpr char good = 'R', bad = 'E', not_allowed = 'I';

std::string one_run(const kernel_lab_options& k, const named_script& script) {
    try {
        return good + pack(run_kernel_lab(k, script.text, script.name, {}, output::quiet));
    } catch (const isolation_error& e) {
        return not_allowed + std::string(e.what());
    } catch (const std::exception& e) {
        return bad + std::string(e.what());
    }
}

kernel_lab_result result_of(const piece_result& p) {
    if (p.how != piece_result::done) throw std::runtime_error("it was ended from outside");
    const std::string text = p.text.substr(1);
    if (p.text[0] == not_allowed) throw isolation_error(text);
    if (p.text[0] == bad) throw std::runtime_error(text);
    return unpack(text);
}

}  // namespace

// As labs are recorded: once without and once with the packet sockets that see the frames, for
// those change counters. Both at the same time: mostly they wait.
record_files on_kernel(const named_script& script, const both_sides_options& o,
                       std::string* pcapng) {
    kernel_lab_options options{.seed = o.seed, .hints = false, .conditions = true};
    options.host_tools = o.host_tools;
    options.cpu = o.cpu;
    o.on_run("the kernel");
    if (o.frames != watching::apart) {
        options.capture = o.frames == watching::sockets;
        return run_kernel_lab(options, script.text, script.name, {}, output::quiet).record;
    }
    std::vector<kernel_lab_result> runs;
    in_processes(
        {.jobs = 2}, 2,
        [&](std::size_t run, const worker&) {
            kernel_lab_options k = options;
            k.capture = run == 1;
            k.cpu = o.cpu * 2 + int(run);
            return one_run(k, script);
        },
        [&](std::size_t, const piece_result& p) { runs.push_back(result_of(p)); });
    record_files files = std::move(runs[0].record);
    files.frames = std::move(runs[1].record.frames);
    files.frame_commands = std::move(runs[1].record.frame_commands);
    if (pcapng) *pcapng = std::move(runs[1].pcapng);
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
