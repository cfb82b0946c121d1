// dash: src/eval.c. Control flow.
#include "sim/shell/interp.h"

#include "sim/shell/limits.h"
#include "sim/shell/parser.h"
#include "sim/shell/pattern.h"

namespace vethlab::sh {

interp::interp(process& self, shell_env& env) : p_(&self), env_(&env), shell_pid_(self.pid) {
    const auto open = [&](writer* w) {
        file_ptr f = env.find_open(w);
        return f ? f : std::make_shared<passed_file>(*w);
    };
    fds_[0] = std::make_shared<open_file>();
    fds_[0]->input = std::move(self.input);
    fds_[0]->input_at = self.input_at;
    fds_[1] = open(self.out);
    fds_[2] = self.err == self.out ? fds_[1] : open(self.err);
    import_environment(self.environment);
}

interp::interp(const interp& parent, process& self) : interp(parent) {
    p_ = &self;
    jobs_.clear();
    // Traps belong to the shell that set them; what it ignores stays ignored.
    std::erase_if(traps_, [](const auto& t) { return !t.second.empty(); });
    result_ = {};
    loop_depth_ = 0;
    in_trap_ = false;
    ++subshell_depth_;
}

void interp::put_back_input() {
    if (!fds_[0]) return;
    p_->input = std::move(fds_[0]->input);
    p_->input_at = fds_[0]->input_at;
}

void interp::set_name(std::string name, strings args) {
    name_ = std::move(name);
    args_ = std::move(args);
}
void interp::import_environment(const strings& environment) {
    for (const auto& e : environment) {
        const auto eq = e.find('=');
        if (eq == std::string::npos || !is_name(std::string_view(e).substr(0, eq))) continue;
        const auto name = e.substr(0, eq);
        vars_.set(name, e.substr(eq + 1));
        vars_.mark(name, true, false);
    }
}

void interp::start_quiet(const std::string& flags) {
    quiet_ = true;
    opt_.errexit = flags.find('e') != std::string::npos;
    opt_.nounset = flags.find('u') != std::string::npos;
    opt_.xtrace = flags.find('x') != std::string::npos;
}

void interp::complain(const std::string& what) {
    err_out().write(strf("%s: %d: %s\n", name_.c_str(), line_, what.c_str()));
}
void interp::complain_in(const std::string& command, const std::string& what) {
    complain(command + ": " + what);
}
void interp::error(const std::string& what, int status) {
    complain(what);
    leave(status);
}
void interp::leave(int status) {
    flow_ = flow::exit;
    exit_status_ = status_ = status;
}

shell_result interp::result() const {
    shell_result r = result_;
    r.exit_status = exit_status_;
    r.failed = r.failed || exit_status_ != 0;
    return r;
}

// Command by command: what stands before an error in the text has run when the error is found.
task<int> interp::run_text(std::string text, int line, bool tested, const char* in_builtin) {
    if (!exec_) exec_ = co_await this_executor{};
    parser parse(text, line, eval_depth_ > 0 && in_builtin ? 1 : 0);
    int status = 0;
    while (!stopping()) {
        const node_ptr n = parse.next();
        for (const auto& note : parse.take_notes()) p_->table.hint(name_ + ": " + note);
        if (!n) break;
        status = co_await eval(*n, tested);
    }
    if (!parse.failed() || stopping()) {
        if (flow_ == flow::exit) status = exit_status_;
        co_return status;
    }
    line_ = parse.error_line();
    result_.error = script_error{line_, parse.error()};
    error(in_builtin ? std::string(in_builtin) + ": " + parse.error() : parse.error());
    // As dash: the EXIT trap is not for a script that could not be read.
    if (!in_builtin) traps_.erase("EXIT");
    co_return exit_status_;
}

// The EXIT trap, and the shell is done. The exit status.
task<int> interp::finish() {
    if (!exec_) exec_ = co_await this_executor{};
    if (flow_ != flow::exit) exit_status_ = status_;
    const auto trap = traps_.find("EXIT");
    if (trap != traps_.end() && !trap->second.empty() && !result_.stopped) {
        const std::string action = trap->second;
        traps_.erase(trap);
        const int status = exit_status_;
        exec_->signal = 0;
        flow_ = flow::go_on;
        status_ = status;
        co_await run_text(action, line_, true, "trap");
        if (flow_ != flow::exit) exit_status_ = status;
    }
    flow_ = flow::exit;
    co_return exit_status_;
}

bool interp::needs_attention() {
    if (exec_->signal != 0) return true;
    switch (env_->step()) {
        case pace::go_on:
            return false;
        case pace::yield:
            return true;
        case pace::stop:
            break;
    }
    result_.stopped = true;
    error("stopped: too many steps");
    return false;
}

task<int> interp::attend() {
    if (exec_->signal == 0) {
        co_await yield_awaiter{p_->table};
        co_return 0;
    }
    const int number = exec_->signal;
    const signal_name* s = signal_by_number(number);
    const auto trap = s ? traps_.find(s->name) : traps_.end();
    if (trap == traps_.end()) {
        leave(128 + number);
        co_return 0;
    }
    exec_->signal = 0;
    const std::string action = trap->second;
    if (!action.empty()) co_await run_trap(action);
    co_return 0;
}

task<int> interp::run_trap(std::string action) {
    if (in_trap_) co_return 0;
    in_trap_ = true;
    const int status = status_;
    co_await run_text(std::move(action), line_, false, "trap");
    in_trap_ = false;
    if (!stopping()) status_ = status;
    co_return 0;
}

// The status of a command that is a unit for `set -e`: nothing looks at it if it is not tested.
int interp::check(int status, bool tested) {
    status_ = status;
    if (status == 0 || tested || flow_ == flow::brk || flow_ == flow::cont) return status;
    result_.failed = true;
    if (opt_.errexit && flow_ != flow::exit) leave(status);
    return status;
}

task<int> interp::eval(const node& n, bool tested) {
    if (eval_depth_ >= max_eval_depth) {
        error("commands nested too deep");
        co_return exit_status_;
    }
    ++eval_depth_;
    if (needs_attention()) co_await attend();
    int status = exit_status_;
    if (!stopping()) status = co_await eval_kind(n, tested);
    if (exec_->signal != 0 && !stopping()) co_await attend();
    --eval_depth_;
    co_return flow_ == flow::exit ? exit_status_ : status;
}

task<int> interp::eval_kind(const node& n, bool tested) {
    switch (n.kind) {
        case node_kind::simple:
            return eval_simple(n, tested);
        case node_kind::pipeline:
            return eval_pipeline(n, tested);
        case node_kind::and_or:
            return eval_and_or(n, tested);
        case node_kind::sequence:
            return eval_sequence(n, tested);
        case node_kind::background:
            return eval_background(n);
        case node_kind::subshell:
            return eval_subshell(n, tested);
        default:
            return eval_redirected(n, tested);
    }
}

task<int> interp::eval_sequence(const node& n, bool tested) {
    int status = 0;
    for (const auto& kid : n.kids) {
        status = co_await eval(*kid, tested);
        if (stopping()) break;
    }
    co_return status;
}

task<int> interp::eval_and_or(const node& n, bool tested) {
    int status = co_await eval(*n.kids[0], true);
    for (std::size_t i = 1; i < n.kids.size() && !stopping(); ++i) {
        if (n.ors[i - 1] == (status == 0)) continue;
        const bool last = i + 1 == n.kids.size();
        status = co_await eval(*n.kids[i], tested || !last);
    }
    co_return status;
}

// What may have redirections behind it, and runs in this shell.
task<int> interp::eval_redirected(const node& n, bool tested) {
    const auto saved = fds_;
    bool ok = true;
    if (!n.redirects.empty()) {
        line_ = n.line;
        co_await redirect_all(n, ok);
    }
    int status = 2;
    if (!ok && !stopping()) {
        status = check(2, tested);
    } else if (!stopping()) {
        status = 0;
        switch (n.kind) {
            case node_kind::group:
                status = co_await eval(*n.kids[0], tested);
                break;
            case node_kind::if_else:
                status = co_await eval_if(n, tested);
                break;
            case node_kind::while_loop:
            case node_kind::until_loop:
                status = co_await eval_while(n, tested);
                break;
            case node_kind::for_loop:
                status = co_await eval_for(n, tested);
                break;
            case node_kind::case_of:
                status = co_await eval_case(n, tested);
                break;
            case node_kind::negation: {
                status = co_await eval(*n.kids[0], true);
                if (!stopping()) status_ = status = status == 0 ? 1 : 0;
                break;
            }
            case node_kind::function:
                functions_[n.name] = n.kids[0];
                status_ = 0;
                break;
            default:
                break;
        }
    }
    fds_ = saved;
    co_return status;
}

task<int> interp::eval_if(const node& n, bool tested) {
    std::size_t i = 0;
    for (; i + 1 < n.kids.size(); i += 2) {
        const int status = co_await eval(*n.kids[i], true);
        if (stopping()) co_return status;
        if (status == 0) co_return co_await eval(*n.kids[i + 1], tested);
    }
    if (i < n.kids.size()) co_return co_await eval(*n.kids[i], tested);
    status_ = 0;
    co_return 0;
}

// After a turn of a loop: takes break and continue that are meant for it.
bool interp::loop_goes_on() {
    if (flow_ == flow::go_on) return true;
    if (flow_ != flow::brk && flow_ != flow::cont) return false;
    if (--flow_count_ > 0) return false;
    const bool again = flow_ == flow::cont;
    flow_ = flow::go_on;
    return again;
}

task<int> interp::eval_while(const node& n, bool tested) {
    int status = 0;
    ++loop_depth_;
    for (;;) {
        const int test = co_await eval(*n.kids[0], true);
        if (stopping()) {
            if (!loop_goes_on()) break;
            continue;
        }
        if ((test == 0) != (n.kind == node_kind::while_loop)) break;
        status = co_await eval(*n.kids[1], tested);
        if (!loop_goes_on()) break;
    }
    --loop_depth_;
    if (!stopping()) status_ = status;
    co_return status;
}

task<int> interp::eval_for(const node& n, bool tested) {
    strings values;
    if (n.over_args) values = args_;
    line_ = n.line;
    for (const auto& w : n.words) {
        co_await expand_fields(w, values);
        if (stopping()) co_return exit_status_;
    }
    int status = 0;
    ++loop_depth_;
    for (auto& value : values) {
        if (!assign(n.name, std::move(value))) break;
        status = co_await eval(*n.kids[0], tested);
        if (!loop_goes_on()) break;
    }
    --loop_depth_;
    if (!stopping()) status_ = status;
    co_return status;
}

task<int> interp::eval_case(const node& n, bool tested) {
    line_ = n.line;
    std::string subject;
    co_await expand_string(n.words[0], subject);
    for (const auto& arm : n.arms) {
        for (const auto& w : arm.patterns) {
            std::string pattern, mask;
            co_await expand_pattern(w.parts, pattern, mask);
            if (stopping()) co_return exit_status_;
            if (!matches(pattern, mask, subject)) continue;
            if (arm.body) co_return co_await eval(*arm.body, tested);
            status_ = 0;
            co_return 0;
        }
    }
    status_ = 0;
    co_return 0;
}

}  // namespace vethlab::sh
