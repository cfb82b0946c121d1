// iputils: ping/, arping.c; tests/golden/README.md: inject, udpsend
#include "host/fuzz/grammar.h"

namespace vethlab::host::fuzz {
namespace {

std::string ping(world& w, const std::string& ns) {
    // All of them before the first retry of a neighbour.
    std::string line = "ping -c " + w.c.one({"1", "1", "2", "3"}) + " -i 0.002 -W 0.15";
    if (w.c.some(20)) line += " -s " + w.number({"0", "8", "100", "1400", "1473", "3000"});
    if (w.c.some(12)) line += " -t " + w.number({"1", "2", "3", "255"});
    if (w.c.some(10)) line += " -M " + w.c.one({"do", "want", "dont"}, {"bogus"});
    if (w.c.some(8)) line += " -p " + w.c.one({"ff", "00ab", "12"}, {"xyz"});
    if (w.c.some(6)) line += " -Q " + w.number({"8", "16", "0x10"});
    // What -v shows of the process's number is said.
    if (w.c.some(6)) line += w.c.one({" -q", " -v -e 5", " -r", " -n", " -R", " -b", " -b"});
    if (w.c.some(10)) line += " -I " + (w.c.some(60) ? w.device_in(ns) : w.host());
    return inside(ns, line + " " + w.host());
}

std::string udpsend(world& w, const std::string& ns) {
    std::string line = "udpsend " + w.host() + " " + w.number({"5000", "5001", "9"});
    if (w.c.some(20)) line += " size " + w.number({"0", "1", "100", "1472", "1473", "3000"});
    if (w.c.some(12)) line += " count " + w.c.one({"2", "3"});
    if (w.c.some(12)) line += " ttl " + w.number({"1", "2", "255"});
    if (w.c.some(10)) line += w.c.one({" df", " nodf"});
    if (w.c.some(15)) line += " broadcast";
    if (w.c.some(35)) line += " wait 150";
    return inside(ns, line);
}

std::string arping(world& w, const std::string& ns) {
    return inside(ns, "arping -c 1 -w 1" +
                          w.c.one({"", "", " -f", " -U", " -A", " -b", " -D", " -q"}) + " -I " +
                          w.device_in(ns) + " " + w.host());
}

std::string inject(world& w, const std::string&) {
    const device* from = w.any_device();
    if (!from || w.c.some(2)) return "inject nope 0102";
    std::string line = "inject " + from->name + " " + frame_hex(w, *from);
    // Up to the limits of usual MTUs, with and without a tag.
    if (w.c.some(12)) {
        const unsigned mtu = w.c.some(50) ? 1400 : 1500;
        line += " pad " + (w.c.some(80) ? std::to_string(mtu + w.c.between(13, 19))
                                        : w.number({"60", "1400"}));
    }
    if (w.c.some(6)) line += " count " + w.c.one({"2", "3", "8"});
    return inside(from->netns, line);
}

}  // namespace

std::span<const production> traffic_grammar() {
    static constexpr production all[] = {{26, ping}, {16, udpsend}, {1, arping}, {60, inject}};
    return all;
}

}  // namespace vethlab::host::fuzz
