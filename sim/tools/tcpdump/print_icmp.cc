// tcpdump: print-icmp.c, print-igmp.c
#include "core/wire/icmp.h"

#include "core/wire/ipv4.h"
#include "sim/text.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tcpdump/netdissect.h"

namespace vethlab {
namespace {

std::string address_at(bytes_view b, std::size_t at) {
    return dotted_quad(ipv4_address::read(b, at));
}

}  // namespace

void netdissect::icmp(bytes_view m, bool fragmented) {
    if (m.size() < icmp_view::size) return truncated("icmp");
    put("ICMP %s, length %zu", icmp_text(m).c_str(), m.size());
    if (!o.verbose || fragmented) return;
    if (const std::uint32_t sum = ip_compute_csum(m); sum != 0) {
        const std::uint16_t is = be16(m, 2);
        put(" (wrong icmp cksum %x (->%x)!)", is, csum_replace2(std::uint16_t(sum), is, 0));
    }
    const unsigned type = u8(m, 0);
    const bool error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    if (!error || m.size() < icmp_view::size + ipv4_view::min_size) return;
    out += "\n\t";
    ip(m.subspan(icmp_view::size));
}

std::string netdissect::icmp_text(bytes_view m) const {
    const unsigned type = u8(m, 0), code = u8(m, 1);
    const auto echo = [&](const char* what) {
        return strf("echo %s, id %u, seq %u", what, be16(m, 4), be16(m, 6));
    };
    const auto clock = [&](std::size_t at) {
        const std::uint32_t ms = be32(m, at);
        return strf("%02u:%02u:%02u.%03u", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60,
                    ms % 1000);
    };
    switch (type) {
        case 0:
            return echo("reply");
        case 8:
            return echo("request");
        case 3:
            return unreachable_text(m);
        case 4:
            return "source quench";
        case 5: {
            if (m.size() < 28) break;
            const std::string to = address_at(m, 24), via = address_at(m, 4);
            std::string kind = code < 2 ? "redirect" : "redirect-tos";
            if (code > 3) kind = strf("redirect-#%u", code);
            return kind + " " + to + (code == 1 || code == 3 ? " to host " : " to net ") + via;
        }
        case 9:
            return "router advertisement";
        case 10:
            return "router solicitation";
        case 11:
            if (code == 0) return "time exceeded in-transit";
            if (code == 1) return "ip reassembly time exceeded";
            return strf("time exceeded-#%u", code);
        case 12:
            return code ? strf("parameter problem - code %u", code)
                        : strf("parameter problem - octet %u", u8(m, 4));
        case 13:
            return strf("time stamp query id %u seq %u", be16(m, 4), be16(m, 6));
        case 14:
            if (m.size() < 20) break;
            return strf("time stamp reply id %u seq %u: org %s, recv %s, xmit %s", be16(m, 4),
                        be16(m, 6), clock(8).c_str(), clock(12).c_str(), clock(16).c_str());
        case 17:
            return "address mask request";
        case 18:
            return m.size() < 12 ? "address mask" : strf("address mask is 0x%08x", be32(m, 8));
        default:
            break;
    }
    return strf("type-#%u", type);
}

std::string netdissect::unreachable_text(bytes_view m) const {
    const unsigned code = u8(m, 1);
    const bytes_view quoted = m.subspan(icmp_view::size);
    if (quoted.size() < ipv4_view::min_size) return strf("#%u unreachable", code);
    const std::string host = address_at(quoted, 16);
    const auto is = [&](const char* before, const char* behind) {
        return strf("%s%s unreachable%s", before, host.c_str(), behind);
    };
    switch (code) {
        case 0:
            return is("net ", "");
        case 1:
            return is("host ", "");
        case 2:
            return strf("%s protocol %u unreachable", host.c_str(), u8(quoted, 9));
        case 3: {
            const std::size_t hlen = (u8(quoted, 0) & 15) * 4u, at = hlen + 2;
            if (hlen < ipv4_view::min_size || at + 2 > quoted.size()) break;
            const unsigned proto = u8(quoted, 9), number = be16(quoted, at);
            if (proto == ipproto::udp || proto == ipproto::tcp) {
                const bool is_udp = proto == ipproto::udp;
                return strf("%s %s port %s unreachable", host.c_str(), is_udp ? "udp" : "tcp",
                            port(std::uint16_t(number), is_udp).c_str());
            }
            return strf("%s protocol %u port %u unreachable", host.c_str(), proto, number);
        }
        case 4:
            return be16(m, 6) ? is("", strf(" - need to frag (mtu %u)", be16(m, 6)).c_str())
                              : is("", " - need to frag");
        case 5:
            return is("", " - source route failed");
        case 6:
            return is("net ", " - unknown");
        case 7:
            return is("host ", " - unknown");
        case 8:
            return is("", " - source host isolated");
        case 9:
            return is("net ", " - admin prohibited");
        case 10:
            return is("host ", " - admin prohibited");
        case 11:
            return is("net ", " - tos prohibited");
        case 12:
            return is("host ", " - tos prohibited");
        case 13:
            return is("host ", " - admin prohibited filter");
        case 14:
            return is("host ", " - host precedence violation");
        case 15:
            return is("host ", " - precedence cutoff");
        default:
            break;
    }
    return is("", strf(" - #%u", code).c_str());
}

void netdissect::igmp(bytes_view m) {
    if (m.size() < 8) return truncated("igmp");
    const std::string group = address_at(m, 4);
    switch (u8(m, 0)) {
        case 0x11:
            igmp_query(m);
            break;
        case 0x12:
            put("igmp v1 report %s", group.c_str());
            break;
        case 0x16:
            put("igmp v2 report %s", group.c_str());
            break;
        case 0x17:
            put("igmp leave %s", group.c_str());
            break;
        case 0x22:
            igmp_v3_report(m);
            break;
        default:
            put("igmp-%u", u8(m, 0));
            break;
    }
    if (o.verbose && ip_compute_csum(m) != 0) put(" bad igmp cksum %x!", be16(m, 2));
}

void netdissect::igmp_query(bytes_view m) {
    const unsigned code = u8(m, 1);
    const bool v3 = m.size() >= 12;
    put("igmp query v%u", v3 ? 3u : code ? 2u : 1u);
    if (!v3 && !code) return;
    // RFC 3376 4.1.1: from 128 on a floating-point number, in tenths of a second.
    const unsigned tenths = code < 128 || !v3 ? code : ((code & 15) | 16) << ((code >> 4 & 7) + 3);
    if (tenths != 100) {
        if (!v3)
            put(" [max resp time %u]", tenths);
        else if (tenths < 10)
            put(" [max resp time 0.%us]", tenths);
        else if (tenths >= 600)
            put(" [max resp time %um%us]", tenths / 600, tenths / 10 % 60);
        else if (tenths % 10)
            put(" [max resp time %u.%us]", tenths / 10, tenths % 10);
        else
            put(" [max resp time %us]", tenths / 10);
    }
    if (ipv4_address::read(m, 4).is_any()) return;
    put(" [gaddr %s", address_at(m, 4).c_str());
    const unsigned sources = v3 ? be16(m, 10) : 0;
    if (sources && o.verbose > 1) {
        if (12 + 4u * sources > m.size()) return truncated("igmp");
        out += " {";
        for (unsigned i = 0; i < sources; i++) out += " " + address_at(m, 12 + 4u * i);
        out += " }";
    } else if (sources) {
        put(", %u source(s)", sources);
    }
    out += "]";
}

void netdissect::igmp_v3_report(bytes_view m) {
    constexpr const char* kinds[] = {"is_in", "is_ex", "to_in", "to_ex", "allow", "block"};
    const unsigned records = be16(m, 6);
    put("igmp v3 report, %u group record(s)", records);
    std::size_t at = 8;
    for (unsigned i = 0; i < records && o.verbose; i++) {
        if (at + 8 > m.size()) return truncated("igmp");
        const unsigned kind = u8(m, at), sources = be16(m, at + 2);
        put(" [gaddr %s", address_at(m, at + 4).c_str());
        put(" %s", kind >= 1 && kind <= 6 ? kinds[kind - 1] : strf("v3-report-#%u", kind).c_str());
        at += 8;
        if (o.verbose < 2) {
            put(", %u source(s)]", sources);
            at += 4u * sources;
            continue;
        }
        if (at + 4u * sources > m.size()) return truncated("igmp");
        out += " {";
        for (const std::size_t end = at + 4u * sources; at < end; at += 4) {
            out += " " + address_at(m, at);
        }
        out += " }]";
    }
}

}  // namespace vethlab
