#pragma once
// Three routers and four hosts, whose life depends on a seed alone: two of them, one with
// kernel::remember_forwarding and one without, must never differ.
//
//   h0 --- b0 (10.0.0.0/24) --- r1 eth0         h0 .1, r1 .2, r2 .3
//              b0 ------------- r2 eth0       b0 has .4 and routes, too
//   r1 eth1 -- 10.0.1.0/24 ---- r2 eth1         r1 .2, r2 .3
//   r1 eth2 -- 10.0.2.0/24 ---- h1 eth0         r1 .2, h1 .1
//   r2 eth2 -- 10.0.3.0/24 ---- h2 eth0         r2 .3, h2 .1
//   eth2 beside b0 -- 10.0.5.0/24 -- h3 eth0    .4, h3 .1
#include <gtest/gtest.h>

#include "core/af_packet.h"
#include "core/ipv4/arp.h"
#include "core/ipv4/ip.h"
#include "core/ipv4/ip_remember.h"
#include "core/rng.h"
#include "core/sched/sch_generic.h"
#include "tests/core/fast_path_eyes.h"
#include "tests/core/ipv4_fixture.h"

namespace vethlab {

class ip_remember_world {
 public:
    ip_remember_world(bool remember, std::uint64_t seed)
        : krn(options_for(seed)), random(seed), switch_(without_ipv6(krn.init_net())) {
        krn.remember_forwarding = remember;
        for (auto& h : hosts_) {
            h = std::make_unique<ipv4_host>(without_ipv6(krn.copy_net_ns()));
            (void)h->nl.set_up("lo");
        }
        must(switch_.nl.add("b0", "bridge"));
        must(switch_.nl.set_up("b0"));
        for (const int at : {h0, r1, r2}) {
            pair(switch_, "p" + std::to_string(at), host(at), "eth0");
            must(switch_.nl.set_master("p" + std::to_string(at), switch_.index("b0")));
        }
        pair(host(r1), "eth1", host(r2), "eth1");
        pair(host(r1), "eth2", host(h1), "eth0");
        pair(host(r2), "eth2", host(h2), "eth0");
        pair(switch_, "eth2", host(h3), "eth0");
        address(h0, "10.0.0.1/24", "eth0");
        address(r1, "10.0.0.2/24", "eth0");
        address(r2, "10.0.0.3/24", "eth0");
        address(r1, "10.0.1.2/24", "eth1");
        address(r2, "10.0.1.3/24", "eth1");
        address(r1, "10.0.2.2/24", "eth2");
        address(h1, "10.0.2.1/24", "eth0");
        address(r2, "10.0.3.3/24", "eth2");
        address(h2, "10.0.3.1/24", "eth0");
        must(switch_.add_addr("10.0.0.4/24", "b0"));
        must(switch_.add_addr("10.0.5.4/24", "eth2"));
        address(h3, "10.0.5.1/24", "eth0");
        for (const int r : {r0, r1, r2}) host(r).sysctl("net/ipv4/ip_forward", "1");
        must(host(h3).add_route("0.0.0.0/0", {.via = "10.0.5.4"}));
        must(switch_.add_route("10.0.2.0/24", {.via = "10.0.0.2"}));
        must(switch_.add_route("10.0.3.0/24", {.via = "10.0.0.3"}));
        for (const int r : {r1, r2}) must(host(r).add_route("10.0.5.0/24", {.via = "10.0.0.4"}));
        must(host(h0).add_route("0.0.0.0/0", {.via = "10.0.0.2"}));
        must(host(h1).add_route("0.0.0.0/0", {.via = "10.0.2.2"}));
        must(host(h2).add_route("0.0.0.0/0", {.via = "10.0.3.3"}));
        must(host(r1).add_route("10.0.3.0/24", {.via = "10.0.1.3"}));
        must(host(r2).add_route("10.0.2.0/24", {.via = "10.0.1.2"}));
        for (const int h : {h0, h1, h2, h3}) watch(h);
        if (seed % 2) arp_tbl(krn).gc_thresh1 = 0;  // what is not used goes after a minute
        if (seed % 3 == 0) two_ways();
        if (seed % 3 == 1) policies();
        krn.run_until(2s);
    }
    virtual ~ip_remember_world() { krn.trace = nullptr; }

    std::string step() {
        if (pick(10) < 7) {
            traffic();
        } else {
            // What is changed matters to what was just remembered.
            new_flow();
            converse();
            if (pick(3)) {
                change();
            } else {
                pass(1ms * pick(40'000));
                if (pick(2)) answer();
            }
            converse();
        }
        read_sockets();
        return what;
    }

    // Everything that can be seen from outside.
    std::string state() {
        std::string s = std::to_string(krn.frames_sent) + "\n";
        for (const auto n : krn.drops) s += std::to_string(n) + " ";
        for (const auto& net : krn.all_nets()) {
            for (net_device* dev : net->dev_base_head) s += state(*dev);
            for (const fib_table& tb : net->ipv4->tables) {
                for (const auto& fa : tb.aliases) s += state(fa->info);
            }
        }
        for (const auto& r : records_) s += " " + std::to_string(r);
        return s + " " + std::to_string(eye.captured.value) + " " + std::to_string(krn.now().count());
    }
    std::uint64_t taken() const { return krn.ip_ways ? krn.ip_ways->taken : 0; }

    kernel krn;
    rng random;

 protected:
    enum { h0, h1, h2, h3, r1, r2, host_count, r0 = host_count };

    virtual void change() = 0;

    static void must(err e) { ASSERT_EQ(e, err::ok); }
    int pick(int n) { return int(random.below(std::uint32_t(n))); }
    ipv4_host& host(int n) { return n == r0 ? switch_ : *hosts_[std::size_t(n)]; }
    ipv4_host& any_host() { return host(pick(3) ? r1 + pick(3) : pick(host_count)); }
    net_device* any_dev(ipv4_host& h) {
        if (&h == &switch_ && pick(2)) return dev_get_by_name(h.net, pick(3) ? "b0" : "p4");
        return dev_get_by_name(h.net, "eth" + std::to_string(pick(3)));
    }
    void address(int h, const char* prefix, const char* dev) {
        must(host(h).add_addr(prefix, dev));
    }
    void pair(ipv4_host& a, const std::string& a_name, ipv4_host& b, const std::string& b_name) {
        must(switch_.nl.add_veth("one", "two"));
        place("one", a, a_name);
        place("two", b, b_name);
    }
    void place(const char* name, ipv4_host& h, const std::string& new_name) {
        netlink_ext_ack extack;
        net_device& dev = switch_.dev(name);
        must(dev_set_mac_address(dev, {{2, 0, 0, 0, 2, std::uint8_t(++macs_)}}, extack));
        if (&h != &switch_) must(dev_change_net_namespace(dev, h.net, "", 0, extack));
        must(dev_change_name(dev, new_name));
        must(h.nl.set_up(new_name));
    }
    void two_ways() {
        nlmsg_builder m;
        m.begin(rtm::newroute, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::replace, 1);
        m.head(rtmsg{af::inet, 24, 0, 0, rt_table::main, rtprot::boot, rt_scope::universe,
                     std::uint8_t(rtn::unicast), 0});
        m.put_ip4(rta::dst, ip4("10.0.3.0"));
        next_hops(m, "10.0.1.3", "10.0.0.3");
        m.end();
        must(host(r1).nl.request(m));
        host(r1).sysctl("net/ipv4/fib_multipath_hash_policy", "1");
    }
    static void next_hops(nlmsg_builder& m, const char* first, const char* second) {
        const auto list = m.nest(rta::multipath);
        for (const char* via : {first, second}) {
            struct {  // struct rtnexthop, and its gateway
                std::uint16_t len = 16;
                std::uint8_t flags = 0, hops = 0;
                std::int32_t ifindex = 0;
                std::uint16_t rta_len = 8, rta_type = rta::gateway;
                std::byte gw[4];
            } hop;
            ip4(via).write(hop.gw, 0);
            m.raw(as_view(hop));
        }
        m.end_nest(list);
    }
    // Marked packets and those of a TOS go another way, or nowhere.
    void policies() {
        must(host(r1).add_route("10.0.3.0/24", {.via = "10.0.0.3", .table = 100}));
        must(host(r2).add_route("10.0.2.0/24", {.table = 100, .type = rtn::unreachable}));
        for (const int r : {r1, r2}) {
            for (const bool by_mark : {true, false}) {
                nlmsg_builder m;
                m.begin(rtm::newrule, nlm_f::request | nlm_f::ack | nlm_f::create, 1);
                fib_rule_hdr frh{};
                frh.family = af::inet;
                frh.action = fr_act::to_tbl;
                frh.table = 100;
                if (!by_mark) frh.tos = 0x10;
                m.head(frh);
                if (by_mark) m.put_u32(fra::fwmark, 1);
                m.put_u32(fra::priority, 50);
                m.end();
                must(host(r).nl.request(m));
            }
        }
    }
    // What arrives at a host, as a program there sees it.
    void watch(int h) {
        auto sk = std::make_unique<packet_sock>(host(h).net);
        must(sk->bind(host(h).index("eth0"), eth_p::all));
        arrivals_.push_back(std::move(sk));
    }
    void pass(sim_time d) {
        what = "time";
        krn.run_until(krn.now() + (pick(3) ? d / 1000 : pick(4) ? d : d * 10));
    }

    std::string what;
    ipv4_host switch_;
    watching_tracer eye;
    std::vector<std::unique_ptr<packet_sock>> sockets;

 private:
    struct flow {
        int from = h0;
        ipv4_address src, dst;
        int tos = 0, mark = 0, size = 100;
    };

    std::string state(net_device& dev) {
        rtnl_link_stats64 stats{};
        dev_get_stats(dev, stats);
        std::string s = "\n" + dev.name;
        for (const std::uint64_t v :
             {stats.rx_packets, stats.rx_bytes, stats.tx_packets, stats.tx_bytes, stats.rx_dropped,
              stats.tx_dropped, stats.multicast, dev.stats.rx_otherhost_dropped,
              std::uint64_t(dev_get_flags(dev)), std::uint64_t(dev.mtu), dev.dev_addr.as_u64()}) {
            s += " " + std::to_string(v);
        }
        for (const qdisc* q : {dev.root_qdisc(), dev.ingress_qdisc()}) {
            if (q) s += " " + std::to_string(q->stats.packets) + "," + std::to_string(q->stats.drops);
        }
        const in_device* in_dev = in_dev_get(dev);
        if (!in_dev || !in_dev->arp_parms) return s;
        for (const neighbour* n = in_dev->arp_parms->first; n; n = n->dev_next) {
            s += " " + text_of(n->primary_key.ip4());
            for (const std::int64_t v :
                 {std::int64_t(n->nud_state), n->confirmed.count(), n->updated.count(),
                  n->used.count(), std::int64_t(n->ha.as_u64()), std::int64_t(n->probes),
                  std::int64_t(n->arp_queue.size()),
                  n->timer.pending() ? n->timer.expires().count() : 0}) {
                s += "," + std::to_string(v);
            }
        }
        return s;
    }
    static std::string state(const fib_info& fi) {
        std::string s;
        for (const fib_nh& nh : fi.nhs()) {
            s += " " + std::to_string(nh.flags);
            for (const fib_nh_exception& e : nh.exceptions()) {
                s += " " + text_of(e.daddr) + ">" + text_of(e.gw) + "," + std::to_string(e.pmtu) +
                     "," + std::to_string(e.expires.count()) + "," + std::to_string(e.used_input);
            }
        }
        return s;
    }

    ipv4_address some_address() {
        constexpr std::uint32_t of_hosts[] = {0x0a000001, 0x0a000201, 0x0a000301, 0x0a000501};
        constexpr std::uint32_t others[] = {
            0x0a000002, 0x0a000003, 0x0a000103, 0x0a0002ff, 0x0a000000, 0x0a000309, 0xc0000201,
            0xc0000301, 0x7f000001, 0xe0000001, 0xffffffff, 0x00000000, 0x0a010101, 0xe1000001};
        return {pick(5) ? of_hosts[pick(4)] : others[pick(14)]};
    }
    void new_flow() {
        constexpr std::uint32_t of_hosts[] = {0x0a000001, 0x0a000201, 0x0a000301, 0x0a000501};
        flow_.tos = pick(2) ? 0 : pick(2) ? 0x10 : pick(256);
        flow_.mark = pick(2) ? 0 : pick(3);
        if (pick(3) == 0) return;
        flow_.from = pick(4);
        flow_.src = pick(8) ? ipv4_address{of_hosts[flow_.from]} : some_address();
        flow_.dst = some_address();
        flow_.size = pick(5) ? 20 + pick(200) : 20 + pick(1600);
    }
    // The router's address in front of the host, most of the time.
    mac_address destination(net_device& out) {
        if (pick(30) == 0) return mac_broadcast;
        if (pick(30) == 0) return {{2, 0, 0, 0, 2, std::uint8_t(pick(14))}};
        const in_device* in_dev = in_dev_get(out);
        constexpr std::uint32_t gateways[] = {0x0a000002, 0x0a000202, 0x0a000303, 0x0a000504};
        const ipv4_address gw{gateways[flow_.from]};
        const neighbour* n = in_dev ? ipv4_neigh_lookup(out, gw) : nullptr;
        if (n && n->valid() && pick(4)) return n->ha;
        constexpr int routers[] = {r1, r1, r2, r0};
        net_device* at = dev_get_by_name(host(routers[flow_.from]).net,
                                         flow_.from == h0 ? "eth0" : "eth2");
        if (flow_.from == h0 && pick(2)) at = dev_get_by_name(switch_.net, "b0");
        return at ? at->dev_addr : mac_broadcast;
    }
    frame_ptr make(net_device& out, bool odd) {
        const int options = odd && pick(6) == 0 ? 4 * (1 + pick(3)) : 0;
        const int tot_len = std::max(flow_.size, 20 + options), padding = pick(4) ? 0 : pick(8);
        const auto size = std::uint32_t(14 + tot_len + padding);
        auto skb = krn.frames.alloc_skb(size, pick(4) ? frame_pool::default_headroom : 0);
        const bytes_span b = skb_put(*skb, size);
        std::fill(b.begin(), b.end(), std::byte{1});
        write_ethernet(b, destination(out), out.dev_addr, eth_p::ip);
        const bytes_span ip = b.subspan(14);
        ipv4_fields f;
        f.tos = std::uint8_t(flow_.tos);
        f.tot_len = std::uint16_t(tot_len);
        f.saddr = flow_.src;
        f.daddr = flow_.dst;
        f.protocol = pick(6) ? 253 : pick(2) ? 17 : 1;
        if (f.protocol == 1 && tot_len > 30 + options) put16(ip, std::size_t(20 + options), 0x0800);
        if (tot_len > 24 + options) put16(ip, std::size_t(20 + options), std::uint16_t(pick(99)));
        if (odd && pick(4) == 0) f.ttl = std::uint8_t(pick(4));
        if (odd && pick(6) == 0) f.frag_off = std::uint16_t(pick(2) ? ip_mf : pick(8));
        if (pick(3) == 0) f.frag_off |= ip_df;
        if (odd && pick(10) == 0) f.tot_len = std::uint16_t(pick(2) ? tot_len + 9 + pick(9) : pick(25));
        const std::vector<std::byte> opt = options_of(options);
        write_ipv4(ip, f, opt);
        if (odd && pick(6) == 0) put16(ip, 10, std::uint16_t(be16(ip, 10) + 1));
        if (odd && pick(20) == 0) put8(ip, 0, std::uint8_t(pick(256)));
        skb->dev = &out;
        skb->protocol = eth_p::ip;
        skb->mark = std::uint32_t(flow_.mark);
        skb->priority = std::uint32_t(pick(3));
        if (odd && pick(12) == 0) {
            skb->vlan_proto = eth_p::p8021q;
            skb->vlan_tci = std::uint16_t(pick(3));
        }
        return skb;
    }
    // No-operations, or ends, record route, or nonsense.
    std::vector<std::byte> options_of(int len) {
        std::vector<std::byte> o(std::size_t(len), std::byte(pick(2)));
        if (len >= 8 && pick(2)) {
            o[0] = std::byte{7};
            o[1] = std::byte(len - 1);
            o[2] = std::byte{4};
        } else if (len && pick(4) == 0) {
            o[0] = std::byte(pick(256));
        }
        return o;
    }
    void send(bool odd, int repeat) {
        net_device* out = dev_get_by_name(host(flow_.from).net, "eth0");
        if (!out) return;
        frame_ptr skb = make(*out, odd);
        for (int r = 1; r < repeat; r++) {
            (void)dev_queue_xmit(pick(2) ? skb_clone(*skb) : krn.frames.skb_copy(*skb));
            if (pick(2)) krn.run_softirq(std::uint64_t(pick(20)));
        }
        (void)dev_queue_xmit(std::move(skb));
    }
    void converse() {
        for (int i = 0; i < 4; i++) {
            send(false, 1);
            krn.run_softirq(2'000);
            if (pick(6) == 0) krn.run_until(krn.now() + 1ms * pick(50));
        }
    }
    // A host speaks as another one, or has another address.
    void answer() {
        net_device* out = dev_get_by_name(host(flow_.from).net, "eth0");
        if (!out) return;
        const mac_address me{{2, 0, 0, 0, 2, std::uint8_t(1 + pick(12))}}, to = destination(*out);
        arp_send(pick(3) ? arp_op::reply : arp_op::request, *out, flow_.src, flow_.dst, &to, &me, &to);
        krn.run_softirq(2'000);
    }
    void traffic() {
        what = "traffic";
        const int flows = 1 + pick(3);
        for (int f = 0; f < flows; f++) {
            new_flow();
            for (int i = 1 + pick(4); i > 0; i--) {
                send(pick(3) == 0, 1 + pick(6));
                if (pick(3) == 0) krn.run_softirq(std::uint64_t(pick(20)));
            }
        }
        if (pick(40) == 0) krn.netdev_max_backlog = std::uint32_t(pick(2) ? 1000 : 5 + pick(20));
        krn.run_softirq(2'000);
    }
    void read(packet_sock& sk) {
        digest d;
        for (const auto& r : sk.receive_queue) {
            d.add(r.data);
            d.add(std::uint64_t(r.pkttype) << 32 | std::uint64_t(r.ifindex));
            d.add(std::uint64_t(r.stamp.count()));
        }
        sk.receive_queue.clear();
        sk.queued_bytes = 0;
        records_.push_back(d.value);
    }
    void read_sockets() {
        for (auto& sk : arrivals_) read(*sk);
        for (auto& sk : sockets) read(*sk);
        if (records_.size() > 20) records_.erase(records_.begin(), records_.end() - 20);
    }

    std::unique_ptr<ipv4_host> hosts_[host_count];
    std::vector<std::unique_ptr<packet_sock>> arrivals_;
    std::vector<std::uint64_t> records_;
    flow flow_;
    int macs_ = 0;
};

}  // namespace vethlab
