#include "core/timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/rng.h"

namespace vethlab {
namespace {

struct bell {
    bell(event_queue& q, std::string& heard, char name)
        : alarm(q, ring, this), queue(q), log(heard), letter(name) {}
    static void ring(void* self) {
        auto& b = *static_cast<bell*>(self);
        b.log += b.letter;
        b.at = b.queue.now();
    }
    timer alarm;
    event_queue& queue;
    std::string& log;
    char letter;
    sim_time at{};
};

void run_all(event_queue& q) {
    while (!q.empty()) q.run_one();
}

TEST(Timer, EarliestFirstAndTimeFollows) {
    event_queue q;
    std::string log;
    bell a(q, log, 'a'), b(q, log, 'b'), c(q, log, 'c');
    a.alarm.start_at(3ms);
    b.alarm.start_at(1ms);
    c.alarm.start_at(2ms);
    run_all(q);
    EXPECT_EQ(log, "bca");
    EXPECT_EQ(q.now(), 3ms);
}

TEST(Timer, EqualTimesGoByNumberNotByInsertion) {
    event_queue q;
    std::string log;
    bell a(q, log, 'a'), b(q, log, 'b'), c(q, log, 'c');
    c.alarm.start_at(1ms);
    a.alarm.start_at(1ms);
    b.alarm.start_at(1ms);
    run_all(q);
    EXPECT_EQ(log, "abc");
}

TEST(Timer, CancelMoveAndDestroy) {
    event_queue q;
    std::string log;
    bell a(q, log, 'a'), b(q, log, 'b');
    a.alarm.start_at(1ms);
    b.alarm.start_at(2ms);
    a.alarm.cancel();
    EXPECT_FALSE(a.alarm.pending());
    a.alarm.start_at(5ms);
    a.alarm.start_at(3ms);  // moved
    {
        bell gone(q, log, 'x');
        gone.alarm.start_at(1ms);
    }
    run_all(q);
    EXPECT_EQ(log, "ba");
}

// Two neighbours that are asked for in the same jiffy are asked again in the opposite order.
TEST(Timer, InTheSameJiffyTheWheelIsLastInFirstOut) {
    event_queue q;
    std::string log;
    bell a(q, log, 'a'), b(q, log, 'b'), c(q, log, 'c'), d(q, log, 'd'), e(q, log, 'e');
    a.alarm.mod(20ms);
    b.alarm.mod(20ms);
    q.advance(1ms);
    c.alarm.mod(20ms);
    a.alarm.mod(20ms);        // is there already
    d.alarm.start_at(24ms);   // exact: before all of them
    q.advance(4ms);
    e.alarm.mod(16ms);        // another jiffy, the same slot
    run_all(q);
    EXPECT_EQ(log, "decba");
}

TEST(Timer, InTheSameJiffyTheCoarserComeFirst) {
    event_queue q;
    std::string log;
    bell a(q, log, 'a'), b(q, log, 'b'), c(q, log, 'c');
    a.alarm.mod(300ms);  // a multiple of eight jiffies: 320 ms
    b.alarm.mod(300ms);
    q.advance(300ms);
    c.alarm.mod(16ms);
    run_all(q);
    EXPECT_EQ(log, "bac");
}

// kernel/time/timer.c at HZ=250: under 256 ms a jiffy, under 2.05 s eight, under 16.4 s 64.
TEST(Timer, DelaysAreRoundedUpAsTheTimerWheelDoes) {
    event_queue q;
    std::string log;
    bell a(q, log, 'a');
    const std::pair<sim_time, sim_time> cases[] = {
        {0ms, 4ms}, {10ms, 12ms}, {100ms, 104ms}, {248ms, 252ms},
        {1s, 1024ms}, {5s, 5120ms}, {30s, 30720ms},
    };
    for (const auto& [delay, fires] : cases) {
        event_queue fresh;
        bell t(fresh, log, 't');
        t.alarm.mod(delay);
        run_all(fresh);
        EXPECT_EQ(t.at.count(), sim_time(fires).count()) << sim_time(delay).count();
    }
    // Never early, and at most a level's step late, from any start.
    rng random(3);
    for (int i = 0; i < 2000; i++) {
        q.advance(q.now() + sim_time(random.below(50'000'000)));
        const sim_time delay = sim_time(std::int64_t(random.below(1'000'000)) * 100'000);
        const sim_time start = q.now();
        a.alarm.mod(delay);
        run_all(q);
        EXPECT_GE(a.at + jiffy, start + delay);
        EXPECT_LE(a.at, start + delay + delay / 4 + 2 * jiffy);
    }
}

TEST(Timer, AgreesWithASortedListOnRandomWork) {
    event_queue q;
    std::string log;
    std::vector<std::unique_ptr<bell>> bells;
    std::vector<std::pair<sim_time, std::size_t>> expected;
    for (int i = 0; i < 300; i++) bells.push_back(std::make_unique<bell>(q, log, char('a' + i % 26)));
    rng random(11);
    for (int i = 0; i < 3000; i++) bells[random.below(300)]->alarm.start_at(sim_time(random.below(40)));
    for (int i = 0; i < 100; i++) bells[random.below(300)]->alarm.cancel();
    for (std::size_t i = 0; i < bells.size(); i++) {
        if (bells[i]->alarm.pending()) expected.emplace_back(bells[i]->alarm.expires(), i);
    }
    std::sort(expected.begin(), expected.end());
    std::string order;
    for (const auto& [when, i] : expected) order += bells[i]->letter;
    run_all(q);
    EXPECT_EQ(log, order);
}

}  // namespace
}  // namespace vethlab
