#pragma once
// How frames get into a network that is measured.
#include "host/bench/network.h"
#include "sim/sim_system.h"
#include "sim/traffic.h"

namespace vethlab::host {

enum class frames { other, ip };  // of an experimental protocol; UDP in IPv4

class sender {
 public:
    virtual ~sender() = default;
    virtual void send(std::uint64_t count) = 0;
    // Each call costs much whatever the count: what a call for few takes is taken off.
    virtual bool has_fixed_cost() const { return false; }
};

// What a flow's frames look like.
traffic_options frame_of(network& n, const path& p, const flow& f, frames kind, unsigned size);

// Each makes a sender for a flow. Those of the kernel throw network_error where it does not allow it.
// sim: frames made and handed to dev_queue_xmit, in bursts.
std::unique_ptr<sender> simulated(sim_system& sys, const end_point& from, const traffic_options&);
// A packet socket that passes the qdisc by, with a ring of frames that are ready to be sent, a system
// call for each `burst` (PACKET_TX_RING); with copies from user space (sendmmsg).
std::unique_ptr<sender> tx_ring(network& n, const end_point& from, const traffic_options&);
std::unique_ptr<sender> sendmmsg_socket(network& n, const end_point& from, const traffic_options&);
// Made inside the kernel, 64 at a time, sent out of the device by XDP; its peer needs NAPI.
std::unique_ptr<sender> live_frames(network& n, const flow& f, const traffic_options&);

}  // namespace vethlab::host
