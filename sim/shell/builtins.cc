// dash: src/builtins.def, src/bltin, src/cd.c, src/miscbltin.c
#include "sim/shell/builtins.h"

#include <algorithm>

#include "sim/shell/limits.h"
#include "sim/shell/parser.h"
#include "sim/shell/programs.h"

namespace vethlab::sh {

const interp::builtin* interp::find_builtin(std::string_view name) {
    using b = builtins;
    static constexpr builtin table[] = {
        {".", true, nullptr, b::dot},
        {":", true, b::colon, nullptr},
        {"[", false, b::test, nullptr},
        {"alias", false, b::refused, nullptr},
        {"bg", false, b::refused, nullptr},
        {"break", true, b::break_, nullptr},
        {"cd", false, b::cd, nullptr},
        {"chdir", false, b::cd, nullptr},
        {"command", false, nullptr, b::command},
        {"continue", true, b::break_, nullptr},
        {"echo", false, b::echo, nullptr},
        {"eval", true, nullptr, b::eval},
        {"exec", true, nullptr, b::exec},
        {"exit", true, b::exit, nullptr},
        {"export", true, b::export_, nullptr},
        {"false", false, b::false_, nullptr},
        {"fg", false, b::refused, nullptr},
        {"getopts", false, b::refused, nullptr},
        {"hash", false, b::colon, nullptr},
        {"jobs", false, b::refused, nullptr},
        {"kill", false, b::kill, nullptr},
        {"local", true, b::local, nullptr},
        {"printf", false, b::printf, nullptr},
        {"pwd", false, b::pwd, nullptr},
        {"read", false, b::read, nullptr},
        {"readonly", true, b::export_, nullptr},
        {"return", true, b::return_, nullptr},
        {"set", true, b::set, nullptr},
        {"shift", true, b::shift, nullptr},
        {"source", true, b::refused, nullptr},
        {"test", false, b::test, nullptr},
        {"times", true, b::refused, nullptr},
        {"trap", true, b::trap, nullptr},
        {"true", false, b::colon, nullptr},
        {"type", false, b::type, nullptr},
        {"ulimit", false, b::refused, nullptr},
        {"umask", false, b::refused, nullptr},
        {"unalias", false, b::refused, nullptr},
        {"unset", true, b::unset, nullptr},
        {"wait", false, nullptr, b::wait},
    };
    for (const auto& entry : table) {
        if (name == entry.name) return &entry;
    }
    return nullptr;
}

namespace {

struct shell_complaints final : complaints {
    std::function<void(const std::string&)> to;
    void say(const std::string& what) override { to(what); }
};

}  // namespace

bool is_shell_keyword(std::string_view s) {
    for (const char* k : {"!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for",
                          "if", "in", "then", "until", "while"}) {
        if (s == k) return true;
    }
    return false;
}

int builtins::colon(interp&, strings&) { return 0; }
int builtins::false_(interp&, strings&) { return 1; }

int builtins::refused(interp& sh, strings& argv) {
    sh.error(argv[0] + ": not supported");
    return 2;
}

int builtins::echo(interp& sh, strings& argv) {
    sh.out().write(echo_text(argv));
    return 0;
}

int builtins::printf(interp& sh, strings& argv) {
    shell_complaints c;
    c.to = [&](const std::string& what) { sh.complain_in("printf", what); };
    return printf_command(argv, sh.out(), c);
}

int builtins::test(interp& sh, strings& argv) {
    shell_complaints c;
    const std::string name = argv[0];
    c.to = [&](const std::string& what) { sh.complain_in(name, what); };
    return test_command(*sh.p_, *sh.env_, argv, c);
}

// Directories that a lab knows are few; files in memory keep the names the script gives them.
int builtins::cd(interp& sh, strings& argv) {
    std::size_t i = 1;
    while (i < argv.size() && (argv[i] == "-L" || argv[i] == "-P" || argv[i] == "--")) ++i;
    std::string to = i < argv.size() ? argv[i] : "/root";
    if (to.size() > 1 && to[0] == '-') {
        sh.complain_in("cd", std::string("Illegal option -") + to[1]);
        return 2;
    }
    while (to.size() > 1 && to.back() == '/') to.pop_back();
    if (to == ".") return 0;
    if (to.empty() || to[0] != '/' || kind_of_path(*sh.p_, *sh.env_, to) != path_kind::directory) {
        sh.complain_in("cd", "can't cd to " + to);
        return 2;
    }
    sh.directory_ = to;
    return 0;
}

int builtins::pwd(interp& sh, strings& argv) {
    if (argv.size() > 1 && argv[1].size() > 1 && argv[1][0] == '-' && argv[1] != "-P" &&
        argv[1] != "-L") {
        sh.complain_in("pwd", std::string("Illegal option -") + argv[1][1]);
        return 2;
    }
    sh.out().write(sh.directory_ + '\n');
    return 0;
}

// What a word would run: `command -v` in one word, `type` in a sentence.
bool builtins::describe(interp& sh, const std::string& name, bool words) {
    const auto say = [&](const char* what, const std::string& path) {
        if (!words) return sh.out().write(path + '\n');
        sh.out().write(name + what + '\n');
    };
    if (is_shell_keyword(name)) {
        say(" is a shell keyword", name);
    } else if (const auto* b = interp::find_builtin(name);
               b && (b->special || !sh.functions_.contains(name))) {
        say(b->special ? " is a special shell builtin" : " is a shell builtin", name);
    } else if (sh.functions_.contains(name)) {
        say(" is a shell function", name);
    } else {
        const std::string base(program_name(name));
        if (base.find('/') != std::string::npos ||
            (!is_shell_program(base) && !sh.env_->has_program(base))) {
            if (words) sh.out().write(name + ": not found\n");
            return false;
        }
        const std::string path = base == name ? "/usr/bin/" + name : name;
        say((" is " + path).c_str(), path);
    }
    return true;
}

int builtins::type(interp& sh, strings& argv) {
    int status = 0;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        if (!describe(sh, argv[i], true)) status = 127;
    }
    return status;
}

// Splits a line over the names by IFS; the last one gets the rest. Quoted ('q') characters,
// those behind a backslash, do not separate.
bool builtins::assign_read(interp& sh, const strings& names, const std::string& line,
                           const std::string& mask) {
    const std::string separators = sh.ifs();
    const auto separates = [&](std::size_t i) {
        return mask[i] != 'q' && separators.find(line[i]) != std::string::npos;
    };
    const auto blank = [&](std::size_t i) {
        return separates(i) && (line[i] == ' ' || line[i] == '\t' || line[i] == '\n');
    };
    std::size_t at = 0, end = line.size();
    while (at < end && blank(at)) ++at;
    for (std::size_t n = 0; n < names.size(); ++n) {
        std::size_t stop = at;
        if (n + 1 == names.size()) {
            while (end > at && blank(end - 1)) --end;
            stop = end;
            // One separator at the very end of the only field left belongs to it.
            if (stop > at && separates(stop - 1)) {
                bool alone = true;
                for (auto i = at; i + 1 < stop; ++i) alone = alone && !separates(i);
                if (alone) --stop;
            }
        } else {
            while (stop < end && !separates(stop)) ++stop;
        }
        if (!sh.assign(names[n], line.substr(at, stop - at))) return false;
        at = stop;
        while (at < end && blank(at)) ++at;
        if (at < end && separates(at)) ++at;
        while (at < end && blank(at)) ++at;
    }
    return true;
}

int builtins::read(interp& sh, strings& argv) {
    bool raw = false;
    std::size_t i = 1;
    for (; i < argv.size() && argv[i].size() > 1 && argv[i][0] == '-'; ++i) {
        if (argv[i] == "-r") {
            raw = true;
        } else if (argv[i] == "-p" && i + 1 < argv.size()) {
            ++i;  // a prompt is for terminals
        } else {
            sh.complain_in("read", std::string("Illegal option -") + argv[i][1]);
            return 2;
        }
    }
    const strings names(argv.begin() + std::ptrdiff_t(i), argv.end());
    if (names.empty()) {
        sh.complain_in("read", "arg count");
        return 2;
    }
    for (const auto& n : names) {
        if (is_name(n)) continue;
        sh.complain_in("read", n + ": bad variable name");
        return 2;
    }
    open_file& in = *sh.fds_[0];
    std::string line, mask;
    bool complete = false;
    while (in.input_at < in.input.size()) {
        char c = in.input[in.input_at++];
        char m = 'x';
        if (c == '\n') {
            complete = true;
            break;
        }
        if (c == '\\' && !raw) {
            if (in.input_at == in.input.size()) break;
            c = in.input[in.input_at++];
            if (c == '\n') continue;
            m = 'q';
        }
        if (c == '\0') continue;
        line += c;
        mask += m;
    }
    if (!assign_read(sh, names, line, mask)) return 2;
    return complete ? 0 : 1;
}

}  // namespace vethlab::sh
