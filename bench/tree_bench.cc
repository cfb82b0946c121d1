// Many namespaces: a tree of bridges three levels deep with range(0) hosts below, each in a
// namespace of its own. A host is an item.
#include <benchmark/benchmark.h>

#include <malloc.h>

#include <cmath>
#include <memory>
#include <vector>

#include "bench/bench_net.h"
#include "core/rng.h"

namespace vethlab {
namespace {

std::size_t heap_bytes() {
    const struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

struct tree : bench_net {
    explicit tree(std::uint32_t hosts) {
        const auto wide = std::uint32_t(std::ceil(std::cbrt(double(hosts))));
        netns& root = bridge_node();
        for (std::uint32_t i = 0; i < wide && leaves.size() < hosts; i++) {
            netns& middle = bridge_node();
            join(root, middle, "up", true);
            for (std::uint32_t j = 0; j < wide && leaves.size() < hosts; j++) {
                netns& low = bridge_node();
                join(middle, low, "up", true);
                for (std::uint32_t k = 0; k < wide && leaves.size() < hosts; k++) {
                    netns& host = without_ipv6(krn.copy_net_ns());
                    leaves.push_back(&join(low, host, "eth0", false));
                    nodes.push_back(&host);
                }
            }
        }
        krn.run_until(krn.now() + 2s);
    }
    netns& bridge_node() {
        netns& net = without_ipv6(krn.copy_net_ns());
        netlink_client inside(net);
        (void)inside.add("br0", "bridge");
        (void)inside.set_up("br0");
        nodes.push_back(&net);
        return net;
    }
    // `above` gets a port, `below` the other end.
    net_device& join(netns& above, netns& below, const std::string& name, bool port_below) {
        const std::string port = "p" + std::to_string(above.dev_base_head.size());
        (void)client.add_veth(port, name);
        netlink_ext_ack extack;
        for (const auto& [what, where, in_bridge] :
             {std::tuple{port, &above, true}, {name, &below, port_below}}) {
            (void)dev_change_net_namespace(dev(what), *where, "", 0, extack);
            netlink_client inside(*where);
            if (in_bridge) (void)inside.set_master(what, dev_get_by_name(*where, "br0")->ifindex);
            (void)inside.set_up(what);
        }
        return *dev_get_by_name(below, name);
    }

    std::vector<netns*> nodes;
    std::vector<net_device*> leaves;
};

void BM_tree_build(benchmark::State& state) {
    double bytes = 0;
    for (auto _ : state) {
        const std::size_t before = heap_bytes();
        auto net = std::make_unique<tree>(std::uint32_t(state.range(0)));
        bytes = double(heap_bytes() - before) / double(net->nodes.size());
        state.PauseTiming();
        net.reset();
        state.ResumeTiming();
    }
    state.counters["B/netns"] = bytes;
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_tree_build)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

// The names are forgotten from the first to the last, as `ip -all netns delete` does.
void BM_tree_remove(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        auto net = std::make_unique<tree>(std::uint32_t(state.range(0)));
        state.ResumeTiming();
        for (netns* node : net->nodes) net->krn.put_net(*node);
        net->krn.run_softirq();
        state.PauseTiming();
        net.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_tree_remove)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

// Two hosts chosen by chance: a question that is flooded, and its answer. A frame is an item.
void BM_tree_exchange(benchmark::State& state) {
    tree net(std::uint32_t(state.range(0)));
    rng random(1);
    const auto any = [&] { return net.leaves[random.below(std::uint32_t(net.leaves.size()))]; };
    const std::uint64_t before = net.krn.frames_sent;
    for (auto _ : state) {
        net_device &a = *any(), &b = *any();
        net.send(a, a.dev_addr, b.dev_addr);
        net.krn.run_softirq();
        net.send(b, b.dev_addr, a.dev_addr);
        net.krn.run_softirq();
    }
    state.SetItemsProcessed(std::int64_t(net.krn.frames_sent - before));
}
BENCHMARK(BM_tree_exchange)->Arg(1000)->Arg(10'000);

}  // namespace
}  // namespace vethlab
