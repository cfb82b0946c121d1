#include <gtest/gtest.h>

#include "core/dev.h"
#include "tests/core/netlink_client.h"

namespace vethlab {
namespace {

struct Netlink : testing::Test {
    kernel krn;
    netns& net = krn.init_net();
    netlink_client client{net};
};

TEST_F(Netlink, PeerComesFirstAndGetsTheLowerNumber) {
    ASSERT_EQ(client.add_veth("a", "b"), err::ok);
    EXPECT_EQ(dev_get_by_name(net, "b")->ifindex, 2);
    EXPECT_EQ(dev_get_by_name(net, "a")->ifindex, 3);
}

TEST_F(Netlink, ErrorsCarryErrnoAndSentence) {
    nlmsg_builder m;
    m.begin(rtm::newlink, nlm_f::request | nlm_f::create | nlm_f::excl, 9);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, "x");
    const auto info = m.nest(ifla::linkinfo);
    m.put_str(ifla_info::kind, "frobnicator");
    m.end_nest(info);
    m.end();
    std::string sentence;
    EXPECT_EQ(client.request(m, &sentence), err::opnotsupp);
    EXPECT_EQ(sentence, "Unknown device type");
    EXPECT_EQ(client.add_veth("a", "b"), err::ok);
    EXPECT_EQ(client.add_veth("a", "c"), err::exist);
    EXPECT_EQ(client.remove("nope"), err::nodev);
    EXPECT_EQ(client.remove("lo"), err::opnotsupp);
    EXPECT_EQ(client.set_up("nope"), err::nodev);
}

TEST_F(Netlink, DumpIsInOrderOfNumberAndEnds) {
    for (int i = 0; i < 40; i++) {
        const std::string n = std::to_string(i);
        ASSERT_EQ(client.add_veth("a" + n, "b" + n), err::ok);
    }
    nlmsg_builder m;
    m.begin(rtm::getlink, nlm_f::request | nlm_f::dump, 5);
    m.head(ifinfomsg{});
    m.end();
    netlink_rcv_skb(client.sk, m.view());
    EXPECT_GT(client.sk.receive_queue.size(), 2u) << "in parts";
    int last = 0, count = 0;
    bool done = false;
    for (const auto& datagram : client.sk.receive_queue) {
        EXPECT_LE(datagram.size(), 32768u);
        bytes_view rest = datagram;
        while (auto msg = nlmsg_next(rest)) {
            EXPECT_EQ(msg->hdr.nlmsg_seq, 5u);
            EXPECT_TRUE(msg->hdr.nlmsg_flags & nlm_f::multi);
            if (msg->hdr.nlmsg_type == nlmsg::done) {
                done = true;
                continue;
            }
            EXPECT_GT(msg->head<ifinfomsg>().ifi_index, last);
            last = msg->head<ifinfomsg>().ifi_index;
            count++;
        }
    }
    EXPECT_TRUE(done);
    EXPECT_EQ(count, 81);
}

TEST_F(Netlink, CarrierNeedsBothEnds) {
    ASSERT_EQ(client.add_veth("a", "b"), err::ok);
    net_device& a = *dev_get_by_name(net, "a");
    net_device& b = *dev_get_by_name(net, "b");
    ASSERT_EQ(client.set_up("a"), err::ok);
    EXPECT_FALSE(a.carrier_ok());
    EXPECT_EQ(a.operstate, if_oper::lowerlayerdown);
    ASSERT_EQ(client.set_up("b"), err::ok);
    EXPECT_TRUE(a.carrier_ok() && b.carrier_ok());
    EXPECT_EQ(a.operstate, if_oper::up);
    ASSERT_EQ(client.set_up("b", false), err::ok);
    EXPECT_FALSE(a.carrier_ok() || b.carrier_ok());
}

TEST_F(Netlink, ListenersHearOfLinks) {
    netlink_client monitor(net);
    monitor.sk.groups = 1u << (rtnlgrp::link - 1);
    ASSERT_EQ(client.add_veth("a", "b"), err::ok);
    std::string heard;
    for (const auto& datagram : monitor.sk.receive_queue) {
        bytes_view rest = datagram;
        while (auto msg = nlmsg_next(rest)) {
            const auto attrs = msg->attrs<ifinfomsg>();
            heard += std::string(attrs.get(ifla::ifname)->str()) + " ";
        }
    }
    EXPECT_TRUE(heard.starts_with("b a ")) << heard;
}

TEST_F(Netlink, DeletingANamespaceDeletesThePeersElsewhere) {
    netns& other = krn.copy_net_ns();
    ASSERT_EQ(client.add_veth("a", "b"), err::ok);
    netlink_ext_ack extack;
    ASSERT_EQ(dev_change_net_namespace(*dev_get_by_name(net, "b"), other, "", 0, extack), err::ok);
    EXPECT_EQ(dev_get_by_name(net, "b"), nullptr);
    ASSERT_NE(dev_get_by_name(other, "b"), nullptr);
    krn.put_net(other);
    krn.run_softirq();
    EXPECT_EQ(dev_get_by_name(net, "a"), nullptr);
}

TEST_F(Netlink, FramesOfADeviceThatGoesAreDropped) {
    ASSERT_EQ(client.add_veth("a", "b"), err::ok);
    ASSERT_EQ(client.set_up("a"), err::ok);
    ASSERT_EQ(client.set_up("b"), err::ok);
    net_device& a = *dev_get_by_name(net, "a");
    auto skb = krn.frames.alloc_skb(60);
    std::memset(skb_put(*skb, 60).data(), 0xff, 60);
    skb->dev = &a;
    EXPECT_EQ(dev_queue_xmit(std::move(skb)), err::ok);
    EXPECT_EQ(krn.frames.in_flight(), 1u) << "on the backlog of b";
    ASSERT_EQ(client.remove("a"), err::ok);
    EXPECT_EQ(krn.frames.in_flight(), 0u);
}

TEST_F(Netlink, GarbageIsAnsweredOrIgnored) {
    rng random(5);
    std::vector<std::byte> bytes(200);
    for (int round = 0; round < 3000; round++) {
        for (auto& b : bytes) b = std::byte(random.below(256));
        nlmsghdr head{std::uint32_t(random.below(220)), std::uint16_t(random.below(130)),
                      std::uint16_t(random.u32()), 1, 0};
        std::memcpy(bytes.data(), &head, sizeof head);
        netlink_rcv_skb(client.sk, bytes);
        krn.run_softirq();
        client.sk.receive_queue.clear();
    }
    EXPECT_NE(dev_get_by_name(net, "lo"), nullptr);
}

}  // namespace
}  // namespace vethlab
