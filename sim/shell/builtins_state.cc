// dash: src/options.c, src/trap.c, src/var.c, src/main.c. Builtins that change the shell.
#include <algorithm>

#include "sim/shell/arith.h"
#include "sim/shell/builtins.h"
#include "sim/shell/parser.h"

namespace vethlab::sh {

// argv[at] as a number that is not negative; `value` stays if there is no such word.
bool builtins::number(interp& sh, const strings& argv, std::size_t at, int& value) {
    if (at >= argv.size()) return true;
    std::int64_t n = 0;
    const std::string& s = argv[at];
    const bool digits = !s.empty() && s.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || !whole_number(s, 10, n) || n > 0x7fffffff) {
        sh.error(argv[0] + ": Illegal number: " + s);
        return false;
    }
    value = int(n);
    return true;
}

int builtins::exit(interp& sh, strings& argv) {
    int status = sh.status_;
    if (!number(sh, argv, 1, status)) return 2;
    sh.leave(status & 0xff);
    return status & 0xff;
}

int builtins::return_(interp& sh, strings& argv) {
    int status = sh.status_;
    if (!number(sh, argv, 1, status)) return 2;
    // Outside of a function it ends the script.
    if (sh.function_depth_ == 0) {
        sh.leave(status);
        return status;
    }
    sh.flow_ = interp::flow::ret;
    sh.exit_status_ = status;
    return status;
}

int builtins::break_(interp& sh, strings& argv) {
    int count = 1;
    if (!number(sh, argv, 1, count)) return 2;
    if (count < 1) {
        sh.error(argv[0] + ": Illegal number: " + argv[1]);
        return 2;
    }
    if (sh.loop_depth_ == 0) return 0;
    sh.flow_count_ = std::min(count, sh.loop_depth_);
    sh.flow_ = argv[0] == "break" ? interp::flow::brk : interp::flow::cont;
    return 0;
}

int builtins::shift(interp& sh, strings& argv) {
    int count = 1;
    if (!number(sh, argv, 1, count)) return 2;
    if (std::size_t(count) > sh.args_.size()) {
        sh.error("shift: can't shift that many");
        return 2;
    }
    sh.args_.erase(sh.args_.begin(), sh.args_.begin() + count);
    return 0;
}

namespace {

struct option_name {
    char flag;  // 0: only a name
    const char* name;
    bool supported;
};
// In the order of `set -o`.
constexpr option_name option_names[] = {
    {'e', "errexit", true},      {'f', "noglob", true},   {'I', "ignoreeof", false},
    {'i', "interactive", false}, {'m', "monitor", false}, {'n', "noexec", false},
    {'s', "stdin", false},       {'x', "xtrace", true},   {'v', "verbose", false},
    {'V', "vi", false},          {'E', "emacs", false},   {'C', "noclobber", false},
    {'a', "allexport", false},   {'b', "notify", false},  {'u', "nounset", true},
    {'p', "privileged", false},  {0, "nolog", false},     {0, "debug", false},
};

bool* option_of(interp::options& o, char flag) {
    switch (flag) {
        case 'e':
            return &o.errexit;
        case 'f':
            return &o.noglob;
        case 'u':
            return &o.nounset;
        case 'x':
            return &o.xtrace;
        default:
            return nullptr;
    }
}

}  // namespace

bool builtins::set_flag(interp& sh, char flag, bool on) {
    for (const auto& o : option_names) {
        if (o.flag != flag) continue;
        if (bool* value = option_of(sh.opt_, flag)) {
            *value = on;
            return true;
        }
        if (!on) return true;  // it never is
        sh.error(strf("set: -%c: not supported", flag));
        return false;
    }
    sh.error(strf("set: Illegal option -%c", flag));
    return false;
}

bool builtins::set_named(interp& sh, const std::string& name, bool on) {
    for (const auto& o : option_names) {
        if (name != o.name) continue;
        if (o.flag != 0) return set_flag(sh, o.flag, on);
        if (!on) return true;
        sh.error("set: -o " + name + ": not supported");
        return false;
    }
    sh.error("set: Illegal option -o " + name);
    return false;
}

int builtins::set(interp& sh, strings& argv) {
    if (argv.size() == 1) {
        for (const auto& [name, v] : sh.vars_.all()) {
            if (v.value) sh.out().write(name + '=' + quoted(*v.value) + '\n');
        }
        return 0;
    }
    std::size_t i = 1;
    bool replace = false;
    for (; i < argv.size() && argv[i].size() > 1 && (argv[i][0] == '-' || argv[i][0] == '+'); ++i) {
        const std::string word = argv[i];
        if (word == "--") {
            ++i;
            replace = true;
            break;
        }
        const bool on = word[0] == '-';
        for (std::size_t k = 1; k < word.size(); ++k) {
            if (word[k] != 'o') {
                if (!set_flag(sh, word[k], on)) return 2;
            } else if (i + 1 < argv.size()) {
                if (!set_named(sh, argv[++i], on)) return 2;
            } else {
                sh.out().write("Current option settings\n");
                for (const auto& o : option_names) {
                    const bool* value = option_of(sh.opt_, o.flag);
                    sh.out().write(strf("%-16s%s\n", o.name, value && *value ? "on" : "off"));
                }
            }
        }
    }
    if (i < argv.size() && argv[i] == "-") {
        ++i;
        sh.opt_.xtrace = false;
        if (i == argv.size()) return 0;
    }
    if (replace || i < argv.size()) {
        sh.args_.assign(argv.begin() + std::ptrdiff_t(i), argv.end());
    }
    return 0;
}

void builtins::print_variables(interp& sh, const std::string& command) {
    const bool exports = command == "export";
    for (const auto& [name, v] : sh.vars_.all()) {
        if (exports ? !v.exported : !v.readonly) continue;
        std::string line = command + ' ' + name;
        if (v.value) {
            line += "='";
            for (const char c : *v.value) {
                line += c == '\'' ? std::string("'\"'\"'") : std::string(1, c);
            }
            line += '\'';
        }
        sh.out().write(line + '\n');
    }
}

// NAME or NAME=value behind export, readonly, local.
bool builtins::declare(interp& sh, const std::string& command, const std::string& word) {
    const auto eq = word.find('=');
    const std::string name = word.substr(0, eq);
    if (!is_name(name)) {
        sh.error(command + ": " + name + ": bad variable name");
        return false;
    }
    if (command == "local") sh.vars_.hide(name);
    if (eq != std::string::npos && !sh.assign(name, word.substr(eq + 1))) return false;
    if (command != "local") sh.vars_.mark(name, command == "export", command == "readonly");
    return true;
}

int builtins::export_(interp& sh, strings& argv) {
    if (argv.size() == 1 || argv[1] == "-p") {
        print_variables(sh, argv[0]);
        return 0;
    }
    for (std::size_t i = 1; i < argv.size(); ++i) {
        if (argv[i] == "--") continue;
        if (argv[i].size() > 1 && argv[i][0] == '-') {
            sh.error(argv[0] + strf(": Illegal option -%c", argv[i][1]));
            return 2;
        }
        if (!declare(sh, argv[0], argv[i])) return 2;
    }
    return 0;
}

int builtins::local(interp& sh, strings& argv) {
    if (sh.function_depth_ == 0) {
        sh.error("local: not in a function");
        return 2;
    }
    for (std::size_t i = 1; i < argv.size(); ++i) {
        if (!declare(sh, "local", argv[i])) return 2;
    }
    return 0;
}

int builtins::unset(interp& sh, strings& argv) {
    bool functions = false;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        if (argv[i] == "-f" || argv[i] == "-v") {
            functions = argv[i] == "-f";
            continue;
        }
        if (functions) {
            if (const auto it = sh.functions_.find(argv[i]); it != sh.functions_.end()) {
                sh.functions_.erase(it);
            }
            continue;
        }
        if (!is_name(argv[i])) {
            sh.error("unset: " + argv[i] + ": bad variable name");
            return 2;
        }
        if (sh.vars_.unset(argv[i]) == variables::outcome::read_only) {
            sh.error("unset: " + argv[i] + ": is read only");
            return 2;
        }
    }
    return 0;
}

namespace {

// "EXIT" for "0", "INT" for "2"; empty if there is no such signal.
std::string trap_name(const std::string& word) {
    if (word == "EXIT" || word == "0") return "EXIT";
    if (const auto* s = signal_by_name(word)) return s->name;
    std::int64_t n = 0;
    const signal_name* s = whole_number(word, 10, n) ? signal_by_number(int(n & 0xff)) : nullptr;
    return s ? s->name : "";
}

}  // namespace

int builtins::trap(interp& sh, strings& argv) {
    std::size_t i = 1;
    if (i < argv.size() && argv[i] == "--") ++i;
    if (i >= argv.size()) {
        const auto show = [&](const std::string& name) {
            const auto t = sh.traps_.find(name);
            if (t == sh.traps_.end()) return;
            std::string action;
            for (const char c : t->second) {
                action += c == '\'' ? std::string("'\"'\"'") : std::string(1, c);
            }
            sh.out().write("trap -- '" + action + "' " + name + '\n');
        };
        show("EXIT");
        for (int n = 1; n < 32; ++n) {
            if (const auto* s = signal_by_number(n)) show(s->name);
        }
        return 0;
    }
    // trap SIGNAL... without an action resets, as trap - SIGNAL... does.
    const bool reset = argv[i] == "-" || i + 1 == argv.size();
    const std::string action = reset ? std::string() : argv[i];
    if (!reset || argv[i] == "-") ++i;
    int status = 0;
    for (; i < argv.size(); ++i) {
        const std::string name = trap_name(argv[i]);
        if (name.empty()) {
            sh.err_out().write("trap: " + argv[i] + ": bad trap\n");
            status = 1;
        } else if (reset) {
            sh.traps_.erase(name);
        } else {
            sh.traps_[name] = action;
        }
    }
    return status;
}

}  // namespace vethlab::sh
