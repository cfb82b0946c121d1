#pragma once
// Linux: net/core/link_watch.c. Carrier changes become operational state, notifications and active
// qdiscs later: urgent ones as soon as the call that made them is over, the others at most once a
// second. One list and one pace for the machine.
#include <cstdint>
#include <vector>

#include "core/timer.h"

namespace vethlab {

struct net_device;

class link_watch {
 public:
    explicit link_watch(event_queue& q);

    // linkwatch_fire_event: the carrier of `dev`, or whether it is dormant, has changed.
    void fire_event(net_device& dev);
    // Whether an event of `dev` is urgent may have changed: it runs, or its peer has another number.
    void look_again(net_device& dev);
    // linkwatch_sync_dev: a pending event of `dev` is handled now, for somebody asks.
    void sync_dev(net_device& dev);
    void forget(net_device& dev);

    bool due() const { return due_; }
    void run();  // linkwatch_event; while due()

 private:
    using place = std::uint32_t;  // in list_

    void schedule_work(bool urgent);
    void run_some(const std::vector<place>& places, bool urgent_only);
    void remove(net_device& dev);
    void close_gaps();

    std::vector<net_device*> list_;  // lweventlist, in order; nullptr: handled or gone
    // Those that may have become urgent since they were last looked at: an urgent run looks at no
    // others, for list_ is long where thousands of devices were made in one second.
    std::vector<place> changed_;
    std::vector<place> looked_at_;  // in a run, which does not run inside itself
    std::size_t pending_ = 0;
    std::int64_t next_event_ = 0;  // in jiffies: linkwatch_nextevent
    bool urgent_ = false;          // LW_URGENT
    bool due_ = false;             // linkwatch_work waits for nothing but the CPU
    timer timer_;
};

}  // namespace vethlab
