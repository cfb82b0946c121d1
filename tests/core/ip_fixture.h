#pragma once
// Two hosts with a veth pair between them, and everything that passes on their devices as text.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "core/af_packet.h"
#include "core/dev.h"
#include "core/ipv4/devinet.h"
#include "core/ipv4/inet_sock.h"
#include "core/ipv4/ip.h"
#include "core/sysctl.h"
#include "core/trace.h"
#include "tests/core/netlink_client.h"

namespace vethlab {

inline std::string to_hex(bytes_view bytes) {
    std::string out;
    char two[3];
    for (const std::byte b : bytes) {
        std::snprintf(two, sizeof two, "%02x", unsigned(b));
        out += two;
    }
    return out;
}
inline std::vector<std::byte> from_hex(std::string_view hex) {
    std::vector<std::byte> out;
    std::string digits;
    for (const char c : hex) {
        if (c != ' ') digits += c;
    }
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        out.push_back(std::byte(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return out;
}

// "va out 45000054..." per frame, from the Ethernet header; the identification of IPv4 packets is
// 0 or 1, the header checksum carried along.
struct frame_log : tracer {
    void tap(const net_device& dev, const frame& skb, bool out) override {
        if (skb.pkt_type == packet_type::loopback) return;
        auto bytes = skb.from(skb.mac_header);
        std::vector<std::byte> b(bytes.begin(), bytes.end());
        if (skb.protocol == eth_p::ip && b.size() >= 34) normalise(b);
        lines.push_back(dev.name + (out ? " out " : " in ") + to_hex(b));
    }
    void kfree_skb(const frame&, drop_reason reason) override { drops.push_back(reason); }

    static void normalise(bytes_span b) {
        const std::size_t hlen = (u8(b, 14) & 15u) * 4;
        if (hlen < 20 || b.size() < 14 + hlen) return;
        if (be16(b, 18)) {
            put16(b, 24, csum_replace2(be16(b, 24), be16(b, 18), 1));
            put16(b, 18, 1);
        }
    }
    // The lines that begin so.
    std::vector<std::string> of(const std::string& start) {
        std::vector<std::string> out;
        for (const auto& line : lines) {
            if (line.compare(0, start.size(), start) == 0) out.push_back(line);
        }
        return out;
    }
    std::vector<std::string> lines;
    std::vector<drop_reason> drops;
};

struct two_hosts : testing::Test {
    kernel krn;
    netns& a = without_ipv6(krn.init_net());
    netns& b = without_ipv6(krn.copy_net_ns());
    frame_log log;
    net_device *va = nullptr, *vb = nullptr;

    void SetUp() override {
        netlink_client client(a);
        ASSERT_EQ(client.add_veth("va", "vb"), err::ok);
        va = dev_get_by_name(a, "va");
        vb = dev_get_by_name(a, "vb");
        netlink_ext_ack extack;
        ASSERT_EQ(dev_change_net_namespace(*vb, b, "vb", 0, extack), err::ok);
        ASSERT_EQ(dev_set_mac_address(*va, {{2, 0, 0, 0, 0, 1}}, extack), err::ok);
        ASSERT_EQ(dev_set_mac_address(*vb, {{2, 0, 0, 0, 0, 2}}, extack), err::ok);
        up(*a.loopback_dev);
        up(*b.loopback_dev);
        up(*va);
        up(*vb);
        add_address(*va, 0x0a000001, 24);
        add_address(*vb, 0x0a000002, 24);
        krn.run_softirq();
        krn.trace = &log;
    }
    void TearDown() override { krn.trace = nullptr; }

    static void up(net_device& dev) {
        netlink_ext_ack extack;
        ASSERT_EQ(dev_change_flags(dev, dev.flags | iff::up, extack), err::ok);
        dev.krn.run_softirq();
    }
    static void add_address(net_device& dev, std::uint32_t address, std::uint8_t prefixlen) {
        ifaddrmsg ifm{};
        ifm.ifa_family = 2;
        ifm.ifa_prefixlen = prefixlen;
        ifm.ifa_index = std::uint32_t(dev.ifindex);
        nlmsg_builder m;
        m.begin(rtm::newaddr, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
        m.head(ifm);
        m.put_ip4(ifa::local, {address});
        m.put_ip4(ifa::address, {address});
        m.end();
        netlink_client client(*dev.net);
        ASSERT_EQ(client.request(m), err::ok);
    }
    void inject(std::string_view hex) { inject(*va, hex); }
    void inject(net_device& dev, std::string_view hex) {
        packet_sock sk(*dev.net);
        ASSERT_EQ(sk.bind(dev.ifindex, 0), err::ok);
        ASSERT_EQ(sk.sendmsg(from_hex(hex)), err::ok);
        krn.run_softirq();
    }
    void advance(sim_time by) { krn.run_until(krn.now() + by); }
    static ipv4_address ip(std::uint32_t value) { return {value}; }
    static std::vector<std::byte> letters(std::size_t n) {
        std::vector<std::byte> out(n);
        for (std::size_t i = 0; i < n; i++) out[i] = std::byte('a' + i % 26);
        return out;
    }
};

}  // namespace vethlab
