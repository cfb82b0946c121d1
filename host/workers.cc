#include "host/workers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include "host/mirror/open_file.h"

namespace vethlab::host {
namespace {

using clock = std::chrono::steady_clock;

// On the pipe: lines with the names of stages, then this line and the result.
constexpr std::string_view result_follows = "\n";

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) ::_exit(1);  // nobody wants to know any more
        bytes.remove_prefix(std::size_t(n));
    }
}

// A child at its piece. Ended with this object.
class running_piece {
 public:
    running_piece(std::size_t piece_number, unsigned slot_number, std::chrono::seconds timeout,
                  const std::function<std::string(std::size_t, const worker&)>& work)
        : piece(piece_number), slot(slot_number), timeout_(timeout) {
        int fds[2];
        if (::pipe2(fds, O_CLOEXEC) < 0) throw std::runtime_error("pipe: no more descriptors");
        from_child_ = open_file(fds[0]);
        open_file to_parent(fds[1]);
        std::fflush(nullptr);
        const pid_t parent = ::getpid();
        pid_ = ::fork();
        if (pid_ < 0) throw std::runtime_error("fork: no more processes");
        if (pid_ == 0) run(parent, to_parent.fd(), work);
        deadline_ = clock::now() + timeout_;
    }
    running_piece(const running_piece&) = delete;
    ~running_piece() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    const std::size_t piece;
    const unsigned slot;

    int fd() const { return from_child_.fd(); }
    clock::time_point deadline() const { return deadline_; }
    bool too_long() const { return clock::now() >= deadline_; }
    // Takes what has come. True at the end.
    bool read() {
        char part[65536];
        const auto n = ::read(fd(), part, sizeof part);
        if (n < 0) return errno != EINTR;
        text_.append(part, std::size_t(n));
        while (!has_result_) {
            const auto end = text_.find('\n');
            if (end == std::string::npos) break;
            has_result_ = end == 0;
            if (!has_result_) stage_ = text_.substr(0, end);
            text_.erase(0, end + 1);
            deadline_ = clock::now() + timeout_;
        }
        return n == 0;
    }
    piece_result result(bool over) const {
        if (over && has_result_) return {piece_result::done, text_};
        return {over ? piece_result::ended : piece_result::too_long, stage_};
    }

 private:
    [[noreturn]] void run(pid_t parent, int to_parent,
                          const std::function<std::string(std::size_t, const worker&)>& work) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);
        const worker self{slot,
                          [&](const std::string& name) { write_all(to_parent, name + "\n"); }};
        const std::string text = work(piece, self);
        write_all(to_parent, result_follows);
        write_all(to_parent, text);
        ::_exit(0);
    }

    const std::chrono::seconds timeout_;
    pid_t pid_ = -1;
    open_file from_child_;
    clock::time_point deadline_;
    std::string text_, stage_;
    bool has_result_ = false;
};

using running_pieces = std::vector<std::unique_ptr<running_piece>>;

unsigned free_slot(const running_pieces& running) {
    unsigned slot = 0;
    while (std::any_of(running.begin(), running.end(),
                       [&](const auto& r) { return r->slot == slot; })) {
        slot++;
    }
    return slot;
}

// Until one of them has said something or its time is over.
void wait_for(const running_pieces& running, std::vector<pollfd>& fds) {
    auto first = clock::time_point::max();
    fds.clear();
    for (const auto& r : running) {
        fds.push_back({r->fd(), POLLIN, 0});
        first = std::min(first, r->deadline());
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - clock::now()).count();
    ::poll(fds.data(), fds.size(), int(std::clamp<long long>(left, 0, 1'000'000)));
}

}  // namespace

void in_processes(const workers_options& options, std::size_t pieces,
                  const std::function<std::string(std::size_t, const worker&)>& work,
                  const std::function<void(std::size_t, const piece_result&)>& result) {
    running_pieces running;
    std::map<std::size_t, piece_result> waiting;  // for those before them
    std::vector<pollfd> fds;
    std::size_t next = 0, shown = 0;
    while (shown < pieces) {
        while (next < pieces && running.size() < options.jobs) {
            const unsigned slot = free_slot(running);
            running.push_back(std::make_unique<running_piece>(next++, slot, options.timeout, work));
        }
        wait_for(running, fds);
        for (std::size_t i = fds.size(); i-- > 0;) {
            const bool over = fds[i].revents && running[i]->read();
            if (!over && !running[i]->too_long()) continue;
            waiting[running[i]->piece] = running[i]->result(over);
            running.erase(running.begin() + std::ptrdiff_t(i));
        }
        for (auto it = waiting.find(shown); it != waiting.end(); it = waiting.find(shown)) {
            result(shown++, it->second);
            waiting.erase(it);
        }
    }
}

}  // namespace vethlab::host
