#include <iostream>

#include "host/commands.h"
#include "host/doctor.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    d.add_options()("help,h", "this text")("json", "the same as an object, for programs");
    return d;
}

int doctor_command_line(const words& args) {
    const parsed p = parse(args, options());
    if (p.has("help")) {
        std::cout << help(doctor_command);
        return 0;
    }
    if (!p.rest.empty()) throw usage_error("doctor: takes no arguments");
    return doctor({.json = p.has("json")});
}

}  // namespace

const command doctor_command = {"doctor",
                                "find out what this machine can do for labs on its own kernel",
                                "[options]", options, doctor_command_line};

}  // namespace vethlab::host
