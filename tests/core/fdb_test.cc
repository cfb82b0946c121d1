// Linux: net/bridge/br_fdb.c. What is learned, kept and forgotten.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/core/bridge_fixture.h"

namespace vethlab {
namespace {

struct BrFdb : testing::Test {
    bridge_fixture br{"p1", "p2", "p3"};
    void SetUp() override { ASSERT_TRUE(br.healthy); }
};
constexpr std::uint8_t master = ntf::master;

TEST_F(BrFdb, StationThatMovesIsFoundAtItsNewPort) {
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.fdb(), "A p1\n");
    br.receive("p3", {.src = A, .dst = B});
    EXPECT_EQ(br.fdb(), "A p3\n");
}

TEST_F(BrFdb, NewestFirstAndPlacesAreKept) {
    br.receive("p1", {.src = A, .dst = B});
    br.receive("p2", {.src = B, .dst = A});
    br.receive("p3", {.src = C, .dst = A});
    br.receive("p3", {.src = A, .dst = B});
    EXPECT_EQ(br.fdb(), "C p3\nB p2\nA p3\n");
}

TEST_F(BrFdb, EveryPortHasALocalEntry) {
    EXPECT_EQ(br.fdb(true),
              "02:00:00:00:f3:00 p3 permanent\n"
              "02:00:00:00:f2:00 p2 permanent\n"
              "02:00:00:00:f1:00 p1 permanent\n");
    br.receive("p1", {.src = br.dev("p2").dev_addr, .dst = B});
    EXPECT_EQ(br.fdb(), "") << "an own address is not learned";
}

TEST_F(BrFdb, AgesAfterAgeingTime) {
    ASSERT_EQ(br.set_bridge(ifla_br::ageing_time, 1000), err::ok);
    br.receive("p1", {.src = A, .dst = B});
    br.run(6s);
    br.receive("p2", {.src = B, .dst = A});
    br.run(3900ms);
    EXPECT_EQ(br.fdb(), "B p2\nA p1\n");
    br.run(300ms);
    EXPECT_EQ(br.fdb(), "B p2\n");
    br.run(10s);
    EXPECT_EQ(br.fdb(), "");
    EXPECT_EQ(br.br().fdb_n_learned, 0u);
}

TEST_F(BrFdb, AgeingTimeZeroLearnsNothing) {
    ASSERT_EQ(br.set_bridge(ifla_br::ageing_time, 0), err::ok);
    br.receive("p1", {.src = A, .dst = B});
    EXPECT_EQ(br.fdb(), "");
}

TEST_F(BrFdb, EntriesByHand) {
    EXPECT_EQ(br.fdb_add("p1", A, nud::noarp, master), err::ok);
    EXPECT_EQ(br.fdb_add("p1", A, nud::noarp, master), err::exist);
    EXPECT_EQ(br.fdb_add("p1", B, nud::permanent, master), err::ok);
    EXPECT_EQ(br.fdb_add("p2", C, nud::reachable, master), err::ok);
    EXPECT_EQ(br.fdb(), "C p2\nA p1 static\n");
    EXPECT_EQ(br.fdb_add("p2", A, nud::reachable, master, nlm_f::create | nlm_f::replace), err::ok);
    EXPECT_EQ(br.fdb(), "C p2\nA p2\n");
    EXPECT_EQ(br.fdb_del("p1", A, master), err::noent) << "it is behind p2";
    EXPECT_EQ(br.fdb_del("p2", A, master), err::ok);
    EXPECT_EQ(br.fdb_del("p2", A, master), err::noent);
    EXPECT_EQ(br.fdb_add("p1", {}, nud::permanent, master), err::inval);
    EXPECT_EQ(br.fdb_add("e1", A, nud::permanent, master), err::opnotsupp);
    EXPECT_EQ(br.fdb_add("br0", A, nud::permanent, master), err::opnotsupp);
    EXPECT_EQ(br.fdb_add("br0", A, nud::noarp, ntf::self), err::inval);
    EXPECT_EQ(br.fdb_add("br0", A, nud::permanent, ntf::self), err::ok);
    EXPECT_EQ(br.fdb_add("lo", A, nud::permanent, ntf::self), err::inval);
    EXPECT_EQ(br.sentence, "FDB add only supported for Ethernet devices");
}

TEST_F(BrFdb, OwnListsOfADevice) {
    EXPECT_EQ(br.fdb_add("e1", A, nud::permanent, ntf::self), err::ok);
    EXPECT_EQ(br.fdb_add("e1", A, nud::permanent, ntf::self), err::exist);
    EXPECT_EQ(br.dev("e1").promiscuity, 1u) << "veth cannot filter";
    EXPECT_EQ(br.fdb_del("e1", A, ntf::self), err::ok);
    EXPECT_EQ(br.fdb_del("e1", A, ntf::self), err::noent);
    EXPECT_EQ(br.dev("e1").promiscuity, 0u);
}

TEST_F(BrFdb, StaticMovesStickyStays) {
    ASSERT_EQ(br.fdb_add("p1", A, nud::noarp, master), err::ok);
    ASSERT_EQ(br.fdb_add("p1", B, nud::noarp, std::uint8_t(master | ntf::sticky)), err::ok);
    br.receive("p2", {.src = A, .dst = C});
    br.receive("p2", {.src = B, .dst = C});
    EXPECT_EQ(br.fdb(), "B p1 static\nA p2 static\n");
    EXPECT_EQ(br.fdb_add("p1", C, nud::permanent, std::uint8_t(master | ntf::sticky)), err::inval);
}

TEST_F(BrFdb, PortThatGoesDownForgetsWhatItLearned) {
    br.receive("p1", {.src = A, .dst = C});
    br.receive("p2", {.src = B, .dst = C});
    ASSERT_EQ(br.fdb_add("p1", C, nud::noarp, master), err::ok);
    ASSERT_EQ(br.client.set_up("p1", false), err::ok);
    EXPECT_EQ(br.fdb(), "C p1 static\nB p2\n");
    EXPECT_EQ(br.fdb_add("p1", A, nud::reachable, master), err::perm) << "no state to learn in";
    ASSERT_EQ(br.client.set_master("p1", 0), err::ok);
    EXPECT_EQ(br.fdb(), "B p2\n");
}

TEST_F(BrFdb, FlushTakesDynamicEntries) {
    br.receive("p1", {.src = A, .dst = C});
    ASSERT_EQ(br.fdb_add("p1", B, nud::noarp, master), err::ok);
    ASSERT_EQ(br.set_bridge(ifla_br::fdb_flush, 0), err::ok);
    EXPECT_EQ(br.fdb(), "B p1 static\n");
    ASSERT_EQ(br.fdb_request(rtm::delneigh, "br0", {}, 0, ntf::self, nlm_f::bulk), err::ok);
    EXPECT_EQ(br.fdb(true), "");
}

TEST_F(BrFdb, AddressOfAPortChanges) {
    netlink_ext_ack extack;
    ASSERT_EQ(dev_set_mac_address(br.dev("p2"), A, extack), err::ok);
    EXPECT_EQ(br.fdb(true),
              "A p2 permanent\n"
              "02:00:00:00:f3:00 p3 permanent\n"
              "02:00:00:00:f1:00 p1 permanent\n");
    EXPECT_EQ(br.br0().dev_addr, A);
}

TEST_F(BrFdb, LearningHasALimitIfWished) {
    ASSERT_EQ(br.set_bridge(ifla_br::fdb_max_learned, 1), err::ok);
    br.receive("p1", {.src = A, .dst = C});
    br.receive("p2", {.src = B, .dst = C});
    EXPECT_EQ(br.fdb(), "A p1\n");
}

// `bridge fdb show` as the kernel answers it: "p1 02:00:00:00:f1:00 80 00\n", state and flags.
TEST_F(BrFdb, DumpHasEveryDeviceAndCanBeFiltered) {
    br.receive("p1", {.src = A, .dst = B});
    br.client.sk.strict_check = true;
    const auto dump = [this](int port, int bridge) {
        nlmsg_builder m;
        m.begin(rtm::getneigh, nlm_f::request | nlm_f::dump, 1);
        ndmsg ndm{};
        ndm.ndm_family = af::bridge;
        ndm.ndm_ifindex = port;
        m.head(ndm);
        if (bridge) m.put_u32(nda::master, std::uint32_t(bridge));
        m.end();
        br.client.answers.clear();
        EXPECT_EQ(br.client.request(m), err::ok);
        int with_master = 0, self = 0;
        for (const auto& a : br.client.answers) {
            if (a.type != rtm::newneigh) continue;
            const auto head = load<ndmsg>(a.body);
            (head.ndm_flags & ntf::self ? self : with_master)++;
        }
        return std::pair(with_master, self > 0);
    };
    EXPECT_EQ(dump(0, 0), std::pair(4, true));
    EXPECT_EQ(dump(0, br.br0().ifindex), std::pair(4, true));
    EXPECT_EQ(dump(br.dev("p1").ifindex, 0), std::pair(2, true));
    EXPECT_EQ(dump(0, br.dev("p1").ifindex), std::pair(0, false)) << "no bridge";
}

// The flat table against a plain map.
TEST(BrFdbTable, IsAMapWithAnOrder) {
    net_bridge_fdb table;
    std::map<std::uint64_t, int> plain;
    std::vector<std::uint64_t> order;
    rng random(7);
    for (int step = 0; step < 20000; step++) {
        const std::uint64_t key = std::uint64_t(random.below(300) + 1) << 16;
        if (auto* e = table.find(key)) {
            ASSERT_TRUE(plain.contains(key));
            table.erase(*e);
            plain.erase(key);
            std::erase(order, key);
        } else {
            ASSERT_FALSE(plain.contains(key));
            table.create(key);
            plain[key] = step;
            order.insert(order.begin(), key);
        }
        ASSERT_EQ(table.size(), plain.size());
    }
    EXPECT_EQ(table.find(0), nullptr) << "that is a free place";
    std::vector<std::uint64_t> seen;
    table.for_each([&](const net_bridge_fdb_entry& e) { seen.push_back(e.key()); });
    EXPECT_EQ(seen, order);
}

TEST(NetBridgeFdb, CountsWhatIsBehindAPort) {
    net_bridge_fdb table;
    for (std::uint64_t i = 1; i <= 100; i++) {
        table.set_port(table.create(i << 16), std::uint16_t(i % 3));
    }
    EXPECT_EQ(table.count_behind(0), 33u);
    EXPECT_EQ(table.count_behind(1), 34u);
    table.set_port(*table.find(1 << 16), 2);
    table.erase(*table.find(2 << 16));
    EXPECT_EQ(table.count_behind(1), 33u);
    EXPECT_EQ(table.count_behind(2), 33u);
    EXPECT_EQ(table.count_behind(9), 0u);
    std::vector<std::uint64_t> of_port_1;
    table.for_each_with([](const net_bridge_fdb_entry& e) { return e.port() == 1; },
                        [&](net_bridge_fdb_entry& e) {
                            of_port_1.push_back(e.key() >> 16);
                            table.erase(e);
                        });
    EXPECT_EQ(of_port_1.size(), 33u);
    EXPECT_TRUE(std::is_sorted(of_port_1.rbegin(), of_port_1.rend())) << "newest first";
    EXPECT_EQ(table.count_behind(1), 0u);
    EXPECT_EQ(table.size(), 66u);
}

TEST(NetBridgeFdb, TimesOfManyYears) {
    net_bridge_fdb table;
    net_bridge_fdb_entry& e = table.create(1);
    constexpr std::int64_t late = (std::int64_t{1} << 38) - 2;  // 34 years of jiffies
    e.set_updated(late);
    e.set_used(late + 1);
    e.set_flags(0xff);
    table.set_port(e, 1023);
    EXPECT_EQ(e.updated(), late);
    EXPECT_EQ(e.used(), late + 1);
    EXPECT_EQ(e.flags(), 0xff);
    EXPECT_EQ(e.port(), 1023);
}

}  // namespace
}  // namespace vethlab
