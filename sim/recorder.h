#pragma once
// Writes down what a lab did, as tests/golden/README.md has it.
#include <string>

#include "sim/process.h"
#include "sim/scheduler.h"
#include "sim/sim_system.h"
#include "sim/transcript.h"

namespace vethlab {

class recorder {
 public:
    recorder(sim_system& sys, timer_spread spread, writer& out, writer& err_out);

    bool ipv6 = false;  // left on: then no counters

    writer& out() { return transcript_.out(); }
    writer& err() { return transcript_.err(); }
    void begin(const command_event& e) { transcript_.begin(e); }
    void end(const command_event& e, int status);  // then waits until the network is at rest

    const std::string& expect() const { return transcript_.text(); }
    std::string state(scheduler& sched);

 private:
    void look();
    void settle();

    sim_system& sys_;
    const timer_spread spread_;
    transcript transcript_;
};

}  // namespace vethlab
