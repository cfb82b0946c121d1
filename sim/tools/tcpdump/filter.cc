// libpcap: gencode.c, grammar.y, scanner.l
#include "sim/tools/tcpdump/filter.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "sim/tools/lib/inet_host.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

// ---- looking into a frame; `tags` VLAN tags lie in front of the network header ----------

struct network {
    std::uint16_t type = 0;
    bytes_view body;
};
network network_of(const captured_frame& f, unsigned tags) {
    const std::size_t at = 12 + tags * vlan_hlen;
    if (f.bytes.size() < at + 2) return {};
    return {be16(f.bytes, at), f.bytes.subspan(at + 2)};
}

struct transport {
    int proto = -1;
    bytes_view body;  // empty in later fragments
};
transport transport_of(const network& n) {
    if (n.type == eth_p::ip) {
        const auto ip = ipv4_view::parse(n.body);
        if (!ip) return {};
        return {ip->protocol(), ip->frag_off() & ip_offset_mask ? bytes_view{} : ip->payload()};
    }
    if (n.type == eth_p::ipv6 && n.body.size() >= 40) return {u8(n.body, 6), n.body.subspan(40)};
    return {};
}

enum class direction { either, src, dst, both };
enum class family { any, ip, arp };

bool either_matches(direction d, bool src, bool dst) {
    if (d == direction::src) return src;
    if (d == direction::dst) return dst;
    if (d == direction::both) return src && dst;
    return src || dst;
}

packet_filter host_filter(unsigned tags, family fam, direction d, ipv4_address a,
                          std::uint32_t mask) {
    return [=](const captured_frame& f) {
        const network n = network_of(f, tags);
        const auto is = [&](ipv4_address x) { return ((x.value ^ a.value) & mask) == 0; };
        if (n.type == eth_p::ip && fam != family::arp) {
            const auto ip = ipv4_view::parse(n.body);
            return ip && either_matches(d, is(ip->saddr()), is(ip->daddr()));
        }
        if (n.type == eth_p::arp && fam != family::ip) {
            const auto arp = arp_view::parse(n.body);
            return arp && either_matches(d, is(arp->spa()), is(arp->tpa()));
        }
        return false;
    };
}

// proto -1: TCP or UDP.
packet_filter port_filter(unsigned tags, int proto, direction d, std::uint16_t number) {
    return [=](const captured_frame& f) {
        const transport t = transport_of(network_of(f, tags));
        const bool has_ports = t.proto == ipproto::tcp || t.proto == ipproto::udp;
        if (!has_ports || (proto >= 0 && t.proto != proto) || t.body.size() < 4) return false;
        return either_matches(d, be16(t.body, 0) == number, be16(t.body, 2) == number);
    };
}

packet_filter type_filter(unsigned tags, std::uint16_t type) {
    return [=](const captured_frame& f) { return network_of(f, tags).type == type; };
}

// type 0: IPv4 or IPv6.
packet_filter protocol_filter(unsigned tags, std::uint16_t type, int proto) {
    return [=](const captured_frame& f) {
        const network n = network_of(f, tags);
        return (!type || n.type == type) && transport_of(n).proto == proto;
    };
}

packet_filter mac_filter(direction d, mac_address m) {
    return [=](const captured_frame& f) {
        const auto eth = ethernet_view::parse(f.bytes);
        return eth && either_matches(d, eth->h_source() == m, eth->h_dest() == m);
    };
}

packet_filter group_filter(bool broadcast) {
    return [=](const captured_frame& f) {
        const auto eth = ethernet_view::parse(f.bytes);
        return eth && (broadcast ? eth->h_dest().is_broadcast() : eth->h_dest().is_multicast());
    };
}

packet_filter ip_multicast_filter(unsigned tags) {
    return [=](const captured_frame& f) {
        const network n = network_of(f, tags);
        const auto ip = ipv4_view::parse(n.body);
        return n.type == eth_p::ip && ip && ip->daddr().is_multicast();
    };
}

packet_filter vlan_filter(unsigned tags, std::optional<unsigned> id) {
    return [=](const captured_frame& f) {
        const network n = network_of(f, tags);
        if (!eth_type_vlan(n.type) && n.type != 0x9100) return false;
        return n.body.size() >= 2 && (!id || (be16(n.body, 0) & 0xfffu) == *id);
    };
}

// ---- names ---------------------------------------------------------------------------

struct named_number {
    std::string_view name;
    int number;
};
constexpr named_number protocols[] = {{"icmp", 1},   {"igmp", 2}, {"tcp", 6}, {"udp", 17},
                                      {"icmp6", 58}, {"esp", 50}, {"ah", 51}, {"sctp", 132}};
constexpr named_number ethertypes[] = {
    {"ip", eth_p::ip}, {"arp", eth_p::arp}, {"rarp", 0x8035}, {"ip6", eth_p::ipv6}};
constexpr named_number ports[] = {{"echo", 7},    {"discard", 9}, {"ssh", 22},  {"domain", 53},
                                  {"bootps", 67}, {"bootpc", 68}, {"tftp", 69}, {"http", 80},
                                  {"ntp", 123},   {"https", 443}};

std::optional<long> number(std::string_view text) {
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    long n = 0;
    const auto [at, problem] =
        std::from_chars(text.data(), text.data() + text.size(), n, hex ? 16 : 10);
    if (problem != std::errc{} || at != text.data() + text.size()) return std::nullopt;
    return n;
}

// A number, or a name with or without the backslash that hides keywords.
std::optional<long> look_up(std::string_view text, std::span<const named_number> names) {
    if (text.starts_with("\\")) text.remove_prefix(1);
    for (const auto& n : names) {
        if (n.name == text) return n.number;
    }
    return number(text);
}

// ---- the grammar ------------------------------------------------------------------------

// What stands in front of an address or a number.
struct qualifiers {
    std::string proto;  // ether, ip, arp, tcp, udp ... or nothing
    direction dir = direction::either;
    std::string type;  // host, net, port, proto
};

class parser {
 public:
    parser(process& proc, std::string& err) : p(proc), error(err) {}

    bool beyond = false;

    std::optional<packet_filter> parse(const std::string& text) {
        split(text);
        if (words.empty()) return [](const captured_frame&) { return true; };
        auto f = any_of();
        if (f && at < words.size()) return syntax_error();
        return f;
    }

 private:
    using result = std::optional<packet_filter>;

    void split(const std::string& text) {
        for (std::size_t i = 0; i < text.size();) {
            const char c = text[i];
            if (std::isspace(static_cast<unsigned char>(c))) {
                i++;
                continue;
            }
            std::size_t len = 1;
            if (c == '&' || c == '|') {
                len = i + 1 < text.size() && text[i + 1] == c ? 2 : 1;
            } else if (c != '(' && c != ')' && c != '!') {
                len = text.find_first_of(" \t\n()&|!", i);
                len = (len == std::string::npos ? text.size() : len) - i;
            }
            words.push_back(text.substr(i, len));
            i += len;
        }
    }

    std::string_view word() const { return at < words.size() ? words[at] : std::string_view{}; }
    bool take(std::string_view a, std::string_view b = {}) {
        if (at >= words.size() || (words[at] != a && (b.empty() || words[at] != b))) return false;
        at++;
        return true;
    }
    std::nullopt_t fail(const std::string& text) {
        if (error.empty()) error = text;
        return std::nullopt;
    }
    std::nullopt_t syntax_error() { return fail("can't parse filter expression: syntax error"); }

    result any_of() {
        // Linux: and, or have the same rank, from left to right.
        auto left = term();
        while (left && at < words.size() && word() != ")") {
            const bool both = take("and", "&&");
            if (!both && !take("or", "||")) return syntax_error();
            auto right = term();
            if (!right) return std::nullopt;
            left = [both, l = std::move(*left), r = std::move(*right)](const captured_frame& f) {
                return both ? l(f) && r(f) : l(f) || r(f);
            };
        }
        return left;
    }

    result term() {
        if (take("not", "!")) {
            auto f = term();
            if (!f) return std::nullopt;
            return [inner = std::move(*f)](const captured_frame& x) { return !inner(x); };
        }
        if (take("(")) {
            auto f = any_of();
            if (f && !take(")")) return syntax_error();
            return f;
        }
        return primitive();
    }

    result primitive() {
        if (at >= words.size()) return syntax_error();
        qualifiers q;
        for (const std::string_view proto :
             {"ether", "ip", "ip6", "arp", "rarp", "icmp", "icmp6", "igmp", "tcp", "udp"}) {
            if (q.proto.empty() && take(proto)) q.proto = proto;
        }
        const bool directed = take_direction(q.dir);
        for (const std::string_view type : {"host", "net", "port", "proto"}) {
            if (q.type.empty() && take(type)) q.type = type;
        }
        if (q.type.empty() && !directed) {
            if (take("broadcast")) return group(q, true);
            if (take("multicast")) return group(q, false);
            if (take("vlan")) return vlan();
            if (!q.proto.empty()) {
                if (q.proto == "ether") return fail("link layer applied in wrong context");
                return bare_protocol(q.proto);
            }
            for (const char* unknown : {"gateway", "portrange", "less", "greater", "len", "mpls",
                                        "pppoed", "inbound", "outbound", "protochain", "ifname",
                                        "stp", "llc", "iso", "decnet", "link", "wlan"}) {
                if (word() == unknown) return unsupported(unknown);
            }
            if (word().find_first_of("[<>=+*/") != std::string_view::npos) {
                return unsupported(std::string(word()));
            }
            // A bare address takes the qualifiers of the one before it.
            if (last.type.empty()) return syntax_error();
            q = last;
        }
        if (q.type.empty()) q.type = q.proto == "ether" ? "ether-host" : "host";
        if (at >= words.size() || word() == ")" || is_operator(word())) return syntax_error();
        last = q;
        const std::string value = words[at++];
        if (q.type == "proto") return protocol(q, value);
        if (q.proto == "ether") return ether_host(q, value);
        if (q.type == "port") return port(q, value);
        return host(q, value);
    }
    static bool is_operator(std::string_view w) {
        return w == "and" || w == "or" || w == "&&" || w == "||";
    }
    // src, dst, src or dst, src and dst
    bool take_direction(direction& d) {
        const bool src = word() == "src";
        if (!src && word() != "dst") return false;
        at++;
        d = src ? direction::src : direction::dst;
        const std::string_view other = src ? "dst" : "src";
        if (at + 1 >= words.size() || words[at + 1] != other || !is_operator(word())) return true;
        d = word() == "and" || word() == "&&" ? direction::both : direction::either;
        at += 2;
        return true;
    }
    result unsupported(const std::string& what) {
        beyond = true;
        return fail("filter: '" + what + "' is not supported by vethlab");
    }

    result bare_protocol(const std::string& name) {
        for (const auto& t : ethertypes) {
            if (t.name == name) return type_filter(tags, std::uint16_t(t.number));
        }
        const long proto = *look_up(name, protocols);
        if (name == "icmp" || name == "igmp") return protocol_filter(tags, eth_p::ip, int(proto));
        if (name == "icmp6") return protocol_filter(tags, eth_p::ipv6, int(proto));
        return protocol_filter(tags, 0, int(proto));
    }
    result group(const qualifiers& q, bool broadcast) {
        if (q.proto.empty() || q.proto == "ether") return group_filter(broadcast);
        if (q.proto == "ip" && !broadcast) return ip_multicast_filter(tags);
        return unsupported(q.proto + (broadcast ? " broadcast" : " multicast"));
    }
    result vlan() {
        std::optional<unsigned> id;
        if (const auto n = number(word())) {
            if (*n < 0 || *n > 4095)
                return fail(strf("VLAN tag %ld greater than maximum 4095", *n));
            id = unsigned(*n);
            at++;
        }
        // What stands behind it looks behind the tag, as with the real one.
        return vlan_filter(tags++, id);
    }
    result protocol(const qualifiers& q, const std::string& value) {
        // A keyword needs a backslash here.
        for (const auto& names : {std::span<const named_number>(protocols),
                                  std::span<const named_number>(ethertypes)}) {
            for (const auto& n : names) {
                if (n.name == value) return syntax_error();
            }
        }
        if (q.proto == "ether") {
            const auto type = look_up(value, ethertypes);
            if (!type) return fail("unknown ether proto '" + value + "'");
            return type_filter(tags, std::uint16_t(*type));
        }
        const auto proto = look_up(value, protocols);
        if (!proto) return fail("unknown ip proto '" + value + "'");
        if (q.proto == "ip") return protocol_filter(tags, eth_p::ip, int(*proto));
        if (q.proto == "ip6") return protocol_filter(tags, eth_p::ipv6, int(*proto));
        if (q.proto.empty()) return protocol_filter(tags, 0, int(*proto));
        return unsupported(q.proto + " proto");
    }
    result ether_host(const qualifiers& q, const std::string& value) {
        const bool whole = std::count(value.begin(), value.end(), ':') == 5;
        const auto mac = whole ? ether_input(value) : std::nullopt;
        if (!mac || q.type == "net" || q.type == "port") {
            return fail("illegal link layer address");
        }
        return mac_filter(q.dir, *mac);
    }
    result port(const qualifiers& q, const std::string& value) {
        const auto n = look_up(value, ports);
        if (!n) return fail("unknown port '" + value + "'");
        if (*n < 0 || *n > 65535) return fail(strf("illegal port number %ld > 65535", *n));
        int proto = -1;
        if (q.proto == "tcp")
            proto = ipproto::tcp;
        else if (q.proto == "udp")
            proto = ipproto::udp;
        else if (!q.proto.empty())
            return unsupported(q.proto + " port");
        return port_filter(tags, proto, q.dir, std::uint16_t(*n));
    }
    result host(const qualifiers& q, std::string value) {
        auto fam = family::any;
        if (q.proto == "ip")
            fam = family::ip;
        else if (q.proto == "arp")
            fam = family::arp;
        else if (q.proto == "tcp" || q.proto == "udp" || q.proto == "icmp" || q.proto == "igmp") {
            return fail("'" + q.proto + "' modifier applied to " + q.type);
        } else if (!q.proto.empty()) {
            return unsupported(q.proto + " " + q.type);
        }
        const std::string typed = value;
        if (value.find(':') != std::string::npos) return unsupported(value);
        std::uint32_t mask = 0xffffffff;
        if (q.type == "net") {
            const auto slash = value.find('/');
            const auto length = slash == std::string::npos ? 0 : number(value.substr(slash + 1));
            if (!length || *length < 0 || *length > 32) return syntax_error();
            value.resize(std::min(slash, value.size()));
            int parts = 1;
            for (const char c : value) parts += c == '.';
            for (int i = parts; i < 4; i++) value += ".0";
            mask = inet_make_mask(slash == std::string::npos ? unsigned(8 * parts)
                                                             : unsigned(*length));
            if (take("mask")) {
                const auto m = parse_inet_pton(word());
                if (!m) return syntax_error();
                mask = m->value;
                at++;
            }
        }
        const char* ignored = nullptr;
        const auto a = resolve_host(p.sys, value, ignored);
        if (!a) return fail("unknown host '" + value + "'");
        if (a->addr.value & ~mask) {
            return fail(strf("non-network bits set in \"%s\"", typed.c_str()));
        }
        return host_filter(tags, fam, q.dir, a->addr, mask);
    }

    process& p;
    std::string& error;
    std::vector<std::string> words;
    std::size_t at = 0;
    unsigned tags = 0;
    qualifiers last;
};

}  // namespace

std::optional<packet_filter> compile_filter(process& p, const std::string& expression,
                                            std::string& error, bool& beyond) {
    parser of(p, error);
    auto filter = of.parse(expression);
    beyond = of.beyond;
    return filter;
}

}  // namespace vethlab
