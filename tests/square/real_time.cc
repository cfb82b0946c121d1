#include "tests/square/real_time.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "tests/square/spawn.h"

namespace vethlab::host {
namespace {

volatile sig_atomic_t interrupt_arrived = 0;

void on_signal(int) { interrupt_arrived = 1; }

}  // namespace

real_time::real_time(kernel_system& sys, finder finds)
    : sys_(sys), finds_(finds), pid_(::getpid()) {
    // Blocked except inside ppoll, so that none is lost between the look and the wait.
    sigset_t signals;
    sigemptyset(&signals);
    struct sigaction action {};
    action.sa_handler = on_signal;
    for (const int s : {SIGINT, SIGTERM}) {
        sigaddset(&signals, s);
        ::sigaction(s, &action, nullptr);
    }
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
}

int real_time::run(process& p) {
    executor e;
    task<int> t = exec(p, nullptr);
    t.start(e);
    while (!t.done()) {
        if (ready_.empty()) wait();
        while (!ready_.empty()) {
            const runnable next = ready_.front();
            ready_.pop_front();
            next.exec->run(next.h);
        }
    }
    return t.value();
}

task<int> real_time::exec(process& child, bool* found) {
    const tool* t = finds_(child.argv[0]);
    if (!t) {
        const auto ended = spawn(child, sys_.home());
        if (found) *found = ended.has_value();
        if (!ended && !found) child.err->printf("%s: not found\n", child.argv[0].c_str());
        co_return ended.value_or(127);
    }
    if (found) *found = true;
    running_.push_back(&child);
    const int status = t->run ? t->run(child) : co_await t->main(child);
    std::erase(running_, &child);
    co_return status;
}

void real_time::cancel(waiter& w) {
    std::erase_if(timers_, [&](const auto& t) { return t.second == &w; });
    std::erase_if(watched_, [&](const auto& x) { return x.w == &w; });
}

// The first is this process's own number, which the kernel knows.
int real_time::next_pid() { return pid_++; }

// Until a timer is due, a descriptor readable or a signal arrived.
void real_time::wait() {
    if (timers_.empty() && watched_.empty()) std::abort();  // nobody could wake the tool
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
    if (std::exchange(interrupt_arrived, 0)) interrupt();
    wake_due();
    // A woken waiter leaves both tables: take them down before the first is called.
    std::vector<waiter*> woken;
    for (std::size_t i = 0; i < fds.size(); i++) {
        for (const auto& x : watched_) {
            if (fds[i].revents && x.fd == fds[i].fd) woken.push_back(x.w);
        }
    }
    for (waiter* w : woken) w->wake();
}

void real_time::wake_due() {
    while (!timers_.empty() && timers_.begin()->first <= sys_.now()) {
        waiter* w = timers_.begin()->second;
        timers_.erase(timers_.begin());
        w->wake();
    }
}

void real_time::interrupt() {
    for (process* p : running_) p->interrupted = true;
    while (!timers_.empty()) {
        waiter* w = timers_.begin()->second;
        timers_.erase(timers_.begin());
        w->wake();
    }
    while (!watched_.empty()) {
        waiter* w = watched_.back().w;
        watched_.pop_back();
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
