#pragma once
// A kernel with a bridge br0 and veth ports; what happens is text. Port p1 has the far end e1.
#include <initializer_list>
#include <string>
#include <vector>

#include "core/drivers/bridge/br_private.h"
#include "core/rtnetlink_fdb.h"
#include "core/trace.h"
#include "tests/core/netlink_client.h"

namespace vethlab {

inline constexpr mac_address A{{2, 0, 0, 0, 0, 0xa}}, B{{2, 0, 0, 0, 0, 0xb}},
    C{{2, 0, 0, 0, 0, 0xc}};

class bridge_fixture : public tracer {
 public:
    explicit bridge_fixture(std::initializer_list<const char*> ports,
                            const kernel_options& options = {})
        : krn(options) {
        must(client.add("br0", "bridge"));
        int number = 1;
        for (const std::string port : ports) {
            must(client.add_veth(port, far(port)));
            // 02:00:00:00:f1:00 for p1
            set_address(port, {{2, 0, 0, 0, std::uint8_t(0xf0 + number), 0}});
            set_address(far(port), {{2, 0, 0, 0, std::uint8_t(0xe0 + number++), 0}});
            must(client.set_master(port, br0().ifindex));
            must(client.set_up(port));
            must(client.set_up(far(port)));
        }
        must(client.set_up("br0"));
        run(2s);
        net.bridge.call_iptables = net.bridge.call_ip6tables = false;
        krn.trace = this;
    }
    ~bridge_fixture() override { krn.trace = nullptr; }

    kernel krn;
    netns& net = without_ipv6(krn.init_net());
    netlink_client client{net};
    bool healthy = true;

    net_device& dev(const std::string& name) { return *dev_get_by_name(net, name); }
    net_device& br0() { return dev("br0"); }
    net_bridge& br() { return br_of(br0()); }
    net_bridge_port& port(const std::string& name) { return *dev(name).br_port; }
    static std::string far(std::string port) {
        port[0] = 'e';
        return port;
    }
    void run(sim_time d) { krn.run_until(krn.now() + d); }

    struct what {
        mac_address src, dst;
        std::uint16_t proto = 0x88b5;
        std::size_t size = 60;
        std::vector<std::uint8_t> payload{};
    };
    // The far end of `port` sends a frame.
    void receive(const std::string& port, const what& w) { send(far(port), w); }
    void send(const std::string& name, const what& w) {
        frame_ptr skb = krn.frames.alloc_skb(std::uint32_t(w.size));
        bytes_span b = skb_put(*skb, std::uint32_t(w.size));
        std::fill(b.begin(), b.end(), std::byte{0});
        write_ethernet(b, w.dst, w.src, w.proto);
        for (std::size_t i = 0; i < w.payload.size() && eth_hlen + i < w.size; i++) {
            b[eth_hlen + i] = std::byte(w.payload[i]);
        }
        skb->dev = &dev(name);
        skb->protocol = w.proto;
        (void)dev_queue_xmit(std::move(skb));
        krn.run_softirq();
    }

    // What was seen since the last call: "p2 out, e2 host".
    std::string seen() {
        std::string s = std::move(log_);
        log_.clear();
        return s;
    }
    // Learned entries, or all with their state: "A p1\n".
    std::string fdb(bool all = false) {
        std::string s;
        br().fdb.for_each([&](const net_bridge_fdb_entry& f) {
            if (!all && f.has(br_fdb_flag::local)) return;
            const net_bridge_port* p = fdb_dst(br(), f);
            s += name_of(f.addr()) + " " + (p ? p->dev.name.c_str() : "br0");
            if (f.has(br_fdb_flag::local))
                s += " permanent";
            else if (f.has(br_fdb_flag::static_))
                s += " static";
            s += "\n";
        });
        return s;
    }

    err fdb_add(const std::string& name, mac_address addr, std::uint16_t state, std::uint8_t flags,
                std::uint16_t nlflags = nlm_f::create | nlm_f::excl) {
        return fdb_request(rtm::newneigh, name, addr, state, flags, nlflags);
    }
    err fdb_del(const std::string& name, mac_address addr, std::uint8_t flags) {
        return fdb_request(rtm::delneigh, name, addr, nud::permanent, flags, 0);
    }
    err fdb_request(std::uint16_t type, const std::string& name, mac_address addr,
                    std::uint16_t state, std::uint8_t flags, std::uint16_t nlflags) {
        nlmsg_builder m;
        m.begin(type, std::uint16_t(nlm_f::request | nlm_f::ack | nlflags), 1);
        ndmsg ndm{};
        ndm.ndm_family = af::bridge;
        ndm.ndm_ifindex = dev(name).ifindex;
        ndm.ndm_state = state;
        ndm.ndm_flags = flags;
        m.head(ndm);
        m.put_mac(nda::lladdr, addr);
        m.end();
        return client.request(m, &sentence);
    }
    // `ip link set NAME type bridge OPTION VALUE`
    err set_bridge(std::uint16_t option, std::uint32_t value) {
        return change("br0", ifla_info::data, "bridge", option, value);
    }
    err set_port(const std::string& name, std::uint16_t option, std::uint32_t value) {
        return change(name, ifla_info::slave_data, nullptr, option, value);
    }
    std::string sentence;  // of the last error

    void tap(const net_device& d, const frame& skb, bool out) override {
        static constexpr const char* words[] = {"host", "bcast", "mcast", "other"};
        if (!log_.empty()) log_ += ", ";
        const auto kind = std::size_t(skb.pkt_type);
        log_ += d.name + " " + (out ? "out" : kind < 4 ? words[kind] : "?");
    }
    void kfree_skb(const frame&, drop_reason) override {}

 private:
    void must(err e) { healthy = healthy && e == err::ok; }
    void set_address(const std::string& name, mac_address addr) {
        netlink_ext_ack extack;
        must(dev_set_mac_address(dev(name), addr, extack));
    }
    err change(const std::string& name, std::uint16_t where, const char* kind, std::uint16_t option,
               std::uint32_t value) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, name);
        const auto info = m.nest(ifla::linkinfo);
        if (kind) m.put_str(ifla_info::kind, kind);
        const auto data = m.nest(where);
        m.put_u32(option, value);
        m.end_nest(data);
        m.end_nest(info);
        m.end();
        return client.request(m, &sentence);
    }
    static std::string name_of(mac_address m) {
        if (m == A) return "A";
        if (m == B) return "B";
        if (m == C) return "C";
        static constexpr char hex[] = "0123456789abcdef";
        std::string s;
        for (auto o : m.octets) s += std::string(s.empty() ? "" : ":") + hex[o >> 4] + hex[o & 15];
        return s;
    }
    std::string log_;
};

}  // namespace vethlab
