#pragma once
// What the files on link messages share (rtnl_link.cc, rtnl_setlink.cc, rtnl_linkprop.cc).
#include "core/rtnetlink.h"

namespace vethlab {

// rtnl_dev_get: by number, else by name. nullptr: there is none.
net_device* rtnl_dev_get(netns& net, const ifinfomsg& ifm, const nlattrs& tb);
// The message says which device it means.
bool names_device(const ifinfomsg& ifm, const nlattrs& tb);
// It says a namespace (rtnl_link_get_net finds it).
bool names_namespace(const nlattrs& tb);

// ifla_policy: what netlink itself refuses.
err check_ifla_policy(const nlattrs& tb, netlink_ext_ack& extack);
// `dev`: the one that is changed, or nullptr for one that is not yet.
err validate_linkmsg(const net_device* dev, const nlattrs& tb, netlink_ext_ack& extack);

// rtnl_dev_combine_flags
std::uint32_t combine_flags(const net_device& dev, const ifinfomsg& ifm);
void set_operstate(net_device& dev, std::uint8_t wanted);
void set_gso(net_device& dev, const nlattrs& tb);
// ifindex 0: no master.
err do_set_master(net_device& dev, int ifindex, netlink_ext_ack& extack);
// `notify`: others learn of a change at the end, whatever the message itself changes.
err do_setlink(rtnl_request& r, net_device& dev, const ifinfomsg& ifm, const nlattrs& tb,
               bool notify = false);
// RTM_NEWLINK for a device that is there.
err rtnl_changelink(rtnl_request& r, net_device& dev, const ifinfomsg& ifm, const nlattrs& tb,
                    const rtnl_link_ops* ops, const nlattrs& linkinfo);

}  // namespace vethlab
