// net-tools: route.c, lib/inet_gr.c, lib/inet_sr.c
#include <algorithm>
#include <bit>
#include <cctype>
#include <cstdlib>

#include "sim/tools/lib/devinet.h"
#include "sim/tools/lib/getopt.h"
#include "sim/tools/lib/inet_host.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* version_text =
    "net-tools 2.10\n"
    "+NEW_ADDRT +RTF_IRTT +RTF_REJECT +I18N +SELINUX\n"
    "AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH\n"
    "HW:  +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI "
    "+HIPPI +HDLC/LAPB +EUI64 \n";

// "-net" and "-host" would be options to getopt, so they are renamed before it looks.
constexpr const char *net_word = "#net", *host_word = "#host";

constexpr int lookup_failed = 6, kernel_refused = 7, bad_usage = 3;

constexpr const char* usage_text =
    "Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables\n"
    "       route [-v] [-FC] {add|del|flush} ...  Modify routing table for AF.\n"
    "\n"
    "       route {-h|--help} [<AF>]              Detailed usage syntax for specified AF.\n"
    "       route {-V|--version}                  Display version/author and exit.\n"
    "\n"
    "        -v, --verbose            be verbose\n"
    "        -n, --numeric            don't resolve names\n"
    "        -e, --extend             display other/more information\n"
    "        -F, --fib                display Forwarding Information Base (default)\n"
    "        -C, --cache              display routing cache instead of FIB\n"
    "\n"
    "  <AF>=Use -4, -6, '-A <af>' or '--<af>'; default: inet\n"
    "  List of possible address families (which support routing):\n";
constexpr const char* family_list =
    "    inet (DARPA Internet) inet6 (IPv6) ax25 (AMPR AX.25) \n"
    "    netrom (AMPR NET/ROM) rose (AMPR ROSE) ipx (Novell IPX) \n"
    "    ddp (Appletalk DDP) x25 (CCITT X.25) \n";
constexpr const char* change_usage_text =
    "Usage: inet_route [-vF] del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]\n"
    "       inet_route [-vF] add {-host|-net} Target[/prefix] [gw Gw] [metric M]\n"
    "                              [netmask N] [mss Mss] [window W] [irtt I]\n"
    "                              [mod] [dyn] [reinstate] [[dev] If]\n"
    "       inet_route [-vF] add {-host|-net} Target[/prefix] [metric M] reject\n"
    "       inet_route [-FC] flush      NOT supported\n";

int usage(process& p, int status) {
    (status ? *p.err : *p.out).write(usage_text);
    p.err->write(family_list);
    return status;
}
int change_usage(process& p, int status) {
    (status ? *p.err : *p.out).write(change_usage_text);
    return status;
}

// ---- showing: /proc/net/route and INET_rprint -------------------------------------------

struct fib_line {
    std::string dev = "*";
    ipv4_address dst, gateway;
    bool via = false;  // RTF_GATEWAY; an IPv6 one shows as 0.0.0.0
    std::uint32_t mask = 0, metric = 0, mss = 0, window = 0, irtt = 0;
    bool reject = false;
    bool is_host() const { return mask == 0xffffffff; }
};

std::optional<fib_line> line_of(const nlmsg_view& msg, const std::vector<net_link>& links) {
    const auto head = msg.head<rtmsg>();
    const auto attrs = msg.attrs<rtmsg>();
    std::uint32_t table = head.rtm_table;
    if (auto* a = attrs.get(rta::table)) table = a->u32();
    const auto type = rtn(head.rtm_type);
    if (msg.hdr.nlmsg_type != rtm::newroute || table != rt_table::main ||
        head.rtm_family != af::inet || (head.rtm_flags & rtm_f::cloned) || type == rtn::broadcast ||
        type == rtn::multicast) {
        return std::nullopt;
    }
    fib_line r;
    r.mask = inet_make_mask(head.rtm_dst_len);
    r.reject = type == rtn::unreachable || type == rtn::prohibit;
    int oif = 0;
    if (auto* a = attrs.get(rta::dst)) r.dst = a->ip4();
    if (auto* a = attrs.get(rta::priority)) r.metric = a->u32();
    if (auto* a = attrs.get(rta::oif)) oif = int(a->u32());
    if (auto* a = attrs.get(rta::gateway)) r.gateway = a->ip4();
    r.via = attrs.has(rta::gateway) || attrs.has(rta::via);
    if (auto* a = attrs.get(rta::multipath); a && a->data.size() >= 8) {
        // Only the first next hop: struct rtnexthop, then its attributes.
        const std::size_t len = std::min<std::size_t>(load<std::uint16_t>(a->data), a->data.size());
        oif = load<std::int32_t>(a->data, 4);
        if (len >= 8) {
            const nlattrs hop(a->data.subspan(8, len - 8));
            if (auto* g = hop.get(rta::gateway)) r.gateway = g->ip4();
            r.via = hop.has(rta::gateway) || hop.has(rta::via);
        }
    }
    const nlattrs metrics = attrs.nested(rta::metrics);
    if (auto* a = metrics.get(rtax::advmss)) r.mss = a->u32() + 40;
    if (auto* a = metrics.get(rtax::window)) r.window = a->u32();
    if (auto* a = metrics.get(rtax::rtt)) r.irtt = a->u32() >> 3;
    for (const auto& l : links) {
        if (l.index == oif) r.dev = l.name;
    }
    return r;
}

std::string host_text(process& p, ipv4_address a, bool numeric) {
    if (!numeric && !a.is_any()) {
        if (auto name = host_name_of(p.sys, a)) return *name;
    }
    return dotted_quad(a);
}

std::string target_text(process& p, const fib_line& r, bool numeric) {
    if (r.is_host()) return host_text(p, r.dst, numeric);
    return !numeric && r.dst.is_any() ? "default" : dotted_quad(r.dst);
}

void print_line(process& p, const fib_line& r, bool numeric, int extended) {
    const std::string target = target_text(p, r, numeric);
    const std::string gateway = r.reject ? "-" : host_text(p, r.gateway, numeric);
    std::string flags = r.reject ? "!" : "U";
    if (r.via && !r.reject) flags += "G";
    if (r.is_host()) flags += "H";
    p.out->printf("%-15.15s %-15.15s %-15s %-5s ", target.c_str(), gateway.c_str(),
                  dotted_quad({r.mask}).c_str(), flags.c_str());
    const int metric = int(r.metric), mss = int(r.mss), window = int(r.window), irtt = int(r.irtt);
    if (extended == 1) {
        if (r.reject)
            p.out->write("    - -          - -\n");
        else
            p.out->printf("%5d %-5d %6d %s\n", mss, window, irtt, r.dev.c_str());
    } else if (r.reject) {
        p.out->printf("%-6d -  %7d -%s\n", metric, 0, extended ? "        -     -      -" : "");
    } else if (extended) {
        p.out->printf("%-6d %-3d %6d %-6.6s   %-5d %-6d %d\n", metric, 0, 0, r.dev.c_str(), mss,
                      window, irtt);
    } else {
        p.out->printf("%-6d %-2d %7d %s\n", metric, 0, 0, r.dev.c_str());
    }
}

// Before the first address or route there is no table, and /proc/net/route lacks even its
// heading.
bool has_main_table(process& p) {
    nlmsg_builder request;
    request.begin(rtm::getroute, 0);
    rtmsg head{};
    head.rtm_family = af::inet;
    head.rtm_table = rt_table::main;
    request.head(head);
    request.end();
    rtnl_handle rth(p);
    rth.set_strict_dump(true);
    return rth.dump(
        request, [](const nlmsg_view&) { return true; }, rtnl_errors::hide);
}

constexpr int extended_too_much = 3;  // -eee has no form, and a fourth e begins anew

int show(process& p, bool numeric, int extended) {
    constexpr const char* headings[] = {
        "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n",
        "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n",
        ("Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    MSS   "
         "Window irtt\n"),
    };
    p.out->write("Kernel IP routing table\n");
    if (extended == extended_too_much) return has_main_table(p) ? 0 : 1;
    p.out->write(headings[extended]);
    const auto links = devinet(p).links();
    nlmsg_builder request;
    request.begin(rtm::getroute, 0);
    rtmsg head{};
    head.rtm_family = af::inet;
    request.head(head);
    request.end();
    rtnl_handle(p).dump(request, [&](const nlmsg_view& msg) {
        if (auto r = line_of(msg, links)) print_line(p, *r, numeric, extended);
        return true;
    });
    return has_main_table(p) ? 0 : 1;
}

// ---- changing: INET_setroute and the SIOCADDRT ioctl ------------------------------------

struct rtentry {
    ipv4_address dst;
    std::optional<ipv4_address> mask, gateway;
    bool host = true, reject = false;
    std::uint32_t metric = 0;
    std::uint32_t mss = 0, window = 0, irtt = 0;
    std::optional<std::string> dev;
};

class route_change {
 public:
    route_change(process& proc, bool add, std::vector<std::string> w)
        : p(proc), net(proc), add_(add), words(std::move(w)) {
        for (auto& word : words) word = in_buffer(word);
    }

    int run() {
        if (words.empty()) return change_usage(p, 0);
        if (auto rc = parse_target()) return *rc;
        while (at < words.size()) {
            if (auto rc = parse_word()) return *rc;
        }
        if (r.reject && !r.dev) r.dev = "lo";
        if (auto rc = check_mask()) return *rc;
        const err e = apply();
        if (e == err::ok) return 0;
        p.err->printf("%s: %s\n", add_ ? "SIOCADDRT" : "SIOCDELRT", strerror(e));
        return kernel_refused;
    }

 private:
    using outcome = std::optional<int>;

    outcome wrong() { return change_usage(p, bad_usage); }
    outcome complain(const std::string& text) {
        p.err->printf("route: %s\n", text.c_str());
        return wrong();
    }
    outcome input(const std::string& text, ipv4_address& out, bool hosts_only = false) {
        const char* error = nullptr;
        const auto a = inet_input(p, text, error);
        if (!a) {
            p.err->write(herror_text(text, hosts_only ? "Unknown host" : error));
            return lookup_failed;
        }
        out = *a;
        return std::nullopt;
    }

    outcome parse_target() {
        std::optional<bool> as_host;
        if (words[0] == net_word || words[0] == host_word) {
            as_host = words[0] == host_word;
            at++;
        }
        if (at == words.size()) return wrong();
        std::string target = words[at++];
        if (!inet_getnetmask(target, r.mask)) return wrong();
        if (r.mask && !r.mask->value) r.mask.reset();
        r.host = as_host.value_or(target != "default");
        return input(target, r.dst, as_host == true);
    }

    // The word behind the current one; both are taken.
    const std::string* value() {
        at += 2;
        return at <= words.size() ? &words[at - 1] : nullptr;
    }
    outcome number(std::uint32_t& out) {
        const auto* v = value();
        if (!v) return wrong();
        out = std::uint32_t(std::atol(v->c_str()));
        return std::nullopt;
    }

    outcome parse_word() {
        const std::string& w = words[at];
        if (w == "metric") {
            const auto* v = value();
            if (!v || !std::isdigit(static_cast<unsigned char>((*v)[0]))) return wrong();
            // rt_metric is a short, and one more; 0: none
            const auto rt_metric = std::int16_t(std::atol(v->c_str()) + 1);
            r.metric = rt_metric ? std::uint32_t(rt_metric - 1) : 0;
        } else if (w == "netmask") {
            const auto* v = value();
            if (!v || r.mask) return wrong();
            ipv4_address mask;
            if (auto rc = input(*v, mask)) return rc;
            mask_text = *v;
            r.mask = mask;
        } else if (w == "gw" || w == "gateway") {
            return parse_gateway();
        } else if (w == "mss" || w == "mtu") {
            if (auto rc = number(r.mss)) return rc;
            if (r.mss < 64 || r.mss > 65536) return complain("Invalid MSS/MTU.");
        } else if (w == "window") {
            if (auto rc = number(r.window)) return rc;
            if (r.window < 128) return complain("Invalid window.");
        } else if (w == "irtt") {
            if (auto rc = number(r.irtt)) return rc;
            r.irtt &= 0xffff;  // rt_irtt is a short
        } else if (w == "reject") {
            r.reject = true;
            at++;
        } else if (w == "mod" || w == "dyn" || w == "reinstate") {
            at++;  // flags of a route that no kernel of today keeps
        } else if (w == "dev" || w == "device") {
            const auto* v = value();
            if (!v || r.dev) return wrong();
            r.dev = *v;
        } else {
            // A bare device name, which must come last to catch mistyped words.
            if (r.dev || at + 1 < words.size()) return wrong();
            r.dev = words[at++];
        }
        return std::nullopt;
    }
    outcome parse_gateway() {
        const auto* v = value();
        if (!v || r.gateway) return wrong();
        if (*v == "default") return complain("default: cannot use a NETWORK as gateway!");
        ipv4_address gw;
        if (auto rc = input(*v, gw, true)) return rc;
        r.gateway = gw;
        return std::nullopt;
    }

    outcome check_mask() {
        if (!r.mask || !r.mask->value) return std::nullopt;
        const std::uint32_t hole = ~r.mask->value;
        if (r.host && hole) {
            return complain(strf("netmask %08x doesn't make sense with host route", hole));
        }
        if (hole & (hole + 1)) return complain("bogus netmask " + mask_text);
        if (r.dst.value & hole) return complain("netmask doesn't match route address");
        return std::nullopt;
    }

    // Linux: net/ipv4/fib_frontend.c: rtentry_to_fib_config
    err apply() {
        nlmsg_builder request;
        request.begin(add_ ? rtm::newroute : rtm::delroute, add_ ? nlm_f::create : 0);
        rtmsg head{};
        head.rtm_family = af::inet;
        head.rtm_table = rt_table::main;
        head.rtm_dst_len = 32;
        if (!r.host) {
            const std::uint32_t mask = r.mask ? r.mask->value : 0;
            if (r.dst.value & ~mask) return err::inval;
            head.rtm_dst_len = std::uint8_t(std::popcount(mask));
        }
        if (add_) head.rtm_protocol = rtprot::boot;
        head.rtm_type = std::uint8_t(r.reject ? rtn::unreachable : rtn::unicast);
        head.rtm_scope = r.reject ? rt_scope::host : rt_scope::nowhere;
        std::optional<net_link> link;
        std::optional<inet_ifa> alias;
        if (!r.reject && r.dev) {
            const std::string name = r.dev->substr(0, ifnamsiz - 1);
            link = net.link(name);
            if (!link) return err::nodev;
            if (name.find(':') != std::string::npos) {
                alias = net.ifa(name);
                if (!alias) return err::nodev;
            }
        }
        const bool through = !r.reject && r.gateway;
        if (through && !r.gateway->is_any() && is_unicast(*r.gateway)) {
            head.rtm_scope = rt_scope::universe;
        }
        if (add_ && through && r.gateway->is_any()) return err::inval;
        if (add_ && head.rtm_scope == rt_scope::nowhere) head.rtm_scope = rt_scope::link;
        request.head(head);
        if (head.rtm_dst_len) request.put_ip4(rta::dst, r.dst);
        if (link) request.put_u32(rta::oif, std::uint32_t(link->index));
        if (through && !r.gateway->is_any()) request.put_ip4(rta::gateway, *r.gateway);
        if (alias) request.put_ip4(rta::prefsrc, alias->local);
        if (r.metric) request.put_u32(rta::priority, r.metric);
        if (add_ && !r.reject) put_metrics(request);  // no measure of what to delete
        request.end();
        return rtnl_handle(p).talk(request, nullptr, rtnl_errors::hide);
    }
    void put_metrics(nlmsg_builder& request) const {
        if (!r.mss && !r.window && !r.irtt) return;
        const auto nest = request.nest(rta::metrics);
        if (r.mss) request.put_u32(rtax::advmss, r.mss - 40);
        if (r.window) request.put_u32(rtax::window, r.window);
        if (r.irtt) request.put_u32(rtax::rtt, r.irtt << 3);
        request.end_nest(nest);
    }

    // What the local table says of an address (inet_addr_type).
    bool is_unicast(ipv4_address a) {
        if (a.is_multicast()) return false;
        nlmsg_builder request;
        request.begin(rtm::getroute, 0);
        rtmsg head{};
        head.rtm_family = af::inet;
        head.rtm_dst_len = 32;
        request.head(head);
        request.put_ip4(rta::dst, a);
        request.end();
        std::vector<std::byte> answer;
        if (rtnl_handle(p).talk(request, &answer, rtnl_errors::hide) != err::ok) return true;
        const auto type = rtn(first_message(answer).head<rtmsg>().rtm_type);
        return type != rtn::local && type != rtn::broadcast;
    }

    process& p;
    devinet net;
    bool add_;
    std::vector<std::string> words;
    std::size_t at = 0;
    rtentry r;
    std::string mask_text;
};

}  // namespace

int route_main(process& p) {
    std::vector<std::string> argv = p.argv;
    for (auto& w : argv) {
        if (w == "-net") w = net_word;
        if (w == "-host") w = host_word;
    }
    bool numeric = false, help = false;
    int extended = 0;
    argv = in_short_options(argv, {{"--extend", "-e"},
                                   {"--verbose", "-v"},
                                   {"--version", "-V"},
                                   {"--numeric", "-n"},
                                   {"--symbolic", "-N"},
                                   {"--fib", "-F"},
                                   {"--cache", "-C"},
                                   {"--inet", "-Ainet"},
                                   {"--inet6", "-Ainet6"},
                                   {"--help", "-h"}});
    short_options opts(argv, "A:eCFhnN64Vv?");
    for (int c; (c = opts.next()) != -1;) {
        switch (c) {
            case 'n':
                numeric = true;
                break;
            case 'e':
                extended = (extended + 1) % 4;
                break;
            case '4':
            case 'F':
            case 'v':
            case 'N':
                break;
            case 'A':
                if (opts.value == "inet") break;
                if (opts.value == "inet6") {
                    p.err->write("route: -A inet6 is not supported by vethlab\n");
                } else {
                    p.err->printf("Unknown address family `%s'.\n", opts.value.c_str());
                }
                return 1;
            case '6':
            case 'C':
                p.err->printf("route: -%c is not supported by vethlab\n", c);
                return 1;
            case 'V':
                p.out->write(version_text);
                return 0;
            case 'h':
                help = true;
                break;
            default:
                p.err->write(opts.error);
                help = true;
        }
    }
    if (help) return usage(p, 0);
    if (opts.rest.empty()) return show(p, numeric, extended);
    const std::string& action = opts.rest[0];
    if (action == "flush") {
        p.err->write("Flushing `inet' routing table not supported\n");
        return change_usage(p, bad_usage);
    }
    if (action != "add" && action != "del") return usage(p, bad_usage);
    return route_change(p, action == "add", {opts.rest.begin() + 1, opts.rest.end()}).run();
}

}  // namespace vethlab
