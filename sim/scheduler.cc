#include "sim/scheduler.h"

#include <algorithm>

#include "sim/shell/jobs.h"

// GCC calls a hidden variable of every coroutine frame_ptr, too.
#pragma GCC diagnostic ignored "-Wshadow"

namespace vethlab {

// What one waiter waits for: any of these.
struct scheduler::wait {
    wait(waiter& waits, event_queue& q)
        : who(waits), alarm(q, [](void* w) { static_cast<wait*>(w)->who.wake(); }, this) {}
    waiter& who;
    timer alarm;
    socket* sock = nullptr;
    netlink_channel* channel = nullptr;
};

scheduler::scheduler(sim_system& sys, shell_env& env, writer& err_out)
    : sys_(sys), env_(env), err_(err_out) {}
scheduler::~scheduler() = default;

void scheduler::clear() {
    ready_.clear();
    waits_.clear();
}

void scheduler::begin(process& p) {
    running_.push_back(&p);
    sys_.enter(p.pid, p.ns);
}

void scheduler::end(process& p) {
    std::erase(running_, &p);
    sys_.leave(p.pid);
}

task<int> scheduler::exec(process& child, bool* found) {
    const std::string name(child.argv.empty() ? "" : program_name(child.argv[0]));
    if (programs && programs->has(name)) {
        if (found) *found = true;
        running_process alive(*this, child);
        co_return co_await programs->run(child);
    }
    const tool* program = find_tool(name);
    const bool known = program || is_shell_program(name);
    if (found) *found = known;
    if (!known) {
        if (!found) child.err->printf("%s: not found\n", child.argv.empty() ? "" : child.argv[0].c_str());
        co_return 127;
    }
    running_process alive(*this, child);
    if (!program) co_return co_await shell_program(child, env_);
    if (program->run) co_return program->run(child);
    const int status = co_await program->main(child);
    co_return child.killed() ? 128 + child.signal : status;
}

scheduler::wait& scheduler::entry(waiter& w) {
    for (auto& e : waits_) {
        if (&e->who == &w) return *e;
    }
    waits_.push_back(std::make_unique<wait>(w, sys_.krn.events));
    return *waits_.back();
}

void scheduler::wake_at(sim_time when, waiter& w) {
    if (when != sim_time::max()) entry(w).alarm.start_at(when);
}
void scheduler::wake_on(socket& s, waiter& w) { entry(w).sock = &s; }
void scheduler::wake_on(netlink_channel& c, waiter& w) { entry(w).channel = &c; }
void scheduler::cancel(waiter& w) {
    std::erase_if(waits_, [&](const auto& e) { return &e->who == &w; });
}

// Whoever's socket has something to read, in the order in which they began to wait.
void scheduler::poll() {
    for (std::size_t i = 0; i < waits_.size();) {
        wait& e = *waits_[i];
        const bool now = (e.sock && e.sock->readable()) ||
                         (e.channel && netlink_readable(*e.channel));
        if (now) {
            e.who.wake();  // takes the entry away
        } else {
            i++;
        }
    }
}

void scheduler::deliver_interrupt() {
    const int signal = interrupt_requested_;
    interrupt_requested_ = 0;
    interrupted_ = true;
    if (foreground) vethlab::interrupt(*foreground, signal);
    env_.jobs().interrupt_all(signal);
}

// One step: somebody runs, or time passes. False: nothing is left to wait for.
bool scheduler::turn() {
    if (interrupt_requested_) deliver_interrupt();
    if (programs) programs->settle();
    if (!ready_.empty()) {
        const auto [handle, exec] = ready_.front();
        ready_.pop_front();
        exec->run(handle);
        poll();
        return true;
    }
    if (programs && programs->wait(timed())) {
        poll();
        return true;
    }
    return pass_time();
}

bool scheduler::timed() const {
    return std::any_of(waits_.begin(), waits_.end(),
                       [](const auto& e) { return e->alarm.pending(); });
}

bool scheduler::pass_time() {
    kernel& krn = sys_.krn;
    if (krn.softirq_pending()) {
        sys_.finish_call();
        if (krn.softirq_pending()) {
            const sim_time later = krn.cpu_free_at();
            if (krn.events.due(later)) {
                krn.events.run_one();
            } else {
                krn.events.advance(later);
            }
        }
        poll();
        return true;
    }
    if (nothing_can_happen()) return false;
    krn.events.run_one();
    sys_.finish_call();
    poll();
    return true;
}

// No process waits for a time, and none of the kernel's timers has made a frame for longer than any
// of them takes that would: what is left only looks after tables.
bool scheduler::nothing_can_happen() {
    constexpr sim_time longest = 1h;
    kernel& krn = sys_.krn;
    if (krn.events.empty()) return true;
    const bool somebody =
        std::any_of(waits_.begin(), waits_.end(), [](const auto& w) { return w->alarm.pending(); });
    if (somebody || krn.frames_sent != frames_seen_) {
        frames_seen_ = krn.frames_sent;
        last_frame_ = krn.now();
    }
    return krn.now() - last_frame_ > longest;
}

void scheduler::hint(std::string_view text) {
    if (hints) err_.printf("hint: %.*s\n", int(text.size()), text.data());
}

void scheduler::write_file(std::string_view name, std::string_view bytes) {
    const bool fits = env_.write_file(name, bytes);
    written_[std::string(name)] = fits ? std::string_view() : bytes;
}

std::map<std::string, std::string> scheduler::written_files() const {
    std::map<std::string, std::string> files;
    for (const auto& [name, too_large] : written_) {
        if (!too_large.empty()) {
            files.emplace(name, too_large);
        } else if (auto bytes = env_.read_file(name)) {
            files.emplace(name, std::move(*bytes));
        }
    }
    return files;
}

std::optional<std::string> scheduler::read_file(std::string_view name) {
    return env_.read_file(name);
}

}  // namespace vethlab
