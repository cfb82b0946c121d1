// The commands of a lab, by name. A new one is a line here and its file beside.
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr tool tools[] = {
    {"arp", arp_main, nullptr},
    {"arping", nullptr, arping_main},
    {"brctl", brctl_main, nullptr},
    {"bridge", nullptr, bridge_main},
    {"ethtool", ethtool_main, nullptr},
    {"ifconfig", ifconfig_main, nullptr},
    {"inject", nullptr, inject_main},
    {"ip", nullptr, ip_main},
    {"ping", nullptr, ping_main},
    {"ping4", nullptr, ping_main},
    {"ping6", nullptr, ping_main},
    {"route", route_main, nullptr},
    {"sleep", nullptr, sleep_main},
    {"sysctl", sysctl_main, nullptr},
    {"tc", tc_main, nullptr},
    {"tcpdump", nullptr, tcpdump_main},
    {"timeout", nullptr, timeout_main},
    {"traceroute", nullptr, traceroute_main},
    {"trafgen", nullptr, trafgen_main},
    {"udpsend", nullptr, udpsend_main},
};

}  // namespace

const tool* find_tool(std::string_view name) {
    for (const auto& t : tools) {
        if (name == t.name) return &t;
    }
    return nullptr;
}

}  // namespace vethlab
