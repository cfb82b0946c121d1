#pragma once
// Writes down what a lab did, as tests/golden/README.md has it.
#include <optional>
#include <string>

#include "sim/process.h"
#include "sim/scheduler.h"
#include "sim/sim_system.h"

namespace vethlab {

class recorder {
 public:
    recorder(sim_system& sys, writer& out, writer& err_out);

    bool ipv6 = false;  // left on: then no counters

    // Standard output and error of the script: passed on, and noted for the command under way.
    writer& out() { return out_; }
    writer& err() { return err_; }
    void begin(const command_event& e);
    void end(const command_event& e, int status);  // then waits until the network is at rest

    const std::string& expect() const { return expect_; }
    std::string state(scheduler& sched);

 private:
    struct noting_writer final : writer {
        explicit noting_writer(writer& passes_to) : to(passes_to) {}
        void write(std::string_view s) override {
            noted += s;
            to.write(s);
        }
        writer& to;
        std::string noted;
    };
    void look();
    void settle();
    std::string counters(netns& net, const std::string& name) const;

    sim_system& sys_;
    noting_writer out_, err_;
    std::string expect_;
};

}  // namespace vethlab
