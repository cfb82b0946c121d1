// iproute2: lib/exec.c, lib/namespace.c
#include "host/mirror/program.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <system_error>

#include "host/mirror/child_io.h"

namespace vethlab::host {
namespace {

// /sys shows the namespace of the one who mounted it: `ip netns exec` mounts it anew.
bool enter(ns_fd ns) {
    return ::setns(ns, CLONE_NEWNET) == 0 && ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("", "/", "none", MS_SLAVE | MS_REC, nullptr) == 0 &&
           (::umount2("/sys", MNT_DETACH) == 0 || errno == EINVAL) &&
           ::mount("sysfs", "/sys", "sysfs", 0, nullptr) == 0;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> p;
    for (const auto& word : words) p.push_back(const_cast<char*>(word.c_str()));
    p.push_back(nullptr);
    return p;
}

// In the child. Writes errno to `report` if the program cannot be started.
[[noreturn]] void start(const process& p, ns_fd home, int in, int out, int err_out, int report) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err_out, STDERR_FILENO);
    for (const auto& variable : p.environment) ::putenv(const_cast<char*>(variable.c_str()));
    auto argv = pointers(p.argv);
    if (p.ns == home || enter(p.ns)) ::execvp(argv[0], argv.data());
    const int reason = errno;
    [[maybe_unused]] const auto n = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

// Resumes when one of the files has something to read.
struct files_awaiter : wait_base {
    real_time& table;
    std::array<int, 3> fds;
    files_awaiter(process& of, real_time& t, std::array<int, 3> files)
        : wait_base(of), table(t), fds(files) {}
    bool await_ready() const { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        arm(handle);
        if (woken) return;
        for (const int fd : fds) {
            if (fd >= 0) table.wake_on_file(fd, *this);
        }
    }
    void await_resume() const {}
};

// Hands on what is there. Closes the file at its end.
void copy_available(open_file& from, writer& to) {
    char part[16384];
    while (from) {
        const auto n = ::read(from.fd(), part, sizeof part);
        if (n > 0) {
            to.write({part, std::size_t(n)});
        } else if (n == 0 || errno != EINTR) {
            if (n < 0 && errno == EAGAIN) return;
            from = open_file();
        }
    }
}

bool has_ended(pid_t pid, int& status) { return ::waitpid(pid, &status, WNOHANG) == pid; }

// Nobody else waits for it: it must not outlive the process that ran it.
class child_process {
 public:
    explicit child_process(pid_t pid) : pid_(pid), file_(int(::syscall(SYS_pidfd_open, pid, 0))) {
        if (!file_) fail("pidfd_open");
    }
    child_process(const child_process&) = delete;
    ~child_process() {
        if (ended_) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    int fd() const { return file_.fd(); }
    void kill(int signal) { ::kill(pid_, signal); }
    bool ended() { return ended_ = ended_ || has_ended(pid_, status_); }
    int exit_status() const {
        return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
    }

 private:
    pid_t pid_;
    open_file file_;
    int status_ = 0;
    bool ended_ = false;
};

}  // namespace

task<int> run_program(process& p, real_time& table, ns_fd home, bool& started) {
    auto out = make_pipe(O_NONBLOCK), err_out = make_pipe(O_NONBLOCK), report = make_pipe(0);
    const open_file in = input_of(p);
    const pid_t pid = ::fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
        start(p, home, in.fd(), out.write.fd(), err_out.write.fd(), report.write.fd());
    }
    child_process child(pid);
    for (auto* end : {&out.write, &err_out.write, &report.write}) *end = open_file();
    int reason = 0;
    started = ::read(report.read.fd(), &reason, sizeof reason) != sizeof reason;
    bool told = false;
    // Its end counts, not that of its output: a program it left behind may hold that.
    while (!child.ended()) {
        co_await files_awaiter(p, table, {child.fd(), out.read.fd(), err_out.read.fd()});
        copy_available(out.read, *p.out);
        copy_available(err_out.read, *p.err);
        if (p.interrupted && !told) child.kill(p.signal);
        told = p.interrupted;
    }
    copy_available(out.read, *p.out);
    copy_available(err_out.read, *p.err);
    co_return started ? child.exit_status() : 127;
}

}  // namespace vethlab::host
