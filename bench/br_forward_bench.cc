// A bridge between two hosts, with many stations in its table: a frame is an item.
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/bench_net.h"
#include "core/drivers/bridge/br_private.h"
#include "core/rng.h"

namespace vethlab {
namespace {

struct two_hosts : bench_net {
    explicit two_hosts(std::uint32_t count) : stations(count) {
        bridge("br0");
        for (const std::string n : {"0", "1"}) {
            veth("h" + n, "p" + n);
            port("br0", "p" + n);
            sink(dev("h" + n));
        }
        left = &dev("h0");
        right = &dev("h1");
        for (std::uint32_t i = 0; i < count; i++) {
            send(i % 2 ? *right : *left, station(i), mac_broadcast);
            if (i % 256 == 255) krn.run_softirq();
        }
        krn.run_softirq();
    }
    // From one side to a station of the other, both chosen by chance.
    void send_random() {
        const std::uint32_t half = std::max(stations / 2, 1u);
        send(*left, station(2 * random.below(half)), station(2 * random.below(half) + 1));
    }
    std::uint32_t stations;
    rng random{1};
    net_device *left = nullptr, *right = nullptr;
};

// range(0) stations are known; bursts of 32 between random ones.
void BM_br_forward(benchmark::State& state) {
    two_hosts net(std::uint32_t(state.range(0)));
    const auto before = bench_net::sunk(*net.right);
    for (auto _ : state) {
        for (int i = 0; i < 32; i++) net.send_random();
        net.krn.run_softirq();
    }
    if (bench_net::sunk(*net.right) - before != std::uint64_t(state.iterations()) * 32) {
        state.SkipWithError("not every frame arrived");
    }
    state.SetItemsProcessed(state.iterations() * 32);
}
BENCHMARK(BM_br_forward)->Arg(2)->Arg(1000)->Arg(64'000)->Arg(1'000'000);

// The table alone: one address is seen again, another one looked up.
void BM_br_fdb_lookup(benchmark::State& state) {
    two_hosts net(std::uint32_t(state.range(0)));
    net_bridge& br = br_of(net.dev("br0"));
    net_bridge_port& p = *net.dev("p0").br_port;
    const std::uint32_t half = std::max(net.stations / 2, 1u);
    std::vector<std::pair<mac_address, mac_address>> pairs(std::size_t{1} << 18);
    for (auto& [from, to] : pairs) {
        from = station(2 * net.random.below(half));
        to = station(2 * net.random.below(half) + 1);
    }
    std::size_t i = 0;
    for (auto _ : state) {
        const auto& [from, to] = pairs[i++ % pairs.size()];
        br.fdb.prefetch(net_bridge_fdb::make_key(to, 0));
        benchmark::DoNotOptimize(br_fdb_update(br, p, from));
        benchmark::DoNotOptimize(br_fdb_find(br, to));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_br_fdb_lookup)->Arg(2)->Arg(1000)->Arg(64'000)->Arg(1'000'000);

// Learn range(0) new stations, then let them age: a station is an item.
void BM_br_learn_and_age(benchmark::State& state) {
    const auto count = std::uint32_t(state.range(0));
    two_hosts net(2);
    for (auto _ : state) {
        for (std::uint32_t i = 0; i < count; i++) {
            net.send(*net.left, station(i), station(1));
            if (i % 256 == 255) net.krn.run_softirq();
        }
        net.krn.run_softirq();
        net.krn.run_until(net.krn.now() + 700s);
    }
    state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(BM_br_learn_and_age)->Arg(1000)->Arg(100'000);

}  // namespace
}  // namespace vethlab
