// Linux: kernel/time/timer.c
#include "core/timer.h"

#include <algorithm>
#include <cassert>

namespace vethlab {
namespace {

// The jiffy at which a timer for jiffy `expires` really fires: each level of the wheel is
// eight times coarser than the one below, and rounds up so that no timer fires early.
std::int64_t wheel_expiry(std::int64_t now, std::int64_t expires) {
    constexpr int levels = 9, shift_per_level = 3, slots = 64;
    const std::int64_t delta = expires - now;
    int level = 0;
    while (level + 1 < levels &&
           delta >= std::int64_t(slots - 1) << (level * shift_per_level)) {
        level++;
    }
    const int shift = level * shift_per_level;
    return ((expires + (std::int64_t(1) << shift)) >> shift) << shift;
}

}  // namespace

timer::timer(event_queue& q, function f, void* context)
    : queue_(q), function_(f), context_(context), number_(q.next_number_++) {}

void timer::start_at(sim_time when) {
    cancel();
    when_ = std::max(when, queue_.now());
    queue_.insert(*this);
}

void timer::mod(sim_time delay) {
    const std::int64_t now = queue_.jiffies();
    start_at(jiffy * wheel_expiry(now, now + std::max<std::int64_t>(delay / jiffy, 0)));
}

void timer::cancel() {
    if (pending()) queue_.remove(*this);
}

void event_queue::run_one() {
    assert(!heap_.empty());
    timer& t = *heap_[0];
    now_ = t.when_;
    remove(t);
    t.function_(t.context_);  // may destroy t
}

void event_queue::advance(sim_time to) {
    assert(to <= next());
    now_ = std::max(now_, to);
}

void event_queue::put(timer& t, std::uint32_t slot) {
    heap_[slot] = &t;
    t.slot_ = slot;
}

void event_queue::sift_up(std::uint32_t slot) {
    timer& t = *heap_[slot];
    while (slot > 0) {
        const std::uint32_t parent = (slot - 1) / 2;
        if (!before(t, *heap_[parent])) break;
        put(*heap_[parent], slot);
        slot = parent;
    }
    put(t, slot);
}

void event_queue::sift_down(std::uint32_t slot) {
    timer& t = *heap_[slot];
    const auto size = std::uint32_t(heap_.size());
    while (true) {
        std::uint32_t child = 2 * slot + 1;
        if (child >= size) break;
        if (child + 1 < size && before(*heap_[child + 1], *heap_[child])) child++;
        if (!before(*heap_[child], t)) break;
        put(*heap_[child], slot);
        slot = child;
    }
    put(t, slot);
}

void event_queue::insert(timer& t) {
    heap_.push_back(&t);
    sift_up(std::uint32_t(heap_.size() - 1));
}

void event_queue::remove(timer& t) {
    const std::uint32_t slot = t.slot_;
    timer& last = *heap_.back();
    heap_.pop_back();
    t.slot_ = timer::idle;
    if (&last == &t) return;
    put(last, slot);
    sift_up(slot);
    sift_down(last.slot_);
}

}  // namespace vethlab
