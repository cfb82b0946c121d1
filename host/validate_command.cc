#include <iostream>

#include "host/commands.h"
#include "host/validate.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    d.add_options()("help,h", "this text")(
        "tools", po::value<std::string>()->value_name("WHOSE"),
        "on the kernel: own (the default), or host: the machine's ip, bridge ...")(
        "seed", po::value<std::string>()->value_name("N"), "seed of everything random (default 1)")(
        "json", "an object for each lab, on a line of its own");
    return d;
}

int validate_command_line(const words& args) {
    parsed p = parse(args, options());
    if (p.has("help")) {
        std::cout << help(validate_command);
        return 0;
    }
    validate_options o;
    o.seed = p.number("seed", o.seed);
    o.host_tools = host_tools(p);
    o.json = p.has("json");
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
