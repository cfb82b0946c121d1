#pragma once
// One simulated kernel: its time, its chance, its namespaces, the one CPU's softirq. Everything
// that enters the core enters here or through a netlink socket; there is no other state.
#include <memory>
#include <optional>
#include <vector>

#include "core/cpu_cost.h"
#include "core/drop_reason.h"
#include "core/frame.h"
#include "core/link_watch.h"
#include "core/netns.h"
#include "core/rng.h"
#include "core/timer.h"

namespace vethlab {

class tracer;
struct neigh_table;      // neighbour.h
struct devconf6_copies;  // ipv6/netns_ipv6.h
class ip_memory;         // ipv4/ip_remember.h

enum class kernel_profile : std::uint8_t { v6_18, v6_1 };

// When what happens at a random time happens: reports, solicitations, the age at which neighbours
// become stale. The two ends show what chance may do to a lab.
enum class timer_spread : std::uint8_t { random, earliest, latest };

struct kernel_options {
    kernel_profile profile = kernel_profile::v6_18;
    std::uint64_t seed = 1;
    // Random MAC addresses are 0a:00:00:00:00:01, :02 ... instead (golden recordings).
    bool sequential_macs = false;
    timer_spread spread = timer_spread::random;
    std::optional<cpu_costs> costs = std::nullopt;  // none: work takes no time
    // Microseconds since 1970 when the kernel booted.
    std::int64_t boot_time_us = 1'700'000'000'000'000;
};

// Who knows processes and open files: what a message means by a namespace's fd or pid.
class user_space {
 public:
    virtual ~user_space() = default;
    // nullptr and `e`: badf where nothing is open, inval where it is no namespace.
    virtual netns* net_of_fd(int fd, err& e) = 0;
    virtual netns* net_of_pid(int pid) = 0;  // nullptr: no such
};

class kernel {
 public:
    explicit kernel(const kernel_options& options = {});
    kernel(const kernel&) = delete;
    ~kernel();

    const kernel_profile profile;
    const std::int64_t boot_time_us;
    event_queue events;
    link_watch linkwatch{events};
    vethlab::rng rng;
    frame_pool frames;
    // ARP's table of the whole machine; made with the first namespace (ipv4/arp.h: arp_tbl).
    std::unique_ptr<neigh_table, void (*)(neigh_table*)> neigh_arp{nullptr, nullptr};
    // IPv6's (ipv6/ndisc.h: nd_tbl).
    std::unique_ptr<neigh_table, void (*)(neigh_table*)> neigh_nd{nullptr, nullptr};
    // Of all namespaces (ipv6/netns_ipv6.h); made with the first change of a setting.
    std::unique_ptr<devconf6_copies, void (*)(devconf6_copies*)> devconf6{nullptr, nullptr};
    tracer* trace = nullptr;
    user_space* user = nullptr;
    std::uint64_t drops[std::size_t(drop_reason::max_)] = {};  // frames that ended, by reason
    std::uint64_t frames_sent = 0;  // handed to a driver

    sim_time now() const { return events.now(); }

    // The CPU's time (cpu_cost.h); nullptr: work takes none.
    std::unique_ptr<cpu_account> cpu;
    void cpu_spend(cpu_work w, std::uint32_t times = 1) {
        if (cpu) [[unlikely]] events.pass(sim_time(std::int64_t(cpu->spend(w, times))));
    }

    // Namespaces live while somebody holds them; the last put_net takes them down
    // (cleanup_net) at the next run_softirq.
    netns& init_net() { return *init_net_; }
    netns& copy_net_ns();  // a fresh one, with one reference
    void get_net(netns& net) { net.refs++; }
    void put_net(netns& net);
    netns* net_by_number(std::uint32_t number) const;
    const std::vector<std::unique_ptr<netns>>& all_nets() const { return nets_; }

    // What was found out about the way of frames (direct_xmit, a bridge's remembered decisions) holds
    // for this state of devices, addresses, settings and sockets. Whoever changes one says so.
    std::uint64_t fwd_genid = 1;
    void fwd_genid_bump() { fwd_genid++; }
    // Off: every frame goes the long way, and a bridge asks all its ports whenever one changes, which
    // is to give the same result (tests).
    bool remember_forwarding = true;
    // Rises when a neighbour goes; what was found out about packets was found out about it, too.
    std::uint64_t neigh_genid = 0;
    std::unique_ptr<ip_memory> ip_ways;  // made for the first packet worth remembering

    // The backlog of the CPU (struct softnet_data): enqueue_to_backlog, process_backlog.
    bool enqueue_to_backlog(frame_ptr skb);  // false: full, the frame is dropped by the caller's rule
    bool backlog_full() const { return backlog_.size() > netdev_max_backlog; }
    // What enqueue_to_backlog does with a frame for a device that is up, unless backlog_full().
    void enqueue_unchecked(frame_ptr skb) { backlog_.push_back(std::move(skb)); }
    void flush_backlog(const net_device& dev);  // of frames for a device that goes away
    std::uint32_t netdev_max_backlog = 1000;

    // Everything that is due now and takes no time: backlog, works, link watch, dying namespaces. What a
    // real CPU does before a system call returns. Bounded: false if `max_frames` were handled and
    // more wait (a loop of bridges may go on for ever). With costs also after 2 ms of the CPU's time
    // (MAX_SOFTIRQ_TIME): others run then, as beside the thread ksoftirqd.
    bool run_softirq(std::uint64_t max_frames = UINT64_MAX);
    // Frames that go round for ever (a loop of bridges) take the time that a real CPU needs for
    // them, 250 ns a hop: so many are handled in one instant, then so much time passes.
    static constexpr std::uint64_t busy_frames = 100'000;
    static constexpr sim_time busy_time = 250ns * std::int64_t{busy_frames};
    // When others may run although frames are waiting. With costs, time has passed already.
    sim_time cpu_free_at() const { return cpu ? now() : now() + busy_time; }
    // The backlog alone: what local_bh_enable runs in the middle of a system call.
    void do_softirq(std::uint64_t max_frames);
    // Runs timers and what they set off up to and including `until`, then stands there.
    void run_until(sim_time until);
    bool softirq_pending() const;

    // A random delay in [0, n) of whatever unit; one end of it if the options say so. What else is
    // random does not depend on which.
    std::uint32_t random_delay(std::uint32_t n);
    mac_address random_ether_addr();
    // Where the sequence of addresses stands. Who takes back an address that nobody came to see
    // (the device was refused, or given another one) puts the old value in again.
    std::uint32_t macs_given = 0;

    // Linux: queue_work. Done when the caller's system call is over.
    void queue_work(timer::function f, void* context);
    void cancel_work(void* context);

    // Where handles of qdiscs (8001: ...) come from: one counter for the machine.
    std::uint32_t next_qdisc_handle = 0x8000;

 private:
    // Frames out of the backlog, each over as many devices as it passes at once; with costs only one,
    // for time passes.
    void process_backlog(std::uint64_t& max_frames);
    void begin_of_frame();
    void process_work();
    void cleanup_nets();
    void forget_ids_of(netns& net);

    const bool sequential_macs_;
    const timer_spread spread_;
    struct work {
        timer::function function;
        void* context;
    };
    std::vector<work> work_;  // outlives the devices
    std::vector<std::unique_ptr<netns>> nets_;
    netns* init_net_ = nullptr;
    std::uint32_t next_net_number_ = 0;
    frame_queue backlog_;
    std::vector<netns*> dying_;
};

// Ends a frame's way (net/core/skbuff.c). `krn` counts it; drop_reason::consumed is no drop.
void kfree_skb_reason(kernel& krn, frame_ptr skb, drop_reason reason);
inline void consume_skb(kernel& krn, frame_ptr skb) {
    kfree_skb_reason(krn, std::move(skb), drop_reason::consumed);
}

}  // namespace vethlab
