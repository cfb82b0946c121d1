// The event queue by the hold model: take the earliest, put it back later.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "core/rng.h"
#include "core/timer.h"

namespace vethlab {
namespace {

struct holder {
    holder(event_queue& q, rng& r) : queue(q), random(r), alarm(q, fire, this) { arm(); }
    static void fire(void* self) { static_cast<holder*>(self)->arm(); }
    void arm() { alarm.start_at(queue.now() + sim_time(1 + random.below(2'000'000))); }
    event_queue& queue;
    rng& random;
    timer alarm;
};

void BM_timer_hold(benchmark::State& state) {
    event_queue queue;
    rng random(1);
    std::vector<std::unique_ptr<holder>> all;
    for (std::int64_t i = 0; i < state.range(0); i++) {
        all.push_back(std::make_unique<holder>(queue, random));
    }
    for (auto _ : state) queue.run_one();
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_timer_hold)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace vethlab
