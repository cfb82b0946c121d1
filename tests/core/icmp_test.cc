#include "core/ipv4/icmp.h"

#include "tests/core/ip_fixture.h"

namespace vethlab {
namespace {

using lines = std::vector<std::string>;

// Bytes of golden/icmp-inject, icmp-ratelimit and udp-unreachable.
struct Icmp : two_hosts {
    void SetUp() override {
        two_hosts::SetUp();
        // Resolve both ways, so that the log holds IP frames only.
        inject(
            "ffffffffffff 020000000001 0806 0001080006040001 020000000001 0a000001 "
            "000000000000 0a000002");
        inject(*vb,
               "ffffffffffff 020000000002 0806 0001080006040001 020000000002 0a000002 "
               "000000000000 0a000001");
        log.lines.clear();
        log.drops.clear();
    }
    lines answers() { return log.of("va in "); }
    drop_reason last_drop() { return log.drops.empty() ? drop_reason::consumed : log.drops.back(); }
};

TEST_F(Icmp, EchoIsAnsweredWithItsOwnTosAndPayload) {
    inject(
        "020000000002 020000000001 0800 4500002412340000400154a30a0000010a000002 "
        "0800eb77007700010001020304050607");
    EXPECT_EQ(answers(), lines{"va in 0200000000010200000000020800450000240001000040016"
                               "6d60a0000020a0000010000f377007700010001020304050607"});
    EXPECT_EQ(log.drops, std::vector{drop_reason::no_socket}) << "the reply: nobody pinged";
}

TEST_F(Icmp, PaddingIsNotPartOfThePacket) {
    inject(
        "020000000002 020000000001 0800 4500002012340000400154a70a0000010a000002 "
        "0800f57b0077000900010203 0000000000000000000000000000");
    EXPECT_EQ(answers(), lines{"va in 020000000001020000000002080045000020000100004001"
                               "66da0a0000020a0000010000fd7b0077000900010203"});
}

TEST_F(Icmp, SilentDropsHaveReasons) {
    inject(
        "020000000002 020000000001 0800 4500002412340000400154a20a0000010a000002 "
        "0800eb76007700020001020304050607");
    EXPECT_EQ(last_drop(), drop_reason::ip_csum);
    inject(
        "020000000099 020000000001 0800 4500002412340000400154a30a0000010a000002 "
        "0800eb74007700040001020304050607");
    EXPECT_EQ(last_drop(), drop_reason::otherhost);
    EXPECT_EQ(vb->stats.rx_otherhost_dropped, 1u);
    inject(
        "020000000002 020000000001 0800 45000024123400004001549c0a0000010a000009 "
        "0800eb73007700050001020304050607");
    EXPECT_EQ(last_drop(), drop_reason::ip_in_addr_errors);
    inject(
        "020000000002 020000000001 0800 4500002412340000400154a20a0000020a000002 "
        "0800eb71007700070001020304050607");
    EXPECT_EQ(last_drop(), drop_reason::ip_local_source);
    inject("020000000002 020000000001 0800 4500005400010000400100000a0000010a000002");
    EXPECT_EQ(last_drop(), drop_reason::ip_csum);
    inject(
        "020000000002 020000000001 0800 4500002012340000400154a70a0000010a000002 "
        "1100eefe0000000000000000");
    EXPECT_EQ(last_drop(), drop_reason::icmp_csum);
    inject("020000000002 020000000001 0800 45");
    EXPECT_EQ(last_drop(), drop_reason::ip_in_hdr);
    EXPECT_TRUE(answers().empty());
}

TEST_F(Icmp, UnknownProtocolAndClosedPort) {
    inject("020000000002 020000000001 0800 450000181234000040fd53b30a0000010a000002 61626364");
    inject(
        "020000000002 020000000001 0800 4500002012340000401154970a0000010a000002 "
        "03e807d0000c000061626364");
    const lines got = answers();
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0],
              "va in 020000000001020000000002080045c0003400010000400166060a0000020a000001"
              "0302383700000000450000181234000040fd53b30a0000010a00000261626364");
    EXPECT_EQ(got[1],
              "va in 020000000001020000000002080045c0003c00010000400165fe0a0000020a000001"
              "03032c72000000004500002012340000401154970a0000010a00000203e807d0000c0000"
              "61626364");
}

TEST_F(Icmp, NoErrorAboutBroadcastsFragmentsOrErrors) {
    // UDP to the subnet's broadcast address
    inject(
        "ffffffffffff 020000000001 0800 45000020123400004011539a0a0000010a0000ff "
        "03e807d0000c000061626364");
    // unknown protocol in a broadcast frame
    inject("ffffffffffff 020000000001 0800 450000181234000040fd53b30a0000010a000002 61626364");
    EXPECT_TRUE(answers().empty());
}

TEST_F(Icmp, SixErrorsAtOnceThenOneASecond) {
    const char* datagram =
        "020000000002 020000000001 0800 "
        "4500002012340000401154970a0000010a000002 03e807d0000c000061626364";
    for (int i = 0; i < 10; i++) inject(datagram);
    EXPECT_EQ(answers().size(), 6u);
    advance(2300ms);
    for (int i = 0; i < 4; i++) inject(datagram);
    EXPECT_EQ(answers().size(), 8u);
    ASSERT_EQ(sysctl_write(b, "net/ipv4/icmp_ratelimit", "0"), err::ok);
    for (int i = 0; i < 10; i++) inject(datagram);
    EXPECT_EQ(answers().size(), 18u);
}

TEST_F(Icmp, EchoToGroupsOnlyIfAllowed) {
    const char* echo =
        "ffffffffffff 020000000001 0800 45000020123400004001"
        "53aa0a0000010a0000ff 0800f57b0077000900010203";
    inject(echo);
    EXPECT_TRUE(answers().empty());
    EXPECT_EQ(last_drop(), drop_reason::invalid_proto);
    ASSERT_EQ(sysctl_write(b, "net/ipv4/icmp_echo_ignore_broadcasts", "0"), err::ok);
    inject(echo);
    ASSERT_EQ(answers().size(), 1u);
    // from the address of the device
    EXPECT_NE(answers()[0].find("0a0000020a0000010000fd7b"), std::string::npos);
}

TEST_F(Icmp, RecordRouteComesBackWithOurAddressTwice) {
    // an option of 11 bytes with room for two, and an end
    std::vector<std::byte> packet = from_hex(
        "020000000002 020000000001 0800 48000028123400004001 0000 0a0000010a000002 "
        "01 07 0b 04 0000000000000000 0800f7fd00000002");
    const bytes_span ip(packet.data() + 14, packet.size() - 14);
    put16(ip, 10, ip_compute_csum(ip.first(32)));
    inject(to_hex(packet));
    ASSERT_EQ(answers().size(), 1u);
    const auto reply = from_hex(answers()[0].substr(6));
    EXPECT_EQ(to_hex(bytes_view(reply).subspan(14 + 20, 12)), "070b0c0a0000020a00000200");
    EXPECT_EQ(ip_compute_csum(bytes_view(reply).subspan(14, 32)), 0);
}

TEST_F(Icmp, MalformedOptionIsAParameterProblem) {
    std::vector<std::byte> packet = from_hex(
        "020000000002 020000000001 0800 46000020123400004001 0000 0a0000010a000002 "
        "07 09 04 00 0800f7fd00000002");
    const bytes_span ip(packet.data() + 14, packet.size() - 14);
    put16(ip, 10, ip_compute_csum(ip.first(24)));
    inject(to_hex(packet));
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_NE(answers()[0].find("0c00"), std::string::npos);
    EXPECT_NE(answers()[0].find("14000000" + to_hex(bytes_view(ip).first(4))), std::string::npos);
}

TEST_F(Icmp, TcpSegmentsAreReset) {
    std::vector<std::byte> packet = from_hex(
        "020000000002 020000000001 0800 45000028123440004006 0000 0a0000010a000002 "
        "03e8 0050 00000100 00000000 5002 0200 0000 0000");
    const bytes_span ip(packet.data() + 14, packet.size() - 14);
    put16(ip, 10, ip_compute_csum(ip.first(20)));
    const auto tcp = ip.subspan(20);
    put16(tcp, 16,
          csum_fold(
              csum_partial(tcp, csum_tcpudp_nofold({0x0a000001}, {0x0a000002}, 20, ipproto::tcp))));
    inject(to_hex(packet));
    ASSERT_EQ(answers().size(), 1u);
    const auto reply = from_hex(answers()[0].substr(6));
    EXPECT_EQ(to_hex(bytes_view(reply).subspan(14, 10)), "45000028000040004006");
    EXPECT_EQ(to_hex(bytes_view(reply).subspan(34, 16)), "005003e8000000000000010150140000");
}

}  // namespace
}  // namespace vethlab
