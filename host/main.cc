#include <boost/program_options.hpp>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <new>
#include <optional>
#include <span>
#include <sstream>

#include "host/files.h"
#include "host/run.h"
#include "host/validate.h"

namespace po = boost::program_options;
using namespace vethlab;
using namespace vethlab::host;

namespace {

using words = std::vector<std::string>;

// The user called us wrongly; said on stderr, exit status 2.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct command {
    const char* name;
    const char* summary;
    const char* usage;
    po::options_description (*options)();
    int (*run)(const words& args);
};
std::span<const command> all_commands();

const command& find_command(const std::string& name) {
    for (const auto& c : all_commands()) {
        if (name == c.name) return c;
    }
    throw usage_error("unknown command '" + name + "'");
}

std::string help() {
    std::string text =
        "vethlab: a Linux network that runs inside one process\n\n"
        "usage: vethlab COMMAND [options] ...\n\ncommands:\n";
    for (const auto& c : all_commands()) text += strf("  %-8s %s\n", c.name, c.summary);
    text +=
        "\n  --help     this text; 'vethlab help COMMAND' says more about one\n"
        "  --version  the version\n\n"
        "exit status: 0 every command of the lab succeeded, 1 one failed, 2 wrong use or a\n"
        "script that cannot be read\n";
    return text;
}

std::string help(const command& c) {
    std::ostringstream s;
    s << "usage: vethlab " << c.name << ' ' << c.usage << "\n\n" << c.summary << ".\n";
    const auto options = c.options();
    if (!options.options().empty()) s << '\n' << options;
    return s.str();
}

po::options_description run_description() {
    po::options_description d("options");
    d.add_options()
        ("help,h", "this text")
        ("on", po::value<std::string>()->value_name("KERNEL"), 
         "where it runs: sim (the default), or kernel: the real one of this machine")
        ("tools", po::value<std::string>()->value_name("WHOSE"),
         "on the kernel: own (the default), or host: the machine's ip, bridge ...")
        ("kernel", po::value<std::string>()->value_name("VERSION"),
         "which kernel to be: 6.18 (the default) or 6.1")
        ("echo", "show each command before its output")
        ("seed", po::value<std::string>()->value_name("N"),
         "seed of everything random (default 1); same seed, same bytes")
        ("pcap", po::value<std::string>()->value_name("FILE"),
         "every frame on every device, as pcapng")
        ("record", po::value<std::string>()->value_name("DIR"),
         "write expect.txt, frames.txt and state.txt, as in tests/golden")
        ("json", "a summary as JSON on stdout; what the lab prints goes to stderr")
        ("no-hints", "no remarks of our own beside the output of commands");
    return d;
}

po::options_description validate_description() {
    po::options_description d("options");
    d.add_options()
        ("help,h", "this text")
        ("tools", po::value<std::string>()->value_name("WHOSE"),
         "on the kernel: own (the default), or host: the machine's ip, bridge ...")
        ("seed", po::value<std::string>()->value_name("N"),
         "seed of everything random (default 1)")
        ("json", "an object for each lab, on a line of its own");
    return d;
}

// Where the options end: at SCRIPT, whose own arguments may look like ours.
std::size_t count_options(const words& args, const po::options_description& known) {
    std::size_t i = 0;
    while (i < args.size() && args[i].size() > 1 && args[i][0] == '-' && args[i] != "--") {
        const auto* option = args[i].starts_with("--")
                                 ? known.find_nothrow(args[i].substr(2), /*approx=*/false)
                                 : nullptr;
        i += option && option->semantic()->max_tokens() > 0 ? 2 : 1;
    }
    return std::min(i, args.size());
}

po::variables_map parse_options(const words& args, const po::options_description& known) {
    po::variables_map given;
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(args).options(known).style(style).run(), given);
    return given;
}

std::optional<std::string> value_of(const po::variables_map& given, const char* name) {
    if (!given.contains(name)) return std::nullopt;
    return given[name].as<std::string>();
}

std::uint64_t number(const char* option, const std::string& text) {
    std::uint64_t n = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, n);
    if (error != std::errc() || stop != end || text.empty()) {
        throw usage_error(std::string("--") + option + ": '" + text + "' is not a number");
    }
    return n;
}

kernel_profile profile(const std::string& name) {
    if (name == "6.18") return kernel_profile::v6_18;
    if (name == "6.1") return kernel_profile::v6_1;
    throw usage_error("--kernel: unknown version '" + name + "'; there are 6.18 and 6.1");
}

bool host_tools(const po::variables_map& given) {
    const auto tools = value_of(given, "tools").value_or("own");
    if (tools != "own" && tools != "host") {
        throw usage_error("--tools: unknown '" + tools + "'; there are own, host");
    }
    return tools == "host";
}

run_options to_run_options(const po::variables_map& given) {
    run_options o;
    if (const auto on = value_of(given, "on"); on && *on != "sim") {
        if (*on != "kernel") throw usage_error("--on: unknown '" + *on + "'; there are sim, kernel");
        o.on_kernel = true;
    }
    if (const auto kernel = value_of(given, "kernel")) {
        if (o.on_kernel) throw usage_error("--kernel: only with --on sim; a real one is what it is");
        o.lab.kernel = profile(*kernel);
    }
    o.host_tools = host_tools(given);
    if (given.contains("tools") && !o.on_kernel) throw usage_error("--tools: only with --on kernel");
    if (const auto seed = value_of(given, "seed")) o.lab.seed = number("seed", *seed);
    o.pcap_file = value_of(given, "pcap").value_or("");
    o.record_dir = value_of(given, "record").value_or("");
    for (const char* name : {"pcap", "record"}) {
        if (value_of(given, name) == "") throw usage_error(strf("--%s: empty name", name));
    }
    o.lab.echo = given.contains("echo");
    o.lab.hints = !given.contains("no-hints");
    o.lab.pcap = !o.pcap_file.empty();
    o.lab.record = !o.record_dir.empty();
    o.json = given.contains("json");
    return o;
}

int run_command(const words& args) {
    const auto known = run_description();
    const auto split = args.begin() + std::ptrdiff_t(count_options(args, known));
    const auto given = parse_options({args.begin(), split}, known);
    if (given.contains("help")) {
        std::cout << help(find_command("run"));
        return 0;
    }
    run_options o = to_run_options(given);
    words rest(split, args.end());
    if (!rest.empty() && rest[0] == "--") rest.erase(rest.begin());
    if (rest.empty()) throw usage_error("run: no script given; see 'vethlab help run'");
    o.script = rest[0];
    o.args.assign(rest.begin() + 1, rest.end());
    return run(o);
}

int validate_command(const words& args) {
    const auto known = validate_description();
    const auto split = args.begin() + std::ptrdiff_t(count_options(args, known));
    const auto given = parse_options({args.begin(), split}, known);
    if (given.contains("help")) {
        std::cout << help(find_command("validate"));
        return 0;
    }
    validate_options o;
    if (const auto seed = value_of(given, "seed")) o.seed = number("seed", *seed);
    o.host_tools = host_tools(given);
    o.json = given.contains("json");
    o.scripts.assign(split, args.end());
    if (!o.scripts.empty() && o.scripts[0] == "--") o.scripts.erase(o.scripts.begin());
    if (o.scripts.empty()) throw usage_error("validate: no script given; see 'vethlab help validate'");
    return validate(o);
}

int help_command(const words& args) {
    if (args.size() > 1) throw usage_error("help: one command at a time");
    std::cout << (args.empty() ? help() : help(find_command(args[0])));
    return 0;
}

std::span<const command> all_commands() {
    static const command commands[] = {
        {"run", "run a lab, a shell script of ip, bridge, ping ..., in a simulated kernel",
         "[options] [--] SCRIPT [ARGUMENT...]     (SCRIPT - is standard input)", run_description,
         run_command},
        {"validate", "run labs in the simulated and on the real kernel, and compare everything",
         "[options] [--] SCRIPT...     (a directory stands for its script.sh)",
         validate_description, validate_command},
        {"help", "say more about a command", "[COMMAND]",
         [] { return po::options_description(); }, help_command},
    };
    return commands;
}

int dispatch(const words& args) {
    if (args.empty()) throw usage_error("no command given; see 'vethlab --help'");
    const words rest(args.begin() + 1, args.end());
    if (args[0] == "--help" || args[0] == "-h") return help_command({});
    if (args[0] == "--version") {
        std::cout << "vethlab " VETHLAB_VERSION "\n";
        return 0;
    }
    if (args[0].starts_with("-")) {
        throw usage_error("unknown option '" + args[0] + "'; see 'vethlab --help'");
    }
    return find_command(args[0]).run(rest);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return dispatch(words(argv + 1, argv + argc));
    } catch (const std::bad_alloc&) {
        std::fputs("vethlab: out of memory\n", stderr);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "vethlab: %s\n", e.what());
    }
    return 2;
}
