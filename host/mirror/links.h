#pragma once
// iproute2: ip/ipaddress.c, as far as a lab's keeper needs to know the devices.
#include <string>
#include <vector>

#include "core/uapi/if.h"
#include "host/mirror/kernel_system.h"

namespace vethlab::host {

struct kernel_link {
    int index = 0;
    std::uint32_t flags = 0;
    std::string name, kind, qdisc;
    mac_address address;
    rtnl_link_stats64 stats;
    bool sends_by_itself = false;  // a bridge that speaks STP or asks for listeners
};
// All devices of a namespace by index; or one, which also makes the kernel finish a change of
// its carrier that is pending.
std::vector<kernel_link> get_links(netlink_channel& channel, int index = 0);
std::vector<kernel_link> get_links(system& sys, ns_fd ns, int index = 0);

err set_link_address(system& sys, ns_fd ns, int index, mac_address address);

// Deleted namespaces die in the background, in order: sends one more after them and waits for
// its end.
void wait_for_netns_cleanup(kernel_system& sys);

}  // namespace vethlab::host
