#pragma once
// Commands, right and wrong ones; a function makes one line for a namespace, and tells the world
// what it may have changed.
#include <span>
#include <string>

#include "host/fuzz/world.h"

namespace vethlab::host::fuzz {

struct production {
    unsigned weight;
    std::string (*make)(world& w, const std::string& ns);
};

std::span<const production> link_grammar();     // ip netns, ip link
std::span<const production> address_grammar();  // ip addr, route, rule, neigh, maddr
std::span<const production> bridge_grammar();   // bridge, brctl
std::span<const production> tool_grammar();     // ifconfig, route, arp, ethtool, tc, sysctl
std::span<const production> traffic_grammar();  // ping, udpsend, arping, inject

// Several lines each, which rest after what they send by themselves.
std::span<const production> scene_grammar();
// Where the starting namespace is a router (world::routed).
std::string through_the_router(world& w);

// Options of a command that shows something.
std::string show_options(world& w, bool json = true, bool statistics = true, bool brief = false);

// A frame as `inject` takes it, good or broken, to be sent out of `from`.
std::string frame_hex(world& w, const device& from);

}  // namespace vethlab::host::fuzz
