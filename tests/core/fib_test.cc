// Addresses, routes and rules (core/ipv4/devinet.cc, fib_*.cc, route.cc).
#include <gtest/gtest.h>

#include "core/dev.h"
#include "tests/core/ipv4_fixture.h"

namespace vethlab {
namespace {

struct Fib : testing::Test {
    Fib() : host(krn.init_net()) {
        EXPECT_EQ(host.nl.add_veth("v0", "v1"), err::ok);
        EXPECT_EQ(host.nl.add_veth("w0", "w1"), err::ok);
    }
    void up(std::initializer_list<const char*> names) {
        for (const char* name : names) EXPECT_EQ(host.nl.set_up(name), err::ok);
        krn.run_until(krn.now() + 2s);
    }
    kernel krn;
    ipv4_host host;
};

TEST_F(Fib, DownDeviceHasOnlyTheLocalRoute) {
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.routes(), "");
    EXPECT_EQ(host.routes(rt_table::local), "local 10.0.0.1/32 dev v0 src 10.0.0.1\n");
}

TEST_F(Fib, LinkAndCarrierShowInTheRoutes) {
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    up({"v0"});
    EXPECT_EQ(host.routes(), "10.0.0.0/24 dev v0 linkdown src 10.0.0.1\n");
    EXPECT_EQ(host.routes(rt_table::local),
              "local 10.0.0.1/32 dev v0 src 10.0.0.1\n"
              "broadcast 10.0.0.255/32 dev v0 linkdown src 10.0.0.1\n");
    up({"v1"});
    EXPECT_EQ(host.routes(), "10.0.0.0/24 dev v0 src 10.0.0.1\n");
    EXPECT_EQ(host.add_route("10.5.0.0/16", {.via = "10.0.0.9"}), err::ok);
    EXPECT_EQ(host.nl.set_up("v1", false), err::ok);
    krn.run_until(krn.now() + 2s);
    EXPECT_EQ(host.routes(),
              "10.0.0.0/24 dev v0 linkdown src 10.0.0.1\n"
              "10.5.0.0/16 via 10.0.0.9 dev v0 linkdown\n");
    EXPECT_EQ(host.get("10.5.0.1"), "via 10.0.0.9 dev v0 src 10.0.0.1");
    EXPECT_EQ(host.nl.set_up("v0", false), err::ok);
    EXPECT_EQ(host.routes(), "");
    EXPECT_EQ(host.routes(rt_table::local), "local 10.0.0.1/32 dev v0 src 10.0.0.1\n");
}

TEST_F(Fib, PrimariesByScopeThenSecondaries) {
    for (const char* a : {"10.0.0.1/24", "10.0.0.2/24", "10.0.0.3/25", "10.0.1.1/24"}) {
        EXPECT_EQ(host.add_addr(a, "v0"), err::ok);
    }
    EXPECT_EQ(host.addresses("v0"),
              "10.0.0.1/24\n10.0.0.3/25\n10.0.1.1/24\n10.0.0.2/24 secondary\n");
    std::string sentence;
    EXPECT_EQ(host.addr(rtm::newaddr, "10.0.0.1/24", "v0", &sentence), err::exist);
    EXPECT_EQ(sentence, "ipv4: Address already assigned");
    EXPECT_EQ(host.addr(rtm::deladdr, "10.0.0.9/24", "v0", &sentence), err::addrnotavail);
    EXPECT_EQ(sentence, "ipv4: Address not found");
}

TEST_F(Fib, SecondariesGoWithTheirPrimary) {
    up({"v0", "v1"});
    for (const char* a : {"10.0.0.1/24", "10.0.0.2/24", "10.0.0.3/24"}) {
        EXPECT_EQ(host.add_addr(a, "v0"), err::ok);
    }
    EXPECT_EQ(host.routes(rt_table::local),
              "local 10.0.0.1/32 dev v0 src 10.0.0.1\n"
              "local 10.0.0.2/32 dev v0 src 10.0.0.1\n"
              "local 10.0.0.3/32 dev v0 src 10.0.0.1\n"
              "broadcast 10.0.0.255/32 dev v0 src 10.0.0.1\n");
    EXPECT_EQ(host.addr(rtm::deladdr, "10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.addresses("v0"), "");
    EXPECT_EQ(host.routes(), "");
    EXPECT_EQ(host.routes(rt_table::local), "");
}

TEST_F(Fib, PromotedSecondaryTakesOverTheRoutes) {
    up({"v0", "v1"});
    host.sysctl("net/ipv4/conf/v0/promote_secondaries", "1");
    for (const char* a : {"10.0.0.1/24", "10.0.0.2/24", "10.1.0.1/24", "10.0.0.3/24"}) {
        EXPECT_EQ(host.add_addr(a, "v0"), err::ok);
    }
    EXPECT_EQ(host.addr(rtm::deladdr, "10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.addresses("v0"), "10.1.0.1/24\n10.0.0.2/24\n10.0.0.3/24 secondary\n");
    EXPECT_EQ(host.routes(), "10.0.0.0/24 dev v0 src 10.0.0.2\n10.1.0.0/24 dev v0 src 10.1.0.1\n");
    EXPECT_EQ(host.routes(rt_table::local),
              "local 10.0.0.2/32 dev v0 src 10.0.0.2\n"
              "local 10.0.0.3/32 dev v0 src 10.0.0.2\n"
              "broadcast 10.0.0.255/32 dev v0 src 10.0.0.2\n"
              "local 10.1.0.1/32 dev v0 src 10.1.0.1\n"
              "broadcast 10.1.0.255/32 dev v0 src 10.1.0.1\n");
}

TEST_F(Fib, LifetimesEnd) {
    EXPECT_EQ(host.addr(rtm::newaddr, "10.0.0.1/24", "v0", nullptr, 20), err::ok);
    krn.run_until(5s);
    EXPECT_EQ(host.addresses("v0"), "10.0.0.1/24\n");
    krn.run_until(12s);
    EXPECT_EQ(host.addresses("v0"), "10.0.0.1/24 deprecated\n");
    krn.run_until(23s);
    EXPECT_EQ(host.addresses("v0"), "");
}

TEST_F(Fib, RoutesOfOnePrefixByMetricAndAge) {
    up({"v0", "v1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.add_route("10.5.0.0/16", {.via = "10.0.0.5", .metric = 10}), err::ok);
    EXPECT_EQ(host.add_route("10.5.0.0/16", {.via = "10.0.0.4"}), err::ok);
    EXPECT_EQ(host.add_route("10.5.0.0/16", {.via = "10.0.0.6"}), err::exist);
    EXPECT_EQ(
        host.add_route("10.5.0.0/16", {.via = "10.0.0.6", .flags = nlm_f::create | nlm_f::append}),
        err::ok);
    EXPECT_EQ(host.add_route("10.5.0.0/16", {.via = "10.0.0.7", .flags = nlm_f::create}), err::ok);
    EXPECT_EQ(host.add_route("10.5.3.0/24", {.dev = "v0"}), err::ok);
    EXPECT_EQ(host.add_route("0.0.0.0/0", {.via = "10.0.0.254"}), err::ok);
    EXPECT_EQ(host.routes(),
              "0.0.0.0/0 via 10.0.0.254 dev v0\n"
              "10.0.0.0/24 dev v0 src 10.0.0.1\n"
              "10.5.0.0/16 via 10.0.0.7 dev v0\n"
              "10.5.0.0/16 via 10.0.0.4 dev v0\n"
              "10.5.0.0/16 via 10.0.0.6 dev v0\n"
              "10.5.0.0/16 via 10.0.0.5 dev v0 metric 10\n"
              "10.5.3.0/24 dev v0\n");
    EXPECT_EQ(host.add_route("10.5.0.0/16", {.via = "10.0.0.9", .flags = nlm_f::replace}), err::ok);
    EXPECT_EQ(host.get("10.5.1.1"), "via 10.0.0.9 dev v0 src 10.0.0.1");
    EXPECT_EQ(host.get("10.5.3.1"), "dev v0 src 10.0.0.1");
    EXPECT_EQ(host.get("8.8.8.8"), "via 10.0.0.254 dev v0 src 10.0.0.1");
    EXPECT_EQ(host.add_route("10.6.0.0/16", {.via = "10.0.0.9", .flags = nlm_f::replace}),
              err::noent);
    EXPECT_EQ(host.route(rtm::delroute, "10.5.0.0/16", {.via = "10.0.0.6"}), err::ok);
    EXPECT_EQ(host.route(rtm::delroute, "10.5.0.0/16", {.via = "10.0.0.6"}), err::srch);
}

TEST_F(Fib, NextHopsAreChecked) {
    up({"v0", "v1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    const auto refused = [&](const char* prefix, const ipv4_host::route_args& how) {
        std::string sentence;
        EXPECT_NE(host.route(rtm::newroute, prefix, how, &sentence), err::ok);
        return sentence;
    };
    EXPECT_EQ(refused("10.5.0.0/16", {.via = "192.168.1.1"}), "Nexthop has invalid gateway");
    EXPECT_EQ(refused("10.5.0.0/16", {.via = "10.0.0.255"}), "Nexthop has invalid gateway");
    EXPECT_EQ(refused("10.5.0.0/16", {.via = "10.0.0.2", .dev = "w0"}),
              "Nexthop has invalid gateway");
    EXPECT_EQ(refused("10.5.0.0/16", {.dev = "w0"}), "Device for nexthop is not up");
    EXPECT_EQ(refused("10.5.0.1/16", {.dev = "v0"}), "Invalid prefix for given prefix length");
    EXPECT_EQ(refused("10.5.0.0/16", {.via = "10.0.0.2", .src = "9.9.9.9"}),
              "Invalid prefsrc address");
    EXPECT_EQ(refused("10.5.0.0/16", {.dev = "v0", .type = rtn::blackhole}),
              "Gateway, device and multipath can not be specified for this route type");
    EXPECT_EQ(host.add_route("10.5.0.0/16", {}), err::nodev);
    EXPECT_EQ(host.add_route("10.5.0.0/16", {.via = "10.0.0.1"}), err::ok);
}

TEST_F(Fib, PreferredSourceGoesWithItsAddress) {
    up({"v0", "v1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.add_addr("10.3.0.1/32", "v0"), err::ok);
    EXPECT_EQ(host.add_route("0.0.0.0/0", {.via = "10.0.0.2", .src = "10.3.0.1"}), err::ok);
    EXPECT_EQ(host.get("8.8.8.8"), "via 10.0.0.2 dev v0 src 10.3.0.1");
    EXPECT_EQ(host.addr(rtm::deladdr, "10.3.0.1/32", "v0"), err::ok);
    EXPECT_EQ(host.routes(), "10.0.0.0/24 dev v0 src 10.0.0.1\n");
}

TEST_F(Fib, SpecialRoutesAnswerWithErrors) {
    up({"v0", "v1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.add_route("10.50.0.0/16", {.type = rtn::unreachable}), err::ok);
    EXPECT_EQ(host.add_route("10.51.0.0/16", {.type = rtn::prohibit}), err::ok);
    EXPECT_EQ(host.add_route("10.52.0.0/16", {.type = rtn::blackhole}), err::ok);
    EXPECT_EQ(host.add_route("10.53.0.0/16", {.type = rtn::throw_}), err::ok);
    EXPECT_EQ(host.get("10.50.0.1"), "error 113");
    EXPECT_EQ(host.get("10.51.0.1"), "error 13");
    EXPECT_EQ(host.get("10.52.0.1"), "error 22");
    EXPECT_EQ(host.get("10.53.0.1"), "error 101");
    EXPECT_EQ(host.get("99.0.0.1"), "error 101");
    EXPECT_EQ(host.get("10.0.0.1"), "dev lo src 10.0.0.1");
    EXPECT_EQ(host.get("10.0.0.2", "9.9.9.9"), "error 101");
    EXPECT_EQ(host.get("99.0.0.1", nullptr, host.index("v0")), "dev v0 src 10.0.0.1");
}

TEST_F(Fib, RulesChooseTables) {
    up({"v0", "v1", "w0", "w1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.add_addr("10.1.0.1/24", "w0"), err::ok);
    EXPECT_EQ(host.add_route("0.0.0.0/0", {.via = "10.0.0.254"}), err::ok);
    EXPECT_EQ(host.add_route("0.0.0.0/0", {.via = "10.1.0.254", .table = 100}), err::ok);
    nlmsg_builder m;
    m.begin(rtm::newrule, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
    fib_rule_hdr frh{};
    frh.family = af::inet;
    frh.src_len = 32;
    frh.action = fr_act::to_tbl;
    m.head(frh);
    m.put_ip4(fra::src, ip4("10.1.0.1"));
    m.put_u32(fra::table, 100);
    m.end();
    EXPECT_EQ(host.nl.request(m), err::ok);
    EXPECT_EQ(fib4_rules(*host.net.ipv4)[1].pref, 32765u);
    EXPECT_EQ(host.get("8.8.8.8", "10.1.0.1"), "via 10.1.0.254 dev w0 src 10.1.0.1");
    EXPECT_EQ(host.get("8.8.8.8"), "via 10.0.0.254 dev v0 src 10.0.0.1");
}

TEST_F(Fib, PathMtuIsRememberedAndForgotten) {
    up({"v0", "v1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.add_route("0.0.0.0/0", {.via = "10.0.0.254"}), err::ok);
    flowi4 fl;
    fl.daddr = ip4("8.8.8.8");
    ipv4_update_pmtu(host.net, fl, 1400);
    EXPECT_EQ(host.get("8.8.8.8"), "via 10.0.0.254 dev v0 src 10.0.0.1 mtu 1400");
    EXPECT_EQ(host.get("8.8.4.4"), "via 10.0.0.254 dev v0 src 10.0.0.1");
    krn.run_until(krn.now() + 601s);
    EXPECT_EQ(host.get("8.8.8.8"), "via 10.0.0.254 dev v0 src 10.0.0.1");
}

TEST_F(Fib, EverythingGoesWithTheDevice) {
    up({"v0", "v1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    EXPECT_EQ(host.add_route("0.0.0.0/0", {.via = "10.0.0.254"}), err::ok);
    EXPECT_EQ(host.nl.remove("v1"), err::ok);
    EXPECT_EQ(host.routes(), "");
    EXPECT_EQ(host.routes(rt_table::local), "");
}

TEST_F(Fib, AnyBytesAreAnswered) {
    up({"v0", "v1"});
    EXPECT_EQ(host.add_addr("10.0.0.1/24", "v0"), err::ok);
    for (const std::uint16_t type :
         {rtm::newaddr, rtm::deladdr, rtm::getaddr, rtm::newroute, rtm::delroute, rtm::getroute,
          rtm::newrule, rtm::delrule, rtm::getrule, rtm::newneigh, rtm::delneigh, rtm::getneigh}) {
        for (int round = 0; round < 500; round++) {
            nlmsg_builder m;
            m.begin(type, std::uint16_t(krn.rng.below(0x1000) | nlm_f::request), 1);
            std::vector<std::byte> noise(krn.rng.below(80));
            for (auto& b : noise) b = std::byte(krn.rng.below(12));
            if (!noise.empty()) noise[0] = std::byte{af::inet};
            m.raw(noise);
            m.end();
            (void)host.nl.request(m);
            host.nl.answers.clear();
        }
    }
    SUCCEED();
}

}  // namespace
}  // namespace vethlab
