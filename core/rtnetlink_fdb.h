#pragma once
// Linux: net/core/rtnetlink.c, the messages of family PF_BRIDGE: forwarding databases and
// bridge ports, passed on to the device (or its master) that has them.
#include "core/rtnetlink.h"

namespace vethlab {

err rtnl_fdb_add(rtnl_request& r, nlmsg_builder& reply);
err rtnl_fdb_del(rtnl_request& r, nlmsg_builder& reply);
err rtnl_fdb_get(rtnl_request& r, nlmsg_builder& reply);
err rtnl_fdb_dump(rtnl_request& r, nlmsg_builder& out);
err rtnl_bridge_setlink(rtnl_request& r, nlmsg_builder& reply);
err rtnl_bridge_dellink(rtnl_request& r, nlmsg_builder& reply);
err rtnl_bridge_getlink(rtnl_request& r, nlmsg_builder& out);  // a dump

}  // namespace vethlab
