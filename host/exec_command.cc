#include <iostream>

#include "host/commands.h"
#include "host/run.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    d.add_options()("help,h", "this text")(
        "lab", po::value<std::string>()->value_name("SCRIPT"),
        "a lab that runs first; the program finds what it left")(
        "kernel", po::value<std::string>()->value_name("VERSION"),
        "which kernel to be: 6.18 (the default) or 6.1")(
        "seed", po::value<std::string>()->value_name("N"), "seed of everything random (default 1)")(
        "no-hints", "no remarks of our own beside the output of commands");
    return d;
}

constexpr const char* notes = R"(
The program, and whatever it starts, speaks netlink with the simulated kernel;
namespaces, /run/netns, /proc/sys/net and /sys/class/net are the lab's. ping,
arping, tcpdump, sysctl, sleep, ethtool, brctl, ifconfig and the like are
vethlab's own. Everything else is the machine's: its files, its users. No root is
needed. Not for static or setuid programs, which load no library.

Simulated time stands still while one of the programs can run. When all of them
wait, it passes: at once up to the end of a sleep, an alarm (timeout 5 ...) or a
ping; as fast as real time for an ip monitor that only listens; not at all at the
prompt of a shell.

exit status: the program's; 2 wrong use, 126 it cannot be run, 127 there is none
)";

int exec_command_line(const words& args) {
    parsed p = parse(args, options());
    if (p.has("help")) {
        std::cout << help(exec_command);
        return 0;
    }
    program_options o;
    o.script = p.value("lab").value_or("");
    if (p.has("lab") && o.script.empty()) throw usage_error("--lab: empty name");
    if (const auto kernel = p.value("kernel")) o.lab.kernel = profile(*kernel);
    o.lab.seed = p.number("seed", o.lab.seed);
    o.lab.hints = !p.has("no-hints");
    o.argv = std::move(p.rest);
    if (o.argv.empty()) throw usage_error("exec: no program given; see 'vethlab help exec'");
    return exec(o);
}

}  // namespace

const command exec_command = {
    "exec", "run a program of this machine, such as ip or a shell, on a simulated kernel",
    "[options] [--] PROGRAM [ARGUMENT...]", options, exec_command_line, notes};

}  // namespace vethlab::host
