// Remembered ways of IPv4 packets against the long way of each: the same random life in two kernels.
#include "tests/core/ip_remember_world.h"

#include "core/ethtool.h"

namespace vethlab {
namespace {

class world : public ip_remember_world {
 public:
    using ip_remember_world::ip_remember_world;

 private:
    void change() override {
        krn.trace = nullptr;
        if (!sockets.empty() && pick(2)) sockets.clear();
        const int kind = pick(18);
        what = "change " + std::to_string(kind);
        ipv4_host& h = any_host();
        switch (kind) {
            case 0:
                return change_address(h);
            case 1:
            case 2:
            case 3:
                return change_route(h);
            case 4:
                return change_rule(h);
            case 5:
            case 6:
                return change_neighbour(h);
            case 7:
            case 8:
            case 9:
                return change_sysctl(h);
            case 10:
                return change_device(h);
            case 11:
                return queue(h);
            case 12:
                return new_mtu(h);
            case 13:
                return look(h);
            case 14:
                krn.trace = &eye;
                return;
            case 15:
                return up_and_down(h);
            case 16:
                return rename(h);
            default:
                return flags(h);
        }
    }

    void change_address(ipv4_host& h) {
        constexpr const char* some[] = {"10.0.0.2/24", "10.0.1.3/24", "10.0.3.3/24", "10.0.2.2/24",
                                        "10.0.0.3/24", "192.0.2.1/32", "10.0.3.1/32", "10.0.0.1/32",
                                        "10.0.2.9/25"};
        const std::string dev = "eth" + std::to_string(pick(3));
        (void)h.addr(pick(3) ? rtm::newaddr : rtm::deladdr, some[pick(9)], dev, nullptr,
                     pick(3) ? UINT32_MAX : std::uint32_t(1 + pick(60)));
    }
    void change_route(ipv4_host& h) {
        constexpr const char* to[] = {"10.0.3.0/24", "10.0.2.0/24", "10.0.3.1/32", "192.0.2.0/24",
                                      "0.0.0.0/0", "10.0.0.1/32", "10.0.0.0/8", "10.0.2.1/32"};
        constexpr const char* via[] = {"10.0.0.2", "10.0.0.3", "10.0.1.2", "10.0.1.3", "10.0.3.1"};
        constexpr rtn types[] = {rtn::unicast,     rtn::unicast,  rtn::unicast, rtn::blackhole,
                                 rtn::unreachable, rtn::prohibit, rtn::throw_};
        const auto [prefix, len] = prefix4(to[pick(8)]);
        const bool add = pick(5) < 3;
        const rtn type = types[pick(7)];
        nlmsg_builder m;
        m.begin(add ? rtm::newroute : rtm::delroute,
                std::uint16_t(nlm_f::request | nlm_f::ack |
                              (add ? nlm_f::create | (pick(2) ? nlm_f::replace : 0) : 0)),
                1);
        rtmsg rtm{};
        rtm.rtm_family = af::inet;
        rtm.rtm_dst_len = len;
        rtm.rtm_tos = std::uint8_t(pick(6) ? 0 : 0x10);
        rtm.rtm_table = std::uint8_t(pick(4) ? std::uint32_t{rt_table::main} : 100);
        rtm.rtm_scope = add ? rt_scope::universe : rt_scope::nowhere;
        rtm.rtm_protocol = add ? rtprot::boot : 0;
        rtm.rtm_type = add ? std::uint8_t(type) : 0;
        m.head(rtm);
        m.put_ip4(rta::dst, prefix);
        if (add && type == rtn::unicast) hops(m, h, via);
        if (add && pick(5) == 0) {
            const auto metrics = m.nest(rta::metrics);
            m.put_u32(rtax::mtu, std::uint32_t(pick(2) ? 600 : 1400));
            if (pick(2)) m.put_u32(rtax::lock, 1 << rtax::mtu);
            m.end_nest(metrics);
        }
        m.end();
        (void)h.nl.request(m);
    }
    void hops(nlmsg_builder& m, ipv4_host& h, const char* const (&via)[5]) {
        if (pick(4) == 0) {
            const net_device* dev = any_dev(h);
            if (dev) m.put_u32(rta::oif, std::uint32_t(dev->ifindex));
            return;
        }
        if (pick(4)) return m.put_ip4(rta::gateway, ip4(via[pick(5)]));
        next_hops(m, via[pick(5)], via[pick(5)]);
    }
    void change_rule(ipv4_host& h) {
        nlmsg_builder m;
        const bool add = pick(3) > 0;
        m.begin(add ? rtm::newrule : rtm::delrule,
                std::uint16_t(nlm_f::request | nlm_f::ack | (add ? nlm_f::create : 0)), 1);
        fib_rule_hdr frh{};
        frh.family = af::inet;
        constexpr std::uint8_t actions[] = {fr_act::to_tbl, fr_act::to_tbl, fr_act::blackhole,
                                            fr_act::unreachable, fr_act::prohibit};
        frh.action = actions[pick(5)];
        frh.table = std::uint8_t(pick(2) ? 100 : std::uint32_t{rt_table::main});
        const int by = pick(5);
        if (by == 0) frh.dst_len = 24;
        if (by == 1) frh.src_len = 32;
        if (by == 2) frh.tos = 0x10;
        m.head(frh);
        if (by == 0) m.put_ip4(fra::dst, ip4(pick(2) ? "10.0.3.0" : "10.0.2.0"));
        if (by == 1) m.put_ip4(fra::src, ip4(pick(2) ? "10.0.0.1" : "10.0.2.1"));
        if (by == 3) m.put_u32(fra::fwmark, std::uint32_t(1 + pick(2)));
        if (by == 4) m.put_str(fra::iifname, "eth" + std::to_string(pick(3)));
        m.put_u32(fra::priority, std::uint32_t(100 + pick(4)));
        m.end();
        (void)h.nl.request(m);
    }
    void change_neighbour(ipv4_host& h) {
        constexpr const char* some[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.1.2",
                                        "10.0.1.3", "10.0.2.1", "10.0.3.1", "10.0.3.9"};
        constexpr std::uint16_t states[] = {nud::permanent, nud::reachable, nud::stale, nud::noarp,
                                            nud::failed,    nud::probe,     nud::delay};
        const net_device* dev = any_dev(h);
        if (!dev) return;
        nlmsg_builder m;
        m.begin(pick(3) ? rtm::newneigh : rtm::delneigh,
                nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::replace, 1);
        ndmsg ndm{};
        ndm.ndm_family = af::inet;
        ndm.ndm_ifindex = dev->ifindex;
        ndm.ndm_state = states[pick(7)];
        m.head(ndm);
        std::byte addr[4];
        ip4(some[pick(8)]).write(addr, 0);
        m.put(nda::dst, addr);
        if (pick(4)) m.put_mac(nda::lladdr, {{2, 0, 0, 0, 2, std::uint8_t(1 + pick(12))}});
        m.end();
        (void)h.nl.request(m);
    }
    void change_sysctl(ipv4_host& h) {
        constexpr const char* of_devices[] = {
            "forwarding",     "rp_filter",     "send_redirects", "accept_local",
            "route_localnet", "src_vmark",     "shared_media",   "ignore_routes_with_linkdown",
            "bc_forwarding",  "accept_redirects", "drop_unicast_in_l2_multicast", "log_martians"};
        constexpr const char* of_hosts[] = {"ip_forward", "ip_forward_use_pmtu",
                                            "fib_multipath_hash_policy", "ip_forward_update_priority",
                                            "fib_multipath_use_neigh", "icmp_ratelimit"};
        const std::string value = std::to_string(pick(3));
        if (pick(3) == 0) {
            const int which = pick(6);
            return h.sysctl(std::string("net/ipv4/") + of_hosts[which],
                            which == 0 ? (pick(3) ? "1" : "0") : value);
        }
        const std::string dev = pick(2) ? "all" : "eth" + std::to_string(pick(3));
        const int which = pick(12);
        h.sysctl("net/ipv4/conf/" + dev + "/" + of_devices[which],
                 which == 0 ? (pick(3) ? "1" : "0") : value);
    }
    void change_device(ipv4_host& h) {
        net_device* dev = any_dev(h);
        netlink_ext_ack extack;
        if (!dev) return;
        if (pick(2)) {
            const mac_address to{{2, 0, 0, 0, 2, std::uint8_t(1 + pick(12))}};
            (void)dev_set_mac_address(*dev, to, extack);
        } else {
            const char* what_for = pick(2) ? "tx-checksum-ip-generic" : "tx-vlan-hw-insert";
            (void)ethtool_set_features(*dev, {{what_for, pick(2) == 0}});
        }
    }
    void queue(ipv4_host& h) {
        net_device* dev = any_dev(h);
        if (!dev) return;
        const bool ingress = pick(2), add = pick(2);
        nlmsg_builder m;
        m.begin(add ? rtm::newqdisc : rtm::delqdisc,
                nlm_f::request | nlm_f::ack | (add ? nlm_f::create | nlm_f::replace : 0), 1);
        m.head(qdisc_place(dev->ifindex, ingress));
        m.put_str(tca::kind, ingress ? "ingress" : pick(2) ? "pfifo_fast" : "pfifo");
        m.end();
        (void)h.nl.request(m);
    }
    void new_mtu(ipv4_host& h) {
        netlink_ext_ack extack;
        constexpr std::uint32_t some[] = {1500, 1500, 150, 700, 1600};
        net_device* dev = any_dev(h);
        if (dev) (void)dev_set_mtu(*dev, some[pick(5)], extack);
    }
    void look(ipv4_host& h) {
        auto sk = std::make_unique<packet_sock>(h.net);
        const net_device* dev = pick(3) ? any_dev(h) : nullptr;
        (void)sk->bind(dev ? dev->ifindex : 0, pick(2) ? eth_p::all : pick(2) ? eth_p::ip : 0);
        sockets.push_back(std::move(sk));
    }
    void up_and_down(ipv4_host& h) {
        const std::string dev = "eth" + std::to_string(pick(3));
        (void)h.nl.set_up(dev, false);
        if (pick(2)) krn.run_until(krn.now() + 1ms * pick(1000));
        (void)h.nl.set_up(dev);
        if (&h == &host(h0)) (void)h.add_route("0.0.0.0/0", {.via = "10.0.0.2"});
        if (&h == &host(h1)) (void)h.add_route("0.0.0.0/0", {.via = "10.0.2.2"});
        if (&h == &host(h2)) (void)h.add_route("0.0.0.0/0", {.via = "10.0.3.3"});
    }
    void rename(ipv4_host& h) {
        net_device* dev = any_dev(h);
        if (!dev) return;
        const std::string name = dev->name.str();
        (void)dev_change_name(*dev, "other");
        if (pick(2)) krn.run_softirq(100);
        (void)dev_change_name(*dev, name);
    }
    void flags(ipv4_host& h) {
        net_device* dev = any_dev(h);
        netlink_ext_ack extack;
        const std::uint32_t flag = pick(2) ? std::uint32_t{iff::noarp} : std::uint32_t{iff::promisc};
        if (dev) (void)dev_change_flags(*dev, dev_get_flags(*dev) ^ flag, extack);
    }
};

class IpRemember : public testing::TestWithParam<int> {};

TEST_P(IpRemember, GivesWhatTheLongWayGives) {
    const auto seed = std::uint64_t(GetParam());
    world fast(true, seed), plain(false, seed);
    for (int i = 0; i < 1200; i++) {
        const std::string what = fast.step();
        ASSERT_EQ(plain.step(), what);
        ASSERT_EQ(fast.state(), plain.state()) << "seed " << seed << " step " << i << ": " << what;
    }
    EXPECT_GT(fast.taken(), 500u);  // there was something to compare
    EXPECT_EQ(plain.taken(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, IpRemember, testing::Range(1, 13));

}  // namespace
}  // namespace vethlab
