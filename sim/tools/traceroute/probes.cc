// traceroute 2.1: traceroute/mod-udp.c, mod-icmp.c, traceroute.c (tune_socket, recv_reply)
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "sim/tools/traceroute/session.h"

namespace vethlab {
namespace {

constexpr std::size_t ip_header = 20, udp_header = 8, default_data = 40;
constexpr unsigned first_port = 33434, udp_port = 53;

std::string unreachable_note(std::uint8_t code, std::uint32_t info) {
    switch (code) {
        case 0:
        case 6:
        case 8:
        case 11:
            return "!N";
        case 1:
        case 7:
        case 12:
            return "!H";
        case 2:
            return "!P";
        case 3:
            return "";  // the port of the target: arrived
        case 4:
            return strf("!F-%d", int(info));
        case 5:
            return "!S";
        case 9:
        case 10:
        case 13:
            return "!X";
        case 14:
            return "!V";
        case 15:
            return "!C";
        default:
            return strf("!<%u>", unsigned(code));
    }
}

}  // namespace

traceroute_session::traceroute_session(process& proc, traceroute_options& options)
    : p_(proc),
      o_(options),
      probes_(std::size_t(o_.max_hops) * o_.probes_per_hop),
      start_(std::size_t(o_.first_hop - 1) * o_.probes_per_hop),
      end_(probes_.size()),
      port_(o_.port) {
    if (!port_ && o_.method == trace_method::ports) port_ = first_port;
    if (!port_ && o_.method == trace_method::udp) port_ = udp_port;
    if (!port_) port_ = 1;
    const std::size_t packet =
        o_.packet_len < 0 ? ip_header + default_data : std::size_t(o_.packet_len);
    if (packet > header_len()) data_len_ = packet - header_len();
    if (o_.method == trace_method::icmp) data_len_ = std::max(data_len_, icmp_view::size);
}

// An echo request's own header counts as data.
std::size_t traceroute_session::header_len() const {
    return ip_header + (o_.method == trace_method::icmp ? 0 : udp_header);
}

std::vector<std::byte> traceroute_session::payload() const {
    std::vector<std::byte> data(data_len_);
    for (std::size_t i = 0; i < data.size(); i++) data[i] = std::byte(0x40 + (i & 0x3f));
    return data;
}

// nullptr after a failure.
std::unique_ptr<socket> traceroute_session::open_socket() {
    const bool icmp = o_.method == trace_method::icmp;
    std::unique_ptr<socket> s;
    err e = p_.sys.open_socket(p_.ns, icmp ? sock_kind::icmp_raw : sock_kind::udp, s);
    if (e != err::ok) return fail("socket", e), nullptr;
    s->options.mark = o_.mark;
    if (!o_.device.empty()) {
        e = s->bind_device(o_.device);
        if (e != err::ok) return fail("setsockopt SO_BINDTODEVICE", e), nullptr;
    }
    const std::uint16_t port = icmp ? 0 : std::uint16_t(o_.source_port);
    e = s->bind({o_.source.value_or(ipv4_address{}), port});
    if (e != err::ok) return fail("bind", e), nullptr;
    s->options.mtu_discover = o_.dont_fragment ? pmtudisc::probe : pmtudisc::dont;
    s->options.tos = int(o_.tos);
    s->options.dontroute = o_.dont_route;
    return s;
}

bool traceroute_session::open_icmp() {
    icmp_ = open_socket();
    if (!icmp_) return false;
    if (const err e = icmp_->connect({.addr = o_.to}); e != err::ok) {
        fail("connect", e);
        return false;
    }
    icmp_->options.recverr = true;
    return true;
}

void traceroute_session::send_probe(std::size_t n) {
    trace_probe& pb = probes_[n];
    const int ttl = int(hop_of(n));
    if (icmp_) {
        send_icmp(pb, ttl);
    } else {
        send_udp(pb, ttl);
    }
}

// What the error queue will tell more about counts as sent.
bool traceroute_session::deliver(trace_probe& pb, socket& s, bytes_view data) {
    const sim_time now = p_.sys.now();
    const err e = s.send(data);
    unsent_ = e;
    if (e == err::nobufs || e == err::again) return false;
    if (e != err::ok && e != err::msgsize && e != err::hostunreach) {
        fail("send", e);
        return false;
    }
    pb.sent = now;
    return true;
}

void traceroute_session::send_udp(trace_probe& pb, int ttl) {
    auto s = open_socket();
    if (!s) return;
    s->options.ttl = ttl;
    const auto port = std::uint16_t(port_);
    if (const err e = s->connect({o_.to, port}); e != err::ok) return fail("connect", e);
    s->options.recverr = true;
    if (!deliver(pb, *s, payload())) return;
    pb.sock = std::move(s);
    pb.seq = port;
    if (o_.method == trace_method::ports) port_++;
}

void traceroute_session::send_icmp(trace_probe& pb, int ttl) {
    const auto seq = std::uint16_t(port_);
    auto message = payload();
    write_icmp(message, icmp_type::echo, 0, std::uint32_t(p_.pid & 0xffff) << 16 | seq);
    icmp_->options.ttl = ttl;
    if (!deliver(pb, *icmp_, message)) return;
    pb.seq = seq;
    port_++;
}

// One message, errors first.
void traceroute_session::receive(socket& s) {
    if (const auto e = s.recv_error()) {
        take_error(s, *e);
    } else if (const auto r = s.recv()) {
        take_reply(s, *r);
    } else {
        (void)s.take_error();  // nothing to tell whom it concerns
    }
}

// The probe that waits for it. `message`: an echo request or reply, of UDP not looked at.
trace_probe* traceroute_session::probe_of(const socket& s, std::uint16_t port, bytes_view message) {
    std::uint16_t seq = port;
    if (icmp_) {
        const auto echo = icmp_view::parse(message);
        if (!echo || echo->id() != (p_.pid & 0xffff)) return nullptr;
        seq = echo->sequence();
    }
    for (trace_probe& pb : probes_) {
        if (pb.seq == seq && (icmp_ || pb.sock.get() == &s)) return &pb;
    }
    return nullptr;
}

void traceroute_session::take_reply(socket& s, const received& r) {
    bytes_view message = r.data;
    std::uint8_t hop_limit = 0;
    if (icmp_) {
        const auto ip = ipv4_view::parse(r.data);
        if (!ip || message.size() < ip->hlen() + icmp_view::size) return;
        hop_limit = ip->ttl();
        message = message.subspan(ip->hlen());
        if (icmp_view::parse(message)->type() != icmp_type::echoreply) return;
    }
    trace_probe* pb = probe_of(s, r.from.port, message);
    if (!pb) return;
    pb->final = true;
    pb->from = r.from.addr;
    pb->received = r.stamp;
    pb->hop_limit = hop_limit;
    pb->done = true;
    pb->seq.reset();
    pb->sock.reset();
}

void traceroute_session::take_error(socket& s, const sock_error& e) {
    trace_probe* pb = probe_of(s, e.to.port, e.data);
    if (!pb) {
        // What is too long for the device comes back without the message.
        if (!e.data.empty() || !o_.dont_fragment) return;
        pb = &probes_[std::size_t(o_.first_hop - 1) * o_.probes_per_hop];
        if (pb->done) return;
    }
    const bool local = e.from == sock_error::local;
    if (!local && e.from != sock_error::icmp) return;
    if (!local && (e.icmp_type == icmp_type::source_quench || e.icmp_type == icmp_type::redirect)) {
        return;
    }
    pb->received = p_.sys.now();
    pb->hop_limit = e.hop_limit;
    if (local) {
        if (e.code != err::msgsize || !e.info) return fail("local recverr", e.code);
        pb->note += strf("!F-%d", int(e.info));
        pb->final = true;
    } else {
        pb->from = e.offender;
        judge(*pb, e);
    }
    const std::size_t header = header_len();
    if (o_.discover_mtu && e.info >= header && e.info < header + data_len_) {
        // Once more, with what fits; the answer will stand beside it.
        data_len_ = e.info - header;
        *pb = {};
        pb->note = strf("F=%u", e.info);
        return;
    }
    pb->done = true;
    pb->seq.reset();
    pb->sock.reset();
}

// What an ICMP error says of the hop.
void traceroute_session::judge(trace_probe& pb, const sock_error& e) {
    if (e.icmp_type == icmp_type::time_exceeded && e.icmp_code == icmp_code::exc_ttl) return;
    if (e.icmp_type == icmp_type::dest_unreach) {
        pb.note += unreachable_note(e.icmp_code, e.info);
    } else {
        pb.note += strf("!<%u-%u>", unsigned(e.icmp_type), unsigned(e.icmp_code));
    }
    pb.final = true;
}

}  // namespace vethlab
