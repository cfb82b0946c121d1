// Setting up: a namespace with a veth end, its port on one bridge.
#include <benchmark/benchmark.h>

#include "bench/bench_net.h"

namespace vethlab {
namespace {

void BM_star_setup(benchmark::State& state) {
    for (auto _ : state) {
        bench_net net;
        net.bridge("hub");
        for (std::int64_t i = 0; i < state.range(0); i++) {
            const std::string n = std::to_string(i);
            netns& host = net.krn.copy_net_ns();
            (void)net.client.add_veth("p" + n, "eth0");
            netlink_ext_ack extack;
            (void)dev_change_net_namespace(net.dev("eth0"), host, "", 0, extack);
            net.port("hub", "p" + n);
            (void)net.client.set_up("p" + n);
            netlink_client inside(host);
            (void)inside.set_up("eth0");
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_star_setup)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vethlab
