// Simulated CPU time (cpu_cost.h).
#include <gtest/gtest.h>

#include "core/af_packet.h"
#include "core/wire/checksum.h"
#include "tests/core/bridge_fixture.h"

namespace vethlab {
namespace {

cpu_costs test_costs() {
    cpu_costs c;
    c[cpu_work::packet_send] = 1'000'000;
    c[cpu_work::byte_copied] = 500;
    c[cpu_work::netif_rx] = 2'000'000;
    c[cpu_work::backlog_turn] = 30'000;
    c[cpu_work::bridge_forward] = 700'000;
    c[cpu_work::bridge_netfilter] = 110'000;
    c[cpu_work::skb_clone] = 1'300'000;
    return c;
}
const kernel_options with_costs{.costs = test_costs()};

// Time that passes while `port`'s far end sends one frame.
sim_time time_of(bridge_fixture& net, const char* port, const bridge_fixture::what& frame) {
    const sim_time before = net.krn.now();
    net.receive(port, frame);
    return net.krn.now() - before;
}

TEST(CpuCost, AFramesWayTakesWhatItsWorkCosts) {
    for (const bool remember : {true, false}) {
        bridge_fixture net{{"p1", "p2", "p3", "p4"}, with_costs};
        net.krn.trace = nullptr;
        net.krn.remember_forwarding = remember;
        net.receive("p2", {.src = B, .dst = A});
        // Two hops, two turns of the backlog, one bridge; the second frame passes by memory.
        for (int i = 0; i < 3; i++) {
            EXPECT_EQ(time_of(net, "p1", {.src = A, .dst = B}), 4'760ns) << remember << i;
        }
        // A flood: two copies more, which are there at the same time.
        EXPECT_EQ(time_of(net, "p1", {.src = A, .dst = C}), (4 * 2000 + 2 * 30 + 700 + 2 * 1300) * 1ns);
        net.net.bridge.call_iptables = true;
        std::vector<std::uint8_t> ip{0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
        put16(std::as_writable_bytes(std::span(ip)), 10,
              ip_compute_csum(std::as_bytes(std::span(ip))));
        for (int i = 0; i < 3; i++) {
            EXPECT_EQ(time_of(net, "p1", {.src = A, .dst = B, .proto = eth_p::ip, .payload = ip}),
                      4'870ns);
        }
    }
}

TEST(CpuCost, ASenderPaysForItsSystemCallAndBytes) {
    bridge_fixture net{{"p1", "p2"}, with_costs};
    packet_sock sk(net.net);
    ASSERT_EQ(sk.bind(net.dev("e1").ifindex, 0), err::ok);
    std::vector<std::byte> frame(101);
    write_ethernet(frame, B, A, 0x88b5);
    const sim_time before = net.krn.now();
    ASSERT_EQ(sk.sendmsg(frame), err::ok);
    EXPECT_EQ(net.krn.now() - before, 3'050ns);  // and the half a nanosecond that is owed
    ASSERT_EQ(sk.sendmsg(frame), err::ok);
    EXPECT_EQ(net.krn.now() - before, 6'101ns);
}

// Two bridges, three pairs between them: a broadcast goes round and multiplies until the backlog is full.
TEST(CpuCost, AStormFillsTheBacklogAndTimeGoesOn) {
    bridge_fixture net{{"p1"}, with_costs};
    net.krn.trace = nullptr;
    (void)net.client.add("br1", "bridge");
    (void)net.client.set_up("br1");
    for (const std::string pair : {"x", "y", "z"}) {
        (void)net.client.add_veth(pair + "0", pair + "1");
        (void)net.client.set_master(pair + "0", net.br0().ifindex);
        (void)net.client.set_master(pair + "1", net.dev("br1").ifindex);
        (void)net.client.set_up(pair + "0");
        (void)net.client.set_up(pair + "1");
    }
    ASSERT_FALSE(net.krn.softirq_pending());  // so far nobody has said anything
    const sim_time start = net.krn.now();
    const auto hops = [&] { return net.krn.cpu->done[std::size_t(cpu_work::netif_rx)]; };
    const std::uint64_t hops_before = hops();
    net.receive("p1", {.src = A, .dst = mac_broadcast});
    // After 2 ms others may run, although frames are waiting.
    EXPECT_TRUE(net.krn.softirq_pending());
    EXPECT_GE(net.krn.now() - start, 2ms);
    EXPECT_LT(net.krn.now() - start, 2ms + 10us);
    timer late(net.krn.events, [](void* k) { static_cast<kernel*>(k)->drops[0]++; }, &net.krn);
    const std::uint64_t before = net.krn.drops[0];
    late.start_at(net.krn.now() + 1ms);
    net.run(100ms);
    EXPECT_EQ(net.krn.drops[0], before + 1);
    EXPECT_GT(net.krn.drops[std::size_t(drop_reason::cpu_backlog)], 0u);
    // No more than 100 ms of hops.
    EXPECT_LE(hops() - hops_before, std::uint64_t(104ms / 2us));
    EXPECT_GT(hops() - hops_before, std::uint64_t(100ms / 5us));
}

TEST(CpuCost, TimersThatAreDueMeanwhileRunLate) {
    bridge_fixture net{{"p1", "p2"}, with_costs};
    net.krn.trace = nullptr;
    struct seen {
        kernel& krn;
        sim_time at{};
    } s{net.krn};
    timer t(net.krn.events, [](void* p) {
        static_cast<seen*>(p)->at = static_cast<seen*>(p)->krn.now();
    }, &s);
    const sim_time start = net.krn.now();
    t.start_at(start + 1us);
    net.receive("p2", {.src = B, .dst = A});
    EXPECT_EQ(s.at, 0s);
    net.run(1us);
    EXPECT_GT(s.at, start + 4us);
    EXPECT_EQ(t.pending(), false);
}

}  // namespace
}  // namespace vethlab
