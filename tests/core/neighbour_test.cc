// Neighbours and ARP (core/neighbour*.cc, core/ipv4/arp.cc).
#include <gtest/gtest.h>

#include "core/dev.h"
#include "core/wire/ipv4.h"
#include "tests/core/ipv4_fixture.h"

namespace vethlab {
namespace {

struct Neighbour : testing::Test {
    Neighbour()
        : other(without_ipv6(krn.copy_net_ns())), a(without_ipv6(krn.init_net())), b(other) {
        EXPECT_EQ(a.nl.add_veth("v0", "v1"), err::ok);
        netlink_ext_ack extack;
        EXPECT_EQ(dev_change_net_namespace(a.dev("v1"), other, "", 0, extack), err::ok);
        EXPECT_EQ(a.nl.set_up("v0"), err::ok);
        EXPECT_EQ(b.nl.set_up("v1"), err::ok);
        EXPECT_EQ(a.add_addr("10.0.0.1/24", "v0"), err::ok);
        EXPECT_EQ(b.add_addr("10.0.0.2/24", "v1"), err::ok);
        run(2s);
    }
    void run(sim_time t) { krn.run_until(krn.now() + t); }
    // An IPv4 packet that nobody answers (empty IGMP), from a to `daddr`.
    void send(const char* daddr) {
        frame_ptr skb = krn.frames.alloc_skb(20);
        write_ipv4(skb_put(*skb, 20), {.tot_len = 20,
                                       .protocol = ipproto::igmp,
                                       .saddr = ip4("10.0.0.1"),
                                       .daddr = ip4(daddr)});
        skb->network_header = skb->data_at;
        skb->protocol = eth_p::ip;
        skb->dev = &a.dev("v0");
        neighbour* n = ipv4_neigh_lookup_or_create(a.dev("v0"), ip4(daddr));
        ASSERT_NE(n, nullptr);
        (void)neigh_output(*n, std::move(skb));
        krn.run_softirq();
    }
    std::uint64_t sent() { return a.dev("v0").stats.tx_packets; }

    kernel krn;
    netns& other;
    ipv4_host a, b;
};

TEST_F(Neighbour, ResolvesAndTheAnswererLearns) {
    send("10.0.0.2");
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.2 REACHABLE\n");
    EXPECT_EQ(b.neighbours("v1"), "10.0.0.1 STALE\n");
    EXPECT_EQ(sent(), 2u);  // the request, the packet
}

TEST_F(Neighbour, ReachableGetsStaleAfterHalfToOneAndAHalfBaseTimes) {
    send("10.0.0.2");
    run(14s);
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.2 REACHABLE\n");
    run(34s);
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.2 STALE\n");
}

TEST_F(Neighbour, StaleIsProbedFiveSecondsAfterUse) {
    send("10.0.0.2");
    run(50s);
    send("10.0.0.2");
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.2 DELAY\n");
    EXPECT_EQ(sent(), 3u);
    run(4900ms);
    EXPECT_EQ(sent(), 3u);
    run(400ms);
    EXPECT_EQ(sent(), 4u);
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.2 REACHABLE\n");
}

TEST_F(Neighbour, ConfirmationInDelaySparesTheProbe) {
    send("10.0.0.2");
    run(50s);
    send("10.0.0.2");
    run(1s);
    neigh_confirm(*ipv4_neigh_lookup(a.dev("v0"), ip4("10.0.0.2")));
    run(6s);
    EXPECT_EQ(sent(), 3u);
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.2 REACHABLE\n");
}

TEST_F(Neighbour, ThreeRequestsThenFailed) {
    send("10.0.0.9");
    EXPECT_EQ(sent(), 1u);
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.9 INCOMPLETE\n");
    run(2900ms);
    EXPECT_EQ(sent(), 3u);
    run(300ms);
    EXPECT_EQ(sent(), 3u);
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.9 FAILED\n");
    send("10.0.0.9");
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.9 INCOMPLETE\n");
    EXPECT_EQ(sent(), 4u);
}

TEST_F(Neighbour, WaitingFramesAreLimitedByBytes) {
    for (int i = 0; i < 400; i++) send("10.0.0.9");
    EXPECT_EQ(ipv4_neigh_lookup(a.dev("v0"), ip4("10.0.0.9"))->arp_queue.size(), 256u);
    EXPECT_EQ(krn.drops[std::size_t(drop_reason::neigh_queuefull)], 144u);
    EXPECT_EQ(b.add_addr("10.0.0.9/24", "v1"), err::ok);
    run(1100ms);
    EXPECT_EQ(sent(), 2u + 256u);
}

TEST_F(Neighbour, LinkDownEmptiesTheTable) {
    send("10.0.0.2");
    send("10.0.0.9");
    EXPECT_EQ(a.nl.set_up("v0", false), err::ok);
    EXPECT_EQ(a.neighbours("v0"), "");
    EXPECT_EQ(krn.neigh_arp->entries, 0u);  // b has lost its carrier (arp_evict_nocarrier)
}

TEST_F(Neighbour, CarrierLossSparesPermanentEntries) {
    send("10.0.0.2");
    neighbour* n = ipv4_neigh_lookup_or_create(a.dev("v0"), ip4("10.0.0.7"));
    const mac_address mac{{2, 0, 0, 0, 0, 7}};
    EXPECT_EQ(
        neigh_update(*n, &mac, nud::permanent, neigh_update_f::admin | neigh_update_f::override),
        err::ok);
    EXPECT_EQ(b.nl.set_up("v1", false), err::ok);
    run(2s);
    EXPECT_EQ(a.neighbours("v0"), "10.0.0.7 PERMANENT\n");
}

TEST_F(Neighbour, TableIsLimitedPerNamespace) {
    for (int i = 0; i < 1500; i++) {
        const ipv4_address addr{0x0a000000u + 1000u + std::uint32_t(i)};
        neighbour* n = ipv4_neigh_lookup_or_create(a.dev("v0"), addr);
        if (!n) continue;
        frame_ptr none;
        (void)neigh_event_send(*n, none);
        krn.run_softirq();
    }
    EXPECT_EQ(a.net.neigh_counts[0].gc_entries, krn.neigh_arp->gc_thresh3);
    run(20s);  // all failed: the next one makes room
    EXPECT_NE(ipv4_neigh_lookup_or_create(a.dev("v0"), ip4("10.0.200.1")), nullptr);
    EXPECT_LE(a.net.neigh_counts[0].gc_entries, krn.neigh_arp->gc_thresh2 + 1);
}

TEST_F(Neighbour, ProxyAnswersForTheOtherSideAfterADelay) {
    EXPECT_EQ(b.nl.add_veth("w0", "w1"), err::ok);
    EXPECT_EQ(b.nl.set_up("w0"), err::ok);
    EXPECT_EQ(b.nl.set_up("w1"), err::ok);
    EXPECT_EQ(b.add_addr("10.9.0.1/24", "w0"), err::ok);
    b.sysctl("net/ipv4/ip_forward", "1");
    b.sysctl("net/ipv4/conf/v1/proxy_arp", "1");
    EXPECT_EQ(a.add_route("10.9.0.0/24", {.dev = "v0"}), err::ok);
    send("10.9.0.5");
    run(900ms);
    EXPECT_EQ(a.neighbours("v0"), "10.9.0.5 REACHABLE\n");
}

}  // namespace
}  // namespace vethlab
