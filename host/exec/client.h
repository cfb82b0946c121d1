#pragma once
// What the server knows of the programs that are connected to it.
#include <signal.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/rtnetlink.h"
#include "core/timer.h"
#include "host/exec/connection.h"
#include "sim/process.h"
#include "sim/sim_system.h"

namespace vethlab::host {

// A connection about which nothing is known yet.
struct stranger {
    connection link;
    pid_t pid = 0;
};

// One of the lab's own commands on behalf of a program that executed it: what it prints goes to
// where that program's output goes.
class errand {
 public:
    errand(process_table& table, sim_system& sys, ns_fd ns, connection& to)
        : out_(reply::output, to), err_(reply::error_output, to), p(table, sys, ns, out_, err_) {}
    errand(const errand&) = delete;

    void begin() {
        task_.emplace(p.table.exec(p, nullptr));
        p.table.ready(task_->begin(executor_), executor_);
    }
    bool done() const { return task_->done(); }
    int status() { return task_->value(); }
    void signal(int number) { interrupt(executor_, number); }
    void forsake() { out_.to = err_.to = nullptr; }  // nobody reads any more

 private:
    struct relay final : writer {
        relay(std::uint32_t k, connection& c) : kind(k), to(&c) {}
        void write(std::string_view s) override {
            for (; to && !s.empty(); s.remove_prefix(std::min(s.size(), max_payload))) {
                const auto part = s.substr(0, max_payload);
                to->send_reply({kind, 0, 0}, std::as_bytes(std::span(part)));
            }
        }
        std::uint32_t kind;
        connection* to;
    };
    relay out_, err_;

 public:
    process p;

 private:
    executor executor_;
    std::optional<task<int>> task_;
};

// A process that runs under the lab, by its call connection.
struct client {
    client(connection c, pid_t of, int number, event_queue& q)
        : link(std::move(c)),
          pid(of),
          lab_pid(number),
          sleeps(q, wake, this),
          alarm(q, ring, this) {}
    connection link;
    const pid_t pid;    // the machine's
    const int lab_pid;  // and the lab's, under which sim_system knows its namespace
    timer sleeps, alarm;
    std::unique_ptr<errand> runs;

 private:
    static void wake(void* c) { static_cast<client*>(c)->link.send_reply({reply::done, 0, 0}); }
    static void ring(void* c) {
        auto& self = *static_cast<client*>(c);
        ::kill(self.pid, SIGALRM);
        self.link.wake();
    }
};

// What a program holds a descriptor of: a netlink socket, or a file of /proc/sys it may write.
struct object {
    object(connection c, std::uint64_t k) : link(std::move(c)), cookie(k) {}
    connection link;
    const std::uint64_t cookie;
    ns_fd ns = no_ns;
    std::unique_ptr<nl_sock> sk;
    std::string sysctl;  // the path below /proc/sys; empty: none
};

}  // namespace vethlab::host
