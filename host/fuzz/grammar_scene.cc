// Several commands that belong together: a setting, what shows it, and a question. Apart from each
// other they would seldom meet on the same device.
#include <algorithm>

#include "host/fuzz/generator.h"
#include "host/fuzz/grammar.h"

namespace vethlab::host::fuzz {
namespace {

const std::string rest = std::string("\n") + after_traffic;

// A bridge, its ports, and who can send to them from outside.
struct stage {
    std::string ns, br;
    std::vector<device> ports;  // first ends in the same namespace
    std::string lines;

    void say(const std::string& line) { lines += (lines.empty() ? "" : "\n") + line; }
};

// The first and the second end of a pair have one letter in their MAC addresses.
const device* other_end(const world& w, const device& of) {
    for (const auto& d : w.devices) {
        if (d.bridge || of.bridge || d.may_be_port == of.may_be_port) continue;
        if (d.mac.size() == 17 && of.mac.size() == 17 && d.mac[13] == of.mac[13]) return &d;
    }
    return nullptr;
}

stage set_up(world& w) {
    stage s{w.netns_with_bridge(), {}, {}, {}};
    s.br = w.bridge_in(s.ns);
    for (const auto& d : w.devices) {
        if (d.netns == s.ns && d.may_be_port) s.ports.push_back(d);
    }
    if (s.ports.empty()) s.ports.push_back({w.port_in(s.ns), s.ns, {}, false, true, {}});
    if (w.c.some(25)) return s;
    s.say(ip(s.ns) + " link set " + s.br + " up");
    for (const auto& p : s.ports) {
        s.say(ip(s.ns) + " link set " + p.name + " master " + s.br + " up");
        if (const device* far = other_end(w, p)) {
            s.say(ip(far->netns) + " link set " + far->name + " up");
        }
    }
    return s;
}

std::string station(world& w) {
    return w.c.one({"02:00:00:00:00:71", "02:00:00:00:00:72", "02:00:00:00:00:73"});
}

std::string destination(world& w, const stage& s) {
    switch (w.c.below(8)) {
        case 0:
        case 1:
            return "ff:ff:ff:ff:ff:ff";
        case 2:
            return w.c.one({"01:00:5e:01:01:01", "01:80:c2:00:00:03", "01:80:c2:00:00:0e",
                            "33:33:00:00:00:01", "01:80:c2:00:00:00"});
        case 3: {
            const device& p = w.c.one(s.ports);
            const device* far = other_end(w, p);
            return far && !far->mac.empty() ? far->mac : station(w);
        }
        case 4:
            return "02:00:00:00:0b:01";  // br0's first
        default:
            return station(w);
    }
}

// Into the bridge by this port: with a header of its own, so that it is about stations.
std::string send(world& w, const device& port, const std::string& to, const std::string& from) {
    const device* far = other_end(w, port);
    const device& by = far ? *far : port;
    std::string header = to + from;
    std::erase(header, ':');
    const std::string frame = w.c.some(60) ? header + "88b5616263" : frame_hex(w, by);
    const bool whole = frame.size() > 24 && header.size() == 24;
    return inside(by.netns,
                  "inject " + by.name + " " + (whole ? header + frame.substr(24) : frame)) +
           rest;
}

void traffic(world& w, stage& s) {
    for (unsigned n = w.c.between(2, 4); n > 0; n--) {
        s.say(send(w, w.c.one(s.ports), destination(w, s), station(w)));
    }
}

std::string questions(world& w, const stage& s) {
    const std::string port = w.c.one(s.ports).name;
    switch (w.c.below(6)) {
        case 0:
            return inside(s.ns, "brctl showmacs " + s.br);
        case 1:
            return bridge_tool(s.ns, " -d") + " link show dev " + port;
        case 2:
            return ip(s.ns, " -s") + " link show " + port;
        case 3:
            return bridge_tool(s.ns) + " fdb get " + station(w) + " br " + s.br;
        default:
            return bridge_tool(s.ns, w.c.one({"", " -d", " -s"})) + " fdb show";
    }
}

std::string port_flags(world& w, const std::string&) {
    stage s = set_up(w);
    const std::string flag =
        w.c.one({"learning", "learning", "learning", "flood", "flood", "isolated", "isolated",
                 "hairpin", "locked", "mcast_flood", "bcast_flood", "neigh_suppress"});
    const bool usual_is_on = flag == "learning" || flag.find("flood") != std::string::npos;
    for (const auto& p : s.ports) {
        if (!w.c.some(flag == "isolated" ? 85 : 60)) continue;
        const std::string value = usual_is_on == w.c.some(85) ? "off" : "on";
        s.say(w.c.some(70)
                  ? bridge_tool(s.ns) + " link set dev " + p.name + " " + flag + " " + value
                  : ip(s.ns) + " link set " + p.name + " type bridge_slave " + flag + " " + value);
    }
    traffic(w, s);
    s.say(questions(w, s));
    return s.lines;
}

std::string port_state(world& w, const std::string&) {
    stage s = set_up(w);
    const std::string port = w.c.one(s.ports).name;
    switch (w.c.below(4)) {
        case 0:
            s.say(send(w, w.c.one(s.ports), destination(w, s), station(w)));
            s.say(ip(s.ns) + " link set " + port + " down");
            break;
        case 1:
            s.say(send(w, w.c.one(s.ports), destination(w, s), station(w)));
            s.say(ip(s.ns) + " link set " + port + " nomaster");
            break;
        default:
            s.say(bridge_tool(s.ns) + " link set dev " + port + " state " +
                  w.c.one({"0", "1", "2", "3", "4"}));
    }
    traffic(w, s);
    s.say(questions(w, s));
    return s.lines;
}

std::string entries(world& w, const std::string&) {
    stage s = set_up(w);
    const std::string mac = station(w);
    for (unsigned n = w.c.between(1, 2); n > 0; n--) {
        s.say(bridge_tool(s.ns) + " fdb " + w.c.one({"add", "replace", "append"}) + " " + mac +
              " dev " + w.c.one(s.ports).name + " master" +
              w.c.one({" static", " static", " dynamic", " local", "", " static sticky",
                       " dynamic extern_learn", " dynamic sticky", " use"}));
        if (w.ageless) s.say(after_traffic);
    }
    // Used, moved, or both.
    s.say(w.c.some(70) ? send(w, w.c.one(s.ports), mac, station(w))
                       : send(w, w.c.one(s.ports), station(w), mac));
    traffic(w, s);
    s.say(questions(w, s));
    return s.lines;
}

std::string bridge_settings(world& w, const std::string&) {
    stage s = set_up(w);
    const std::string mac = station(w);
    const std::string set = ip(s.ns) + " link set " + s.br;
    if (w.c.some(40)) s.say(send(w, w.c.one(s.ports), destination(w, s), mac));
    switch (w.c.below(7)) {
        case 0:
        case 1:
            w.ageless = true;
            s.say(w.c.some(50) ? inside(s.ns, "brctl setageing " + s.br + " 0")
                               : set + " type bridge ageing_time 0");
            break;
        case 2:
            s.say(set + " type bridge group_fwd_mask " + w.c.one({"8", "16384", "16392"}));
            s.say(send(w, w.c.one(s.ports), w.c.one({"01:80:c2:00:00:03", "01:80:c2:00:00:0e"}),
                       mac));
            break;
        case 3:
            s.say(set + " type bridge fdb_flush");
            break;
        case 4:
            s.say(set + w.c.one({" promisc on", " allmulticast on", " address 02:00:00:00:00:71",
                                 " down", " mtu 600"}));
            break;
        case 5:
            s.say(set + " type bridge no_linklocal_learn 1");
            s.say(send(w, w.c.one(s.ports), "01:80:c2:00:00:0e", mac));
            break;
        default:
            s.say(set + " type bridge mcast_snooping 0");
    }
    s.say(send(w, w.c.one(s.ports), station(w), mac));
    s.say(send(w, w.c.one(s.ports), mac, station(w)));
    s.say(questions(w, s));
    return s.lines;
}

// What a device says of itself while it and its other end come and go.
std::string states(world& w, const std::string& in) {
    const device* any = w.any_device();
    const device d = any ? *any : device{w.device_in(in), in, {}, false, false, {}};
    const std::string set = ip(d.netns) + " link set " + d.name;
    const device* far = other_end(w, d);
    const std::string there = far ? ip(far->netns) + " link set " + far->name : set;
    std::string lines = set + w.c.one({" mode dormant", " mode dormant", " mode default",
                                       " state dormant", " protodown on", " up", " mtu 1400"});
    for (unsigned n = w.c.between(1, 3); n > 0; n--) {
        lines += "\n" + (w.c.some(50) ? set : there) + w.c.one({" down", " up", " up"});
    }
    return lines + "\n" + ip(d.netns, w.c.one({"", " -d", " -br", " -s"})) + " link show " + d.name;
}

// How a host hears and asks with a setting of its interface.
std::string host_settings(world& w, const std::string& in) {
    const device* any = w.any_device();
    const device d = any ? *any : device{w.device_in(in), in, {}, false, false, {}};
    const device* far = other_end(w, d);
    std::string lines =
        inside(d.netns, "sysctl -w net.ipv4.conf." + (w.c.some(75) ? d.name : "all") + "." +
                            w.c.one({"arp_ignore=1",
                                     "arp_ignore=2",
                                     "arp_ignore=8",
                                     "arp_announce=1",
                                     "arp_announce=2",
                                     "arp_accept=1",
                                     "arp_accept=2",
                                     "arp_filter=1",
                                     "proxy_arp=1",
                                     "proxy_arp_pvlan=1",
                                     "drop_gratuitous_arp=1",
                                     "rp_filter=1",
                                     "rp_filter=2",
                                     "accept_local=1",
                                     "route_localnet=1",
                                     "bc_forwarding=1",
                                     "forwarding=1",
                                     "forwarding=0",
                                     "drop_unicast_in_l2_multicast=1",
                                     "accept_source_route=0"}));
    if (w.c.some(30) && !d.addresses.empty()) {
        lines += "\n" + ip(d.netns) + " addr add " + d.addresses[0] + w.c.one({"/32", "/24"}) +
                 " dev " + w.device_in(d.netns);
    }
    const device& by = far ? *far : d;
    for (unsigned n = w.c.between(1, 3); n > 0; n--) {
        const std::string to =
            d.addresses.empty() || w.c.some(30) ? w.host() : w.c.one(d.addresses);
        lines += "\n";
        if (w.c.some(65)) {
            lines += inside(by.netns, "inject " + by.name + " " + frame_hex(w, by));
        } else {
            lines += inside(by.netns, "ping -c 1 -W 0.15 " + to);
        }
        lines += rest;
    }
    return lines + "\n" + ip(d.netns) + " neigh show nud all";
}

std::string packet_through(world& w, const device& from, const std::string& to) {
    std::string line;
    if (w.c.some(65)) {
        line = "ping -c " + w.c.one({"1", "1", "2"}) + " -i 0.002 -W 0.15";
        if (w.c.some(30)) line += " -t " + w.c.one({"1", "2", "3", "255"});
        if (w.c.some(25)) line += " -s " + w.c.one({"0", "573", "1372", "1373", "1472", "3000"});
        if (w.c.some(15)) line += " -M " + w.c.one({"do", "want", "dont"});
        line += " " + to;
    } else {
        line = "udpsend " + to + " " + w.c.one({"5001", "9"});
        if (w.c.some(30)) line += " ttl " + w.c.one({"1", "2", "3"});
        if (w.c.some(25)) line += " size " + w.c.one({"0", "1372", "1373", "1472", "3000"});
        if (w.c.some(20)) line += w.c.one({" df", " nodf"});
        line += " wait 150";
    }
    return inside(from.netns, line) + rest;
}

}  // namespace

// From one host to another by way of the starting namespace, with a change there.
std::string through_the_router(world& w) {
    std::vector<device> hosts, ports;
    for (const auto& d : w.devices) {
        if (d.addresses.empty()) continue;
        (d.netns.empty() ? ports : hosts).push_back(d);
    }
    if (hosts.empty() || ports.empty()) return "ip route show table all";  // all have moved
    const device from = w.c.one(hosts), port = w.c.one(ports);
    std::erase_if(hosts, [&](const device& d) { return d.netns == from.netns; });
    const auto other_host = [&] {
        return hosts.empty() ? std::string("10.9.9.9") : w.c.one(hosts).addresses[0];
    };
    const auto somebody = [&] {
        return w.c.some(80) ? other_host()
                            : w.c.some(60) ? w.c.one(ports).addresses[0] : std::string("10.9.9.9");
    };
    std::string lines = packet_through(w, from, somebody());
    if (w.c.some(35)) {
        const std::string to = other_host();
        const std::vector<std::string> changes{
            "ip route add unreachable " + to,
            "ip route add prohibit " + to,
            "ip route add blackhole " + to,
            "ip route add throw " + to,
            "ip link set " + port.name + " mtu 600",
            "ip link set " + port.name + " mtu 1400",
            "sysctl -w net.ipv4.conf." + port.name + ".forwarding=0",
            "sysctl -w net.ipv4.conf.all.rp_filter=1",
            "sysctl -w net.ipv4.ip_default_ttl=2"};
        lines += "\n" + w.c.one(changes);
        lines += "\n" + packet_through(w, from, w.c.some(50) ? to : somebody());
    }
    const std::string whom = somebody();
    const std::vector<std::string> questions{
        "ip neigh show nud all",
        "ip -s link show " + port.name,
        "ip route get " + whom + " from " + from.addresses[0] + " iif " + port.name,
        ip(from.netns) + " route get " + whom};
    return lines + "\n" + w.c.one(questions);
}

std::span<const production> scene_grammar() {
    static constexpr production all[] = {{8, port_flags}, {5, entries}, {5, bridge_settings},
                                         {3, port_state}, {5, states},  {6, host_settings}};
    return all;
}

}  // namespace vethlab::host::fuzz
