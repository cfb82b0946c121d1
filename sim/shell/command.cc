// dash: src/eval.c (evalcommand), src/exec.c. Simple commands.
#include "sim/shell/interp.h"
#include "sim/shell/limits.h"
#include "sim/shell/parser.h"
#include "sim/shell/programs.h"

namespace vethlab::sh {
namespace {

// Behind these, NAME=value is an assignment: its value is not split.
bool declares(std::string_view command) {
    return command == "export" || command == "readonly" || command == "local";
}
bool is_assignment(const word& w) {
    if (w.parts.empty() || w.parts[0].kind != part_kind::text || w.parts[0].quoted) return false;
    const std::string_view text = w.parts[0].text;
    const auto eq = text.find('=');
    return eq != std::string_view::npos && is_name(text.substr(0, eq));
}

}  // namespace

task<int> interp::eval_simple(const node& n, bool tested) {
    prepared words;
    substituted_ = 0;
    co_await prepare(n, words);
    if (stopping()) co_return exit_status_;
    co_return co_await run_prepared(n, words, tested);
}

// Expands the words and finds out what they call.
task<int> interp::prepare(const node& n, prepared& words) {
    line_ = n.line;
    for (const auto& w : n.words) {
        if (!words.argv.empty() && declares(words.argv[0]) && is_assignment(w)) {
            std::string value;
            co_await expand_string(w, value);
            words.argv.push_back(std::move(value));
        } else if (!take_plain(w, words.argv)) {
            co_await expand_fields(w, words.argv);
        }
        if (stopping()) co_return exit_status_;
    }
    if (strip_sudo(words)) resolve(words);
    co_return 0;
}

// Everybody is root here, so sudo is only a word. False if that ended the shell.
bool interp::strip_sudo(prepared& words) {
    strings& argv = words.argv;
    if (argv.empty() || program_name(argv[0]) != "sudo" || functions_.contains("sudo")) return true;
    std::size_t i = 1;
    for (; i < argv.size() && argv[i].size() > 1 && argv[i][0] == '-'; ++i) {
        const std::string& o = argv[i];
        if (o == "--") {
            ++i;
            break;
        }
        if (o == "-u" && i + 1 < argv.size() && argv[i + 1] == "root") {
            ++i;
        } else if (o != "-E" && o != "-n" && o != "-H" && o != "-S" && o != "-uroot" &&
                   o != "--preserve-env" && o != "--user=root" && o != "--non-interactive") {
            error("sudo: " + o + ": not supported");
            return false;
        }
    }
    if (i == argv.size()) {
        error("sudo: a command is missing");
        return false;
    }
    argv.erase(argv.begin(), argv.begin() + std::ptrdiff_t(i));
    words.external_only = true;
    return true;
}

void interp::resolve(prepared& words) {
    words.kind = lookup::program;
    words.found = nullptr;
    if (words.argv.empty() || words.external_only) return;
    const std::string& name = words.argv[0];
    const builtin* b = find_builtin(name);
    if (b && b->special) {
        words.kind = lookup::special;
        words.found = b;
    } else if (functions_.contains(name)) {
        words.kind = lookup::function;
    } else if (b) {
        words.kind = lookup::builtin;
        words.found = b;
    }
}

task<int> interp::run_prepared(const node& n, prepared& words, bool tested) {
    line_ = n.line;
    if (words.argv.empty()) {
        command_event event{n.line, n.source, n.source, true, background_, true, tested};
        const bool shown = !quiet_ && !n.assigns.empty();
        if (shown) env_->command_begins(event);
        const int status = co_await run_assignments(n);
        if (shown) env_->command_ends(event, status);
        if (stopping()) co_return exit_status_;
        co_return check(status, tested);
    }
    const bool shown = !quiet_ && words.kind != lookup::function;
    command_event event;
    if (shown) {
        event = {n.line, n.source, display(words, n), words.kind != lookup::program,
                 background_, false, tested};
        env_->command_begins(event);
    }
    const int status = co_await run_with_streams(n, words, tested);
    if (shown) env_->command_ends(event, status);
    if (flow_ == flow::exit) {
        result_.failed = result_.failed || (status != 0 && !tested);
        co_return exit_status_;
    }
    co_return check(status, tested);
}

bool interp::keeps_redirects(const prepared& words) const {
    return words.kind == lookup::special && words.argv[0] == "exec";
}

// A command with its assignments and redirections around it.
task<int> interp::run_with_streams(const node& n, prepared& words, bool tested) {
    strings traced;
    // In front of a special builtin an assignment stays, otherwise it is the command's own.
    const bool temporary = words.kind != lookup::special;
    if (temporary) vars_.begin_scope();
    if (!n.assigns.empty()) co_await assign_all(n, temporary, traced);
    int status = exit_status_;
    if (!stopping()) {
        if (opt_.xtrace) {
            traced.insert(traced.end(), words.argv.begin(), words.argv.end());
            trace(traced);
        }
        const auto saved = fds_;
        bool ok = true;
        if (!n.redirects.empty()) co_await redirect_all(n, ok);
        status = 2;
        if (!ok && words.kind == lookup::special) leave(2);
        if (ok && !stopping()) status = co_await run_words(words, tested);
        if (!keeps_redirects(words) || !ok) fds_ = saved;
    }
    if (temporary) vars_.end_scope();
    co_return status;
}

// A command without a command: NAME=value, > FILE.
task<int> interp::run_assignments(const node& n) {
    const auto saved = fds_;
    bool ok = true;
    co_await redirect_all(n, ok);
    fds_ = saved;
    if (!ok || stopping()) co_return 2;
    strings traced;
    co_await assign_all(n, false, traced);
    if (opt_.xtrace && !traced.empty() && !stopping()) trace(traced);
    co_return substituted_;
}

task<int> interp::assign_all(const node& n, bool temporary, strings& traced) {
    for (const auto& a : n.assigns) {
        std::string value;
        co_await expand_string(a.value, value);
        if (stopping()) co_return 0;
        if (opt_.xtrace) traced.push_back(a.name + '=' + value);
        if (temporary && !vars_.is_readonly(a.name)) vars_.hide(a.name);
        if (!assign(a.name, std::move(value))) co_return 0;
        if (temporary) vars_.mark(a.name, true, false);
    }
    co_return 0;
}

void interp::trace(const strings& words) {
    std::string line = "+";
    for (const auto& w : words) line += ' ' + w;
    err_out().write(line + '\n');
}

task<int> interp::run_words(prepared& words, bool tested) {
    if (words.kind == lookup::function) {
        const node_ptr body = functions_.find(words.argv[0])->second;
        co_return co_await run_function(body, std::move(words.argv), tested);
    }
    if (words.kind == lookup::program) co_return co_await run_program(std::move(words.argv));
    const builtin& b = *words.found;
    if (b.main) co_return co_await b.main(*this, words.argv, tested);
    fds_[1]->failed = false;
    const int status = b.run(*this, words.argv);
    if (!fds_[1]->failed) co_return status;
    fds_[1]->failed = false;
    const std::string name = words.argv[0];
    complain(name + ": " + name + ": I/O error");
    co_return 1;
}

task<int> interp::run_function(node_ptr body, strings argv, bool tested) {
    if (function_depth_ >= max_function_depth) {
        error("Maximum function recursion depth (1000) reached");
        co_return exit_status_;
    }
    argv.erase(argv.begin());
    std::swap(args_, argv);
    direct_job_ = false;
    const int loops = std::exchange(loop_depth_, 0);
    ++function_depth_;
    vars_.begin_scope();
    int status = co_await eval(*body, tested);
    vars_.end_scope();
    --function_depth_;
    loop_depth_ = loops;
    std::swap(args_, argv);
    if (flow_ == flow::ret) {
        flow_ = flow::go_on;
        status = exit_status_;
    }
    co_return status;
}

task<int> interp::run_program(strings argv) {
    const std::string name = argv[0];
    argv[0] = std::string(program_name(name));
    process child(p_->table, p_->sys, p_->ns, *fds_[1], *fds_[2]);
    child.argv = std::move(argv);
    child.environment = vars_.environment();
    const file_ptr in = fds_[0];
    child.input = std::move(in->input);
    child.input_at = in->input_at;
    bool found = true;
    const int status = co_await child.table.exec(child, &found);
    in->input = std::move(child.input);
    in->input_at = child.input_at;
    if (direct_job_) exec_->signal = 0;
    if (found) co_return status & 0xff;
    complain(name + ": not found");
    co_return 127;
}

std::string quoted(std::string_view s) {
    constexpr std::string_view plain = "@%+=:,./-_~^";
    bool needed = s.empty();
    if (s == "[" || s == "]") return std::string(s);
    for (const char c : s) {
        const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z') || plain.find(c) != std::string_view::npos;
        needed = needed || !letter;
    }
    if (!needed) return std::string(s);
    std::string out = "'";
    for (const char c : s) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

std::string interp::display(const prepared& words, const node& n) const {
    std::string s = words.external_only ? "sudo" : "";
    const auto add = [&s](const std::string& w) { s += (s.empty() ? "" : " ") + w; };
    for (const auto& w : words.argv) add(quoted(w));
    for (const auto& r : n.redirects) add(r.source);
    return s;
}

}  // namespace vethlab::sh
