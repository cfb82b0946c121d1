#pragma once
// dash: src/jobs.c. Background jobs: shells with a thread of control of their own.
#include <memory>
#include <vector>

#include "sim/shell/shell.h"

namespace vethlab::sh {

struct job {
    job(const process& parent, writer& out, writer& err_out);
    job(const job&) = delete;
    ~job();

    process self;
    executor exec;
    std::unique_ptr<interp> shell;
    std::optional<task<int>> body;  // destroyed first: it runs on all of the above
    bool done = false;
    int status = 0;
    int signal = 0;         // the last one sent
    bool holds_out = true;  // it may write to the standard output that it began with
    std::vector<waiter*> waiting;

    void end(int exit_status);
    void kill(int sig);
};
using job_ptr = std::shared_ptr<job>;

class job_table {
 public:
    bool full();  // also forgets the jobs that are done
    void add(job_ptr j) { jobs_.push_back(std::move(j)); }
    job_ptr find(int pid) const;  // alive
    bool idle();                  // none is alive
    void interrupt_all(int signal);
    void clear();

 private:
    void prune();
    std::vector<job_ptr> jobs_;
};

// Until the job is done, or a signal comes.
struct job_awaiter : wait_base {
    job_ptr j;
    job_awaiter(process& waits, job_ptr job_to_end) : wait_base(waits), j(std::move(job_to_end)) {}
    ~job_awaiter() override;
    bool await_ready() const { return j->done; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        j->waiting.push_back(this);
        arm(handle);
    }
    void await_resume() const {}
};

// Lets everything else that is ready run first.
struct yield_awaiter {
    process_table& table;
    bool await_ready() const { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        table.ready(handle, *handle.promise().exec);
    }
    void await_resume() const {}
};

// The executor of the coroutine that awaits it.
struct this_executor {
    executor* exec = nullptr;
    bool await_ready() const { return false; }
    template <class P>
    bool await_suspend(std::coroutine_handle<P> handle) {
        exec = handle.promise().exec;
        return false;
    }
    executor* await_resume() const { return exec; }
};

struct signal_name {
    const char* name;
    int number;
    const char* died;  // what dash says when it waits for a job that died of it
};
const signal_name* signal_by_name(std::string_view name);
const signal_name* signal_by_number(int number);

}  // namespace vethlab::sh
