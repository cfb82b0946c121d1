// How much memory things take and how often, counted where it is allocated.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "core/dev.h"
#include "tests/core/netlink_client.h"

namespace {

std::size_t live_bytes = 0, allocations = 0;

// The size stands before the block, so that both ends of its life can be counted.
constexpr std::size_t header = alignof(std::max_align_t);

}  // namespace

void* operator new(std::size_t size) {
    auto* block = static_cast<std::size_t*>(std::malloc(size + header));
    if (!block) std::abort();
    *block = size;
    live_bytes += size;
    allocations++;
    return reinterpret_cast<char*>(block) + header;
}
void operator delete(void* p) noexcept {
    if (!p) return;
    auto* block = reinterpret_cast<std::size_t*>(static_cast<char*>(p) - header);
    live_bytes -= *block;
    std::free(block);
}
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }

namespace vethlab {
namespace {

TEST(Memory, ANamespaceOnABridgeStaysBelowFourKibibytes) {
    constexpr int count = 1000;
    kernel krn;
    netlink_client client(krn.init_net());
    ASSERT_EQ(client.add("hub", "bridge"), err::ok);
    ASSERT_EQ(client.set_up("hub"), err::ok);
    const int hub = dev_get_by_name(krn.init_net(), "hub")->ifindex;
    client.answers.shrink_to_fit();
    const std::size_t before = live_bytes;
    for (int i = 0; i < count; i++) {
        const std::string n = std::to_string(i);
        netns& net = krn.copy_net_ns();
        ASSERT_EQ(client.add_veth("p" + n, "eth0"), err::ok);
        net_device& end = *dev_get_by_name(krn.init_net(), "eth0");
        netlink_ext_ack extack;
        ASSERT_EQ(dev_change_net_namespace(end, net, "", 0, extack), err::ok);
        ASSERT_EQ(client.set_master("p" + n, hub), err::ok);
        ASSERT_EQ(client.set_up("p" + n), err::ok);
        netlink_client inside(net);
        ASSERT_EQ(inside.set_up("eth0"), err::ok);
        nlmsg_builder m;
        m.begin(rtm::newaddr, nlm_f::request | nlm_f::ack | nlm_f::create, 1);
        m.head(ifaddrmsg{af::inet, 8, 0, 0, std::uint32_t(dev_get_by_name(net, "eth0")->ifindex)});
        m.put_ip4(ifa::local, {0x0a000001u + std::uint32_t(i)});
        m.put_ip4(ifa::address, {0x0a000001u + std::uint32_t(i)});
        m.end();
        ASSERT_EQ(inside.request(m), err::ok);
    }
    const std::size_t each = (live_bytes - before) / count;
    RecordProperty("bytes_per_namespace", int(each));
    EXPECT_LT(each, 4096u);
    EXPECT_GT(each, 500u) << "the count itself must work";
}

// Frames on their way take nothing from the heap once the pools are filled: not over bridges, not
// in floods, not through timers.
TEST(Memory, NoAllocationPerFrame) {
    kernel krn;
    netlink_client client(without_ipv6(krn.init_net()));
    ASSERT_EQ(client.add("hub", "bridge"), err::ok);
    ASSERT_EQ(client.set_up("hub"), err::ok);
    for (const std::string n : {"0", "1", "2", "3"}) {
        ASSERT_EQ(client.add_veth("p" + n, "h" + n), err::ok);
        ASSERT_EQ(client.set_master("p" + n, dev_get_by_name(krn.init_net(), "hub")->ifindex),
                  err::ok);
        ASSERT_EQ(client.set_up("p" + n), err::ok);
        ASSERT_EQ(client.set_up("h" + n), err::ok);
    }
    std::vector<net_device*> hosts;
    for (const char* n : {"h0", "h1", "h2", "h3"}) {
        hosts.push_back(dev_get_by_name(krn.init_net(), n));
    }
    const auto round = [&] {
        for (net_device* from : hosts) {
            for (net_device* to : hosts) {
                for (const mac_address dst : {to->dev_addr, mac_broadcast}) {
                    auto skb = krn.frames.alloc_skb(64);
                    write_ethernet(skb_put(*skb, 64), dst, from->dev_addr, 0x88b5);
                    skb->dev = from;
                    skb->protocol = 0x88b5;
                    (void)dev_queue_xmit(std::move(skb));
                }
            }
        }
        krn.run_softirq();
        krn.run_until(krn.now() + 1ms);
    };
    for (int i = 0; i < 1000; i++) round();
    const std::size_t before = allocations;
    for (int i = 0; i < 100; i++) round();
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(krn.frames.in_flight(), 0u);
}

}  // namespace
}  // namespace vethlab
