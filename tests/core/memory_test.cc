// How much memory things take and how often, counted where it is allocated.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "core/dev.h"
#include "core/ipv4/ip.h"
#include "tests/core/ipv4_fixture.h"

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
// in floods, not through timers, and (below) not through routers.
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

// An echo request from host to host through a router, and the answer; a packet that the router cuts
// into fragments, for which the next one has no use; and one that the router itself drops.
void through_a_router(bool remember) {
    kernel krn;
    krn.remember_forwarding = remember;
    ipv4_host left(without_ipv6(krn.copy_net_ns())), router(without_ipv6(krn.copy_net_ns())),
        right(without_ipv6(krn.copy_net_ns()));
    for (const auto& [host, end, net] :
         {std::tuple{&left, "eth0", "10.0.1."}, {&right, "eth1", "10.0.2."}}) {
        ASSERT_EQ(router.nl.add_veth("far", end), err::ok);
        netlink_ext_ack extack;
        ASSERT_EQ(dev_change_net_namespace(router.dev("far"), host->net, "", 0, extack), err::ok);
        ASSERT_EQ(router.nl.set_up(end), err::ok);
        ASSERT_EQ(host->nl.set_up("far"), err::ok);
        ASSERT_EQ(router.add_addr(net + std::string("1/24"), end), err::ok);
        ASSERT_EQ(host->add_addr(net + std::string("2/24"), "far"), err::ok);
        ASSERT_EQ(host->add_route("0.0.0.0/0", {.via = (net + std::string("1")).c_str()}), err::ok);
    }
    router.sysctl("net/ipv4/ip_forward", "1");
    ASSERT_EQ(router.add_route("10.0.9.0/24", {.via = "10.0.2.2"}), err::ok);
    router.sysctl("net/ipv4/neigh/eth1/base_reachable_time_ms", "3600000");
    netlink_ext_ack extack;
    ASSERT_EQ(dev_set_mtu(router.dev("eth1"), 600, extack), err::ok);
    net_device& out = left.dev("far");
    const auto send = [&](const char* to, std::uint8_t protocol, std::uint32_t len) {
        auto skb = krn.frames.alloc_skb(len + 14);
        const bytes_span b = skb_put(*skb, len + 14);
        std::fill(b.begin(), b.end(), std::byte{0});
        write_ethernet(b, router.dev("eth0").dev_addr, out.dev_addr, eth_p::ip);
        ipv4_fields f;
        f.tot_len = std::uint16_t(len);
        f.protocol = protocol;
        f.saddr = ip4("10.0.1.2");
        f.daddr = ip4(to);
        write_ipv4(b.subspan(14), f);
        put16(b, 34, 0x0800);
        put16(b, 36, 0xf7ff);  // the checksum of a request with nothing but zeros
        skb->dev = &out;
        skb->protocol = eth_p::ip;
        (void)dev_queue_xmit(std::move(skb));
    };
    const auto round = [&] {
        for (int i = 0; i < 8; i++) {
            send("10.0.2.2", ipproto::icmp, 64);
            send("10.0.9.9", ipproto::udp, 900);
            send("127.0.0.9", ipproto::udp, 64);
        }
        krn.run_softirq();
        krn.run_until(krn.now() + 1ms);
    };
    for (int i = 0; i < 1000; i++) round();
    const std::size_t before = allocations;
    const std::uint64_t sent = right.dev("far").stats.tx_packets;
    for (int i = 0; i < 100; i++) round();
    EXPECT_EQ(allocations, before);
    EXPECT_GT(right.dev("far").stats.tx_packets, sent + 700);  // it answered
    EXPECT_EQ(krn.frames.in_flight(), 0u);
}

TEST(Memory, NoAllocationPerRoutedPacket) {
    through_a_router(true);
    through_a_router(false);
}

}  // namespace
}  // namespace vethlab
