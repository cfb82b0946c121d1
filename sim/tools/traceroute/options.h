#pragma once
// traceroute: the words of its command line.
#include <optional>
#include <string>

#include "sim/process.h"

namespace vethlab {

enum class trace_method {
    ports,  // "default": UDP, each probe to the next port
    udp,    // UDP to one port
    icmp,   // echo requests
};

struct traceroute_options {
    trace_method method = trace_method::ports;
    std::string host;
    ipv4_address to;
    std::optional<ipv4_address> source;
    std::string device;
    unsigned first_hop = 1, max_hops = 30, probes_per_hop = 3, sim_probes = 16;
    unsigned port = 0;  // 0: the method's; of echo requests the first sequence number
    unsigned source_port = 0;
    unsigned tos = 0, mark = 0;
    int packet_len = -1;  // -1: the default
    double wait_s = 5, here_factor = 3, near_factor = 10;
    double send_wait_s = 0;
    bool numeric = false, dont_fragment = false, dont_route = false;
    bool discover_mtu = false, show_back_hops = false;
};

// An exit status: that is all (a message was printed, or what was asked for).
std::optional<int> parse_traceroute_options(process& p, traceroute_options& o);

extern const char* const traceroute_help;

}  // namespace vethlab
