// Remembered decisions against the long way of every frame: the same random life in two kernels.
#include "tests/core/fast_path_world.h"

#include "core/neighbour.h"

namespace vethlab {
namespace {

class world : public fast_path_world {
 public:
    using fast_path_world::fast_path_world;

 private:
    void change() override {
        krn.trace = nullptr;
        if (!sockets.empty() && pick(2)) sockets.clear();
        const int kind = pick(44);
        what = "change " + std::to_string(kind);
        if (kind < 14) return change_port(kind);
        if (kind < 26) return change_bridge(kind);
        change_rest(kind);
    }
    void change_port(int kind) {
        using namespace ifla_brport;
        switch (kind) {
            case 0:
                return set_port(isolated, pick(2));
            case 1:
                return set(name('p', any_host()), ifla_info::slave_data, mode,
                           std::uint64_t(pick(2)));  // hairpin, where it makes no loop
            case 2:
                return set_port(learning, pick(3) > 0);
            case 3:
                return set_port(unicast_flood, pick(3) > 0);
            case 4:
                return set_port(locked, pick(4) == 0);
            case 5:
                return set_port(ifla_brport::state, pick(5));
            case 6:
                return set_port(neigh_suppress, pick(2));
            case 7:
                return set_port(pick(2) ? proxyarp : proxyarp_wifi, pick(4) == 0);
            case 8:
                return set_port(backup_port, backup());
            case 9:
                return set_port(pick(2) ? cost : priority, 1 + pick(60));
            case 10:
                return set_port(multicast_router, pick(4));
            case 11:
                return set_port(pick(2) ? mcast_to_ucast : fast_leave, pick(2));
            case 12:
                return set_port(pick(2) ? flush : ifla_brport::group_fwd_mask, pick(2) * 0xff00);
            default:
                return set_port(pick(2) ? mcast_flood : bcast_flood, pick(3) > 0);
        }
    }
    void change_bridge(int kind) {
        using namespace ifla_br;
        switch (kind) {
            case 14:
                return set_bridge(ageing_time, pick(3) * 500);
            case 15:
                return promiscuous(name('b', pick(bridges)));
            case 16:
                return (void)client.set_up(name('b', pick(bridges)), pick(4));
            case 17:
                if (links < bridges) set_bridge(stp_state, pick(2));
                return;
            case 18:
                return set_bridge(ifla_br::priority, pick(4) * 0x4000);
            case 19:
                return set_bridge(forward_delay, pick(2) ? 0 : 200 + pick(300));
            case 20:
                return set_bridge(pick(2) ? mcast_snooping : mcast_querier, pick(2));
            case 21:
                return set_bridge(pick(2) ? nf_call_iptables : nf_call_ip6tables, pick(2));
            case 22:
                return set_bridge(ifla_br::group_fwd_mask, pick(2) * 0xfff8);
            case 23:
                return set_bridge(fdb_max_learned, pick(3) * 3);
            case 24:
                return set_bridge(pick(2) ? fdb_flush : mcast_router, pick(3));
            default:
                return new_address(name('b', pick(bridges)), address(pick(40)));
        }
    }
    void change_rest(int kind) {
        constexpr const char* switches[] = {
            "net/bridge/bridge-nf-call-iptables", "net/bridge/bridge-nf-call-ip6tables",
            "net/bridge/bridge-nf-call-arptables", "net/bridge/bridge-nf-filter-pppoe-tagged",
            "net/bridge/bridge-nf-filter-vlan-tagged"};
        switch (kind) {
            case 26:
                return (void)client.set_up(any_port(), pick(2));
            case 27:
                return host_up(any_host(), pick(3));
            case 28:
                return new_mtu(pick(2) ? any_port() : name('h', any_host()));
            case 29:
                return pass(sim_time(random.below(2'000'000'000)));
            case 30:
                return pass(1s * pick(400));
            case 31:
                return fdb_entry();
            case 32:
                return (void)client.set_master(
                    name('p', any_host()), pick(3) ? find(name('b', pick(bridges)))->ifindex : 0);
            case 33:
                return move(any_host());
            case 34:
                return watch();
            case 35:
                krn.trace = &eye;
                return;
            case 36:
                return (void)sysctl_write(krn.init_net(), switches[pick(5)], pick(2) ? "1" : "0");
            case 37:
                return new_address(name('h', any_host()), address(any_host()));
            case 38:
                return renew(any_host());
            case 39:
                return queue(pick(2) ? any_port() : name('h', any_host()));
            case 40:
                return offload(pick(2) ? any_port() : name('h', any_host()));
            case 41:
                return new_broadcast(name('h', any_host()), address(any_host()));
            case 42:
                return know(pick(bridges), any_host());
            default:
                return visit(any_port());
        }
    }

    int backup() {
        const net_device* dev = pick(3) ? find(any_port()) : nullptr;
        return dev ? dev->ifindex : 0;
    }
    void new_address(const std::string& n, mac_address addr) {
        netlink_ext_ack extack;
        if (net_device* dev = find_anywhere(n)) (void)dev_set_mac_address(*dev, addr, extack);
    }
    void new_mtu(const std::string& n) {
        netlink_ext_ack extack;
        net_device* dev = find_anywhere(n);
        if (dev) (void)dev_set_mtu(*dev, pick(2) ? 1500 : 200, extack);
    }
    // A station's own address for broadcast: what is unicast to everybody else is not to this one.
    void new_broadcast(const std::string& n, mac_address addr) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, n);
        m.put_mac(ifla::broadcast, pick(2) ? addr : mac_broadcast);
        m.end();
        (void)client.request(m);
    }
    void fdb_entry() {
        nlmsg_builder m;
        m.begin(pick(2) ? rtm::newneigh : rtm::delneigh,
                nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::replace, 1);
        net_device* dev = find(any_port());
        if (!dev) return;
        ndmsg ndm{};
        ndm.ndm_family = af::bridge;
        ndm.ndm_ifindex = dev->ifindex;
        ndm.ndm_state = pick(2) ? nud::noarp : pick(2) ? nud::permanent : nud::reachable;
        ndm.ndm_flags = std::uint8_t(ntf::master | (pick(4) ? 0 : ntf::sticky) |
                                     (pick(4) ? 0 : ntf::ext_learned));
        m.head(ndm);
        m.put_mac(nda::lladdr, address(any_host()));
        m.end();
        (void)client.request(m);
    }
    // A neighbour of the bridge: it answers for a host.
    void know(int b, int h) {
        nlmsg_builder m;
        m.begin(rtm::newneigh, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::replace, 1);
        ndmsg ndm{};
        ndm.ndm_family = af::inet;
        ndm.ndm_ifindex = find(name('b', b))->ifindex;
        ndm.ndm_state = nud::permanent;
        m.head(ndm);
        std::byte addr[4];
        ip(h).write(addr, 0);
        m.put(nda::dst, addr);
        m.put_mac(nda::lladdr, address(h));
        m.end();
        (void)client.request(m);
    }
    void queue(const std::string& n) {
        net_device* dev = find(n);
        if (!dev) return;
        const bool ingress = pick(3) == 0, tbf = pick(2), add = pick(3) > 0;
        nlmsg_builder m;
        m.begin(add ? rtm::newqdisc : rtm::delqdisc,
                nlm_f::request | nlm_f::ack | (add ? nlm_f::create | nlm_f::replace : 0), 1);
        m.head(qdisc_place(dev->ifindex, ingress));
        m.put_str(tca::kind, ingress ? "ingress" : tbf ? "tbf" : "pfifo");
        if (tbf && !ingress) {
            std::byte parms[36] = {};  // struct tc_tbf_qopt
            const std::uint32_t rate = 100'000, limit = 3000, buffer = 2'000'000;
            std::memcpy(parms + 8, &rate, 4);
            std::memcpy(parms + 24, &limit, 4);
            std::memcpy(parms + 28, &buffer, 4);
            const auto options = m.nest(tca::options);
            m.put(1, parms);  // TCA_TBF_PARMS
            m.end_nest(options);
        }
        m.end();
        (void)client.request(m);
    }
    void offload(const std::string& n) {
        net_device* dev = find_anywhere(n);
        const char* what_for = pick(2) ? "tx-checksum-ip-generic" : "tx-vlan-hw-insert";
        if (dev) (void)ethtool_set_features(*dev, {{what_for, pick(2) == 0}});
    }
    void pass(sim_time d) {
        if (krn.run_softirq(2'000)) krn.run_until(krn.now() + d);
    }
    void change_flags(const std::string& n, std::uint32_t flag) {
        netlink_ext_ack extack;
        net_device* dev = find(n);
        (void)dev_change_flags(*dev, dev_get_flags(*dev) ^ flag, extack);
    }
    // By the flag, or as a socket asks for it.
    void promiscuous(const std::string& n) {
        if (pick(2)) return change_flags(n, iff::promisc);
        net_device* dev = find(n);
        if (!dev) return;
        dev_set_promiscuity(*dev, dev->promiscuity ? -1 : 1);
    }
    // Without a message the link's state is not looked at before the next frames.
    void host_up(int h, bool up) {
        netlink_ext_ack extack;
        if (pick(2)) return (void)client.set_up(name('h', h), up);
        net_device* dev = host_dev(h);
        if (!dev) return;
        const std::uint32_t flags = dev_get_flags(*dev) & ~std::uint32_t{iff::up};
        (void)dev_change_flags(*dev, flags | (up ? std::uint32_t{iff::up} : 0), extack);
    }
    netns& elsewhere() {
        if (krn.all_nets().size() < 3) without_ipv6(krn.copy_net_ns());
        return *krn.all_nets().back();
    }
    // To another namespace, or back.
    void move(int h) {
        net_device* dev = host_dev(h);
        if (!dev) return;
        netlink_ext_ack extack;
        netns& to = dev->net == &krn.init_net() ? elsewhere() : krn.init_net();
        (void)dev_change_net_namespace(*dev, to, "", 0, extack);
        (void)dev_change_flags(*dev, dev->flags | iff::up, extack);
    }
    // A port: there and back, and it is none any more; then it joins some bridge.
    void visit(const std::string& n) {
        net_device* dev = find(n);
        if (!dev) return;
        netlink_ext_ack extack;
        (void)dev_change_net_namespace(*dev, elsewhere(), "", 0, extack);
        (void)dev_change_net_namespace(*dev, krn.init_net(), "", 0, extack);
        const bool end = n[0] == 'p';
        port(n, end ? pick(bridges) : (n[1] - '0' + (n[0] == 'r')) % bridges);
    }
    void watch() {
        if (sockets.size() > 2 || (!sockets.empty() && pick(2))) {
            sockets.erase(sockets.begin());
            return;
        }
        auto sk = std::make_unique<packet_sock>(krn.init_net());
        net_device* dev = pick(4) ? find(pick(3) ? any_port() : name('b', pick(bridges))) : nullptr;
        (void)sk->bind(dev ? dev->ifindex : 0, eth_p::all);
        if (dev && pick(2)) (void)sk->set_promisc(true);
        sockets.push_back(std::move(sk));
    }
    // Taken out and made anew.
    void renew(int h) {
        if (client.remove(name('p', h)) != err::ok) return;
        seen.delivered.clear();
        host(h);
    }
};

class FastPath : public testing::TestWithParam<int> {};

TEST_P(FastPath, GivesWhatTheLongWayGives) {
    const auto seed = std::uint64_t(GetParam());
    const bool ring = seed % 3 == 0;
    world fast(true, seed, ring), plain(false, seed, ring);
    int settled = 0;
    for (int i = 0; i < 1500; i++) {
        const std::string what = fast.step();
        ASSERT_EQ(plain.step(), what);
        ASSERT_EQ(fast.state(), plain.state()) << "seed " << seed << " step " << i << ": " << what;
        ASSERT_TRUE(fast.sums_are_right()) << "step " << i << ": " << what;
        settled += fast.some_bridge_settled();
    }
    // There was something to compare.
    EXPECT_GT(fast.seen.again, 300u);
    EXPECT_GT(fast.went_directly(), 10'000u);
    EXPECT_EQ(plain.seen.again, 0u);
    EXPECT_EQ(plain.some_bridge_settled(), false);
    if (!ring) {
        EXPECT_GT(settled, 100);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FastPath, testing::Range(1, 13));

}  // namespace
}  // namespace vethlab
