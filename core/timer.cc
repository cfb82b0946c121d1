// Linux: kernel/time/timer.c
#include "core/timer.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace vethlab {
namespace {

constexpr int wheel_levels = 9;  // of the kernel's wheel

struct wheel_slot {
    std::int64_t expiry;  // jiffy
    int level;
};

// Where a timer for jiffy `expires` lies, and when it really fires: each level of the wheel is
// eight times coarser than the one below, and rounds up so that no timer fires early.
wheel_slot calc_wheel_index(std::int64_t now, std::int64_t expires) {
    constexpr int shift_per_level = 3, slots = 64;
    const std::int64_t delta = expires - now;
    int level = 0;
    while (level + 1 < wheel_levels &&
           delta >= std::int64_t(slots - 1) << (level * shift_per_level)) {
        level++;
    }
    const int shift = level * shift_per_level;
    return {((expires + (std::int64_t(1) << shift)) >> shift) << shift, level};
}

// Behind all that is exact, the highest level first.
constexpr std::uint32_t rank_of(int level) { return std::uint32_t(wheel_levels - level); }

}  // namespace

timer::timer(event_queue& q, function f, void* context)
    : queue_(q), function_(f), context_(context), order_(event_queue::order(0, q.made_++)) {}

void timer::start_at(sim_time when) {
    cancel();
    when_ = std::max(when, queue_.now());
    queue_.insert(*this);
}

void timer::mod(sim_time delay) {
    const std::int64_t now = queue_.jiffies();
    const auto [expiry, level] =
        calc_wheel_index(now, now + std::max<std::int64_t>(delay / jiffy, 0));
    const sim_time when = jiffy * expiry;
    const bool there = pending() && when_ == when &&
                       order_ >> event_queue::count_bits == rank_of(level);
    if (there) return;  // and keeps its place
    cancel();
    order_ = event_queue::order(rank_of(level), --queue_.put_);  // the newest first
    start_at(when);
}

void timer::cancel() {
    if (pending()) queue_.remove(*this);
}

event_queue::event_queue() { std::fill(&heads_[0][0], &heads_[0][0] + levels * slots, none); }

sim_time event_queue::next() const {
    if (!near_.empty()) return near_[0].when;
    if (far_next_exact_) return far_next_;
    // Not moved nearer here: something may still come before it.
    const place p = first_place();
    far_next_ = sim_time::max();
    for (std::uint32_t at = heads_[p.level][p.slot]; at != none; at = chunks_[at]->older) {
        const chunk& c = *chunks_[at];
        for (std::uint32_t i = 0; i < c.count; i++) far_next_ = std::min(far_next_, c.entries[i].when);
    }
    far_next_exact_ = true;
    return far_next_;
}

bool event_queue::due(sim_time until) const {
    if (near_.empty() && far_next_ > until) return false;
    return size_ > 0 && next() <= until;
}

void event_queue::run_one() {
    assert(!empty());
    if (near_.empty()) refill_near();
    bool more = true;
    while (more) {
        timer& t = *near_[0].t;
        const bool of_wheel = t.order_ >> count_bits;
        advance(t.when_);
        remove(t);
        t.function_(t.context_);  // may destroy t
        // Linux: all of a jiffy in one TIMER_SOFTIRQ, and what they send is taken up after it.
        more = of_wheel && !near_.empty() && near_[0].when == now_;
    }
}

void event_queue::advance(sim_time to) {
    assert(empty() || to <= next());
    if (to > now_) set_now(to);
}

void event_queue::set_now(sim_time to) {
    now_ = to;
    if (now_ >= jiffy * (jiffies_ + 1)) jiffies_ = now_ / jiffy;
}

void event_queue::insert(timer& t) {
    size_++;
    push({t.when_, &t});
}

void event_queue::remove(timer& t) {
    size_--;
    if (t.when_ <= edge_) {
        remove_near(t.slot_);
    } else {
        remove_far(t);
    }
    t.slot_ = timer::idle;
}

void event_queue::push(entry e) {
    if (e.when <= edge_) {
        push_near(e);
    } else {
        push_far(e);
    }
}

// ---- the near future: a binary heap

void event_queue::put_near(entry e, std::uint32_t at) {
    near_[at] = e;
    e.t->slot_ = at;
}

void event_queue::sift_up(std::uint32_t at) {
    const entry e = near_[at];
    while (at > 0) {
        const std::uint32_t parent = (at - 1) / 2;
        if (!before(e, near_[parent])) break;
        put_near(near_[parent], at);
        at = parent;
    }
    put_near(e, at);
}

void event_queue::sift_down(std::uint32_t at) {
    const entry e = near_[at];
    const auto size = std::uint32_t(near_.size());
    while (true) {
        std::uint32_t child = 2 * at + 1;
        if (child >= size) break;
        if (child + 1 < size && before(near_[child + 1], near_[child])) child++;
        if (!before(near_[child], e)) break;
        put_near(near_[child], at);
        at = child;
    }
    put_near(e, at);
}

void event_queue::push_near(entry e) {
    near_.push_back(e);
    sift_up(std::uint32_t(near_.size() - 1));
}

void event_queue::remove_near(std::uint32_t at) {
    const entry last = near_.back();
    near_.pop_back();
    if (at == near_.size()) return;
    put_near(last, at);
    sift_up(at);
    sift_down(last.t->slot_);
}

// ---- the far future: the wheel

event_queue::place event_queue::place_of(sim_time when) const {
    const auto differs = std::uint64_t(when.count()) ^ std::uint64_t(edge_.count());
    const auto level = std::uint32_t(63 - std::countl_zero(differs)) / 8;
    return {level, std::uint32_t(when.count() >> (8 * level)) & (slots - 1)};
}

event_queue::place event_queue::first_place() const {
    const auto level = std::uint32_t(std::countr_zero(occupied_levels_));
    const std::uint64_t* words = occupied_[level];
    std::uint32_t word = 0;
    while (words[word] == 0) word++;
    return {level, word * 64 + std::uint32_t(std::countr_zero(words[word]))};
}

void event_queue::push_far(entry e) {
    const place p = place_of(e.when);
    std::uint32_t& head = heads_[p.level][p.slot];
    if (head == none || chunks_[head]->count == chunk::room) {
        std::uint32_t fresh = free_chunk_;
        if (fresh != none) {
            free_chunk_ = chunks_[fresh]->older;
        } else {
            fresh = std::uint32_t(chunks_.size());
            chunks_.push_back(std::make_unique<chunk>());
        }
        chunks_[fresh]->count = 0;
        chunks_[fresh]->older = head;
        head = fresh;
        occupied_[p.level][p.slot / 64] |= std::uint64_t{1} << p.slot % 64;
        occupied_levels_ |= 1u << p.level;
    }
    chunk& c = *chunks_[head];
    e.t->slot_ = head * chunk::stride + c.count;
    c.entries[c.count++] = e;
    if (e.when <= far_next_) {
        far_next_ = e.when;
        far_next_exact_ = true;
    }
}

// The last entry of the slot fills the gap: a slot has no order.
void event_queue::remove_far(const timer& t) {
    if (t.when_ == far_next_) far_next_exact_ = false;
    const place p = place_of(t.when_);
    const std::uint32_t head = heads_[p.level][p.slot];
    chunk& newest = *chunks_[head];
    const entry last = newest.entries[--newest.count];
    chunks_[t.slot_ / chunk::stride]->entries[t.slot_ % chunk::stride] = last;
    last.t->slot_ = t.slot_;
    if (newest.count > 0) return;
    const std::uint32_t older = newest.older;
    if (older == none) {
        (void)take_slot(p);
    } else {
        heads_[p.level][p.slot] = older;
    }
    give_chunk(head);
}

std::uint32_t event_queue::take_slot(place p) {
    std::uint64_t* words = occupied_[p.level];
    words[p.slot / 64] &= ~(std::uint64_t{1} << p.slot % 64);
    if ((words[0] | words[1] | words[2] | words[3]) == 0) occupied_levels_ &= ~(1u << p.level);
    if (occupied_levels_ == 0) {
        far_next_ = sim_time::max();
        far_next_exact_ = true;
    }
    return std::exchange(heads_[p.level][p.slot], none);
}

void event_queue::give_chunk(std::uint32_t at) {
    chunks_[at]->older = free_chunk_;
    free_chunk_ = at;
}

// Moves `edge_` on, until there is something before it. Never far beyond the timer that is about
// to run: what comes between then goes through the heap.
void event_queue::refill_near() {
    constexpr std::uint32_t as_it_is = 2, ahead = 8;  // up to this level: 65 us
    while (near_.empty()) {
        const place p = first_place();
        std::uint32_t at = take_slot(p);
        const chunk& newest = *chunks_[at];
        const bool few = newest.older == none && p.level <= as_it_is;
        if (few || (newest.older == none && newest.count == 1)) {
            edge_ = newest.entries[0].when;
            for (std::uint32_t i = 1; i < newest.count; i++) {
                edge_ = std::max(edge_, newest.entries[i].when);
            }
        } else {
            const std::uint32_t shift = 8 * p.level;
            const std::int64_t above = edge_.count() >> shift >> 8 << 8 << shift;
            edge_ = sim_time(above | std::int64_t(p.slot) << shift);
        }
        // All that remains comes after; so does what is spread below.
        far_next_ = occupied_levels_ ? edge_ : sim_time::max();
        far_next_exact_ = occupied_levels_ == 0;
        while (at != none) {
            const chunk& c = *chunks_[at];
            for (std::uint32_t i = 0; i < c.count; i++) {
                // Timers lie anywhere; each is written to.
                if (i + ahead < c.count) __builtin_prefetch(c.entries[i + ahead].t, 1);
                push(c.entries[i]);
            }
            give_chunk(std::exchange(at, c.older));
        }
    }
}

}  // namespace vethlab
