// Remembered decisions against the long way of every frame: the same random life in two kernels.
#include <gtest/gtest.h>

#include <map>

#include "core/af_packet.h"
#include "core/rng.h"
#include "core/trace.h"
#include "core/wire/checksum.h"
#include "tests/core/bridge_fixture.h"

namespace vethlab {
namespace {

struct digest {
    std::uint64_t value = 0;
    void add(std::uint64_t v) { value = (value ^ v) * 0x9e3779b97f4a7c15u + (value >> 29); }
    void add(const frame& skb) {
        for (const std::byte b : skb.from(skb.mac_header)) add(std::uint64_t(b));
        for (const std::uint64_t v :
             {std::uint64_t(skb.len), std::uint64_t(skb.protocol), std::uint64_t(skb.pkt_type),
              std::uint64_t(skb.tstamp.count()), std::uint64_t(skb.mark),
              std::uint64_t(skb.priority), std::uint64_t(skb.skb_iif),
              std::uint64_t(skb.vlan_tci), std::uint64_t(skb.network_header - skb.data_at),
              std::uint64_t(skb.transport_header - skb.data_at)}) {
            add(v);
        }
    }
};

// What hosts received: a handler on their devices does not get in the way, as a socket would.
std::map<const net_device*, digest>* delivered = nullptr;
rx_handler_result listen(frame_ptr& skb) {
    (*delivered)[skb->dev].add(*skb);
    skb.reset();
    return rx_handler_result::consumed;
}
constexpr rx_handler_ops listener{listen};

struct silent_tracer : tracer {
    std::uint64_t taps = 0;
    void tap(const net_device&, const frame&, bool) override { taps++; }
    void kfree_skb(const frame&, drop_reason) override {}
};

// Bridges b0 - b1 - b2, in a row or a ring; four hosts each: h0 .. h11 with the ports p0 .. p11.
class world {
 public:
    static constexpr int bridges = 3, hosts = 12, links = 3;

    world(bool remember, std::uint64_t seed) : random(seed), client(without_ipv6(krn.init_net())) {
        delivered = &got;
        krn.remember_forwarding = remember;
        for (int b = 0; b < bridges; b++) must(client.add(name('b', b), "bridge"));
        for (int h = 0; h < hosts; h++) host(h);
        for (int l = 0; l + 1 < links; l++) {
            must(client.add_veth(name('l', l), name('r', l)));
            port(name('l', l), l);
            port(name('r', l), l + 1);
        }
        for (int b = 0; b < bridges; b++) must(client.set_up(name('b', b)));
        krn.run_until(2s);
    }

    ~world() { krn.trace = nullptr; }

    // Everything that can be seen from outside.
    std::string state() {
        std::string s = std::to_string(krn.frames_sent) + "\n";
        for (const auto n : krn.drops) s += std::to_string(n) + " ";
        for (const auto& net : krn.all_nets()) {
            for (net_device* dev : net->dev_base_head) {
                rtnl_link_stats64 stats{};
                dev_get_stats(*dev, stats);
                s += "\n" + dev->name + " " + std::to_string(stats.rx_packets) + " " +
                     std::to_string(stats.rx_bytes) + " " + std::to_string(stats.tx_packets) +
                     " " + std::to_string(stats.tx_bytes) + " " +
                     std::to_string(stats.rx_dropped) + " " + std::to_string(stats.tx_dropped) +
                     " " + std::to_string(stats.multicast) + " " +
                     std::to_string(got[dev].value);
                if (netif_is_bridge_master(*dev)) s += fdb(br_of(*dev));
            }
        }
        for (const auto& r : records) s += " " + std::to_string(r);
        return s + " " + std::to_string(eye.taps);
    }

    std::string step() {
        delivered = &got;
        const std::uint32_t kind = random.below(40);
        if (kind < 30) {
            traffic();
        } else {
            change();
        }
        read_sockets();
        return "kind " + std::to_string(kind) + " " + what;
    }

    kernel krn;
    rng random;

 private:
    static std::string name(char c, int n) { return c + std::to_string(n); }
    static void must(err e) { ASSERT_EQ(e, err::ok); }
    std::string fdb(net_bridge& br) {
        std::string s;
        br.fdb.for_each([&](const net_bridge_fdb_entry& f) {
            s += " " + std::to_string(f.key) + "," + (f.dst ? f.dst->dev.name : "-") + "," +
                 std::to_string(f.updated) + "," + std::to_string(f.used) + "," +
                 std::to_string(f.flags);
        });
        return s;
    }
    mac_address address(int n) { return {{2, 0, 0, 0, 1, std::uint8_t(n)}}; }
    int pick(int n) { return int(random.below(std::uint32_t(n))); }
    net_device* find(const std::string& n) { return dev_get_by_name(krn.init_net(), n); }
    net_device* host_dev(int h) {
        for (const auto& net : krn.all_nets()) {
            if (auto* dev = dev_get_by_name(*net, name('h', h))) return dev;
        }
        return nullptr;
    }
    void port(const std::string& n, int bridge) {
        must(client.set_master(n, find(name('b', bridge))->ifindex));
        must(client.set_up(n));
    }
    void host(int h) {
        must(client.add_veth(name('p', h), name('h', h)));
        net_device& dev = *find(name('h', h));
        netlink_ext_ack extack;
        must(dev_set_mac_address(dev, address(h), extack));
        must(netdev_rx_handler_register(dev, listener));
        must(client.set_up(name('h', h)));
        port(name('p', h), h / 4);
    }

    frame_ptr make(net_device& out) {
        const int size = pick(20) ? 60 + pick(200) : 1400 + pick(200);
        auto skb = krn.frames.alloc_skb(std::uint32_t(size));
        const bytes_span b = skb_put(*skb, std::uint32_t(size));
        std::fill(b.begin(), b.end(), std::byte{0});
        const mac_address to = pick(12)  ? address(pick(hosts))
                               : pick(2) ? mac_broadcast
                               : pick(2) ? address(77)
                               : pick(2) ? mac_address{{1, 0, 0x5e, 0, 0, 9}}
                                         : mac_address{{1, 0x80, 0xc2, 0, 0, 0}};
        const mac_address from = pick(30) ? address(flow) : address(pick(hosts + 4));
        constexpr std::uint16_t protocols[] = {0x88b5, 0x88b5, eth_p::ip, eth_p::ip,
                                               eth_p::arp, eth_p::p8021q, 40};
        const std::uint16_t proto = protocols[pick(7)];
        write_ethernet(b, to, from, proto);
        if (proto == eth_p::ip) {
            put8(b, 14, 0x45);
            put16(b, 16, std::uint16_t(size - 14 - pick(3)));  // with padding behind it
            put16(b, 24, ip_compute_csum(b.subspan(14, 20)));
            if (pick(8) == 0) put8(b, 15, 1);  // wrong now
        }
        if (proto == eth_p::p8021q) put16(b, 14, std::uint16_t(pick(3)));
        skb->dev = &out;
        skb->protocol = proto;
        skb->mark = std::uint32_t(pick(3));
        skb->priority = std::uint32_t(pick(3));
        if (proto == 0x88b5 && pick(10) == 0) {
            skb->vlan_proto = eth_p::p8021q;
            skb->vlan_tci = std::uint16_t(pick(3));
        }
        return skb;
    }
    void traffic() {
        flow = pick(hosts);
        net_device* out = host_dev(flow);
        what = "traffic from " + std::to_string(flow);
        if (!out) return;
        const int count = pick(3) ? 1 + pick(4) : 1 + pick(60);
        const int repeat = 1 + pick(3);
        for (int i = 0; i < count; i++) {
            frame_ptr skb = make(*out);
            for (int r = 1; r < repeat; r++) (void)dev_queue_xmit(krn.frames.skb_copy(*skb));
            (void)dev_queue_xmit(std::move(skb));
            if (pick(4) == 0) krn.run_softirq(std::uint64_t(pick(20)));
        }
        if (pick(30) == 0) krn.netdev_max_backlog = std::uint32_t(pick(2) ? 1000 : 5 + pick(40));
        krn.run_softirq(2'000);
    }

    std::string any_port() {
        return pick(3) ? name('p', pick(hosts)) : name(pick(2) ? 'l' : 'r', pick(links - 1));
    }
    void set(const std::string& dev, std::uint16_t data, const char* kind, std::uint16_t attr,
             std::uint32_t value) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, dev);
        const auto info = m.nest(ifla::linkinfo);
        m.put_str(data == ifla_info::data ? ifla_info::kind : ifla_info::slave_kind, kind);
        const auto d = m.nest(data);
        if (data == ifla_info::data) {
            m.put_u32(attr, value);
        } else {
            m.put_u8(attr, std::uint8_t(value));
        }
        m.end_nest(d);
        m.end_nest(info);
        m.end();
        (void)client.request(m);
    }
    void set_port(std::uint16_t attr, std::uint32_t value) {
        set(any_port(), ifla_info::slave_data, "bridge", attr, value);
    }
    void change_link(const std::string& n, std::uint16_t attr, std::uint32_t value) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, n);
        m.put_u32(attr, value);
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
        ndm.ndm_flags = ntf::master | (pick(4) ? 0 : ntf::sticky);
        m.head(ndm);
        m.put_mac(nda::lladdr, address(pick(hosts)));
        m.end();
        (void)client.request(m);
    }
    void change() {
        using namespace ifla_brport;
        netlink_ext_ack extack;
        const std::string bridge = name('b', pick(bridges));
        const int kind = pick(22);
        what = "change " + std::to_string(kind);
        switch (kind) {
            case 0: return (void)client.set_up(any_port(), pick(2));
            case 1: return (void)client.set_up(bridge, pick(4));
            case 2: return change_link(any_port(), ifla::mtu, pick(2) ? 1500 : 200);
            case 3: return set_port(isolated, std::uint32_t(pick(2)));
            case 4: return set(name('p', pick(hosts)), ifla_info::slave_data, "bridge", mode,
                               std::uint32_t(pick(2)));  // hairpin, where it makes no loop
            case 5: return set_port(learning, std::uint32_t(pick(3)) > 0);
            case 6: return set_port(unicast_flood, std::uint32_t(pick(3)) > 0);
            case 7: return set_port(locked, std::uint32_t(pick(4)) == 0);
            case 8: return set_port(ifla_brport::state, std::uint32_t(pick(5)));
            case 9: return set(bridge, ifla_info::data, "bridge", ifla_br::ageing_time,
                               std::uint32_t(pick(3)) * 500);
            case 10: return change_flags(bridge, iff::promisc);
            case 11: return pass(sim_time(random.below(2'000'000'000)));
            case 12: return pass(1s * pick(400));
            case 13: return fdb_entry();
            case 14: return (void)client.set_master(
                name('p', pick(hosts)), pick(3) ? find(name('b', pick(bridges)))->ifindex : 0);
            case 15: return move(pick(hosts));
            case 16: return watch();
            case 17:
                krn.trace = krn.trace ? nullptr : &eye;
                return;
            case 18: return (void)sysctl_write(krn.init_net(), "net/bridge/bridge-nf-call-iptables",
                                               pick(2) ? "1" : "0");
            case 19:
                if (net_device* dev = host_dev(pick(hosts))) {
                    (void)dev_set_mac_address(*dev, address(pick(hosts)), extack);
                }
                return;
            case 20: return renew(pick(hosts));
            default: return set_port(neigh_suppress, std::uint32_t(pick(2)));
        }
    }
    void pass(sim_time d) {
        if (krn.run_softirq(2'000)) krn.run_until(krn.now() + d);
    }
    void change_flags(const std::string& n, std::uint32_t flag) {
        netlink_ext_ack extack;
        net_device* dev = find(n);
        (void)dev_change_flags(*dev, dev_get_flags(*dev) ^ flag, extack);
    }
    // To another namespace, or back.
    void move(int h) {
        net_device* dev = host_dev(h);
        if (!dev) return;
        netlink_ext_ack extack;
        if (krn.all_nets().size() < 3) without_ipv6(krn.copy_net_ns());
        netns& to = dev->net == &krn.init_net() ? *krn.all_nets().back() : krn.init_net();
        (void)dev_change_net_namespace(*dev, to, "", 0, extack);
        (void)dev_change_flags(*dev, dev->flags | iff::up, extack);
    }
    void watch() {
        if (sockets.size() > 2 || (!sockets.empty() && pick(2))) {
            sockets.erase(sockets.begin());
            return;
        }
        auto sk = std::make_unique<packet_sock>(krn.init_net());
        net_device* dev = pick(4) ? find(any_port()) : nullptr;
        (void)sk->bind(dev ? dev->ifindex : 0, eth_p::all);
        sockets.push_back(std::move(sk));
    }
    void read_sockets() {
        for (auto& sk : sockets) {
            digest d;
            for (const auto& r : sk->receive_queue) {
                for (const std::byte b : r.data) d.add(std::uint64_t(b));
                d.add(std::uint64_t(r.pkttype) << 32 | std::uint64_t(r.ifindex));
            }
            sk->receive_queue.clear();
            sk->queued_bytes = 0;
            records.push_back(d.value);
        }
        if (records.size() > 20) records.erase(records.begin(), records.end() - 20);
    }
    // Taken out and made anew.
    void renew(int h) {
        if (client.remove(name('p', h)) != err::ok) return;
        got.clear();
        host(h);
    }

    netlink_client client;
    silent_tracer eye;
    std::map<const net_device*, digest> got;
    std::vector<std::unique_ptr<packet_sock>> sockets;
    std::vector<std::uint64_t> records;
    int flow = 0;
    std::string what;
};

class FastPath : public testing::TestWithParam<int> {};

TEST_P(FastPath, GivesWhatTheLongWayGives) {
    const auto seed = std::uint64_t(GetParam());
    world fast(true, seed), plain(false, seed);
    for (int i = 0; i < 1500; i++) {
        const std::string what = fast.step();
        ASSERT_EQ(plain.step(), what);
        ASSERT_EQ(fast.state(), plain.state()) << "step " << i << ": " << what;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FastPath, testing::Range(1, 7));

}  // namespace
}  // namespace vethlab
