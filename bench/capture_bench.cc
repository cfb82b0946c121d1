// What watching costs: a pair, and a chain of bridges, with and without a capture of every device.
#include <benchmark/benchmark.h>

#include <optional>

#include "bench/bench_net.h"
#include "sim/capture/pcapng_tap.h"

namespace vethlab {
namespace {

enum watching : std::int64_t { nobody, all_refused, all_kept };

// range(0) bridges between two hosts; range(1): watching. A frame is an item, in bursts of 32.
void BM_capture(benchmark::State& state) {
    bench_net net;
    const auto bridges = state.range(0);
    std::string left = "from";
    for (std::int64_t i = 1; i <= bridges; i++) {
        const std::string n = std::to_string(i);
        net.bridge("br" + n);
        net.veth(left, "l" + n);
        net.port("br" + n, "l" + n);
        if (i > 1) net.port("br" + std::to_string(i - 1), left);
        left = "r" + n;
    }
    net.veth(left, "to");
    if (bridges) net.port("br" + std::to_string(bridges), left);
    net_device &from = net.dev("from"), &to = net.dev("to");
    net.sink(to);
    net.send(to, station(1), mac_broadcast);
    net.krn.run_softirq();

    null_writer out;
    const std::vector<std::string> names{"-"};
    std::optional<pcapng_tap> tap;
    if (state.range(1) != nobody) {
        const auto refuse = [](bytes_view) { return false; };
        tap.emplace(net.krn, names, state.range(1) == all_refused ? std::function<bool(bytes_view)>(refuse) : nullptr, &out);
    }
    const auto before = bench_net::sunk(to);
    for (auto _ : state) {
        for (int i = 0; i < 32; i++) net.send(from, station(0), station(1));
        net.krn.run_softirq();
    }
    if (bench_net::sunk(to) - before != std::uint64_t(state.iterations()) * 32) {
        state.SkipWithError("not every frame arrived");
    }
    state.SetItemsProcessed(state.iterations() * 32);
    state.SetLabel(state.range(1) == nobody        ? "nobody watches"
                   : state.range(1) == all_refused ? "a filter keeps nothing"
                                                   : "all is kept");
}
BENCHMARK(BM_capture)->ArgsProduct({{0, 8}, {nobody, all_refused, all_kept}});

}  // namespace
}  // namespace vethlab
