// traceroute 2.1: traceroute/traceroute.c (do_it, get_timeout, check_expired, print_probe)
#include <algorithm>

#include "sim/tools/lib/poll.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tools.h"
#include "sim/tools/traceroute/session.h"

namespace vethlab {
namespace {

constexpr double wait_precision_s = 0.001;  // added to an answer's time before it is multiplied

double in_seconds(sim_time t) { return double(t.count()) / 1e9; }
sim_time from_seconds(double s) { return sim_time(std::int64_t(std::min(s, 1e9) * 1e9)); }

// How many routers an answer passed, if its sender began with 64, 128 or 255.
int back_hops(int ttl) {
    if (ttl <= 64) return 65 - ttl;
    return ttl <= 128 ? 129 - ttl : 256 - ttl;
}

}  // namespace

void traceroute_session::fail(const char* what, err e) {
    p_.err->printf("\n%s: %s\n", what, strerror(e));
    failed_ = true;
}

task<int> traceroute_session::run() {
    if (o_.method == trace_method::icmp && !open_icmp()) co_return 1;
    print_header();
    while (start_ < end_) {
        const auto until = step();
        if (failed_) co_return 1;
        if (!until) continue;
        const auto sockets = open_sockets();
        co_await poll_sockets(p_, sockets, *until);
        if (p_.interrupted) co_return 1;
        for (socket* s : sockets) {
            if (s->readable()) receive(*s);
            if (failed_) co_return 1;
        }
    }
    p_.out->write("\n");
    co_return 0;
}

std::vector<socket*> traceroute_session::open_sockets() {
    if (icmp_) return {icmp_.get()};
    std::vector<socket*> out;
    for (const trace_probe& pb : probes_) {
        if (pb.sock) out.push_back(pb.sock.get());
    }
    return out;
}

// Prints what can be printed and sends what may be sent. Then: until when to wait for
// answers; nullopt: not at all.
std::optional<sim_time> traceroute_session::step() {
    const sim_time now = p_.sys.now();
    std::optional<sim_time> until;
    unsigned waiting = 0;
    for (std::size_t n = start_; n < end_; n++) {
        if (n == start_) until = wait_or_expire(n, now);
        trace_probe& pb = probes_[n];
        if (pb.done) {
            if (n == start_) {
                print_probe(n);
                start_++;
            }
            if (pb.final) end_ = first_of_hop(n) + o_.probes_per_hop;
            continue;
        }
        if (!pb.sent) {
            if (o_.send_wait_s > 0 && last_send_) {
                const sim_time next = *last_send_ + from_seconds(o_.send_wait_s);
                if (next > now) return next;
            }
            send_probe(n);
            if (failed_) return std::nullopt;
            if (!pb.sent) {
                if (!until) fail("send probe", unsent_);
                break;  // there may be room later
            }
            last_send_ = pb.sent;
        }
        if (!until) until = *pb.sent + patience(n);
        if (++waiting >= o_.sim_probes) break;
    }
    return until;
}

// The probe that is to be printed next: until when it may still be answered.
std::optional<sim_time> traceroute_session::wait_or_expire(std::size_t n, sim_time now) {
    trace_probe& pb = probes_[n];
    if (pb.done || !pb.sent) return std::nullopt;
    const sim_time expires = *pb.sent + patience(n);
    if (expires > now) return expires;
    pb.sock.reset();
    pb.seq.reset();
    pb.done = true;
    look_for_final(n);
    return std::nullopt;
}

std::optional<double> traceroute_session::answer_s(const trace_probe& pb) const {
    // Here: an answer may take no time at all, and is one nevertheless.
    if (!pb.done || !pb.received || !pb.sent) return std::nullopt;
    return in_seconds(*pb.received - *pb.sent);
}

// How long to wait for a probe: -w, or less if its neighbours were answered sooner.
sim_time traceroute_session::patience(std::size_t n) const {
    const auto times = [&](double answer, double factor) {
        return from_seconds(std::min((answer + wait_precision_s) * factor, o_.wait_s));
    };
    if (o_.here_factor > 0) {
        const std::size_t first = first_of_hop(n);
        for (std::size_t i = first; i < first + o_.probes_per_hop; i++) {
            if (const auto s = answer_s(probes_[i])) return times(*s, o_.here_factor);
        }
    }
    if (o_.near_factor > 0) {
        for (std::size_t i = n + 1; i < probes_.size() && probes_[i].sent; i++) {
            if (const auto s = answer_s(probes_[i])) return times(*s, o_.near_factor);
        }
    }
    return from_seconds(o_.wait_s);
}

// The first probe behind an expired one that was answered, if that answer was an unreachable.
const trace_probe* traceroute_session::final_ahead(std::size_t n) const {
    for (std::size_t i = n + 1; i < probes_.size() && probes_[i].sent; i++) {
        const trace_probe& pb = probes_[i];
        if (pb.done) return pb.final && !pb.note.empty() ? &pb : nullptr;
    }
    return nullptr;
}

// Probes go out many at a time, and a host may answer only the latest of them (Linux limits
// the rate of its ICMP errors). Then an unreachable moves to the place of the first that it
// was to answer.
void traceroute_session::look_for_final(std::size_t n) {
    for (std::size_t i = first_of_hop(n); i < n; i++) {
        if (!probes_[i].done || !probes_[i].final) return;
    }
    const trace_probe* ahead = final_ahead(n);
    if (!ahead) return;
    const auto last = std::size_t(ahead - probes_.data());
    if (!belongs_here(n, last)) return;
    probes_[n] = std::move(probes_[last]);
    probes_[last] = {};
    probes_[last].sent = sim_time::min() / 2;  // not sent again, and expired at once
}

bool traceroute_session::belongs_here(std::size_t n, std::size_t last) const {
    const trace_probe& final = probes_[last];
    // The hop is final if a probe of it is.
    if (n > first_of_hop(n) || first_of_hop(n) == first_of_hop(last)) return true;
    for (std::size_t i = 0; i < n; i++) {
        if (probes_[i].from && probes_[i].from == final.from) return true;
    }
    if (!final.hop_limit) return false;
    int hops = back_hops(final.hop_limit);
    // The way back may be longer than the way there: counted from the nearest router that
    // is nearer.
    for (std::size_t i = n; i-- > 0;) {
        const trace_probe& pb = probes_[i];
        if (!pb.done || pb.final || !pb.hop_limit) continue;
        const int nearer = back_hops(pb.hop_limit);
        if (nearer >= hops) continue;
        hops += int(hop_of(i)) - nearer;
        break;
    }
    return hops <= int(hop_of(n));
}

void traceroute_session::print_header() {
    p_.out->printf("traceroute to %s (%s), %u hops max, %zu byte packets", o_.host.c_str(),
                   dotted_quad(o_.to).c_str(), o_.max_hops, header_len() + data_len_);
}

void traceroute_session::print_address(ipv4_address a) {
    const std::string number = dotted_quad(a);
    if (o_.numeric) {
        p_.out->printf(" %s", number.c_str());
    } else {
        const std::string name = host_name_of(p_.sys, a).value_or(number);
        p_.out->printf(" %s (%s)", name.c_str(), number.c_str());
    }
}

// The answer before it, in the same hop, came from the same host.
bool traceroute_session::same_as_before(std::size_t n) const {
    for (std::size_t i = n; i-- > first_of_hop(n);) {
        if (!probes_[i].from) continue;
        const bool same_way = !o_.show_back_hops || probes_[i].hop_limit == probes_[n].hop_limit;
        return probes_[i].from == probes_[n].from && same_way;
    }
    return false;
}

void traceroute_session::print_probe(std::size_t n) {
    const trace_probe& pb = probes_[n];
    writer& out = *p_.out;
    if (n == first_of_hop(n)) out.printf("\n%2zu ", hop_of(n));
    if (!pb.from) {
        out.write(" *");
    } else if (!same_as_before(n)) {
        print_address(*pb.from);
        const int hops = back_hops(pb.hop_limit);
        if (o_.show_back_hops && pb.hop_limit && hops != int(hop_of(n))) {
            out.printf(" '-%d'", hops);
        }
    }
    if (pb.received) out.printf("  %.3f ms", in_seconds(*pb.received - *pb.sent) * 1000);
    if (!pb.note.empty()) out.printf(" %s", pb.note.c_str());
}

task<int> traceroute_main(process& p) {
    traceroute_options options;
    if (const auto rc = parse_traceroute_options(p, options)) co_return *rc;
    traceroute_session session(p, options);
    co_return co_await session.run();
}

}  // namespace vethlab
