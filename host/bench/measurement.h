#pragma once
// One figure of a benchmark: a network, who sends into it, and what the repetitions gave.
#include <functional>

#include "core/cpu_cost.h"
#include "host/bench/programs.h"
#include "host/bench/senders.h"
#include "host/bench/statistics.h"

namespace vethlab::host {

struct measurement {
    std::string workload;  // chain
    unsigned n = 0;        // of it: how many bridges
    double hops = 1;       // per frame: veth pairs crossed, or copies delivered
    std::string side;      // sim, kernel
    std::string method;    // how frames get in
    std::string what;      // which frames, which settings
    std::vector<double> ns;  // per item, of each repetition
    std::uint64_t sent = 0, delivered = 0, expected = 0;
    std::string trouble;  // why there is no figure
    std::vector<double> busy_ns;  // setup: processor time, where `ns` is what a clock shows

    bool lossless() const { return delivered == expected; }
};

// A measurement that can be repeated.
class experiment {
 public:
    virtual ~experiment() = default;
    measurement result;
    // Once more; the first time finds out how much fits into `seconds` and is not counted.
    virtual void repeat(double seconds) = 0;
    // Of the real devices: whether frames may be merged or split on the way. Empty: not known.
    virtual std::string offloads() { return ""; }
    // What else the repetitions gave.
    virtual std::vector<measurement> more() { return {}; }
};

using builder = std::function<path(network&)>;

// Bridged IP frames pass netfilter's hooks, or not (net.bridge.bridge-nf-call-iptables).
enum class bridge_nf { on, off };

struct setting {
    measurement about;  // the words; side and method are filled in
    builder build;
    frames kind = frames::other;
    bridge_nf nf = bridge_nf::on;
    unsigned size = 64;
};

enum class kernel_method { tx_ring, sendmmsg, live_frames, program };

std::unique_ptr<experiment> sim_experiment(const setting& s);
// Makes a network namespace of its own: only inside run_isolated. `what`: of kernel_method::program.
std::unique_ptr<experiment> kernel_experiment(const setting& s, kernel_method method,
                                              program what = program::packet_send);
// The kernel's fastest way: no bridge, XDP at each end hands frames on to the next pair.
std::unique_ptr<experiment> xdp_experiment(const setting& s, unsigned pairs);

// The same on a simulated kernel with costs: what the CPU did for an item, and how long it took.
struct simulated_work {
    std::array<double, cpu_works> times{};
    double ns = 0;
};
simulated_work simulate_work(const setting& s, kernel_method method, program what,
                             const cpu_costs& costs);

// Items are namespaces: of the simulator by rtnetlink and by a script of commands, of the kernel.
std::vector<std::unique_ptr<experiment>> setup_experiments(const setting& s, bool sim, bool real);

}  // namespace vethlab::host
