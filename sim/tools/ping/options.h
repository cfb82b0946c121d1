#pragma once
// iputils: ping/ping.c, the command line.
#include <optional>
#include <string>
#include <vector>

#include "sim/process.h"

namespace vethlab {

struct ping_options {
    std::int64_t npackets = 0;  // -c, 0 = no limit
    int interval_ms = 1000;     // -i
    bool interval_given = false;
    int preload = 1;          // -l
    int linger_ms = 10'000;   // -W
    int deadline_s = 0;       // -w
    std::size_t datalen = 56; // -s
    std::size_t sndbuf = 0;   // -S, 0: an estimate
    int ident = -1;           // -e
    int ttl = -1;             // -t
    int tos = 0;              // -Q
    std::uint32_t mark = 0;   // -m
    std::optional<pmtudisc> mtu_discover;  // -M
    std::optional<std::string> pattern;    // -p
    std::optional<ipv4_address> source;    // -I ADDRESS
    std::optional<ipv6_address> source6;
    std::string device;                    // -I NAME
    std::optional<std::uint32_t> flow_label;  // -F, 0: a random one
    std::optional<int> timestamp_type;     // -T: 0 tsonly, 1 tsandaddr, 3 tsprespec
    bool family4 = false, family6 = false;
    bool strict_source = false;  // -B, -I ADDRESS
    bool broadcast = false, rroute = false, audible = false, adaptive = false;
    bool dont_route = false;  // -r
    bool print_time = false, flood = false, no_loop = false, numeric = false;
    bool outstanding = false, quiet = false, verbose = false;
    std::vector<std::string> targets;
};

// nullopt when the program is to run; otherwise it ends with that exit status.
std::optional<int> parse_ping_options(process& p, ping_options& o);

int ping_usage(process& p);

// error(3): the program's name, a colon, the message.
[[gnu::format(printf, 2, 3)]] void ping_complain(process& p, const char* fmt, ...);

}  // namespace vethlab
