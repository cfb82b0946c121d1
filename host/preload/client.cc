#include "host/preload/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

namespace vethlab::host {
namespace {

// The kernel's own calls: the functions of these names are ours.
int sys_socket(int type) { return int(::syscall(SYS_socket, AF_UNIX, type, 0)); }
ssize_t sys_sendmsg(int fd, const msghdr* m) { return ::syscall(SYS_sendmsg, fd, m, MSG_NOSIGNAL); }
ssize_t sys_recvmsg(int fd, msghdr* m) {
    ssize_t n;
    do {
        n = ::syscall(SYS_recvmsg, fd, m, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    return n;
}

struct address {
    sockaddr_un sun{};
    socklen_t size = 0;
};

// As it was when the program began: it may clear its environment, and stays under the lab.
// Constant from the start: nothing may be initialized after begin().
struct settings {
    address lab;
    char socket[sizeof(sockaddr_un) + 16] = {}, preload[4096] = {}, netns[40] = {};
};
constinit settings setting;

// The name of the lab's socket is abstract: it begins with a zero byte.
void read_setting() {
    const char* name = ::getenv(socket_variable);
    const char* preload = ::getenv("LD_PRELOAD");
    const char* netns = ::getenv(netns_variable);
    auto& a = setting.lab;
    if (!name || !*name || !preload || ::strlen(name) + 2 > sizeof a.sun.sun_path) return;
    ::snprintf(setting.socket, sizeof setting.socket, "%s=%s", socket_variable, name);
    ::snprintf(setting.preload, sizeof setting.preload, "LD_PRELOAD=%s", preload);
    ::snprintf(setting.netns, sizeof setting.netns, "%s=%s", netns_variable, netns ? netns : "0");
    a.sun.sun_family = AF_UNIX;
    ::strcpy(a.sun.sun_path + 1, name);
    a.size = socklen_t(offsetof(sockaddr_un, sun_path) + 1 + ::strlen(name));
}

bool leads_to_lab(int fd) {
    const auto& lab = setting.lab;
    sockaddr_un peer{};
    socklen_t size = sizeof peer;
    if (lab.size == 0) return false;
    if (::syscall(SYS_getpeername, fd, &peer, &size) < 0 || size != lab.size) return false;
    return ::memcmp(&peer, &lab.sun, size) == 0;
}

std::uint64_t cookie_of(int fd) {
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    if (::syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) < 0) return 0;
    return cookie;
}

int connect_to_lab(int flags, const greeting& hello) {
    const auto& lab = setting.lab;
    const int fd = sys_socket(SOCK_SEQPACKET | flags);
    if (fd < 0) return -1;
    greeting g = hello;
    g.cookie = cookie_of(fd);
    iovec part{&g, sizeof g};
    msghdr m{};
    m.msg_iov = &part;
    m.msg_iovlen = 1;
    // SOCK_NONBLOCK is the program's wish for later; to connect never waits long.
    if (::syscall(SYS_connect, fd, &lab.sun, lab.size) < 0 || sys_sendmsg(fd, &m) < 0) {
        const int error = errno;
        ::syscall(SYS_close, fd);
        return fail(error);
    }
    return fd;
}

// One call at a time. A child of fork has its parent's connection, and makes its own; a child of
// vfork even changes the parent's variables, which then does the same.
struct shared_connection {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    int fd = -1;
    pid_t owner = 0;
};
constinit shared_connection connection;

class locked {
 public:
    locked() { ::pthread_mutex_lock(&connection.mutex); }
    ~locked() { ::pthread_mutex_unlock(&connection.mutex); }
    locked(const locked&) = delete;
};

int my_netns() { return ::atoi(::strchr(setting.netns, '=') + 1); }

int call_connection() {
    constexpr int out_of_the_way = 400;  // programs count on the low numbers
    const pid_t self = ::getpid();
    if (connection.owner == self && leads_to_lab(connection.fd)) return connection.fd;
    if (connection.fd >= 0 && leads_to_lab(connection.fd)) ::syscall(SYS_close, connection.fd);
    connection.fd = -1;
    const int fd = connect_to_lab(SOCK_CLOEXEC, {greeting::call, my_netns(), 0});
    if (fd < 0) return -1;
    const int high = int(::syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, out_of_the_way));
    if (high >= 0) ::syscall(SYS_close, fd);
    connection.fd = high >= 0 ? high : fd;
    connection.owner = self;
    return connection.fd;
}

bool send_request(int fd, const request& r, bytes first, bytes second, int pass = -1) {
    iovec parts[] = {{const_cast<request*>(&r), sizeof r},
                     {const_cast<void*>(first.data), first.size},
                     {const_cast<void*>(second.data), second.size}};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr m{};
    m.msg_iov = parts;
    m.msg_iovlen = 3;
    if (pass >= 0) {
        m.msg_control = control;
        m.msg_controllen = sizeof control;
        cmsghdr* c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        ::memcpy(CMSG_DATA(c), &pass, sizeof pass);
    }
    return sys_sendmsg(fd, &m) >= 0;
}

// -1: the lab has ended.
ssize_t receive_reply(int fd, reply& r, void* out, std::size_t room, int* passed = nullptr) {
    iovec parts[] = {{&r, sizeof r}, {out, room}};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr m{};
    m.msg_iov = parts;
    m.msg_iovlen = 2;
    m.msg_control = control;
    m.msg_controllen = sizeof control;
    const ssize_t n = sys_recvmsg(fd, &m);
    if (n < ssize_t(sizeof r)) return -1;
    const cmsghdr* c = CMSG_FIRSTHDR(&m);
    if (passed && c && c->cmsg_type == SCM_RIGHTS) ::memcpy(passed, CMSG_DATA(c), sizeof *passed);
    return n - ssize_t(sizeof r);
}

// Signals that end a program reach the one that runs in the lab on its behalf.
volatile sig_atomic_t signal_arrived = 0;
void note_signal(int number) { signal_arrived = number; }

void write_all(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t n = ::syscall(SYS_write, fd, data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        data += n;
        size -= std::size_t(n);
    }
}

// They are blocked except while it waits, so that none is lost between a look and the wait.
int relay(int fd, const sigset_t& open) {
    static char part[max_payload];
    while (true) {
        pollfd ready{fd, POLLIN, 0};
        const int n = ::ppoll(&ready, 1, nullptr, &open);
        if (const int s = signal_arrived) {
            signal_arrived = 0;
            send_request(fd, {call::signal, s, 0}, {}, {});
        }
        if (n <= 0) continue;
        reply r{};
        const ssize_t size = receive_reply(fd, r, part, sizeof part);
        if (size < 0) return 1;
        if (r.kind == reply::done) return int(r.number);
        write_all(r.kind == reply::output ? STDOUT_FILENO : STDERR_FILENO, part, std::size_t(size));
    }
}

// Registers the process, with its namespace, before it does anything.
__attribute__((constructor)) void begin() {
    read_setting();
    if (!under_lab()) return;
    const int saved = errno;
    const locked lock;
    call_connection();
    errno = saved;
}

}  // namespace

int fail(int error) {
    errno = error;
    return -1;
}

bool under_lab() { return setting.lab.size > 0; }

answer ask(const request& r, bytes first, void* out, std::size_t room, bytes second) {
    const int saved = errno;
    const locked lock;
    answer a;
    reply got{};
    const int fd = call_connection();
    ssize_t size = -1;
    if (fd >= 0 && send_request(fd, r, first, second)) {
        size = receive_reply(fd, got, out, room, &a.fd);
    }
    a.error = size < 0 ? ENOTCONN : got.error;
    a.number = long(got.number);
    a.size = size < 0 ? 0 : std::size_t(size);
    errno = saved;
    return a;
}

bool run_in_lab(const char* const* argv, int& status) {
    const locked lock;
    const int fd = call_connection();
    if (fd < 0) return false;
    char words[16384];
    std::size_t used = 0;
    for (; *argv; argv++) {
        const std::size_t n = ::strlen(*argv) + 1;
        if (used + n > sizeof words) return false;
        ::memcpy(words + used, *argv, n);
        used += n;
    }
    reply first{};
    if (!send_request(fd, {call::exec, 0, 0}, {words, used}, {}, STDIN_FILENO)) return false;
    if (receive_reply(fd, first, nullptr, 0) < 0 || first.error) return false;
    sigset_t ends, open;
    sigemptyset(&ends);
    for (const int s : {SIGINT, SIGTERM, SIGQUIT, SIGHUP}) {
        struct sigaction old {
        }, note{};
        note.sa_handler = note_signal;
        if (::sigaction(s, nullptr, &old) < 0 || old.sa_handler == SIG_IGN) continue;
        ::sigaction(s, &note, nullptr);
        sigaddset(&ends, s);
    }
    ::sigprocmask(SIG_BLOCK, &ends, &open);
    status = relay(fd, open);
    return true;
}

int open_object(int socket_flags, std::uint64_t& cookie) {
    const int fd = connect_to_lab(socket_flags, {greeting::object, 0, 0});
    cookie = fd < 0 ? 0 : cookie_of(fd);
    return fd;
}

bool is_object(int fd, std::uint64_t& cookie) {
    const int saved = errno;
    const bool ours = leads_to_lab(fd);
    if (ours) cookie = cookie_of(fd);
    errno = saved;
    return ours;
}

void remember_netns(long number) {
    ::snprintf(setting.netns, sizeof setting.netns, "%s=%ld", netns_variable, number);
}

char** lab_environment(char* const* given) {
    char* const ours[] = {setting.socket, setting.preload, setting.netns};
    std::size_t count = 0;
    while (given && given[count]) count++;
    auto** all = static_cast<char**>(::calloc(count + 4, sizeof(char*)));
    if (!all) return nullptr;
    std::size_t n = 0;
    for (std::size_t i = 0; i < count; i++) {
        bool replaced = false;
        for (const char* o : ours) {
            replaced = replaced || ::strncmp(given[i], o, ::strcspn(o, "=") + 1) == 0;
        }
        if (!replaced) all[n++] = given[i];
    }
    for (char* o : ours) all[n++] = o;
    return all;
}

void refuse(const char* what) {
    static bool said = false;
    if (said) return;
    said = true;
    char line[256];
    const int n = ::snprintf(line, sizeof line, "vethlab: %s: a lab does not have %s\n",
                             program_invocation_short_name, what);
    if (n > 0) write_all(STDERR_FILENO, line, n < int(sizeof line) ? std::size_t(n) : sizeof line);
}

}  // namespace vethlab::host
