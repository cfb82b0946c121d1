#pragma once
// The process table over the machine's clock: poll(2) where a lab has its event queue.
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "host/mirror/kernel_system.h"
#include "sim/process.h"

namespace vethlab::host {

class real_time : public process_table {
 public:
    // `finds` says which tools are ours to run; all others are programs of the machine.
    using finder = const tool* (*)(std::string_view name);
    real_time(kernel_system& sys, finder finds);

    int run(process& p);  // until its end; the exit status

    // Runs until done() is true. False: nobody can ever run again.
    template <class F>
    bool run_until_done(F done) {
        while (!done()) {
            if (!turn()) return false;
        }
        return true;
    }
    executor* foreground = nullptr;      // who SIGINT and SIGTERM reach first
    std::function<void(int)> on_signal;  // and then
    void wake_on_file(int fd, waiter& w) { watched_.push_back({fd, &w}); }
    // Of the processes that run.
    std::vector<ns_fd> namespaces_in_use() const;

    task<int> exec(process& child, bool* found) override;
    void wake_at(sim_time when, waiter& w) override;
    void wake_on(socket& s, waiter& w) override { wake_on_file(descriptor(s), w); }
    void wake_on(netlink_channel& c, waiter& w) override { wake_on_file(descriptor(c), w); }
    void cancel(waiter& w) override;
    void ready(std::coroutine_handle<> h, executor& e) override { ready_.push_back({h, &e}); }
    int next_pid() override;
    void hint(std::string_view) override {}  // the real tools make none
    void write_file(std::string_view name, std::string_view bytes) override;
    std::optional<std::string> read_file(std::string_view name) override;

 protected:
    task<int> run_tool(const tool& t, process& child);
    task<int> run_other(process& child, bool* found);  // a program of the machine
    // Keeps a process listed while it runs.
    class listed {
     public:
        listed(real_time& t, process& p) : t_(t), p_(p) { t_.running_.push_back(&p_); }
        ~listed() { std::erase(t_.running_, &p_); }
        listed(const listed&) = delete;

     private:
        real_time& t_;
        process& p_;
    };

 private:
    struct runnable {
        std::coroutine_handle<> h;
        executor* exec;
    };
    struct watch {
        int fd;
        waiter* w;
    };
    bool turn();
    bool wait();
    void wake_due();

    kernel_system& sys_;
    finder finds_;
    std::multimap<sim_time, waiter*> timers_;
    std::vector<watch> watched_;
    std::deque<runnable> ready_;
    std::vector<process*> running_;
    int pid_;
};

}  // namespace vethlab::host
