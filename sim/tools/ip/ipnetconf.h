#pragma once
// iproute2: ip/ipnetconf.c. For monitors as well.
#include "sim/tools/ip/ip_common.h"

namespace vethlab {

// 0 as `ifindex`: every device.
void print_netconf(ip_context& ip, std::int32_t ifindex, const nlmsg_view& msg);

}  // namespace vethlab
