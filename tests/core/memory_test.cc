// How much memory things take and how often, counted where it is allocated.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "core/dev.h"
#include "core/ipv4/ip.h"
#include "tests/core/ipv4_fixture.h"

namespace {

std::size_t live_bytes = 0, allocations = 0;

// The size stands before the block, so that both ends of its life can be counted. What is to be
// aligned to cache lines has a whole one before it.
constexpr std::size_t header = alignof(std::max_align_t), wide_header = 64;

void* counted(void* block, std::size_t size, std::size_t before) {
    if (!block) std::abort();
    *static_cast<std::size_t*>(block) = size;
    live_bytes += size;
    allocations++;
    return static_cast<char*>(block) + before;
}
void give_back(void* p, std::size_t before) {
    if (!p) return;
    auto* block = reinterpret_cast<std::size_t*>(static_cast<char*>(p) - before);
    live_bytes -= *block;
    std::free(block);
}

}  // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size + header), size, header); }
void* operator new(std::size_t size, std::align_val_t) {
    const std::size_t lines = (size + wide_header - 1) / wide_header * wide_header;
    return counted(std::aligned_alloc(wide_header, lines + wide_header), size, wide_header);
}
void operator delete(void* p) noexcept { give_back(p, header); }
void operator delete(void* p, std::size_t) noexcept { give_back(p, header); }
void operator delete(void* p, std::align_val_t) noexcept { give_back(p, wide_header); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { give_back(p, wide_header); }

namespace vethlab {
namespace {

// What a namespace with a pair to a bridge and an address costs, one of `count`.
struct cost {
    std::size_t bytes, allocations;
};
cost of_namespaces(int count, bool ipv6) {
    constexpr int ports_a_bridge = 1000;
    kernel krn;
    if (!ipv6) without_ipv6(krn.init_net());
    netlink_client client(krn.init_net());
    const cost before{live_bytes, allocations};
    int hub = 0;
    for (int i = 0; i < count; i++) {
        const std::string n = std::to_string(i);
        if (i % ports_a_bridge == 0) {
            EXPECT_EQ(client.add("hub" + n, "bridge"), err::ok);
            EXPECT_EQ(client.set_up("hub" + n), err::ok);
            hub = dev_get_by_name(krn.init_net(), "hub" + n)->ifindex;
        }
        netns& net = krn.copy_net_ns();
        if (!ipv6) without_ipv6(net);
        EXPECT_EQ(client.add_veth("p" + n, "eth0"), err::ok);
        net_device& end = *dev_get_by_name(krn.init_net(), "eth0");
        netlink_ext_ack extack;
        EXPECT_EQ(dev_change_net_namespace(end, net, "", 0, extack), err::ok);
        EXPECT_EQ(client.set_master("p" + n, hub), err::ok);
        EXPECT_EQ(client.set_up("p" + n), err::ok);
        netlink_client inside(net);
        EXPECT_EQ(inside.set_up("eth0"), err::ok);
        nlmsg_builder m;
        m.begin(rtm::newaddr, nlm_f::request | nlm_f::ack | nlm_f::create, 1);
        m.head(ifaddrmsg{af::inet, 8, 0, 0, std::uint32_t(dev_get_by_name(net, "eth0")->ifindex)});
        m.put_ip4(ifa::local, {0x0a000001u + std::uint32_t(i)});
        m.put_ip4(ifa::address, {0x0a000001u + std::uint32_t(i)});
        m.end();
        EXPECT_EQ(inside.request(m), err::ok);
    }
    client.answers.shrink_to_fit();
    const auto n = std::size_t(count);
    return {(live_bytes - before.bytes) / n, (allocations - before.allocations) / n};
}

TEST(Memory, ANamespaceOnABridgeStaysBelowFourKibibytes) {
    const std::size_t each = of_namespaces(1000, true).bytes;
    RecordProperty("bytes_per_namespace", int(each));
    EXPECT_LT(each, 4096u);
    EXPECT_GT(each, 500u) << "the count itself must work";
}

// Ten times as many cost ten times as much.
TEST(Memory, NamespacesCostTheSameHoweverManyThereAre) {
    const cost few = of_namespaces(1000, false), many = of_namespaces(10'000, false);
    RecordProperty("bytes_per_namespace", int(many.bytes));
    RecordProperty("allocations_per_namespace", int(many.allocations));
    EXPECT_LE(many.bytes, few.bytes * 6 / 5);
    EXPECT_LE(many.allocations, few.allocations * 6 / 5);
    EXPECT_LT(many.bytes, 2048u);
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
    krn.run_until(krn.now() + 2s);  // what the links' last changes set off is over
    round();
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
    krn.run_until(krn.now() + 2s);  // what the links' last changes set off is over
    round();
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
