// iputils: ping/ping.c (pr_icmph, pr_options, pr_iph, pr_addr)
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "sim/tools/lib/inet6_name.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/ping/session.h"

namespace vethlab {
namespace {

const char* unreachable_text(std::uint8_t code) {
    switch (code) {
    case 0: return "Destination Net Unreachable";
    case 1: return "Destination Host Unreachable";
    case 2: return "Destination Protocol Unreachable";
    case 3: return "Destination Port Unreachable";
    case 5: return "Source Route Failed";
    case 6: return "Destination Net Unknown";
    case 7: return "Destination Host Unknown";
    case 8: return "Source Host Isolated";
    case 9: return "Destination Net Prohibited";
    case 10: return "Destination Host Prohibited";
    case 11: return "Destination Net Unreachable for Type of Service";
    case 12: return "Destination Host Unreachable for Type of Service";
    case 13: return "Packet filtered";
    case 14: return "Precedence Violation";
    case 15: return "Precedence Cutoff";
    default: return nullptr;
    }
}

const char* redirect_text(std::uint8_t code) {
    switch (code) {
    case 0: return "Redirect Network";
    case 1: return "Redirect Host";
    case 2: return "Redirect Type of Service and Network";
    case 3: return "Redirect Type of Service and Host";
    default: return nullptr;
    }
}

// ping prints these fields without ntohs.
std::uint16_t le16(bytes_view b, std::size_t at) {
    return std::uint16_t(u8(b, at + 1) << 8 | u8(b, at));
}

void print_timestamps(writer& out, bytes_view option) {
    const std::size_t end = std::min<std::size_t>(u8(option, 2) - std::size_t{1},
                                                  option.size());
    const bool with_address = (u8(option, 3) & 15) != 0;
    std::int64_t standard = 0, other = 0;
    out.write("\nTS: ");
    for (std::size_t at = 4; at < end;) {
        if (with_address) {
            if (at + 4 > option.size()) break;
            out.printf("\t%s", dotted_quad(ipv4_address::read(option, at)).c_str());
            at += 4;
            if (at >= end) break;
        }
        if (at + 4 > option.size()) break;
        const std::int64_t t = be32(option, at);
        const std::int64_t value = t & 0x7fffffff;
        at += 4;
        if (t & 0x80000000) {
            if (other) out.printf("\t%lld not-standard", (long long)(value - other));
            else out.printf("\t%lld absolute not-standard", (long long)value);
            other = value;
        } else {
            if (standard) out.printf("\t%lld", (long long)(value - standard));
            else out.printf("\t%lld absolute", (long long)value);
            standard = value;
        }
        out.write("\n");
    }
    if (const unsigned missed = u8(option, 3) >> 4) {
        out.printf("Unrecorded hops: %u\n", missed);
    }
}

}  // namespace

std::string ping_session::address_text(ipv4_address a) {
    const std::string number = dotted_quad(a);
    if (o.numeric) return number;
    const auto name = host_name_of(p.sys, a);
    return name ? strf("%s (%s)", name->c_str(), number.c_str()) : number;
}

std::string ping_session::address_text(const sock_addr& a) {
    return six ? inet6_name(p, a) : address_text(a.addr);
}

bool ping_session::is_target(const sock_addr& a) const {
    return six ? a.addr6 == whereto6.addr6 : a.addr == whereto;
}

void ping_session::print_timestamp() {
    if (!o.print_time) return;
    const auto us = p.sys.wall_clock_us();
    p.out->printf("[%lld.%06lld] ", (long long)(us / 1000000), (long long)(us % 1000000));
}

void ping_session::print_icmp(std::uint8_t type, std::uint8_t code, std::uint32_t info,
                              bytes_view quoted) {
    writer& out = *p.out;
    switch (type) {
    case icmp_type::dest_unreach:
        if (code == icmp_code::frag_needed) {
            out.printf("Frag needed and DF set (mtu = %u)\n", info);
        } else if (const char* text = unreachable_text(code)) {
            out.printf("%s\n", text);
        } else {
            out.printf("Dest Unreachable, Bad Code: %d\n", code);
        }
        break;
    case icmp_type::source_quench: out.write("Source Quench\n"); break;
    case icmp_type::redirect:
        if (const char* text = redirect_text(code)) out.write(text);
        else out.printf("Redirect, Bad Code: %d", code);
        out.printf("(New nexthop: %s)\n", address_text(ipv4_address{info}).c_str());
        break;
    case icmp_type::time_exceeded:
        if (code == 0) out.write("Time to live exceeded\n");
        else if (code == 1) out.write("Frag reassembly time exceeded\n");
        else out.printf("Time exceeded, Bad Code: %d\n", code);
        break;
    case icmp_type::parameterprob:
        out.printf("Parameter problem: pointer = %u\n", info);
        break;
    default: out.printf("Bad ICMP type: %d\n", type);
    }
    if (o.verbose && quoted.size() >= ipv4_view::min_size) print_quoted(quoted);
}

void ping_session::print_quoted(bytes_view ip) {
    const unsigned hlen = (u8(ip, 0) & 15) * 4u;
    p.out->write("Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n");
    p.out->printf(" %1x  %1x  %02x %04x %04x", u8(ip, 0) >> 4, u8(ip, 0) & 15, u8(ip, 1),
                  le16(ip, 2), le16(ip, 4));
    p.out->printf("   %1x %04x", le16(ip, 6) >> 13, le16(ip, 6) & 0x1fff);
    p.out->printf("  %02x  %02x %04x", u8(ip, 8), u8(ip, 9), le16(ip, 10));
    p.out->printf(" %s ", dotted_quad(ipv4_address::read(ip, 12)).c_str());
    p.out->printf(" %s \n", dotted_quad(ipv4_address::read(ip, 16)).c_str());
    if (hlen > 20 && hlen <= ip.size()) print_options(ip.subspan(20, hlen - 20));
}

void ping_session::print_options(bytes_view rest) {
    writer& out = *p.out;
    while (!rest.empty()) {
        const unsigned kind = u8(rest, 0);
        if (kind == 0) return;  // end of options
        if (kind == 1) {
            out.write("\nNOP");
            rest = rest.subspan(1);
            continue;
        }
        if (rest.size() < 2) return;
        const std::size_t len = u8(rest, 1);
        if (len < 2 || len > rest.size()) return;
        const bytes_view option = rest.first(len);
        rest = rest.subspan(len);
        if (kind == 0x44 && len >= 4) {
            if (u8(option, 2) > 5) print_timestamps(out, option);
        } else if (kind == 7 && len >= 3) {
            const std::size_t end = std::min<std::size_t>(u8(option, 2), len);
            if (end <= 4) continue;
            const bytes_view path = option.subspan(2, end - 4);
            if (std::equal(path.begin(), path.end(), old_route_.begin(), old_route_.end()) &&
                !o.flood) {
                out.write("\t(same route)");
                continue;
            }
            old_route_.assign(path.begin(), path.end());
            out.write("\nRR: ");
            for (std::size_t at = 3; at + 4 <= len && at < end - 1; at += 4) {
                const auto a = ipv4_address::read(option, at);
                out.printf("\t%s\n", a.is_any() ? "0.0.0.0" : address_text(a).c_str());
            }
        } else if ((kind == 0x83 || kind == 0x89) && len >= 3) {
            out.printf("\n%cSRR: ", kind == 0x89 ? 'S' : 'L');
            for (std::size_t at = 3; at + 4 <= len; at += 4) {
                out.printf("\t%s\n", address_text(ipv4_address::read(option, at)).c_str());
            }
        } else {
            out.printf("\nunknown option %x", kind);
        }
    }
}

}  // namespace vethlab
