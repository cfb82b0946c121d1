// IPv6 on a host (core/ipv6): what goes out by itself and when, what is answered, and the state.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "core/dev.h"
#include "core/ipv6/ip6_output.h"
#include "core/ipv6/ndisc.h"
#include "core/trace.h"
#include "tests/core/netlink_client.h"

namespace vethlab {
namespace {

using lines = std::vector<std::string>;

std::string text_of(const ipv6_address& a) {
    std::string s;
    char part[8];
    for (std::size_t i = 0; i < 16; i += 2) {
        std::snprintf(part, sizeof part, "%s%x", i ? ":" : "", a[i] << 8 | a[i + 1]);
        s += part;
    }
    return s;
}
ipv6_address ip6(std::initializer_list<std::uint16_t> words, std::uint8_t last) {
    ipv6_address a;
    std::size_t i = 0;
    for (const auto w : words) {
        a.octets[i++] = std::uint8_t(w >> 8);
        a.octets[i++] = std::uint8_t(w);
    }
    a.octets[15] = last;
    return a;
}
const ipv6_address addr1 = ip6({0x2001, 0xdb8}, 1), addr2 = ip6({0x2001, 0xdb8}, 2);

// Sent frames of IPv6 as "va mld 1 ::", with the seconds at which they went.
struct sent_log final : tracer {
    explicit sent_log(kernel& k) : krn(k) {}
    void tap(const net_device& dev, const frame& skb, bool out) override {
        const auto bytes = skb.from(skb.mac_header);
        const auto ip = ipv6_view::parse(bytes.subspan(eth_hlen));
        if (!out || be16(bytes, 12) != eth_p::ipv6 || !ip) return;
        const std::size_t at = eth_hlen + ipv6_view::size + (ip->next() == nexthdr::hop ? 8u : 0u);
        const bytes_view message = bytes.subspan(at);
        EXPECT_EQ(csum_ipv6_magic(ip->saddr(), ip->daddr(), nexthdr::icmp, message), 0);
        const char* word = "?";
        switch (u8(message, 0)) {
            case icmpv6_type::mld2_report:
                word = "mld";
                break;
            case icmpv6_type::ns:
                word = "ns";
                break;
            case icmpv6_type::na:
                word = "na";
                break;
            case icmpv6_type::rs:
                word = "rs";
                break;
            case icmpv6_type::echo_request:
                word = "echo";
                break;
            case icmpv6_type::echo_reply:
                word = "reply";
                break;
            case icmpv6_type::dest_unreach:
                word = "unreach";
                break;
            default:
                break;
        }
        what.push_back(dev.name + " " + word + (ip->saddr().is_any() ? " ::" : ""));
        when.push_back(krn.now());
        size.push_back(bytes.size());
    }
    void kfree_skb(const frame&, drop_reason) override {}

    kernel& krn;
    lines what;
    std::vector<sim_time> when;
    std::vector<std::size_t> size;
    lines of(const std::string& dev) const {
        lines out;
        for (const auto& w : what) {
            if (w.starts_with(dev + " ")) out.push_back(w.substr(dev.size() + 1));
        }
        return out;
    }
    void clear() {
        what.clear();
        when.clear();
        size.clear();
    }
};

struct Ipv6 : testing::Test {
    Ipv6() {
        EXPECT_EQ(host.add_veth("va", "vb"), err::ok);
        netlink_ext_ack extack;
        EXPECT_EQ(dev_change_net_namespace(*dev_get_by_name(a, "vb"), b, "", 0, extack), err::ok);
        EXPECT_EQ(dev_set_mac_address(va(), {{2, 0, 0, 0, 0, 0xa}}, extack), err::ok);
        EXPECT_EQ(dev_set_mac_address(vb(), {{2, 0, 0, 0, 0, 0xb}}, extack), err::ok);
        krn.trace = &log;
    }
    ~Ipv6() override { krn.trace = nullptr; }
    void up() {
        EXPECT_EQ(host.set_up("va"), err::ok);
        EXPECT_EQ(other.set_up("vb"), err::ok);
    }
    void run(sim_time t) { krn.run_until(krn.now() + t); }
    net_device& va() { return *dev_get_by_name(a, "va"); }
    net_device& vb() { return *dev_get_by_name(b, "vb"); }
    static err add(net_device& dev, const ipv6_address& addr, ifa6_config cfg = {}) {
        netlink_ext_ack extack;
        cfg.pfx = addr;
        cfg.plen = 64;
        return inet6_addr_add(dev, cfg, extack);
    }
    static lines addrs(const net_device& dev) {
        lines out;
        for (const auto& ifp : in6_dev_get(dev)->addr_list) {
            out.push_back(text_of(ifp->addr) + (ifp->tentative() ? " tentative" : "") +
                          (ifp->flags & ifa_f::dadfailed ? " dadfailed" : "") +
                          (ifp->flags & ifa_f::deprecated ? " deprecated" : ""));
        }
        return out;
    }
    static lines routes(netns& net) {
        lines out;
        for (const auto& rt : net.ipv6->routes) {
            out.push_back(text_of(rt->dst) + "/" + std::to_string(rt->plen) + " " + rt->dev->name +
                          " " + std::to_string(rt->table));
        }
        return out;
    }
    // An echo request from va's address to `daddr`.
    err echo(const ipv6_address& saddr, const ipv6_address& daddr) {
        const ipv6_fields f{
            .payload_len = 64, .next = nexthdr::icmp, .saddr = saddr, .daddr = daddr};
        frame_ptr skb = ip6_alloc(krn, f);
        write_icmpv6(skb->writable().subspan(ipv6_view::size), f.saddr, f.daddr,
                     icmpv6_type::echo_request, 0, 1);
        flowi6 fl{.daddr = daddr, .saddr = saddr};
        rt6_info rt;
        err e = ip6_route_output(a, fl, rt);
        if (e == err::ok) e = ip6_local_out(a, nullptr, std::move(skb), rt);
        krn.run_softirq();
        return e;
    }

    kernel krn;
    netns& a = krn.init_net();
    netns& b = krn.copy_net_ns();
    netlink_client host{a}, other{b};
    sent_log log{krn};
};

// kernel/l3.md 1.5: the eight frames of an end in its first twenty seconds.
TEST_F(Ipv6, AnEndThatComesUpSendsEightFrames) {
    up();
    EXPECT_EQ(addrs(va()), lines{"fe80:0:0:0:0:ff:fe00:a tentative"});
    run(20s);
    EXPECT_EQ(addrs(va()), lines{"fe80:0:0:0:0:ff:fe00:a"});
    lines mine = log.of("va");
    ASSERT_EQ(mine.size(), 8u);
    EXPECT_EQ(mine[0], "mld ::");
    std::sort(mine.begin() + 1, mine.begin() + 3);  // either may be first
    EXPECT_EQ(mine, (lines{"mld ::", "mld ::", "ns ::", "mld", "rs", "mld", "rs", "rs"}));
    EXPECT_LT(log.when[0], 20ms);
    EXPECT_EQ(log.size[0], 90u);
}

TEST_F(Ipv6, RoutesOfAnEnd) {
    up();
    run(3s);
    EXPECT_EQ(routes(a), (lines{"fe80:0:0:0:0:0:0:0/64 va 254", "fe80:0:0:0:0:ff:fe00:a/128 va 255",
                                "ff00:0:0:0:0:0:0:0/8 va 255"}));
    EXPECT_EQ(host.set_up("va", false), err::ok);
    EXPECT_EQ(addrs(va()), lines{});
    EXPECT_EQ(routes(a), lines{});
}

TEST_F(Ipv6, DisabledMeansSilent) {
    without_ipv6(a);
    without_ipv6(b);
    up();
    run(20s);
    EXPECT_EQ(log.what, lines{});
    EXPECT_EQ(addrs(va()), lines{});
    EXPECT_EQ(add(va(), addr1), err::acces);
    ASSERT_EQ(sysctl_write(a, "net/ipv6/conf/va/disable_ipv6", "0"), err::ok);
    run(3s);
    EXPECT_EQ(addrs(va()), lines{"fe80:0:0:0:0:ff:fe00:a"});
}

TEST_F(Ipv6, ADuplicateIsFoundAndNeverUsed) {
    up();
    run(20s);
    ASSERT_EQ(add(va(), addr1), err::ok);
    run(3s);
    log.clear();
    ASSERT_EQ(add(vb(), addr1), err::ok);
    run(3s);
    EXPECT_EQ(addrs(vb())[0], "2001:db8:0:0:0:0:0:1 tentative dadfailed");
    EXPECT_EQ(log.of("va")[0], "na");
    for (const auto& r : routes(b)) EXPECT_EQ(r.find("2001:db8:0:0:0:0:0:1/128"), r.npos) << r;
}

TEST_F(Ipv6, TheAddressOfADownDeviceWaits) {
    ASSERT_EQ(add(va(), addr1), err::ok);
    EXPECT_EQ(routes(a), lines{}) << "no prefix route while down";
    run(3s);
    EXPECT_EQ(addrs(va()), lines{"2001:db8:0:0:0:0:0:1 tentative"});
    up();
    run(3s);
    EXPECT_EQ(addrs(va()), (lines{"2001:db8:0:0:0:0:0:1", "fe80:0:0:0:0:ff:fe00:a"}));
    EXPECT_EQ(routes(a).size(), 5u);
}

TEST_F(Ipv6, EchoIsAnsweredAndBothSidesLearn) {
    up();
    ASSERT_EQ(add(va(), addr1), err::ok);
    ASSERT_EQ(add(vb(), addr2), err::ok);
    run(30s);
    log.clear();
    EXPECT_EQ(echo(addr1, addr2), err::ok);
    EXPECT_EQ(log.what, (lines{"va ns", "vb na", "va echo", "vb reply"}));
    neighbour* n = ip6_neigh_lookup_or_create(va(), addr2);
    EXPECT_EQ(n->nud_state, nud::reachable);
    // The answerer has not heard that its answer arrived: it asks after five seconds, from its
    // link-local address, which the other then looks up as well.
    log.clear();
    run(6s);
    const lines after = log.of("vb");
    EXPECT_NE(std::find(after.begin(), after.end(), "ns"), after.end());
}

TEST_F(Ipv6, NobodyAnswersThreeTimes) {
    up();
    ASSERT_EQ(host.set_up("lo"), err::ok);
    ASSERT_EQ(add(va(), addr1), err::ok);
    run(30s);
    log.clear();
    EXPECT_EQ(echo(addr1, ip6({0x2001, 0xdb8}, 9)), err::ok);
    run(4s);
    lines mine = log.what;
    std::erase(mine, "va rs");
    std::erase(mine, "vb rs");
    EXPECT_EQ(mine, (lines{"va ns", "va ns", "va ns", "lo unreach"}));
    EXPECT_EQ(echo(addr1, ip6({0x3001}, 9)), err::netunreach);
}

TEST_F(Ipv6, LifetimesEnd) {
    up();
    ifa6_config cfg;
    cfg.valid_lft = 20;
    cfg.prefered_lft = 10;
    ASSERT_EQ(add(va(), addr1, cfg), err::ok);
    run(5s);
    EXPECT_EQ(addrs(va())[0], "2001:db8:0:0:0:0:0:1");
    run(6s);
    EXPECT_EQ(addrs(va())[0], "2001:db8:0:0:0:0:0:1 deprecated");
    run(10s);
    EXPECT_EQ(addrs(va()), lines{"fe80:0:0:0:0:ff:fe00:a"});
}

TEST_F(Ipv6, BelowTheMinimumMtuThereIsNone) {
    up();
    run(3s);
    netlink_ext_ack extack;
    ASSERT_EQ(dev_set_mtu(va(), 1279, extack), err::ok);
    EXPECT_EQ(in6_dev_get(va()), nullptr);
    EXPECT_EQ(routes(a), lines{});
    ASSERT_EQ(dev_set_mtu(va(), 1280, extack), err::ok);
    run(3s);
    EXPECT_EQ(addrs(va()), lines{"fe80:0:0:0:0:ff:fe00:a"});
}

// Whatever arrives: no read beyond the end, no answer to nonsense.
TEST_F(Ipv6, AnyBytesMayArrive) {
    up();
    run(20s);
    krn.trace = nullptr;
    for (int i = 0; i < 20'000; i++) {
        const auto size = std::uint32_t(eth_hlen + krn.rng.below(120));
        frame_ptr skb = krn.frames.alloc_skb(size);
        const bytes_span bytes = skb_put(*skb, size);
        for (auto& octet : bytes) octet = std::byte(krn.rng.u32());
        write_ethernet(bytes, vb().dev_addr, va().dev_addr, eth_p::ipv6);
        const bytes_span body = bytes.subspan(eth_hlen);
        if (body.size() >= ipv6_view::size) {
            constexpr std::uint8_t next[] = {0, 17, 43, 44, 58, 58, 58, 59, 60, 99};
            write_ipv6(body, {.payload_len = std::uint16_t(body.size() - ipv6_view::size),
                              .next = next[krn.rng.below(10)],
                              .hop_limit = 255,
                              .saddr = addr1,
                              .daddr = in6_dev_get(vb())->addr_list[0]->addr});
            const bytes_span message = body.subspan(ipv6_view::size);
            if (message.size() >= 8) {
                write_icmpv6(message, addr1, in6_dev_get(vb())->addr_list[0]->addr,
                             std::uint8_t(130 + krn.rng.below(10)), 0, krn.rng.u32());
            }
        }
        skb->dev = &va();
        skb->mac_header = skb->data_at;
        (void)dev_queue_xmit(std::move(skb));
        krn.run_softirq();
    }
    EXPECT_EQ(addrs(vb()), lines{"fe80:0:0:0:0:ff:fe00:b"});
}

}  // namespace
}  // namespace vethlab
