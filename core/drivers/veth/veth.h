#pragma once
// Linux: drivers/net/veth.c
#include "core/net_device.h"

namespace vethlab {

extern const rtnl_link_ops veth_link_ops;

}  // namespace vethlab
