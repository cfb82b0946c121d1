#include "host/exec/connection.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <span>
#include <system_error>

#include "sim/text.h"

namespace vethlab::host {
namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

bool send_packet(int fd, const packet& p) {
    iovec part{const_cast<std::byte*>(p.data.data()), p.data.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr m{};
    m.msg_iov = &part;
    m.msg_iovlen = 1;
    if (const int passed = p.passed.fd(); passed >= 0) {
        m.msg_control = control;
        m.msg_controllen = sizeof control;
        cmsghdr* c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof passed);
        std::memcpy(CMSG_DATA(c), &passed, sizeof passed);
    }
    return ::sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

void append(std::vector<std::byte>& to, bytes_view more) {
    to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

void connection::send(packet p) {
    if (closed_) return;
    wake();
    out_.push_back(std::move(p));
    flush();
}

void connection::send_datagram(bytes_view data) { send({{data.begin(), data.end()}, {}}); }

void connection::send_reply(const reply& r, bytes_view data, open_file passed) {
    packet p;
    append(p.data, std::as_bytes(std::span(&r, 1)));
    append(p.data, data);
    p.passed = std::move(passed);
    send(std::move(p));
}

void connection::flush() {
    while (!out_.empty()) {
        if (send_packet(file_.fd(), out_.front())) {
            out_.pop_front();
        } else if (errno != EINTR) {
            if (errno == EAGAIN) return;
            closed_ = true;
            out_.clear();
        }
    }
}

std::optional<packet> connection::receive() {
    packet p;
    p.data.resize(sizeof(request) + max_payload + 1);
    iovec part{p.data.data(), p.data.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr m{};
    m.msg_iov = &part;
    m.msg_iovlen = 1;
    m.msg_control = control;
    m.msg_controllen = sizeof control;
    const auto n = ::recvmsg(file_.fd(), &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (n <= 0) {
        closed_ = true;
        return std::nullopt;
    }
    const cmsghdr* c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_type == SCM_RIGHTS) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
        p.passed = open_file(fd);
    }
    p.data.resize(std::size_t(n));
    return p;
}

listener::listener() : file_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    if (!file_) fail("socket");
    std::random_device random;
    name_ = strf("vethlab-%d-%08x%08x", int(::getpid()), unsigned(random()), unsigned(random()));
    sockaddr_un a{};
    a.sun_family = AF_UNIX;
    std::memcpy(a.sun_path + 1, name_.data(), name_.size());
    const auto size = socklen_t(offsetof(sockaddr_un, sun_path) + 1 + name_.size());
    if (::bind(file_.fd(), reinterpret_cast<sockaddr*>(&a), size) < 0) fail("bind");
    if (::listen(file_.fd(), 1024) < 0) fail("listen");
}

std::optional<connection> listener::accept(pid_t& pid) {
    while (true) {
        open_file file(::accept4(file_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!file) return std::nullopt;
        ucred who{};
        socklen_t size = sizeof who;
        if (::getsockopt(file.fd(), SOL_SOCKET, SO_PEERCRED, &who, &size) < 0) continue;
        // The name is for anybody to see; the lab is its user's (and root's).
        if (who.uid != ::geteuid() && who.uid != 0) continue;
        pid = who.pid;
        return connection(std::move(file));
    }
}

}  // namespace vethlab::host
