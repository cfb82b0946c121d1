#pragma once
// A machine without a network for tests of the shell: time, an event loop, some sysctls, files
// in memory, and tools that say what they were called with.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/process.h"
#include "sim/shell/jobs.h"
#include "sim/shell/shell.h"

namespace vethlab::testing {

class fake_system final : public system {
 public:
    sim_time time{};
    std::map<std::string, std::string, std::less<>> sysctls{{"net/ipv4/ip_forward", "0"}};

    std::unique_ptr<netlink_channel> netlink(ns_fd) override { return nullptr; }
    err open_socket(ns_fd, sock_kind, std::unique_ptr<socket>&) override { return err::perm; }
    std::unique_ptr<ethtool_port> ethtool(ns_fd) override { return nullptr; }
    err sysctl_read(ns_fd, std::string_view path, std::string& value) override {
        const auto it = sysctls.find(path);
        if (it == sysctls.end()) return err::noent;
        value = it->second;
        return err::ok;
    }
    err sysctl_write(ns_fd, std::string_view path, std::string_view value) override {
        const auto it = sysctls.find(path);
        if (it == sysctls.end()) return err::noent;
        if (value.find_first_not_of("0123456789") != std::string_view::npos) return err::inval;
        it->second = value;
        return err::ok;
    }
    std::vector<std::string> sysctl_list(ns_fd, std::string_view) override { return {}; }
    std::vector<std::string> netns_list() override { return {}; }
    err netns_add(std::string_view) override { return err::perm; }
    err netns_attach(std::string_view, int) override { return err::perm; }
    err netns_delete(std::string_view) override { return err::perm; }
    ns_fd netns_open(std::string_view) override { return no_ns; }
    bool is_netns(ns_fd) override { return true; }
    ns_fd netns_of_pid(int) override { return no_ns; }
    std::vector<int> pids_in(ns_fd) override { return {}; }
    bool same_netns(ns_fd a, ns_fd b) override { return a == b; }
    sim_time now() override { return time; }
    std::int64_t wall_clock_us() override { return 0; }
    std::uint32_t random() override { return 4; }
    std::optional<std::string> read_file(std::string_view) override { return std::nullopt; }
    std::optional<std::string> proc_net(ns_fd, std::string_view) override { return std::nullopt; }
};

// The tools: `args WORD...` prints its words, `ticks N` a line each second, `sleep N` sleeps;
// both of these end when they are interrupted. Everything else is the shell's own.
class fake_table final : public process_table {
 public:
    explicit fake_table(fake_system& sys) : sys_(sys) {}
    shell_env* env = nullptr;

    task<int> exec(process& child, bool* found) override {
        const std::string name = child.argv[0];
        if (found) *found = is_tool(name) || is_shell_program(name);
        if (name == "args") co_return args(child);
        if (name == "sleep" || name == "ticks") co_return co_await wait_tool(child);
        if (is_shell_program(name)) co_return co_await shell_program(child, *env);
        if (!found) child.err->printf("%s: not found\n", name.c_str());
        co_return 127;
    }
    static bool is_tool(std::string_view name) {
        return name == "args" || name == "sleep" || name == "ticks";
    }
    void wake_at(sim_time when, waiter& w) override { sleepers_.push_back({when, &w}); }
    void wake_on(socket&, waiter&) override {}
    void wake_on(netlink_channel&, waiter&) override {}
    void cancel(waiter& w) override {
        std::erase_if(sleepers_, [&](const sleeper& s) { return s.who == &w; });
    }
    void ready(std::coroutine_handle<> h, executor& e) override { ready_.push_back({h, &e}); }
    int next_pid() override { return ++last_pid_; }
    void hint(std::string_view text) override { hints += std::string(text) + '\n'; }
    void write_file(std::string_view, std::string_view) override {}
    std::optional<std::string> read_file(std::string_view) override { return std::nullopt; }

    // One turn of the event loop. False if nothing will ever happen again.
    bool turn() {
        if (!ready_.empty()) {
            const auto [h, e] = ready_.front();
            ready_.pop_front();
            e->run(h);
            return true;
        }
        const auto next = std::min_element(sleepers_.begin(), sleepers_.end());
        if (next == sleepers_.end()) return false;
        sys_.time = next->when;
        next->who->wake();
        return true;
    }
    void forget_all() {
        ready_.clear();
        sleepers_.clear();
    }

    std::string hints;

 private:
    struct sleeper {
        sim_time when;
        waiter* who;
        bool operator<(const sleeper& o) const { return when < o.when; }
    };

    static int args(process& p) {
        for (std::size_t i = 1; i < p.argv.size(); ++i) p.out->write("<" + p.argv[i] + ">");
        p.out->write("\n");
        return 0;
    }
    static task<int> wait_tool(process& p) {
        const long n = p.argv.size() > 1 ? std::atol(p.argv[1].c_str()) : 1;
        const bool ticks = p.argv[0] == "ticks";
        for (long i = 0; i < (ticks ? n : 1) && !p.interrupted; ++i) {
            if (ticks) p.out->write(strf("tick %ld\n", i + 1));
            co_await p.sleep_for(ticks ? 1s : std::chrono::seconds(n));
        }
        co_return p.interrupted ? 128 + p.signal : 0;
    }

    fake_system& sys_;
    std::vector<sleeper> sleepers_;
    std::deque<std::pair<std::coroutine_handle<>, executor*>> ready_;
    int last_pid_ = 100;
};

class fake_env : public shell_env {
 public:
    std::map<std::string, std::string, std::less<>> files;
    long steps_left = 100000;
    std::string events;

    std::optional<std::string> read_file(std::string_view name) override {
        const auto it = files.find(name);
        return it == files.end() ? std::nullopt : std::optional<std::string>(it->second);
    }
    bool write_file(std::string_view name, std::string_view bytes) override {
        if (name.starts_with("/nosuch/")) return false;
        files[std::string(name)] = bytes;
        return true;
    }
    bool append_file(std::string_view name, std::string_view bytes) override {
        std::string& f = files[std::string(name)];
        if (f.size() + bytes.size() > (std::size_t{1} << 20)) return false;
        f.append(bytes);
        return true;
    }
    bool remove_file(std::string_view name) override { return files.erase(std::string(name)) > 0; }
    std::vector<std::string> file_names() override {
        std::vector<std::string> names;
        for (const auto& [name, text] : files) names.push_back(name);
        return names;
    }
    bool has_program(std::string_view name) override { return fake_table::is_tool(name); }
    pace step() override { return steps_left-- > 0 ? pace::go_on : pace::stop; }
    void command_begins(const command_event& e) override {
        if (e.assignment) return;
        events += strf("%d%s %s | %s\n", e.line,
                       e.builtin      ? "b"
                       : e.background ? "&"
                                      : "",
                       e.source.c_str(), e.display.c_str());
    }
    void command_ends(const command_event& e, int status) override {
        if (e.assignment) return;
        events += strf("= %d\n", status);
    }
};

struct script_run {
    std::string out, err, events, hints;
    shell_result result;
    double seconds = 0;
    bool ended = false;
};

// Runs a script, and its jobs, to the end, or until `turns` of the event loop are over.
inline script_run run_script(const std::string& text, fake_env& env,
                             std::vector<std::string> args = {}, long turns = 1000000) {
    fake_system sys;
    fake_table table(sys);
    table.env = &env;
    string_writer out, err_out;
    process main(table, sys, 3, out, err_out);
    script_run r;
    executor exec;
    {
        shell sh(main, env);
        task<int> whole = sh.run(text, "t.sh", std::move(args));
        whole.start(exec);
        while ((!whole.done() || !env.jobs().idle()) && turns-- > 0 && table.turn()) {
        }
        r.ended = whole.done();
        r.result = sh.result();
        env.jobs().clear();
    }
    table.forget_all();
    r.out = out.text;
    r.err = err_out.text;
    r.events = env.events;
    r.hints = table.hints;
    r.seconds = std::chrono::duration<double>(sys.time).count();
    return r;
}

}  // namespace vethlab::testing
