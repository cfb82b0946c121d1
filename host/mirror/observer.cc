#include "host/mirror/observer.h"

#include <time.h>

#include <algorithm>
#include <stdexcept>

#include "sim/recorder.h"

namespace vethlab::host {
namespace {

constexpr std::size_t tap_buffer = 128 << 20, most_frames = 200'000;

void pause(long ms) {
    const timespec span{0, ms * 1'000'000};
    ::nanosleep(&span, nullptr);
}

long nanoseconds(const timespec& t) { return t.tv_sec * 1'000'000'000 + t.tv_nsec; }
long coarse_clock() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return nanoseconds(t);
}

// Timers that two commands start within one jiffy fire in the opposite order. Which commands do is
// a matter of real time, so each begins in a jiffy of its own. The coarse clock stands in between.
void wait_for_tick() {
    timespec resolution{}, now{};
    ::clock_getres(CLOCK_MONOTONIC_COARSE, &resolution);
    const long last = coarse_clock(), tick = nanoseconds(resolution);
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    timespec rest{0, std::clamp(last + tick - nanoseconds(now), 0L, tick)};
    for (int tries = 0; tries < 100 && coarse_clock() == last; tries++) {
        ::nanosleep(&rest, nullptr);
        rest.tv_nsec = 50'000;
    }
}

}  // namespace

observer::observer(kernel_system& sys, const observer_options& options, std::string_view script)
    : sys_(sys), options_(options), macs_(script) {}

ns_fd observer::open(const space& s) {
    return s.name == "-" ? sys_.home() : sys_.netns_open(s.name);
}

void observer::refresh() {
    auto names = sys_.netns_list();  // newest first
    names.push_back("-");
    std::erase_if(spaces_, [&](const space& s) {
        return std::find(names.begin(), names.end(), s.name) == names.end();
    });
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        const bool known = std::any_of(spaces_.begin(), spaces_.end(),
                                       [&](const space& s) { return s.name == *name; });
        if (known) continue;
        spaces_.push_back({*name, nullptr, {}, nullptr, {}});
        prepare(spaces_.back());
    }
}

void observer::prepare(space& s) {
    const ns_fd ns = open(s);
    if (ns == no_ns) return;
    for (const auto& x : recording_conditions) {
        // What this kernel does not have need not be set.
        if (options_.conditions && !(x.for_ipv6 && options_.ipv6)) {
            (void)sys_.sysctl_write(ns, x.path, x.value);
        }
    }
    if (!options_.capture) return;
    err e = sys_.open_socket(ns, sock_kind::packet, s.tap);
    if (e == err::ok) {
        s.tap->options.rcvbuf = tap_buffer;
        (void)s.tap->recv();  // takes the options over
        e = s.tap->bind_packet(0, eth_p::all);
    }
    if (e != err::ok) throw std::runtime_error("no packet socket in namespace " + s.name);
}

void observer::forget(const std::string& netns) {
    collect();
    std::erase_if(spaces_, [&](const space& s) { return s.name == netns; });
}

void observer::collect() {
    for (auto& s : spaces_) {
        if (s.tap) drain(s);
    }
}

void observer::drain(space& s) {
    std::vector<received> all;
    while (auto r = s.tap->recv()) all.push_back(std::move(*r));
    if (all.empty()) return;
    if (const ns_fd ns = open(s); ns != no_ns) {
        for (const auto& l : get_links(sys_, ns)) s.names[l.index] = l.name;
    }
    for (auto& r : all) {
        const auto name = s.names.find(r.ifindex);
        frames_.push_back({s.name, name == s.names.end() ? "?" : name->second, r.pkttype, r.stamp,
                           std::move(r.data), command_});
    }
    if (s.tap->dropped()) throw std::runtime_error("the capture lost frames");
    if (frames_.size() > most_frames) throw std::runtime_error("too many frames: a loop?");
}

// Brings pending changes of carriers to an end.
void observer::look() {
    for (int tries = 0; tries < 3; tries++) {
        refresh();
        bool changed = false;
        for (auto& s : spaces_) changed = look_at(s) || changed;
        if (!changed) break;
    }
}

// Asked for one device the kernel finishes what is pending there. True: there was something.
bool observer::look_at(space& s) {
    const ns_fd ns = open(s);
    if (ns == no_ns) return false;
    if (!s.channel) s.channel = sys_.netlink(ns);
    bool changed = false;
    s.links = get_links(*s.channel);
    for (auto& l : s.links) {
        s.names[l.index] = l.name;
        const auto now = get_links(*s.channel, l.index);
        if (now.empty() || now[0].flags == l.flags) continue;
        l.flags = now[0].flags;
        changed = true;
    }
    return changed;
}

// Gives each new random MAC its canonical value. A bridge chooses the lowest of its ports', so
// veths get theirs for real: nothing is left to chance. A bridge keeps the one it has, as one
// that is set stays when ports come.
bool observer::learn_macs() {
    bool changed = false;
    for (auto& s : spaces_) {
        const ns_fd ns = open(s);
        if (ns == no_ns) continue;
        for (const auto& l : s.links) {
            if (l.kind.empty()) continue;  // lo's is never random
            const mac_address canonical = macs_.learn(l.address);
            if (canonical.is_zero() || l.kind != "veth") continue;
            changed = set_link_address(sys_, ns, l.index, canonical) == err::ok || changed;
        }
    }
    return changed;
}

bool observer::frames_may_come() const {
    constexpr std::string_view at_once[] = {"noqueue", "noop", "pfifo_fast", "pfifo", "bfifo"};
    for (const auto& s : spaces_) {
        for (const auto& l : s.links) {
            const bool shaped = std::find(std::begin(at_once), std::end(at_once), l.qdisc) ==
                                std::end(at_once);
            if (shaped || l.sends_by_itself) return true;
        }
    }
    return false;
}

void observer::wait_for_silence() {
    const sim_time limit = sys_.now() + 2s;
    for (int quiet = 0; quiet < 3 && sys_.now() < limit; quiet++) {
        const auto seen = frames_.size();
        collect();
        if (frames_.size() != seen) quiet = -1;
        pause(5);
    }
}

void observer::settle(bool jobs) {
    softirq_.let_finish();
    look();
    if (options_.conditions && learn_macs()) look();
    if (jobs || frames_may_come() || !softirq_.is_known()) {
        wait_for_silence();
    } else {
        softirq_.let_finish();  // a carrier that came may have set off more
        collect();
    }
    if (options_.conditions) wait_for_tick();
}

void observer::start() {
    refresh();
    settle();
    frames_.clear();
}

std::vector<named_netns> observer::order() {
    std::vector<named_netns> all;
    for (const auto& s : spaces_) {
        if (const ns_fd ns = open(s); ns != no_ns) all.push_back({s.name, ns});
    }
    return all;
}

}  // namespace vethlab::host
