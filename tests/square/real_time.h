#pragma once
// The process table over the machine's clock: poll(2) where a lab has its event queue.
#include <deque>
#include <map>
#include <vector>

#include "host/mirror/kernel_system.h"
#include "sim/process.h"

namespace vethlab::host {

class real_time final : public process_table {
 public:
    // `finds` says which tools are ours to run; all others are programs of the machine.
    using finder = const tool* (*)(std::string_view name);
    real_time(kernel_system& sys, finder finds);

    int run(process& p);  // until its end; the exit status

    task<int> exec(process& child, bool* found) override;
    void wake_at(sim_time when, waiter& w) override { timers_.emplace(when, &w); }
    void wake_on(socket& s, waiter& w) override { watched_.push_back({descriptor(s), &w}); }
    void wake_on(netlink_channel& c, waiter& w) override {
        watched_.push_back({descriptor(c), &w});
    }
    void cancel(waiter& w) override;
    void ready(std::coroutine_handle<> h, executor& e) override { ready_.push_back({h, &e}); }
    int next_pid() override;
    void hint(std::string_view) override {}  // the real tools make none
    void write_file(std::string_view name, std::string_view bytes) override;
    std::optional<std::string> read_file(std::string_view name) override;

 private:
    struct runnable {
        std::coroutine_handle<> h;
        executor* exec;
    };
    struct watch {
        int fd;
        waiter* w;
    };
    void wait();
    void wake_due();
    void interrupt();

    kernel_system& sys_;
    finder finds_;
    std::multimap<sim_time, waiter*> timers_;
    std::vector<watch> watched_;
    std::deque<runnable> ready_;
    std::vector<process*> running_;
    int pid_;
};

}  // namespace vethlab::host
