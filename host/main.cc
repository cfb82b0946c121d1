#include <cstdio>
#include <iostream>
#include <new>
#include <span>

#include "host/commands.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

extern const command help_command;

std::span<const command* const> all_commands() {
    static const command* const commands[] = {&run_command,  &validate_command, &exec_command,
                                              &fuzz_command, &bench_command,    &calibrate_command,
                                              &doctor_command,
                                              &help_command};
    return commands;
}

const command& find_command(const std::string& name) {
    for (const command* c : all_commands()) {
        if (name == c->name) return *c;
    }
    throw usage_error("unknown command '" + name + "'; see 'vethlab --help'");
}

std::string help() {
    std::string text =
        "vethlab: a Linux network that runs inside one process\n\n"
        "usage: vethlab COMMAND [options] ...\n\ncommands:\n";
    for (const command* c : all_commands()) text += strf("  %-8s %s\n", c->name, c->summary);
    text +=
        "\n  --help     this text; 'vethlab help COMMAND' says more about one\n"
        "  --version  the version\n\n"
        "exit status: 0 every command of the lab succeeded, 1 one failed, 2 wrong use or a\n"
        "script that cannot be read\n";
    return text;
}

int help_command_line(const words& args) {
    if (args.size() > 1) throw usage_error("help: one command at a time");
    std::cout << (args.empty() ? help() : host::help(find_command(args[0])));
    return 0;
}

const command help_command = {"help", "say more about a command", "[COMMAND]",
                              [] { return po::options_description(); }, help_command_line};

int dispatch(const words& args) {
    if (args.empty()) {
        std::cerr << help();
        return 2;
    }
    const words rest(args.begin() + 1, args.end());
    if (args[0] == "--help" || args[0] == "-h") return help_command_line({});
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
}  // namespace vethlab::host

int main(int argc, char** argv) {
    try {
        return vethlab::host::dispatch({argv + 1, argv + argc});
    } catch (const std::bad_alloc&) {
        std::fputs("vethlab: out of memory\n", stderr);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "vethlab: %s\n", e.what());
    }
    return 2;
}
