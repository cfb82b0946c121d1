// bridge-utils: brctl/brctl.c
#include "sim/tools/brctl/brctl.h"

#include <optional>

#include "sim/tools/tools.h"

namespace vethlab {
namespace {

void help(process& p) {
    p.out->write("Usage: brctl [commands]\ncommands:\n");
    brctl_command_helpall(p);
}

// getopt_long("Vh"): options may stand anywhere, long ones may be cut short.
struct brctl_options {
    process& p;
    std::vector<std::string> words;
    std::optional<int> status;

    void option(char letter) {
        if (letter == 'V') {
            p.out->write("bridge-utils, 1.7\n");
            status = 0;
        } else {
            help(p);
            status = 0;
        }
    }
    void wrong(const std::string& message) {
        p.err->printf("%s: %s\nUnknown option '?'\n", p.argv[0].c_str(), message.c_str());
        help(p);
        status = 1;
    }
    void long_option(const std::string& word) {
        const auto equals = word.find('=');
        const std::string name = word.substr(2, equals - 2);
        for (std::string_view known : {"help", "version"}) {
            if (name.empty() || !known.starts_with(name)) continue;
            if (equals == std::string::npos) return option(known[0] == 'h' ? 'h' : 'V');
            return wrong(strf("option '--%s' doesn't allow an argument", known.data()));
        }
        wrong(strf("unrecognized option '%s'", word.c_str()));
    }
    void letters(const std::string& word) {
        for (std::size_t i = 1; i < word.size() && !status; i++) {
            if (word[i] == 'V' || word[i] == 'h') {
                option(word[i]);
            } else {
                wrong(strf("invalid option -- '%c'", word[i]));
            }
        }
    }
    void run() {
        bool operands_only = false;
        for (std::size_t i = 1; i < p.argv.size() && !status; i++) {
            const std::string& word = p.argv[i];
            if (operands_only || word.size() < 2 || word[0] != '-') {
                words.push_back(word);
            } else if (word == "--") {
                operands_only = true;
            } else if (word[1] == '-') {
                long_option(word);
            } else {
                letters(word);
            }
        }
    }
};

}  // namespace

int brctl_main(process& p) {
    brctl_options options{p, {}, {}};
    options.run();
    if (options.status) return *options.status;
    if (options.words.empty()) {
        help(p);
        return 1;
    }
    const std::string& name = options.words[0];
    const brctl_command* cmd = brctl_command_lookup(name);
    if (!cmd) {
        p.err->printf("never heard of command [%s]\n", name.c_str());
        help(p);
        return 1;
    }
    if (options.words.size() < cmd->nargs + 1) {
        p.out->printf("Incorrect number of arguments for command\nUsage: brctl %s %s\n", cmd->name,
                      cmd->help);
        return 1;
    }
    libbridge br(p);
    brctl_call call{p, br, options.words};
    return cmd->func(call);
}

}  // namespace vethlab
