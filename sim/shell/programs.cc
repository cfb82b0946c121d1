// coreutils: src/ls.c, rm.c, basename.c, dirname.c, id.c; and the table of programs
#include "sim/shell/programs.h"

#include <algorithm>

#include "sim/shell/arith.h"
#include "sim/shell/files.h"
#include "sim/shell/interp.h"

namespace vethlab::sh {
namespace {

struct program_complaints final : complaints {
    process& p;
    explicit program_complaints(process& process) : p(process) {}
    void say(const std::string& what) override {
        p.err->printf("%s: %s\n", p.argv[0].c_str(), what.c_str());
    }
};

int true_main(process&, shell_env&) { return 0; }
int false_main(process&, shell_env&) { return 1; }
int echo_main(process& p, shell_env&) {
    p.out->write(echo_text(p.argv));
    return 0;
}
int printf_main(process& p, shell_env&) {
    program_complaints c(p);
    return printf_command(p.argv, *p.out, c);
}
int test_main(process& p, shell_env& env) {
    program_complaints c(p);
    return test_command(p, env, p.argv, c);
}
int whoami_main(process& p, shell_env&) {
    p.out->write("root\n");
    return 0;
}
int id_main(process& p, shell_env&) {
    if (p.argv.size() == 1) {
        p.out->write("uid=0(root) gid=0(root) groups=0(root)\n");
    } else if (p.argv[1] == "-u" || p.argv[1] == "-g") {
        p.out->write("0\n");
    } else if (p.argv[1] == "-un" || p.argv[1] == "-gn") {
        p.out->write("root\n");
    } else {
        p.err->printf("id: %s: not supported\n", p.argv[1].c_str());
        return 1;
    }
    return 0;
}

std::string_view without_slashes(std::string_view s) {
    while (s.size() > 1 && s.back() == '/') s.remove_suffix(1);
    return s;
}
int basename_main(process& p, shell_env&) {
    if (p.argv.size() < 2 || p.argv.size() > 3 || p.argv[1].starts_with('-')) {
        p.err->write("basename: NAME [SUFFIX] is supported\n");
        return 1;
    }
    std::string_view s = without_slashes(p.argv[1]);
    if (s != "/") s = s.substr(s.rfind('/') + 1);
    if (p.argv.size() == 3 && s != p.argv[2] && s.ends_with(p.argv[2])) {
        s.remove_suffix(p.argv[2].size());
    }
    p.out->write(std::string(s) + '\n');
    return 0;
}
int dirname_main(process& p, shell_env&) {
    if (p.argv.size() < 2 || p.argv[1].starts_with('-')) {
        p.err->write("dirname: NAME... is supported\n");
        return 1;
    }
    for (std::size_t i = 1; i < p.argv.size(); ++i) {
        const std::string_view s = without_slashes(p.argv[i]);
        const auto slash = s.rfind('/');
        std::string_view d = ".";
        if (slash != std::string_view::npos)
            d = without_slashes(s.substr(0, std::max<std::size_t>(slash, 1)));
        p.out->write(std::string(d) + '\n');
    }
    return 0;
}

// expr A OP B, as counting loops have it.
int expr_main(process& p, shell_env&) {
    std::int64_t a = 0, b = 0, v = 0;
    if (p.argv.size() != 4) {
        p.err->write("expr: only A OPERATOR B is supported\n");
        return 2;
    }
    const std::string& op = p.argv[2];
    const bool numbers = whole_number(p.argv[1], 10, a) && whole_number(p.argv[3], 10, b);
    const int order = numbers ? (a > b) - (a < b) : p.argv[1].compare(p.argv[3]);
    if (op == "=" || op == "==") {
        v = order == 0;
    } else if (op == "!=") {
        v = order != 0;
    } else if (op == "<" || op == "<=") {
        v = order < 0 || (order == 0 && op == "<=");
    } else if (op == ">" || op == ">=") {
        v = order > 0 || (order == 0 && op == ">=");
    } else if (op != "+" && op != "-" && op != "*" && op != "/" && op != "%") {
        p.err->printf("expr: %s: not supported\n", op.c_str());
        return 2;
    } else if (!numbers) {
        p.err->write("expr: non-integer argument\n");
        return 2;
    } else if ((op == "/" || op == "%") && b == 0) {
        p.err->write("expr: division by zero\n");
        return 2;
    } else {
        struct none final : arith_variables {
            std::string get(std::string_view) override { return {}; }
            bool set(std::string_view, const std::string&) override { return false; }
        } variables;
        std::string error;
        const auto text = strf("(%lld)%s(%lld)", static_cast<long long>(a), op.c_str(),
                               static_cast<long long>(b));
        v = arith(text, variables, error);
    }
    p.out->printf("%lld\n", static_cast<long long>(v));
    return v == 0 ? 1 : 0;
}

// Text tools that scripts like and a lab does without: better a clear word than `not found`.
int refused_main(process& p, shell_env&) {
    p.err->printf("%s: not supported in a lab\n", p.argv[0].c_str());
    return 127;
}

struct program {
    const char* name;
    int (*run)(process&, shell_env&);
};
constexpr program programs[] = {
    {"[", test_main},        {"awk", refused_main},   {"basename", basename_main},
    {"cat", cat_main},       {"cut", cut_main},   {"dirname", dirname_main},
    {"echo", echo_main},     {"egrep", grep_main},    {"expr", expr_main},
    {"false", false_main},   {"fgrep", grep_main},    {"grep", grep_main},
    {"head", head_main},     {"id", id_main},         {"ls", ls_main},
    {"printf", printf_main}, {"rm", rm_main},         {"sed", refused_main},
    {"seq", seq_main},       {"sort", sort_main},  {"tail", tail_main},
    {"tee", tee_main},       {"test", test_main},     {"tr", tr_main},
    {"true", true_main},     {"uniq", uniq_main},  {"wc", wc_main},
    {"whoami", whoami_main}, {"xargs", refused_main},
};
const program* find_program(std::string_view name) {
    for (const auto& p : programs) {
        if (name == p.name) return &p;
    }
    return nullptr;
}
bool is_shell(std::string_view name) { return name == "sh" || name == "bash" || name == "dash"; }

// sh [-eux] -c TEXT [NAME [ARG...]], sh [-eux] FILE [ARG...], sh (from standard input)
task<int> shell_main(process& p, shell_env& env) {
    const strings argv = p.argv;
    std::string flags, text, name = argv[0];
    bool command = false;
    std::size_t i = 1;
    for (; i < argv.size() && argv[i].size() > 1 && argv[i][0] == '-'; ++i) {
        if (argv[i] == "--") {
            ++i;
            break;
        }
        for (const char c : argv[i].substr(1)) {
            if (c == 'c') {
                command = true;
            } else if (std::string_view("eux").find(c) != std::string_view::npos) {
                flags += c;
            } else if (c != 's') {
                p.err->printf("%s: 0: Illegal option -%c\n", name.c_str(), c);
                co_return 2;
            }
        }
    }
    if (command && i == argv.size()) {
        p.err->printf("%s: 0: -c requires an argument\n", name.c_str());
        co_return 2;
    }
    if (command) {
        text = argv[i++];
        if (i < argv.size()) name = argv[i++];
    } else if (i < argv.size()) {
        name = argv[i++];
        if (read_path(p, env, name, text) != err::ok) {
            p.err->printf("%s: 0: cannot open %s: No such file\n", argv[0].c_str(), name.c_str());
            co_return 2;
        }
    } else {
        text = p.input.substr(std::min(p.input_at, p.input.size()));
        p.input_at = p.input.size();
    }
    interp sh(p, env);
    sh.set_name(name, strings(argv.begin() + std::ptrdiff_t(i), argv.end()));
    sh.start_quiet(flags);
    co_await sh.run_text(std::move(text), 1, false, nullptr);
    const int status = co_await sh.finish();
    sh.put_back_input();
    co_return status;
}

}  // namespace

int ls_main(process& p, shell_env& env) {
    strings paths(p.argv.begin() + 1, p.argv.end());
    std::erase(paths, "-1");
    for (const auto& w : paths) {
        if (w.size() < 2 || w[0] != '-') continue;
        p.err->printf("ls: %s: not supported\n", w.c_str());
        return 2;
    }
    if (paths.empty()) paths.push_back(".");
    std::sort(paths.begin(), paths.end());
    int status = 0;
    strings directories;
    for (const auto& path : paths) {
        switch (kind_of_path(p, env, path)) {
            case path_kind::none:
                p.err->printf("ls: cannot access '%s': No such file or directory\n", path.c_str());
                status = 2;
                break;
            case path_kind::directory:
                directories.push_back(path);
                break;
            default:
                p.out->write(path + '\n');
        }
    }
    for (const auto& d : directories) {
        if (paths.size() > 1) p.out->printf("%s%s:\n", d == paths.front() ? "" : "\n", d.c_str());
        for (const auto& name : names_in(p, env, d)) p.out->write(name + '\n');
    }
    return status;
}

int rm_main(process& p, shell_env& env) {
    bool force = false;
    int status = 0;
    for (std::size_t i = 1; i < p.argv.size(); ++i) {
        const std::string& w = p.argv[i];
        if (w == "-f" || w == "--") {
            force = force || w == "-f";
        } else if (w.size() > 1 && w[0] == '-') {
            p.err->printf("rm: %s: not supported\n", w.c_str());
            return 1;
        } else if (!env.remove_file(w) && !force) {
            p.err->printf("rm: cannot remove '%s': No such file or directory\n", w.c_str());
            status = 1;
        }
    }
    return status;
}

}  // namespace vethlab::sh

namespace vethlab {

bool is_shell_program(std::string_view name) {
    return sh::is_shell(name) || sh::find_program(name);
}

task<int> shell_program(process& p, shell_env& env) {
    p.argv[0] = std::string(program_name(p.argv[0]));
    if (sh::is_shell(p.argv[0])) co_return co_await sh::shell_main(p, env);
    const sh::program* found = sh::find_program(p.argv[0]);
    if (found) co_return found->run(p, env);
    p.err->printf("%s: not found\n", p.argv[0].c_str());
    co_return 127;
}

}  // namespace vethlab
