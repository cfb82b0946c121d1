// iproute2: ip/ipmaddr.c
#include <algorithm>

#include "core/uapi/if.h"
#include "sim/tools/ip/ip_common.h"
#include "sim/tools/ip/rtm_map.h"

namespace vethlab {
namespace {

struct group {
    std::uint32_t index = 0;
    std::string device;
    std::uint8_t family = af::packet;
    std::vector<std::byte> address;
    int users = 0;
    bool is_static = false;
};

int usage(ip_context& ip) {
    if (!ip.exited) {
        ip.p.err->write(
            "Usage: ip maddr [ add | del ] MULTIADDR dev STRING\n"
            "       ip maddr show [ dev STRING ]\n");
    }
    return ip.exit(255);
}

std::vector<std::string> fields(std::string_view line) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while ((at = line.find_first_not_of(" \t", at)) != line.npos) {
        const auto end = std::min(line.find_first_of(" \t", at), line.size());
        out.emplace_back(line.substr(at, end - at));
        at = end;
    }
    return out;
}

template <class F>
void each_line(ip_context& ip, const char* file, F f) {
    const auto text = ip.p.sys.proc_net(ip.p.ns, file);
    if (!text) return;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        f(rest.substr(0, end));
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
}

std::vector<std::byte> hex_bytes(const std::string& text) {
    std::vector<std::byte> out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out.push_back(std::byte(get_u8(text.substr(i, 2), 16).value_or(0)));
    }
    return out;
}

// "3    v0              1     0     01005e000001": users, of them by hand.
void read_dev_mcast(ip_context& ip, std::vector<group>& out) {
    each_line(ip, "dev_mcast", [&](std::string_view line) {
        const auto f = fields(line);
        if (f.size() < 5) return;
        out.push_back({get_u32(f[0]).value_or(0), f[1], af::packet, hex_bytes(f[4]),
                       get_integer(f[2]).value_or(0), f[3] != "0"});
    });
}

// A line per device, then one per group: an address in the machine's own byte order.
void read_igmp(ip_context& ip, std::vector<group>& out) {
    group of_device;
    each_line(ip, "igmp", [&](std::string_view line) {
        const auto f = fields(line);
        if (line.empty() || f.size() < 2 || f[0] == "Idx") return;
        if (line[0] != '\t') {
            of_device.index = get_u32(f[0]).value_or(0);
            of_device.device = f[1].substr(0, f[1].find(':'));
            return;
        }
        group g = of_device;
        g.family = af::inet;
        g.users = get_integer(f[1]).value_or(0);
        const auto bytes = hex_bytes(f[0]);
        g.address.assign(bytes.rbegin(), bytes.rend());
        out.push_back(g);
    });
}

void read_igmp6(ip_context& ip, std::vector<group>& out) {
    each_line(ip, "igmp6", [&](std::string_view line) {
        const auto f = fields(line);
        if (f.size() < 4) return;
        out.push_back({get_u32(f[0]).value_or(0), f[1], af::inet6, hex_bytes(f[2]),
                       get_integer(f[3]).value_or(0), false});
    });
}

void print_maddr(ip_context& ip, const group& g) {
    json_print& out = ip.print;
    out.open_object();
    if (g.family == af::packet) {
        out.text("\tlink  ");
        out.print_color_string(print_as::any, color::mac, "link", "%s",
                               ll_addr_n2a(g.address, arphrd::ether));
    } else {
        out.text("\t");
        out.print_string(print_as::any, "family", "%-5s ", family_name(g.family));
        out.print_color_string(print_as::any, ifa_family_color(g.family), "address", "%s",
                               format_host(ip, g.family, g.address));
    }
    if (g.users > 1) out.print_int(print_as::any, "users", " users %d", g.users);
    if (g.is_static) out.print_string(print_as::any, "features", " %s", "static");
    out.text("\n");
    out.close_object();
}

void print_maddrs(ip_context& ip, const std::vector<group>& groups) {
    json_print& out = ip.print;
    std::uint32_t current = 0;
    const auto end_device = [&] {
        if (!current) return;
        out.close_array();
        out.close_object();
    };
    for (const auto& g : groups) {
        if (current != g.index || ip.oneline) {
            end_device();
            current = g.index;
            out.open_object();
            out.print_uint(print_as::any, "ifindex", "%u:", g.index);
            out.print_color_string(print_as::any, color::ifname, "ifname", "\t%s", g.device);
            out.nl(ip.sl());
            out.open_array("maddr");
        }
        print_maddr(ip, g);
    }
    end_device();
}

int multiaddr_list(ip_context& ip, args& a) {
    std::optional<std::string> dev;
    for (; a.more(); a.advance()) {
        if (a.is("dev")) {
            a.next();
        } else if (a.matches("help")) {
            usage(ip);
        }
        if (dev) ip.duparg2("dev", a.word());
        dev = a.word();
    }
    if (ip.exited) return *ip.exited;
    const auto family = ip.preferred_family;
    std::vector<group> groups;
    if (!family || family == af::packet) read_dev_mcast(ip, groups);
    if (!family || family == af::inet) read_igmp(ip, groups);
    if (!family || family == af::inet6) read_igmp6(ip, groups);
    if (dev) std::erase_if(groups, [&](const group& g) { return g.device != *dev; });
    std::stable_sort(groups.begin(), groups.end(),
                     [](const group& x, const group& y) { return x.index < y.index; });
    ip.print.begin(ip.json, ip.pretty);
    print_maddrs(ip, groups);
    ip.print.end();
    return 0;
}

int multiaddr_modify(ip_context& ip, args& a, bool add) {
    std::optional<std::string> dev;
    mac_address address;
    bool address_ok = false;
    for (; a.more(); a.advance()) {
        if (a.is("dev")) {
            a.next();
            if (dev) ip.duparg("dev", a.word());
            if (!check_ifname(a.word())) ip.invarg("\"dev\" not a valid ifname", a.word());
            dev = a.word();
            continue;
        }
        if (a.matches("address")) a.next();
        if (a.matches("help")) usage(ip);
        if (address_ok) ip.duparg("address", a.word());
        if (!a.more()) break;
        const auto bytes = ll_addr_a2n(ip, 14, a.word());
        if (!bytes) return ip.exit(1);
        if (bytes->size() != 6) {
            return ip.fatal(
                1, strf("Error: Invalid address length %zu - must be %d bytes", bytes->size(), 6));
        }
        address = mac_address::read(*bytes, 0);
        address_ok = true;
    }
    if (ip.exited) return *ip.exited;
    if (!dev) return ip.fatal(255, "Not enough information: \"dev\" is required.");
    const err e = ip.p.sys.dev_mcast(ip.p.ns, *dev, address, add);
    if (e == err::ok) return 0;
    return ip.fatal(1, strf("ioctl: %s", strerror(e)));
}

int dispatch(ip_context& ip, args& a) {
    if (!a.more()) return multiaddr_list(ip, a);
    const std::string word = a.word();
    const auto is = [&](const char* name) { return matches(word, name); };
    a.advance();
    if (is("add")) return multiaddr_modify(ip, a, true);
    if (is("delete")) return multiaddr_modify(ip, a, false);
    if (is("list") || is("show") || is("lst")) return multiaddr_list(ip, a);
    if (is("help")) return usage(ip);
    return ip.fatal(255, strf("Command \"%s\" is unknown, try \"ip maddr help\".", word.c_str()));
}

}  // namespace

task<int> do_multiaddr(ip_context& ip, args a) { co_return dispatch(ip, a); }

}  // namespace vethlab
