// Linux: net/ipv4/igmp.c igmp_mc_seq_show, net/core/net-procfs.c dev_mc_seq_show: what
// `ip maddr` reads.
#include <algorithm>
#include <cstdio>

#include "core/ipv4/igmp_state.h"

namespace vethlab {
namespace {

// struct in_addr printed as a number on a little-endian machine.
std::uint32_t swapped(ipv4_address a) {
    return a.value >> 24 | (a.value >> 8 & 0xff00) | (a.value << 8 & 0xff0000) | a.value << 24;
}

std::uint32_t clock_ticks(sim_time left) {  // of 10 ms
    return std::uint32_t(std::max<std::int64_t>(left / 10ms, 0));
}

}  // namespace

std::string igmp_mc_seq_show(netns& net) {
    std::string out = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n";
    char line[128];
    for (const net_device* dev : net.dev_base_head) {
        in_device* in_dev = in_dev_get(*dev);
        const igmp_device* mc = in_dev ? igmp_of(*in_dev) : nullptr;
        if (!mc || mc->mc_list.empty()) continue;
        const char* querier = mc->v1_seen() ? "V1" : mc->v2_seen() ? "V2" : "V3";
        std::snprintf(line, sizeof line, "%d\t%-10s: %5d %7s\n", dev->ifindex, dev->name.c_str(),
                      int(mc->mc_list.size()), querier);
        out += line;
        for (const auto& im : mc->mc_list) {
            const bool running = im->tm_running && im->timer.pending();
            std::snprintf(line, sizeof line, "\t\t\t\t%08X %5d %d:%08X\t\t%d\n",
                          swapped(im->multiaddr), im->users, im->tm_running ? 1 : 0,
                          running ? clock_ticks(im->timer.expires() - net.krn.now()) : 0,
                          im->reporter ? 1 : 0);
            out += line;
        }
    }
    return out;
}

std::string dev_mc_seq_show(netns& net) {
    std::string out;
    char line[96];
    for (const net_device* dev : net.dev_base_head) {
        for (const auto& ha : dev_mc_list(*dev)) {
            const auto& o = ha.addr.octets;
            std::snprintf(line, sizeof line, "%-4d %-15s %-5d %-5d %02x%02x%02x%02x%02x%02x\n",
                          dev->ifindex, dev->name.c_str(), ha.refcount, ha.global_use ? 1 : 0, o[0],
                          o[1], o[2], o[3], o[4], o[5]);
            out += line;
        }
    }
    return out;
}

}  // namespace vethlab
