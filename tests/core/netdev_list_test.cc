// core/netdev_list.h
#include <gtest/gtest.h>

#include "core/dev.h"
#include "tests/core/netlink_client.h"

namespace vethlab {
namespace {

std::string names(const std::vector<net_device*>& devices) {
    std::string s;
    for (const net_device* dev : devices) s += dev->name + " ";
    return s;
}

TEST(NetdevList, LoIsThereForWhoeverLooks) {
    kernel krn;
    netns& net = krn.copy_net_ns();
    netlink_client client(net);
    client.sk.groups = 1;  // RTNLGRP_LINK
    ASSERT_EQ(client.add("br0", "bridge"), err::ok);
    EXPECT_EQ(net.loopback_dev.if_made(), nullptr);
    const auto heard = client.answers.size();
    EXPECT_EQ(names({net.dev_base_head.begin(), net.dev_base_head.end()}), "lo br0 ");
    EXPECT_EQ(names(net.dev_base_head.by_index()), "lo br0 ");
    EXPECT_EQ(dev_get_by_index(net, 1), net.loopback_dev);
    EXPECT_EQ(dev_get_by_name(net, "br0")->ifindex, 2);
    EXPECT_EQ(client.answers.size() + client.sk.receive_queue.size(), heard) << "it was there before";
}

TEST(NetdevList, LoBeginsWithTheSettingsOfItsTime) {
    kernel krn;
    netns& net = without_ipv6(krn.copy_net_ns());
    EXPECT_EQ(net.loopback_dev.if_made(), nullptr);
    ASSERT_EQ(sysctl_write(net, "net/ipv6/conf/default/hop_limit", "7"), err::ok);
    for (const auto& [file, wanted] : {std::pair{"hop_limit", "64"}, {"disable_ipv6", "1"},
                                       {"accept_dad", "-1"}, {"use_tempaddr", "-1"}}) {
        std::string value;
        EXPECT_EQ(sysctl_read(net, std::string("net/ipv6/conf/lo/") + file, value), err::ok);
        EXPECT_EQ(value, wanted) << file;
    }
}

TEST(NetdevList, ManyAreFoundByNameAndNumber) {
    kernel krn;
    netns& net = krn.init_net();
    netlink_client client(net);
    for (int i = 0; i < 100; i++) {
        const std::string n = std::to_string(i);
        ASSERT_EQ(client.add_veth("a" + n, "b" + n), err::ok);
    }
    for (int i = 0; i < 100; i += 3) ASSERT_EQ(client.remove("a" + std::to_string(i)), err::ok);
    ASSERT_EQ(dev_change_name(*dev_get_by_name(net, "a1"), "other"), err::ok);
    EXPECT_EQ(dev_get_by_name(net, "a1"), nullptr);
    EXPECT_EQ(dev_get_by_name(net, "b0"), nullptr) << "it went with its peer";
    EXPECT_NE(dev_get_by_name(net, "other"), nullptr);
    std::size_t count = 0;
    for (net_device* dev : net.dev_base_head) {
        count++;
        EXPECT_EQ(dev_get_by_name(net, dev->name), dev);
        EXPECT_EQ(dev_get_by_index(net, dev->ifindex), dev);
    }
    EXPECT_EQ(count, 1u + 2 * 66);
    int before = 0;
    for (const net_device* dev : net.dev_base_head.by_index()) {
        EXPECT_GT(dev->ifindex, before);
        before = dev->ifindex;
    }
}

}  // namespace
}  // namespace vethlab
