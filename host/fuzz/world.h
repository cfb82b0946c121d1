#pragma once
// What a lab under construction probably has: only so that most commands find something to act
// on. Whether a command succeeds is the kernels' business.
#include <string>
#include <vector>

#include "host/fuzz/chance.h"

namespace vethlab::host::fuzz {

struct device {
    std::string name, netns, mac;
    bool bridge = false;
    // Only first ends of pairs become ports, and one pair may join br0 and br1: so bridges are
    // never looped, whatever else happens.
    bool may_be_port = false;
    std::vector<std::string> addresses;  // without a prefix length
};

class world {
 public:
    explicit world(std::uint64_t seed) : c(seed) {}

    chance c;
    std::vector<std::string> namespaces{""};  // "": the one the script starts in
    std::vector<device> devices;
    bool routed = false;  // the starting namespace is between others
    bool timed = false;  // something in it sends at times of its own: a shaper, a querier
    // An ageing time was 0: from then on an entry lives some 10 ms.
    bool ageless = false;

    std::string netns();  // any of them
    std::string device_in(const std::string& ns, unsigned percent_bad = 4);
    std::string bridge_in(const std::string& ns);
    std::string port_in(const std::string& ns);
    // A namespace that has such devices; the first one if none has.
    std::string netns_with_bridge();

    std::string mac();          // of a device or not, seldom a wrong one
    std::string host();         // an IPv4 address, probably somebody's
    std::string host_or_not();  // or no address at all; not for what asks a name server
    std::string subnet();       // a prefix
    std::string prefix();       // an address with its length
    std::string number(std::initializer_list<const char*> good);
    std::string ageing(std::initializer_list<const char*> good);  // longer than a lab, or nothing
    std::string on_off() { return c.one({"on", "off"}, {"maybe", "1", "0", "''"}); }
    const device* any_device();

 private:
    std::string name_of(const std::string& ns, bool (*wanted)(const device&), unsigned bad);
};

// "ip -n n1", "ip netns exec n1 brctl" ...
std::string ip(const std::string& ns, const std::string& options = "");
std::string bridge_tool(const std::string& ns, const std::string& options = "");
std::string inside(const std::string& ns, const std::string& command);

}  // namespace vethlab::host::fuzz
