// net-tools: arp.c
#include <algorithm>

#include "sim/tools/lib/devinet.h"
#include "sim/tools/lib/getopt.h"
#include "sim/tools/lib/inet_host.h"
#include "sim/tools/lib/links.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* version_text =
    "net-tools 2.10\n"
    "+I18N +SELINUX\n"
    "AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH\n"
    "HW: (ether) +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI "
    "+HIPPI +HDLC/LAPB +EUI64 \n";

constexpr int failed = 255, bad_usage = 3;

constexpr const char* usage_text =
    "Usage:\n"
    "  arp [-vn]  [<HW>] [-i <if>] [-a] [<hostname>]             <-Display ARP cache\n"
    "  arp [-v]          [-i <if>] -d  <host> [pub]               <-Delete ARP entry\n"
    "  arp [-vnD] [<HW>] [-i <if>] -f  [<filename>]            <-Add entry from file\n"
    "  arp [-v]   [<HW>] [-i <if>] -s  <host> <hwaddr> [temp]            <-Add entry\n"
    "  arp [-v]   [<HW>] [-i <if>] -Ds <host> <if> [netmask <nm>] pub          <-''-\n"
    "\n"
    "        -a                       display (all) hosts in alternative (BSD) style\n"
    "        -e                       display (all) hosts in default (Linux) style\n"
    "        -s, --set                set a new ARP entry\n"
    "        -d, --delete             delete a specified entry\n"
    "        -v, --verbose            be verbose\n"
    "        -n, --numeric            don't resolve names\n"
    "        -i, --device             specify network interface (e.g. eth0)\n"
    "        -D, --use-device         read <hwaddr> from given device\n"
    "        -A, -p, --protocol       specify protocol family\n"
    "        -f, --file               read new entries from file or from /etc/ethers\n"
    "\n"
    "  <HW>=Use '-H <hw>' to specify hardware address type. Default: ether\n"
    "  List of possible hardware types (which support ARP):\n";
constexpr const char* hardware_list =
    "    ash (Ash) ether (Ethernet) ax25 (AMPR AX.25) \n"
    "    netrom (AMPR NET/ROM) rose (AMPR ROSE) arcnet (ARCnet) \n"
    "    dlci (Frame Relay DLCI) fddi (Fiber Distributed Data Interface) hippi (HIPPI) \n"
    "    irda (IrLAP) x25 (generic X.25) eui64 (Generic EUI-64) \n";

int usage(process& p, int status) {
    (status ? *p.err : *p.out).write(usage_text);
    p.err->write(hardware_list);
    return status;
}

struct arp_options {
    bool all_bsd = false, set = false, remove = false, numeric = false, verbose = false;
    bool use_device = false, hardware = false;
    std::string device;
    std::vector<std::string> rest;
};

// A line of /proc/net/arp.
struct arp_entry {
    ipv4_address ip;
    mac_address mac;
    int index = 0;
    bool complete = false, permanent = false, published = false;
};

class arp {
 public:
    arp(process& proc, const arp_options& opts) : p(proc), o(opts), rtnl(proc), net(proc) {}

    int show();
    int set();
    int remove();

 private:
    // Behind the host: temp, pub, dev and so on.
    struct modifiers {
        bool pub = false, priv = false;
    };

    std::vector<arp_entry> entries();
    void read_entries(std::uint8_t flags, std::vector<arp_entry>& out);
    void print(const arp_entry& e, const std::string& dev, const char* hwtype);
    std::optional<int> parse(std::size_t at, modifiers& m, arpreq& r);
    err sioc(const char* what, bool set, const arpreq& r);
    int complain(const std::string& text) {
        p.err->printf("arp: %s\n", text.c_str());
        return failed;
    }

    process& p;
    const arp_options& o;
    rtnl_handle rtnl;
    devinet net;
    bool heading = false;
};

void arp::read_entries(std::uint8_t flags, std::vector<arp_entry>& out) {
    nlmsg_builder r;
    r.begin(rtm::getneigh, 0);
    ndmsg ask{};
    ask.ndm_family = af::inet;
    ask.ndm_flags = flags;
    r.head(ask);
    r.end();
    rtnl.dump(r, [&](const nlmsg_view& msg) {
        const auto head = msg.head<ndmsg>();
        const auto attrs = msg.attrs<ndmsg>();
        const auto* dst = attrs.get(nda::dst);
        if (!dst || head.ndm_family != af::inet) return true;
        // /proc/net/arp leaves out what has no state but NOARP (NEIGH_SEQ_SKIP_NOARP).
        if (!flags && !(head.ndm_state & ~nud::noarp)) return true;
        arp_entry e;
        e.ip = dst->ip4();
        e.index = head.ndm_ifindex;
        e.published = (flags & ntf::proxy) != 0;
        e.permanent = e.published || (head.ndm_state & nud::permanent);
        e.complete = !e.published && (head.ndm_state & nud::valid);
        if (auto* a = attrs.get(nda::lladdr)) e.mac = a->mac();
        out.push_back(e);
        return true;
    });
}

std::vector<arp_entry> arp::entries() {
    std::vector<arp_entry> out;
    read_entries(0, out);
    read_entries(ntf::proxy, out);
    return out;
}

void arp::print(const arp_entry& e, const std::string& dev, const char* hwtype) {
    std::optional<std::string> name;
    if (!o.numeric) name = host_name_of(p.sys, e.ip);
    const std::string number = dotted_quad(e.ip);
    if (o.all_bsd) {
        p.out->printf("%s (%s) at ", name ? name->c_str() : "?", number.c_str());
        if (e.complete)
            p.out->printf("%s [%s] ", colon_hex(e.mac).c_str(), hwtype);
        else
            p.out->write(e.published ? "<from_interface> " : "<incomplete> ");
        if (e.permanent) p.out->write("PERM ");
        if (e.published) p.out->write("PUB ");
        p.out->printf("on %s\n", dev.c_str());
        return;
    }
    if (!heading) {
        p.out->write(
            "Address                  HWtype  HWaddress           Flags Mask            "
            "Iface\n");
        heading = true;
    }
    p.out->printf("%-23.23s  ", name ? name->c_str() : number.c_str());
    if (e.complete)
        p.out->printf("%-8.8s%-20.20s", hwtype, colon_hex(e.mac).c_str());
    else if (e.published)
        p.out->printf("%-8.8s%-20.20s", "*", "<from_interface>");
    else
        p.out->printf("%-8.8s%-20.20s", "", "(incomplete)");
    std::string flags;
    if (e.complete) flags += "C";
    if (e.permanent) flags += "M";
    if (e.published) flags += "P";
    p.out->printf("%-6.6s%-15.15s %s\n", flags.c_str(), "", dev.c_str());
}

int arp::show() {
    std::string text;
    std::optional<ipv4_address> host;
    if (!o.rest.empty()) {
        text = in_buffer(o.rest[0], 100);
        host = inet_input_or_complain(p, text);
        if (!host) return failed;
    }
    const auto links = net.links();
    int total = 0, shown = 0;
    for (const auto& e : entries()) {
        const auto link = std::find_if(links.begin(), links.end(),
                                       [&](const auto& l) { return l.index == e.index; });
        const std::string dev = link == links.end() ? "*" : link->name;
        total++;
        if (host && e.ip != *host) continue;
        if (!o.device.empty() && dev != o.device) continue;
        if (o.hardware && link != links.end() && link->type != arphrd::ether) continue;
        const bool is_ether = link == links.end() || link->type == arphrd::ether;
        print(e, dev, is_ether ? "ether" : "loop");
        shown++;
    }
    if (o.verbose) {
        p.out->printf("Entries: %d\tSkipped: %d\tFound: %d\n", total, total - shown, shown);
    }
    if (shown) return 0;
    if (host && !o.all_bsd) {
        p.out->printf("%s (%s) -- no entry\n", text.c_str(), dotted_quad(*host).c_str());
    } else if (host || o.hardware || !o.device.empty()) {
        p.out->printf("arp: in %d entries no match found.\n", total);
    }
    return 0;
}

std::optional<int> arp::parse(std::size_t at, modifiers& m, arpreq& r) {
    r.dev = o.device;
    for (; at < o.rest.size(); at++) {
        const std::string& w = o.rest[at];
        const bool has_value = at + 1 < o.rest.size();
        if (w == "pub") {
            m.pub = true;
            r.flags |= atf::publ;
        } else if (w == "priv") {
            m.priv = true;
            r.flags &= ~atf::publ;
        } else if (w == "temp") {
            r.flags &= ~atf::perm;
        } else if (w == "dontpub") {
            r.flags |= atf::dontpub;
        } else if (w == "dev" && has_value) {
            r.dev = o.rest[++at].substr(0, ifnamsiz - 1);
        } else if (w == "netmask" && has_value) {
            const std::string text = in_buffer(o.rest[++at]);
            if (text == "255.255.255.255") continue;
            const auto mask = inet_input_or_complain(p, text);
            if (!mask) return failed;
            r.netmask = *mask;
            r.flags |= atf::netmask;
        } else if (w != "trail" && w != "auto") {
            return usage(p, bad_usage);
        }
    }
    return std::nullopt;
}

err arp::sioc(const char* what, bool set, const arpreq& r) {
    if (o.verbose) p.err->printf("arp: %s\n", what);
    return p.sys.arp_ioctl(p.ns, set, r);
}

int arp::set() {
    if (o.rest.empty()) return complain("need host name");
    const std::string host = in_buffer(o.rest[0]);
    const auto ip = inet_input_or_complain(p, host);
    if (!ip) return failed;
    if (o.rest.size() < 2) return complain("need hardware address");
    std::optional<mac_address> mac;
    std::uint16_t type = arphrd::ether;
    if (o.use_device) {
        const auto dev = net.link(o.rest[1]);
        if (!dev) {
            return complain(
                strf("cant get HW-Address for `%s': %s.", o.rest[1].c_str(), strerror(err::nodev)));
        }
        mac = dev->address;
        type = dev->type;
    } else {
        mac = ether_input(o.rest[1], mac_under(*ip));
    }
    if (!mac) return complain("invalid hardware address");
    arpreq r{.pa = *ip, .ha_family = type, .ha = *mac, .flags = atf::com | atf::perm};
    modifiers m;
    if (auto rc = parse(2, m, r)) return *rc;
    const err e = sioc("SIOCSARP()", true, r);
    if (e == err::ok) return 0;
    p.err->printf("SIOCSARP: %s\n", strerror(e));
    return failed;
}

// Where neither "pub" nor "priv" is said: the entry, or else the proxy.
int arp::remove() {
    if (o.rest.empty()) return complain("need host name");
    const std::string host = in_buffer(o.rest[0]);
    const auto ip = inet_input_or_complain(p, host);
    if (!ip) return failed;
    arpreq r{.pa = *ip, .flags = atf::perm};
    modifiers m;
    if (auto rc = parse(1, m, r)) return *rc;
    r.flags &= ~atf::publ;
    const bool either = m.pub == m.priv;
    const char* what = "dontpub";
    err e = err::noent;
    if (either || m.priv) e = sioc("SIOCDARP(dontpub)", false, r);
    if ((either || m.pub) && (e == err::noent || e == err::nxio)) {
        what = "pub";
        r.flags |= atf::publ;
        e = sioc("SIOCDARP(pub)", false, r);
    }
    if (e == err::ok) return 0;
    if (e == err::noent || e == err::nxio) {
        p.out->printf("No ARP entry for %s\n", host.c_str());
    } else {
        p.err->printf("SIOCDARP(%s): %s\n", what, strerror(e));
    }
    return failed;
}

}  // namespace

int arp_main(process& p) {
    arp_options o;
    bool from_file = false;
    const auto argv = in_short_options(p.argv, {{"--verbose", "-v"},
                                                {"--version", "-V"},
                                                {"--all", "-a"},
                                                {"--delete", "-d"},
                                                {"--file", "-f"},
                                                {"--numeric", "-n"},
                                                {"--set", "-s"},
                                                {"--device", "-i"},
                                                {"--use-device", "-D"},
                                                {"--help", "-h"}});
    short_options opts(argv, "A:H:adfp:nsei:t:vh?DNV");
    for (int c; (c = opts.next()) != -1;) {
        switch (c) {
            case 'a':
                o.all_bsd = true;
                break;
            case 'd':
                o.remove = true;
                break;
            case 's':
                o.set = true;
                break;
            case 'n':
                o.numeric = true;
                break;
            case 'v':
                o.verbose = true;
                break;
            case 'D':
                o.use_device = true;
                break;
            case 'f':
                from_file = true;
                break;
            case 'i':
                o.device = opts.value.substr(0, ifnamsiz - 1);
                break;
            case 'e':
            case 'N':
                break;
            case 'H':
            case 't':
                o.hardware = true;
                if (opts.value == "ether") break;
                p.err->printf("arp: %s: unknown hardware type.\n", opts.value.c_str());
                return failed;
            case 'A':
            case 'p':
                if (opts.value == "inet") break;
                p.err->printf("arp: %s: unknown address family.\n", opts.value.c_str());
                return failed;
            case 'V':
                p.out->write(version_text);
                return 0;
            case 'h':
                return usage(p, 0);
            default:
                p.err->write(opts.error);
                return usage(p, bad_usage);
        }
    }
    o.rest = opts.rest;
    if (from_file) {
        p.err->write("arp: -f is not supported by vethlab\n");
        return failed;
    }
    arp run(p, o);
    if (o.remove) return run.remove();
    return o.set ? run.set() : run.show();
}

}  // namespace vethlab
