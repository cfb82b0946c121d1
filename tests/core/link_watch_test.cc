// Linux: net/core/link_watch.c. When a change of carrier becomes a change of state.
#include <gtest/gtest.h>

#include "tests/core/bridge_fixture.h"

namespace vethlab {
namespace {

struct LinkWatch : testing::Test {
    bridge_fixture br{"p1", "p2"};
    void SetUp() override { ASSERT_TRUE(br.healthy); }
    void ports_up(bool up) {
        ASSERT_EQ(br.client.set_up("e1", up), err::ok);
        ASSERT_EQ(br.client.set_up("e2", up), err::ok);
    }
    if_oper state() { return br.br0().operstate; }
};

TEST_F(LinkWatch, AVethIsToldAtOnceABridgeOnceASecond) {
    br.run(2s);  // nothing was told in the last second
    ports_up(false);
    EXPECT_EQ(br.dev("p1").operstate, if_oper::lowerlayerdown);
    // The ports' changes were told now: the bridge's, which follows from them, comes a second later.
    EXPECT_FALSE(br.br0().carrier_ok());
    EXPECT_EQ(state(), if_oper::up);
    br.run(950ms);
    EXPECT_EQ(state(), if_oper::up);
    br.run(100ms);
    EXPECT_EQ(state(), if_oper::down);
    ports_up(true);  // urgent: nothing can be sent before
    EXPECT_EQ(br.dev("p1").operstate, if_oper::up);
    EXPECT_EQ(state(), if_oper::up);
}

TEST_F(LinkWatch, WhatCameAndWentMeanwhileIsNotSeen) {
    ports_up(false);
    ports_up(true);
    const auto changes = br.br0().carrier_down_count;
    ports_up(false);
    ports_up(true);
    EXPECT_EQ(br.br0().carrier_down_count, changes + 1);
    EXPECT_EQ(state(), if_oper::up);
    br.run(2s);
    EXPECT_EQ(state(), if_oper::up);
}

TEST_F(LinkWatch, WhoAsksForOneDeviceMakesItsChangeComplete) {
    ports_up(false);
    ports_up(true);
    ports_up(false);
    nlmsg_builder all;
    all.begin(rtm::getlink, nlm_f::request | nlm_f::dump, 1);
    all.head(ifinfomsg{});
    all.end();
    ASSERT_EQ(br.client.request(all), err::ok);
    EXPECT_EQ(state(), if_oper::up);
    nlmsg_builder one;
    one.begin(rtm::getlink, nlm_f::request, 1);
    one.head(ifinfomsg{});
    one.put_str(ifla::ifname, "br0");
    one.end();
    ASSERT_EQ(br.client.request(one), err::ok);
    EXPECT_EQ(state(), if_oper::down);
}

// No more than a hundred of those that are not urgent at a time; a device that is deleted while it
// waits is not missed.
TEST_F(LinkWatch, AHundredASecond) {
    ports_up(false);  // the last run was now
    const auto name = [](int i) { return "b" + std::to_string(i); };
    for (int i = 0; i < 150; i++) {
        ASSERT_EQ(br.client.add(name(i), "bridge"), err::ok);
        ASSERT_EQ(br.client.set_up(name(i)), err::ok);
        ASSERT_EQ(br.client.add_veth("x" + std::to_string(i), "y" + std::to_string(i)), err::ok);
        ASSERT_EQ(br.client.set_master("x" + std::to_string(i), br.dev(name(i)).ifindex), err::ok);
    }
    const auto told = [&] {
        int n = 0;
        for (int i = 0; i < 150; i++) n += br.dev(name(i)).operstate == if_oper::down;
        return n;
    };
    EXPECT_EQ(told(), 0);
    int before = 0;
    for (int seconds = 0; seconds < 8; seconds++) {
        br.run(1030ms);
        EXPECT_LE(told(), before + 100);
        before = told();
    }
    EXPECT_EQ(before, 150);
}

TEST_F(LinkWatch, ADeviceMayGoWhileItWaits) {
    ports_up(false);
    ASSERT_EQ(br.client.add("b0", "bridge"), err::ok);
    ASSERT_EQ(br.client.add_veth("x", "y"), err::ok);
    ASSERT_EQ(br.client.set_master("x", br.dev("b0").ifindex), err::ok);
    ASSERT_EQ(br.client.remove("x"), err::ok);
    ASSERT_EQ(br.client.remove("b0"), err::ok);
    br.run(2s);
    EXPECT_EQ(state(), if_oper::down);
}

}  // namespace
}  // namespace vethlab
