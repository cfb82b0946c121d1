#include "host/exec/program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>

#include "host/exec/protocol.h"
#include "host/mirror/child_io.h"

namespace vethlab::host {
namespace {

void set_environment(const process& p, const program_setting& how) {
    for (const auto& variable : p.environment) ::putenv(const_cast<char*>(variable.c_str()));
    if (!how.search_path.empty()) {
        ::setenv("PATH", how.search_path.c_str(), 1);
        ::setenv("LC_ALL", "C", 1);
    }
    const char* others = ::getenv("LD_PRELOAD");
    const std::string preload = how.library + (others ? std::string(" ") + others : "");
    ::setenv("LD_PRELOAD", preload.c_str(), 1);
    ::setenv(socket_variable, how.socket.c_str(), 1);
    ::setenv(netns_variable, std::to_string(p.ns).c_str(), 1);
}

[[noreturn]] void start(const process& p, const program_setting& how, int report) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // also when we are killed
    for (const int s : {SIGINT, SIGQUIT, SIGPIPE}) ::signal(s, SIG_DFL);
    set_environment(p, how);
    std::vector<char*> argv;
    for (const auto& word : p.argv) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    const int reason = errno;
    [[maybe_unused]] const auto n = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

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

}  // namespace

program::program(process& p, const program_setting& how) : p_(p) {
    auto report = make_pipe(0);
    pipe_ends out, err_out;
    open_file in;
    if (how.capture) {
        out = make_pipe(O_NONBLOCK);
        err_out = make_pipe(O_NONBLOCK);
        in = input_of(p);
    }
    pid_ = ::fork();
    if (pid_ < 0) fail("fork");
    if (pid_ == 0) {
        if (how.capture) {
            ::dup2(in.fd(), STDIN_FILENO);
            ::dup2(out.write.fd(), STDOUT_FILENO);
            ::dup2(err_out.write.fd(), STDERR_FILENO);
        }
        start(p, how, report.write.fd());
    }
    out_ = std::move(out.read);
    err_out_ = std::move(err_out.read);
    end_ = open_file(int(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!end_) fail("pidfd_open");
    report.write = open_file();
    if (::read(report.read.fd(), &reason_, sizeof reason_) != sizeof reason_) reason_ = 0;
}

program::~program() {
    if (ended_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

int program::exit_status() const {
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

void program::copy_output() {
    copy_available(out_, *p_.out);
    copy_available(err_out_, *p_.err);
}

void program::look_for_end() {
    if (!ended_) ended_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
    if (ended_) end_ = open_file();
}

void program::kill(int signal) {
    if (!ended_) ::kill(pid_, signal);
}

}  // namespace vethlab::host
