#pragma once
// The processes of a lab: who runs, who waits for what, and what happens when nobody can run:
// simulated time goes on.
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/outside.h"
#include "sim/process.h"
#include "sim/shell/shell.h"
#include "sim/sim_system.h"

namespace vethlab {

class scheduler final : public process_table {
 public:
    scheduler(sim_system& sys, shell_env& env, writer& err_out);
    ~scheduler() override;

    bool hints = true;
    outside* programs = nullptr;    // of the machine around the lab
    filter_compiler* compile = nullptr;
    executor* foreground = nullptr;  // the script: who Ctrl-C reaches first

    // Runs until done() is true. False: nobody can ever run again.
    template <class F>
    bool run_until_done(F done) {
        while (!done()) {
            if (!turn()) return false;
        }
        return true;
    }
    void clear();      // forget whoever waits
    void interrupt(int signal) { interrupt_requested_ = signal; }  // from a signal handler as well
    bool interrupted() const { return interrupted_; }
    // What tools wrote (write_file below) and no command has removed, as it is now.
    std::map<std::string, std::string> written_files() const;

    // A program is running (running_process below).
    void begin(process& p);
    void end(process& p);

    // ---- process_table
    task<int> exec(process& child, bool* found) override;
    void wake_at(sim_time when, waiter& w) override;
    void wake_on(socket& s, waiter& w) override;
    void wake_on(netlink_channel& c, waiter& w) override;
    void cancel(waiter& w) override;
    void ready(std::coroutine_handle<> h, executor& e) override { ready_.push_back({h, &e}); }
    int next_pid() override { return ++last_pid_; }
    void hint(std::string_view text) override;
    void write_file(std::string_view name, std::string_view bytes) override;
    std::optional<std::string> read_file(std::string_view name) override;
    filter_compiler* pcap_compile() const override { return compile; }

 private:
    struct wait;
    bool turn();
    bool timed() const;
    bool pass_time();
    bool nothing_can_happen();
    void poll();
    void deliver_interrupt();
    wait& entry(waiter& w);

    sim_system& sys_;
    shell_env& env_;
    writer& err_;
    std::vector<std::unique_ptr<wait>> waits_;  // in order of registration
    std::deque<std::pair<std::coroutine_handle<>, executor*>> ready_;
    std::vector<process*> running_;
    std::map<std::string, std::string> written_;  // with bytes only if too large for the lab
    int last_pid_ = 1000;
    bool interrupted_ = false;
    volatile int interrupt_requested_ = 0;  // the signal; sig_atomic_t
    std::uint64_t frames_seen_ = 0;
    sim_time last_frame_{};
};

// Keeps a process listed, and its namespace alive, while it runs.
class running_process {
 public:
    running_process(scheduler& s, process& p) : s_(s), p_(p) { s_.begin(p_); }
    ~running_process() { s_.end(p_); }
    running_process(const running_process&) = delete;

 private:
    scheduler& s_;
    process& p_;
};

}  // namespace vethlab
