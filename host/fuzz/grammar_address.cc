// iproute2: ip/ipaddress.c, ip/iproute.c, ip/iprule.c, ip/ipneigh.c, ip/ipmaddr.c
#include "host/fuzz/grammar.h"

namespace vethlab::host::fuzz {
namespace {

std::string address(world& w, const std::string& ns) {
    const std::string dev = w.device_in(ns);
    const unsigned what = w.c.below(20);
    if (what == 0) return ip(ns) + " addr flush dev " + dev;
    const std::string verb = what < 14 ? "add" : what < 17 ? "del" : "replace";
    const std::string prefix = w.prefix();
    std::string line = ip(ns) + " addr " + verb + " " + prefix;
    if (w.c.some(20)) line += " brd " + w.c.one({"+", "-", "10.0.0.77", "abc"});
    if (w.c.some(7)) line += " scope " + w.c.one({"link", "host", "global", "site", "nowhere"});
    if (w.c.some(6)) line += " peer " + w.prefix();
    if (w.c.some(5)) line += " metric " + w.number({"10", "100"});
    if (w.c.some(4)) line += w.c.one({" noprefixroute", " home", " nodad", " mngtmpaddr"});
    if (w.c.some(8)) line += " label " + dev + w.c.one({":1", ":x", "", "wrong"});
    for (auto& d : w.devices) {
        // What is no address, ping would ask a name server for.
        const bool sound = prefix.starts_with("10.0.") && prefix.find("300") == std::string::npos;
        if (verb == "add" && sound && d.name == dev && d.netns == ns) {
            d.addresses.push_back(prefix.substr(0, prefix.find('/')));
        }
    }
    return line + " dev " + dev;
}

std::string address_show(world& w, const std::string& ns) {
    return ip(ns, show_options(w, true, true, true)) + " addr" +
           w.c.one({"", " show", " show up", " show scope link", " show to 10.0.0.0/24",
                    " show secondary", " show primary", " show label a*"});
}

std::string next_hop(world& w, const std::string& ns) {
    std::string line;
    if (w.c.some(50)) line += " via " + w.host_or_not();
    if (w.c.some(65)) line += " dev " + w.device_in(ns);
    return line;
}

std::string route(world& w, const std::string& ns) {
    const unsigned what = w.c.below(24);
    if (what == 0)
        return ip(ns) + " route flush " + w.c.one({"table 77", "10.0.1.0/24", "proto 42"});
    const std::string verb = what < 15   ? "add"
                             : what < 18 ? "del"
                             : what < 20 ? "replace"
                                         : w.c.one({"change", "append", "prepend"});
    std::string line = ip(ns) + " route " + verb;
    if (w.c.some(10)) {
        line += w.c.one({" unicast", " blackhole", " unreachable", " prohibit", " throw", " local",
                         " broadcast", " multicast", " nat"});
    }
    line += " " + w.subnet();
    if (w.c.some(5)) {
        // The same one twice: which of two a flow takes is a matter of the machine's secret key.
        const std::string via = " nexthop via " + w.host_or_not();
        return line + via + via +
               " weight " + w.number({"1", "5", "256"});
    }
    line += next_hop(w, ns);
    if (w.c.some(12)) line += " metric " + w.number({"0", "10", "100"});
    if (w.c.some(8)) line += " table " + w.c.one({"main", "local", "77", "100"}, {"bogus", "-1"});
    if (w.c.some(8)) line += " proto " + w.c.one({"static", "boot", "42"}, {"bogus", "256"});
    if (w.c.some(8)) line += " scope " + w.c.one({"link", "host", "global", "site"});
    if (w.c.some(8)) line += " src " + w.host_or_not();
    if (w.c.some(8)) line += w.c.one({" mtu ", " mtu lock "}) + w.number({"1400", "600", "500"});
    if (w.c.some(5)) line += " onlink";
    if (w.c.some(3)) line += " tos " + w.number({"0", "4", "16"});
    if (w.c.some(3)) line += w.c.one({" advmss 100", " hoplimit 5", " initcwnd 3", " window 10"});
    if (w.c.some(3)) {
        line += w.c.one({" nexthop dev lo", " nhid 5", " congctl bogus", " via inet6 fe80::1",
                         " realm 5", " expires 10", " pref high", " mtu 70000", " rtt 5s"});
    }
    return line;
}

std::string route_show(world& w, const std::string& ns) {
    const std::string front = ip(ns, show_options(w, true, false)) + " route";
    if (w.c.some(45)) {
        std::string line = front + " get " + w.c.one({"", "", "fibmatch "}) + w.host_or_not();
        if (w.c.some(15)) line += " oif " + w.device_in(ns);
        if (w.c.some(20)) line += " from " + w.host_or_not() + " iif " + w.device_in(ns);
        return line;
    }
    if (w.c.some(35)) {
        return front + " show " +
               w.c.one({"table local", "table all", "table 77", "scope link", "proto kernel",
                        "type blackhole", "root 10.0.0.0/16", "match 10.0.0.1",
                        "exact 10.0.0.0/24"});
    }
    return front + w.c.one({"", " show", " list"});
}

std::string rule(world& w, const std::string& ns) {
    if (w.c.some(35)) {
        return ip(ns, show_options(w, true, false)) + " rule" + w.c.one({"", " show", " list"});
    }
    std::string line = ip(ns) + " rule " + w.c.one({"add", "add", "del"});
    if (w.c.some(50)) line += " from " + w.subnet();
    if (w.c.some(30)) line += " to " + w.subnet();
    if (w.c.some(40)) line += " pref " + w.number({"100", "200", "0"});
    if (w.c.some(15)) line += " iif " + w.device_in(ns);
    if (w.c.some(8)) line += " tos " + w.number({"0", "4", "16"});
    if (w.c.some(8)) {
        line += w.c.one({" goto 50", " fwmark 5", " ipproto udp dport 5000", " not", " oif lo",
                         " uidrange 5-2", " suppress_prefixlength 0", " realms 5", " l3mdev",
                         " protocol 9", " sport 5-2", " tun_id 5"});
    }
    return line + w.c.one({" table 77", " table main", " table 100", " blackhole", " prohibit",
                           " unreachable", " goto 200", ""});
}

std::string neighbour(world& w, const std::string& ns) {
    const unsigned what = w.c.below(24);
    if (what < 8) {
        // In JSON the order, a hash's, could not be made the same.
        return ip(ns, w.c.one({"", " -s", " -d"})) + " neigh" +
               w.c.one({"", "", " show", " show nud all", " show nud stale", " show nud permanent",
                        " show proxy"});
    }
    if (what == 8) return ip(ns) + " neigh flush " + w.c.one({"all", "nud stale", "10.0.0.0/24"});
    if (what == 9) return ip(ns) + " neigh get " + w.host_or_not() + " dev " + w.device_in(ns);
    const std::string verb = w.c.one({"add", "add", "add", "replace", "change", "del"});
    std::string line =
        ip(ns) + " neigh " + verb + w.c.one({" ", " ", " ", " proxy "}) + w.host_or_not();
    if (verb != "del" && w.c.some(85)) line += " lladdr " + w.mac();
    line += " dev " + w.device_in(ns);
    if (w.c.some(55)) {
        line += " nud " +
                w.c.one({"permanent", "permanent", "noarp", "stale", "reachable", "failed", "none"},
                        {"bogus", "0x80", "255"});
    }
    if (w.c.some(6)) {
        line += w.c.one({" router", " use", " managed", " extern_learn", " protocol 5",
                         " vni 5", " state", " protocol bogus"});
    }
    return line;
}

std::string multicast_address(world& w, const std::string& ns) {
    if (w.c.some(50)) return ip(ns) + " maddr show dev " + w.device_in(ns);
    return ip(ns) + " maddr " + w.c.one({"add ", "add ", "del "}) +
           w.c.one({"01:00:5e:00:00:05", "33:33:00:00:00:09", "02:00:00:00:00:07"}, {"zz"}) +
           " dev " + w.device_in(ns);
}

}  // namespace

std::span<const production> address_grammar() {
    static constexpr production all[] = {{18, address},         {6, address_show}, {14, route},
                                         {12, route_show},      {4, rule},         {14, neighbour},
                                         {3, multicast_address}};
    return all;
}

}  // namespace vethlab::host::fuzz
