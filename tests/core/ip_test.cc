#include "core/ipv4/igmp.h"
#include "core/wire/icmp.h"
#include "tests/core/ip_fixture.h"

namespace vethlab {
namespace {

using lines = std::vector<std::string>;

struct Ip : two_hosts {
    static inet_destination to(std::uint32_t addr, std::uint16_t port = 0) {
        return {{addr}, port};
    }
};

TEST_F(Ip, UdpLeavesThePartialSumAndHearsOfTheClosedPort) {
    inet_sock sk(a, inet_sock::udp, 0);
    ASSERT_EQ(inet_bind(sk, {}, 40000), err::ok);
    ASSERT_EQ(inet_connect(sk, ip(0x0a000002), 7), err::ok);
    sk.id = 1;
    const auto data = letters(4);
    ASSERT_EQ(inet_sendmsg(sk, data, std::nullopt), err::ok);
    krn.run_softirq();
    const lines out = log.of("va out 020000000002");
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0],
              "va out 02000000000202000000000108004500002000014000401126ca0a0000010a000002"
              "9c400007000c142061626364");
    const lines in = log.of("va in 0200000000010200000000020800");
    ASSERT_EQ(in.size(), 1u);
    EXPECT_EQ(in[0],
              "va in 020000000001020000000002080045c0003c00010000400165fe0a0000020a000001"
              "030387c2000000004500002000014000401126ca0a0000010a0000029c400007000c142061626364");
    EXPECT_EQ(inet_sendmsg(sk, data, std::nullopt), err::connrefused) << "once, on the next call";
    EXPECT_EQ(sk.take_error(), err::ok);
}

TEST_F(Ip, SizesAndPlacesThatCannotBe) {
    inet_sock sk(a, inet_sock::udp, 0);
    EXPECT_EQ(inet_sendmsg(sk, letters(1), to(0x0a090909, 7)), err::netunreach);
    EXPECT_EQ(inet_sendmsg(sk, letters(1), to(0x0a0000ff, 7)), err::acces);
    EXPECT_EQ(inet_sendmsg(sk, letters(1), to(0x0a000002, 0)), err::inval);
    EXPECT_EQ(inet_sendmsg(sk, letters(1), std::nullopt), err::destaddrreq);
    EXPECT_EQ(inet_sendmsg(sk, letters(65508), to(0x0a000002, 7)), err::msgsize);
    sk.options.pmtudisc = pmtu_discovery::do_;
    sk.options.recverr = true;
    EXPECT_EQ(inet_sendmsg(sk, letters(1473), to(0x0a000002, 7)), err::msgsize);
    const auto error = sk.recv_error();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->origin, inet_error::local);
    EXPECT_EQ(error->info, 1500u);
    EXPECT_EQ(inet_bind(sk, {}, 7), err::inval) << "it has a port already";
    inet_sock one(a, inet_sock::udp, 0), two(a, inet_sock::udp, 0);
    EXPECT_EQ(inet_bind(one, ip(0x0a000009), 7), err::addrnotavail);
    EXPECT_EQ(inet_bind(one, ip(0x0a000001), 7), err::ok);
    EXPECT_EQ(inet_bind(two, {}, 7), err::addrinuse);
}

TEST_F(Ip, RawSocketsAllGetACopyFromTheHeaderOn) {
    inet_sock one(a, inet_sock::raw, ipproto::icmp), two(a, inet_sock::raw, ipproto::icmp);
    const auto echo = from_hex("0800f7fd00000002");
    ASSERT_EQ(inet_sendmsg(one, echo, to(0x0a000002)), err::ok);
    krn.run_softirq();
    for (inet_sock* sk : {&one, &two}) {
        const auto got = sk->recv();
        ASSERT_TRUE(got);
        EXPECT_EQ(got->data.size(), 28u);
        EXPECT_EQ(to_hex(bytes_view(got->data).subspan(20)), "0000fffd00000002");
        EXPECT_EQ(got->addr, ip(0x0a000002));
        EXPECT_EQ(got->ifindex, va->ifindex);
        EXPECT_FALSE(sk->recv());
    }
}

TEST_F(Ip, NobodyAnswersArpSoTheSenderHearsIcmpFromItself) {
    inet_sock sk(a, inet_sock::raw, ipproto::icmp);
    sk.options.recverr = true;
    ASSERT_EQ(inet_sendmsg(sk, from_hex("0800f7fd00000002"), to(0x0a000009)), err::ok);
    krn.run_softirq();
    EXPECT_FALSE(sk.readable());
    advance(4s);
    const auto error = sk.recv_error();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, err::hostunreach);
    EXPECT_EQ(error->type, icmp_type::dest_unreach);
    EXPECT_EQ(error->icmp_code, icmp_code::host_unreach);
    EXPECT_EQ(error->offender, ip(0x0a000001));
    EXPECT_EQ(error->to_addr, ip(0x0a000009));
    EXPECT_EQ(to_hex(error->data), "0800f7fd00000002");
}

TEST_F(Ip, OwnAddressesGoOverLoopback) {
    inet_sock sk(a, inet_sock::raw, ipproto::icmp);
    ASSERT_EQ(inet_sendmsg(sk, from_hex("0800f7fd00000002"), to(0x0a000001)), err::ok);
    krn.run_softirq();
    EXPECT_EQ(log.of("lo ").size(), 4u);
    EXPECT_TRUE(log.of("va ").empty());
    EXPECT_EQ(sk.receive_queue.size(), 2u) << "the request, and the answer";
}

// A third namespace behind b, which forwards.
struct Router : two_hosts {
    netns& c = without_ipv6(krn.copy_net_ns());
    net_device *vr = nullptr, *vc = nullptr;
    void SetUp() override {
        two_hosts::SetUp();
        netlink_client client(b);
        ASSERT_EQ(client.add_veth("vr", "vc"), err::ok);
        vr = dev_get_by_name(b, "vr");
        vc = dev_get_by_name(b, "vc");
        netlink_ext_ack extack;
        ASSERT_EQ(dev_change_net_namespace(*vc, c, "vc", 0, extack), err::ok);
        up(*vr);
        up(*vc);
        add_address(*vr, 0x0a000101, 24);
        add_address(*vc, 0x0a000102, 24);
        add_default(a, 0x0a000002, *va);
        add_default(c, 0x0a000101, *vc);
        ASSERT_EQ(sysctl_write(b, "net/ipv4/ip_forward", "1"), err::ok);
        log.lines.clear();
        log.drops.clear();
    }
    static void add_default(netns& net, std::uint32_t gateway, net_device& dev) {
        rtmsg r{};
        r.rtm_family = 2;
        r.rtm_table = rt_table::main;
        r.rtm_protocol = rtprot::boot;
        r.rtm_type = std::uint8_t(rtn::unicast);
        nlmsg_builder m;
        m.begin(rtm::newroute, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
        m.head(r);
        m.put_ip4(rta::gateway, {gateway});
        m.put_u32(rta::oif, std::uint32_t(dev.ifindex));
        m.end();
        netlink_client client(net);
        ASSERT_EQ(client.request(m), err::ok);
    }
    std::optional<inet_error> send_echo(inet_sock& sk, std::size_t bytes = 8,
                                        std::uint32_t addr = 0x0a000102) {
        sk.options.recverr = true;
        std::vector<std::byte> echo(bytes);
        put8(echo, 0, icmp_type::echo);
        put16(echo, 2, ip_compute_csum(echo));
        EXPECT_EQ(inet_sendmsg(sk, echo, inet_destination{{addr}, 0}), err::ok);
        krn.run_softirq();
        return sk.recv_error();
    }
};

TEST_F(Router, TakesOneFromTheTtlAndNothingElse) {
    inet_sock sk(a, inet_sock::raw, ipproto::icmp);
    EXPECT_FALSE(send_echo(sk));
    ASSERT_TRUE(sk.recv());
    EXPECT_EQ(log.of("va out 020000000002")[0].substr(35),
              "4500001c00014000400125de0a0000010a00010208"
              "00f7ff00000000");
    const auto in = log.of("vc in ");
    EXPECT_EQ(in.back().substr(in.back().size() - 56),
              "4500001c000140003f0126de0a0000010a0001020800f7ff"
              "00000000");
}

TEST_F(Router, ErrorsOfARouter) {
    inet_sock sk(a, inet_sock::raw, ipproto::icmp);
    sk.options.ttl = 1;
    auto error = send_echo(sk);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->type, icmp_type::time_exceeded);
    EXPECT_EQ(error->offender, ip(0x0a000002)) << "the device the error leaves by";
    sk.options.ttl = -1;
    error = send_echo(sk, 8, 0x0a090909);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->icmp_code, icmp_code::net_unreach);
    EXPECT_EQ(error->code, err::netunreach);
}

TEST_F(Router, TooBigIsReportedAndRemembered) {
    netlink_ext_ack extack;
    ASSERT_EQ(dev_set_mtu(*vr, 1400, extack), err::ok);
    inet_sock sk(a, inet_sock::raw, ipproto::icmp);
    const auto error = send_echo(sk, 1480);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, err::msgsize);
    EXPECT_EQ(error->info, 1400u);
    EXPECT_EQ(error->data.size(), 528u) << "548 bytes of the packet, less its header";
    // From now on it is cut at home: no DF, 1376 bytes first.
    log.lines.clear();
    EXPECT_FALSE(send_echo(sk, 1480));
    const auto out = log.of("va out ");
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0].substr(35, 16), "4500057400012000");
    EXPECT_TRUE(sk.recv());
}

TEST_F(Router, CutsWhatMayBeCut) {
    netlink_ext_ack extack;
    ASSERT_EQ(dev_set_mtu(*vr, 1400, extack), err::ok);
    inet_sock sk(a, inet_sock::raw, ipproto::icmp);
    sk.options.pmtudisc = pmtu_discovery::dont;
    EXPECT_FALSE(send_echo(sk, 1480));
    const auto out = log.of("vr out ");
    ASSERT_GE(out.size(), 3u);
    EXPECT_EQ(out[1].substr(35, 16), "4500057400012000");
    EXPECT_EQ(out[2].substr(35, 16), "4500007c000100ac");
}

struct Igmp : two_hosts {};

// golden/bridge-igmp-reports: twice, and with the address of the device.
TEST_F(Igmp, JoinAndLeaveAreReportedTwice) {
    ip_mc_inc_group(*va, ip(0xef010203));
    EXPECT_EQ(dev_mc_list(*va).back().addr, (mac_address{{1, 0, 0x5e, 1, 2, 3}}));
    EXPECT_TRUE(log.of("va out ").empty()) << "not at once";
    advance(50ms);
    const std::string report =
        "va out 01005e000016020000000001080046c00028000040000102f9f80a000001e00000169404000022"
        "00e8f90000000104000000ef010203";
    EXPECT_EQ(log.of("va out "), lines{report});
    advance(2s);
    EXPECT_EQ(log.of("va out "), (lines{report, report}));
    log.lines.clear();
    ip_mc_dec_group(*va, ip(0xef010203));
    advance(3s);
    ASSERT_EQ(log.of("va out ").size(), 2u);
    EXPECT_EQ(log.of("va out ")[0].substr(report.size() - 16), "03000000ef010203");
    EXPECT_EQ(dev_mc_list(*va).size(), 2u);  // all hosts, of IPv4 and IPv6
}

TEST_F(Igmp, AnOldQuerierIsAnsweredInItsOwnVersion) {
    ip_mc_inc_group(*va, ip(0xef010203));
    advance(3s);
    log.lines.clear();
    // general query of version 2, 1 s to answer
    inject(*vb,
           "01005e000001 020000000002 0800 4500001c000000000102cfdd0a000002e0000001 "
           "110aeef500000000");
    advance(1500ms);
    EXPECT_EQ(log.of("va out "),
              lines{"va out 01005e010203020000000001080046c00020000040000102e9120a000001ef01020394"
                    "0400001600f8fa"
                    "ef010203"});
    EXPECT_NE(igmp_mc_seq_show(a).find("V2\n\t\t\t\t030201EF     1 0:00000000\t\t1\n"),
              std::string::npos)
        << igmp_mc_seq_show(a);
}

TEST_F(Igmp, CopiesForThisHostAreNotSeenOnTheDevice) {
    ip_mc_inc_group(*va, ip(0xef010203));
    inet_sock sender(a, inet_sock::udp, 0), receiver(a, inet_sock::udp, 0);
    ASSERT_EQ(inet_bind(receiver, {}, 5000), err::ok);
    sender.options.multicast_if = va->ifindex;
    ASSERT_EQ(inet_sendmsg(sender, letters(4), inet_destination{ip(0xef010203), 5000}), err::ok);
    krn.run_softirq();
    EXPECT_EQ(log.of("va ").size(), 1u);
    EXPECT_EQ(receiver.receive_queue.size(), 1u);
    sender.options.multicast_loop = false;
    ASSERT_EQ(inet_sendmsg(sender, letters(4), inet_destination{ip(0xef010203), 5000}), err::ok);
    krn.run_softirq();
    EXPECT_EQ(receiver.receive_queue.size(), 1u);
}

}  // namespace
}  // namespace vethlab
