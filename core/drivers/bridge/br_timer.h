#pragma once
// Linux: include/linux/timer.h, jiffies.h, as the bridge uses them: timers set in jiffies, shown
// in hundredths of a second.
#include <algorithm>

#include "core/timer.h"

namespace vethlab {

inline constexpr std::int64_t hz = 1s / jiffy;
inline constexpr std::int64_t user_hz = 100;

inline std::uint64_t jiffies_to_clock_t(std::uint64_t j) { return j * user_hz / hz; }
inline std::uint64_t clock_t_to_jiffies(std::uint64_t c) {
    return c >= UINT64_MAX / hz ? UINT64_MAX : c * hz / user_hz;
}

class br_timer {
 public:
    br_timer(event_queue& q, timer::function f, void* context) : timer_(q, f, context) {}
    void mod(std::int64_t delay) {
        constexpr std::int64_t longest = std::int64_t{1} << 36;  // far beyond any lab's end
        delay = std::clamp<std::int64_t>(delay, 0, longest);
        expires_ = timer_.queue().jiffies() + delay;
        timer_.mod(delay * jiffy);
    }
    void cancel() { timer_.cancel(); }
    bool pending() const { return timer_.pending(); }
    // The time it was set for, in jiffies; it may fire later (the wheel is coarse).
    std::int64_t expires() const { return expires_; }
    // Linux: br_timer_value
    std::uint64_t value() const {
        const std::int64_t left = pending() ? expires_ - timer_.queue().jiffies() : 0;
        return jiffies_to_clock_t(std::uint64_t(std::max<std::int64_t>(left, 0)));
    }

 private:
    timer timer_;
    std::int64_t expires_ = 0;
};

}  // namespace vethlab
