#pragma once
// A timer that its owners seldom arm: it takes memory from mod() until cancel().
#include <memory>

#include "core/kernel.h"

namespace vethlab {

// Timer: timer, or what wraps one. The owner is passed along so that it need not be kept here.
template <class Timer, class Owner, void (*expired)(Owner&)>
class lazy_timer {
 public:
    template <class Delay>
    void mod(Owner& owner, Delay delay) {
        if (!timer_) {
            timer_ = std::make_unique<Timer>(
                owner.krn().events, [](void* o) { expired(*static_cast<Owner*>(o)); }, &owner);
        }
        timer_->mod(delay);
    }
    void cancel() { timer_.reset(); }
    bool pending() const { return timer_ && timer_->pending(); }
    auto expires() const { return timer_->expires(); }  // meaningful while pending
    auto value() const { return timer_ ? timer_->value() : 0; }

 private:
    std::unique_ptr<Timer> timer_;
};

}  // namespace vethlab
