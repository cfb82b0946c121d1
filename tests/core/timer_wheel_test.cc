// The timing wheel against the plain thing: an ordered set of (time, number of the timer).
#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <tuple>

#include "core/rng.h"
#include "core/timer.h"

namespace vethlab {
namespace {

// Delays of all sizes, with many ties.
struct random_delay {
    rng& random;
    int kind;
    sim_time operator()() {
        switch (kind) {
            case 0:  // dense
                return sim_time(random.below(50));
            case 1:  // a jiffy or some
                return jiffy * std::int64_t(random.below(20));
            case 2:  // bimodal
                return random.below(10) ? sim_time(random.below(20'000))
                                        : sim_time(random.below(20'000'000));
            case 3:  // every order of magnitude up to hours
                return sim_time(random.next() >> (18 + random.below(46)) >> 2);
            default:  // few, far apart
                return 1s * std::int64_t(random.below(400));
        }
    }
};

class Wheel : public testing::TestWithParam<int> {
 protected:
    struct alarm {
        alarm(Wheel& w, std::uint32_t n) : world(w), number(n), at(w.queue, ring, this) {}
        static void ring(void* self) {
            auto& a = *static_cast<alarm*>(self);
            a.world.heard(a);
        }
        Wheel& world;
        const std::uint32_t number;
        timer at;
    };
    using key = std::tuple<sim_time, std::uint32_t>;

    void arm(alarm& a) {
        cancel(a);
        const sim_time when = queue.now() + delay();
        a.at.start_at(when);
        reference.insert({when, a.number});
    }
    void cancel(alarm& a) {
        reference.erase({a.at.expires(), a.number});
        a.at.cancel();
        EXPECT_FALSE(a.at.pending());
    }
    alarm& any() { return alarms[random.below(alarms.size())]; }

    void heard(alarm& a) {
        const auto [when, number] = *reference.begin();
        reference.erase(reference.begin());
        ASSERT_EQ(number, a.number);
        ASSERT_EQ(when, queue.now());
        switch (random.below(8)) {  // now and then more than the one
            case 0:
                break;
            case 1:
                arm(any());
                [[fallthrough]];
            default:
                arm(a);
        }
        if (random.below(4) == 0) cancel(any());
    }
    void check() {
        ASSERT_EQ(queue.size(), reference.size());
        if (reference.empty()) {
            ASSERT_EQ(queue.next(), sim_time::max());
            ASSERT_FALSE(queue.due(sim_time::max()));
            return;
        }
        const sim_time first = std::get<0>(*reference.begin());
        if (random.below(2)) {
            ASSERT_EQ(queue.next(), first);
        }
        ASSERT_TRUE(queue.due(first));
        ASSERT_FALSE(queue.due(first - 1ns));
    }
    void step() {
        if (reference.empty() || random.below(6) == 0) return arm(any());
        if (random.below(10) == 0) return cancel(any());
        if (random.below(10) == 0) {
            const sim_time gap = std::get<0>(*reference.begin()) - queue.now();
            return queue.advance(queue.now() + gap * std::int64_t(random.below(9)) / 8);
        }
        queue.run_one();
    }

    event_queue queue;
    rng random{std::uint64_t(GetParam()) + 1};
    random_delay delay{random, GetParam()};
    std::deque<alarm> alarms;
    std::set<key> reference;
};

TEST_P(Wheel, RunsInTheOrderOfTimeAndNumber) {
    for (const int count : {1, 40, 3000}) {
        while (alarms.size() < std::size_t(count)) {
            alarms.emplace_back(*this, std::uint32_t(alarms.size()));
        }
        for (auto& a : alarms) arm(a);
        for (int i = 0; i < 30 * count + 2000; i++) {
            check();
            step();
            if (HasFatalFailure()) return;
        }
    }
    while (!queue.empty() && !HasFatalFailure()) {
        delay.kind = 4;
        queue.run_one();
        if (random.below(3)) cancel(any());
    }
    check();
}

INSTANTIATE_TEST_SUITE_P(Delays, Wheel, testing::Range(0, 5));

}  // namespace
}  // namespace vethlab
