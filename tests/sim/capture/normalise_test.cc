#include "sim/capture/normalise.h"

#include <gtest/gtest.h>

#include "core/wire/checksum.h"
#include "sim/capture/frames_text.h"

namespace vethlab {
namespace {

std::string one(std::string_view command, const std::string& line) {
    return normalise_output(command, {line})[0];
}

TEST(NormaliseOutput, TimesBecomeLetters) {
    EXPECT_EQ(one("ping", "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.061 ms"),
              "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=T ms");
    EXPECT_EQ(one("ping", "2 packets transmitted, 2 received, 0% packet loss, time 1001ms"),
              "2 packets transmitted, 2 received, 0% packet loss, time Tms");
    EXPECT_EQ(one("ping", "rtt min/avg/max/mdev = 0.035/0.048/0.061/0.013 ms, ipg/ewma 1.2/3 ms"),
              "rtt min/avg/max/mdev = T/T/T/T ms, ipg/ewma T/T ms");
    EXPECT_EQ(one("arping", "Unicast reply from 10.0.0.2 [0A:00:00:00:00:01]  0.647ms"),
              "Unicast reply from 10.0.0.2 [0A:00:00:00:00:01]  Tms");
    EXPECT_EQ(one("ip -d link", "hello_timer    0.00 tcn_timer    0.00"),
              "hello_timer T tcn_timer T");
    EXPECT_EQ(one("ip -j -d link", R"("hello_timer":12.5,"mtu":1500)"),
              R"("hello_timer":"T","mtu":1500)");
    EXPECT_EQ(one("brctl showstp", " hello timer\t\t   0.00"), " hello timer\t\tT");
    EXPECT_EQ(one("brctl showmacs", "  1\t0a:00:00:00:00:01\tno\t\t   1.27"),
              "  1\t0a:00:00:00:00:01\tno\t\tT");
    EXPECT_EQ(one("brctl showmacs", "  1\t0a:00:00:00:00:01\tyes\t\t   0.00"),
              "  1\t0a:00:00:00:00:01\tyes\t\t   0.00");
    EXPECT_EQ(one("ip -s neigh", "used 3/1/4 probes 1"), "used T/T/T probes 1");
    EXPECT_EQ(one("bridge -s fdb", "used 3/1 master br0"), "used T/T master br0");
    EXPECT_EQ(one("ip route get", "cache expires 597sec mtu 1400"), "cache expires Tsec mtu 1400");
    EXPECT_EQ(one("tc qdisc", "qdisc tbf 8001: root"), "qdisc tbf 8XXX: root");
    EXPECT_EQ(one("tc qdisc", "qdisc tbf 18001: root"), "qdisc tbf 18001: root");
}

TEST(NormaliseOutput, OnlyNeighboursAreSorted) {
    const std::vector<std::string> lines{"b", "c", "a"}, sorted{"a", "b", "c"};
    for (const char* command :
         {"ip neigh", "ip -s n show", "ip -n ns1 neighbour", "ip netns exec ns1 /sbin/ip -4 nei"}) {
        EXPECT_EQ(normalise_output(command, lines), sorted) << command;
    }
    for (const char* command : {"ip -n neigh link", "ip netns list", "skip neigh", "ip link"}) {
        EXPECT_EQ(normalise_output(command, lines), lines) << command;
    }
    EXPECT_EQ(normalise_output("arp -n", lines), (std::vector<std::string>{"b", "a", "c"}));
}

std::vector<std::byte> echo(std::uint16_t ident, std::uint16_t fragment, std::uint16_t id) {
    std::vector<std::byte> f(14 + 20 + 8 + 24);
    put16(f, 12, 0x0800);
    put8(f, 14, 0x45);
    put16(f, 16, std::uint16_t(f.size() - 14));
    put16(f, 18, ident);
    put16(f, 20, fragment);
    put8(f, 23, 1);
    put32(f, 26, 0x0a000001);
    put32(f, 30, 0x0a000002);
    put8(f, 34, 8);
    put16(f, 38, id);
    for (std::size_t i = 42; i < f.size(); i++) put8(f, i, std::uint8_t(i * id));
    put16(f, 24, ip_compute_csum(bytes_view(f).subspan(14, 20)));
    put16(f, 36, ip_compute_csum(bytes_view(f).subspan(34)));
    return f;
}

TEST(NormaliseFrame, EchoLosesItsIdentityAndKeepsItsSums) {
    datagram_ids ids;
    const auto out = normalise_frame(echo(0x1234, 0, 77), ids);
    EXPECT_EQ(be16(out, 18), 1);
    EXPECT_EQ(be16(out, 38), 1);
    EXPECT_EQ(u8(out, 42), 0);
    EXPECT_NE(u8(out, 42 + 16), 0);
    EXPECT_EQ(ip_compute_csum(bytes_view(out).subspan(14, 20)), 0);
    EXPECT_EQ(ip_compute_csum(bytes_view(out).subspan(34)), 0);
    EXPECT_EQ(hex_text(normalise_frame(out, ids)), hex_text(out));
}

TEST(NormaliseFrame, WrongSumsStayWrong) {
    datagram_ids ids;
    auto f = echo(0x1234, 0, 77);
    put16(f, 24, std::uint16_t(be16(f, 24) + 1));
    EXPECT_NE(ip_compute_csum(bytes_view(normalise_frame(f, ids)).subspan(14, 20)), 0);
}

TEST(NormaliseFrame, FragmentsAreNumberedAsTheyAppear) {
    datagram_ids ids;
    EXPECT_EQ(be16(normalise_frame(echo(900, 0x2000, 1), ids), 18), 1);
    EXPECT_EQ(be16(normalise_frame(echo(800, 0x2000, 1), ids), 18), 2);
    EXPECT_EQ(be16(normalise_frame(echo(900, 0x0003, 1), ids), 18), 1);
    EXPECT_EQ(be16(normalise_frame(echo(0, 0x2000, 1), ids), 18), 0);
}

TEST(NormaliseFrame, AnyBytesAreFine) {
    datagram_ids ids;
    const auto whole = echo(5, 0, 5);
    for (std::size_t n = 0; n <= whole.size(); n++) {
        EXPECT_EQ(normalise_frame(bytes_view(whole).first(n), ids).size(), n);
    }
}

}  // namespace
}  // namespace vethlab
