// Routers in a row: a hop is an item.
#include <benchmark/benchmark.h>

#include "bench/bench_net.h"
#include "core/sysctl.h"
#include "core/wire/checksum.h"

namespace vethlab {
namespace {

err add_address(netns& net, const std::string& name, std::uint32_t address) {
    netlink_client client(net);
    nlmsg_builder m;
    m.begin(rtm::newaddr, nlm_f::request | nlm_f::ack | nlm_f::create, 1);
    m.head(ifaddrmsg{af::inet, 24, 0, 0, std::uint32_t(dev_get_by_name(net, name)->ifindex)});
    m.put_ip4(ifa::local, {address});
    m.put_ip4(ifa::address, {address});
    m.end();
    return client.request(m);
}

err add_default_route(netns& net, std::uint32_t gateway) {
    netlink_client client(net);
    nlmsg_builder m;
    m.begin(rtm::newroute, nlm_f::request | nlm_f::ack | nlm_f::create, 1);
    rtmsg rtm{};
    rtm.rtm_family = af::inet;
    rtm.rtm_table = rt_table::main;
    rtm.rtm_type = std::uint8_t(rtn::unicast);
    m.head(rtm);
    m.put_ip4(rta::gateway, {gateway});
    m.end();
    return client.request(m);
}

// host - router - ... - router - host: range(0) routers; 10.0.i.1 and 10.0.i.2 on the i-th link.
void BM_ip_forward(benchmark::State& state) {
    const auto routers = std::uint32_t(state.range(0));
    bench_net net;
    std::vector<netns*> nets;
    for (std::uint32_t i = 0; i < routers + 2; i++) {
        nets.push_back(&without_ipv6(net.krn.copy_net_ns()));
        (void)sysctl_write(*nets.back(), "net/ipv4/ip_forward", "1");
    }
    const auto link_address = [](std::uint32_t i, std::uint32_t n) { return 0x0a000000 + i * 256 + n; };
    for (std::uint32_t i = 0; i <= routers; i++) {
        (void)net.client.add_veth("right", "left");
        netlink_ext_ack extack;
        (void)dev_change_net_namespace(net.dev("right"), *nets[i], "", 0, extack);
        (void)dev_change_net_namespace(net.dev("left"), *nets[i + 1], "", 0, extack);
        for (const auto& [name, at, n] : {std::tuple{"right", i, 1u}, {"left", i + 1, 2u}}) {
            netlink_client inside(*nets[at]);
            (void)inside.set_up(name);
            (void)add_address(*nets[at], name, link_address(i, n));
        }
        net.krn.run_until(net.krn.now() + 2s);
    }
    for (std::uint32_t i = 0; i <= routers; i++) {
        (void)add_default_route(*nets[i], link_address(i, 2));
    }
    net_device& out = *dev_get_by_name(*nets[0], "right");
    net_device& in = *dev_get_by_name(*nets[1], "left");
    net_device& far = *dev_get_by_name(*nets.back(), "left");
    const auto send = [&] {
        frame_ptr skb = net.frame_for(out, out.dev_addr, in.dev_addr);
        skb->protocol = eth_p::ip;
        const bytes_span b = skb->writable();
        std::fill(b.begin() + 12, b.end(), std::byte{0});
        put16(b, 12, eth_p::ip);
        put8(b, 14, 0x45);
        put16(b, 16, 50);
        put8(b, 22, 64);
        put8(b, 23, 253);
        put32(b, 26, link_address(0, 1));
        put32(b, 30, link_address(routers, 2));
        put16(b, 24, ip_compute_csum(b.subspan(14, 20)));
        (void)dev_queue_xmit(std::move(skb));
    };
    send();  // neighbours become known
    net.krn.run_until(net.krn.now() + 2s);
    net.sink(far);
    const auto before = bench_net::sunk(far);
    for (auto _ : state) {
        for (std::int64_t i = 0; i < state.range(1); i++) send();
        net.krn.run_softirq();
    }
    if (bench_net::sunk(far) - before != std::uint64_t(state.iterations() * state.range(1))) {
        state.SkipWithError("not every packet arrived");
    }
    state.SetItemsProcessed(state.iterations() * state.range(1) * routers);
}
BENCHMARK(BM_ip_forward)->ArgsProduct({{1, 8, 16}, {1, 64}});

}  // namespace
}  // namespace vethlab
