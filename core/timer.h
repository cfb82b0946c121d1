#pragma once
// Linux: include/linux/timer.h, hrtimer.h. The future: what happens when.
// What comes at the same time: first what was started to the nanosecond, in the order in which the
// timers were made; then those of the kernel's timer wheel, in its order (mod).
#include <cstdint>
#include <memory>
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
    // longer the delay (kernel/time/timer.c: calc_wheel_index). Of those that fire in the same
    // jiffy the coarser come first, and among equals the one that was put there last: a slot of
    // the wheel is a list, which grows at its head.
    void mod(sim_time delay);
    void cancel();

 private:
    friend class event_queue;
    static constexpr std::uint32_t idle = UINT32_MAX;
    event_queue& queue_;
    function function_;
    void* context_;
    sim_time when_{};
    std::uint32_t order_;  // among those at the same time
    std::uint32_t slot_ = idle;  // in near_, or chunk * stride + entry
};

// The future, exact to the nanosecond. Linux: kernel/time/timer.c, hrtimer.c.
// Here: one hierarchical timing wheel. `near_` is a small heap of what comes up to `edge_`; what is
// later lies unsorted in the wheel. A timer's level is the highest byte in which its time differs
// from `edge_`, its slot is that byte. When `near_` is empty, the earliest slot is spread over the
// levels below, or, if there is little in it, taken as it is.
class event_queue {
 public:
    event_queue();
    event_queue(const event_queue&) = delete;

    sim_time now() const { return now_; }
    // Start of the jiffy that `now` is in.
    std::int64_t jiffies() const { return jiffies_; }
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    // Time of the earliest timer; sim_time::max() if none.
    sim_time next() const;
    // Is there a timer for `until` or earlier? Cheaper than next() where there is none.
    bool due(sim_time until) const;
    // Advances to the earliest timer and runs it, and of the kernel's wheel all of that jiffy.
    // Not on an empty queue.
    void run_one();
    // Advances without running anything; not past next().
    void advance(sim_time to);
    // The CPU is busy for so long. Timers that are due meanwhile run late.
    void pass(sim_time busy) { set_now(now_ + busy); }

 private:
    friend class timer;
    static constexpr std::uint32_t levels = 8, slots = 256, none = UINT32_MAX;
    struct entry {
        sim_time when;
        timer* t;
    };
    // Slots are lists of chunks, so that spreading one reads memory in order.
    struct chunk {
        static constexpr std::uint32_t room = 31, stride = 32;
        entry entries[room];
        std::uint32_t count, older;
    };
    struct place {
        std::uint32_t level, slot;
    };

    // A rank, and a count that may run over: what is compared is seldom far apart.
    static constexpr int count_bits = 28;
    static std::uint32_t order(std::uint32_t rank, std::uint32_t count) {
        return rank << count_bits | (count & ((1u << count_bits) - 1));
    }
    static bool before(std::uint32_t a, std::uint32_t b) {
        if ((a ^ b) >> count_bits) return a < b;
        return std::int32_t((a - b) << (32 - count_bits)) < 0;
    }
    static bool before(const entry& a, const entry& b) {
        return a.when != b.when ? a.when < b.when : before(a.t->order_, b.t->order_);
    }
    void set_now(sim_time to);
    void insert(timer& t);
    void remove(timer& t);

    void put_near(entry e, std::uint32_t at);
    void sift_up(std::uint32_t at);
    void sift_down(std::uint32_t at);
    void push_near(entry e);
    void remove_near(std::uint32_t at);

    place place_of(sim_time when) const;
    place first_place() const;
    void push_far(entry e);
    void remove_far(const timer& t);
    std::uint32_t take_slot(place p);  // its newest chunk; the slot is empty then
    void give_chunk(std::uint32_t at);
    void push(entry e);
    void refill_near();

    sim_time now_{}, edge_{};
    std::int64_t jiffies_ = 0;
    std::size_t size_ = 0;
    std::vector<entry> near_;  // binary heap
    std::uint32_t heads_[levels][slots];
    std::uint64_t occupied_[levels][slots / 64] = {};
    std::uint32_t occupied_levels_ = 0;  // a bit each
    std::vector<std::unique_ptr<chunk>> chunks_;
    std::uint32_t free_chunk_ = none;
    // No timer of the wheel comes before far_next_; exact: one comes then.
    mutable sim_time far_next_ = sim_time::max();
    mutable bool far_next_exact_ = true;
    std::uint32_t made_ = 0, put_ = 0;  // how many timers; how often into the kernel's wheel
};

}  // namespace vethlab
