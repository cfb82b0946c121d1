#pragma once
// iproute2: ip/ipnetns.c. For monitors as well.
#include "sim/tools/ip/ip_common.h"

namespace vethlab {

void print_nsid(ip_context& ip, const nlmsg_view& msg);

}  // namespace vethlab
