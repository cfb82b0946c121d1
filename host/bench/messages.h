#pragma once
// Bodies of the rtnetlink requests that the benchmarks make, between begin and end of a message.
#include <string>

#include "core/wire/nlmsg.h"
#include "sim/system.h"

namespace vethlab::host {

// `index` 0: the kernel chooses. Up, without snooping.
void put_bridge(nlmsg_builder& m, const std::string& name, int index = 0);

struct veth_end {
    std::string name;
    int index = 0;
    ns_fd netns = no_ns;  // no_ns: where the request goes
};
void put_veth(nlmsg_builder& m, const veth_end& end, const veth_end& peer);

void put_address(nlmsg_builder& m, int index, ipv4_address a, unsigned prefix);

}  // namespace vethlab::host
