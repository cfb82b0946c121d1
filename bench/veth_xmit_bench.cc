// A hop over a veth pair, and over chains of bridges: one frame at a time and in bursts.
#include <benchmark/benchmark.h>

#include "bench/bench_net.h"

namespace vethlab {
namespace {

void burst(bench_net& net, net_device& out, mac_address from, mac_address to, std::int64_t frames) {
    for (std::int64_t i = 0; i < frames; i++) {
        (void)dev_queue_xmit(net.frame_for(out, from, to));
    }
    net.krn.run_softirq();
}

void BM_veth_xmit(benchmark::State& state) {
    bench_net net;
    net.veth("a", "b");
    for (auto _ : state) burst(net, net.dev("a"), station(1), station(2), state.range(0));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_veth_xmit)->Arg(1)->Arg(64);

// host - veth - bridge - veth ... host: range(0) bridges, range(1) frames at a time.
void BM_chain(benchmark::State& state) {
    const auto bridges = state.range(0);
    bench_net net;
    net.veth("h1", "p0");
    for (std::int64_t i = 0; i < bridges; i++) {
        const std::string br = "br" + std::to_string(i);
        net.bridge(br);
        net.port(br, "p" + std::to_string(2 * i));
        net.veth("p" + std::to_string(2 * i + 1), "p" + std::to_string(2 * i + 2));
        net.port(br, "p" + std::to_string(2 * i + 1));
    }
    net_device& far = net.dev("p" + std::to_string(2 * bridges));
    net_device& near = net.dev("h1");
    burst(net, near, station(1), station(2), 1);  // both stations become known
    burst(net, far, station(2), station(1), 1);
    const auto before = far.stats.rx_dropped;
    for (auto _ : state) burst(net, near, station(1), station(2), state.range(1));
    if (far.stats.rx_dropped - before != std::uint64_t(state.iterations() * state.range(1))) {
        state.SkipWithError("not every frame arrived");
    }
    state.SetItemsProcessed(state.iterations() * state.range(1) * (bridges + 1));  // hops
}
BENCHMARK(BM_chain)->ArgsProduct({{1, 8, 32}, {1, 64}});

}  // namespace
}  // namespace vethlab
