// Linux: net/core/pktgen.c
#include "sim/traffic_generator.h"

namespace vethlab {
namespace {

// Sent in one turn. Then others may run at the same instant: who counts, who ends us.
constexpr int frames_per_turn = 256;

}  // namespace

traffic_generator::traffic_generator(packet_sock& out, const traffic_source& source)
    : out_(out),
      source_(source),
      alarm_(
          out.net.krn.events, [](void* g) { static_cast<traffic_generator*>(g)->send_due(); },
          this) {}

void traffic_generator::start() {
    begin_ = out_.net.krn.now();
    progress_.done = !source_.more();
    if (!progress_.done) alarm_.start_at(begin_);
}

// False: nothing more can be sent.
bool traffic_generator::send_one() {
    const bytes_view frame = source_.take();
    const err e = out_.sendmsg(frame);
    if (e != err::ok && e != err::nobufs) {
        progress_.code = e;
        return false;
    }
    progress_.sent++;
    progress_.bytes += frame.size();
    progress_.dropped += e == err::nobufs;
    return true;
}

void traffic_generator::send_due() {
    kernel& krn = out_.net.krn;
    const std::uint32_t burst = source_.options().burst;
    bool busy = false;
    std::uint32_t in_burst = 0;
    for (int n = 0; n < frames_per_turn && !busy; n++) {
        if (!source_.more() || begin_ + source_.due() > krn.now()) break;
        if (!send_one()) {
            progress_.done = true;
            return;
        }
        if (++in_burst < burst) continue;
        in_burst = 0;
        krn.do_softirq(kernel::busy_frames);
        busy = krn.softirq_pending();
    }
    if (!source_.more()) {
        progress_.done = true;
        return;
    }
    // A loop of bridges never comes to rest: what is due waits until the CPU is free.
    const sim_time free = busy ? krn.cpu_free_at() : krn.now();
    alarm_.start_at(std::max(begin_ + source_.due(), free));
}

}  // namespace vethlab
