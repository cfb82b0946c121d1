#pragma once
// Linux: net/core/pktgen.c. Sends the frames of a traffic_source out of a device of a simulated
// kernel: each when it is due, those that are due at once one after the other, the network at rest in
// between (as behind each sendmsg of a program), or after `burst` of them (as pktgen with a burst).
//
//     traffic_generator g(socket, traffic_source({.dst = b, .src = a, .count = 1'000'000}));
//     g.start();
//     while (!g.progress().done) { krn.events.run_one(); krn.run_softirq(); }
#include "core/af_packet.h"
#include "sim/system.h"
#include "sim/traffic.h"

namespace vethlab {

class traffic_generator {
 public:
    // The socket is bound to the device, and outlives the generator.
    traffic_generator(packet_sock& out, const traffic_source& source);

    void start();
    const traffic_progress& progress() const { return progress_; }

 private:
    void send_due();
    bool send_one();

    packet_sock& out_;
    traffic_source source_;
    timer alarm_;
    sim_time begin_{};
    traffic_progress progress_;
};

}  // namespace vethlab
