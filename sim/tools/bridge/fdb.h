#pragma once
// iproute2: bridge/fdb.c. What its two files share: fdb.cc shows, fdb_modify.cc changes.
#include "sim/tools/bridge/bridge.h"

namespace vethlab {

int fdb_modify(bridge_context& br, args& a, std::uint16_t type, std::uint16_t flags);
int fdb_get(bridge_context& br, args& a);
int fdb_flush(bridge_context& br, args& a);

int fdb_usage(bridge_context& br);
// `Cannot find WHAT "NAME"`, 255
int fdb_no_bridge(bridge_context& br, const char* what, const std::string& name);

}  // namespace vethlab
