// coreutils: src/timeout.c
#include "sim/tools/lib/interval.h"
#include "sim/tools/tools.h"

// GCC calls a hidden variable of every coroutine frame_ptr, too.
#pragma GCC diagnostic ignored "-Wshadow"

namespace vethlab {
namespace {

constexpr int timed_out_status = 124, cancelled = 125, not_found = 127, sigkill = 9;
constexpr const char* try_help = "Try 'timeout --help' for more information.\n";

struct signal_number {
    const char* name;
    int number;
};
constexpr signal_number signals[] = {{"HUP", 1},   {"INT", 2},   {"QUIT", 3},
                                     {"KILL", 9},  {"USR1", 10}, {"USR2", 12},
                                     {"PIPE", 13}, {"ALRM", 14}, {"TERM", 15}};

std::optional<int> signal_of(std::string_view text) {
    if (text.starts_with("SIG")) text.remove_prefix(3);
    for (const auto& s : signals) {
        if (text == s.name || text == std::to_string(s.number)) return s.number;
    }
    return std::nullopt;
}
const char* name_of(int signal) {
    for (const auto& s : signals) {
        if (s.number == signal) return s.name;
    }
    return "";
}

struct timeout_options {
    int signal = 15;
    double seconds = 0, kill_after = 0;
    bool preserve_status = false, verbose = false;
    std::vector<std::string> command;
};

int complain(process& p, const std::string& what) {
    p.err->printf("timeout: %s\n%s", what.c_str(), try_help);
    return cancelled;
}

class option_words {
 public:
    option_words(process& p, timeout_options& o) : p_(p), o_(o) {}

    // The exit status where that ends it.
    std::optional<int> parse() {
        for (; at_ < p_.argv.size(); at_++) {
            const std::string w = p_.argv[at_];
            if (w == "--") {
                at_++;
                break;
            }
            if (w.size() < 2 || w[0] != '-') break;
            if (const auto status = w[1] == '-' ? long_option(w) : short_options(w)) return status;
        }
        return operands();
    }

 private:
    std::optional<int> operands() {
        if (p_.argv.size() < at_ + 2) {
            p_.err->write(try_help);
            return cancelled;
        }
        if (const auto status = interval(p_.argv[at_], o_.seconds)) return status;
        o_.command.assign(p_.argv.begin() + std::ptrdiff_t(at_) + 1, p_.argv.end());
        return std::nullopt;
    }

    std::optional<int> interval(const std::string& text, double& seconds) {
        const auto s = interval_in_s(text);
        if (!s) return complain(p_, "invalid time interval '" + text + "'");
        seconds = *s;
        return std::nullopt;
    }

    std::optional<int> set(char option, const std::string& value) {
        if (option == 'k') return interval(value, o_.kill_after);
        const auto signal = signal_of(value);
        if (!signal) return complain(p_, "'" + value + "': invalid signal");
        o_.signal = *signal;
        return std::nullopt;
    }

    std::optional<int> short_options(const std::string& w) {
        for (std::size_t i = 1; i < w.size(); i++) {
            if (w[i] == 'v') {
                o_.verbose = true;
                continue;
            }
            if (w[i] != 'k' && w[i] != 's') {
                return complain(p_, strf("invalid option -- '%c'", w[i]));
            }
            if (i + 1 < w.size()) return set(w[i], w.substr(i + 1));
            if (++at_ == p_.argv.size()) {
                return complain(p_, strf("option requires an argument -- '%c'", w[i]));
            }
            return set(w[i], p_.argv[at_]);
        }
        return std::nullopt;
    }

    std::optional<int> long_option(const std::string& w) {
        const auto equals = w.find('=');
        const std::string name = w.substr(0, equals);
        // Where it gets its signals from makes no difference here.
        if (w == "--foreground") return std::nullopt;
        if (w == "--preserve-status" || w == "--verbose") {
            (w == "--verbose" ? o_.verbose : o_.preserve_status) = true;
            return std::nullopt;
        }
        if (name != "--signal" && name != "--kill-after") {
            return complain(p_, "unrecognized option '" + w + "'");
        }
        const char option = name == "--signal" ? 's' : 'k';
        if (equals != std::string::npos) return set(option, w.substr(equals + 1));
        if (++at_ == p_.argv.size()) {
            return complain(p_, "option '" + name + "' requires an argument");
        }
        return set(option, p_.argv[at_]);
    }

    process& p_;
    timeout_options& o_;
    std::size_t at_ = 1;
};

// The command runs beside us: a thread of control of its own, which signals reach alone.
struct timed_command {
    explicit timed_command(process& parent)
        : self(parent.table, parent.sys, parent.ns, *parent.out, *parent.err) {}
    process self;
    executor exec;
    bool found = true, done = false;
    int status = 0;
    waiter* waiting = nullptr;
};

task<int> run(timed_command& c) {
    c.status = co_await c.self.table.exec(c.self, &c.found);
    c.done = true;
    if (c.waiting) c.waiting->wake();
    co_return c.status;
}

// Until the command ends, the time is over or a signal comes.
struct end_awaiter : wait_base {
    timed_command& c;
    sim_time deadline;
    end_awaiter(process& of, timed_command& command, sim_time t)
        : wait_base(of), c(command), deadline(t) {}
    ~end_awaiter() override { c.waiting = nullptr; }
    bool await_ready() const { return c.done || deadline <= p.sys.now(); }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        c.waiting = this;
        arm(handle);
        p.table.wake_at(deadline, *this);
    }
    void await_resume() const {}
};

}  // namespace

task<int> timeout_main(process& p) {
    timeout_options o;
    if (const auto status = option_words(p, o).parse()) co_return *status;
    for (const auto& s : signals) {
        if (s.number != sigkill) p.caught |= std::uint32_t{1} << s.number;
    }
    timed_command c(p);
    c.self.argv = o.command;
    c.self.environment = p.environment;
    c.self.input = p.input.substr(p.input_at);
    task<int> body = run(c);
    p.table.ready(body.begin(c.exec), c.exec);
    sim_time deadline = o.seconds > 0 ? after(p.sys.now(), o.seconds) : sim_time::max();
    bool timed_out = false, passed_on = false;
    int sent = 0;
    while (!c.done) {
        co_await end_awaiter(p, c, deadline);
        if (c.done) break;
        if (p.interrupted && !passed_on) {
            passed_on = true;
            interrupt(c.exec, p.signal);
        }
        if (p.sys.now() < deadline) continue;
        sent = timed_out ? sigkill : o.signal;
        timed_out = true;
        if (o.verbose) {
            p.err->printf("timeout: sending signal %s to command '%s'\n", name_of(sent),
                          o.command[0].c_str());
        }
        interrupt(c.exec, sent);
        const bool again = o.kill_after > 0 && sent != sigkill;
        deadline = again ? after(p.sys.now(), o.kill_after) : sim_time::max();
    }
    if (!c.found) {
        p.err->printf("timeout: failed to run command '%s': No such file or directory\n",
                      o.command[0].c_str());
        co_return not_found;
    }
    if (!timed_out || o.preserve_status) co_return c.status;
    co_return sent == sigkill ? 128 + sigkill : timed_out_status;
}

}  // namespace vethlab
