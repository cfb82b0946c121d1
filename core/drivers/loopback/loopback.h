#pragma once
// Linux: drivers/net/loopback.c. Every namespace is born with its lo, which is made when looked at.
#include "core/netns.h"

namespace vethlab {

void loopback_net_init(netns& net);

}  // namespace vethlab
