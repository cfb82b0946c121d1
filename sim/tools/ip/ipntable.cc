// iproute2: ip/ipntable.c
#include "sim/tools/ip/ip_common.h"

namespace vethlab {

// Here: the neighbour tables' parameters are seen and set by sysctl (net.ipv4.neigh.DEV).
task<int> do_ipntable(ip_context& ip, args) {
    ip.p.err->write("ip: object 'ntable' is not supported here\n");
    co_return 1;
}

}  // namespace vethlab
