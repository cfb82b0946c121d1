#include "core/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "core/wire/checksum.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"

namespace vethlab {
namespace {

frame_ptr make(frame_pool& pool, std::string_view text) {
    auto skb = pool.alloc_skb(std::uint32_t(text.size()));
    std::memcpy(skb_put(*skb, std::uint32_t(text.size())).data(), text.data(), text.size());
    return skb;
}

std::string text_of(const frame& skb) {
    const auto b = skb.bytes();
    return {reinterpret_cast<const char*>(b.data()), b.size()};
}

TEST(Frame, PushPullPutTrim) {
    frame_pool pool;
    auto skb = make(pool, "payload");
    std::memcpy(skb_push(*skb, 3).data(), "abc", 3);
    EXPECT_EQ(text_of(*skb), "abcpayload");
    skb_pull(*skb, 5);
    EXPECT_EQ(text_of(*skb), "yload");
    skb_trim(*skb, 2);
    EXPECT_EQ(text_of(*skb), "yl");
}

TEST(Frame, CloneSharesBytesAndId) {
    frame_pool pool;
    auto a = make(pool, "shared");
    auto b = skb_clone(*a);
    EXPECT_EQ(a->bytes().data(), b->bytes().data());
    EXPECT_EQ(a->id, b->id);
    EXPECT_NE(make(pool, "other")->id, a->id);
}

TEST(Frame, WriterCopiesOnlyWhatIsShared) {
    frame_pool pool;
    auto a = make(pool, "shared");
    const auto* before = a->bytes().data();
    skb_cow(*a);
    EXPECT_EQ(a->bytes().data(), before) << "nobody shares it";
    auto b = skb_clone(*a);
    skb_cow(*b);
    b->writable()[0] = std::byte{'S'};
    EXPECT_EQ(text_of(*a), "shared");
    EXPECT_EQ(text_of(*b), "Shared");
}

TEST(Frame, CowKeepsHeadersInPlaceWhenItMakesRoom) {
    frame_pool pool;
    auto skb = pool.alloc_skb(20, 0);
    std::memcpy(skb_put(*skb, 20).data(), "ETHERNETETHERNpacket", 20);
    skb->mac_header = skb->data_at;
    skb_pull(*skb, 14);
    skb->network_header = skb->data_at;
    auto other = skb_clone(*skb);
    skb_cow(*skb, 100);
    EXPECT_GE(skb->headroom(), 100u);
    EXPECT_EQ(char(skb->from(skb->mac_header)[0]), 'E');
    EXPECT_EQ(char(skb->from(skb->network_header)[0]), 'p');
    EXPECT_EQ(text_of(*other), "packet");
}

TEST(Frame, PoolGetsEverythingBack) {
    frame_pool pool;
    {
        frame_queue q;
        for (int i = 0; i < 10; i++) q.push_back(make(pool, std::string(std::size_t(i) * 1000, 'x')));
        q.push_back(skb_clone(*q.front()));
        EXPECT_EQ(q.size(), 11u);
        EXPECT_EQ(pool.in_flight(), 11u);
        q.remove_if([](const frame& f) { return f.len > 5000; });
        EXPECT_EQ(q.size(), 7u);
    }
    EXPECT_EQ(pool.in_flight(), 0u);
}

TEST(Frame, VlanTagOutAndBack) {
    frame_pool pool;
    std::byte tagged[18 + 4] = {};
    write_ethernet(tagged, {{1, 2, 3, 4, 5, 6}}, {{7, 8, 9, 10, 11, 12}}, eth_p::p8021q);
    put16(tagged, 14, 0x2005);
    put16(tagged, 16, eth_p::ip);
    auto skb = pool.alloc_skb(sizeof tagged);
    std::memcpy(skb_put(*skb, sizeof tagged).data(), tagged, sizeof tagged);
    skb->mac_header = skb->data_at;
    skb->protocol = eth_p::p8021q;
    skb_pull(*skb, eth_hlen);
    ASSERT_TRUE(skb_vlan_untag(*skb));
    EXPECT_EQ(skb->vlan_tci, 0x2005);
    EXPECT_EQ(skb->protocol, eth_p::ip);
    EXPECT_EQ(skb->from(skb->mac_header).size(), 18u);
    skb_push(*skb, eth_hlen);
    vlan_insert_tag(*skb);
    EXPECT_EQ(text_of(*skb), std::string(reinterpret_cast<char*>(tagged), sizeof tagged));
}

TEST(Frame, ChecksumHelpFinishesUdp) {
    frame_pool pool;
    const ipv4_address a{0x0a000001}, b{0x0a000002};
    auto skb = make(pool, "hello");
    skb_push(*skb, udp_view::size);
    const auto len = std::uint16_t(skb->len);
    const std::uint16_t pseudo = std::uint16_t(~csum_fold(csum_tcpudp_nofold(a, b, len, ipproto::udp)));
    write_udp(skb->writable(), 1, 2, len, pseudo);
    skb->ip_summed = csum::partial;
    skb->csum_start = std::uint16_t(skb->data_at);
    skb->csum_offset = 6;
    skb_checksum_help(*skb);
    EXPECT_EQ(csum_fold(csum_partial(skb->bytes(), csum_tcpudp_nofold(a, b, len, ipproto::udp))), 0);
    EXPECT_EQ(skb->ip_summed, csum::none);
}

// RFC 1071: the sum does not depend on where the pieces are cut; RFC 1624: an update equals a
// new sum.
TEST(Checksum, PiecesAndUpdates) {
    std::byte data[40];
    for (std::size_t i = 0; i < sizeof data; i++) data[i] = std::byte(i * 37 + 11);
    const auto whole = ip_compute_csum(data);
    EXPECT_EQ(csum_fold(csum_partial(bytes_view(data).subspan(16), csum_partial(bytes_view(data).first(16)))), whole);
    const auto old_word = be16(data, 8);
    put16(data, 8, 0xbeef);
    EXPECT_EQ(csum_replace2(whole, old_word, 0xbeef), ip_compute_csum(data));
    const auto before = ip_compute_csum(data);
    const auto old_long = be32(data, 20);
    put32(data, 20, 0x01020304);
    EXPECT_EQ(csum_replace4(std::uint16_t(before), old_long, 0x01020304), ip_compute_csum(data));
}

TEST(Wire, ViewsRefuseWhatIsTooShort) {
    std::byte bytes[64] = {};
    EXPECT_FALSE(ethernet_view::parse(bytes_view(bytes).first(13)));
    EXPECT_FALSE(ipv4_view::parse(bytes_view(bytes).first(20))) << "version 0";
    bytes[0] = std::byte{0x4f};
    EXPECT_FALSE(ipv4_view::parse(bytes_view(bytes).first(40))) << "60 bytes of header announced";
    EXPECT_TRUE(ipv4_view::parse(bytes_view(bytes).first(60)));
    EXPECT_FALSE(icmp_view::parse(bytes_view(bytes).first(7)));
    EXPECT_FALSE(udp_view::parse(bytes_view(bytes).first(7)));
}

}  // namespace
}  // namespace vethlab
