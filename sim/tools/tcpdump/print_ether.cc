// tcpdump: print-ether.c, print-arp.c, print-llc.c, print-stp.c, print-ascii.c
#include <cctype>

#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "sim/text.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tcpdump/netdissect.h"

namespace vethlab {
namespace {

const char* ethertype_name(std::uint16_t type) {
    switch (type) {
        case 0x0600:
            return "NS";
        case eth_p::ip:
            return "IPv4";
        case eth_p::arp:
            return "ARP";
        case 0x8035:
            return "Reverse ARP";
        case eth_p::p8021q:
            return "802.1Q";
        case eth_p::ipv6:
            return "IPv6";
        case 0x8847:
            return "MPLS unicast";
        case 0x8848:
            return "MPLS multicast";
        case 0x8863:
            return "PPPoE D";
        case 0x8864:
            return "PPPoE S";
        case 0x888e:
            return "EAPOL";
        case eth_p::p8021ad:
            return "802.1Q-QinQ";
        case 0x88cc:
            return "LLDP";
        case 0x88f7:
            return "PTP";
        case 0x9000:
            return "Loopback";
        case 0x9100:
            return "802.1Q-9100";
        default:
            return "Unknown";
    }
}

std::string ethertype_text(std::uint16_t type) {
    return strf("ethertype %s (0x%04x)", ethertype_name(type), type);
}

bool is_tag(std::uint16_t type) { return eth_type_vlan(type) || type == 0x9100; }

}  // namespace

void netdissect::put(const char* fmt, ...) {
    std::va_list ap;
    va_start(ap, fmt);
    out += vstrf(fmt, ap);
    va_end(ap);
}

std::string netdissect::print(bytes_view frame, const cooked_header* cooked) {
    out.clear();
    if (cooked)
        sll2(frame, *cooked);
    else
        ether(frame);
    const bytes_view body = frame.subspan(std::min(eth_hlen, frame.size()));
    if (o.hex_ascii)
        hex_and_ascii(o.hex_ascii > 1 ? frame : body);
    else if (o.hex)
        hex_only(o.hex > 1 ? frame : body);
    return std::move(out);
}

std::string netdissect::mac(mac_address m) const {
    const std::string hex = colon_hex(m);
    if (o.numeric) return hex;
    if (m.is_broadcast()) return "Broadcast";
    // Of the makers' list only the first entry concerns a lab.
    const bool zero = !m.octets[0] && !m.octets[1] && !m.octets[2];
    return hex + (zero ? " (oui Ethernet)" : " (oui Unknown)");
}

void netdissect::ether(bytes_view frame) {
    const auto eth = ethernet_view::parse(frame);
    if (!eth) return truncated("ether");
    const std::string from_to = mac(eth->h_source()) + " > " + mac(eth->h_dest()) + ", ";
    const std::uint16_t type = eth->h_proto();
    if (o.ether) {
        out += from_to;
        if (type < eth_p_802_3_min)
            put("802.3, length %u: ", type);
        else
            put("%s, length %zu: ", ethertype_text(type).c_str(), frame.size());
    }
    network(type, frame.subspan(eth_hlen), from_to, frame.size());
}

void netdissect::sll2(bytes_view frame, const cooked_header& cooked) {
    constexpr std::size_t header = 20;
    put("%-5s %-3s ", cooked.device.c_str(), cooked.direction.c_str());
    const auto eth = ethernet_view::parse(frame);
    if (!eth) return truncated("ether");
    const bytes_view body = frame.subspan(eth_hlen);
    const std::size_t length = body.size() + header;
    if (o.ether) {
        put("ifindex %d %s %s, length %zu: ", cooked.ifindex, mac(eth->h_source()).c_str(),
            ethertype_text(eth->h_proto()).c_str(), length);
    }
    network(eth->h_proto(), body, "", length);
}

void netdissect::network(std::uint16_t type, bytes_view body, const std::string& unknown_prefix,
                         std::size_t length) {
    while (is_tag(type)) {
        if (body.size() < vlan_hlen) return truncated("vlan");
        const unsigned tci = be16(body, 0);
        type = be16(body, 2);
        body = body.subspan(vlan_hlen);
        if (!o.ether) continue;
        put("vlan %u, p %u%s, ", tci & 0xfff, tci >> 13, tci & 0x1000 ? ", DEI" : "");
        if (type >= eth_p_802_3_min) put("%s, ", ethertype_text(type).c_str());
    }
    if (type < eth_p_802_3_min) return llc(body.first(std::min<std::size_t>(type, body.size())));
    if (ethertype(type, body)) return;
    if (!o.ether) {
        put("%s%s, length %zu: ", unknown_prefix.c_str(), ethertype_text(type).c_str(), length);
    }
    default_print(body);
}

// False if the type is not known.
bool netdissect::ethertype(std::uint16_t type, bytes_view body) {
    switch (type) {
        case eth_p::ip:
            ip(body);
            return true;
        case eth_p::ipv6:
            ip6(body);
            return true;
        case eth_p::arp:
        case 0x8035:
            arp(body);
            return true;
        case 0x88cc:
            if (o.verbose) return false;
            put("LLDP, length %zu", body.size());
            return true;
        default:
            return false;
    }
}

void netdissect::llc(bytes_view body) {
    if (body.size() < 3) return truncated("llc");
    const unsigned dsap = u8(body, 0), ssap = u8(body, 1), control = u8(body, 2);
    const bool is_stp = dsap == 0x42 && ssap == 0x42 && control == 3;
    const bool snap = dsap == 0xaa && ssap == 0xaa && control == 3 && body.size() >= 8;
    if (o.ether || (!is_stp && !snap)) {
        const auto name = [](unsigned sap) {
            return sap == 0x42 ? "STP" : sap == 0xaa ? "SNAP" : sap == 0xe0 ? "IPX" : "Unknown";
        };
        put("LLC, dsap %s (0x%02x) %s, ssap %s (0x%02x) %s, ctrl 0x%02x: ", name(dsap & 0xfe), dsap,
            dsap & 1 ? "Group" : "Individual", name(ssap & 0xfe), ssap,
            ssap & 1 ? "Response" : "Command", control);
    }
    if (is_stp) return stp(body.subspan(3));
    if (!snap) return default_print(body);
    const std::uint16_t type = be16(body, 6);
    if (o.ether) {
        put("oui Ethernet (0x000000), ethertype %s (0x%04x), length %zu: ", ethertype_name(type),
            type, body.size() - 8);
    }
    if (!ethertype(type, body.subspan(8))) default_print(body.subspan(8));
}

// IEEE 802.1D 9.3
void netdissect::stp(bytes_view b) {
    if (b.size() < 4) return truncated("stp");
    const unsigned type = u8(b, 3);
    out += "STP 802.1d, ";
    if (type == 0x80) {
        out += "Topology Change";
        return;
    }
    if (type != 0 || b.size() < 35) return truncated("stp");
    const unsigned flags = u8(b, 4);
    std::string names;
    if (flags & 0x01) names = "Topology change";
    if (flags & 0x80) names += names.empty() ? "Topology change ACK" : ", Topology change ACK";
    const auto address = [&](std::size_t at) { return mac(mac_address::read(b, at)); };
    put("Config, Flags [%s], bridge-id %04x.%s.%04x, length %zu",
        names.empty() ? "none" : names.c_str(), be16(b, 17), address(19).c_str(), be16(b, 25),
        b.size());
    if (!o.verbose) return;
    const auto seconds = [&](std::size_t at) { return double(be16(b, at)) / 256; };
    put("\n\tmessage-age %.2fs, max-age %.2fs, hello-time %.2fs, forwarding-delay %.2fs",
        seconds(27), seconds(29), seconds(31), seconds(33));
    put("\n\troot-id %04x.%s, root-pathcost %u", be16(b, 5), address(7).c_str(), be32(b, 13));
}

void netdissect::arp(bytes_view packet) {
    const auto a = arp_view::parse(packet);
    if (!a || a->hln() != 6 || a->pln() != 4) return truncated("arp");
    if (!o.ether) out += "ARP, ";
    if (o.verbose || a->pro() != eth_p::ip) {
        put("Ethernet (len %u), %s (len %u), ", a->hln(),
            a->pro() == eth_p::ip ? "IPv4" : "Unknown Protocol", a->pln());
    }
    const std::string spa = dotted_quad(a->spa()), tpa = dotted_quad(a->tpa());
    const std::string sha = mac(a->sha()), tha = mac(a->tha());
    switch (unsigned(a->op())) {
        case 1:
            put("Request who-has %s", tpa.c_str());
            if (!a->tha().is_zero()) put(" (%s)", tha.c_str());
            put(" tell %s", spa.c_str());
            break;
        case 2:
            put("Reply %s is-at %s", spa.c_str(), sha.c_str());
            break;
        case 3:
            put("Reverse Request who-is %s tell %s", tha.c_str(), sha.c_str());
            break;
        case 4:
            put("Reverse Reply %s at %s", tha.c_str(), tpa.c_str());
            break;
        case 8:
            put("Inverse Request who-is %s tell %s", tha.c_str(), sha.c_str());
            break;
        case 9:
            put("Inverse Reply %s at %s", sha.c_str(), spa.c_str());
            break;
        default:
            put("Unknown (%u)", unsigned(a->op()));
            default_print(packet);
            return;
    }
    put(", length %zu", packet.size());
}

void netdissect::default_print(bytes_view data) { hex_and_ascii(data); }

void netdissect::hex_and_ascii(bytes_view data) {
    for (std::size_t at = 0; at < data.size(); at += 16) {
        const bytes_view row = data.subspan(at, std::min<std::size_t>(16, data.size() - at));
        std::string hex, text;
        for (std::size_t i = 0; i < row.size(); i++) {
            hex += strf(i % 2 ? "%02x" : " %02x", unsigned(row[i]));
            const int c = int(row[i]);
            text += c > 32 && c < 127 ? char(c) : '.';
        }
        put("\n\t0x%04zx: %-40s  %s", at, hex.c_str(), text.c_str());
    }
}

void netdissect::hex_only(bytes_view data) {
    for (std::size_t i = 0; i < data.size(); i++) {
        if (i % 16 == 0) put("\n\t0x%04zx: ", i);
        put(i % 2 ? "%02x" : " %02x", unsigned(data[i]));
    }
}

}  // namespace vethlab
