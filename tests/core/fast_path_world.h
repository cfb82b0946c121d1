#pragma once
// Three bridges with four hosts each, whose life depends on a seed alone: two of them, one with
// kernel::remember_forwarding and one without, must never differ.
#include <gtest/gtest.h>

#include <map>

#include "core/af_packet.h"
#include "core/ethtool.h"
#include "core/rng.h"
#include "core/sched/sch_generic.h"
#include "core/wire/arp.h"
#include "core/wire/checksum.h"
#include "tests/core/fast_path_eyes.h"

namespace vethlab {

// Bridges b0 - b1 - b2, in a row or a ring; hosts h0 .. h11 with the ports p0 .. p11.
class fast_path_world {
 public:
    static constexpr int bridges = 3, hosts = 12;

    fast_path_world(bool remember, std::uint64_t seed, bool ring)
        : krn(options_for(seed)), random(seed), links(ring ? 3 : 2), client(without_ipv6(krn.init_net())) {
        eyes = &seen;
        krn.remember_forwarding = remember;
        for (int b = 0; b < bridges; b++) must(client.add(name('b', b), "bridge"));
        for (int h = 0; h < hosts; h++) host(h);
        for (int b = 0; ring && b < bridges; b++) {
            set(name('b', b), ifla_info::data, ifla_br::stp_state, 1);
        }
        for (int l = 0; l < links; l++) {
            must(client.add_veth(name('l', l), name('r', l)));
            port(name('l', l), l);
            port(name('r', l), (l + 1) % bridges);
        }
        for (int b = 0; b < bridges; b++) must(client.set_up(name('b', b)));
        krn.run_until(ring ? 40s : 2s);
    }
    virtual ~fast_path_world() { krn.trace = nullptr; }

    std::string step() {
        eyes = &seen;
        const std::uint32_t kind = random.below(40);
        if (kind < 30) {
            traffic();
        } else {
            // What is changed matters to what was just remembered.
            focus = pick(hosts);
            converse();
            change();
            converse();
        }
        read_sockets();
        count_decisions();
        return "kind " + std::to_string(kind) + " " + what;
    }

    // Everything that can be seen from outside.
    std::string state() {
        std::string s = std::to_string(krn.frames_sent) + "\n";
        for (const auto n : krn.drops) s += std::to_string(n) + " ";
        for (const auto& net : krn.all_nets()) {
            for (net_device* dev : net->dev_base_head) s += state(*dev);
        }
        for (const auto& r : records) s += " " + std::to_string(r);
        return s + " " + std::to_string(eye.captured.value) + " " + std::to_string(krn.now().count());
    }
    // What is kept beside must be what a look at everything would find.
    bool sums_are_right() {
        bool right = true;
        for_each_bridge([&](net_bridge& br) {
            const br_ports_sum kept = br.ports_sum;
            std::uint32_t active = 0;
            for (const auto& p : br.port_list) active += p->state != br_state::disabled;
            br_sum_up_ports(br);
            const br_ports_sum& sum = br.ports_sum;
            right &= kept.mtu_min == sum.mtu_min && kept.mtu_max == sum.mtu_max &&
                     kept.addr_min == sum.addr_min && kept.features_any == sum.features_any &&
                     kept.features_all == sum.features_all && br.ports_active == active;
            for (unsigned n = 1; n < br.no_free_below; n++) right &= br.port_by_no[n] != nullptr;
        });
        return right;
    }
    bool some_bridge_settled() {
        bool settled = false;
        for_each_bridge([&](const net_bridge& br) { settled |= br.settled; });
        return settled;
    }
    std::uint64_t went_directly() const { return krn.frames_sent - seen.asked - other_xmits(); }

    kernel krn;
    rng random;
    world_eyes seen;

 protected:
    virtual void change() = 0;

    static std::string name(char c, int n) { return c + std::to_string(n); }
    static void must(err e) { ASSERT_EQ(e, err::ok); }
    static mac_address address(int n) { return {{2, 0, 0, 0, 1, std::uint8_t(n)}}; }
    static ipv4_address ip(int n) { return {0x0a000000u + std::uint32_t(n)}; }
    int pick(int n) { return int(random.below(std::uint32_t(n))); }
    net_device* find(const std::string& n) { return dev_get_by_name(krn.init_net(), n); }
    net_device* find_anywhere(const std::string& n) {
        for (const auto& net : krn.all_nets()) {
            if (auto* dev = dev_get_by_name(*net, n)) return dev;
        }
        return nullptr;
    }
    net_device* host_dev(int h) { return find_anywhere(name('h', h)); }
    static int friend_of(int h) { return (h + hosts / 2) % hosts; }
    int any_host() { return pick(2) ? pick(hosts) : pick(2) ? focus : friend_of(focus); }
    std::string any_port() {
        return pick(3) ? name('p', any_host()) : name(pick(2) ? 'l' : 'r', pick(links));
    }
    template <class F>
    void for_each_bridge(F f) {
        for (const auto& net : krn.all_nets()) {
            for (net_device* dev : net->dev_base_head) {
                if (netif_is_bridge_master(*dev)) f(br_of(*dev));
            }
        }
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
    // An attribute of a bridge (ifla_info::data) or of a port (ifla_info::slave_data), long enough
    // for any number.
    void set(const std::string& dev, std::uint16_t data, std::uint16_t attr, std::uint64_t value) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, dev);
        const auto info = m.nest(ifla::linkinfo);
        m.put_str(data == ifla_info::data ? ifla_info::kind : ifla_info::slave_kind, "bridge");
        const auto d = m.nest(data);
        m.put_u64(attr, value);
        m.end_nest(d);
        m.end_nest(info);
        m.end();
        (void)client.request(m);
    }
    void set_port(std::uint16_t attr, int value) {
        set(any_port(), ifla_info::slave_data, attr, std::uint64_t(value));
    }
    void set_bridge(std::uint16_t attr, int value) {
        set(name('b', pick(bridges)), ifla_info::data, attr, std::uint64_t(value));
    }

    int links;
    netlink_client client;
    watching_tracer eye;
    std::vector<std::unique_ptr<packet_sock>> sockets;
    int focus = 0;  // the host that a change is about, more often than not
    std::string what;

 private:
    // Puts counting functions in the place of those of devices that came since.
    void count_decisions() {
        static net_device_ops veth_ops;
        for (const auto& net : krn.all_nets()) {
            for (net_device* dev : net->dev_base_head) {
                if (dev->br_port) dev->rx_handler = &counted_bridge;
                if (!dev->ops->ndo_get_peer_dev || dev->ops == &veth_ops) continue;
                veth_start_xmit = dev->ops->ndo_start_xmit;
                veth_ops = *dev->ops;
                veth_ops.ndo_start_xmit = count_start_xmit;
                dev->ops = &veth_ops;
            }
        }
    }
    std::uint64_t other_xmits() const {  // of bridges and loopback devices
        std::uint64_t n = 0;
        for (const auto& net : krn.all_nets()) {
            for (const net_device* dev : net->dev_base_head) {
                if (!dev->ops->ndo_get_peer_dev) n += dev->stats.tx_packets;
            }
        }
        return n;
    }

    std::string state(net_device& dev) {
        rtnl_link_stats64 stats{};
        dev_get_stats(dev, stats);
        std::string s = "\n" + dev.name;
        for (const std::uint64_t v :
             {stats.rx_packets, stats.rx_bytes, stats.tx_packets, stats.tx_bytes, stats.rx_dropped,
              stats.tx_dropped, stats.multicast, seen.delivered[&dev].value,
              std::uint64_t(dev_get_flags(dev)), std::uint64_t(dev.mtu), dev.dev_addr.as_u64(),
              dev.settings->features, std::uint64_t(dev.settings->tso_max_size), std::uint64_t(dev.operstate),
              std::uint64_t(dev.qdisc_activated)}) {
            s += " " + std::to_string(v);
        }
        if (netif_is_bridge_master(dev)) s += state(br_of(dev));
        if (dev.br_port) s += state(*dev.br_port);
        return s;
    }
    static std::string state(net_bridge& br) {
        std::string s;
        br.fdb.for_each([&](const net_bridge_fdb_entry& f) {
            const net_bridge_port* p = fdb_dst(br, f);
            s += " " + std::to_string(f.key()) + "," + (p ? p->dev.name.c_str() : "-") + "," +
                 std::to_string(f.updated()) + "," + std::to_string(f.used()) + "," +
                 std::to_string(f.flags());
        });
        for (const std::uint64_t v :
             {br.id.as_u64(), br.designated_root.as_u64(), std::uint64_t(br.root_path_cost),
              std::uint64_t(br.root_port), std::uint64_t(br.topology_change),
              std::uint64_t(br.topology_change_detected), br.hello_timer.value(),
              br.tcn_timer.value(), br.topology_change_timer.value(), br.gc_work.value()}) {
            s += " " + std::to_string(v);
        }
        for (const auto& mp : br.multicast_ctx.mdb_list) {
            for (const std::uint8_t b : mp->addr.addr) s += std::to_string(b) + ".";
            s += std::to_string(mp->host_joined);
            for (const auto& pg : mp->ports) {
                s += " " + pg->port.dev.name + "," + std::to_string(pg->timer.value());
            }
        }
        for (const auto* p : br.multicast_ctx.mc_router_list) s += " " + p->dev.name;
        return s;
    }
    static std::string state(const net_bridge_port& p) {
        std::string s;
        for (const std::uint64_t v :
             {std::uint64_t(p.state), std::uint64_t(p.flags), std::uint64_t(p.port_id),
              std::uint64_t(p.path_cost), p.designated_root.as_u64(),
              std::uint64_t(p.designated_cost), p.designated_bridge.as_u64(),
              std::uint64_t(p.designated_port), std::uint64_t(p.config_pending),
              std::uint64_t(p.topology_change_ack), std::uint64_t(p.message_age_timer.value()),
              std::uint64_t(p.forward_delay_timer.value()), std::uint64_t(p.hold_timer.value()),
              std::uint64_t(p.multicast_ctx.own_query.timer.value()),
              std::uint64_t(p.multicast_ctx.mc_router_timer.value())}) {
            s += " " + std::to_string(v);
        }
        return s;
    }

    mac_address destination() {
        if (pick(12)) return address(pick(hosts));
        switch (pick(6)) {
            case 0:
            case 1:
                return mac_broadcast;
            case 2:
                return address(77);
            case 3:
                return {{1, 0, 0x5e, 0, 0, std::uint8_t(9 + pick(2))}};
            case 4:
                return find(name('b', 0)) ? find(name('b', 0))->dev_addr : address(0);
            default:
                return {{1, 0x80, 0xc2, 0, 0, std::uint8_t(pick(16))}};
        }
    }
    frame_ptr make(net_device& out) {
        const int size = pick(20) ? 60 + pick(200) : 1400 + pick(200);
        auto skb = krn.frames.alloc_skb(std::uint32_t(size));
        const bytes_span b = skb_put(*skb, std::uint32_t(size));
        std::fill(b.begin(), b.end(), std::byte{0});
        // What a host says to its friend time and again is what a bridge remembers.
        const bool usual = pick(4) > 0;
        constexpr std::uint16_t protocols[] = {0x88b5,        0x88b5,     eth_p::ip,
                                               eth_p::ip,     eth_p::arp, 0x8864,
                                               eth_p::p8021q, 40,         eth_p::ipv6};
        const std::uint16_t proto = protocols[usual ? pick(3) : pick(9)];
        mac_address to = usual ? address(friend_of(flow)) : destination();
        const mac_address from = usual || pick(30) ? address(flow) : address(pick(hosts + 4));
        if (proto == eth_p::ip) {
            const int group = usual || pick(3) ? 0 : 1 + pick(3);
            if (group) to = {{1, 0, 0x5e, 0, 0, std::uint8_t(group)}};
            write_ip(b, size, group);
        }
        write_ethernet(b, to, from, proto);
        if (proto == eth_p::p8021q) put16(b, 14, std::uint16_t(pick(3)));
        if (proto == eth_p::ipv6) {
            put8(b, 14, 0x60);
            put16(b, 18, std::uint16_t(size - 54 > 0 && pick(4) ? size - 54 - pick(3) : 0));
        }
        if (proto == 0x8864) {
            put16(b, 20, 0x21);
            put8(b, 22, pick(3) ? 0x45 : 0);
            put16(b, 24, std::uint16_t(size - 22 - pick(3)));
            put16(b, 32, ip_compute_csum(b.subspan(22, 20)));
        }
        if (proto == eth_p::arp && pick(4)) {
            put16(b, 14, 1);
            put16(b, 16, eth_p::ip);
            put8(b, 18, 6);
            put8(b, 19, 4);
            put16(b, 20, std::uint16_t(1 + pick(2)));
            from.write(b, 22);
            ip(flow).write(b, 28);
            ip(pick(hosts)).write(b, 38);
        }
        skb->dev = &out;
        skb->protocol = proto;
        skb->mark = std::uint32_t(pick(3));
        skb->priority = std::uint32_t(pick(3));
        if (proto == 0x88b5 && pick(10) == 0) {
            skb->vlan_proto = eth_p::p8021q;
            skb->vlan_tci = std::uint16_t(pick(3));
        } else if (proto == 0x88b5 && pick(10) == 0) {
            skb->ip_summed = csum::partial;
            skb->csum_start = std::uint16_t(skb->data_at + 30);
            skb->csum_offset = 4;
        }
        return skb;
    }
    // To 224.0.0.`group`, or to a host; some are IGMP.
    void write_ip(bytes_span b, int size, int group) {
        put8(b, 14, 0x45);
        put16(b, 16, std::uint16_t(size - 14 - pick(3)));  // with padding behind it
        put8(b, 22, 1);
        put8(b, 23, 17);
        (group ? ip(200 + flow) : ip(flow)).write(b, 26);
        ipv4_address to =
            group ? ipv4_address{0xe1000000u + std::uint32_t(group)} : ip(pick(hosts));
        if (group && pick(2)) {
            constexpr std::uint8_t types[] = {0x11, 0x16, 0x17};
            const std::uint8_t type = types[pick(8) ? 1 + pick(2) : 0];  // who asks silences us
            if (type == 0x11) to = {0xe0000001};
            put8(b, 23, 2);
            put16(b, 16, 28);
            put8(b, 34, type);
            put8(b, 35, std::uint8_t(type == 0x11 ? 100 : 0));
            if (type != 0x11) ipv4_address{0xe1000000u + std::uint32_t(group)}.write(b, 38);
            put16(b, 36, ip_compute_csum(b.subspan(34, 8)));
        }
        to.write(b, 30);
        put16(b, 24, ip_compute_csum(b.subspan(14, 20)));
        if (pick(8) == 0) put8(b, 15, 1);  // wrong now
    }
    // The same few frames there and back.
    void converse() {
        for (int i = 0; i < 6; i++) {
            const int from = i % 2 ? friend_of(focus) : focus;
            net_device* out = host_dev(from);
            if (!out) continue;
            frame_ptr skb = krn.frames.alloc_skb(100);
            const bytes_span b = skb_put(*skb, 100);
            std::fill(b.begin(), b.end(), std::byte{0});
            write_ethernet(b, address(friend_of(from)), address(from), 0x88b5);
            skb->dev = out;
            skb->protocol = 0x88b5;
            (void)dev_queue_xmit(std::move(skb));
            krn.run_softirq(200);
        }
    }
    void traffic() {
        flow = pick(hosts);
        net_device* out = host_dev(flow);
        what = "traffic from " + std::to_string(flow);
        if (!out) return;
        const int count = pick(3) ? 1 + pick(4) : 1 + pick(60);
        const int repeat = pick(3) ? 1 + pick(4) : 10;
        for (int i = 0; i < count; i++) {
            frame_ptr skb = make(*out);
            for (int r = 1; r < repeat; r++) {
                (void)dev_queue_xmit(krn.frames.skb_copy(*skb));
                if (pick(2)) krn.run_softirq(std::uint64_t(pick(20)));
            }
            (void)dev_queue_xmit(std::move(skb));
            if (pick(4) == 0) krn.run_softirq(std::uint64_t(pick(20)));
        }
        if (pick(30) == 0) krn.netdev_max_backlog = std::uint32_t(pick(2) ? 1000 : 5 + pick(40));
        krn.run_softirq(2'000);
    }
    void read_sockets() {
        for (auto& sk : sockets) {
            digest d;
            for (const auto& r : sk->receive_queue) {
                d.add(r.data);
                d.add(std::uint64_t(r.pkttype) << 32 | std::uint64_t(r.ifindex));
            }
            sk->receive_queue.clear();
            sk->queued_bytes = 0;
            records.push_back(d.value);
        }
        if (records.size() > 20) records.erase(records.begin(), records.end() - 20);
    }

    std::vector<std::uint64_t> records;
    int flow = 0;
};

}  // namespace vethlab
