// iputils: ping/ping_common.c (pinger, main_loop, schedule_exit)
#include <algorithm>

#include "core/wire/icmp.h"
#include "core/wire/icmpv6.h"
#include "sim/tools/ping/session.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

// All in milliseconds.
constexpr int min_interval = 10;
constexpr int at_end = 1000;  // pinger's answer when nothing is left to send

// Linux: a flood is limited by the time its system calls take.
// Here: they take none, so each probe of a flood is given this, about what a real one needs.
constexpr sim_time flood_step = 20us;

std::int64_t in_ms(sim_time t) { return t / 1ms; }

void put_le64(bytes_span b, std::size_t at, std::int64_t v) {
    for (unsigned i = 0; i < 8; i++) put8(b, at + i, std::uint8_t(v >> (8 * i)));
}

}  // namespace

std::int64_t ping_session::wall_us(sim_time at) {
    return p.sys.wall_clock_us() - (p.sys.now() - at) / 1us;
}

// SCHINT: no wait is shorter than the scheduler's grain.
int ping_session::minimum(int ms) const { return std::max(ms, min_interval); }

// Why the loop ends: a signal (the alarm, ^C), all answered, or an error under -w.
bool ping_session::over() const {
    if (p.interrupted || p.sys.now() >= exit_at_) return true;
    if (o.npackets && stats.nreceived + stats.nerrors >= o.npackets) return true;
    return o.deadline_s && stats.nerrors;
}

task<int> ping_session::main_loop() {
    interval_ = o.interval_ms;
    start_ = cur_time_ = p.sys.now();
    if (o.deadline_s) exit_at_ = start_ + std::chrono::seconds(o.deadline_s);
    while (!over()) {
        int next = 0;
        while (next <= 0) {
            if (sent_any_ && !interval_ && cur_time_ == p.sys.now()) {
                co_await p.sleep_for(flood_step);
                if (over()) co_return finish();
            }
            next = schedule_exit(pinger());
        }
        const bool block = next >= minimum(interval_) && !o.adaptive;
        if (!block && !co_await wait_for_turn(next)) continue;
        co_await receive(block);
    }
    co_return finish();
}

// Waits for a packet until the next probe is due; true if reading makes sense now.
task<bool> ping_session::wait_for_turn(int next) {
    sim_time until = p.sys.now() + std::chrono::milliseconds(next);
    if (next <= min_interval) {
        if (!stats.in_flight()) {
            // The real one spins here.
            co_await p.sleep_until(std::min(until, exit_at_));
            co_return true;
        }
        until = p.sys.now() + std::chrono::milliseconds(min_interval);
    }
    co_return co_await p.readable(*sock, std::min(until, exit_at_));
}

// Reads what is there; `block`: waits for the first packet, up to SO_RCVTIMEO.
task<int> ping_session::receive(bool block) {
    if (block) {
        const sim_time timeout = std::chrono::milliseconds(minimum(o.interval_ms));
        co_await p.readable(*sock, std::min(p.sys.now() + timeout, exit_at_));
    }
    bool error_queue = true;
    while (true) {
        if (sock->take_error() != err::ok) {
            error_queue = false;
            receive_error();
        } else if (auto r = sock->recv()) {
            parse_reply(*r);
        } else if (error_queue) {
            error_queue = false;
            receive_error();
        } else {
            co_return 0;
        }
        if (stats.in_flight() == 0) co_return 0;
    }
}

// Sends a probe if it is time; returns in how many milliseconds the next one is due.
int ping_session::pinger() {
    if (o.npackets && stats.ntransmitted >= o.npackets && !o.deadline_s) return at_end;
    const sim_time now = p.sys.now();
    if (!sent_any_) {
        sent_any_ = true;
        cur_time_ = now;
        tokens_ = std::int64_t(interval_) * (o.preload - 1);
    } else if (auto wait = wait_for_token(now)) {
        return *wait;
    }
    const auto last = std::uint16_t(stats.ntransmitted);
    if (o.outstanding && stats.ntransmitted > 0 && !stats.was_received(last)) {
        print_timestamp();
        p.out->printf("no answer yet for icmp_seq=%u\n", unsigned(last));
    }
    return send_probe();
}

// Each interval brings a token, each probe costs one; -l allows some in advance.
std::optional<int> ping_session::wait_for_token(sim_time now) {
    std::int64_t tokens = in_ms(now - cur_time_);
    if (!interval_ && tokens < min_interval && stats.in_flight() >= o.preload) {
        return int(min_interval - tokens);
    }
    tokens = std::min(tokens + tokens_, std::int64_t(interval_) * o.preload);
    if (tokens < interval_) return int(interval_ - tokens);
    cur_time_ = now;
    tokens_ = tokens - interval_;
    return std::nullopt;
}

int ping_session::send_probe() {
    const auto seq = std::uint16_t(stats.ntransmitted + 1);
    stats.set_received(seq, false);
    if (timing) {
        const std::int64_t us = p.sys.wall_clock_us();
        put_le64(outpack, icmp_view::size, us / 1000000);
        put_le64(outpack, icmp_view::size + 8, us % 1000000);
    }
    const std::uint32_t info = std::uint32_t(ident) << 16 | seq;
    if (six) {
        put8(outpack, 0, icmpv6_type::echo_request);
        put32(outpack, 4, info);  // the checksum is the kernel's matter
    } else {
        write_icmp(outpack, icmp_type::echo, 0, info);
    }
    const err e = sock->sendto(outpack, six ? whereto6 : sock_addr{.addr = whereto});
    sock->options.confirm = false;
    if (e != err::ok) return send_failed(e);
    oom_count_ = 0;
    stats.sent();
    if (o.flood && !o.quiet) p.out->write(".");
    return int(interval_ - tokens_);
}

int ping_session::send_failed(err e) {
    if (e == err::nobufs || e == err::nomem) {
        // The device's queue is full: slow down, and give up only after the linger time.
        tokens_ = 0;
        rtt_addend_ += stats.rtt < 8 * 50000 ? stats.rtt / 8 : 50000;
        if (o.adaptive) update_interval();
        const int pause = std::min(minimum(interval_ / 2), 500);
        if (++oom_count_ * pause < o.linger_ms) return pause;
        return hard_local_error(true, e);
    }
    if (e == err::again) {
        tokens_ += interval_;
        return min_interval;
    }
    const int seen = receive_error();
    if (seen > 0) {
        tokens_ += interval_;
        return min_interval;
    }
    return hard_local_error(seen == 0, e);
}

// The probe counts as sent.
int ping_session::hard_local_error(bool say, err e) {
    stats.sent();
    if (say && !o.quiet) {
        if (o.flood) {
            p.out->write("E");
        } else {
            ping_complain(p, "sendmsg: %s", strerror(e));
        }
    }
    tokens_ = 0;
    return minimum(interval_);
}

// After the last probe of -c: how long to wait for what is still out.
int ping_session::schedule_exit(int next) {
    const bool last = o.npackets && stats.ntransmitted >= o.npackets && !o.deadline_s;
    if (!last || exit_scheduled_) return next;
    std::int64_t wait_us = std::int64_t(o.linger_ms) * 1000;
    if (stats.nreceived) {
        wait_us = std::max(2 * stats.tmax, 1000 * std::int64_t(interval_));
    }
    // A timer set to zero is no timer: -W 0 waits for ever, as the real one does.
    if (wait_us) {
        exit_scheduled_ = true;
        exit_at_ = p.sys.now() + std::chrono::microseconds(wait_us);
    }
    return int(std::max<std::int64_t>(next, wait_us / 1000));
}

void ping_session::update_interval() {
    const std::int64_t estimate = stats.rtt ? stats.rtt / 8 : std::int64_t(interval_) * 1000;
    interval_ = int((estimate + rtt_addend_ + 500) / 1000);
}

task<int> ping_main(process& p) {
    p.caught = 1u << 2 | 1u << 3;  // SIGINT, SIGQUIT
    ping_options options;
    if (auto rc = parse_ping_options(p, options)) co_return *rc;
    ping_session session(p, options);
    if (auto rc = session.open()) co_return *rc;
    co_return co_await session.main_loop();
}

}  // namespace vethlab
