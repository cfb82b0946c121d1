// util-linux: sys-utils/unshare.c
#include "host/mirror/isolation.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "host/mirror/open_file.h"

namespace vethlab::host {
namespace {

constexpr int namespaces = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID;

std::string reason() { return std::strerror(errno); }
[[noreturn]] void fail(const std::string& what) { throw isolation_error(what + ": " + reason()); }

void write_text(const char* path, const std::string& text) {
    const open_file f(::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!f || ::write(f.fd(), text.data(), text.size()) < 0) fail(path);
}

// ---- in the child, before it splits off the lab's first process

// As root among users of our own, whom the rest of the machine does not know.
void enter_user_namespace() {
    const auto uid = std::to_string(::geteuid()), gid = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER | namespaces) < 0) {
        const bool known = ::access("/proc/self/ns/user", F_OK) == 0;
        throw isolation_error(
            known ? "not root, and this machine does not let others have user namespaces (" +
                        reason() +
                        "; see the sysctls user.max_user_namespaces, "
                        "kernel.unprivileged_userns_clone and "
                        "kernel.apparmor_restrict_unprivileged_userns): run it as root"
                  : "not root, and this kernel has no user namespaces: run it as root");
    }
    write_text("/proc/self/setgroups", "deny");
    write_text("/proc/self/uid_map", "0 " + uid + " 1");
    write_text("/proc/self/gid_map", "0 " + gid + " 1");
}

void enter_namespaces() {
    if (::geteuid() == 0 && ::unshare(namespaces) == 0) return;
    if (::geteuid() == 0 && errno != EPERM) {
        fail("this kernel has no network, mount or pid namespaces");
    }
    enter_user_namespace();
}

// ---- in the lab's first process

void mount_at(const char* type, const char* path, const char* data = nullptr) {
    if (::mount(type, path, type, 0, data) < 0) fail(std::string("mount ") + type + " on " + path);
}

// What a lab may see of the machine's files.
void prepare_mounts() {
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) fail("private mounts");
    mount_at("proc", "/proc");
    mount_at("sysfs", "/sys");
    mount_at("tmpfs", "/run", "mode=755");
    if (::mkdir("/run/netns", 0755) < 0) fail("/run/netns");
    mount_at("tmpfs", "/tmp", "mode=1777");
    if (::chdir("/tmp") < 0) fail("/tmp");
    write_text("/run/hosts", "127.0.0.1 localhost\n");
    // Where there is no such file there are no names either.
    ::mount("/run/hosts", "/etc/hosts", nullptr, MS_BIND, nullptr);
    ::mount("/dev/null", "/etc/resolv.conf", nullptr, MS_BIND, nullptr);
}

void pin_to_one_cpu(int cpu_number) {
    cpu_set_t all, one;
    if (::sched_getaffinity(0, sizeof all, &all) < 0) return;
    int skip = cpu_number % CPU_COUNT(&all);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &all) || skip-- > 0) continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        ::sched_setaffinity(0, sizeof one, &one);
        return;
    }
}

void prepare_environment() {
    ::clearenv();
    ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    ::setenv("LC_ALL", "C", 1);
    ::setenv("HOME", "/root", 1);
    ::setenv("COLUMNS", "80", 1);
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        bytes.remove_prefix(std::size_t(n));
    }
}

constexpr char good = 'R', bad = 'E', not_allowed = 'I';

void report(int fd, char kind, const std::string& text) {
    std::fflush(nullptr);
    write_all(fd, kind + text);
}

// Runs `what`, reports what becomes of it.
template <class F>
void guarded(int fd, F what) {
    try {
        what();
    } catch (const isolation_error& e) {
        report(fd, not_allowed, e.what());
    } catch (const std::exception& e) {
        report(fd, bad, e.what());
    }
}

struct pipe_ends {
    open_file read, write;
};
pipe_ends make_pipe() {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) < 0) fail("pipe");
    return {open_file(fds[0]), open_file(fds[1])};
}

// The kernel ends us with our parent. If that has gone before it could know, so do we.
void end_with_parent(int life) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    pollfd p{life, POLLIN, 0};
    if (::poll(&p, 1, 0) != 0) ::_exit(1);
}

// The first process of the pid namespace: with it the kernel ends all others.
[[noreturn]] void run_inside(const isolation_options& options,
                             const std::function<std::string()>& inside, int life, int result) {
    end_with_parent(life);
    guarded(result, [&] {
        prepare_mounts();
        if (options.cpu != isolation_options::any_cpu) pin_to_one_cpu(options.cpu);
        prepare_environment();
        if (options.ahead_of_others) {
            const sched_param p{.sched_priority = 5};
            ::sched_setscheduler(0, SCHED_RR, &p);
        }
        report(result, good, inside());
    });
    ::_exit(0);
}

[[noreturn]] void split_off(const isolation_options& options,
                            const std::function<std::string()>& inside, int life, int result) {
    ::setpgid(0, 0);  // so that a terminal's Ctrl-C comes once, through our parent
    end_with_parent(life);
    guarded(result, [&] {
        enter_namespaces();
        end_with_parent(life);  // new credentials made the kernel forget
        const pid_t first = ::fork();
        if (first < 0) fail("fork");
        if (first == 0) run_inside(options, inside, life, result);
        ::signal(SIGINT, SIG_IGN);
        ::signal(SIGTERM, SIG_IGN);
        ::waitpid(first, nullptr, 0);
    });
    ::_exit(0);
}

// ---- in the parent

volatile sig_atomic_t child_group = 0, signals_passed = 0;

void pass_on(int s) {
    signals_passed = signals_passed + 1;
    if (child_group) ::kill(-child_group, signals_passed > 1 ? SIGKILL : s);
}

class signals_go_to {
 public:
    explicit signals_go_to(pid_t group) {
        child_group = group;
        signals_passed = 0;
        struct sigaction action {};
        action.sa_handler = pass_on;
        action.sa_flags = SA_RESTART;
        ::sigaction(SIGINT, &action, &old_int_);
        ::sigaction(SIGTERM, &action, &old_term_);
    }
    ~signals_go_to() {
        ::sigaction(SIGINT, &old_int_, nullptr);
        ::sigaction(SIGTERM, &old_term_, nullptr);
        child_group = 0;
    }
    signals_go_to(const signals_go_to&) = delete;

 private:
    struct sigaction old_int_ {
    }, old_term_{};
};

std::string read_to_end(int fd) {
    std::string text;
    char part[65536];
    while (true) {
        const auto n = ::read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return text;
        text.append(part, std::size_t(n));
    }
}

}  // namespace

std::string run_isolated(const isolation_options& options,
                         const std::function<std::string()>& inside) {
    std::fflush(nullptr);
    auto result = make_pipe(), life = make_pipe();
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        result.read = open_file();
        life.write = open_file();
        split_off(options, inside, life.read.fd(), result.write.fd());
    }
    ::setpgid(child, child);
    result.write = open_file();
    std::string text;
    {
        const signals_go_to forward(child);
        text = read_to_end(result.read.fd());
        ::waitpid(child, nullptr, 0);
    }
    if (text.empty()) throw std::runtime_error("the lab on the kernel was ended from outside");
    const char kind = text[0];
    text.erase(0, 1);
    if (kind == not_allowed) throw isolation_error(text);
    if (kind == bad) throw std::runtime_error(text);
    return text;
}

}  // namespace vethlab::host
