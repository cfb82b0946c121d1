#include "sim/capture/frames_text.h"

#include "core/wire/arp.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"
#include "sim/text.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

std::string describe_arp(const arp_view& a) {
    if (a.op() == arp_op::request) {
        return "arp who-has " + dotted_quad(a.tpa()) + " tell " + dotted_quad(a.spa());
    }
    const std::string op = a.op() == arp_op::reply ? "reply" : strf("op %u", unsigned(a.op()));
    return "arp " + op + " " + dotted_quad(a.spa()) + " is-at " + colon_hex(a.sha());
}

std::string describe_transport(const ipv4_view& ip) {
    const bytes_view body = ip.payload();
    if (ip.protocol() == ipproto::icmp) {
        if (const auto icmp = icmp_view::parse(body)) {
            if (icmp->type() == icmp_type::echo || icmp->type() == icmp_type::echoreply) {
                return strf("icmp echo %s seq %u",
                            icmp->type() == icmp_type::echo ? "request" : "reply",
                            unsigned(icmp->sequence()));
            }
            return strf("icmp type %u code %u", unsigned(icmp->type()), unsigned(icmp->code()));
        }
    }
    if (ip.protocol() == ipproto::udp) {
        if (const auto udp = udp_view::parse(body)) {
            return strf("udp %u > %u len %u", unsigned(udp->source()), unsigned(udp->dest()),
                        unsigned(udp->len()));
        }
    }
    if (ip.protocol() == ipproto::igmp && !body.empty()) {
        return strf("igmp type 0x%x", unsigned(u8(body, 0)));
    }
    return strf("proto %u", unsigned(ip.protocol()));
}

std::string describe_ip(const ipv4_view& ip) {
    std::string s = "ip " + dotted_quad(ip.saddr()) + " > " + dotted_quad(ip.daddr()) +
                    strf(" ttl %u ", unsigned(ip.ttl()));
    const unsigned offset = (ip.frag_off() & ip_offset_mask) * 8u;
    if (ip.is_fragment()) s += strf("frag %u%s ", offset, ip.frag_off() & ip_mf ? "+" : "");
    return s + (offset ? strf("proto %u", unsigned(ip.protocol())) : describe_transport(ip));
}

}  // namespace

std::string describe_frame(bytes_view frame) {
    if (frame.size() < eth_hlen) return "short";
    std::string tags;
    std::size_t at = 12;
    while (eth_type_vlan(be16(frame, at)) && frame.size() >= at + 6) {
        tags += strf("vlan %u ", unsigned(be16(frame, at + 2) & 4095));
        at += vlan_hlen;
    }
    const std::uint16_t type = be16(frame, at);
    const bytes_view body = frame.subspan(at + 2);
    if (type == eth_p::arp) {
        if (const auto arp = arp_view::parse(body)) return tags + describe_arp(*arp);
    }
    if (type == eth_p::ip) {
        if (const auto ip = ipv4_view::parse(body)) return tags + describe_ip(*ip);
    }
    return tags + colon_hex(mac_address::read(frame, 6)) + " > " +
           colon_hex(mac_address::read(frame, 0)) + strf(" type 0x%04x", unsigned(type));
}

bool is_ipv6_frame(bytes_view frame) {
    return frame.size() >= eth_hlen && be16(frame, 12) == eth_p::ipv6;
}

std::string hex_text(bytes_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string s;
    s.reserve(bytes.size() * 2);
    for (const std::byte b : bytes) {
        s += digits[std::uint8_t(b) >> 4];
        s += digits[std::uint8_t(b) & 15];
    }
    return s;
}

std::string frame_line(const std::string& device, packet_type type, bytes_view frame) {
    const auto word = [&] {
        switch (type) {
            case packet_type::host: return "host";
            case packet_type::broadcast: return "bcast";
            case packet_type::multicast: return "mcast";
            case packet_type::otherhost: return "other";
            default: return "out";
        }
    };
    return device + strf(" %s %zu ", word(), frame.size()) + hex_text(frame) + "  # " +
           describe_frame(frame) + "\n";
}

std::string join_devices(const std::map<std::string, std::string>& per_device) {
    std::string out;
    for (const auto& [name, lines] : per_device) {
        if (!out.empty()) out += "\n";
        out += lines;
    }
    return out;
}

std::string frames_text(const frame_tap& tap, const std::vector<std::string>& netns_names,
                        bool without_ipv6) {
    std::map<std::string, std::string> per_device;
    for (const auto& r : tap.records()) {
        const auto& dev = tap.devices()[r.device];
        const std::string name = netns_names[dev.netns] + "/" + dev.name;
        if (without_ipv6 && is_ipv6_frame(tap.data(r))) continue;
        per_device[name] += frame_line(name, r.type, tap.data(r));
    }
    return join_devices(per_device);
}

}  // namespace vethlab
