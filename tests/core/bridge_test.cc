// Linux: net/bridge. Where frames go.
#include <gtest/gtest.h>

#include "core/wire/checksum.h"
#include "tests/core/bridge_fixture.h"

namespace vethlab {
namespace {

struct Bridge : testing::Test {
    bridge_fixture br{"p1", "p2", "p3"};
    void SetUp() override {
        ASSERT_TRUE(br.healthy);
        br.seen();
    }
};
constexpr mac_address group{{1, 0, 0x5e, 1, 2, 3}};
constexpr std::uint8_t igmp_report[] = {  // 10.0.0.2 > 239.1.1.1
    0x45, 0, 0,    0x1c, 0x12, 0x34, 0,    0, 1,    2,    0xad, 0xa8, 10, 0,
    0,    2, 0xef, 1,    1,    1,    0x16, 0, 0xf9, 0xfc, 0xef, 1,    1,  1};
constexpr std::uint8_t igmp_query[] = {  // 10.0.0.3 > 224.0.0.1, one second to answer
    0x45, 0, 0,    0x1c, 0x12, 0x34, 0,    0,    1,    2,    0xbd, 0xa8, 10, 0,
    0,    3, 0xe0, 0,    0,    1,    0x11, 0x0a, 0xee, 0xf5, 0,    0,    0,  0};

bridge_fixture::what ip_frame(mac_address src, mac_address dst, std::span<const std::uint8_t> b) {
    return {.src = src, .dst = dst, .proto = 0x0800, .payload = {b.begin(), b.end()}};
}

TEST_F(Bridge, BroadcastGoesOutNewestPortFirstThenUp) {
    br.receive("p1", {.src = A, .dst = mac_broadcast});
    EXPECT_EQ(br.seen(), "e1 out, p1 bcast, p3 out, p2 out, br0 bcast, e3 bcast, e2 bcast");
    EXPECT_EQ(br.br0().stats.rx_packets, 1u);
    EXPECT_EQ(br.br0().stats.rx_bytes, 46u);
    EXPECT_EQ(br.br0().stats.multicast, 0u);
}

TEST_F(Bridge, UnknownUnicastFloodsKnownIsForwarded) {
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p3 out, p2 out, e3 other, e2 other");
    br.receive("p2", {.src = B, .dst = A});
    EXPECT_EQ(br.seen(), "e2 out, p2 other, p1 out, e1 other");
    br.receive("p1", {.src = B, .dst = A});  // behind the same port: nowhere
    EXPECT_EQ(br.seen(), "e1 out, p1 other");
}

TEST_F(Bridge, OwnAddressGoesUpOnly) {
    br.receive("p1", {.src = A, .dst = br.br0().dev_addr});
    EXPECT_EQ(br.seen(), "e1 out, p1 host, br0 host");
    br.receive("p1", {.src = A, .dst = br.dev("p3").dev_addr});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, br0 other");
}

TEST_F(Bridge, SendsOfItsOwn) {
    br.send("br0", {.src = br.br0().dev_addr, .dst = mac_broadcast});
    EXPECT_EQ(br.seen(), "br0 out, p3 out, p2 out, p1 out, e3 bcast, e2 bcast, e1 bcast");
    br.receive("p2", {.src = B, .dst = A});
    br.seen();
    br.send("br0", {.src = br.br0().dev_addr, .dst = B});
    EXPECT_EQ(br.seen(), "br0 out, p2 out, e2 other");
    // To itself: out of p1, whose address it shares; nowhere once it has its own.
    br.send("br0", {.src = br.br0().dev_addr, .dst = br.br0().dev_addr});
    EXPECT_EQ(br.seen(), "br0 out, p1 out, e1 other");
    netlink_ext_ack extack;
    ASSERT_EQ(dev_set_mac_address(br.br0(), C, extack), err::ok);
    br.send("br0", {.src = C, .dst = C});
    EXPECT_EQ(br.seen(), "br0 out");
}

TEST_F(Bridge, InvalidSourceAndPauseAreDropped) {
    br.receive("p1", {.src = {}, .dst = B});
    br.receive("p1", {.src = group, .dst = B});
    br.receive("p1", {.src = A, .dst = {{1, 0x80, 0xc2, 0, 0, 1}}});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, e1 out, p1 other, e1 out, p1 mcast");
    EXPECT_EQ(br.fdb(), "");
}

TEST_F(Bridge, LinkLocalStaysUnlessTheMaskLetsItGo) {
    const mac_address lldp{{1, 0x80, 0xc2, 0, 0, 0xe}};
    br.receive("p1", {.src = A, .dst = lldp});
    EXPECT_EQ(br.seen(), "e1 out, p1 mcast");
    EXPECT_EQ(br.fdb(), "A p1\n");
    EXPECT_EQ(br.set_bridge(ifla_br::group_fwd_mask, 7), err::inval);
    ASSERT_EQ(br.set_bridge(ifla_br::group_fwd_mask, 0x4000), err::ok);
    br.receive("p1", {.src = A, .dst = lldp});
    EXPECT_EQ(br.seen(), "e1 out, p1 mcast, p3 out, p2 out, br0 mcast, e3 mcast, e2 mcast");
    br.receive("p1", {.src = A, .dst = {{1, 0x80, 0xc2, 0, 0, 0}}});  // STP off: forwarded
    EXPECT_EQ(br.seen(), "e1 out, p1 mcast, p3 out, p2 out, br0 mcast, e3 mcast, e2 mcast");
}

TEST_F(Bridge, FlagsOfPorts) {
    using namespace ifla_brport;
    ASSERT_EQ(br.set_port("p2", unicast_flood, 0), err::ok);
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p3 out, e3 other");
    ASSERT_EQ(br.set_port("p2", unicast_flood, 1), err::ok);
    ASSERT_EQ(br.set_port("p1", isolated, 1), err::ok);
    ASSERT_EQ(br.set_port("p2", isolated, 1), err::ok);
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p3 out, e3 other");
    ASSERT_EQ(br.set_port("p1", mode, 1), err::ok);  // hairpin
    br.receive("p1", {.src = B, .dst = A});
    EXPECT_EQ(br.seen(), "e1 out, p1 other");  // isolated from itself
    ASSERT_EQ(br.set_port("p1", isolated, 0), err::ok);
    br.receive("p1", {.src = B, .dst = A});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p1 out, e1 other");
    EXPECT_EQ(br.set_port("p1", cost, 0), err::range);
    EXPECT_EQ(br.set_port("p1", priority, 64), err::range);
    EXPECT_EQ(br.set_port("p1", state, 5), err::inval);
    EXPECT_EQ(br.set_port("p1", neigh_vlan_suppress, 1), err::opnotsupp);
    EXPECT_EQ(br.sentence, "neigh_vlan_suppress not supported");
}

TEST_F(Bridge, LockedPortTakesOnlyKnownStations) {
    ASSERT_EQ(br.set_port("p1", ifla_brport::locked, 1), err::ok);
    br.receive("p1", {.src = A, .dst = mac_broadcast});
    EXPECT_EQ(br.seen(), "e1 out, p1 bcast");
    ASSERT_EQ(br.fdb_add("p1", A, nud::noarp, ntf::master), err::ok);
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p3 out, p2 out, e3 other, e2 other");
}

TEST_F(Bridge, TooLongForAPortVanishesUncounted) {
    netlink_ext_ack extack;
    ASSERT_EQ(dev_set_mtu(br.dev("p2"), 1400, extack), err::ok);
    EXPECT_EQ(br.br0().mtu, 1400u) << "follows the smallest port";
    br.receive("p1", {.src = A, .dst = B, .size = 1419});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p3 out, e3 other");
    br.receive("p1", {.src = A, .dst = B, .size = 1418});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p3 out, p2 out, e3 other, e2 other");
    EXPECT_EQ(br.dev("p2").stats.tx_dropped, 0u);
}

TEST_F(Bridge, AddressIsTheLowestOfThePorts) {
    EXPECT_EQ(br.br0().dev_addr, br.dev("p1").dev_addr);
    ASSERT_EQ(br.client.set_master("p1", 0), err::ok);
    EXPECT_EQ(br.br0().dev_addr, br.dev("p2").dev_addr);
    ASSERT_EQ(br.client.set_master("p2", 0), err::ok);
    ASSERT_EQ(br.client.set_master("p3", 0), err::ok);
    EXPECT_TRUE(br.br0().dev_addr.is_zero());
    EXPECT_FALSE(br.br0().carrier_ok());
    EXPECT_EQ(br.dev("p1").promiscuity, 0u);
    EXPECT_EQ(br.dev("p1").allmulti, 0u);
}

TEST_F(Bridge, PortNumbersAreReusedOrderIsNot) {
    ASSERT_EQ(br.client.set_master("p1", 0), err::ok);
    ASSERT_EQ(br.client.set_master("p1", br.br0().ifindex), err::ok);
    EXPECT_EQ(br.port("p1").port_no, 1);
    EXPECT_EQ(br.port("p1").port_id, 0x8001);
    EXPECT_EQ(br.port("p1").path_cost, 2u);
    br.krn.run_softirq();
    br.seen();
    br.receive("p3", {.src = A, .dst = B});
    EXPECT_EQ(br.seen(), "e3 out, p3 other, p1 out, p2 out, e1 other, e2 other");
}

TEST_F(Bridge, WhatCannotBeAPort) {
    netlink_ext_ack extack;
    EXPECT_EQ(br_add_if(br.br(), br.dev("lo"), extack), err::inval);
    EXPECT_EQ(br_add_if(br.br(), br.br0(), extack), err::loop);
    EXPECT_EQ(extack.msg, "Can not enslave a bridge to a bridge");
    EXPECT_EQ(br_add_if(br.br(), br.dev("p1"), extack), err::busy);
    EXPECT_EQ(br_del_if(br.br(), br.dev("e1")), err::inval);
}

TEST_F(Bridge, PortsAndBridgesGoInAnyOrder) {
    br.receive("p1", {.src = A, .dst = B});
    ASSERT_EQ(br.client.remove("p2"), err::ok);
    EXPECT_EQ(br.br().port_list.size(), 2u);
    ASSERT_EQ(br.client.remove("br0"), err::ok);
    EXPECT_EQ(br.dev("p1").br_port, nullptr);
    EXPECT_EQ(br.dev("p1").master, nullptr);
    br.run(400s);
}

TEST_F(Bridge, CreationThatFailsLeavesNothing) {
    nlmsg_builder m;
    m.begin(rtm::newlink, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, "br9");
    const auto info = m.nest(ifla::linkinfo);
    m.put_str(ifla_info::kind, "bridge");
    const auto data = m.nest(ifla_info::data);
    m.put_u8(ifla_br::vlan_filtering, 1);
    m.end_nest(data);
    m.end_nest(info);
    m.end();
    EXPECT_EQ(br.client.request(m), err::opnotsupp);
    EXPECT_EQ(dev_get_by_name(br.net, "br9"), nullptr);
}

TEST_F(Bridge, PromiscuousBridgeSeesEverything) {
    br.receive("p2", {.src = B, .dst = A});
    br.seen();
    dev_set_promiscuity(br.br0(), 1);
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.seen(), "e1 out, p1 other, p2 out, br0 other, e2 other");
}

TEST_F(Bridge, StatesByHand) {
    ASSERT_EQ(br.set_port("p1", ifla_brport::state, 0), err::ok);
    EXPECT_EQ(br.port("p1").state, br_state::forwarding) << "the port's change enables it again";
    ASSERT_EQ(br.set_port("p1", ifla_brport::state, 2), err::ok);  // learning
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.seen(), "e1 out, p1 other");
    EXPECT_EQ(br.fdb(), "A p1\n");
    ASSERT_EQ(br.set_port("p1", ifla_brport::state, 4), err::ok);
    EXPECT_EQ(br.port("p1").state, br_state::forwarding) << "blocking does not last";
}

TEST_F(Bridge, SpanningTreeTakesTwoForwardDelays) {
    ASSERT_EQ(br.set_bridge(ifla_br::stp_state, 1), err::ok);
    ASSERT_EQ(br.set_bridge(ifla_br::forward_delay, 100), err::range);
    ASSERT_EQ(br.set_bridge(ifla_br::forward_delay, 200), err::ok);
    ASSERT_EQ(br.client.set_up("p1", false), err::ok);
    ASSERT_EQ(br.client.set_up("p1"), err::ok);
    EXPECT_EQ(br.port("p1").state, br_state::listening);
    br.run(2100ms);
    EXPECT_EQ(br.port("p1").state, br_state::learning);
    br.run(2100ms);
    EXPECT_EQ(br.port("p1").state, br_state::forwarding);
    br.seen();
    br.run(2s);
    EXPECT_EQ(br.seen(), "p3 out, p2 out, p1 out, e3 mcast, e2 mcast, e1 mcast") << "a BPDU each";
}

TEST_F(Bridge, PaddingIsCutByNetfilter) {
    br.net.bridge.call_iptables = true;
    br.receive("p1", ip_frame(A, B, igmp_report));  // 28 bytes of IP in 60 bytes
    EXPECT_EQ(br.dev("p2").stats.tx_bytes % 1000, br.dev("p3").stats.tx_bytes % 1000);
    const auto before = br.dev("p2").stats.tx_bytes;
    br.receive("p1", ip_frame(A, B, igmp_report));
    EXPECT_EQ(br.dev("p2").stats.tx_bytes - before, 42u);
    br.seen();
    std::vector<std::uint8_t> bad(igmp_report, igmp_report + sizeof igmp_report);
    bad[10] ^= 1;
    br.receive("p1", ip_frame(A, B, bad));
    EXPECT_EQ(br.seen(), "e1 out, p1 other");
}

TEST_F(Bridge, GroupsGoToTheirMembersOnceSomebodyAsks) {
    const mac_address g{{1, 0, 0x5e, 1, 1, 1}}, other{{1, 0, 0x5e, 2, 2, 2}};
    std::vector<std::uint8_t> udp = {0x45, 0, 0,  0x14, 0, 0, 0,   0, 4, 17,
                                     0,    0, 10, 0,    0, 1, 239, 1, 1, 1};
    const auto fix = [&udp] {
        udp[10] = udp[11] = 0;
        const std::uint16_t sum = ip_compute_csum(std::as_bytes(std::span(udp)));
        udp[10] = std::uint8_t(sum >> 8);
        udp[11] = std::uint8_t(sum);
    };
    fix();
    br.receive("p2", ip_frame(B, g, igmp_report));
    ASSERT_EQ(br.br().multicast_ctx.mdb_list.size(), 1u);
    br.seen();
    br.receive("p1", ip_frame(A, g, udp));
    EXPECT_EQ(br.seen(), "e1 out, p1 mcast, p3 out, p2 out, br0 mcast, e3 mcast, e2 mcast");
    br.receive("p3", ip_frame(C, {{1, 0, 0x5e, 0, 0, 1}}, igmp_query));
    br.run(1100ms);
    br.seen();
    br.receive("p1", ip_frame(A, g, udp));
    EXPECT_EQ(br.seen(), "e1 out, p1 mcast, p2 out, p3 out, e2 mcast, e3 mcast");
    udp[17] = udp[18] = udp[19] = 2;
    fix();
    br.receive("p1", ip_frame(A, other, udp));
    EXPECT_EQ(br.seen(), "e1 out, p1 mcast, p3 out, e3 mcast");
    br.run(300s);
    EXPECT_TRUE(br.br().multicast_ctx.mdb_list.empty());
    EXPECT_TRUE(br.br().multicast_ctx.mc_router_list.empty());
    br.receive("p1", ip_frame(A, group, {}));  // malformed
    br.seen();
}

TEST_F(Bridge, PortsAsBridgeLinkShowsThem) {
    nlmsg_builder m;
    m.begin(rtm::getlink, nlm_f::request | nlm_f::dump, 1);
    m.head(ifinfomsg{.ifi_family = af::bridge,
                     .pad = 0,
                     .ifi_type = 0,
                     .ifi_index = 0,
                     .ifi_flags = 0,
                     .ifi_change = 0});
    m.put_u32(ifla::ext_mask, 0);
    m.end();
    EXPECT_EQ(br.client.request(m), err::ok);
    std::string ports;
    for (const auto& a : br.client.answers) {
        if (a.type != rtm::newlink) continue;
        const nlattrs tb(bytes_view(a.body).subspan(sizeof(ifinfomsg)));
        ports += std::string(tb.get(ifla::ifname)->str()) + " ";
        const nlattrs info = tb.nested(ifla::protinfo);
        EXPECT_EQ(info.get(ifla_brport::state)->u8(), 3);
        EXPECT_EQ(info.get(ifla_brport::cost)->u32(), 2u);
    }
    EXPECT_EQ(ports, "p1 p2 p3 ");
}

TEST(BridgeCarrier, NewBridgeIsUnknownThenFollowsItsPorts) {
    bridge_fixture br{};
    EXPECT_TRUE(br.br0().carrier_ok());
    ASSERT_EQ(br.client.add_veth("p1", "e1"), err::ok);
    ASSERT_EQ(br.client.set_master("p1", br.br0().ifindex), err::ok);
    EXPECT_FALSE(br.br0().carrier_ok());
    ASSERT_EQ(br.client.set_up("p1"), err::ok);
    ASSERT_EQ(br.client.set_up("e1"), err::ok);
    EXPECT_EQ(br.port("p1").state, br_state::forwarding);
    EXPECT_TRUE(br.br0().carrier_ok());
    ASSERT_EQ(br.client.set_up("e1", false), err::ok);
    br.run(2s);
    EXPECT_EQ(br.port("p1").state, br_state::disabled);
    EXPECT_FALSE(br.br0().carrier_ok());
}

// A socket on br0 may send a type that stands for a length: the receivers take it for one.
TEST(BrForward, ALengthFromTheBridgeItselfIsOneToTheReceiver) {
    kernel krn;
    netlink_client client(without_ipv6(krn.init_net()));
    ASSERT_EQ(client.add("hub", "bridge"), err::ok);
    ASSERT_EQ(client.set_up("hub"), err::ok);
    ASSERT_EQ(client.add_veth("p", "h"), err::ok);
    net_device& hub = *dev_get_by_name(krn.init_net(), "hub");
    ASSERT_EQ(client.set_master("p", hub.ifindex), err::ok);
    for (const char* n : {"p", "h"}) ASSERT_EQ(client.set_up(n), err::ok);
    auto skb = krn.frames.alloc_skb(64);
    write_ethernet(skb_put(*skb, 64), mac_broadcast, hub.dev_addr, 0x00a4);
    skb->dev = &hub;
    skb->protocol = 0x00a4;
    (void)dev_queue_xmit(std::move(skb));
    krn.run_softirq();
    EXPECT_EQ(dev_get_by_name(krn.init_net(), "p")->stats.tx_packets, 1u);
    EXPECT_EQ(dev_get_by_name(krn.init_net(), "h")->stats.rx_dropped, 0u);
}

}  // namespace
}  // namespace vethlab
