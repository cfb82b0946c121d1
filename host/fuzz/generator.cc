#include "host/fuzz/generator.h"

#include "host/fuzz/grammar.h"

namespace vethlab::host::fuzz {
namespace {

// What would come at random times does not come: reports of groups, delayed proxy answers. Limits
// that count in real time do not bite. A neighbour that does not answer is given up soon, and one
// that was not heard of for a while is not asked within the five seconds a lab may take.
constexpr const char* quiet_namespace =
    "sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.icmp_ratelimit=0 "
    "net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0";

class lab {
 public:
    lab(std::uint64_t seed, std::uint64_t number) : w_(seed * 0x9e3779b97f4a7c15 + number) {
        w_.timed = w_.c.some(4);
    }

    std::string make() {
        namespaces();
        if (w_.namespaces.size() > 1 && w_.c.some(35)) {
            router();
        } else {
            pairs();
            bridges();
            addresses();
        }
        quieten_neighbours();
        const unsigned length = w_.c.between(8, 30);
        for (unsigned i = 0; i < length; i++) command();
        if (sent_) say(after_traffic);
        closing_questions();
        return text_;
    }

 private:
    void say(const std::string& line) { text_ += line + "\n"; }
    void namespaces();
    void pairs();
    void bridges();
    void addresses();
    void router();
    void quieten_neighbours();
    void command();
    void closing_questions();
    std::string spoil(const std::string& line);

    world w_;
    std::string text_;
    bool sent_ = false;  // and not yet rested
};

void lab::namespaces() {
    for (unsigned n = w_.c.between(0, 3); n > 0; n--) {
        w_.namespaces.push_back("n" + std::to_string(w_.namespaces.size()));
        say("ip netns add " + w_.namespaces.back());
    }
    for (const auto& ns : w_.namespaces) {
        say(inside(ns, quiet_namespace));
        if (w_.c.some(50)) say(ip(ns) + " link set lo up");
    }
}

void lab::pairs() {
    const unsigned n = w_.c.some(25) ? w_.c.between(1, 2) : w_.c.between(2, 4);
    // Often all first ends are in one place: what a bridge needs.
    const bool gathered = w_.c.some(60);
    for (unsigned i = 0; i < n; i++) {
        const std::string letter(1, char('a' + i));
        // The starting namespace has no name to send a peer to: it goes from there, not to it.
        const std::string first = gathered ? "" : w_.netns(), second = w_.netns();
        const bool turn = second.empty();
        const std::string& here = turn ? second : first;
        const std::string& there = turn && !gathered ? first : second;
        const std::string mac = "02:00:00:00:0" + letter + ":00",
                          peer = "02:00:00:00:0" + letter + ":01";
        say(ip(here) + " link add " + letter + "0 address " + mac + " type veth peer name " +
            letter + "1 address " + peer + (there == here ? "" : " netns " + there));
        w_.devices.push_back({letter + "0", here, mac, false, true, {}});
        w_.devices.push_back({letter + "1", there, peer, false, false, {}});
    }
}

void lab::bridges() {
    if (!w_.c.some(70)) return;
    const std::string ns = w_.devices[0].netns;
    say(ip(ns) + " link add br0 address 02:00:00:00:0b:01 type bridge" +
        (w_.c.some(30) ? " mcast_snooping 0" : "") +
        (w_.timed && w_.c.some(50) ? " mcast_querier 1" : ""));
    if (w_.timed || w_.c.some(90)) say(ip(ns) + " link set br0 up");
    for (const auto& d : std::vector<device>(w_.devices)) {
        if (d.netns == ns && d.may_be_port && w_.c.some(80)) {
            say(ip(ns) + " link set " + d.name + " master br0");
        }
    }
    w_.devices.push_back({"br0", ns, "02:00:00:00:0b:01", true, false, {}});
    for (const auto& d : w_.devices) {
        if (d.netns != ns || !d.may_be_port || !w_.c.some(35)) continue;
        say(bridge_tool(ns) + " link set dev " + d.name + " " +
            w_.c.one({"learning off", "flood off", "isolated on", "isolated on", "hairpin on",
                      "mcast_flood off", "bcast_flood off", "locked on", "neigh_suppress on"}));
    }
}

void lab::addresses() {
    unsigned host = 0;
    for (auto& d : w_.devices) {
        if (w_.c.some(92)) say(ip(d.netns) + " link set " + d.name + " up");
        if (w_.c.some(12)) say(ip(d.netns) + " link set " + d.name + " mtu 1400");
        if (!w_.c.some(d.may_be_port ? 40 : 85)) continue;
        const std::string address = "10.0." + std::to_string(w_.c.some(75) ? 0 : w_.c.below(3)) +
                                    "." + std::to_string(++host);
        d.addresses.push_back(address);
        say(ip(d.netns) + " addr add " + address +
            w_.c.one({"/24", "/24", "/24", "/16", "/32", "/25"}) + " dev " + d.name);
    }
    for (const auto& ns : w_.namespaces) {
        if (w_.c.some(30)) say(inside(ns, "sysctl -qw net.ipv4.ip_forward=1"));
        const device* via = w_.any_device();
        if (w_.c.some(35) && via && !via->addresses.empty()) {
            say(ip(ns) + " route add default via " + via->addresses[0]);
        }
    }
}

// The starting namespace between the others, each in a subnet of its own.
void lab::router() {
    w_.routed = true;
    if (w_.c.some(90)) say("sysctl -qw net.ipv4.ip_forward=1");
    for (std::size_t i = 1; i < w_.namespaces.size(); i++) {
        const std::string letter(1, char('a' + i - 1)), ns = w_.namespaces[i];
        const std::string net = "10.0." + std::to_string(i) + ".";
        const std::string mac = "02:00:00:00:0" + letter + ":00",
                          peer = "02:00:00:00:0" + letter + ":01";
        say("ip link add " + letter + "0 address " + mac + " type veth peer name " + letter +
            "1 address " + peer + " netns " + ns);
        say("ip addr add " + net + "1/24 dev " + letter + "0");
        say("ip link set " + letter + "0 up" + (w_.c.some(20) ? " mtu 1400" : ""));
        say(ip(ns) + " addr add " + net + "2/24 dev " + letter + "1");
        say(ip(ns) + " link set " + letter + "1 up");
        if (w_.c.some(90)) say(ip(ns) + " route add default via " + net + "1");
        w_.devices.push_back({letter + "0", "", mac, false, true, {net + "1"}});
        w_.devices.push_back({letter + "1", ns, peer, false, false, {net + "2"}});
    }
}

void lab::quieten_neighbours() {
    for (const auto& ns : w_.namespaces) {
        std::string settings;
        for (const auto& d : w_.devices) {
            if (d.netns != ns) continue;
            const std::string of = " net.ipv4.neigh." + d.name;
            settings += of + ".retrans_time_ms=20" + of + ".proxy_delay=0" + of +
                        ".delay_first_probe_time=60";
        }
        if (!settings.empty()) say(inside(ns, "sysctl -qw" + settings));
    }
}

void lab::command() {
    const bool through = w_.routed && w_.c.some(20);
    if (through || w_.c.some(9)) {
        if (sent_) say(after_traffic);
        sent_ = false;
        if (through) return say(through_the_router(w_));
        const auto scenes = scene_grammar();
        return say(scenes[w_.c.heavy(scenes)].make(w_, w_.netns()));
    }
    constexpr struct {
        unsigned weight;
        std::span<const production> (*grammar)();
        bool sends;
    } kinds[] = {{20, link_grammar, false},
                 {16, address_grammar, false},
                 {20, bridge_grammar, false},
                 {9, tool_grammar, false},
                 {35, traffic_grammar, true}};
    const auto& kind = kinds[w_.c.heavy(kinds)];
    const auto productions = kind.grammar();
    std::string line = productions[w_.c.heavy(productions)].make(w_, w_.netns());
    if (!kind.sends && w_.c.some(4)) line = spoil(line);
    say(line);
    // Retries of one command's neighbours are over before much else happens.
    const bool rest = sent_ || (kind.sends && w_.c.some(50));
    if (rest) say(after_traffic);
    sent_ = kind.sends && !rest;
}

// A slip of the finger.
std::string lab::spoil(const std::string& line) {
    const auto blank = line.find(' ');
    if (blank == std::string::npos) return line;
    const auto at = blank + 1 + w_.c.below(unsigned(line.size() - blank - 1));
    // A MAC address in a form of its own would look like a random one.
    const auto begin = line.rfind(' ', at) + 1;
    if (line.substr(begin, line.find(' ', at) - begin).find(':') != std::string::npos) return line;
    std::string out = line;
    switch (w_.c.below(3)) {
        case 0:
            out.erase(at, 1);
            break;
        case 1:
            out.insert(at, w_.c.one({"q", "0", "-"}));
            break;
        default:
            out.resize(std::max(line.rfind(' '), blank));
    }
    // A command that got a shell, a batch or a monitor to wait for would not end.
    return out.find(" m") != std::string::npos || out.find("exec") != std::string::npos ? line
                                                                                        : out;
}

void lab::closing_questions() {
    for (const auto& ns : w_.namespaces) {
        say(ip(ns, w_.c.one({" -s -s", " -d -s", " -s"})) + " link");
        say(ip(ns, w_.c.one({"", " -d"})) + " addr");
        if (w_.c.some(50)) say(ip(ns) + " route show table all");
        if (w_.c.some(50)) say(ip(ns) + " neigh show nud all");
    }
    const std::string ns = w_.netns_with_bridge();
    say(bridge_tool(ns, " -d") + " link");
    say(bridge_tool(ns) + " fdb");
    say(bridge_tool(ns, " -d") + " mdb show");
}

}  // namespace

std::string generate_lab(std::uint64_t seed, std::uint64_t number) {
    return lab(seed, number).make();
}

}  // namespace vethlab::host::fuzz
