// iproute2: lib/libnetlink.c
#include <linux/netlink.h>
#include <sys/socket.h>

#include "host/mirror/kernel_system.h"

namespace vethlab::host {
namespace {

constexpr int send_buffer = 32 << 10;
constexpr int receive_buffer = 4 << 20;
constexpr std::size_t usual_datagram = 32 << 10;  // the kernel fills no more in a dump

// An error on the way here is what send() reports: a channel exists in any case.
class netlink_socket final : public netlink_channel {
 public:
    netlink_socket(ns_fd ns, ns_fd home) {
        const in_netns visit(ns, home);
        error_ = visit.error();
        if (error_ == err::ok) error_ = open();
    }

    err send(bytes_view messages) override {
        if (error_ != err::ok) return error_;
        sockaddr_nl kernel{};
        kernel.nl_family = AF_NETLINK;
        return result(::sendto(file_.fd(), messages.data(), messages.size(), 0,
                               reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel));
    }

    // The kernel answers while sendto runs, and continues a dump while recv does: what is not
    // there now will not come, except to members of a multicast group.
    std::optional<std::vector<std::byte>> recv() override {
        while (true) {
            const auto waiting =
                ::recv(file_.fd(), nullptr, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
            if (waiting < 0) {
                // ENOBUFS: a monitor was too slow and missed some; the next are there.
                if (errno == EINTR || errno == ENOBUFS) continue;
                return std::nullopt;
            }
            std::vector<std::byte> data(std::max(std::size_t(waiting), usual_datagram));
            const auto n = ::recv(file_.fd(), data.data(), data.size(), MSG_DONTWAIT);
            if (n < 0) continue;
            data.resize(std::size_t(n));
            return data;
        }
    }

    void join(std::uint32_t rtnlgrp) override {
        const int group = int(rtnlgrp);
        set(NETLINK_ADD_MEMBERSHIP, group);
    }
    void set_strict_check(bool on) override { set(NETLINK_GET_STRICT_CHK, on); }
    std::uint32_t pid() const override { return pid_; }
    int fd() const { return file_.fd(); }

 private:
    err open() {
        file_ = open_file(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
        if (!file_) return last_error();
        ::setsockopt(file_.fd(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
        ::setsockopt(file_.fd(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer,
                     sizeof receive_buffer);
        set(NETLINK_EXT_ACK, 1);
        sockaddr_nl own{};
        own.nl_family = AF_NETLINK;
        socklen_t size = sizeof own;
        const auto name = reinterpret_cast<sockaddr*>(&own);
        if (::bind(file_.fd(), name, size) < 0 || ::getsockname(file_.fd(), name, &size) < 0) {
            return last_error();
        }
        pid_ = own.nl_pid;
        return err::ok;
    }
    void set(int option, int value) {
        ::setsockopt(file_.fd(), SOL_NETLINK, option, &value, sizeof value);
    }

    open_file file_;
    std::uint32_t pid_ = 0;
    err error_ = err::ok;
};

}  // namespace

std::unique_ptr<netlink_channel> kernel_system::netlink(ns_fd ns) {
    return std::make_unique<netlink_socket>(ns, home());
}

int descriptor(const netlink_channel& c) { return static_cast<const netlink_socket&>(c).fd(); }

}  // namespace vethlab::host
