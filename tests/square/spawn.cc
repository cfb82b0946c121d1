// iproute2: lib/exec.c, lib/namespace.c
#include "tests/square/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "host/mirror/open_file.h"

namespace vethlab::host {
namespace {

struct pipe_ends {
    open_file read, write;
};
pipe_ends make_pipe() {
    int fds[2] = {-1, -1};
    if (::pipe2(fds, O_CLOEXEC) < 0) std::abort();
    return {open_file(fds[0]), open_file(fds[1])};
}

// /sys shows the namespace of the one who mounted it: `ip netns exec` mounts it anew.
bool enter(ns_fd ns) {
    return ::setns(ns, CLONE_NEWNET) == 0 && ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("", "/", "none", MS_SLAVE | MS_REC, nullptr) == 0 &&
           (::umount2("/sys", MNT_DETACH) == 0 || errno == EINVAL) &&
           ::mount("sysfs", "/sys", "sysfs", 0, nullptr) == 0;
}

// In the child. Writes errno to `report` if the program cannot be started.
[[noreturn]] void start(const process& p, ns_fd home, int out, int err_out, int report) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err_out, STDERR_FILENO);
    std::vector<char*> argv;
    for (const auto& word : p.argv) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    if (p.ns == home || enter(p.ns)) ::execvp(argv[0], argv.data());
    const int reason = errno;
    [[maybe_unused]] const auto n = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

// Both streams at once: a program that fills one pipe must not wait for the other.
void copy(open_file out, open_file err_out, process& p) {
    std::array<pollfd, 2> fds{{{out.fd(), POLLIN, 0}, {err_out.fd(), POLLIN, 0}}};
    writer* to[] = {p.out, p.err};
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (::poll(fds.data(), fds.size(), -1) < 0) continue;
        for (std::size_t i = 0; i < fds.size(); i++) {
            if (!fds[i].revents) continue;
            char part[4096];
            const auto n = ::read(fds[i].fd, part, sizeof part);
            if (n > 0) {
                to[i]->write({part, std::size_t(n)});
            } else {
                fds[i].fd = -1;
            }
        }
    }
}

}  // namespace

std::optional<int> spawn(process& p, ns_fd home) {
    auto out = make_pipe(), err_out = make_pipe(), report = make_pipe();
    const pid_t pid = ::fork();
    if (pid < 0) std::abort();
    if (pid == 0) start(p, home, out.write.fd(), err_out.write.fd(), report.write.fd());
    for (auto* end : {&out.write, &err_out.write, &report.write}) *end = open_file();
    copy(std::move(out.read), std::move(err_out.read), p);
    int reason = 0, status = 0;
    const bool started = ::read(report.read.fd(), &reason, sizeof reason) != sizeof reason;
    ::waitpid(pid, &status, 0);
    if (!started) return std::nullopt;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace vethlab::host
