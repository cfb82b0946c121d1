#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "host/bench/calibration.h"
#include "host/bench/profile.h"
#include "host/commands.h"
#include "host/files.h"
#include "host/mirror/isolation.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    const auto value = [](const char* name) { return po::value<std::string>()->value_name(name); };
    d.add_options()("help,h", "this text")(
        "bridges", value("N"), "chain: so many bridges (default: 0 1 2 4 8 16 32, and the slope)")(
        "ports", value("N"), "flood: a broadcast to so many ports (16)")(
        "hops", value("N"), "route: so many routers (4)")(
        "namespaces", value("N"), "star, setup: so many on one bridge (100; 1000)")(
        "on", value("SIDE"), "sim, kernel, or both (the default)")(
        "repetitions", value("N"), "of each figure, the sides in turns (9; setup 3)")(
        "milliseconds", value("N"), "of one repetition (20)")(
        "size", value("BYTES"), "of a frame, without FCS (64)")(
        "json", "the results in Google Benchmark's format on stdout, for bench/compare.py")(
        "predict", "instead of a workload: what the calibrated clock says for networks that were not used "
                   "for calibration, beside what they take")(
        "profile", value("FILE"),
        "with --predict: costs from this file; else calibrated in the same run")(
        "svg", value("FILE"), "a drawing: time of a frame over the parameter");
    return d;
}

std::uint64_t most_of(const std::string& option) {
    if (option == "bridges") return 1000;
    if (option == "ports") return 1000;  // of one bridge: 1023
    if (option == "hops") return 60;     // TTL 64
    return 100'000;
}

bench_options to_bench_options(const std::string& workload, const parsed& p) {
    bench_options o;
    o.workload = workload;
    const auto* parameter = parameter_of(workload);
    if (!parameter) {
        std::string names;
        for (const char* n : workload_names) names += std::string(names.empty() ? "" : ", ") + n;
        throw usage_error("bench: unknown workload '" + workload + "'; there are " + names);
    }
    o.n = parameter->usual;
    for (const char* name : {"bridges", "ports", "hops", "namespaces"}) {
        if (!p.has(name)) continue;
        if (!parameter->option || std::string(parameter->option) != name) {
            throw usage_error(strf("--%s: not with %s", name, workload.c_str()));
        }
        const std::uint64_t least = std::string(name) == "namespaces" ? 2 : 1;
        o.n = {unsigned(
            p.number(name, 0, std::string(name) == "bridges" ? 0 : least, most_of(name)))};
    }
    const std::string on = p.value("on").value_or("both");
    if (on != "sim" && on != "kernel" && on != "both") {
        throw usage_error("--on: unknown '" + on + "'; there are sim, kernel, both");
    }
    o.sim = on != "kernel";
    o.real = on != "sim";
    o.repetitions = unsigned(p.number("repetitions", workload == "setup" ? 3 : 9, 1, 1000));
    o.size = unsigned(p.number("size", 64, 50, 1514));
    o.seconds = double(p.number("milliseconds", 20, 1, 60'000)) / 1000;
    o.progress = ::isatty(STDERR_FILENO);
    return o;
}

int run_predict(const parsed& p) {
    for (const char* name : {"bridges", "ports", "hops", "namespaces", "on", "size", "svg", "json"}) {
        if (p.has(name)) throw usage_error(strf("--%s: not with --predict", name));
    }
    calibration_options o;
    o.repetitions = unsigned(p.number("repetitions", o.repetitions, 1, 1000));
    o.seconds = double(p.number("milliseconds", 20, 1, 60'000)) / 1000;
    o.progress = ::isatty(STDERR_FILENO);
    const auto profile = p.value("profile");
    const calibration c = profile ? predict(o, read_profile(*profile)) : calibrate(o, true);
    std::string text = strf("predictions of the calibrated clock: %u repetitions, median; ns of the "
                            "CPU's time for a frame or a round trip\n",
                            o.repetitions);
    if (!profile) {
        text += "\ncosts calibrated in the same run, the repetitions in turns\n\n" +
                profile_text(c.costs, {}) + "\nfrom\n\n";
        for (const auto& l : comparison_table(c.calibrated)) text += l + '\n';
    }
    text += "\npredicted\n\n";
    for (const auto& l : comparison_table(c.predicted)) text += l + '\n';
    for (const auto& r : c.remarks) text += "remark: " + r + '\n';
    std::cout << text << std::flush;
    if (!std::cout) throw file_error("write error on stdout");
    return c.predicted.empty() ? 1 : 0;
}

int run_command_line(const words& args) {
    const bool named = !args.empty() && !args[0].starts_with("-");
    const parsed p = parse(named ? words(args.begin() + 1, args.end()) : args, options());
    if (p.has("help")) {
        std::cout << help(bench_command);
        return 0;
    }
    if (!named && p.has("predict")) return run_predict(p);
    if (p.has("predict") || p.has("profile")) throw usage_error("--predict: without a workload");
    if (!named) throw usage_error("bench: no workload given; see 'vethlab help bench'");
    if (!p.rest.empty()) throw usage_error("bench: one workload at a time: '" + p.rest[0] + "'");
    bench_options o = to_bench_options(args[0], p);
    const auto svg = p.value("svg");
    if (svg) write_file(*svg, std::string_view());

    bench_results r;
    try {
        r = run_bench(o);
    } catch (const isolation_error& e) {
        if (!o.sim) throw;
        // Half of the answer is better than none.
        o.real = false;
        r = run_bench(o);
        r.remarks.push_back(std::string("no kernel side: ") + e.what());
    }
    if (svg) write_file(*svg, report_svg(o, r));
    std::cout << (p.has("json") ? report_json(o, r) : report_text(o, r)) << std::flush;
    if (!std::cout) throw file_error("write error on stdout");
    const bool any = std::any_of(r.all.begin(), r.all.end(), [](const auto& m) { return !m.ns.empty(); });
    return any ? 0 : 1;
}

}  // namespace

const command bench_command = {
    "bench", "time frames in the simulator and in the real kernel, side by side",
    "veth|chain|flood|route|star|setup [options]", options, run_command_line};

}  // namespace vethlab::host
