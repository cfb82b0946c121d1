// net-tools, ethtool, iproute2: tc/, procps: sysctl
#include "host/fuzz/grammar.h"

namespace vethlab::host::fuzz {
namespace {

std::string ifconfig(world& w, const std::string& ns) {
    std::string line = "ifconfig " + w.device_in(ns);
    switch (w.c.below(8)) {
        case 0:
            return inside(ns, w.c.one({"ifconfig", "ifconfig -a", "ifconfig -s"}));
        case 1:
            return inside(ns,
                          line + " " + w.host() + w.c.one({"", " netmask 255.255.255.0", "/24"}));
        case 2:
            return inside(ns, line + w.c.one({" up", " down"}));
        case 3:
            return inside(ns, line + " mtu " + w.number({"1500", "1400", "600"}));
        case 4:
            return inside(ns, line + w.c.one({" -arp", " arp", " promisc", " -promisc", " allmulti",
                                              " bogus"}));
        default:
            return inside(ns, line);
    }
}

std::string old_route(world& w, const std::string& ns) {
    if (w.c.some(50)) return inside(ns, w.c.one({"route -n", "route -ne", "route -nee"}));
    return inside(ns, "route " + w.c.one({"add", "add", "del"}) + " " +
                          w.c.one({"-net 10.0.2.0/24", "-host 10.0.0.9", "default",
                                   "-net 10.9.0.0 netmask 255.255.0.0"},
                                  {"-net 10.0.0.1"}) +
                          (w.c.some(60) ? " gw " + w.host() : "") +
                          (w.c.some(60) ? " dev " + w.device_in(ns) : ""));
}

std::string old_arp(world& w, const std::string& ns) {
    switch (w.c.below(4)) {
        case 0:
            return inside(ns, "arp -i " + w.device_in(ns) + " -s " + w.host() + " " + w.mac());
        case 1:
            return inside(ns, "arp -d " + w.host());
        default:
            return inside(ns, "arp -n");
    }
}

std::string ethtool(world& w, const std::string& ns) {
    const std::string dev = w.device_in(ns);
    switch (w.c.below(5)) {
        case 0:
            return inside(ns, "ethtool -k " + dev);
        case 1:
            return inside(ns, "ethtool -K " + dev + " " +
                                  w.c.one({"tx", "rx", "sg", "tso", "gso", "gro", "rxvlan",
                                           "txvlan", "lro", "bogus"}) +
                                  " " + w.on_off());
        case 2:
            return inside(ns, "ethtool -i " + dev);
        case 3:
            return inside(ns, "ethtool -S " + dev);
        default:
            return inside(ns, "ethtool " + dev);
    }
}

std::string tc(world& w, const std::string& ns) {
    const std::string in = ns.empty() ? "" : " -n " + ns, dev = w.device_in(ns);
    switch (w.c.below(5)) {
        case 0:
        case 1:
            return "tc" + in + w.c.one({"", " -s", " -d", " -s -d"}) + " qdisc show" +
                   (w.c.some(50) ? " dev " + dev : "");
        case 2:
            return "tc" + in + " qdisc del dev " + dev + w.c.one({" root", " ingress", ""});
        default:
            if (w.timed && w.c.some(40)) {
                return "tc" + in + " qdisc " + w.c.one({"add", "replace", "change"}) + " dev " +
                       dev + " root " + w.c.one({"", "handle 5: "}) + "tbf rate " +
                       w.c.one({"1mbit", "10mbit", "100kbit", "8000bps"}) + " burst " +
                       w.c.one({"1600", "5kb", "32kbit"}) +
                       w.c.one({" latency 50ms", " limit 3000", " limit 10000"});
            }
            return "tc" + in + " qdisc " + w.c.one({"add", "add", "replace", "change"}) + " dev " +
                   dev + " " +
                   w.c.one({"root pfifo", "root pfifo limit 5", "root handle 3: bfifo limit 3000",
                            "root pfifo_fast", "ingress", "root noqueue", "root nosuch",
                            "root handle 7: pfifo limit 0", "root bfifo limit x",
                            "parent 1:1 pfifo", "parent 1: pfifo", "root handle 0: pfifo",
                            "root handle 1:2 pfifo", "handle ffff: ingress", "clsact",
                            "root handle 7: bfifo", "handle 7: pfifo limit 9"});
    }
}

std::string sysctl(world& w, const std::string& ns) {
    const std::string dev = w.c.some(60) ? w.device_in(ns) : w.c.one({"all", "default"});
    switch (w.c.below(10)) {
        case 0:
        case 1:
            return inside(ns, "sysctl -w net.ipv4.ip_forward=" + w.number({"1", "1", "0"}));
        case 2:
            return inside(
                ns, "sysctl -w net.ipv4.conf." + dev + ".rp_filter=" + w.number({"0", "1", "2"}));
        case 3:
            return inside(ns, "sysctl net.ipv4.conf." + dev + "." +
                                  w.c.one({"rp_filter", "forwarding", "arp_ignore", "nosuch"}));
        case 4:
            return inside(
                ns, "sysctl -w net.ipv4." +
                        w.c.one({"icmp_echo_ignore_all=1", "icmp_echo_ignore_broadcasts=0",
                                 "icmp_echo_ignore_all=0", "ip_default_ttl=3", "ip_no_pmtu_disc=1",
                                 "icmp_errors_use_inbound_ifaddr=1", "ip_nonlocal_bind=1",
                                 "ip_default_ttl=256", "icmp_ignore_bogus_error_responses=0"}));
        default:
            return inside(
                ns, "sysctl -w net.ipv4.conf." + dev + "." +
                        w.c.one({"arp_ignore", "arp_announce", "arp_filter", "arp_accept",
                                 "arp_notify", "proxy_arp", "promote_secondaries", "accept_local",
                                 "route_localnet", "forwarding", "proxy_arp_pvlan",
                                 "drop_gratuitous_arp", "bc_forwarding", "accept_redirects",
                                 "accept_source_route", "drop_unicast_in_l2_multicast",
                                 "log_martians", "ignore_routes_with_linkdown", "src_valid_mark"}) +
                        "=" + w.number({"0", "1", "1", "2"}));
    }
}

}  // namespace

std::span<const production> tool_grammar() {
    static constexpr production all[] = {{6, ifconfig}, {4, old_route}, {3, old_arp},
                                         {4, ethtool},  {5, tc},        {16, sysctl}};
    return all;
}

}  // namespace vethlab::host::fuzz
