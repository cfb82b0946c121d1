#pragma once
// /proc/sys/net/core, for registry.cc.
#include <string>
#include <string_view>
#include <vector>

#include "core/kernel.h"

namespace vethlab {

err net_core_sysctl_read(netns& net, std::string_view rest, std::string& value);
err net_core_sysctl_write(netns& net, std::string_view rest, std::string_view value);
void net_core_sysctl_list(netns& net, std::vector<std::string>& rests);

}  // namespace vethlab
