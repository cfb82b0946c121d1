#include <iostream>

#include "host/bench/profile.h"
#include "host/commands.h"
#include "host/filter.h"
#include "host/run.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    d.add_options()("help,h", "this text")(
        "on", po::value<std::string>()->value_name("KERNEL"),
        "where it runs: sim (the default), or kernel: the real one of this machine")(
        "tools", po::value<std::string>()->value_name("WHOSE"),
        "own (the default), or host: the machine's ip, bridge, tc, with the kernel of --on")(
        "kernel", po::value<std::string>()->value_name("VERSION"),
        "which kernel to be: 6.18 (the default) or 6.1")("echo",
                                                         "show each command before its output")(
        "seed", po::value<std::string>()->value_name("N"),
        "seed of everything random (default 1); same seed, same bytes")(
        "clock", po::value<std::string>()->value_name("CLOCK"),
        "ideal (the default): the kernel's work takes no time; calibrated: it costs simulated time of "
        "the one CPU, as on a real machine")(
        "profile", po::value<std::string>()->value_name("FILE"),
        "with --clock calibrated: costs as 'vethlab calibrate' measured them (default: those of the "
        "machine this program was made on)")(
        "pcap", po::value<std::string>()->value_name("FILE"),
        "every frame on every device, as pcapng")(
        "filter", po::value<std::string>()->value_name("EXPRESSION"),
        "with --pcap: only such frames, in the language of tcpdump (pcap-filter(7))")(
        "record", po::value<std::string>()->value_name("DIR"),
        "write expect.txt, frames.txt and state.txt, as in tests/golden")(
        "json", "a summary as JSON on stdout; what the lab prints goes to stderr")(
        "no-hints", "no remarks of our own beside the output of commands");
    return d;
}

// --clock and --profile; nothing: work takes no time.
std::optional<cpu_costs> costs(const parsed& p) {
    const std::string clock = p.value("clock").value_or("ideal");
    if (clock != "ideal" && clock != "calibrated") {
        throw usage_error("--clock: unknown '" + clock + "'; there are ideal, calibrated");
    }
    const auto profile = p.value("profile");
    if (clock == "ideal") {
        if (profile) throw usage_error("--profile: only with --clock calibrated");
        return std::nullopt;
    }
    if (p.has("record")) throw usage_error("--record: only with --clock ideal");
    return profile ? read_profile(*profile) : reference_costs;
}

run_options to_run_options(const parsed& p) {
    run_options o;
    if (const auto on = p.value("on"); on && *on != "sim") {
        if (*on != "kernel")
            throw usage_error("--on: unknown '" + *on + "'; there are sim, kernel");
        o.on_kernel = true;
    }
    if (const auto kernel = p.value("kernel")) {
        if (o.on_kernel)
            throw usage_error("--kernel: only with --on sim; a real one is what it is");
        o.lab.kernel = profile(*kernel);
    }
    o.lab.costs = costs(p);
    if (o.lab.costs && o.on_kernel) {
        throw usage_error("--clock: only with --on sim; a real one takes the time it takes");
    }
    o.host_tools = whose_tools(p, {"own", "host"}) == "host";
    o.lab.seed = p.number("seed", o.lab.seed);
    o.pcap_file = p.value("pcap").value_or("");
    o.record_dir = p.value("record").value_or("");
    if (const auto filter = p.value("filter")) {
        if (o.pcap_file.empty()) throw usage_error("--filter: only with --pcap");
        std::string error;
        const auto program = compile_filter(*filter, dlt_ethernet, error);
        if (!program) throw usage_error("--filter: " + error);
        o.lab.pcap_filter = [code = *program](bytes_view frame) { return code.run(frame) > 0; };
    }
    for (const char* name : {"pcap", "record"}) {
        if (p.value(name) == "") throw usage_error(strf("--%s: empty name", name));
    }
    o.lab.echo = p.has("echo");
    o.lab.hints = !p.has("no-hints");
    o.lab.pcap = !o.pcap_file.empty();
    o.lab.record = !o.record_dir.empty();
    o.json = p.has("json");
    return o;
}

int run_command_line(const words& args) {
    parsed p = parse(args, options());
    if (p.has("help")) {
        std::cout << help(run_command);
        return 0;
    }
    run_options o = to_run_options(p);
    if (p.rest.empty()) throw usage_error("run: no script given; see 'vethlab help run'");
    o.script = p.rest[0];
    o.args.assign(p.rest.begin() + 1, p.rest.end());
    return run(o);
}

}  // namespace

const command run_command = {
    "run", "run a lab, a shell script of ip, bridge, ping ..., in a simulated kernel",
    "[options] [--] SCRIPT [ARGUMENT...]     (SCRIPT - is standard input)", options,
    run_command_line};

}  // namespace vethlab::host
