#pragma once
// iproute2: lib/utils.c, bridge/link.c, ip/ipaddress.c. The beginning of a device's line,
// which ip and bridge share.
#include "sim/tools/lib/utils.h"

namespace vethlab {

// "NAME@LINK" with `fmt`; in JSON "link" or "link_index", then "ifname". True if the
// device behind the @ is in this namespace and not up (M-DOWN).
bool print_name_and_link(tool_context& tool, const char* fmt, const std::string& name,
                         const nlattrs& link);
// "<BROADCAST,MULTICAST,UP> "
void print_link_flags(tool_context& tool, std::uint32_t flags, bool mdown);

}  // namespace vethlab
