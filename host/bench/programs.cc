#include "host/bench/programs.h"

#include "core/wire/icmp.h"
#include "sim/traffic.h"

namespace vethlab::host {
namespace {

std::unique_ptr<socket> open(network& n, ns_fd ns, sock_kind kind) {
    std::unique_ptr<socket> s;
    if (const err e = n.sys().open_socket(ns, kind, s); e != err::ok) {
        throw network_error(std::string("socket: ") + strerror(e));
    }
    return s;
}

void check(err e) {
    if (e != err::ok && e != err::nobufs) throw network_error(std::string("send: ") + strerror(e));
}

class packet_program final : public sender {
 public:
    packet_program(network& n, const flow& f, const traffic_options& o)
        : socket_(open(n, f.from.ns, sock_kind::packet)) {
        check(socket_->bind_packet(n.link(f.from).index, 0));
        traffic_source frames(o);
        const bytes_view bytes = frames.take();
        frame_.assign(bytes.begin(), bytes.end());
    }
    void send(std::uint64_t count) override {
        for (; count > 0; count--) check(socket_->send_frame(frame_));
    }

 private:
    std::unique_ptr<socket> socket_;
    std::vector<std::byte> frame_;
};

constexpr std::uint16_t echo_port = 7, sender_port = 1007;
constexpr std::size_t ip_and_udp = 28;

class udp_program final : public sender {
 public:
    udp_program(network& n, const path& p, const flow& f, unsigned size)
        : socket_(open(n, f.from.ns, sock_kind::udp)),
          payload_(size - eth_hlen - ip_and_udp),
          to_{p.dst_ip, echo_port} {}
    void send(std::uint64_t count) override {
        for (; count > 0; count--) check(socket_->sendto(payload_, to_));
    }

 private:
    std::unique_ptr<socket> socket_;
    std::vector<std::byte> payload_;
    sock_addr to_;
};

void expect_answer(socket& s) {
    if (!s.recv()) throw network_error("no answer");
}

// Both ends are ours, so nobody has to be woken.
class udp_echo_program final : public sender {
 public:
    udp_echo_program(network& n, const path& p, const flow& f, unsigned size)
        : near_(open(n, f.from.ns, sock_kind::udp)),
          far_(open(n, p.to.at(0).ns, sock_kind::udp)),
          payload_(size - eth_hlen - ip_and_udp) {
        check(near_->bind({p.src_ip, sender_port}));
        check(far_->bind({p.end_ip, echo_port}));
        to_ = {p.end_ip, echo_port};
        back_ = {p.src_ip, sender_port};
    }
    void send(std::uint64_t count) override {
        for (; count > 0; count--) {
            check(near_->sendto(payload_, to_));
            expect_answer(*far_);
            check(far_->sendto(payload_, back_));
            expect_answer(*near_);
        }
    }

 private:
    std::unique_ptr<socket> near_, far_;
    std::vector<std::byte> payload_;
    sock_addr to_, back_;
};

class icmp_echo_program final : public sender {
 public:
    icmp_echo_program(network& n, const path& p, const flow& f, unsigned size)
        : socket_(open(n, f.from.ns, sock_kind::icmp_raw)), request_(size - eth_hlen - 20) {
        put8(request_, 0, icmp_type::echo);
        put16(request_, 2, ip_compute_csum(request_));
        to_ = {p.end_ip, 0};
    }
    void send(std::uint64_t count) override {
        for (; count > 0; count--) {
            check(socket_->sendto(request_, to_));
            expect_answer(*socket_);
        }
    }

 private:
    std::unique_ptr<socket> socket_;
    std::vector<std::byte> request_;
    sock_addr to_;
};

}  // namespace

const char* program_name_of(program what) {
    switch (what) {
        case program::packet_send:
            return "packet socket";
        case program::udp_send:
            return "UDP socket";
        case program::udp_echo:
            return "UDP echo";
        case program::icmp_echo:
            break;
    }
    return "ping";
}

std::unique_ptr<sender> program_sender(network& n, const path& p, const flow& f, program what,
                                       frames kind, unsigned size) {
    switch (what) {
        case program::packet_send:
            return std::make_unique<packet_program>(n, f, frame_of(n, p, f, kind, size));
        case program::udp_send:
            return std::make_unique<udp_program>(n, p, f, size);
        case program::udp_echo:
            return std::make_unique<udp_echo_program>(n, p, f, size);
        case program::icmp_echo:
            break;
    }
    return std::make_unique<icmp_echo_program>(n, p, f, size);
}

}  // namespace vethlab::host
