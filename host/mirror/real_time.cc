#include "host/mirror/real_time.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "host/mirror/program.h"

namespace vethlab::host {
namespace {

volatile sig_atomic_t signal_arrived = 0;

void note_signal(int s) { signal_arrived = s; }

}  // namespace

real_time::real_time(kernel_system& sys, finder finds)
    : sys_(sys), finds_(finds), pid_(::getpid()) {
    // Blocked except inside ppoll, so that none is lost between the look and the wait.
    sigset_t signals;
    sigemptyset(&signals);
    struct sigaction action {};
    action.sa_handler = note_signal;
    for (const int s : {SIGINT, SIGTERM}) {
        sigaddset(&signals, s);
        ::sigaction(s, &action, nullptr);
    }
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
}

int real_time::run(process& p) {
    executor e;
    task<int> t = exec(p, nullptr);
    foreground = &e;
    t.start(e);
    if (!run_until_done([&] { return t.done(); })) std::abort();  // nobody could wake the tool
    foreground = nullptr;
    return t.value();
}

task<int> real_time::exec(process& child, bool* found) {
    if (const tool* t = finds_(child.argv[0])) {
        if (found) *found = true;
        co_return co_await run_tool(*t, child);
    }
    co_return co_await run_other(child, found);
}

task<int> real_time::run_tool(const tool& t, process& child) {
    const listed alive(*this, child);
    if (t.run) co_return t.run(child);
    const int status = co_await t.main(child);
    co_return child.killed() ? 128 + child.signal : status;
}

task<int> real_time::run_other(process& child, bool* found) {
    const listed alive(*this, child);
    bool started = false;
    const int status = co_await run_program(child, *this, sys_.home(), started);
    if (found) *found = started;
    if (!started && !found) child.err->printf("%s: not found\n", child.argv[0].c_str());
    co_return status;
}

std::vector<ns_fd> real_time::namespaces_in_use() const {
    std::vector<ns_fd> all;
    for (const process* p : running_) all.push_back(p->ns);
    return all;
}

void real_time::wake_at(sim_time when, waiter& w) {
    if (when != sim_time::max()) timers_.emplace(when, &w);
}

void real_time::cancel(waiter& w) {
    std::erase_if(timers_, [&](const auto& t) { return t.second == &w; });
    std::erase_if(watched_, [&](const auto& x) { return x.w == &w; });
}

// The first is this process's own number, which the kernel knows.
int real_time::next_pid() { return pid_++; }

// One step: somebody runs, or time passes. False: nothing is left to wait for.
bool real_time::turn() {
    if (ready_.empty()) return wait();
    const runnable next = ready_.front();
    ready_.pop_front();
    next.exec->run(next.h);
    return true;
}

// Until a timer is due, a descriptor readable or a signal arrived.
bool real_time::wait() {
    if (timers_.empty() && watched_.empty()) return false;
    std::vector<pollfd> fds;
    for (const auto& x : watched_) fds.push_back({x.fd, POLLIN | POLLPRI, 0});
    timespec left{};
    if (!timers_.empty()) {
        const auto span = std::max(timers_.begin()->first - sys_.now(), sim_time(0));
        left.tv_sec = span / 1s;
        left.tv_nsec = (span % 1s).count();
    }
    sigset_t none;
    sigemptyset(&none);
    ::ppoll(fds.data(), fds.size(), timers_.empty() ? nullptr : &left, &none);
    if (const int s = std::exchange(signal_arrived, 0)) {
        if (foreground) interrupt(*foreground, s);
        if (on_signal) on_signal(s);
    }
    wake_due();
    // A woken waiter leaves both tables: take them down before the first is called.
    std::vector<waiter*> woken;
    for (const auto& fd : fds) {
        for (const auto& x : watched_) {
            if (fd.revents && x.fd == fd.fd) woken.push_back(x.w);
        }
    }
    for (waiter* w : woken) w->wake();
    return true;
}

void real_time::wake_due() {
    while (!timers_.empty() && timers_.begin()->first <= sys_.now()) {
        waiter* w = timers_.begin()->second;
        timers_.erase(timers_.begin());
        w->wake();
    }
}

void real_time::write_file(std::string_view name, std::string_view bytes) {
    std::ofstream(std::string(name), std::ios::binary)
        .write(bytes.data(), std::streamsize(bytes.size()));
}

std::optional<std::string> real_time::read_file(std::string_view name) {
    return sys_.read_file(name);
}

}  // namespace vethlab::host
