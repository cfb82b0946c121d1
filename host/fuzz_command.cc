#include <algorithm>
#include <iostream>
#include <thread>

#include "host/commands.h"
#include "host/files.h"
#include "host/fuzz/examine.h"
#include "host/fuzz/fuzz.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    const auto number = [] { return po::value<std::string>()->value_name("N"); };
    d.add_options()("help,h", "this text")("seconds", number(),
                                           "how long (default 60; 0: until --labs are done)")(
        "labs", number(), "how many labs at most")("seed", number(), "of the labs (default 1)")(
        "first", number(), "the number of the first lab (default 0)")(
        "jobs", number(), "labs at the same time (default: three a CPU, for they mostly wait)")(
        "stop-after", number(), "end when so many differences are shrunk")(
        "out", po::value<std::string>()->value_name("DIR"),
        "where a script is written for each difference (default: here)")(
        "print", number(), "show the script of a lab, run nothing")(
        "json", "an object a difference, on a line of its own, and one at the end");
    return d;
}

int fuzz_command_line(const words& args) {
    const parsed p = parse(args, options());
    if (p.has("help")) {
        std::cout << help(fuzz_command);
        return 0;
    }
    if (!p.rest.empty()) throw usage_error("fuzz: unexpected '" + p.rest[0] + "'");
    fuzz::fuzz_options o;
    o.seed = p.number("seed", o.seed);
    if (p.has("print")) {
        std::cout << fuzz::comparable(o.seed, p.number("print", 0)).script;
        return 0;
    }
    o.first = p.number("first", o.first);
    o.labs = p.number("labs", o.labs);
    o.seconds = p.number("seconds", o.labs ? 0 : o.seconds);
    o.stop_after = p.number("stop-after", o.stop_after);
    o.jobs =
        unsigned(p.number("jobs", std::clamp(std::thread::hardware_concurrency() * 3, 1u, 24u)));
    o.out = p.value("out").value_or(o.out);
    make_directory(o.out);  // now, not when the first difference is found
    o.json = p.has("json");
    if (o.jobs < 1 || o.jobs > 64) throw usage_error("fuzz: --jobs: 1 to 64");
    return fuzz::fuzz(o);
}

}  // namespace

const command fuzz_command = {
    "fuzz",
    "run random labs in the simulated and on the real kernel, and shrink what differs.\n"
    "Lab K of seed S is always the same. Each difference is written as a script, fuzz-S-K.sh.\n"
    "Exit status: 0 no difference, 1 some, 2 this machine cannot",
    "[options]", options, fuzz_command_line};

}  // namespace vethlab::host
