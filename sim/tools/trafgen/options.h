#pragma once
// What a command line of trafgen asks for.
#include <optional>
#include <string>

#include "sim/process.h"
#include "sim/traffic.h"

namespace vethlab {

struct trafgen_options {
    bool sink = false;
    std::string netns, device;

    // sending
    traffic_options traffic;
    std::optional<mac_address> dst_mac, src_mac;  // else asked for by ARP; that of the device
    std::optional<ipv4_address> dst_ip, src_ip;   // udp; else none; that of the route
    std::optional<std::uint64_t> seed;            // else one of the lab's random numbers

    // receiving
    std::optional<std::uint64_t> enough;  // how many, else until a signal
    std::optional<sim_time> time;
    bool all = false;    // not only trafgen's frames
    bool quiet = false;  // without times
};

// nullopt: the words are wrong, which is said on standard error.
std::optional<trafgen_options> parse_trafgen(process& p);

}  // namespace vethlab
