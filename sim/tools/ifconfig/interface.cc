// net-tools: lib/interface.c
#include <algorithm>
#include <cctype>
#include <tuple>

#include "sim/tools/ifconfig/ifconfig.h"
#include "sim/tools/lib/inet_host.h"
#include "sim/tools/lib/links.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

struct flag_name {
    std::uint32_t bit;
    const char* name;
};
constexpr flag_name long_names[] = {
    {iff::up, "UP"},
    {iff::broadcast, "BROADCAST"},
    {iff::debug, "DEBUG"},
    {iff::loopback, "LOOPBACK"},
    {iff::pointopoint, "POINTOPOINT"},
    {iff::notrailers, "NOTRAILERS"},
    {iff::running, "RUNNING"},
    {iff::noarp, "NOARP"},
    {iff::promisc, "PROMISC"},
    {iff::allmulti, "ALLMULTI"},
    {iff::slave, "SLAVE"},
    {iff::master, "MASTER"},
    {iff::multicast, "MULTICAST"},
    {iff::dynamic, "DYNAMIC"},
};
constexpr flag_name letters[] = {
    {iff::allmulti, "A"},  {iff::broadcast, "B"},   {iff::debug, "D"},   {iff::loopback, "L"},
    {iff::multicast, "M"}, {iff::dynamic, "d"},     {iff::promisc, "P"}, {iff::notrailers, "N"},
    {iff::noarp, "O"},     {iff::pointopoint, "P"}, {iff::slave, "s"},   {iff::master, "m"},
    {iff::running, "R"},   {iff::up, "U"},
};

std::string join_flags(std::uint32_t flags, std::span<const flag_name> names,
                       const char* separator) {
    std::string out;
    for (const auto& f : names) {
        if (!(flags & f.bit)) continue;
        if (!out.empty()) out += separator;
        out += f.name;
    }
    return out;
}

std::string human(std::uint64_t bytes) {
    struct unit {
        std::uint64_t size;
        const char* name;
    };
    constexpr unit units[] = {{1ull << 50, "PiB"},
                              {1ull << 40, "TiB"},
                              {1ull << 30, "GiB"},
                              {1ull << 20, "MiB"},
                              {1ull << 10, "KiB"}};
    unit best{1, "B"};
    for (const auto& u : units) {
        if (bytes > u.size) {
            best = u;
            break;
        }
    }
    const auto tenths = static_cast<unsigned long long>(bytes * 10 / best.size);
    return strf("%llu.%llu %s", tenths / 10, tenths % 10, best.name);
}

// The columns of /proc/net/dev.
struct proc_stats {
    std::uint64_t rx_dropped, rx_frame, tx_carrier;
    explicit proc_stats(const rtnl_link_stats64& s)
        : rx_dropped(s.rx_dropped + s.rx_missed_errors),
          rx_frame(s.rx_length_errors + s.rx_over_errors + s.rx_crc_errors + s.rx_frame_errors),
          tx_carrier(s.tx_carrier_errors + s.tx_aborted_errors + s.tx_window_errors +
                     s.tx_heartbeat_errors) {}
};

std::pair<unsigned, const char*> inet6_scope(const std::array<std::uint8_t, 16>& a) {
    std::array<std::uint8_t, 16> one{};
    one[15] = 1;
    if (a == one) return {0x10, "host"};
    if (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) return {0x20, "link"};
    if (a[0] == 0xfe && (a[1] & 0xc0) == 0xc0) return {0x40, "site"};
    if (std::all_of(a.begin(), a.begin() + 12, [](auto b) { return b == 0; })) {
        return {0x80, "compat"};
    }
    return {0, "global"};
}

// a1, a2, a10 and their aliases a2:1, a2:10 in the order of numbers, behind what has the
// same beginning and no number.
struct name_key {
    std::string prefix;
    long number = -1, alias = -1;
    std::string name;

    explicit name_key(const std::string& n) : prefix(n), name(n) {
        const auto digits = [&](std::size_t end) {
            std::size_t at = end;
            while (at > 0 && std::isdigit(static_cast<unsigned char>(n[at - 1]))) at--;
            return at;
        };
        std::size_t end = n.size();
        const std::size_t tail = digits(end);
        if (tail < end && tail > 0 && n[tail - 1] == ':' && digits(tail - 1) < tail - 1) {
            alias = std::atol(n.c_str() + tail);
            end = tail - 1;
        }
        const std::size_t at = digits(end);
        if (at == end) return;
        number = std::atol(n.substr(at, end - at).c_str());
        prefix = n.substr(0, at);
    }
    bool operator<(const name_key& o) const {
        return std::tie(prefix, number, alias, name) <
               std::tie(o.prefix, o.number, o.alias, o.name);
    }
};

class printer {
 public:
    printer(process& proc, ifconfig_form f) : p(proc), form(f), net(proc) {
        links = net.links();
        addresses = net.addresses();
        if (form == ifconfig_form::blocks) six = net.inet6_addresses();
    }

    std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& l : links) out.push_back(l.name);
        for (const auto& a : addresses) {
            if (std::find(out.begin(), out.end(), a.label) == out.end()) out.push_back(a.label);
        }
        std::sort(out.begin(), out.end(),
                  [](const auto& a, const auto& b) { return name_key(a) < name_key(b); });
        return out;
    }
    // False if there is no such device: the complaint is printed.
    bool print(const std::string& name, bool even_down) {
        const std::string dev = device_of(name);
        const auto link = std::find_if(links.begin(), links.end(),
                                       [&](const auto& l) { return is_called(l, dev); });
        if (link == links.end()) {
            p.err->printf("%s: error fetching interface information: Device not found\n",
                          name.c_str());
            return false;
        }
        if (!even_down && !(link->flags & iff::up)) return true;
        if (form == ifconfig_form::table) {
            print_row(name, *link);
        } else {
            print_block(name, *link);
        }
        return true;
    }

 private:
    void print_row(const std::string& name, const net_link& l) {
        const auto n = [](std::uint64_t v) { return static_cast<unsigned long long>(v); };
        p.out->printf("%-15.15s %5u ", name.c_str(), l.mtu);
        if (name == l.name) {
            const auto& s = l.stats;
            p.out->printf("%8llu %6llu %6llu %-6llu %8llu %6llu %6llu %6llu ", n(s.rx_packets),
                          n(s.rx_errors), n(proc_stats(s).rx_dropped), n(s.rx_fifo_errors),
                          n(s.tx_packets), n(s.tx_errors), n(s.tx_dropped), n(s.tx_fifo_errors));
        } else {
            p.out->printf("%-56s", "     - no statistics available -");
        }
        const std::string flags = join_flags(l.flags, letters, "");
        p.out->printf("%s\n", flags.empty() ? "[NO FLAGS]" : flags.c_str());
    }
    void print_block(const std::string& name, const net_link& l) {
        // A short: DYNAMIC, the highest bit, makes it negative.
        p.out->printf("%s: flags=%d<%s>  mtu %u\n", name.c_str(), std::int16_t(l.flags),
                      join_flags(l.flags, long_names, ",").c_str(), l.mtu);
        print_inet(name, l);
        if (name == l.name) print_inet6(l);
        print_hardware(l);
        if (name == l.name) print_counters(l.stats);
        p.out->write("\n");
    }
    void print_inet(const std::string& name, const net_link& l) {
        const auto a = std::find_if(addresses.begin(), addresses.end(),
                                    [&](const auto& x) { return x.label == name; });
        if (a == addresses.end()) return;
        p.out->printf("        inet %s  netmask %s", dotted_quad(a->local).c_str(),
                      dotted_quad({a->netmask()}).c_str());
        if (l.flags & iff::broadcast) {
            p.out->printf("  broadcast %s", dotted_quad(a->broadcast).c_str());
        }
        if (l.flags & iff::pointopoint) {
            p.out->printf("  destination %s", dotted_quad(a->address).c_str());
        }
        p.out->write("\n");
    }
    void print_inet6(const net_link& l) {
        for (const auto& a : six) {
            if (a.index != l.index) continue;
            const auto [id, scope] = inet6_scope(a.address);
            p.out->printf("        inet6 %s  prefixlen %u  scopeid 0x%x<%s>\n",
                          inet6_ntop(std::as_bytes(std::span(a.address))).c_str(), a.prefixlen, id,
                          scope);
        }
    }
    void print_hardware(const net_link& l) {
        const char* title = "UNSPEC";
        if (l.type == arphrd::ether) {
            p.out->printf("        ether %s", colon_hex(l.address).c_str());
            title = "Ethernet";
        } else if (l.type == arphrd::loopback) {
            p.out->write("        loop");
            title = "Local Loopback";
        } else {
            p.out->write("        unspec 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00");
        }
        p.out->printf("  txqueuelen %u  (%s)\n", l.txqlen, title);
    }
    void print_counters(const rtnl_link_stats64& s) {
        const auto n = [](std::uint64_t v) { return static_cast<unsigned long long>(v); };
        const proc_stats sums(s);
        p.out->printf("        RX packets %llu  bytes %llu (%s)\n", n(s.rx_packets), n(s.rx_bytes),
                      human(s.rx_bytes).c_str());
        p.out->printf("        RX errors %llu  dropped %llu  overruns %llu  frame %llu\n",
                      n(s.rx_errors), n(sums.rx_dropped), n(s.rx_fifo_errors), n(sums.rx_frame));
        p.out->printf("        TX packets %llu  bytes %llu (%s)\n", n(s.tx_packets), n(s.tx_bytes),
                      human(s.tx_bytes).c_str());
        p.out->printf(
            "        TX errors %llu  dropped %llu overruns %llu  carrier %llu  "
            "collisions %llu\n",
            n(s.tx_errors), n(s.tx_dropped), n(s.tx_fifo_errors), n(sums.tx_carrier),
            n(s.collisions));
    }

    process& p;
    ifconfig_form form;
    devinet net;
    std::vector<net_link> links;
    std::vector<inet_ifa> addresses;
    std::vector<inet6_ifa> six;
};

}  // namespace

int ifconfig_show(process& p, const std::optional<std::string>& name, bool all,
                  ifconfig_form form) {
    printer out(p, form);
    if (form == ifconfig_form::table) {
        p.out->write(
            "Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR "
            "Flg\n");
    }
    if (name) return out.print(*name, true) ? 0 : 1;
    for (const auto& n : out.names()) {
        if (!out.print(n, all)) return 1;
    }
    return 0;
}

}  // namespace vethlab
