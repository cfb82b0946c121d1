// What a bridge remembers of its decisions (br_remember.cc) and of its ports (net_bridge::settled).
#include "core/af_packet.h"
#include "tests/core/bridge_fixture.h"

#include <gtest/gtest.h>

namespace vethlab {
namespace {

// A station's broadcast address counts if it is a group's, remembered or not.
TEST(BrRemember, ReceiverSaysWhatAFrameIsToIt) {
    bridge_fixture net{"p1", "p2"};
    ASSERT_TRUE(net.healthy);
    net.krn.trace = nullptr;
    net.dev("e2").settings.own().broadcast = C;
    net.receive("p2", {.src = C, .dst = A});
    packet_sock sk(net.net);
    ASSERT_EQ(sk.bind(net.dev("e2").ifindex, eth_p::all), err::ok);
    for (int i = 0; i < 3; i++) net.receive("p1", {.src = A, .dst = C});
    ASSERT_TRUE(net.port("p1").remembered);
    ASSERT_EQ(sk.receive_queue.size(), 3u);
    for (const auto& r : sk.receive_queue) EXPECT_EQ(r.pkttype, packet_type::otherhost);
}

// What happens without a message or a link event is noticed as well.
TEST(BrRemember, UntilSomethingChanges) {
    bridge_fixture net{"p1", "p2", "p3"};
    ASSERT_TRUE(net.healthy);
    net.krn.trace = nullptr;
    const auto arrived = [&] {
        const std::uint64_t before = net.dev("p2").stats.tx_packets;
        net.receive("p1", {.src = A, .dst = B});
        return net.dev("p2").stats.tx_packets - before;
    };
    const auto entry = [&](mac_address a) { return *br_fdb_find(net.br(), a); };
    net.receive("p2", {.src = B, .dst = A});
    for (int i = 0; i < 3; i++) EXPECT_EQ(arrived(), 1u);
    ASSERT_TRUE(net.port("p1").remembered);

    // The table moves when it grows.
    for (std::uint8_t i = 0; i < 100; i++) {
        net.receive("p3", {.src = {{2, 0, 0, 0, 1, i}}, .dst = {{2, 0, 0, 0, 0xf3, 0}}});
    }
    net.run(10s);
    EXPECT_EQ(arrived(), 1u);
    EXPECT_EQ(entry(A).updated(), net.br().now());
    EXPECT_EQ(entry(B).used(), net.br().now());

    // Nothing is learned while addresses are kept for no time at all.
    net.br().forward_delay = 0;
    br_set_topology_change(net.br(), true);
    net.run(10s);
    EXPECT_EQ(arrived(), 1u);
    EXPECT_LT(entry(A).updated(), net.br().now());
    br_set_topology_change(net.br(), false);

    EXPECT_EQ(arrived(), 1u);
    br_set_state(net.port("p2"), br_state::blocking);
    EXPECT_EQ(arrived(), 0u);
}

// br0 does not look into IP headers, br1 behind it does.
TEST(BrRemember, EachBridgeLooksIntoIpHeadersOrNot) {
    bridge_fixture net{"p1", "p2"};
    ASSERT_TRUE(net.healthy);
    net.krn.trace = nullptr;
    ASSERT_EQ(net.client.add("br1", "bridge"), err::ok);
    ASSERT_EQ(net.client.add_veth("p3", "e3"), err::ok);
    for (const char* port : {"e2", "p3"}) {
        ASSERT_EQ(net.client.set_master(port, net.dev("br1").ifindex), err::ok);
        ASSERT_EQ(net.client.set_up(port), err::ok);
    }
    for (const char* dev : {"e3", "br1"}) ASSERT_EQ(net.client.set_up(dev), err::ok);
    br_of(net.dev("br1")).nf_call_iptables = true;
    net.run(2s);
    net.send("e3", {.src = B, .dst = A});
    const auto ip_header = [](std::uint8_t tos) {  // the sum is right for 0
        return std::vector<std::uint8_t>{0x45, tos,  0, 46, 0, 0, 0, 0, 1, 17,
                                         0xb9, 0xc0, 0, 0,  0, 0, 0, 0, 0, 0};
    };
    for (int i = 0; i < 3; i++) {
        net.send("e1", {.src = A, .dst = B, .proto = eth_p::ip, .payload = ip_header(0)});
    }
    ASSERT_TRUE(net.port("e2").remembered);
    auto& drops = net.krn.drops[std::size_t(drop_reason::ip_in_hdr)];
    EXPECT_EQ(drops, 0u);
    net.send("e1", {.src = A, .dst = B, .proto = eth_p::ip, .payload = ip_header(1)});
    EXPECT_EQ(drops, 1u);
}

// A port that joins or leaves asks the others nothing, where all of them forward.
TEST(Settled, StaysSoWhilePortsComeAndGo) {
    bridge_fixture net{"p1", "p2", "p3"};
    ASSERT_TRUE(net.healthy);
    EXPECT_TRUE(net.br().settled);
    ASSERT_EQ(net.client.add_veth("p4", "e4"), err::ok);
    netlink_ext_ack extack;
    // Not the lowest address: that would be the bridge's as well.
    ASSERT_EQ(dev_set_mac_address(net.dev("p4"), {{6, 0, 0, 0, 0, 4}}, extack), err::ok);
    ASSERT_EQ(net.client.set_master("p4", net.br0().ifindex), err::ok);
    EXPECT_TRUE(net.br().settled) << "one that is down";
    ASSERT_EQ(net.client.set_up("p4"), err::ok);
    ASSERT_EQ(net.client.set_up("e4"), err::ok);
    EXPECT_EQ(net.port("p4").state, br_state::forwarding);
    EXPECT_TRUE(net.br().settled) << "one that forwards";
    ASSERT_EQ(net.client.set_up("p2", false), err::ok);
    EXPECT_TRUE(net.br().settled) << "one that went down";
    ASSERT_EQ(net.client.remove("p3"), err::ok);
    EXPECT_TRUE(net.br().settled) << "one that is gone";
    EXPECT_EQ(net.br().ports_active, 2u);
}

// What a disabled port still knew of another root is renewed by the next change of any port.
TEST(Settled, NotWithAPortThatKnowsAnOlderRoot) {
    for (const bool remember : {true, false}) {
        bridge_fixture net{"p1", "p2", "p3"};
        net.krn.remember_forwarding = remember;
        const bridge_id other{{0x10, 0}, A};
        net.port("p1").designated_root = other;  // as without STP after a time with it
        ASSERT_EQ(br_set_port_state(net.port("p1"), 0), err::ok);
        ASSERT_EQ(br_set_port_state(net.port("p1"), 3), err::ok);
        EXPECT_EQ(net.port("p1").designated_root, other);
        ASSERT_EQ(net.client.set_up("p2", false), err::ok);
        EXPECT_EQ(net.port("p1").designated_root, net.br().id);
    }
}

}  // namespace
}  // namespace vethlab
