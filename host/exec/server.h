#pragma once
// A lab's kernel for programs of the machine: it starts them with the preload library and answers
// what that library asks (protocol.h). One thread; the lab's loop calls wait() when nobody in the
// lab can run.
//
// Time. The simulated clock stands still as long as any of the programs can run. When all of them
// sleep, it moves: to the next event at once, if somebody waits for a point in simulated time (the
// lab's script, a program's sleep, a ping); as fast as the clock on the wall, if programs only
// listen for notifications (`ip monitor`); not at all, if they wait for the world outside (a shell
// at its prompt).
#include <chrono>
#include <list>
#include <set>

#include "host/exec/client.h"
#include "host/exec/namespace_files.h"
#include "host/exec/program.h"
#include "sim/outside.h"

namespace vethlab::host {

struct exec_options {
    std::vector<std::string> commands;  // of the lab that are programs of the machine
    // Their output is the lab's, and shells and the like that they start are the lab's as well.
    bool inside_lab = false;
};

// Those of the machine's that take the place of ours.
inline std::vector<std::string> host_commands() { return {"ip", "bridge", "tc"}; }

class exec_server final : public outside, public user_space {
 public:
    // Throws std::runtime_error where this machine cannot.
    explicit exec_server(exec_options options);
    ~exec_server() override;

    // ---- outside
    void attach(sim_system& sys, process_table& table) override;
    void detach() override;
    bool has(std::string_view name) const override;
    task<int> run(process& p) override;
    void settle() override;
    bool wait(bool timed) override;

    // ---- user_space: what a number in a message of the present caller means
    netns* net_of_fd(int fd, err& e) override;
    netns* net_of_pid(int pid) override;

 private:
    // One call of a client, and its answer.
    struct incoming {
        client& from;
        request r;
        bytes_view payload;
        packet& raw;
        std::vector<std::byte> data = {};
        open_file passed = {};
        std::int64_t number = 0;
        bool later = false;  // the answer comes when it is known
    };

    // clients.cc: who is there, and what comes from them
    bool serve(std::optional<std::chrono::nanoseconds> timeout);
    void greet_strangers();
    bool greet(stranger& s);
    void take_calls(client& c);
    void take_writes(object& o);
    void drop_closed();
    void end_client(client& c);
    void flush_datagrams();
    bool end_errands();
    void look_at_programs();
    bool has_listeners() const;
    bool has_sleepers() const;
    bool fall_asleep();
    bool wait_for_wall_clock();
    object* find_object(std::uint64_t cookie);

    // calls.cc, calls_files.cc: what they ask
    err answer(incoming& in);
    err answer_about_object(incoming& in, object& o);
    err answer_about_file(incoming& in);
    err send(incoming& in, object& o);
    err bind(incoming& in, object& o);
    err set_option(incoming& in, object& o);
    err open_socket(incoming& in, object& o);
    err open(incoming& in);
    err open_netns(incoming& in, std::string_view name);
    err mount(incoming& in);
    err umount(std::string_view name);
    err remove(std::string_view name);
    err write_sysctl(object& o, std::string_view text);
    err set_netns(incoming& in);
    err device(incoming& in);
    err begin_errand(incoming& in);
    err sleep(incoming& in);
    err alarm(incoming& in);
    nl_sock& socket_of(object& o, std::uint32_t pid = 0);
    bool runs_in_lab(std::string_view name) const;
    ns_fd ns_of(const client& c) const { return sys_->netns_of_pid(c.lab_pid); }
    ns_fd ns_of_path(const client& c, std::string_view path) const;
    int lab_pid_of(int pid) const;  // -1: no such process in the lab

    const exec_options options_;
    const bool apart_;  // before the listener: its name belongs to a network namespace
    listener listener_;
    program_setting setting_;
    sim_system* sys_ = nullptr;
    process_table* table_ = nullptr;
    namespace_files ns_files_;
    std::set<std::string, std::less<>> bare_names_;  // in /run/netns, without a namespace yet
    std::list<stranger> strangers_;
    std::list<client> clients_;
    std::list<object> objects_;
    std::list<program*> programs_;
    std::set<pid_t> greeted_;  // programs that have loaded the library
    std::list<std::unique_ptr<errand>> forsaken_;
    const client* caller_ = nullptr;
    std::uint32_t next_portid_ = 0;
    bool asleep_ = false;  // all programs, until something is said to one of them
    // Where both clocks stood when programs began to do nothing but listen.
    std::optional<std::pair<std::chrono::steady_clock::time_point, sim_time>> pace_;
};

}  // namespace vethlab::host
