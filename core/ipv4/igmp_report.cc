// Linux: net/ipv4/igmp.c: the messages that this host sends. RFC 2236, RFC 3376 4.2.
#include "core/ipv4/igmp_state.h"
#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

constexpr std::uint8_t tos_internetcontrol = 0xc0;
constexpr std::uint8_t tc_prio_control = 7;
constexpr std::uint32_t ip_hlen = 24;  // with the router alert option
constexpr std::uint32_t report_hlen = 8, record_hlen = 8;
constexpr std::byte router_alert[4] = {std::byte(ipopt::ra), std::byte{4}, {}, {}};

// ip_route_output_ports for IGMP on a given device.
bool igmp_route(const net_device& dev, ipv4_address dst, flowi4& fl, rtable& rt) {
    fl.daddr = dst;
    fl.oif = dev.ifindex;
    fl.proto = ipproto::igmp;
    return ip_route_output_key(*dev.net, fl, rt) == err::ok;
}

// Only an address of the device itself; RFC 3376 4.2.13: 0.0.0.0 if it has none.
ipv4_address igmpv3_get_srcaddr(const in_device& in_dev, ipv4_address saddr) {
    for (const auto& ifa : in_dev.ifa_list) {
        if (ifa->local == saddr) return saddr;
    }
    return {};
}

// To `dst` with TTL 1 and router alert (RFC 2236 2); `body` gets its checksum at offset 2.
void igmp_send(net_device& dev, ipv4_address saddr, const flowi4& fl, const rtable& rt,
               std::vector<std::byte>& body) {
    netns& net = *dev.net;
    const std::uint32_t total = ip_hlen + std::uint32_t(body.size());
    put16(body, 2, 0);
    put16(body, 2, ip_compute_csum(body));
    frame_ptr skb = net.krn.frames.alloc_skb(total);
    const bytes_span b = skb_put(*skb, total);
    skb->network_header = skb->data_at;
    skb->transport_header = skb->data_at + ip_hlen;
    skb->priority = tc_prio_control;
    ipcb(*skb) = inet_skb_parm{};
    write_ipv4(b,
               {.tos = tos_internetcontrol,
                .frag_off = ip_df,
                .ttl = 1,
                .protocol = ipproto::igmp,
                .saddr = saddr,
                .daddr = fl.daddr},
               router_alert);
    std::memcpy(b.data() + ip_hlen, body.data(), body.size());
    (void)ip_local_out(net, nullptr, std::move(skb), rt);
}

// Collects group records and sends them, in as many reports as the MTU asks for.
class igmpv3_report {
 public:
    explicit igmpv3_report(igmp_device& mc) : mc_(mc) {}
    ~igmpv3_report() { igmpv3_sendpack(); }
    igmpv3_report(const igmpv3_report&) = delete;

    void add_grec(ipv4_address group, std::uint8_t type) {
        if (!igmp_reportable(mc_.net(), group)) return;
        if (ip_hlen + body_.size() + record_hlen > mc_.in_dev.dev.mtu) igmpv3_sendpack();
        if (body_.empty()) {
            body_.resize(report_hlen);
            put8(body_, 0, igmp_type::v3_report);
        }
        const std::size_t at = body_.size();
        body_.resize(at + record_hlen);
        put8(body_, at, type);
        group.write(body_, at + 4);
        put16(body_, 6, std::uint16_t(be16(body_, 6) + 1));
    }

 private:
    void igmpv3_sendpack() {
        if (body_.empty()) return;
        net_device& dev = mc_.in_dev.dev;
        flowi4 fl;
        rtable rt;
        if (igmp_route(dev, igmpv3_all_mcr, fl, rt)) {
            igmp_send(dev, igmpv3_get_srcaddr(mc_.in_dev, fl.saddr), fl, rt, body_);
        }
        body_.clear();
    }

    igmp_device& mc_;
    std::vector<std::byte> body_;
};

}  // namespace

bool igmp_reportable(netns& net, ipv4_address group) {
    if (group == igmp_all_hosts) return false;
    return !group.is_local_multicast() || net.ipv4->sysctl->igmp_link_local_mcast_reports;
}

void igmp_send_report(igmp_device& mc, ipv4_address group, std::uint8_t type) {
    if (!igmp_reportable(mc.net(), group)) return;
    net_device& dev = mc.in_dev.dev;
    flowi4 fl;
    rtable rt;
    if (!igmp_route(dev, type == igmp_type::leave ? igmp_all_router : group, fl, rt)) return;
    std::vector<std::byte> body(8);
    put8(body, 0, type);
    group.write(body, 4);
    igmp_send(dev, fl.saddr, fl, rt, body);
}

void igmpv3_send_report(igmp_device& mc, const ip_mc_list* only) {
    igmpv3_report report(mc);
    for (const auto& im : mc.mc_list) {
        if (only && im.get() != only) continue;
        report.add_grec(im->multiaddr, igmpv3_record::is_exclude);
    }
}

// Changes of state: groups left, then groups joined.
void igmpv3_send_cr(igmp_device& mc) {
    igmpv3_report report(mc);
    for (auto& tomb : mc.mc_tomb) {
        if (tomb.crcount == 0) continue;
        report.add_grec(tomb.multiaddr, igmpv3_record::to_include);
        tomb.crcount--;
    }
    mc.mc_tomb.remove_if([](const ip_mc_tomb& t) { return t.crcount == 0; });
    for (const auto& im : mc.mc_list) {
        if (im->crcount == 0) continue;
        report.add_grec(im->multiaddr, igmpv3_record::to_exclude);
        im->crcount--;
    }
}

}  // namespace vethlab
