#pragma once
// The tables by which parts of the kernel find each other: a new kind, protocol or message is one
// line in registry.cc. Constant, so there is nothing to initialize and no global state.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/dev.h"
#include "core/netns.h"
#include "core/rtnetlink.h"

namespace vethlab {

// Kinds of device, by the word behind `type`.
const rtnl_link_ops* rtnl_link_ops_get(std::string_view kind);

// Protocol handlers (dev_add_pack). `orig_dev` is where the frame arrived first.
struct packet_type_handler {
    std::uint16_t type;  // ethertype, host byte order
    void (*func)(frame_ptr skb, net_device& dev, net_device& orig_dev);
};
const packet_type_handler* find_packet_type(std::uint16_t type);

// Notifiers (register_netdevice_notifier), in the order of registration in Linux.
using notifier = err (*)(netdev_event, net_device&, netlink_ext_ack&);
std::span<const notifier> netdev_notifiers();

// Parts of a namespace (register_pernet_subsys): init in order, exit in reverse.
struct pernet_operations {
    void (*init)(netns&);
    void (*exit)(netns&);  // devices are gone by then
};
std::span<const pernet_operations> pernet_list();

// rtnetlink messages (rtnl_register). family af::unspec: the fallback for all families.
struct rtnl_handler {
    std::uint8_t family;
    std::uint16_t type;
    rtnl_doit doit;      // nullptr: not supported
    rtnl_dumpit dumpit;
};
const rtnl_handler* find_rtnl_handler(std::uint8_t family, std::uint16_t type);

// Queueing disciplines; nullptr: unknown.
struct qdisc_ops;
const qdisc_ops* qdisc_lookup_ops(std::string_view kind);

// Subtrees of /proc/sys. `rest` is the path behind `prefix` ("net/ipv4/conf/").
struct sysctl_tree {
    std::string_view prefix;
    err (*read)(netns&, std::string_view rest, std::string& value);
    err (*write)(netns&, std::string_view rest, std::string_view value);
    void (*list)(netns&, std::vector<std::string>& rests);
};
std::span<const sysctl_tree> sysctl_trees();

}  // namespace vethlab
