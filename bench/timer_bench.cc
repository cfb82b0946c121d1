// The event queue by the hold model: take the earliest, put it back later.
#include <benchmark/benchmark.h>

#include <cmath>
#include <deque>
#include <vector>

#include "core/rng.h"
#include "core/timer.h"

namespace vethlab {
namespace {

enum delay_kind { exponential, bimodal };

// Mean 1 ms, or nine of ten about 10 us and one of ten about 10 ms.
std::vector<sim_time> delays(std::int64_t kind) {
    rng random(1);
    std::vector<sim_time> list(1 << 16);
    for (sim_time& d : list) {
        const double u = (random.u32() + 0.5) / 4294967296.0;
        const bool is_long = random.below(10) == 0;
        const double mean = kind == exponential ? 1e6 : is_long ? 1e7 : 1e4;
        d = sim_time(kind == exponential ? std::int64_t(-std::log(u) * mean)
                                         : std::int64_t((0.5 + u) * mean));
    }
    return list;
}

struct holders {
    explicit holders(std::int64_t kind) : delay(delays(kind)) {}
    sim_time next_delay() { return delay[turn++ % delay.size()]; }
    event_queue queue;
    std::vector<sim_time> delay;
    std::size_t turn = 0;
};

struct holder {
    explicit holder(holders& h) : all(h), alarm(h.queue, fire, this) { arm(); }
    static void fire(void* self) { static_cast<holder*>(self)->arm(); }
    void arm() { alarm.start_at(all.queue.now() + all.next_delay()); }
    holders& all;
    timer alarm;
};

// range(0) timers pending, range(1) the kind of delay.
void BM_timer_hold(benchmark::State& state) {
    holders h(state.range(1));
    std::deque<holder> all;
    for (std::int64_t i = 0; i < state.range(0); i++) all.emplace_back(h);
    // Until those put in together are spread as they will remain.
    for (std::int64_t i = 0; i < state.range(0) / 2; i++) h.queue.run_one();
    for (auto _ : state) h.queue.run_one();
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_timer_hold)->ArgsProduct({{1'000, 100'000}, {exponential, bimodal}});
BENCHMARK(BM_timer_hold)  // set up once
    ->Name("BM_timer_hold_many")
    ->ArgsProduct({{10'000'000}, {exponential, bimodal}})
    ->Iterations(3'000'000);

// Every timer that runs moves another one, as a retransmission timer that seldom fires.
void BM_timer_move(benchmark::State& state) {
    holders h(exponential);
    std::deque<holder> all;
    for (std::int64_t i = 0; i < state.range(0); i++) all.emplace_back(h);
    rng random(2);
    for (auto _ : state) {
        h.queue.run_one();
        all[random.below(std::uint32_t(all.size()))].arm();
    }
    state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(BM_timer_move)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace vethlab
