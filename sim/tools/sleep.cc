// coreutils: src/sleep.c
#include "sim/tools/lib/interval.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* try_help = "Try 'sleep --help' for more information.\n";
constexpr const char* usage_text =
    "Usage: sleep NUMBER[SUFFIX]...\n"
    "  or:  sleep OPTION\n"
    "Pause for NUMBER seconds.  SUFFIX may be 's' for seconds (the default),\n"
    "'m' for minutes, 'h' for hours or 'd' for days.  NUMBER need not be an\n"
    "integer.  Given two or more arguments, pause for the amount of time\n"
    "specified by the sum of their values.\n"
    "\n"
    "      --help        display this help and exit\n"
    "      --version     output version information and exit\n"
    "\n"
    "GNU coreutils online help: <https://www.gnu.org/software/coreutils/>\n"
    "Report any translation bugs to <https://translationproject.org/team/>\n"
    "Full documentation <https://www.gnu.org/software/coreutils/sleep>\n"
    "or available locally via: info '(coreutils) sleep invocation'\n";

int try_again(process& p, const std::string& complaint) {
    p.err->printf("sleep: %s\n%s", complaint.c_str(), try_help);
    return 1;
}

}  // namespace

task<int> sleep_main(process& p) {
    std::vector<std::string> operands;
    bool options = true;
    for (std::size_t i = 1; i < p.argv.size(); i++) {
        const std::string& w = p.argv[i];
        if (!options || w.size() < 2 || w[0] != '-') {
            operands.push_back(w);
        } else if (w == "--") {
            options = false;
        } else if (w == "--help") {
            p.out->write(usage_text);
            co_return 0;
        } else if (w == "--version") {
            p.out->write("sleep (GNU coreutils) 9.1\n");
            co_return 0;
        } else if (w[1] == '-') {
            co_return try_again(p, strf("unrecognized option '%s'", w.c_str()));
        } else {
            co_return try_again(p, strf("invalid option -- '%c'", w[1]));
        }
    }
    if (operands.empty()) co_return try_again(p, "missing operand");
    double seconds = 0;
    bool ok = true;
    for (const auto& w : operands) {
        if (auto s = interval_in_s(w)) {
            seconds += *s;
            continue;
        }
        p.err->printf("sleep: invalid time interval '%s'\n", w.c_str());
        ok = false;
    }
    if (!ok) {
        p.err->write(try_help);
        co_return 1;
    }
    co_await p.sleep_until(after(p.sys.now(), seconds));
    co_return 0;
}

}  // namespace vethlab
