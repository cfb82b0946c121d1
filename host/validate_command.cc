#include <iostream>

#include "host/commands.h"
#include "host/validate.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    d.add_options()("help,h", "this text")(
        "tools", po::value<std::string>()->value_name("WHOSE"),
        "own (the default); host: the machine's ip, bridge ..., on the kernel; both: its ip, "
        "bridge, tc in the simulator as well, so that only the kernels differ")(
        "seed", po::value<std::string>()->value_name("N"), "seed of everything random (default 1)")(
        "json", "an object for each lab, on a line of its own")(
        "junit", po::value<std::string>()->value_name("FILE"),
        "also write JUnit's XML: a testcase for each lab, a failure with the first difference")(
        "pcap", po::value<std::string>()->value_name("PREFIX"),
        "write what both saw: PREFIX-LAB.kernel.pcapng and PREFIX-LAB.sim.pcapng, LAB as it is "
        "called in the output")("jobs", po::value<std::string>()->value_name("J"),
                                "so many labs at a time (default 1), each on a CPU of its own")(
        "timeout", po::value<std::string>()->value_name("SECONDS"),
        "how long a lab may run on one side (default 120); then it is ended, and has failed");
    return d;
}

std::string name(const parsed& p, const char* option) {
    const auto given = p.value(option);
    if (given == "") throw usage_error(strf("--%s: empty name", option));
    return given.value_or("");
}

int validate_command_line(const words& args) {
    parsed p = parse(args, options());
    if (p.has("help")) {
        std::cout << help(validate_command);
        return 0;
    }
    validate_options o;
    o.seed = p.number("seed", o.seed);
    const auto tools = whose_tools(p, {"own", "host", "both"});
    o.host_tools = tools != "own";
    o.host_tools_on_simulator = tools == "both";
    o.json = p.has("json");
    o.junit_file = name(p, "junit");
    o.pcap_prefix = name(p, "pcap");
    o.jobs = unsigned(p.number("jobs", o.jobs, 1, 256));
    o.timeout = std::chrono::seconds(p.number("timeout", 120, 1, 1'000'000));
    o.scripts = std::move(p.rest);
    if (o.scripts.empty())
        throw usage_error("validate: no script given; see 'vethlab help validate'");
    return validate(o);
}

}  // namespace

const command validate_command = {
    "validate", "run labs in the simulated and on the real kernel, and compare everything",
    "[options] [--] SCRIPT...     (a directory stands for its script.sh)", options,
    validate_command_line};

}  // namespace vethlab::host
