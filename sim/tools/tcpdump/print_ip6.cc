// tcpdump: print-ip6.c, print-icmp6.c
#include "core/wire/ipv4.h"
#include "sim/tools/lib/inet_host.h"
#include "sim/tools/tcpdump/netdissect.h"

namespace vethlab {
namespace {

constexpr std::size_t ip6_hlen = 40;
constexpr std::uint8_t hop_by_hop_header = 0, icmpv6 = 58, no_next_header = 59;

std::string address_at(bytes_view b, std::size_t at) { return inet6_ntop(b.subspan(at, 16)); }

const char* next_header_name(unsigned number) {
    switch (number) {
        case 0:
            return "Options";
        case 6:
            return "TCP";
        case 17:
            return "UDP";
        case 43:
            return "Routing";
        case 44:
            return "Fragment";
        case 58:
            return "ICMPv6";
        default:
            return "unknown";
    }
}

}  // namespace

void netdissect::ip6(bytes_view packet) {
    if (!packet.empty() && u8(packet, 0) >> 4 != 6) {
        return put("IP%u, wrong link-layer encapsulation (invalid)", u8(packet, 0) >> 4);
    }
    if (!o.ether) out += "IP6 ";
    if (packet.size() < ip6_hlen) return truncated("ip6");
    const std::size_t payload_len = be16(packet, 4);
    if (payload_len + ip6_hlen > packet.size()) {
        put("truncated-ip6 - %zu bytes missing!", payload_len + ip6_hlen - packet.size());
    } else {
        packet = packet.first(payload_len + ip6_hlen);
    }
    const std::uint8_t next = u8(packet, 6);
    if (o.verbose) {
        const std::uint32_t word = be32(packet, 0);
        out += "(";
        if (word >> 20 & 0xff) put("class 0x%02x, ", word >> 20 & 0xff);
        if (word & 0xfffff) put("flowlabel 0x%05x, ", word & 0xfffff);
        put("hlim %u, next-header %s (%u) payload length: %zu) ", u8(packet, 7),
            next_header_name(next), next, payload_len);
    }
    ends e{address_at(packet, 8), address_at(packet, 24), csum_partial(packet.subspan(8, 32)),
           false};
    ip6_payload(next, packet.subspan(ip6_hlen), e);
}

void netdissect::ip6_payload(std::uint8_t next, bytes_view payload, ends& e) {
    const auto sum = [&] { e.pseudo += std::uint32_t(payload.size()) + next; };
    if (next == ipproto::udp) {
        sum();
        return udp(payload, e);
    }
    if (next == ipproto::tcp) {
        sum();
        return tcp(payload, e);
    }
    put("%s > %s: ", e.src.c_str(), e.dst.c_str());
    if (next == hop_by_hop_header) {
        if (payload.size() < 8) return truncated("hbh");
        next = u8(payload, 0);
        payload = hop_by_hop(payload);
    }
    if (next == icmpv6) {
        sum();
        return icmp6(payload, e);
    }
    if (next == no_next_header) {
        out += "no next header";
        return;
    }
    put(" %s %zu", protocol(next).c_str(), payload.size());
}

// What follows it.
bytes_view netdissect::hop_by_hop(bytes_view payload) {
    out += "HBH ";
    const std::size_t len = std::min<std::size_t>((u8(payload, 1) + 1u) * 8, payload.size());
    for (std::size_t at = 2; at < len && o.verbose;) {
        const unsigned kind = u8(payload, at);
        if (kind == 0) {
            out += "(pad1) ";
            at++;
            continue;
        }
        if (at + 2 > len) break;
        if (kind == 1)
            out += "(padn) ";
        else if (kind == 5 && at + 4 <= len)
            put("(rtalert: 0x%04x) ", be16(payload, at + 2));
        else
            put("(opt_type 0x%02x: len=%u) ", kind, u8(payload, at + 1));
        at += 2u + u8(payload, at + 1);
    }
    return payload.subspan(len);
}

void netdissect::icmp6(bytes_view m, const ends& e) {
    if (m.size() < 4) return truncated("icmp6");
    if (o.verbose) {
        const std::uint16_t rest = csum_fold(csum_partial(m, e.pseudo)), is = be16(m, 2);
        if (rest == 0)
            out += "[icmp6 sum ok] ";
        else
            put("[bad icmp6 cksum 0x%04x -> 0x%04x!] ", is, csum_replace2(rest, is, 0));
    }
    out += "ICMP6, ";
    icmp6_message(m);
}

void netdissect::icmp6_message(bytes_view m) {
    const unsigned type = u8(m, 0);
    const auto long_enough = [&](std::size_t n) {
        if (m.size() >= n) return true;
        truncated("icmp6");
        return false;
    };
    const auto length = [&] { put(", length %zu", m.size()); };
    const auto address = [&](std::size_t at) { return address_at(m, at); };
    switch (type) {
        case 1:
        case 2:
        case 3:
        case 4:
            icmp6_error(m);
            break;
        case 128:
        case 129:
            if (!long_enough(8)) return;
            put("echo %s, id %u, seq %u", type == 128 ? "request" : "reply", be16(m, 4),
                be16(m, 6));
            break;
        case 130:
            if (!long_enough(24)) return;
            out += "multicast listener query";
            if (m.size() >= 28) {
                out += " v2";
                if (o.verbose) put(" [max resp delay=%u]", be16(m, 4));
                put(" [gaddr %s", address(8).c_str());
                if (o.verbose) put(" robustness=%u qqi=%u", u8(m, 24) & 7, u8(m, 25));
                out += "]";
            } else {
                put("max resp delay: %u addr: %s", be16(m, 4), address(8).c_str());
            }
            break;
        case 131:
        case 132:
            if (!long_enough(24)) return;
            put("multicast listener %smax resp delay: %u addr: %s", type == 131 ? "report" : "done",
                be16(m, 4), address(8).c_str());
            break;
        case 133:
            out += "router solicitation";
            length();
            if (o.verbose && m.size() > 8) neighbour_options(m.subspan(8));
            return;
        case 134:
            out += "router advertisement";
            length();
            return;
        case 135:
        case 136: {
            if (!long_enough(24)) return;
            const bool advert = type == 136;
            put("neighbor %s", advert ? "advertisement" : "solicitation");
            if (o.verbose) length();
            put(", %s %s", advert ? "tgt is" : "who has", address(8).c_str());
            if (!o.verbose) {
                length();
                return;
            }
            if (advert) {
                std::string flags;
                const auto flag = [&](unsigned bit, const char* name) {
                    if (u8(m, 4) & bit) flags += (flags.empty() ? "" : ", ") + std::string(name);
                };
                flag(0x80, "router");
                flag(0x40, "solicited");
                flag(0x20, "override");
                put(", Flags [%s]", flags.empty() ? "none" : flags.c_str());
            }
            neighbour_options(m.subspan(24));
            return;
        }
        case 143:
            mld_report(m);
            break;
        default:
            put("unknown icmp6 type (%u)", type);
            break;
    }
    if (!o.verbose) length();
}

void netdissect::icmp6_error(bytes_view m) {
    const unsigned type = u8(m, 0), code = u8(m, 1);
    if (m.size() < 48) return truncated("icmp6");
    const bytes_view quoted = m.subspan(8);
    const std::string src = address_at(quoted, 8), dst = address_at(quoted, 24);
    if (type == 2) return put("packet too big, mtu %u", be32(m, 4));
    if (type == 3) {
        return put(code ? "ip6 reassembly time exceeded for %s" : "time exceeded in-transit for %s",
                   dst.c_str());
    }
    if (type == 4) return put("parameter problem, code #%u", code);
    out += "destination unreachable, ";
    switch (code) {
        case 0:
            put("unreachable route %s", dst.c_str());
            break;
        case 1:
            put(" unreachable prohibited %s", dst.c_str());
            break;
        case 2:
            put("beyond scope %s, source address %s", dst.c_str(), src.c_str());
            break;
        case 3:
            put("unreachable address %s", dst.c_str());
            break;
        case 4: {
            const unsigned proto = u8(quoted, 6);
            const bool is_udp = proto == ipproto::udp;
            if (quoted.size() < ip6_hlen + 4) return truncated("icmp6");
            const std::uint16_t to = be16(quoted, ip6_hlen + 2);
            if (is_udp || proto == ipproto::tcp) {
                put("unreachable port, %s %s port %s", dst.c_str(), is_udp ? "udp" : "tcp",
                    port(to, is_udp).c_str());
            } else {
                put("unreachable port, %s protocol %u port %u unreachable", dst.c_str(), proto, to);
            }
            break;
        }
        default:
            put("unknown unreach code (%u)", code);
            break;
    }
}

void netdissect::neighbour_options(bytes_view rest) {
    while (rest.size() >= 8) {
        const unsigned kind = u8(rest, 0), units = u8(rest, 1);
        if (!units || units * 8u > rest.size()) return truncated("icmp6");
        const char* name = kind == 1   ? "source link-address"
                           : kind == 2 ? "destination link-address"
                                       : "unknown";
        put("\n\t  %s option (%u), length %u (%u): ", name, kind, units * 8, units);
        if (kind <= 2) out += mac(mac_address::read(rest, 2));
        rest = rest.subspan(units * 8u);
    }
}

void netdissect::mld_report(bytes_view m) {
    constexpr const char* kinds[] = {"is_in", "is_ex", "to_in", "to_ex", "allow", "block"};
    if (m.size() < 8) return truncated("icmp6");
    const unsigned records = be16(m, 6);
    put("multicast listener report v2, %u group record(s)", records);
    std::size_t at = 8;
    for (unsigned i = 0; i < records && o.verbose; i++) {
        if (at + 20 > m.size()) return truncated("icmp6");
        const unsigned kind = u8(m, at), sources = be16(m, at + 2);
        put(" [gaddr %s", address_at(m, at + 4).c_str());
        put(" %s", kind >= 1 && kind <= 6 ? kinds[kind - 1] : strf("v2-report-#%u", kind).c_str());
        at += 20;
        if (o.verbose < 2) {
            put(", %u source(s)]", sources);
            at += 16u * sources;
            continue;
        }
        if (at + 16u * sources > m.size()) return truncated("icmp6");
        out += " {";
        for (const std::size_t end = at + 16u * sources; at < end; at += 16) {
            out += " " + address_at(m, at);
        }
        out += " }]";
    }
}

}  // namespace vethlab
