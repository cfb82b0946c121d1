#include <sys/utsname.h>
#include <unistd.h>

#include <iostream>

#include "host/bench/calibration.h"
#include "host/bench/profile.h"
#include "host/commands.h"
#include "host/files.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

po::options_description options() {
    po::options_description d("options");
    const auto value = [](const char* name) { return po::value<std::string>()->value_name(name); };
    d.add_options()("help,h", "this text")("repetitions", value("N"), "of each figure (10)")(
        "milliseconds", value("N"), "of one repetition (20)");
    return d;
}

std::vector<std::string> remarks_of(const calibration& c) {
    utsname u{};
    ::uname(&u);
    std::vector<std::string> lines = {
        strf("vethlab calibrate, on Linux %s %s", u.release, u.machine),
        "nanoseconds of processor time each; core/cpu_cost.h says for what",
        "", "They were computed from these, ns for a frame or a round trip:"};
    for (auto& l : comparison_table(c.calibrated)) lines.push_back(std::move(l));
    for (const auto& r : c.remarks) lines.push_back("Remark: " + r);
    return lines;
}

int run_command_line(const words& args) {
    const parsed p = parse(args, options());
    if (p.has("help")) {
        std::cout << help(calibrate_command);
        return 0;
    }
    if (p.rest.size() > 1) throw usage_error("calibrate: one file at a time: '" + p.rest[1] + "'");
    calibration_options o;
    o.repetitions = unsigned(p.number("repetitions", o.repetitions, 1, 1000));
    o.seconds = double(p.number("milliseconds", 20, 1, 60'000)) / 1000;
    o.progress = ::isatty(STDERR_FILENO);
    if (!p.rest.empty()) write_file(p.rest[0], std::string_view());  // now, not after a long run
    const calibration c = calibrate(o, /*predict=*/false);
    const std::string text = profile_text(c.costs, remarks_of(c));
    if (!p.rest.empty()) {
        write_file(p.rest[0], text);
        return 0;
    }
    std::cout << text << std::flush;
    if (!std::cout) throw file_error("write error on stdout");
    return 0;
}

}  // namespace

const command calibrate_command = {
    "calibrate", "measure what the real kernel's work costs here, for run --clock calibrated",
    "[options] [FILE]     (without FILE: on standard output)", options, run_command_line};

}  // namespace vethlab::host
