// dash: src/eval.c (evalsubshell, evalpipe, evalbackcmd), src/jobs.c
#include "sim/shell/interp.h"
#include "sim/shell/limits.h"
#include "sim/shell/programs.h"

namespace vethlab::sh {
namespace {

// Whether a background command writes somewhere else than its shell does.
bool redirects_output(const node& n) {
    for (const auto& r : n.redirects) {
        if (r.fd == 1 && r.op != redirect_op::read && r.op != redirect_op::here) return true;
    }
    return false;
}

}  // namespace

bool interp::can_fork() {
    if (subshell_depth_ < max_subshells) return true;
    error("Cannot fork");
    return false;
}

// Runs a command in `child` to its end, EXIT trap included.
task<int> interp::eval_as_child(interp& child, const node& n, bool tested) {
    co_await child.eval(n, tested);
    const int status = co_await child.finish();
    if (child.result_.stopped) {
        result_.stopped = true;
        leave(status);
    }
    co_return status;
}

task<int> interp::eval_subshell(const node& n, bool tested) {
    line_ = n.line;
    if (!can_fork()) co_return exit_status_;
    interp child(*this, *p_);
    bool ok = true;
    co_await child.redirect_all(n, ok);
    if (!ok && !child.stopping()) child.leave(2);
    int status = child.exit_status_;
    if (!child.stopping()) status = co_await eval_as_child(child, *n.kids[0], tested);
    result_.failed = result_.failed || child.result_.failed;
    if (stopping()) co_return exit_status_;
    co_return check(status, tested);
}

// How many lines the next command of a pipeline reads before it ends.
std::size_t interp::lines_wanted(const prepared& next) const {
    if (!next.ready || next.kind != lookup::program) return std::string::npos;
    return lines_head_reads(next.argv);
}

task<int> interp::prepare_stage(const node& n, prepared& words) {
    if (n.kind != node_kind::simple || n.words.empty()) co_return 0;
    co_await prepare(n, words);
    words.ready = true;
    co_return 0;
}

task<int> interp::run_stage(interp& stage, const node& n, prepared& words, file_ptr in,
                            file_ptr out) {
    stage.fds_[0] = std::move(in);
    if (out) stage.fds_[1] = out;
    if (words.ready && !stage.stopping()) co_await stage.run_prepared(n, words, true);
    if (!words.ready) co_await stage.eval(n, true);
    const int status = co_await stage.finish();
    if (out) co_await stage.wait_for_writers(out);
    result_.stopped = result_.stopped || stage.result_.stopped;
    co_return status;
}

// From left to right, each with the whole output of the one before it.
// Linux: all at once. Here: the same, as long as nobody looks at the time between.
task<int> interp::eval_pipeline(const node& n, bool tested) {
    line_ = n.line;
    if (!can_fork()) co_return exit_status_;
    std::vector<std::unique_ptr<interp>> stages;
    std::vector<prepared> words(n.kids.size());
    command_event event{n.line, n.source, {}, false, background_, false, tested};
    bool all_simple = true;
    for (std::size_t i = 0; i < n.kids.size(); ++i) {
        stages.push_back(std::make_unique<interp>(*this, *p_));
        stages[i]->quiet_ = true;
        co_await stages[i]->prepare_stage(*n.kids[i], words[i]);
        all_simple = all_simple && words[i].ready;
        if (all_simple) event.display += (i ? " | " : "") + display(words[i], *n.kids[i]);
    }
    if (!all_simple) event.display = n.source;
    if (!quiet_) env_->command_begins(event);

    int status = 0;
    file_ptr in = fds_[0];
    for (std::size_t i = 0; i < n.kids.size(); ++i) {
        const bool last = i + 1 == n.kids.size();
        std::shared_ptr<pipe_file> pipe;
        if (!last) {
            pipe = std::make_shared<pipe_file>(*exec_);
            pipe->want_lines(lines_wanted(words[i + 1]));
            env_->opened(pipe);
        }
        status = co_await run_stage(*stages[i], *n.kids[i], words[i], in, pipe);
        stages[i].reset();
        if (result_.stopped) {
            leave(2);
            break;
        }
        if (last) break;
        if (exec_->signal == sigpipe) exec_->signal = 0;
        if (pipe->overflow()) complain("a pipe holds at most 16 MB: the rest is lost");
        in = std::make_shared<open_file>();
        in->input = pipe->take();
    }
    if (!quiet_) env_->command_ends(event, status);
    if (stopping()) co_return exit_status_;
    co_return check(status, tested);
}

task<int> interp::eval_background(const node& n) {
    line_ = n.kids[0]->line;
    if (env_->jobs().full()) {
        error("Cannot fork");
        co_return exit_status_;
    }
    if (!can_fork()) co_return exit_status_;
    auto j = std::make_shared<job>(*p_, *fds_[1], *fds_[2]);
    j->shell = std::make_unique<interp>(*this, j->self);
    j->holds_out = !redirects_output(*n.kids[0]);
    interp& child = *j->shell;
    child.exec_ = &j->exec;
    child.background_ = true;
    child.fds_[0] = std::make_shared<open_file>();  // /dev/null
    j->body.emplace(child.job_body(*j, n.kids[0]));
    jobs_.push_back(j);
    env_->jobs().add(j);
    last_background_ = j->self.pid;
    p_->table.ready(j->body->begin(j->exec), j->exec);
    // It begins at once, as far as it gets without waiting.
    co_await yield_awaiter{p_->table};
    status_ = 0;
    co_return 0;
}

task<int> interp::job_body(job& j, node_ptr n) {
    direct_job_ = n->kind == node_kind::simple;
    co_await eval(*n, false);
    const int status = co_await finish();
    j.end(status);
    co_return status;
}

// The job's status, or 128 + a signal that came meanwhile.
task<int> interp::wait_for(job_ptr j) {
    co_await job_awaiter{*p_, j};
    p_->interrupted = false;
    co_return j->done ? j->status : 128 + exec_->signal;
}

// A pipe ends when the last one who can write to it has ended.
task<int> interp::wait_for_writers(const file_ptr& out) {
    const auto jobs = jobs_;
    for (const auto& j : jobs) {
        if (j->done || !j->holds_out || j->shell->fds_[1] != out) continue;
        co_await wait_for(j);
        if (!j->done) j->kill(sigpipe);
    }
    co_return 0;
}

// $(...): the output without the newlines at its end.
task<int> interp::substitute(const node* body, std::string& output) {
    substituted_ = 0;
    if (!body) co_return 0;
    if (!can_fork()) co_return exit_status_;
    auto pipe = std::make_shared<pipe_file>(*exec_);
    env_->opened(pipe);
    interp child(*this, *p_);
    child.quiet_ = true;
    child.fds_[1] = pipe;
    substituted_ = co_await eval_as_child(child, *body, false);
    co_await child.wait_for_writers(pipe);
    const bool overflow = pipe->overflow();
    output = pipe->take();
    if (overflow) {
        exec_->signal = 0;
        out_of_space();
    }
    while (!output.empty() && output.back() == '\n') output.pop_back();
    std::erase(output, '\0');
    co_return substituted_;
}

}  // namespace vethlab::sh
