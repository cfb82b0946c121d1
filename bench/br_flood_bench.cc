// A broadcast to every port of a bridge; a copy is an item.
#include <benchmark/benchmark.h>

#include "bench/bench_net.h"

namespace vethlab {
namespace {

void BM_br_flood(benchmark::State& state) {
    bench_net net;
    net.bridge("br0");
    for (std::int64_t i = 0; i <= state.range(0); i++) {
        const std::string n = std::to_string(i);
        net.veth("h" + n, "p" + n);
        net.port("br0", "p" + n);
    }
    net_device& out = net.dev("h0");
    for (auto _ : state) {
        (void)dev_queue_xmit(net.frame_for(out, station(1), mac_broadcast));
        net.krn.run_softirq();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_br_flood)->Arg(2)->Arg(16)->Arg(256);

}  // namespace
}  // namespace vethlab
