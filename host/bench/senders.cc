// Linux: Documentation/networking/packet_mmap.rst, tools/testing/selftests/bpf/xdp_features
#include "host/bench/senders.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "host/bench/bpf.h"
#include "sim/traffic_generator.h"

namespace vethlab::host {
namespace {

[[noreturn]] void fail(const char* what) {
    throw network_error(std::string(what) + ": " + std::strerror(errno));
}

class simulated_sender final : public sender {
 public:
    simulated_sender(sim_system& sys, const end_point& from, const traffic_options& o)
        : sys_(sys), out_(*sys.net_of(from.ns)), options_(o) {
        (void)out_.bind(dev_get_by_name(*sys.net_of(from.ns), from.name)->ifindex, 0);
    }
    void send(std::uint64_t count) override {
        options_.count = count;
        traffic_generator g(out_, traffic_source(options_));
        g.start();
        while (!g.progress().done) {
            sys_.krn.events.run_one();
            sys_.krn.run_softirq();
        }
    }

 private:
    sim_system& sys_;
    packet_sock out_;
    traffic_options options_;
};

open_file packet_socket(network& n, const end_point& from) {
    const in_netns visit(from.ns, n.home);
    open_file s(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    if (!s) fail("packet socket");
    const int on = 1;
    if (::setsockopt(s.fd(), SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) < 0) {
        fail("PACKET_QDISC_BYPASS");
    }
    return s;
}

void bind_to(const open_file& s, int ifindex) {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = ifindex;
    if (::bind(s.fd(), reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0) fail("bind");
}

class tx_ring_sender final : public sender {
 public:
    tx_ring_sender(network& n, const end_point& from, const traffic_options& o)
        : socket_(packet_socket(n, from)), burst_(std::min(o.burst, slots)) {
        const int version = TPACKET_V2;
        ::setsockopt(socket_.fd(), SOL_PACKET, PACKET_VERSION, &version, sizeof version);
        tpacket_req r{};
        r.tp_frame_size = slot_size;
        r.tp_frame_nr = slots;
        r.tp_block_size = slot_size * slots;
        r.tp_block_nr = 1;
        if (::setsockopt(socket_.fd(), SOL_PACKET, PACKET_TX_RING, &r, sizeof r) < 0) {
            fail("PACKET_TX_RING");
        }
        void* map = ::mmap(nullptr, r.tp_block_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                           socket_.fd(), 0);
        if (map == MAP_FAILED) fail("PACKET_TX_RING: mmap");
        ring_ = static_cast<std::byte*>(map);
        bind_to(socket_, n.link(from).index);
        traffic_source frames(o);
        for (unsigned i = 0; i < slots; i++) {
            const bytes_view frame = frames.take();
            if (frame.size() > slot_size - data_at) throw network_error("TX ring: size too big");
            slot(i).tp_len = std::uint32_t(frame.size());
            std::memcpy(ring_ + i * slot_size + data_at, frame.data(), frame.size());
        }
    }
    ~tx_ring_sender() override { ::munmap(ring_, std::size_t{slot_size} * slots); }

    void send(std::uint64_t count) override {
        while (count > 0) {
            const auto n = unsigned(std::min<std::uint64_t>(count, burst_));
            for (unsigned i = 0; i < n; i++) {
                slot((at_ + i) % slots).tp_status = TP_STATUS_SEND_REQUEST;
            }
            if (::send(socket_.fd(), nullptr, 0, 0) < 0 && errno != ENOBUFS) fail("send");
            at_ = (at_ + n) % slots;
            count -= n;
        }
    }

 private:
    static constexpr unsigned slots = 64, slot_size = 2048;
    static constexpr std::size_t data_at = TPACKET2_HDRLEN - sizeof(sockaddr_ll);
    volatile tpacket2_hdr& slot(unsigned i) {
        return *reinterpret_cast<volatile tpacket2_hdr*>(ring_ + i * slot_size);
    }
    open_file socket_;
    unsigned burst_, at_ = 0;
    std::byte* ring_ = nullptr;
};

class sendmmsg_sender final : public sender {
 public:
    sendmmsg_sender(network& n, const end_point& from, const traffic_options& o)
        : socket_(packet_socket(n, from)) {
        bind_to(socket_, n.link(from).index);
        traffic_source frames(o);
        const bytes_view bytes = frames.take();
        frame_.assign(bytes.begin(), bytes.end());
        part_ = {frame_.data(), frame_.size()};
        messages_.resize(std::min(o.burst, 64u));
        for (auto& m : messages_) {
            m.msg_hdr.msg_iov = &part_;
            m.msg_hdr.msg_iovlen = 1;
        }
    }
    void send(std::uint64_t count) override {
        while (count > 0) {
            const auto n = unsigned(std::min<std::uint64_t>(count, messages_.size()));
            const int sent = ::sendmmsg(socket_.fd(), messages_.data(), n, 0);
            if (sent < 0 && errno != ENOBUFS) fail("sendmmsg");
            count -= sent < 0 ? 1 : unsigned(sent);
        }
    }

 private:
    open_file socket_;
    std::vector<std::byte> frame_;
    iovec part_{};
    std::vector<mmsghdr> messages_;
};

class live_sender final : public sender {
 public:
    live_sender(network& n, const flow& f, const traffic_options& o)
        : network_(n), from_(f.from), batch_(std::min(o.burst, 64u)) {
        // GRO gives the peer NAPI, and so the ring that XDP sends into.
        (void)n.sys().ethtool(f.peer.ns)->set_features(f.peer.name, {{"rx-gro", true}});
        traffic_source frames(o);
        const bytes_view bytes = frames.take();
        frame_.assign(bytes.begin(), bytes.end());
        program_ = load_xdp_sender(n.link(f.from).index, frame_.data());
    }
    void send(std::uint64_t count) override {
        const in_netns visit(from_.ns, network_.home);
        send_live_frames(program_, frame_.data(), unsigned(frame_.size()), unsigned(count), batch_);
    }
    bool has_fixed_cost() const override { return true; }

 private:
    network& network_;
    end_point from_;
    unsigned batch_;
    std::vector<std::byte> frame_;
    open_file program_;
};

}  // namespace

traffic_options frame_of(network& n, const path& p, const flow& f, frames kind, unsigned size) {
    traffic_options o;
    o.dst = f.dst;
    o.src = n.link(f.from).address;
    o.size = size;
    o.burst = p.burst;
    o.count = UINT64_MAX;
    if (kind == frames::ip) o.udp = traffic_addresses{p.src_ip, p.dst_ip};
    return o;
}

std::unique_ptr<sender> simulated(sim_system& sys, const end_point& from,
                                  const traffic_options& o) {
    return std::make_unique<simulated_sender>(sys, from, o);
}
std::unique_ptr<sender> tx_ring(network& n, const end_point& from, const traffic_options& o) {
    return std::make_unique<tx_ring_sender>(n, from, o);
}
std::unique_ptr<sender> sendmmsg_socket(network& n, const end_point& from,
                                        const traffic_options& o) {
    return std::make_unique<sendmmsg_sender>(n, from, o);
}
std::unique_ptr<sender> live_frames(network& n, const flow& f, const traffic_options& o) {
    return std::make_unique<live_sender>(n, f, o);
}

}  // namespace vethlab::host
