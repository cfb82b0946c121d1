// Many namespaces: a tree of bridges three levels deep, and below it range(0) hosts, each in a
// namespace of its own with a pair to a bridge and an address. A host is an item.
#include <benchmark/benchmark.h>

#include <malloc.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include "bench/bench_net.h"
#include "core/rng.h"
#include "sim/lab.h"

namespace vethlab {
namespace {

constexpr std::uint32_t hosts_a_leaf = 100, leaves_a_middle = 32;

std::size_t heap_bytes() {
    const struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}
std::size_t resident_bytes() {
    std::size_t all = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * 4096;
}

void must(err e) {
    if (e != err::ok) std::abort();
}

// Messages name a namespace by a number, which here is its own.
struct numbers_as_files final : user_space {
    explicit numbers_as_files(kernel& k) : krn(k) { krn.user = this; }
    netns* net_of_fd(int fd, err& e) override {
        e = err::badf;
        return krn.net_by_number(std::uint32_t(fd));
    }
    netns* net_of_pid(int) override { return nullptr; }
    kernel& krn;
};

class tree : public bench_net {
 public:
    explicit tree(std::uint32_t count) {
        without_ipv6(krn.init_net());
        krn.netdev_max_backlog = 2 * count;  // or floods lose frames
        const int root = bridge_below(0, 'r', 0);
        int middle = 0, leaf = 0;
        for (std::uint32_t i = 0; i < count; i++) {
            const std::uint32_t n = i / hosts_a_leaf;
            if (i % (hosts_a_leaf * leaves_a_middle) == 0) {
                middle = bridge_below(root, 'm', n / leaves_a_middle);
            }
            if (i % hosts_a_leaf == 0) leaf = bridge_below(middle, 'l', n);
            add_host(leaf, i);
        }
    }
    // The names are forgotten from the first to the last, as `ip -all netns delete` does.
    void remove_hosts() {
        for (netns* net : hosts) krn.put_net(*net);
        krn.run_softirq();
    }
    void remove_bridges() {
        for (const auto& name : bridges) must(client.remove(name));
    }
    net_device& any_host() {
        return *dev_get_by_index(*hosts[random.below(std::uint32_t(hosts.size()))], host_ifindex);
    }
    // What sets off no answer of the hosts themselves.
    void frame(net_device& from, net_device& to) {
        send(from, from.dev_addr, to.dev_addr);
        krn.run_softirq();
    }

    std::vector<netns*> hosts;
    std::vector<std::string> bridges;
    rng random{1};

 private:
    static constexpr int host_ifindex = 2;  // behind lo

    // Its number. `above` 0: it is the root.
    int bridge_below(int above, char level, std::uint32_t number) {
        const std::string name = level + std::to_string(number);
        bridges.push_back(name);
        bridge(name);
        const int index = dev(name).ifindex;
        if (above) {
            add_pair("u" + name, above, "d" + name, krn.init_net());
            must(client.set_master("d" + name, index));
            must(client.set_up("d" + name));
        }
        return index;
    }
    void add_host(int leaf, std::uint32_t number) {
        netns& net = without_ipv6(krn.copy_net_ns());
        add_pair("p" + std::to_string(number), leaf, "eth0", net);
        nlmsg_builder m;
        m.begin(rtm::newaddr, nlm_f::request | nlm_f::ack | nlm_f::create, 1);
        m.head(ifaddrmsg{af::inet, 8, 0, 0, std::uint32_t{host_ifindex}});
        m.put_ip4(ifa::local, {0x0a000001u + number});
        m.put_ip4(ifa::address, {0x0a000001u + number});
        m.end();
        netlink_client inside(net);
        must(inside.set_up("eth0"));
        must(inside.request(m));
        hosts.push_back(&net);
    }
    // A port of `master` that is up, and `peer` in `net`.
    void add_pair(const std::string& port, int master, const std::string& peer, netns& net) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
        m.head(ifinfomsg{0, 0, 0, 0, iff::up, iff::up});
        m.put_str(ifla::ifname, port);
        m.put_u32(ifla::master, std::uint32_t(master));
        const auto info = m.nest(ifla::linkinfo);
        m.put_str(ifla_info::kind, "veth");
        const auto data = m.nest(ifla_info::data);
        const auto inner = m.nest(veth_info::peer);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, peer);
        m.put_u32(ifla::net_ns_fd, net.number);
        m.end_nest(inner);
        m.end_nest(data);
        m.end_nest(info);
        m.end();
        must(client.request(m));
    }

    numbers_as_files files{krn};
};

// By rtnetlink messages, straight to the kernel.
void BM_tree_build(benchmark::State& state) {
    double bytes = 0, resident = 0;
    for (auto _ : state) {
        const std::size_t before = heap_bytes(), resident_before = resident_bytes();
        auto net = std::make_unique<tree>(std::uint32_t(state.range(0)));
        bytes = double(heap_bytes() - before) / double(state.range(0));
        resident = double(resident_bytes() - resident_before) / double(state.range(0));
        state.PauseTiming();
        net.reset();
        malloc_trim(0);
        state.ResumeTiming();
    }
    state.counters["B/netns"] = bytes;
    state.counters["RSS/netns"] = resident;
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_tree_build)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_tree_remove(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        auto net = std::make_unique<tree>(std::uint32_t(state.range(0)));
        state.ResumeTiming();
        net->remove_hosts();
        net->remove_bridges();
        state.PauseTiming();
        net.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_tree_remove)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// As somebody would write it.
constexpr const char* tree_script = R"(
set -e
sysctl -q net.ipv6.conf.all.disable_ipv6=1
add_bridge() {
    ip link add $1 type bridge
    ip link set $1 up
    if [ $# -gt 1 ]; then
        ip link add u$1 type veth peer name d$1
        ip link set u$1 master $2 up
        ip link set d$1 master $1 up
    fi
}
add_bridge root
i=0
while [ $i -lt $1 ]; do
    [ $((i % 3200)) -ne 0 ] || add_bridge m$((i / 3200)) root
    [ $((i % 100)) -ne 0 ] || add_bridge l$((i / 100)) m$((i / 3200))
    ip netns add h$i
    ip netns exec h$i sysctl -q net.ipv6.conf.all.disable_ipv6=1
    ip link add p$i type veth peer name eth0 netns h$i
    ip link set p$i master l$((i / 100)) up
    ip -n h$i link set eth0 up
    ip -n h$i addr add 10.$((i / 65536)).$((i / 256 % 256)).$((i % 256))/8 dev eth0
    i=$((i + 1))
done
)";

struct nowhere final : writer {
    void write(std::string_view) override {}
};

void BM_tree_script(benchmark::State& state) {
    for (auto _ : state) {
        nowhere out, errors;
        auto l = std::make_unique<lab>(lab_options{}, out, errors);
        const std::string hosts = std::to_string(state.range(0));
        if (l->run_script(tree_script, "tree", {hosts}).exit_status != 0) {
            state.SkipWithError("a command failed");
        }
        state.PauseTiming();
        l.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_tree_script)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// Two hosts chosen by chance: a question that is flooded, and its answer. A frame on a pair is
// an item.
void BM_tree_exchange(benchmark::State& state) {
    tree net(std::uint32_t(state.range(0)));
    const std::uint64_t before = net.krn.frames_sent;
    for (auto _ : state) {
        net_device &a = net.any_host(), &b = net.any_host();
        net.frame(a, b);
        net.frame(b, a);
    }
    state.SetItemsProcessed(std::int64_t(net.krn.frames_sent - before));
}
BENCHMARK(BM_tree_exchange)->Arg(1000)->Arg(10'000)->Arg(100'000);

// Pairs of hosts chosen by chance that know each other, in bursts of range(1). A frame on a pair
// is an item.
void BM_tree_forward(benchmark::State& state) {
    tree net(std::uint32_t(state.range(0)));
    struct flow {
        net_device *from, *to;
    };
    std::vector<flow> flows;
    for (int i = 0; i < 500; i++) {
        flows.push_back({&net.any_host(), &net.any_host()});
        net.frame(*flows.back().from, *flows.back().to);
        net.frame(*flows.back().to, *flows.back().from);
    }
    const std::uint64_t before = net.krn.frames_sent;
    for (auto _ : state) {
        for (int i = 0; i < state.range(1); i++) {
            const flow& f = flows[net.random.below(std::uint32_t(flows.size()))];
            net.send(*f.from, f.from->dev_addr, f.to->dev_addr);
        }
        net.krn.run_softirq();
    }
    state.SetItemsProcessed(std::int64_t(net.krn.frames_sent - before));
}
BENCHMARK(BM_tree_forward)->ArgsProduct({{1000, 10'000, 100'000}, {1, 64}});

}  // namespace
}  // namespace vethlab
