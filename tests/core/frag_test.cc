#include "tests/core/ip_fixture.h"

namespace vethlab {
namespace {

using lines = std::vector<std::string>;

// Bytes of golden/frag-inject and frag-timeout.
struct Frag : two_hosts {
    void SetUp() override {
        two_hosts::SetUp();
        inject(
            "ffffffffffff 020000000001 0806 0001080006040001 020000000001 0a000001 "
            "000000000000 0a000002");
        log.lines.clear();
        log.drops.clear();
    }
    // Of one UDP datagram: its first 24 bytes, its last 8.
    static constexpr const char* eth = "020000000002 020000000001 0800 ";
    static std::string first(int id, const char* check) {
        char header[64];
        std::snprintf(header, sizeof header, "4500002c%04x20004011%s0a0000010a000002", id, check);
        return std::string(eth) + header + "03e807d00020000030313233343536373839616263646566";
    }
    static std::string second(int id, const char* check) {
        char header[64];
        std::snprintf(header, sizeof header, "4500001c%04x00034011%s0a0000010a000002", id, check);
        return std::string(eth) + header + "6768696a6b6c6d6e";
    }
    lines answers() { return log.of("va in "); }
};

TEST_F(Frag, AnyOrderGivesTheDatagram) {
    const std::string whole =
        "va in "
        "020000000001020000000002080045c0005000010000400165ea0a0000020a000001030318400000000045"
        "000034";
    inject(first(1, "46be"));
    EXPECT_TRUE(answers().empty());
    inject(second(1, "66cb"));
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_EQ(answers()[0], whole +
                                "00010000401166b60a0000010a00000203e807d00020000030313233343536"
                                "3738396162636465666768696a6b6c6d6e");
    inject(second(2, "66ca"));
    inject(first(2, "46bd"));
    ASSERT_EQ(answers().size(), 2u);
    inject(second(3, "66c9"));
    inject(second(3, "66c9"));
    ASSERT_EQ(log.drops.size(), 3u);
    EXPECT_EQ(log.drops[2], drop_reason::frag_duplicate);
    inject(first(3, "46bc"));
    EXPECT_EQ(answers().size(), 3u);
}

TEST_F(Frag, OverlapEndsTheDatagram) {
    inject(first(4, "46bb"));
    inject(std::string(eth) +
           "4500002400040002401166c10a0000010a000002 "
           "58585858585858586768696a6b6c6d6e");
    EXPECT_EQ(log.drops, (std::vector{drop_reason::frag_overlap, drop_reason::frag_overlap}));
    inject(second(4, "66c8"));
    EXPECT_TRUE(answers().empty());
}

TEST_F(Frag, TimeoutIsReportedWithTheFirstFragment) {
    ASSERT_EQ(sysctl_write(b, "net/ipv4/ipfrag_time", "2"), err::ok);
    inject(first(1, "46be"));
    inject(second(2, "66ca"));
    advance(1900ms);
    EXPECT_TRUE(answers().empty());
    advance(300ms);
    EXPECT_EQ(answers(),
              lines{"va in 020000000001020000000002080045c0004800010000400165f20a0000020a0000010b01"
                    "b9ef000000004500002c00012000401146be0a0000010a00000203e807d0002000003031323334"
                    "3536373839616263646566"});
    EXPECT_EQ(log.drops, (std::vector{drop_reason::frag_timeout, drop_reason::frag_timeout}));
}

TEST_F(Frag, MemoryIsLimited) {
    ASSERT_EQ(sysctl_write(b, "net/ipv4/ipfrag_low_thresh", "1000"), err::ok);
    ASSERT_EQ(sysctl_write(b, "net/ipv4/ipfrag_high_thresh", "2000"), err::ok);
    inject(second(2, "66ca"));
    inject(second(3, "66c9"));
    inject(second(1, "66cb"));
    EXPECT_TRUE(log.drops.empty()) << "the limit is looked at before, not after";
    inject(second(4, "66c8"));
    EXPECT_EQ(log.drops, (std::vector{drop_reason::nomem}));
    advance(31s);
    EXPECT_EQ(log.drops.size(), 4u);
    EXPECT_EQ(krn.frames.in_flight(), 0u);
}

// lo-big: a program sees each fragment arrive before it sends the next.
TEST_F(Frag, SenderCutsAndReceiverGetsOneDatagram) {
    inet_sock receiver(b, inet_sock::udp, 0), sender(a, inet_sock::udp, 0);
    ASSERT_EQ(inet_bind(receiver, {}, 9), err::ok);
    sender.options.pmtudisc = pmtu_discovery::dont;
    const auto data = letters(4000);
    ASSERT_EQ(inet_sendmsg(sender, data, inet_destination{ip(0x0a000002), 9}), err::ok);
    krn.run_softirq();
    const lines out = log.of("va out 0200000000020200000000010800");
    ASSERT_EQ(out.size(), 3u);
    EXPECT_EQ(out[0].substr(35, 40),
              "450005dc00012000"
              "4011"
              "410e0a0000010a000002");
    EXPECT_EQ(out[1].substr(35, 16), "450005dc000120b9");
    EXPECT_EQ(out[2].substr(35, 16), "4500042c00010172");
    const auto got = receiver.recv();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->data, data);
    EXPECT_EQ(got->addr, ip(0x0a000001));
    EXPECT_EQ(got->port, sender.num);
}

TEST_F(Frag, EachFragmentOverLoopbackArrivesBeforeTheNext) {
    a.loopback_dev->mtu = 1500;
    inet_sock sender(a, inet_sock::udp, 0);
    ASSERT_EQ(inet_sendmsg(sender, letters(2000), inet_destination{ip(0x7f000001), 9}), err::ok);
    const lines lo = log.of("lo ");
    ASSERT_EQ(lo.size(), 6u);
    std::string order;
    for (const auto& line : lo) order += line.substr(3, 1);
    EXPECT_EQ(order, "oioioi") << "two fragments, then the error about the closed port";
}

}  // namespace
}  // namespace vethlab
