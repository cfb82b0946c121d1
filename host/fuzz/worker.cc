#include "host/fuzz/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <map>
#include <stdexcept>

#include "host/fuzz/examine.h"
#include "host/fuzz/shrink.h"
#include "host/mirror/isolation.h"

namespace vethlab::host::fuzz {
namespace {

constexpr double shrink_seconds = 25;
constexpr unsigned shrinks_a_kind = 3, hang_seconds = 40;

std::string one_line(std::string text) {
    for (char& c : text) c = c == '\n' || c == '\t' ? ' ' : c;
    return text;
}

class work {
 public:
    work(const fuzz_options& o, int cpu, double deadline, int fd)
        : options_(o), cpu_(cpu), deadline_(deadline), fd_(fd) {}

    void run(std::uint64_t number) {
        for (; !over(number); number += options_.jobs) {
            say("begin\t" + std::to_string(number));
            ::alarm(hang_seconds);
            look_at(number);
        }
        say("done");
    }

 private:
    bool over(std::uint64_t number) const {
        if (options_.labs && number >= options_.first + options_.labs) return true;
        return options_.seconds && steady_seconds() >= deadline_;
    }
    void say(const std::string& line) const {
        const std::string text = line + "\n";
        if (::write(fd_, text.data(), text.size()) < 0) ::_exit(1);
    }

    void look_at(std::uint64_t number) {
        const auto lab = comparable(options_.seed, number);
        say("simulated");
        const findings f = examine(lab, number, cpu_);
        const std::string head = "\t" + std::to_string(number) + "\t" + std::to_string(f.refused);
        if (f.v != verdict::differ) return say(word(f.v) + head);
        say("found" + head + write(number, f));
        const std::string what = f.sides.differences[0].where;
        if (++seen_[kind_of(what)] > shrinks_a_kind) return;
        ::alarm(hang_seconds + unsigned(shrink_seconds));
        const double end = steady_seconds() + shrink_seconds;
        const findings small = smallest(f, options_for(f.script, number, cpu_),
                                        [end] { return steady_seconds() > end; });
        say("shrunk\t" + std::to_string(number) + write(number, small));
    }

    // "command 3: $ ip -d link show" and "command 9: $ ip link set ..." are of one kind.
    static std::string kind_of(const std::string& where) {
        const auto dollar = where.find("$ ");
        if (dollar == std::string::npos) return where.substr(0, where.find(' '));
        std::string words;
        for (const auto& w : split(where.substr(dollar + 2), ' ')) {
            if (w[0] != '-') words += w + " ";
        }
        return words.substr(0, 24);
    }

    // The script as a file; what the line says of it.
    std::string write(std::uint64_t number, const findings& f) const {
        const std::string id = std::to_string(options_.seed) + "-" + std::to_string(number);
        const std::string path = options_.out + "/fuzz-" + id + ".sh";
        const auto& d = f.sides.differences[0];
        std::ofstream file(path);
        file << "# lab " << number << " of seed " << options_.seed << ", " << d.where << "\n";
        if (!d.command.empty()) file << "#   after     $ " << one_line(d.command) << "\n";
        file << "#   kernel    " << (d.left.empty() ? "(nothing)" : one_line(d.left[0])) << "\n"
             << "#   simulator " << (d.right.empty() ? "(nothing)" : one_line(d.right[0])) << "\n"
             << "# again: vethlab fuzz --seed " << options_.seed << " --first " << number
             << " --labs 1, or vethlab validate fuzz-" << id << ".sh\n"
             << f.script;
        if (!file.flush()) throw std::runtime_error(path + ": cannot be written");
        return "\t" + path + "\t" + std::to_string(split(f.script, '\n').size()) + "\t" +
               one_line(d.where);
    }

    const fuzz_options& options_;
    const int cpu_;
    const double deadline_;
    const int fd_;
    std::map<std::string, unsigned> seen_;
};

}  // namespace

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void start_worker(worker& w, const fuzz_options& options, int cpu, double deadline) {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) < 0) throw std::runtime_error("no pipe");
    open_file read(fds[0]), write(fds[1]);
    w.pid = ::fork();
    if (w.pid < 0) throw std::runtime_error("no further process");
    if (w.pid > 0) {
        w.reports = std::move(read);
        w.done = false;
        return;
    }
    ::setpgid(0, 0);  // a terminal's Ctrl-C is our parent's business
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        work(options, cpu, deadline, write.fd()).run(w.next);
    } catch (const std::exception& e) {
        const std::string text = "cannot\t" + one_line(e.what()) + "\n";
        [[maybe_unused]] const auto n = ::write(write.fd(), text.data(), text.size());
    }
    ::_exit(0);
}

}  // namespace vethlab::host::fuzz
