// iproute2: bridge/; bridge-utils: brctl/
#include "host/fuzz/generator.h"
#include "host/fuzz/grammar.h"

namespace vethlab::host::fuzz {
namespace {

std::string flag(world& w) {
    return w.c.one({"hairpin", "hairpin", "guard", "root_block", "fastleave", "learning",
                    "learning", "flood", "flood", "mcast_flood", "bcast_flood", "mcast_to_unicast",
                    "isolated", "isolated", "locked", "neigh_suppress"});
}

std::string port(world& w, const std::string& ns) {
    if (w.c.some(25)) {
        return bridge_tool(ns, w.c.one({"", " -d", " -j", " -d -j", " -s", " -o"})) +
               w.c.one({" link", " link show", " vlan"});
    }
    // Not in JSON: its order cannot be made the same.
    if (w.c.some(8)) return bridge_tool(ns, w.c.one({"", " -d", " -s"})) + " mdb show";
    std::string line = bridge_tool(ns) + " link set dev " + w.port_in(ns);
    for (unsigned n = w.c.between(1, 2); n > 0; n--) {
        const unsigned what = w.c.below(10);
        if (what == 0) {
            line += " state " + w.c.one({"0", "1", "2", "3", "3", "4", "forwarding", "disabled"},
                                        {"5", "-1", "bogus"});
        } else if (what == 1) {
            line += " cost " + w.number({"1", "2", "100", "65535"});
        } else if (what == 2) {
            line += " mcast_router " + w.number({"0", "1", "2"});
        } else if (what == 3) {
            line += " priority " + w.number({"0", "5", "32", "63"});
        } else {
            line += " " + flag(w) + " " + w.on_off();
        }
    }
    return line;
}

std::string fdb(world& w, const std::string& ns) {
    const unsigned what = w.c.below(26);
    if (what < 8) {
        return bridge_tool(ns, w.c.one({"", " -d", " -s", " -j"})) + " fdb" +
               w.c.one({"", " show", " show dynamic", " show state static"});
    }
    if (what == 8) return bridge_tool(ns) + " fdb show br " + w.bridge_in(ns);
    if (what == 9) return bridge_tool(ns) + " fdb get " + w.mac() + " br " + w.bridge_in(ns);
    if (what == 10) {
        return bridge_tool(ns) + " fdb flush dev " + w.bridge_in(ns) +
               w.c.one({"", " static", " nopermanent", " self", " permanent"});
    }
    std::string line = bridge_tool(ns) + " fdb " +
                       w.c.one({"add", "add", "add", "replace", "append", "del", "del"}) + " " +
                       w.mac() + " dev " + (w.c.some(85) ? w.port_in(ns) : w.bridge_in(ns));
    if (w.c.some(80)) line += w.c.one({" master", " master", " master", " self"});
    if (w.c.some(70)) line += w.c.one({" static", " dynamic", " local", " permanent"});
    if (w.c.some(8)) line += w.c.one({" sticky", " extern_learn", " use", " vlan 5", " bogus"});
    if (w.c.some(3)) {
        line += w.c.one({" dst 10.0.0.1", " vlan 4095", " vlan 4096", " via lo", " vni 5",
                         " port 70000", " router", " nhid 5", " src_vni 5", " vlan 0"});
    }
    return w.ageless ? line + "\n" + after_traffic : line;
}

std::string mdb(world& w, const std::string& ns) {
    return bridge_tool(ns) + " mdb " + w.c.one({"add", "add", "del"}) + " dev " + w.bridge_in(ns) +
           " port " + w.port_in(ns) + " grp " +
           w.c.one({"239.1.1.1", "239.1.1.2", "239.2.2.2"}, {"224.0.0.1", "10.0.0.1", "zz"}) +
           w.c.one({"", " permanent", " temp"}) +
           (w.c.some(8) ? w.c.one({" vid 5", " src 10.0.0.1", " filter_mode include",
                                   " source_list 10.0.0.1", " proto bogus", " proto static",
                                   " filter_mode bogus", " vid 4096"})
                        : "");
}

std::string brctl(world& w, const std::string& ns) {
    const std::string br = w.bridge_in(ns), dev = w.port_in(ns);
    switch (w.c.below(14)) {
        case 0:
        case 1:
            return inside(ns, "brctl addif " + br + " " + dev);
        case 2:
            return inside(ns, "brctl delif " + br + " " + dev);
        case 3:
            return inside(ns, "brctl showmacs " + br);
        case 4:
            return inside(ns, "brctl showstp " + br);
        case 5:
            return inside(ns, "brctl setageing " + br + " " + w.ageing({"30", "300"}));
        case 6:
            return inside(ns, "brctl setbridgeprio " + br + " " + w.number({"0", "4096"}));
        case 7:
            return inside(ns, "brctl setpathcost " + br + " " + dev + " " + w.number({"1", "100"}));
        case 8:
            return inside(ns, "brctl hairpin " + br + " " + dev + " " + w.on_off());
        case 9:
            return inside(ns, "brctl setfd " + br + " " + w.number({"2", "15", "30"}));
        default:
            return inside(ns, "brctl show" + (w.c.some(50) ? "" : " " + br));
    }
}

template <std::string (*make)(world&, const std::string&)>
std::string where_a_bridge_is(world& w, const std::string&) {
    return make(w, w.netns_with_bridge());
}

}  // namespace

std::span<const production> bridge_grammar() {
    static constexpr production all[] = {{16, where_a_bridge_is<port>},
                                         {18, where_a_bridge_is<fdb>},
                                         {5, where_a_bridge_is<mdb>},
                                         {7, where_a_bridge_is<brctl>}};
    return all;
}

}  // namespace vethlab::host::fuzz
