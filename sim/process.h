#pragma once
// A running program: the shell, or one command of it. Tools are functions on a process.
#include <string>
#include <vector>

#include "sim/capture/bpf.h"
#include "sim/system.h"
#include "sim/task.h"
#include "sim/text.h"

namespace vethlab {

class process;

// Wakes a process's thread of control: awaited inside its coroutine.
class waiter {
 public:
    virtual ~waiter() = default;
    virtual void wake() = 0;  // may be called more than once; later calls do nothing
};

// The part of a lab that processes need: to run others, to wait.
class process_table {
 public:
    virtual ~process_table() = default;
    // Looks the program argv[0] up and runs it as a child of `parent` until its end;
    // 127 and "NAME: not found" on stderr if there is none. `found` (if given) is set to
    // whether there was one, and then nothing is printed: for callers with a message
    // of their own (ip netns exec).
    virtual task<int> exec(process& child, bool* found = nullptr) = 0;
    // Calls w.wake() once time reaches `when` (from inside the event loop).
    virtual void wake_at(sim_time when, waiter& w) = 0;
    // Calls w.wake() when the socket (or channel) has something to read.
    virtual void wake_on(socket& s, waiter& w) = 0;
    virtual void wake_on(netlink_channel& c, waiter& w) = 0;
    virtual void cancel(waiter& w) = 0;  // forget every registration of w
    virtual void ready(std::coroutine_handle<> h, executor& e) = 0;  // resume it soon
    virtual int next_pid() = 0;
    virtual void hint(std::string_view text) = 0;  // our own remark, on stderr unless off
    // A tcpdump -w file: bytes that the host puts into a file, a page offers for download.
    virtual void write_file(std::string_view name, std::string_view bytes) = 0;
    virtual std::optional<std::string> read_file(std::string_view name) = 0;
    // libpcap's compiler, where there is one.
    virtual filter_compiler* pcap_compile() const { return nullptr; }
};

class process {
 public:
    process(process_table& t, system& s, ns_fd netns, writer& out_to, writer& err_to)
        : table(t), sys(s), ns(netns), out(&out_to), err(&err_to), pid(t.next_pid()) {}

    process_table& table;
    system& sys;
    ns_fd ns;  // the namespace it lives in
    writer* out;
    writer* err;
    std::string input;      // what stands on its standard input
    std::size_t input_at = 0;
    int pid;
    bool interrupted = false;  // SIGINT/SIGTERM arrived; long-running tools end soon
    int signal = 0;            // which one (2 SIGINT, 15 SIGTERM ...)
    std::uint32_t caught = 0;  // bit n: the program handles signal n; of any other it dies
    bool killed() const { return interrupted && !(caught >> signal & 1); }
    std::vector<std::string> argv;  // argv[0] is the name
    std::vector<std::string> environment;  // NAME=value: what a shell exported

    struct sleep_awaiter;
    struct io_awaiter;
    sleep_awaiter sleep_until(sim_time when);
    sleep_awaiter sleep_for(sim_time span);
    // Resumes when `s` is readable or at `deadline`, whichever is first.
    io_awaiter readable(socket& s, sim_time deadline);
    io_awaiter readable(netlink_channel& c, sim_time deadline);
};

// Shared by both awaiters: resumes the coroutine once, in the lab's loop.
struct wait_base : waiter {
    process& p;
    std::coroutine_handle<> h;
    executor* exec = nullptr;
    bool woken = false;
    explicit wait_base(process& of) : p(of) {}
    wait_base(const wait_base&) = delete;
    ~wait_base() override {
        if (exec && exec->waiting == this) exec->waiting = nullptr;
        p.table.cancel(*this);
    }
    void wake() override {
        if (woken || !h) return;
        woken = true;
        exec->waiting = nullptr;
        p.table.cancel(*this);
        p.table.ready(h, *exec);
    }
    template <class P>
    void arm(std::coroutine_handle<P> handle) {
        h = handle;
        exec = handle.promise().exec;
        exec->waiting = this;
        if (exec->signal != 0 && !p.interrupted) deliver();
    }
    void deliver() {
        p.interrupted = true;
        p.signal = exec->signal;
        wake();
    }
};

// kill(2): whatever runs in `e` is interrupted where it waits, or as soon as it waits.
inline void interrupt(executor& e, int signal) {
    e.signal = signal;
    if (e.waiting) e.waiting->deliver();
}

struct process::sleep_awaiter : wait_base {
    sim_time when;
    sleep_awaiter(process& of, sim_time t) : wait_base(of), when(t) {}
    bool await_ready() const { return when <= p.sys.now(); }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        arm(handle);
        p.table.wake_at(when, *this);
    }
    void await_resume() {}
};

struct process::io_awaiter : wait_base {
    socket* s;
    netlink_channel* c;
    sim_time deadline;
    io_awaiter(process& of, socket* sock, netlink_channel* chan, sim_time t)
        : wait_base(of), s(sock), c(chan), deadline(t) {}
    bool await_ready() const {
        return deadline <= p.sys.now() || (s && s->readable());
    }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        arm(handle);
        p.table.wake_at(deadline, *this);
        if (s) p.table.wake_on(*s, *this);
        if (c) p.table.wake_on(*c, *this);
    }
    // True if the socket has something to read.
    bool await_resume() const { return s ? s->readable() : true; }
};

inline process::sleep_awaiter process::sleep_until(sim_time when) { return {*this, when}; }
inline process::sleep_awaiter process::sleep_for(sim_time span) {
    return {*this, sys.now() + span};
}
inline process::io_awaiter process::readable(socket& s, sim_time deadline) {
    return {*this, &s, nullptr, deadline};
}
inline process::io_awaiter process::readable(netlink_channel& c, sim_time deadline) {
    return {*this, nullptr, &c, deadline};
}

// One line of the table of commands. A tool that takes no time is a plain function.
struct tool {
    const char* name;
    int (*run)(process&);              // or
    task<int> (*main)(process&);       // exactly one of the two
};
const tool* find_tool(std::string_view name);  // sim/tools/registry.cc

}  // namespace vethlab
