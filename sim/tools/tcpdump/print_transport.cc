// tcpdump: print-udp.c, print-tcp.c
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"
#include "sim/text.h"
#include "sim/tools/tcpdump/netdissect.h"

namespace vethlab {
namespace {

struct service {
    std::uint16_t port;
    const char* name;
    bool tcp, udp;
};
// The part of /etc/services that a lab meets.
constexpr service services[] = {
    {1, "tcpmux", true, false},    {7, "echo", true, true},     {9, "discard", true, true},
    {11, "systat", true, false},   {13, "daytime", true, true}, {19, "chargen", true, true},
    {20, "ftp-data", true, false}, {21, "ftp", true, false},    {22, "ssh", true, false},
    {23, "telnet", true, false},   {25, "smtp", true, false},   {37, "time", true, true},
    {53, "domain", true, true},    {67, "bootps", false, true}, {68, "bootpc", false, true},
    {69, "tftp", false, true},     {80, "http", true, false},   {123, "ntp", false, true},
    {161, "snmp", true, true},     {443, "https", true, true},  {514, "syslog", false, true},
    {520, "route", false, true},
};

}  // namespace

std::string netdissect::port(std::uint16_t number, bool udp) const {
    for (const auto& s : services) {
        if (!o.numeric && s.port == number && (udp ? s.udp : s.tcp)) return s.name;
    }
    return strf("%u", number);
}

void netdissect::udp(bytes_view d, const ends& e) {
    if (d.size() < 4) {
        put("%s > %s: ", e.src.c_str(), e.dst.c_str());
        return truncated("udp");
    }
    put("%s.%s > %s.%s: ", e.src.c_str(), port(be16(d, 0), true).c_str(), e.dst.c_str(),
        port(be16(d, 2), true).c_str());
    if (d.size() < udp_view::size) return truncated("udp");
    const std::uint16_t len = be16(d, 4), sum = be16(d, 6);
    if (len < udp_view::size) return put("truncated-udplength %u", len);
    const bool complete = len <= d.size();
    const bool ipv6 = e.src.find(':') != std::string::npos;
    if ((o.verbose > 1 || (ipv6 && o.verbose)) && complete && !e.fragmented) {
        if (sum == 0 && !ipv6) {
            out += "[no cksum] ";
        } else {
            const std::uint16_t rest = csum_fold(csum_partial(d.first(len), e.pseudo));
            if (rest == 0)
                out += "[udp sum ok] ";
            else
                put("[bad udp cksum 0x%04x -> 0x%04x!] ", sum, csum_replace2(rest, sum, 0));
        }
    }
    if (!complete && !e.fragmented) {
        put("UDP, bad length %zu > %zu", len - udp_view::size, d.size() - udp_view::size);
        return;
    }
    put("UDP, length %zu", len - udp_view::size);
}

void netdissect::tcp(bytes_view s, const ends& e) {
    if (s.size() < 20) {
        put("%s > %s: ", e.src.c_str(), e.dst.c_str());
        return truncated("tcp");
    }
    const std::uint16_t sport = be16(s, 0), dport = be16(s, 2);
    put("%s.%s > %s.%s: ", e.src.c_str(), port(sport, false).c_str(), e.dst.c_str(),
        port(dport, false).c_str());
    const std::size_t hlen = (u8(s, 12) >> 4) * 4u;
    if (hlen < 20 || hlen > s.size()) return put("tcp %zu [bad hdr length %zu]", s.size(), hlen);
    const std::size_t length = s.size() - hlen;
    const unsigned flags = u8(s, 13);
    constexpr unsigned fin = 1, syn = 2, rst = 4, ack_flag = 16, urg = 32;
    std::uint32_t seq = be32(s, 4), ack = be32(s, 8);
    if (!o.absolute && (flags & ack_flag)) {
        const std::string here = strf("%s.%u", e.src.c_str(), sport);
        const std::string there = strf("%s.%u", e.dst.c_str(), dport);
        const bool reverse = there < here;
        const std::string key = reverse ? there + ">" + here : here + ">" + there;
        const auto known = flows.find(key);
        if (known == flows.end() || (flags & syn)) {
            flows[key] = reverse ? flow{ack - 1, seq} : flow{seq, ack - 1};
        } else {
            seq -= reverse ? known->second.ack : known->second.seq;
            ack -= reverse ? known->second.seq : known->second.ack;
        }
    }
    std::string letters;
    for (unsigned bit = 0; bit < 8; bit++) {
        if (flags >> bit & 1) letters += "FSRP.UEW"[bit];
    }
    put("Flags [%s]", letters.empty() ? "none" : letters.c_str());
    if (o.verbose && !e.fragmented) {
        const std::uint16_t sum = be16(s, 16), rest = csum_fold(csum_partial(s, e.pseudo));
        put(", cksum 0x%04x (", sum);
        if (rest == 0)
            out += "correct)";
        else
            put("incorrect -> 0x%04x)", csum_replace2(rest, sum, 0));
    }
    if (o.verbose > 1 || length || (flags & (syn | fin | rst))) {
        put(", seq %u", seq);
        if (length) put(":%u", seq + std::uint32_t(length));
    }
    if (flags & ack_flag) put(", ack %u", ack);
    put(", win %u", be16(s, 14));
    if (flags & urg) put(", urg %u", be16(s, 18));
    if (hlen > 20) {
        out += ", options [";
        tcp_options(s.subspan(20, hlen - 20));
        out += "]";
    }
    put(", length %zu", length);
    if (length && (sport == 80 || dport == 80)) out += ": HTTP";
}

void netdissect::tcp_options(bytes_view rest) {
    const char* separator = "";
    while (!rest.empty()) {
        const unsigned kind = u8(rest, 0);
        out += separator;
        separator = ",";
        if (kind <= 1) {
            out += kind ? "nop" : "eol";
            if (!kind) return;
            rest = rest.subspan(1);
            continue;
        }
        const std::size_t len = rest.size() < 2 ? 0 : u8(rest, 1);
        if (len < 2 || len > rest.size()) {
            out += "[bad opt]";
            return;
        }
        if (kind == 2 && len == 4) {
            put("mss %u", be16(rest, 2));
        } else if (kind == 3 && len == 3) {
            put("wscale %u", u8(rest, 2));
        } else if (kind == 4 && len == 2) {
            out += "sackOK";
        } else if (kind == 5 && (len - 2) % 8 == 0) {
            put("sack %zu ", (len - 2) / 8);
            for (std::size_t at = 2; at < len; at += 8) {
                put("{%u:%u}", be32(rest, at), be32(rest, at + 4));
            }
        } else if (kind == 8 && len == 10) {
            put("TS val %u ecr %u", be32(rest, 2), be32(rest, 6));
        } else {
            put("unknown-%u", kind);
        }
        rest = rest.subspan(len);
    }
}

}  // namespace vethlab
