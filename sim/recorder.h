#pragma once
// Writes down what a lab did, as tests/golden/README.md has it.
#include <map>
#include <memory>
#include <string>

#include "core/af_packet.h"
#include "sim/process.h"
#include "sim/scheduler.h"
#include "sim/sim_system.h"
#include "sim/transcript.h"

namespace vethlab {

// The settings under which labs are recorded (tests/golden/README.md), in every namespace from its
// creation on. Written although most are a kernel's defaults: a default that was written once does
// not change with later ones for the devices made since.
struct condition {
    const char* path;
    const char* value;
    bool for_ipv6;  // not where the lab leaves IPv6 on
};
inline constexpr condition recording_conditions[] = {
    {"net/ipv4/ip_forward", "0", false},
    {"net/ipv4/conf/all/rp_filter", "0", false},
    {"net/ipv4/conf/default/rp_filter", "0", false},
    {"net/bridge/bridge-nf-call-iptables", "0", false},
    {"net/bridge/bridge-nf-call-ip6tables", "0", false},
    {"net/bridge/bridge-nf-call-arptables", "0", false},
    {"net/ipv6/conf/all/disable_ipv6", "1", true},
    {"net/ipv6/conf/default/disable_ipv6", "1", true},
};

class recorder {
 public:
    // `sockets`: one for packets in each namespace.
    recorder(sim_system& sys, timer_spread spread, writer& out, writer& err_out, bool sockets);
    ~recorder();

    bool ipv6 = false;   // left on: then no counters
    bool brisk = false;  // commands take little time

    writer& out() { return transcript_.out(); }
    writer& err() { return transcript_.err(); }
    void begin(const command_event& e) { transcript_.begin(e); }
    void end(const command_event& e, int status);  // then waits until the network is at rest

    const std::string& expect() const { return transcript_.text(); }
    std::string state(scheduler& sched);

 private:
    void look();
    void settle();
    void refresh_sockets();

    sim_system& sys_;
    const timer_spread spread_;
    const bool wants_sockets_;
    std::map<ns_fd, std::unique_ptr<packet_sock>> sockets_;
    transcript transcript_;
};

}  // namespace vethlab
