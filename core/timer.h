#pragma once
// Linux: include/linux/timer.h, hrtimer.h. The future: what happens when.
// Order is (time, number of the timer), never the order of insertion: a timer's number is
// given when it is made, so the order does not depend on who armed it when.
#include <cstdint>
#include <vector>

#include "core/time.h"

namespace vethlab {

class event_queue;

// HZ = 250 on the machines the recordings come from.
inline constexpr sim_time jiffy = 4ms;

class timer {
 public:
    using function = void (*)(void* context);

    timer(event_queue& q, function f, void* context);
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;
    ~timer() { cancel(); }

    bool pending() const { return slot_ != idle; }
    sim_time expires() const { return when_; }  // meaningful while pending
    event_queue& queue() const { return queue_; }
    // hrtimer_start: exact. Moves a pending timer.
    void start_at(sim_time when);
    // mod_timer(jiffies + delay): rounded up as the kernel's timer wheel does, coarser the
    // longer the delay (kernel/time/timer.c: calc_wheel_index).
    void mod(sim_time delay);
    void cancel();

 private:
    friend class event_queue;
    static constexpr std::uint32_t idle = UINT32_MAX;
    event_queue& queue_;
    function function_;
    void* context_;
    sim_time when_{};
    std::uint32_t number_;
    std::uint32_t slot_ = idle;  // in the heap
};

class event_queue {
 public:
    event_queue() = default;
    event_queue(const event_queue&) = delete;

    sim_time now() const { return now_; }
    // Start of the jiffy that `now` is in.
    std::int64_t jiffies() const { return now_ / jiffy; }
    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    // Time of the earliest timer; sim_time::max() if none.
    sim_time next() const { return heap_.empty() ? sim_time::max() : heap_[0]->when_; }
    // Advances to the earliest timer and runs it. Not on an empty queue.
    void run_one();
    // Advances without running anything; not past next().
    void advance(sim_time to);

 private:
    friend class timer;
    static bool before(const timer& a, const timer& b) {
        return a.when_ != b.when_ ? a.when_ < b.when_ : a.number_ < b.number_;
    }
    void put(timer& t, std::uint32_t slot);
    void sift_up(std::uint32_t slot);
    void sift_down(std::uint32_t slot);
    void insert(timer& t);
    void remove(timer& t);

    std::vector<timer*> heap_;  // binary heap
    sim_time now_{};
    std::uint32_t next_number_ = 0;
};

}  // namespace vethlab
