// tcpdump: print-ip.c, print-ipproto.c
#include "core/wire/ipv4.h"
#include "sim/text.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tcpdump/netdissect.h"

namespace vethlab {
namespace {

std::string address_at(bytes_view b, std::size_t at) {
    return dotted_quad(ipv4_address::read(b, at));
}

const char* header_protocol_name(unsigned number) {
    switch (number) {
        case 1:
            return "ICMP";
        case 2:
            return "IGMP";
        case 4:
            return "IPIP";
        case 6:
            return "TCP";
        case 17:
            return "UDP";
        case 41:
            return "IPv6";
        case 47:
            return "GRE";
        case 50:
            return "ESP";
        case 51:
            return "AH";
        case 58:
            return "ICMPv6";
        case 89:
            return "OSPF";
        case 112:
            return "VRRP";
        case 132:
            return "SCTP";
        default:
            return "unknown";
    }
}

}  // namespace

std::string netdissect::protocol(unsigned number) const {
    if (!o.numeric) {
        switch (number) {
            case 1:
                return "icmp";
            case 2:
                return "igmp";
            case 6:
                return "tcp";
            case 17:
                return "udp";
            case 47:
                return "gre";
            default:
                break;
        }
    }
    return strf("ip-proto-%u", number);
}

void netdissect::ip(bytes_view packet) {
    if (packet.empty()) {
        if (!o.ether) out += "IP ";
        return truncated("ip");
    }
    if (const unsigned version = u8(packet, 0) >> 4; version != 4) {
        put(version == 6 ? "IP6, wrong link-layer encapsulation (invalid)" : "IP%u (invalid)",
            version);
        return;
    }
    if (!o.ether) out += "IP ";
    if (packet.size() < ipv4_view::min_size) return truncated("ip");
    const std::size_t hlen = (u8(packet, 0) & 15) * 4u;
    if (hlen < ipv4_view::min_size) return put("bad-hlen %zu", hlen);
    const std::uint16_t len = be16(packet, 2);
    if (len < hlen) return put("bad-len %u", len);
    if (len > packet.size()) {
        put("truncated-ip - %zu bytes missing! ", len - packet.size());
    } else {
        packet = packet.first(len);
    }
    if (hlen > packet.size()) return truncated("ip");
    const bytes_view header = packet.first(hlen);
    if (o.verbose) ip_header(header, len);
    const std::uint16_t off = be16(header, 6);
    const std::string src = address_at(header, 12), dst = address_at(header, 16);
    if ((off & ip_offset_mask) == 0) {
        ip_payload(header, packet.subspan(hlen), off & ip_mf);
        return;
    }
    put("%s > %s: %s", src.c_str(), dst.c_str(), protocol(u8(header, 9)).c_str());
}

void netdissect::ip_header(bytes_view h, std::uint16_t len) {
    const unsigned tos = u8(h, 1), off = be16(h, 6);
    put("(tos 0x%x", tos);
    constexpr const char* ecn[] = {"", ",ECT(1)", ",ECT(0)", ",CE"};
    out += ecn[tos & 3];
    if (u8(h, 8)) put(", ttl %u", u8(h, 8));
    std::string flags;
    if (off & ip_mf) flags = "+";
    if (off & ip_df) flags += flags.empty() ? "DF" : ", DF";
    if (off & 0x8000) flags += flags.empty() ? "rsvd" : ", rsvd";
    put(", id %u, offset %u, flags [%s], proto %s (%u), length %u", be16(h, 4),
        (off & ip_offset_mask) * 8, flags.empty() ? "none" : flags.c_str(),
        header_protocol_name(u8(h, 9)), u8(h, 9), len);
    if (h.size() > ipv4_view::min_size) {
        out += ", options (";
        ip_options(h.subspan(ipv4_view::min_size));
        out += ")";
    }
    if (ip_compute_csum(h) != 0) {
        const std::uint16_t is = be16(h, 10);
        put(", bad cksum %x (->%x)!", is, csum_replace2(csum_fold(csum_partial(h)), is, 0));
    }
    out += ")\n    ";
}

void netdissect::ip_options(bytes_view rest) {
    const char* separator = "";
    while (!rest.empty()) {
        const unsigned kind = u8(rest, 0);
        const char* name = nullptr;
        switch (kind) {
            case 0:
                name = "EOL";
                break;
            case 1:
                name = "NOP";
                break;
            case 7:
                name = "RR";
                break;
            case 68:
                name = "timestamp";
                break;
            case 131:
                name = "LSRR";
                break;
            case 137:
                name = "SSRR";
                break;
            case 148:
                name = "RA";
                break;
            default:
                break;
        }
        out += separator;
        separator = ",";
        out += name ? std::string(name) : strf("unknown %u", kind);
        if (kind <= 1) {
            rest = rest.subspan(1);
            if (kind == 0) return;
            continue;
        }
        const std::size_t len = rest.size() < 2 ? 0 : u8(rest, 1);
        if (len < 2 || len > rest.size()) return put(" [bad length %zu]", len);
        const bytes_view option = rest.first(len);
        rest = rest.subspan(len);
        if ((kind == 7 || kind == 131 || kind == 137) && len >= 3) {
            const std::size_t pointer = u8(option, 2) - std::size_t{1};
            for (std::size_t at = 3; at + 4 <= len; at += 4) {
                put(" %s%s", address_at(option, at).c_str(), pointer > at ? "," : "");
            }
        } else if (kind == 68 && len >= 4) {
            const unsigned type = u8(option, 3) & 15, missed = u8(option, 3) >> 4;
            const std::size_t hop = type == 0 ? 4 : 8, pointer = u8(option, 2) - std::size_t{1};
            put(" TS{%s", type == 0 ? "TSONLY" : type == 1 ? "TS+ADDR" : "PRESPEC");
            std::size_t at = 4;
            for (; at + hop <= len; at += hop) {
                put("%s%u@%s", pointer == at ? " ^ " : " ", be32(option, at + hop - 4),
                    hop == 8 ? address_at(option, at).c_str() : "");
            }
            if (pointer == at) out += " ^ ";
            if (missed)
                put(" [%u hops not recorded]} ", missed);
            else
                out += "}";
        }
    }
}

void netdissect::ip_payload(bytes_view h, bytes_view payload, bool fragmented) {
    const std::uint8_t proto = u8(h, 9);
    const auto src = ipv4_address::read(h, 12), dst = ipv4_address::read(h, 16);
    ends e{dotted_quad(src), dotted_quad(dst), 0, fragmented};
    e.pseudo = csum_tcpudp_nofold(src, dst, std::uint16_t(payload.size()), proto);
    if (proto == ipproto::udp) return udp(payload, e);
    if (proto == ipproto::tcp) return tcp(payload, e);
    put("%s > %s: ", e.src.c_str(), e.dst.c_str());
    if (proto == ipproto::icmp) return icmp(payload, fragmented);
    if (proto == ipproto::igmp) return igmp(payload);
    put(" %s %zu", protocol(proto).c_str(), payload.size());
}

}  // namespace vethlab
