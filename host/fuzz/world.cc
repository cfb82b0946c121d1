#include "host/fuzz/world.h"

namespace vethlab::host::fuzz {

std::string ip(const std::string& ns, const std::string& options) {
    return "ip" + options + (ns.empty() ? "" : " -n " + ns);
}
std::string bridge_tool(const std::string& ns, const std::string& options) {
    return "bridge" + options + (ns.empty() ? "" : " -n " + ns);
}
std::string inside(const std::string& ns, const std::string& command) {
    return ns.empty() ? command : "ip netns exec " + ns + " " + command;
}

std::string world::netns() { return c.one(namespaces); }

std::string world::name_of(const std::string& ns, bool (*wanted)(const device&), unsigned bad) {
    std::vector<std::string> names;
    for (const auto& d : devices) {
        if (d.netns == ns && wanted(d)) names.push_back(d.name);
    }
    if (!names.empty() && !c.some(bad)) return c.one(names);
    return c.one({"nope", "lo", "a0", "b0", "br0", "br1", "verylongdevicename", "bad/name"});
}
std::string world::device_in(const std::string& ns, unsigned percent_bad) {
    return name_of(
        ns, [](const device&) { return true; }, percent_bad);
}
std::string world::bridge_in(const std::string& ns) {
    return name_of(
        ns, [](const device& d) { return d.bridge; }, 4);
}
std::string world::port_in(const std::string& ns) {
    return name_of(
        ns, [](const device& d) { return d.may_be_port; }, 4);
}

std::string world::netns_with_bridge() {
    std::vector<std::string> names;
    for (const auto& d : devices) {
        if (d.bridge) names.push_back(d.netns);
    }
    return names.empty() || c.some(4) ? netns() : c.one(names);
}

const device* world::any_device() { return devices.empty() ? nullptr : &c.one(devices); }

std::string world::mac() {
    const device* d = any_device();
    if (d && !d->mac.empty() && c.some(55)) return d->mac;
    return c.one({"02:00:00:00:00:71", "02:00:00:00:00:72", "0e:00:00:00:00:73"},
                 {"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "02:00", "zz",
                  "02:00:00:00:00:01:02", "33:33:00:00:00:01", "01:80:c2:00:00:0e"},
                 15);
}

std::string world::host() {
    const device* d = any_device();
    if (d && !d->addresses.empty() && c.some(75)) return c.one(d->addresses);
    return c.one({"10.0.0.1", "10.0.0.2", "10.0.0.9", "10.0.1.1", "10.0.1.7", "10.9.9.9",
                  "10.0.0.255", "10.0.1.255", "192.168.7.1"},
                 {"0.0.0.0", "127.0.0.1", "224.0.0.5", "255.255.255.255", "10.0.0.0", "239.1.1.1"},
                 12);
}

std::string world::host_or_not() {
    return c.some(3) ? c.one({"10.0.0.300", "abc", "1.2.3.4.5", "''", "any"}) : host();
}

std::string world::subnet() {
    return c.one({"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.0.0/16", "10.0.0.9", "default",
                  "10.0.0.128/25", "10.9.0.0/16", "192.168.7.0/24"},
                 {"10/8", "10.0.0.1/24", "0.0.0.0/0", "224.0.0.0/4", "10.0.0.0/33", "abc", "any"});
}

std::string world::prefix() {
    if (c.some(4)) return c.one({"10.0.0.300/24", "abc", "127.0.0.5/8", "224.0.0.5/24", "''"});
    return "10.0." + std::to_string(c.below(3)) + "." + std::to_string(c.between(1, 12)) + "/" +
           c.one({"24", "24", "24", "24", "16", "25", "30", "31", "32"}, {"0", "33", "8"}, 3);
}

std::string world::ageing(std::initializer_list<const char*> good) {
    const std::string value = c.some(30) ? "0" : c.some(8) ? c.one({"abc", "-1", "''"}) : c.one(good);
    ageless = ageless || value == "0";
    return value;
}

std::string world::number(std::initializer_list<const char*> good) {
    if (!c.some(10)) return c.one(good);
    return c.one({"0",          "1",          "2",    "63",    "64",    "67", "68",   "255",
                  "256",        "1280",       "4095", "65535", "65536", "-1", "0x10", "010",
                  "4294967295", "4294967296", "abc",  "1k",    "1.5",   "''"});
}

}  // namespace vethlab::host::fuzz
