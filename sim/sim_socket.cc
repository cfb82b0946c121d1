#include "sim/sim_socket.h"

#include "core/af_packet.h"
#include "core/ipv4/inet_sock.h"
#include "core/ipv6/inet6_sock.h"
#include "core/wire/ipv4.h"
#include "sim/traffic_generator.h"

namespace vethlab {
namespace {

// What both kinds share: the namespace lives as long as the socket.
class sim_socket : public socket {
 public:
    sim_socket(sim_system& sys, netns& net) : sys_(sys), net_(net) { sys.krn.get_net(net); }
    ~sim_socket() override { sys_.krn.put_net(net_); }

 protected:
    err done(err e) {
        sys_.finish_call();
        return e;
    }
    net_device* find(std::string_view name) { return dev_get_by_name(net_, name); }

    sim_system& sys_;
    netns& net_;
};

class sim_inet_socket final : public sim_socket {
 public:
    sim_inet_socket(sim_system& sys, netns& net, inet_sock::kind_type kind)
        : sim_socket(sys, net),
          sk_(net, kind, kind == inet_sock::udp ? ipproto::udp : ipproto::icmp) {}

    err bind_device(std::string_view name) override {
        const net_device* dev = find(name);
        if (!name.empty() && !dev) return err::nodev;
        sk_.options.bound_dev_if = dev ? dev->ifindex : 0;
        return err::ok;
    }
    err bind(sock_addr to) override {
        apply_options();
        return inet_bind(sk_, to.addr, to.port);
    }
    err connect(sock_addr to) override {
        apply_options();
        return done(inet_connect(sk_, to.addr, to.port));
    }
    sock_addr local() const override { return {sk_.saddr, sk_.num}; }
    err sendto(bytes_view data, sock_addr to) override {
        apply_options();
        return done(inet_sendmsg(sk_, data, inet_destination{to.addr, to.port}));
    }
    err send(bytes_view data) override {
        apply_options();
        return done(inet_sendmsg(sk_, data, std::nullopt));
    }
    err bind_packet(int, std::uint16_t) override { return err::opnotsupp; }
    err send_frame(bytes_view) override { return err::opnotsupp; }
    err set_promisc(bool) override { return err::opnotsupp; }
    err join_group(ipv4_address group, int ifindex) override {
        return done(ip_mc_join_group(sk_, group, ifindex));
    }
    std::optional<received> recv() override {
        auto r = sk_.recv();
        if (!r) return std::nullopt;
        received out;
        out.data = std::move(r->data);
        out.from = {r->addr, r->port};
        out.ifindex = r->ifindex;
        out.stamp = r->stamp;
        out.len = std::uint32_t(out.data.size());
        return out;
    }
    std::optional<sock_error> recv_error() override {
        auto e = sk_.recv_error();
        if (!e) return std::nullopt;
        sock_error out;
        out.code = e->code;
        out.from = sock_error::origin(e->origin);
        out.icmp_type = e->type;
        out.icmp_code = e->icmp_code;
        out.info = e->info;
        out.hop_limit = e->ttl;
        out.offender = e->offender;
        out.to = {e->to_addr, e->to_port};
        out.data = std::move(e->data);
        return out;
    }
    err take_error() override { return sk_.take_error(); }
    bool readable() const override { return sk_.readable(); }
    std::uint64_t dropped() const override { return sk_.drops; }

 private:
    void apply_options() {
        inet_options& o = sk_.options;
        o.ttl = options.ttl;
        o.tos = std::uint8_t(options.tos);
        o.broadcast = options.broadcast;
        o.recverr = options.recverr;
        o.confirm = options.confirm;
        o.dontroute = options.dontroute;
        if (options.mtu_discover) o.pmtudisc = pmtu_discovery(*options.mtu_discover);
        o.hdrincl = options.hdrincl;
        o.multicast_loop = options.multicast_loop;
        o.multicast_ttl = options.multicast_ttl;
        o.ip_options = options.ip_options;
        o.mark = options.mark;
        o.rcvbuf = options.rcvbuf;
        o.sndbuf = options.sndbuf;
    }
    inet_sock sk_;
};

class sim_inet6_socket final : public sim_socket {
 public:
    sim_inet6_socket(sim_system& sys, netns& net, inet6_sock::kind_type kind)
        : sim_socket(sys, net), sk_(net, kind, nexthdr::icmp) {}

    err bind_device(std::string_view name) override {
        const net_device* dev = find(name);
        if (!name.empty() && !dev) return err::nodev;
        sk_.options.bound_dev_if = dev ? dev->ifindex : 0;
        return err::ok;
    }
    err bind(sock_addr to) override {
        apply_options();
        return inet6_bind(sk_, name_of(to));
    }
    err connect(sock_addr to) override {
        apply_options();
        return done(ip6_datagram_connect(sk_, name_of(to)));
    }
    sock_addr local() const override {
        const int scope = sk_.saddr.is_linklocal() ? sk_.options.bound_dev_if : 0;
        return addr_of({sk_.saddr, sk_.num, scope});
    }
    err sendto(bytes_view data, sock_addr to) override {
        apply_options();
        return done(inet6_sendmsg(sk_, data, name_of(to)));
    }
    err send(bytes_view data) override {
        apply_options();
        return done(inet6_sendmsg(sk_, data, std::nullopt));
    }
    err bind_packet(int, std::uint16_t) override { return err::opnotsupp; }
    err send_frame(bytes_view) override { return err::opnotsupp; }
    err set_promisc(bool) override { return err::opnotsupp; }
    err join_group(ipv4_address, int) override { return err::noprotoopt; }
    std::optional<received> recv() override {
        apply_options();
        auto r = sk_.recv();
        if (!r) return std::nullopt;
        received out;
        out.data = std::move(r->data);
        out.from = addr_of(r->from);
        out.hop_limit = r->hop_limit;
        out.ifindex = r->ifindex;
        out.stamp = r->stamp;
        out.len = std::uint32_t(out.data.size());
        return out;
    }
    std::optional<sock_error> recv_error() override {
        auto e = sk_.recv_error();
        if (!e) return std::nullopt;
        sock_error out;
        out.code = e->code;
        out.from = sock_error::origin(e->origin);
        out.icmp_type = e->type;
        out.icmp_code = e->icmp_code;
        out.info = e->info;
        out.offender6 = addr_of(e->offender);
        out.to = addr_of(e->to);
        out.data = std::move(e->data);
        return out;
    }
    err take_error() override { return sk_.take_error(); }
    bool readable() const override { return sk_.readable(); }
    std::uint64_t dropped() const override { return sk_.drops; }

 private:
    static inet6_name name_of(const sock_addr& a) { return {a.addr6, a.port, a.scope_id}; }
    static sock_addr addr_of(const inet6_name& n) { return {{}, n.port, n.addr, n.scope_id}; }
    void apply_options() {
        inet6_options& o = sk_.options;
        o.hops = options.ttl;
        o.multicast_hops = options.multicast_ttl;
        o.tclass = std::uint8_t(options.tos);
        o.flowlabel = options.flow_label;
        o.recverr = options.recverr;
        o.confirm = options.confirm;
        o.multicast_loop = options.multicast_loop;
        if (options.mtu_discover) o.pmtudisc = pmtu_discovery(*options.mtu_discover);
        o.icmp_filter = options.icmp6_filter;
        o.mark = options.mark;
        o.rcvbuf = options.rcvbuf;
        o.sndbuf = options.sndbuf;
    }
    inet6_sock sk_;
};

class sim_packet_socket final : public sim_socket {
 public:
    sim_packet_socket(sim_system& sys, netns& net) : sim_socket(sys, net), sk_(net) {}

    err bind_device(std::string_view name) override {
        const net_device* dev = find(name);
        return dev ? sk_.bind(dev->ifindex, sk_.protocol) : err::nodev;
    }
    err bind_packet(int ifindex, std::uint16_t protocol) override {
        sk_.rcvbuf = options.rcvbuf;
        return sk_.bind(ifindex, protocol);
    }
    err send_frame(bytes_view frame) override { return done(sk_.sendmsg(frame)); }
    err set_promisc(bool on) override { return sk_.set_promisc(on); }
    err bind(sock_addr) override { return err::inval; }
    err connect(sock_addr) override { return err::opnotsupp; }
    sock_addr local() const override { return {}; }
    err sendto(bytes_view, sock_addr) override { return err::opnotsupp; }
    err send(bytes_view) override { return err::opnotsupp; }
    err join_group(ipv4_address, int) override { return err::noprotoopt; }
    std::optional<received> recv() override {
        if (sk_.receive_queue.empty()) return std::nullopt;
        packet_record r = std::move(sk_.receive_queue.front());
        sk_.receive_queue.pop_front();
        sk_.queued_bytes -= r.data.size();
        received out;
        out.data = std::move(r.data);
        out.ifindex = r.ifindex;
        out.stamp = r.stamp;
        out.pkttype = r.pkttype;
        out.protocol = r.protocol;
        out.len = std::uint32_t(out.data.size());
        return out;
    }
    std::optional<sock_error> recv_error() override { return std::nullopt; }
    err take_error() override { return std::exchange(sk_.sk_err, err::ok); }
    bool readable() const override {
        return !sk_.receive_queue.empty() || sk_.sk_err != err::ok ||
               (sk_.count_only && sk_.count.frames >= enough_) ||
               (generator_ && generator_->progress().done);
    }
    std::uint64_t dropped() const override { return sk_.drops; }

    err attach_filter(std::function<bool(bytes_view)> f) override {
        sk_.sk_filter = std::move(f);
        return err::ok;
    }
    err count_frames(std::uint64_t enough) override {
        sk_.count_only = true;
        enough_ = enough;
        return err::ok;
    }
    frame_count counted() override {
        return {sk_.count.frames, sk_.count.bytes, sk_.count.first, sk_.count.last};
    }
    err send_traffic(const traffic_source& source) override {
        generator_.emplace(sk_, source);
        generator_->start();
        return err::ok;
    }
    traffic_progress traffic_sent() const override {
        return generator_ ? generator_->progress() : traffic_progress{};
    }

 private:
    packet_sock sk_;
    std::uint64_t enough_ = UINT64_MAX;
    std::optional<traffic_generator> generator_;
};

}  // namespace

std::unique_ptr<socket> make_sim_socket(sim_system& sys, netns& net, sock_kind kind) {
    switch (kind) {
        case sock_kind::packet:
            return std::make_unique<sim_packet_socket>(sys, net);
        case sock_kind::icmp6_raw:
            return std::make_unique<sim_inet6_socket>(sys, net, inet6_sock::raw);
        case sock_kind::udp6:
            return std::make_unique<sim_inet6_socket>(sys, net, inet6_sock::udp);
        case sock_kind::udp:
            return std::make_unique<sim_inet_socket>(sys, net, inet_sock::udp);
        case sock_kind::icmp_raw:
            break;
    }
    return std::make_unique<sim_inet_socket>(sys, net, inet_sock::raw);
}

}  // namespace vethlab
