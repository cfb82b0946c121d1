// iproute2: ip/ipnetns.c, ip/iplink.c
#include <algorithm>

#include "host/fuzz/grammar.h"

namespace vethlab::host::fuzz {
namespace {

void forget(world& w, const std::string& ns, const std::string& name) {
    std::erase_if(w.devices, [&](const device& d) { return d.netns == ns && d.name == name; });
}
device* find(world& w, const std::string& ns, const std::string& name) {
    for (auto& d : w.devices) {
        if (d.netns == ns && d.name == name) return &d;
    }
    return nullptr;
}

std::string target(world& w) {
    const std::string ns = w.netns();
    return !ns.empty() && w.c.some(90) ? ns : w.c.one({"n1", "n2", "nope", "99999", "1x", "1"});
}

std::string netns_command(world& w, const std::string& ns) {
    const unsigned what = w.c.below(12);
    const std::string name = w.c.one({"n1", "n2", "n3"}, {"''", "a/b", ".", ".."});
    if (what < 2) {
        const auto known = std::find(w.namespaces.begin(), w.namespaces.end(), name);
        if (known == w.namespaces.end() && name[0] == 'n') w.namespaces.push_back(name);
        return "ip netns add " + name;
    }
    if (what == 2) {
        std::erase(w.namespaces, name);
        std::erase_if(w.devices, [&](const device& d) { return d.netns == name; });
        return "ip netns " + w.c.one({"del", "delete"}) + " " + name;
    }
    if (what == 3) return ip(ns) + " netns set " + target(w) + " " + w.number({"0", "3", "auto"});
    if (what < 6) return ip(ns, w.c.one({"", " -j"})) + " netns list-id";
    if (what == 6) return "ip netns exec " + target(w) + w.c.one({" ip -br link", " nosuch", ""});
    return ip(ns, w.c.one({"", " -j"})) + " netns" + w.c.one({"", " list", " show"});
}

std::string general_option(world& w) {
    switch (w.c.below(16)) {
        case 0:
        case 1:
        case 2:
        case 3:
            return " mtu " +
                   w.number({"68", "576", "1280", "1400", "1500", "1504", "9000", "65535"});
        case 4:
        case 5:
            return " address " + w.mac();
        case 6:
            return " txqueuelen " + w.number({"0", "1", "100", "1000"});
        case 7:
            return " alias " + w.c.one({"hello", "''", "xxxxxxxxxxxxxxxxxxxxxxx"});
        case 8:
            return " group " + w.number({"0", "5", "default", "7"});
        case 9:
        case 10:
        case 11:
            return " " +
                   w.c.one({"multicast", "allmulticast", "promisc", "arp", "arp", "dynamic"}) +
                   " " + w.on_off();
        case 12:
            return " broadcast " + w.mac();
        case 13:
            return " mode " + w.c.one({"default", "dormant", "bogus"});
        case 14:
            return " state " + w.c.one({"up", "down", "dormant", "testing", "bogus"});
        default:
            return " protodown " + w.on_off();
    }
}

std::string bridge_option(world& w) {
    switch (w.c.below(12)) {
        case 0:
        case 1:
            return " ageing_time " + w.ageing({"3000", "30000"});
        case 2:
            return " forward_delay " + w.number({"200", "1500", "3000", "100"});
        case 3:
            return " priority " + w.number({"0", "4096", "32768", "65535"});
        case 4:
            return " group_fwd_mask " + w.number({"0", "8", "16384", "1", "65528"});
        case 5:
            return " group_address " + w.c.one({"01:80:c2:00:00:04", "01:80:c2:00:00:0e",
                                                "01:80:c2:00:00:01", "02:00:00:00:00:01", "zz"});
        case 6:
            return " no_linklocal_learn " + w.number({"0", "1"});
        case 7:
        case 8:
            return " mcast_snooping " + w.number({"0", "1"});
        case 9:
            return " " +
                   w.c.one({"mcast_router", "mcast_igmp_version", "mcast_hash_max",
                            "mcast_stats_enabled", "mcast_last_member_count"}) +
                   " " + w.number({"0", "1", "2", "3", "16", "512"});
        case 10:
            return " hello_time " + w.number({"100", "200", "1000"});
        default:
            return " fdb_flush";
    }
}

std::string slave_option(world& w) {
    switch (w.c.below(8)) {
        case 0:
            return " state " + w.number({"0", "1", "2", "3", "4", "5"});
        case 1:
            return " cost " + w.number({"1", "2", "100", "65535"});
        case 2:
            return " group_fwd_mask " + w.number({"0", "8", "16384"});
        case 3:
            return " mcast_router " + w.number({"0", "1", "2"});
        case 4:
            return " fdb_flush";
        default:
            return " " +
                   w.c.one({"hairpin", "guard", "root_block", "fastleave", "learning", "flood",
                            "mcast_flood", "bcast_flood", "mcast_to_unicast", "isolated", "locked",
                            "neigh_suppress", "proxy_arp", "proxy_arp_wifi"}) +
                   " " + w.on_off();
    }
}

std::string link_add(world& w, const std::string& ns) {
    std::string line = ip(ns) + " link " + w.c.one({"add"}, {"replace"});
    if (w.c.some(35)) {
        const std::string name = w.c.one({"br0", "br1"}, {"bad/name", "lo", "a0"});
        const std::string mac = "02:00:00:00:0b:0" + std::to_string(w.c.below(9));
        line += " " + name + " address " + mac;
        if (w.c.some(15)) line += general_option(w);
        line += " type bridge";
        for (unsigned n = w.c.below(3); n > 0; n--) line += bridge_option(w);
        if (!find(w, ns, name)) w.devices.push_back({name, ns, mac, true, false, {}});
        return line;
    }
    if (w.c.some(7)) {
        return line + " a0" + w.c.one({" type nosuch", " type", "", " type veth peer bogus 3"});
    }
    const std::string letter = w.c.one({"a", "b", "c", "d"});
    const std::string first = letter + "0", second = letter + "1";
    const std::string mac = "02:00:00:00:0" + letter + ":0" + std::to_string(w.c.below(4));
    const std::string peer = "02:00:00:00:1" + letter + ":0" + std::to_string(w.c.below(4));
    line += " " + first + " address " + mac;
    if (w.c.some(12)) line += general_option(w);
    line += " type veth peer name " + second + " address " + peer;
    if (w.c.some(10)) line += general_option(w);
    std::string there = ns;
    if (w.c.some(40)) {
        there = target(w);
        line += " netns " + there;
    }
    if (!find(w, ns, first) && !find(w, there, second)) {
        w.devices.push_back({first, ns, mac, false, true, {}});
        w.devices.push_back({second, there, peer, false, false, {}});
    }
    return line;
}

std::string link_set(world& w, const std::string& ns) {
    std::string line = ip(ns) + " link set " + w.c.one({"", "", "dev "});
    const std::string name = w.device_in(ns);
    line += name;
    device* d = find(w, ns, name);
    const unsigned what = w.c.below(30);
    if (what < 9) return line + " " + w.c.one({"up", "up", "up", "down"});
    if (what < 12) {
        const std::string port = w.port_in(ns);
        return ip(ns) + " link set " + port + " master " + w.bridge_in(ns);
    }
    if (what == 12) return line + " nomaster";
    if (what < 15) {
        const std::string there = target(w);
        if (d && !d->bridge) d->netns = there;
        if (d) d->addresses.clear();
        return line + " netns " + there;
    }
    if (what == 15) {
        // A second end never gets the name of one that may become a port.
        const std::string to = d && d->may_be_port ? "p7" : "q7";
        if (d) d->name = to;
        return line + " name " + to;
    }
    if (what < 19) return line + " type bridge" + bridge_option(w);
    if (what < 23) {
        return ip(ns) + " link set " + w.port_in(ns) + " type bridge_slave" + slave_option(w);
    }
    for (unsigned n = w.c.between(1, 2); n > 0; n--) line += general_option(w);
    return line;
}

std::string link_delete(world& w, const std::string& ns) {
    const std::string name = w.device_in(ns);
    if (w.c.some(80)) forget(w, ns, name);
    return ip(ns) + " link " + w.c.one({"del", "delete"}) + w.c.one({" ", " dev "}) + name;
}

std::string link_show(world& w, const std::string& ns) {
    std::string line = ip(ns, show_options(w, true, true, true)) + " link";
    switch (w.c.below(8)) {
        case 0:
            return line + " show " + w.device_in(ns);
        case 1:
            return line + " show " +
                   w.c.one({"up", "nomaster", "group 5", "type veth", "type bridge",
                            "type bridge_slave"});
        case 2:
            return line + " show master " + w.bridge_in(ns);
        default:
            return line + w.c.one({"", " show", " list"});
    }
}

// What is seldom asked for, or never allowed: the sentence of the kernel or of ip counts.
std::string odd_option(world& w) {
    switch (w.c.below(14)) {
        case 0:
        case 1:
            return " numtxqueues " + w.number({"0", "1", "4", "4096", "4097"});
        case 2:
            return " numrxqueues " + w.number({"0", "1", "4", "4097"});
        case 3:
            return " gso_max_size " + w.number({"0", "7", "60000", "65536", "600000"});
        case 4:
            return " gso_max_segs " + w.number({"0", "1", "65535", "65536"});
        case 5:
            return " gro_max_size " + w.number({"0", "7", "60000", "600000"});
        case 6:
            return " link-netnsid " + w.number({"0", "1", "9"});
        case 7:
            return " link-netns " + w.netns();
        case 8:
            return " carrier " + w.on_off();
        case 9:
            return " addrgenmode " + w.c.one({"none", "eui64", "random", "bogus"});
        case 10:
            return " protodown_reason " + w.number({"0", "3", "32"}) + " " + w.on_off();
        case 11:
            return " master " + w.device_in(w.netns());
        case 12:
            return w.c.one({" trailers on", " trailers maybe", " vrf lo", " vrf nope",
                            " parentdev x", " xdp off", " link lo", " link nope"});
        default:
            return " vf " + w.number({"0", "7"}) +
                   w.c.one({" mac 02:00:00:00:00:05", " vlan 5", " rate 10", " spoofchk on", ""});
    }
}

std::string odd_link(world& w, const std::string& ns) {
    const std::string option = odd_option(w) + (w.c.some(25) ? odd_option(w) : "");
    if (w.c.some(40)) return ip(ns) + " link set dev " + w.device_in(ns) + option;
    // Gone at once, that the world need not know of it.
    std::string line = ip(ns) + " link add dev x0 address 02:00:00:00:0d:00";
    if (w.c.some(25)) line += " index " + w.number({"77", "0", "2"});
    line += option + (w.c.some(70) ? " type veth peer name x1 address 02:00:00:00:0d:01"
                                   : " type bridge");
    if (line.ends_with("01") && w.c.some(30)) line += odd_option(w);
    return line + "\n" + ip(ns, w.c.one({"", " -d"})) + " link show x0\n" + ip(ns) +
           " link del x0";
}

std::string altname(world& w, const std::string& ns) {
    return ip(ns) + " link property " + w.c.one({"add", "add", "del"}) + " dev " + w.device_in(ns) +
           " altname " + w.c.one({"alt1", "alt2", "bad/name", "a0"});
}

}  // namespace

std::string show_options(world& w, bool json, bool statistics, bool brief) {
    std::string out;
    if (w.c.some(35)) out += " -d";
    if (statistics && w.c.some(40)) out += w.c.one({" -s", " -s", " -s -s"});
    if (json && w.c.some(20)) out += w.c.one({" -j", " -j -p"});
    if (w.c.some(15)) out += " -o";
    if (brief && w.c.some(12)) out += " -br";
    return out;
}

std::span<const production> link_grammar() {
    static constexpr production all[] = {{8, netns_command}, {12, link_add},  {34, link_set},
                                         {4, link_delete},   {14, link_show}, {2, altname}, {5, odd_link}};
    return all;
}

}  // namespace vethlab::host::fuzz
