#pragma once
// The commands of a lab, one entry function each. registry.cc lists them by name.
// A command that may wait (for time, a reply, another program) is a task; the others are
// plain functions that return the exit status.
#include "sim/process.h"

namespace vethlab {

task<int> ip_main(process& p);
task<int> bridge_main(process& p);
int brctl_main(process& p);
int ethtool_main(process& p);
int ifconfig_main(process& p);
int route_main(process& p);
int arp_main(process& p);
int sysctl_main(process& p);
int tc_main(process& p);
task<int> ping_main(process& p);
task<int> arping_main(process& p);
task<int> tcpdump_main(process& p);
task<int> sleep_main(process& p);
task<int> timeout_main(process& p);
task<int> inject_main(process& p);
task<int> udpsend_main(process& p);
task<int> traceroute_main(process& p);
task<int> trafgen_main(process& p);

}  // namespace vethlab
