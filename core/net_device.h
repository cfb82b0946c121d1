#pragma once
// Linux: struct net_device (include/linux/netdevice.h).
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "core/compact_vector.h"
#include "core/copy_on_write.h"
#include "core/extack.h"
#include "core/frame.h"
#include "core/ifname.h"
#include "core/uapi/err.h"
#include "core/wire/nlmsg.h"

namespace vethlab {

class kernel;
struct netns;
struct net_device;
struct qdisc;
struct in_device;    // ipv4/devinet.h
struct inet6_dev;    // ipv6/addrconf.h
struct packet_sock;  // af_packet.h
struct net_bridge_port;

enum class netdev_tx : std::uint8_t { ok, busy, drop };
enum class net_rx : std::uint8_t { success, drop };
enum class rx_handler_result : std::uint8_t { consumed, another, exact, pass };
using rx_handler_func = rx_handler_result (*)(frame_ptr& skb);
// The handler's decision about the frame before, taken again if this one is like it: the device
// that the frame is on its way to then. nullptr: it is not, nothing happened.
using rx_handler_again = net_device* (*)(net_device& dev, frame& skb);
struct rx_handler_ops {
    rx_handler_func handle;
    rx_handler_again again = nullptr;
};

// The private part of a kind of device (netdev_priv), which stands behind the device in one block.
struct device_priv {
    std::size_t size = 0;
    void (*construct)(void* at, net_device&) = nullptr;
    void (*destroy)(void* at) = nullptr;
};
// A driver's T is made from the device.
template <class T>
constexpr device_priv device_priv_of() {
    return {sizeof(T), [](void* at, net_device& dev) { new (at) T(dev); },
            [](void* at) { static_cast<T*>(at)->~T(); }};
}

struct ethtool_ops;  // ethtool.h
struct rtnl_link_ops;

// What a driver does; nullptr: not supported or nothing to do. Names and meaning as in
// include/linux/netdevice.h: struct net_device_ops.
struct net_device_ops {
    const rtnl_link_ops* link_ops = nullptr;  // of this kind; nullptr: commands make none
    const ethtool_ops* ethtool = nullptr;
    err (*ndo_open)(net_device&) = nullptr;
    void (*ndo_stop)(net_device&) = nullptr;
    netdev_tx (*ndo_start_xmit)(frame_ptr, net_device&) = nullptr;
    void (*ndo_uninit)(net_device&) = nullptr;
    void (*ndo_get_stats64)(const net_device&, rtnl_link_stats64&) = nullptr;
    err (*ndo_change_mtu)(net_device&, std::uint32_t mtu) = nullptr;
    // nullptr: the address cannot be set (EOPNOTSUPP).
    err (*ndo_set_mac_address)(net_device&, mac_address) = nullptr;
    // What the device can do of `features`, from what it is made of.
    std::uint64_t (*ndo_fix_features)(net_device&, std::uint64_t features) = nullptr;
    void (*ndo_change_rx_flags)(net_device&, std::uint32_t changed) = nullptr;
    // Who gets, unchanged and at once, what is sent; nullptr: nobody.
    net_device* (*ndo_get_peer_dev)(const net_device&) = nullptr;
    int (*ndo_get_iflink)(const net_device&) = nullptr;  // veth: the peer's; 0: none
    err (*ndo_add_slave)(net_device&, net_device& slave, netlink_ext_ack&) = nullptr;
    err (*ndo_del_slave)(net_device&, net_device& slave) = nullptr;
    // PF_BRIDGE messages (net/core/rtnetlink.c: rtnl_bridge_setlink, rtnl_fdb_add ...)
    err (*ndo_bridge_setlink)(net_device&, const nlmsg_view&, std::uint16_t flags,
                              netlink_ext_ack&) = nullptr;
    err (*ndo_bridge_dellink)(net_device&, const nlmsg_view&, std::uint16_t flags) = nullptr;
    // Appends one RTM_NEWLINK message, or nothing.
    void (*ndo_bridge_getlink)(nlmsg_builder&, net_device&, std::uint32_t pid, std::uint32_t seq,
                               std::uint32_t filter_mask, std::uint16_t nlflags) = nullptr;
    err (*ndo_fdb_add)(const ndmsg&, const nlattrs&, net_device&, mac_address, std::uint16_t vid,
                       std::uint16_t flags, netlink_ext_ack&) = nullptr;
    err (*ndo_fdb_del)(const ndmsg&, const nlattrs&, net_device&, mac_address, std::uint16_t vid,
                       netlink_ext_ack&) = nullptr;
    err (*ndo_fdb_del_bulk)(const nlmsg_view&, net_device&, netlink_ext_ack&) = nullptr;
    // Entries of bridge `dev` that lie behind `filter` (nullptr: on the bridge itself).
    void (*ndo_fdb_dump)(nlmsg_builder&, net_device& dev, net_device* filter, std::uint32_t pid,
                         std::uint32_t seq) = nullptr;
    err (*ndo_fdb_get)(nlmsg_builder&, const nlattrs&, net_device&, mac_address,
                       std::uint16_t vid, std::uint32_t pid, std::uint32_t seq,
                       netlink_ext_ack&) = nullptr;
};

inline constexpr net_device_ops no_ops;

// A kind of device (include/net/rtnetlink.h: struct rtnl_link_ops). registry.cc lists them.
struct rtnl_link_ops {
    const char* kind;
    device_priv priv;
    void (*setup)(net_device&);
    err (*validate)(const nlattrs& tb, const nlattrs& data, netlink_ext_ack&) = nullptr;
    // Registers `dev`, which carries what the generic attributes said (rtnl_create_link).
    // `src_net` is the namespace of the request. nullptr: register_netdevice alone.
    err (*newlink)(netns& src_net, net_device& dev, const nlattrs& tb, const nlattrs& data,
                   netlink_ext_ack&) = nullptr;
    err (*changelink)(net_device&, const nlattrs& data, netlink_ext_ack&) = nullptr;
    // Adds every device that goes with this one; nullptr: it alone.
    void (*dellink)(net_device&, std::vector<net_device*>& list) = nullptr;
    void (*fill_info)(nlmsg_builder&, const net_device&) = nullptr;  // IFLA_INFO_DATA
    err (*slave_changelink)(net_device& master, net_device& slave, const nlattrs& data,
                            netlink_ext_ack&) = nullptr;
    void (*fill_slave_info)(nlmsg_builder&, const net_device& slave) = nullptr;
    netns* (*get_link_net)(const net_device&) = nullptr;
    std::uint16_t peer_type = 0;  // the attribute that describes a second device
};

enum class netreg : std::uint8_t { uninitialized, registered, unregistering, unregistered };

// What can happen here: no device has receive or transmit errors of its own.
struct net_device_stats {
    std::uint64_t rx_packets = 0, tx_packets = 0, rx_bytes = 0, tx_bytes = 0;
    std::uint64_t rx_dropped = 0, tx_dropped = 0, multicast = 0, rx_otherhost_dropped = 0;
};

// An entry of a device's filter lists (struct netdev_hw_addr).
struct netdev_hw_addr {
    mac_address addr;
    int refcount = 1;
    bool global_use = false;
};

// What a driver says for all of its devices, and users change on few.
struct net_device_settings {
    std::uint64_t hw_features = 0;           // ethtool.h
    std::uint32_t min_mtu = 0, max_mtu = 0;  // 0: no limit
    std::uint32_t tx_queue_len = 1000;
    std::uint32_t group = 0;
    std::uint32_t gso_max_size = 65536, gso_max_segs = 65535;
    std::uint32_t tso_max_size = 65536, tso_max_segs = 65535, gro_max_size = 65536;
    std::uint16_t num_tx_queues = 1, num_rx_queues = 1;
    std::uint16_t real_num_tx_queues = 1, real_num_rx_queues = 1;  // in use
    mac_address perm_addr{}, broadcast = mac_broadcast;
    std::uint64_t features = 0, wanted_features = 0;  // ethtool.h
};
inline constexpr common_value<net_device_settings> net_device_settings_initial{};

// Linux: the checks between dev_queue_xmit and netif_rx, frame by frame. Here: made once for a
// state of all devices (kernel::fwd_genid).
struct direct_xmit {
    std::uint64_t genid = 0;    // of which the rest holds
    net_device* rcv = nullptr;  // who gets a frame that fits; nullptr: ask frame by frame
    std::uint32_t max_len = 0;
    bool crosses = false;  // to another namespace
};

// What few devices have. Hardly any frame asks for it.
struct net_device_more {
    net_device_more();
    ~net_device_more();

    compact_vector<netdev_hw_addr> uc;  // filter list of unicast addresses
    std::string alias;
    compact_vector<std::string> altnames;
    std::unique_ptr<qdisc> root_qdisc, ingress_qdisc;
    bool ingress_queue = false;  // made for the first qdisc that was asked for there, and stays
};

struct net_device {
    explicit net_device(netns& n);  // alloc_netdev goes on from there
    net_device(const net_device&) = delete;
    ~net_device();
    static void* operator new(std::size_t size, const device_priv& priv) {
        return ::operator new(size + priv.size);
    }
    static void operator delete(void* block) { ::operator delete(block); }

    // There are many devices: members of one size stand together where they can, and what every
    // frame needs comes first.
    kernel& krn;
    netns* net;
    const net_device_ops* ops = &no_ops;
    const rx_handler_ops* rx_handler = nullptr;
    std::unique_ptr<net_device_more> more;
    net_bridge_port* br_port = nullptr;      // rx_handler_data of a bridge port
    compact_vector<packet_sock*> ptype_all;  // packet sockets bound to this device
    direct_xmit direct;
    std::uint32_t flags = 0;  // iff::, as dev_get_flags starts from
    std::uint32_t mtu = 0;
    int ifindex = 0;
    bool carrier = true;   // !__LINK_STATE_NOCARRIER
    bool started = false;  // __LINK_STATE_START
    // Queueing: nothing attached prints noop; attached without a qdisc of its own, noqueue.
    // Not activated (no carrier, down): frames end in noop.
    bool qdisc_attached = false, qdisc_activated = false;
    net_device_stats stats;
    net_device *list_next = nullptr, *list_prev = nullptr;  // of its namespace (netdev_list.h)
    ifname name;

    // Addresses
    compact_vector<netdev_hw_addr> mc_own;  // filter list of groups, in order of joining, or
    mac_address dev_addr;
    enum : std::uint8_t { addr_perm = 0, addr_random = 1, addr_stolen = 2, addr_set = 3 };
    std::uint8_t addr_assign_type = addr_perm;
    std::uint8_t addr_len = 6;
    std::uint16_t type = arphrd::ether;
    std::uint8_t mc_usual = 0;  // the first so many of those that all join (dev_mc_list)

    // What commands show and set
    if_oper operstate = if_oper::unknown;
    std::uint8_t link_mode = 0;  // 0 default, 1 dormant
    bool dormant : 1 = false;
    bool netns_immutable : 1 = false;  // lo, bridge: cannot move
    bool proto_down : 1 = false;
    bool disallow_bridging : 1 = false;
    bool lltx : 1 = false;
    bool listed_for_end : 1 = false;  // of its namespace (cleanup_net)
    bool uc_promisc : 1 = false;      // promiscuous for want of a unicast filter
    netreg reg_state = netreg::uninitialized;
    std::uint16_t gflags = 0;  // promisc, allmulti as the user set them
    static constexpr std::uint32_t not_watched = UINT32_MAX;
    std::uint32_t linkwatch_place = not_watched;  // link_watch.h
    std::uint32_t promiscuity = 0, allmulti = 0;
    std::uint32_t carrier_up_count = 0, carrier_down_count = 0;
    copy_on_write<net_device_settings> settings{net_device_settings_initial};

    net_device* master = nullptr;  // netdev_master_upper_dev_get
    std::unique_ptr<in_device> ip_ptr;
    std::unique_ptr<inet6_dev> ip6_ptr;

    const rtnl_link_ops* link_ops() const { return ops->link_ops; }
    bool is_up() const { return flags & iff::up; }
    bool is_running() const { return started; }  // netif_running
    bool carrier_ok() const { return carrier; }
    bool is_loopback() const { return flags & iff::loopback; }
    qdisc* root_qdisc() const { return more ? more->root_qdisc.get() : nullptr; }
    qdisc* ingress_qdisc() const { return more ? more->ingress_qdisc.get() : nullptr; }
    std::span<const std::string> altnames() const {
        if (!more) return {};
        return {more->altnames.begin(), more->altnames.end()};
    }
    net_device_more& make_more() {
        if (!more) more = std::make_unique<net_device_more>();
        return *more;
    }
    bool oper_up() const { return operstate == if_oper::up || operstate == if_oper::unknown; }
};

template <class T>
T& netdev_priv(net_device& dev) {
    return *std::launder(reinterpret_cast<T*>(&dev + 1));
}
template <class T>
const T& netdev_priv(const net_device& dev) {
    return *std::launder(reinterpret_cast<const T*>(&dev + 1));
}

}  // namespace vethlab
