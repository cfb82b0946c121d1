// net-tools: ifconfig.c
#include "sim/tools/ifconfig/ifconfig.h"

#include <algorithm>
#include <cstdlib>

#include "sim/tools/lib/inet_host.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/lib/utils.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr int bad_usage = 3;
constexpr int failed = 1;
constexpr int flags_failed = 255;

constexpr const char* usage_text =
    "Usage:\n"
    "  ifconfig [-a] [-v] [-s] <interface> [[<AF>] <address>]\n"
    "  [add <address>[/<prefixlen>]]\n"
    "  [del <address>[/<prefixlen>]]\n"
    "  [[-]broadcast [<address>]]  [[-]pointopoint [<address>]]\n"
    "  [netmask <address>]  [dstaddr <address>]  [tunnel <address>]\n"
    "  [outfill <NN>] [keepalive <NN>]\n"
    "  [hw <HW> <address>]  [mtu <NN>]\n"
    "  [[-]trailers]  [[-]arp]  [[-]allmulti]\n"
    "  [multicast]  [[-]promisc]\n"
    "  [mem_start <NN>]  [io_addr <NN>]  [irq <NN>]  [media <type>]\n"
    "  [txqueuelen <NN>]\n"
    "  [name <newname>]\n"
    "  [[-]dynamic]\n"
    "  [up|down] ...\n"
    "\n"
    "  <HW>=Hardware Type.\n"
    "  List of possible hardware types:\n";
constexpr const char* hardware_list =
    "    loop (Local Loopback) slip (Serial Line IP) cslip (VJ Serial Line IP) \n"
    "    slip6 (6-bit Serial Line IP) cslip6 (VJ 6-bit Serial Line IP) adaptive (Adaptive Serial "
    "Line IP) \n"
    "    ash (Ash) ether (Ethernet) ax25 (AMPR AX.25) \n"
    "    netrom (AMPR NET/ROM) rose (AMPR ROSE) tunnel (IPIP Tunnel) \n"
    "    ppp (Point-to-Point Protocol) hdlc ((Cisco)-HDLC) lapb (LAPB) \n"
    "    arcnet (ARCnet) dlci (Frame Relay DLCI) frad (Frame Relay Access Device) \n"
    "    sit (IPv6-in-IPv4) fddi (Fiber Distributed Data Interface) hippi (HIPPI) \n"
    "    irda (IrLAP) ec (Econet) x25 (generic X.25) \n"
    "    eui64 (Generic EUI-64) \n";
constexpr const char* family_head =
    "  <AF>=Address family. Default: inet\n"
    "  List of possible address families:\n";
constexpr const char* family_list =
    "    unix (UNIX Domain) inet (DARPA Internet) inet6 (IPv6) \n"
    "    ax25 (AMPR AX.25) netrom (AMPR NET/ROM) rose (AMPR ROSE) \n"
    "    ipx (Novell IPX) ddp (Appletalk DDP) ec (Econet) \n"
    "    ash (Ash) x25 (CCITT X.25) \n";

// The lists go to standard error even when the rest is asked for.
int usage(process& p, int status) {
    writer& to = status ? *p.err : *p.out;
    to.write(usage_text);
    p.err->write(hardware_list);
    to.write(family_head);
    p.err->write(family_list);
    return status;
}

// A word that sets or, with '-' in front, clears a flag of the device.
struct flag_word {
    const char* word;
    std::uint32_t bit;
    bool inverse;           // the bare word clears it
    const char* still_set;  // what is said if it stays after "-word"
};
constexpr flag_word flag_words[] = {
    {"arp", iff::noarp, true, nullptr},
    {"trailers", iff::notrailers, true, nullptr},
    {"promisc", iff::promisc, false, "promisc mode... maybe other application is running?"},
    {"multicast", iff::multicast, false, "MULTICAST mode."},
    {"allmulti", iff::allmulti, false, "ALLMULTI mode."},
    {"dynamic", iff::dynamic, false, "DYNAMIC mode."},
};

class ifconfig {
 public:
    ifconfig(process& proc, std::string device, std::vector<std::string> rest)
        : p(proc), net(proc), name(std::move(device)), words(std::move(rest)) {
        for (auto& w : words) w = in_buffer(w);
    }

    int run() {
        inet6_ = words[0] == "inet6";
        if (inet6_ || words[0] == "inet") at++;
        while (at < words.size() && !ended) word();
        if (ended) return *ended;
        if (mask_of_address) set_netmask(*mask_of_address);
        return status;
    }

 private:
    void end(int rc) { ended = rc; }
    void fail(const char* call, err e) {
        p.err->printf("%s: %s\n", call, strerror(e));
        status = failed;
    }
    void check(const char* call, err e) {
        if (e != err::ok) fail(call, e);
    }
    std::optional<ipv4_address> input(const std::string& text) {
        const auto a = inet_input_or_complain(p, text);
        if (a) last_input = *a;
        return a;
    }
    // The value behind a word; usage if there is none.
    std::optional<std::string> value() {
        at++;
        if (at < words.size()) return words[at++];
        end(usage(p, bad_usage));
        return std::nullopt;
    }

    void word() {
        const std::string& w = words[at];
        const bool minus = w[0] == '-';
        for (const auto& f : flag_words) {
            if (w.substr(minus ? 1 : 0) != f.word) continue;
            at++;
            return change_flag(f, minus);
        }
        if (w == "up" || w == "down") {
            at++;
            return set_flag(iff::up, w == "up");
        }
        if (w == "mtu" || w == "txqueuelen") return set_number(w == "mtu");
        if (w == "broadcast" || w == "pointopoint") return set_far_end(w == "broadcast");
        if (w == "-broadcast" || w == "-pointopoint") return clear_far_end(w == "-broadcast");
        if (w == "netmask") return word_netmask();
        if (w == "dstaddr") return word_dstaddr();
        if (w == "hw") return word_hw();
        if (w == "name") return word_name();
        if (w == "add" || w == "del") return word_alias(w == "add");
        if (w == "keepalive" || w == "outfill") return refuse(w);
        if (w == "irq" || w == "io_addr" || w == "mem_start") return refuse(w);
        if (w == "tunnel" || w == "media") {
            p.err->printf("ifconfig: '%s' is not supported by vethlab\n", w.c_str());
            return end(failed);
        }
        set_address();
    }

    void set_flag(std::uint32_t bit, bool on) {
        if (!net.link(name)) {
            p.err->printf("%s: ERROR while getting interface flags: %s\n", name.c_str(),
                          strerror(err::nodev));
            status |= flags_failed;
            return;
        }
        const err e = net.set_flags(name, bit, on);
        if (e == err::ok) return;
        fail("SIOCSIFFLAGS", e);
        status |= flags_failed;
    }
    void warn_if_set(std::uint32_t bit, const char* text) {
        const auto link = net.link(name);
        if (!link) {
            p.err->printf("%s: ERROR while testing interface flags: %s\n", name.c_str(),
                          strerror(err::nodev));
        } else if (link->flags & bit) {
            p.err->printf("Warning: Interface %s still in %s\n", name.c_str(), text);
        }
    }
    void change_flag(const flag_word& f, bool minus) {
        set_flag(f.bit, minus == f.inverse);
        if (minus && f.still_set) warn_if_set(f.bit, f.still_set);
    }

    void set_number(bool mtu) {
        const auto text = value();
        if (!text) return;
        if (mtu) return check("SIOCSIFMTU", net.set_mtu(name, std::atoi(text->c_str())));
        const auto n = std::strtoul(text->c_str(), nullptr, 0);
        check("SIOCSIFTXQLEN", net.set_txqlen(name, int(n)));
    }

    // broadcast [ADDR], pointopoint [ADDR]: the address is optional, the flag is set.
    void set_far_end(bool broadcast) {
        at++;
        if (at < words.size()) {
            const std::string& text = words[at++];
            // Upstream takes what says "any" for a failure here.
            const bool any = !broadcast && text == "default";
            const auto a = any ? std::nullopt : input(text);
            if (any) p.err->printf("%s: Resolver Error 0 (no error)\n", text.c_str());
            if (!a) {
                status = failed;
                return;
            }
            if (broadcast)
                check("SIOCSIFBRDADDR", net.set_broadcast(name, *a));
            else
                check("SIOCSIFDSTADDR", net.set_destination(name, *a));
        }
        set_flag(broadcast ? iff::broadcast : iff::pointopoint, true);
    }
    void clear_far_end(bool broadcast) {
        at++;
        const std::uint32_t bit = broadcast ? iff::broadcast : iff::pointopoint;
        set_flag(bit, false);
        warn_if_set(bit, broadcast ? "BROADCAST mode." : "POINTOPOINT mode.");
    }

    void set_netmask(ipv4_address mask) {
        const int before = status;
        check("SIOCSIFNETMASK", net.set_netmask(name, mask));
        status |= before;
    }
    void word_netmask() {
        if (mask_given) return end(usage(p, bad_usage));
        const auto text = value();
        if (!text) return;
        const auto mask = input(*text);
        if (!mask) {
            status = failed;
            return;
        }
        mask_given = true;
        set_netmask(*mask);
    }
    void word_dstaddr() {
        const auto text = value();
        if (!text) return;
        const auto a = input(*text);
        if (!a)
            status = failed;
        else
            check("SIOCSIFDSTADDR", net.set_destination(name, *a));
    }

    void word_hw() {
        const auto kind = value();
        if (!kind) return;
        if (*kind != "ether") return end(usage(p, bad_usage));
        if (at >= words.size()) return end(usage(p, bad_usage));
        const std::string& text = words[at++];
        const auto mac = ether_input(text, mac_under(last_input));
        if (!mac) {
            p.err->printf("%s: invalid ether address.\n", text.c_str());
            status = failed;
            return;
        }
        const err e = net.set_hwaddr(name, *mac);
        if (e != err::busy) return check("SIOCSIFHWADDR", e);
        p.err->printf("SIOCSIFHWADDR: %s - you may need to down the interface\n", strerror(e));
        status = failed;
    }
    void word_name() {
        const auto to = value();
        if (to) check("SIOCSIFNAME", net.rename(name, to->substr(0, ifnamsiz - 1)));
    }

    // What needs hardware: the kernel has no such request for any device of a lab.
    void refuse(const std::string& w) {
        if (!value()) return;
        const err e = net.link(name) ? err::opnotsupp : err::nodev;
        if (w == "keepalive")
            fail("SIOCSKEEPALIVE", e);
        else if (w == "outfill")
            fail("SIOCSOUTFILL", e);
        else
            fail((w + (e == err::nodev ? ": SIOCGIFMAP" : ": SIOCSIFMAP")).c_str(), e);
    }

    // add, del: an address of an alias, whose number is found by itself.
    void word_alias(bool add) {
        const auto text = value();
        if (!text) return;
        if (text->find(':') != std::string::npos) return word_address6(*text, add);
        const auto a = input(*text);
        if (!a) {
            status = failed;
            return;
        }
        const bool exists = net.link(name).has_value();
        if (!exists) {
            for (int i = 0; i < 2; i++) ifconfig_show(p, name, true, ifconfig_form::blocks);
        }
        const auto parent = net.ifa(name);
        if (parent && parent->local == *a) return;
        // It lists the interfaces once: a second such word does not see the first one's alias.
        if (!listed) listed = net.addresses();
        std::vector<bool> used(256);
        for (const auto& other : *listed) {
            if (!other.label.starts_with(name + ":")) continue;
            if (other.local == *a) {
                if (!add) check("SIOCSIFFLAGS", net.set_flags(other.label, iff::up, false));
                return;
            }
            const int n = std::atoi(other.label.c_str() + name.size() + 1);
            if (n >= 0 && n < int(used.size())) used[std::size_t(n)] = true;
        }
        const auto n = std::find(used.begin(), used.end(), false) - used.begin();
        // It has looked at every interface, and a label may name none.
        for (const auto& other : *listed) {
            if (net.link(other.label)) continue;
            ifconfig_show(p, other.label, true, ifconfig_form::blocks);
        }
        if (!exists) return;
        // The real one, asked to remove what it does not find, adds it.
        const std::string alias = strf("%s:%d", name.c_str(), int(n));
        // It ends silently where one step fails.
        const ipv4_address mask{parent ? parent->netmask() : 0};
        const ipv4_address broadcast = parent ? parent->broadcast : ipv4_address{};
        if (net.set_address(alias, *a) == err::ok && net.set_netmask(alias, mask) == err::ok &&
            net.set_broadcast(alias, broadcast) == err::ok) {
            (void)net.set_flags(alias, iff::broadcast, true);
        }
    }

    // add, del with an IPv6 address.
    void word_address6(std::string text, bool add) {
        long prefixlen = 128;
        if (const auto slash = text.find('/'); slash != std::string::npos) {
            prefixlen = std::atol(text.c_str() + slash + 1);
            if (prefixlen < 0 || prefixlen > 128) return end(usage(p, bad_usage));
            text.resize(slash);
        }
        std::array<std::byte, 16> address{};
        if (!inet_pton6(text, address)) {
            p.err->printf("%s: Resolver Error 0 (no error)\n", text.c_str());
            status |= failed;
            return;
        }
        const auto link = net.link(name);
        if (!link) return fail("SIOGIFINDEX", err::nodev);
        check(add ? "SIOCSIFADDR" : "SIOCDIFADDR",
              net.change_inet6(link->index, address, unsigned(prefixlen), add));
    }

    // A word that is none, after "inet6".
    void set_address6() {
        const std::string& text = words[at];
        std::array<std::byte, 16> address{};
        if (inet_pton6(text, address)) {
            p.err->printf("Don't know how to set addresses for family %d.\n", af::inet6);
            return end(failed);
        }
        const char* error = nullptr;
        const bool known = resolve_host(p.sys, text, error).has_value();
        const bool temporary = !known && std::string_view(error).starts_with("Temporary");
        p.err->printf("getaddrinfo: %s: %d\n", text.c_str(), known ? -9 : temporary ? -3 : -2);
        p.err->printf("%s: %s\n", text.c_str(),
                      temporary ? "Host name lookup failure" : "Unknown host");
        p.err->write("ifconfig: `--help' gives usage information.\n");
        end(failed);
    }

    void set_address() {
        if (inet6_) return set_address6();
        std::string host = words[at];
        std::optional<ipv4_address> mask;
        if (!inet_getnetmask(host, mask) || (mask && mask_given)) return end(usage(p, bad_usage));
        if (mask) mask_of_address = mask;
        const auto a = input(host);
        if (!a) {
            p.err->write("ifconfig: `--help' gives usage information.\n");
            return end(failed);
        }
        at++;
        check("SIOCSIFADDR", net.set_address(name, *a));
        // "v0:1-" and an alias's 0.0.0.0 stand for its removal, which setting it has done.
        const bool alias = name.find(':') != std::string::npos;
        if (!alias || (name.back() != '-' && !a->is_any())) set_flag(iff::up, true);
    }

    process& p;
    devinet net;
    std::string name;
    std::vector<std::string> words;
    std::size_t at = 0;
    // A failure of the flags, -1, lasts until another one follows, as upstream has it.
    int status = 0;
    std::optional<int> ended;
    bool mask_given = false;
    bool inet6_ = false;
    std::optional<ipv4_address> mask_of_address;
    ipv4_address last_input;
    std::optional<std::vector<inet_ifa>> listed;
};

}  // namespace

int ifconfig_main(process& p) {
    bool all = false;
    auto form = ifconfig_form::blocks;
    std::size_t at = 1;
    for (; at < p.argv.size() && p.argv[at][0] == '-'; at++) {
        const std::string& w = p.argv[at];
        if (w == "-a") {
            all = true;
        } else if (w == "-s") {
            form = ifconfig_form::table;
        } else if (w == "-h" || w == "--help" || w == "-?") {
            return usage(p, 0);
        } else if (w == "-V" || w == "--version") {
            p.out->write("net-tools 2.10\n");
            return 0;
        } else if (w != "-v") {
            p.err->printf(
                "ifconfig: option `%s' not recognised.\n"
                "ifconfig: `--help' gives usage information.\n",
                w.c_str());
            return failed;
        }
    }
    if (at == p.argv.size()) return ifconfig_show(p, std::nullopt, all, form);
    const std::string name = p.argv[at].substr(0, ifnamsiz - 1);
    if (at + 1 == p.argv.size()) return ifconfig_show(p, name, all, form);
    return ifconfig(p, name, {p.argv.begin() + std::ptrdiff_t(at) + 1, p.argv.end()}).run();
}

}  // namespace vethlab
