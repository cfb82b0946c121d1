#include "host/fuzz/fuzz.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "host/fuzz/generator.h"
#include "host/fuzz/shrink.h"
#include "host/fuzz/worker.h"
#include "sim/text.h"

namespace vethlab::host::fuzz {
namespace {

volatile sig_atomic_t interrupted = 0;
void note(int) { interrupted = 1; }

class campaign {
 public:
    explicit campaign(const fuzz_options& o) : options_(o), workers_(o.jobs) {}

    int run() {
        struct sigaction action {};
        action.sa_handler = note;
        ::sigaction(SIGINT, &action, nullptr);
        ::sigaction(SIGTERM, &action, nullptr);
        begin_ = steady_seconds();
        for (unsigned j = 0; j < options_.jobs; j++) {
            workers_[j].next = options_.first + j;
            start(j);
        }
        while (!interrupted && why_not_.empty() && turn()) {
            if (options_.stop_after && settled_ >= options_.stop_after) break;
            progress();
        }
        stop();
        return finish();
    }

 private:
    void start(unsigned j) {
        start_worker(workers_[j], options_, int(j), begin_ + double(options_.seconds));
    }

    // Reads what is there. False: nobody works any more.
    bool turn() {
        std::vector<pollfd> fds;
        for (const auto& w : workers_) fds.push_back({w.reports.fd(), POLLIN, 0});
        ::poll(fds.data(), fds.size(), 500);
        for (unsigned j = 0; j < workers_.size(); j++) {
            if (fds[j].fd >= 0 && fds[j].revents) read_from(j);
        }
        for (const auto& w : workers_) {
            if (w.reports) return true;
        }
        return false;
    }

    void read_from(unsigned j) {
        worker& w = workers_[j];
        char part[4096];
        const auto n = ::read(w.reports.fd(), part, sizeof part);
        if (n > 0) {
            w.partial.append(part, std::size_t(n));
            for (auto end = w.partial.find('\n'); end != std::string::npos;
                 end = w.partial.find('\n')) {
                const std::string line = w.partial.substr(0, end);
                w.partial.erase(0, end + 1);
                report(w, split(line, '\t'));
            }
            return;
        }
        if (n < 0 && errno == EINTR) return;
        w.reports = open_file();
        int status = 0;
        ::waitpid(w.pid, &status, 0);
        w.pid = -1;
        if (!w.done && why_not_.empty()) died(j, status);
    }

    void report(worker& w, const std::vector<std::string>& words) {
        const std::string& what = words[0];
        if (what == "done") {
            w.done = true;
        } else if (what == "cannot") {
            why_not_ = words.size() > 1 ? words[1] : "?";
        } else if (what == "begin") {
            w.under_way = std::stoull(words[1]);
            w.simulated = w.reported = false;
        } else if (what == "simulated") {
            w.simulated = true;
        } else if (what == "shrunk") {
            settled_++;
            print("shrunk", words[1], words[2], words[3], words[4]);
        } else {
            w.reported = true;
            labs_++;
            refused_ += std::stoull(words[2]);
            if (what == "unsteady") unsteady(words[1]);
            if (what == "found") {
                differences_++;
                print("differs", words[1], words[3], words[4], words[5]);
            }
        }
    }

    // The simulator crashed or hung: as much a difference as any. Where it has come to its end
    // before, the kernel's side took too long: it waits for what others on this machine do.
    void died(unsigned j, int status) {
        worker& w = workers_[j];
        const bool stalled = w.simulated && WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
        if (w.reported) {
            settled_++;  // it was being shrunk
        } else if (stalled) {
            labs_++;
            unsteady(std::to_string(w.under_way));
        } else {
            crashed(w, status);
        }
        w.next = w.under_way + options_.jobs;
        start(j);
    }

    void crashed(const worker& w, int status) {
        labs_++;
        differences_++;
        settled_++;
        const std::string id = std::to_string(w.under_way);
        const std::string path =
            options_.out + "/fuzz-" + std::to_string(options_.seed) + "-" + id + ".sh";
        const std::string script = generate_lab(options_.seed, w.under_way);
        const std::string how = WIFSIGNALED(status) ? strf("signal %d", WTERMSIG(status))
                                                    : strf("exit status %d", WEXITSTATUS(status));
        std::ofstream(path) << "# lab " << id << " of seed " << options_.seed
                            << ": the process ended with " << how << "\n"
                            << script;
        print("crash", id, path, std::to_string(split(script, '\n').size()), how);
    }

    // Not to be shrunk, but to be looked at by who wants to know why.
    void unsteady(const std::string& number) {
        unsteady_++;
        if (!options_.json) return;
        std::printf("{\"event\": \"unsteady\", \"seed\": %llu, \"lab\": %s}\n",
                    (unsigned long long)options_.seed, number.c_str());
        std::fflush(stdout);
    }

    void print(const char* what, const std::string& number, const std::string& path,
               const std::string& lines, const std::string& where) {
        clear_progress();
        const double seconds = steady_seconds() - begin_;
        if (options_.json) {
            std::string quoted;
            for (const char c : where) {
                if (c == '"' || c == '\\') quoted += '\\';
                quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
            }
            std::printf(
                "{\"event\": \"%s\", \"seed\": %llu, \"lab\": %s, \"seconds\": %.1f, "
                "\"labs\": %llu, \"lines\": %s, \"file\": \"%s\", \"where\": \"%s\"}\n",
                what, (unsigned long long)options_.seed, number.c_str(), seconds,
                (unsigned long long)labs_, lines.c_str(), path.c_str(), quoted.c_str());
        } else {
            std::printf("%s lab %s, %s lines in %s: %s\n", what, number.c_str(), lines.c_str(),
                        path.c_str(), where.c_str());
        }
        std::fflush(stdout);
    }

    void progress() {
        if (!terminal_ || steady_seconds() - shown_ < 0.5) return;
        shown_ = steady_seconds();
        std::fprintf(stderr, "\r%llu labs, %llu differences, %.0f s ", (unsigned long long)labs_,
                     (unsigned long long)differences_, shown_ - begin_);
    }
    void clear_progress() {
        if (terminal_ && shown_ > 0) std::fprintf(stderr, "\r%50s\r", "");
    }

    void stop() {
        for (auto& w : workers_) {
            if (w.pid > 0) {
                ::kill(w.pid, SIGKILL);  // its lab ends with it
                ::waitpid(w.pid, nullptr, 0);
            }
        }
        clear_progress();
    }

    int finish() {
        if (!why_not_.empty()) throw std::runtime_error(why_not_);
        const double seconds = steady_seconds() - begin_;
        const char* form =
            options_.json
                ? "{\"labs\": %llu, \"differences\": %llu, \"unsteady\": %llu, "
                  "\"refused_commands\": %llu, \"seconds\": %.1f}\n"
                : "%llu labs compared: %llu differences, %llu unsteady, %llu commands refused by "
                  "the simulator, %.1f s\n";
        std::printf(form, (unsigned long long)labs_, (unsigned long long)differences_,
                    (unsigned long long)unsteady_, (unsigned long long)refused_, seconds);
        return differences_ ? 1 : 0;
    }

    const fuzz_options& options_;
    std::vector<worker> workers_;
    std::string why_not_;
    std::uint64_t labs_ = 0, differences_ = 0, unsteady_ = 0, refused_ = 0;
    std::uint64_t settled_ = 0;  // differences that nobody works on any more
    double begin_ = 0, shown_ = 0;
    const bool terminal_ = ::isatty(STDERR_FILENO);
};

}  // namespace

int fuzz(const fuzz_options& options) { return campaign(options).run(); }

}  // namespace vethlab::host::fuzz
