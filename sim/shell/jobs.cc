// dash: src/jobs.c
#include "sim/shell/jobs.h"

#include <algorithm>

#include "sim/shell/interp.h"
#include "sim/shell/limits.h"

namespace vethlab::sh {
namespace {

constexpr signal_name signals[] = {
    {"HUP", 1, "Hangup"},
    {"INT", 2, nullptr},
    {"QUIT", 3, "Quit"},
    {"KILL", 9, "Killed"},
    {"USR1", 10, "User defined signal 1"},
    {"USR2", 12, "User defined signal 2"},
    {"PIPE", sigpipe, nullptr},
    {"ALRM", 14, "Alarm clock"},
    {"TERM", 15, "Terminated"},
};

}  // namespace

const signal_name* signal_by_name(std::string_view name) {
    for (const auto& s : signals) {
        if (name == s.name) return &s;
    }
    return nullptr;
}
const signal_name* signal_by_number(int number) {
    for (const auto& s : signals) {
        if (number == s.number) return &s;
    }
    return nullptr;
}

job::job(const process& parent, writer& out, writer& err_out)
    : self(parent.table, parent.sys, parent.ns, out, err_out) {}
job::~job() = default;

void job::end(int exit_status) {
    done = true;
    status = exit_status;
    for (waiter* w : std::exchange(waiting, {})) w->wake();
}

void job::kill(int sig) {
    signal = sig;
    interrupt(exec, sig);
}

job_awaiter::~job_awaiter() {
    auto& list = j->waiting;
    list.erase(std::remove(list.begin(), list.end(), static_cast<waiter*>(this)), list.end());
}

void job_table::prune() {
    std::erase_if(jobs_, [](const job_ptr& j) { return j->done && j->body && j->body->done(); });
}
bool job_table::full() {
    prune();
    return jobs_.size() >= max_jobs;
}
job_ptr job_table::find(int pid) const {
    for (const auto& j : jobs_) {
        if (j->self.pid == pid && !j->done) return j;
    }
    return nullptr;
}
bool job_table::idle() {
    prune();
    return jobs_.empty();
}
void job_table::interrupt_all(int signal) {
    for (const auto& j : jobs_) {
        if (!j->done) j->kill(signal);
    }
}
void job_table::clear() {
    // From the youngest: a job may wait for one that it started.
    while (!jobs_.empty()) jobs_.pop_back();
}

}  // namespace vethlab::sh
