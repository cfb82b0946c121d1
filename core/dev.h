#pragma once
// Linux: net/core/dev.c, include/linux/netdevice.h: a frame between stack, devices and backlog,
// and the life of a device.
#include "core/extack.h"
#include "core/kernel.h"
#include "core/net_device.h"
#include "core/trace.h"

namespace vethlab {

inline constexpr std::uint16_t nr_cpu_ids = 2;  // possible CPUs: queues of a veth

// ---- sending
// Frame from the stack or a bridge port to the device's qdisc and driver. dev is skb->dev.
// The result is what a sender sees: err::nobufs when a qdisc or the driver dropped it.
err dev_queue_xmit(frame_ptr skb);
// Tap, then the driver.
netdev_tx dev_hard_start_xmit(frame_ptr skb, net_device& dev);

// Who gets the frames that `dev` sends, if nothing on the way depends on the frame but for
// direct_fits(); nullptr: they go the long way.
net_device* dev_find_direct(net_device& dev);
inline net_device* dev_direct_peer(net_device& dev) {
    return dev.direct.genid == dev.krn.fwd_genid ? dev.direct.rcv : dev_find_direct(dev);
}
// `len` with the Ethernet header.
inline bool dev_direct_fits(const frame& skb, std::uint32_t len, const net_device& dev) {
    return len <= dev.direct.max_len && !skb.vlan_tag_present() && !dev.krn.backlog_full();
}
// All that the way from dev_queue_xmit to netif_rx does, for a frame whose Ethernet header is pulled
// and whose protocol is known. The caller puts it on the backlog.
inline net_device* dev_direct_xmit(frame& skb, net_device& dev, packet_type type) {
    const direct_xmit& way = dev.direct;
    if (dev.krn.trace) [[unlikely]] dev.krn.trace->tap(dev, skb, true);
    dev.krn.cpu_spend(cpu_work::netif_rx);
    dev.krn.frames_sent++;
    dev.stats.tx_packets++;
    dev.stats.tx_bytes += skb.len + eth_hlen;
    skb.dev = way.rcv;
    skb.pkt_type = type;
    skb.skb_iif = 0;
    skb.priority = 0;
    if (way.crosses) skb.mark = 0;
    skb.tstamp = dev.krn.now();
    return way.rcv;
}

// What the driver cannot do, done in software: checksums, VLAN tags.
void validate_xmit_skb(frame& skb, net_device& dev);
// Through a queueing discipline (net/sched): enqueue, then send what may leave now.
err dev_xmit_skb(frame_ptr skb, qdisc& q);

// ---- receiving
// Sets skb.dev, mac_header, pulls the Ethernet header, sets pkt_type; returns the protocol.
std::uint16_t eth_type_trans(frame& skb, net_device& dev);
// What a frame to `dest` is to `dev`, which receives it.
inline packet_type eth_packet_type(mac_address dest, const net_device& dev) {
    if (dest == dev.dev_addr) return packet_type::host;
    if (!dest.is_multicast()) return packet_type::otherhost;
    return dest == dev.settings->broadcast ? packet_type::broadcast : packet_type::multicast;
}
// From a driver to the backlog. drop: it was full or the device is not up; counted there.
net_rx netif_rx(frame_ptr skb);
// What veth does: checks (____dev_forward_skb), scrubs, then netif_rx.
net_rx dev_forward_skb(net_device& dev, frame_ptr skb);
// True if `skb` fits `dev`: up, and not longer than mtu + 14 + 4.
bool is_skb_forwardable(const net_device& dev, const frame& skb);
// Packet sockets see what passes `dev`, those that only send apart.
inline bool has_sockets(const net_device& dev) {
    return !dev.ptype_all.empty() || !dev.net->ptype_all.empty();
}
// Taps, rx handler, protocol handlers: called by process_backlog, and by the bridge for what
// goes up to br0.
void netif_receive_skb(frame_ptr skb);
err netdev_rx_handler_register(net_device& dev, const rx_handler_ops& ops);
void netdev_rx_handler_unregister(net_device& dev);

// ---- life
// Name rules of dev_valid_name; dev_alloc_name fills in "%d". err::inval, err::exist, err::nfile.
bool dev_valid_name(std::string_view name);
err dev_alloc_name(netns& net, std::string_view pattern, std::string& out);
// err::exist if in use; `want_name` may hold %d.
err dev_get_valid_name(netns& net, std::string_view want_name, std::string& out);
// A device not yet registered. Owned by the caller until register_netdevice, then by its namespace.
std::unique_ptr<net_device> alloc_netdev(netns& net, const rtnl_link_ops* ops);
// ifindex (unless set), name, notifiers; the device belongs to dev->net from here on.
err register_netdevice(net_device& dev, netlink_ext_ack& extack);
// Closes, tells everybody, frees. `list` as rtnl_link_ops::dellink made it.
void unregister_netdevice_many(std::vector<net_device*>& list);
void unregister_netdevice(net_device& dev);
void dev_close(net_device& dev);
// __dev_change_flags and __dev_notify_flags: dev_change_flags in its two halves.
err dev_change_flags_quietly(net_device& dev, std::uint32_t flags, netlink_ext_ack& extack);
void dev_notify_flags(net_device& dev, std::uint32_t old_flags, std::uint32_t gchanges);
err dev_change_flags(net_device& dev, std::uint32_t flags, netlink_ext_ack& extack);
// The flags a user may set beside UP, PROMISC and ALLMULTI, before registration.
void rtnl_configure_flags(net_device& dev, std::uint32_t flags);
int dev_get_iflink(const net_device& dev);
std::uint32_t dev_get_flags(const net_device& dev);  // with RUNNING, LOWER_UP, DORMANT
err dev_validate_mtu(const net_device& dev, std::uint32_t mtu, netlink_ext_ack& extack);
err dev_set_mtu(net_device& dev, std::uint32_t mtu, netlink_ext_ack& extack);
err dev_set_mac_address(net_device& dev, mac_address addr, netlink_ext_ack& extack);
err eth_mac_addr(net_device& dev, mac_address addr);  // for ndo_set_mac_address
void eth_hw_addr_random(net_device& dev);
err dev_change_name(net_device& dev, std::string_view new_name);
// pattern: the name to take in the new namespace if it differs; new_ifindex 0: keep or next.
err dev_change_net_namespace(net_device& dev, netns& net, std::string_view pattern,
                             int new_ifindex, netlink_ext_ack& extack);
void dev_set_promiscuity(net_device& dev, int inc);
void dev_set_allmulti(net_device& dev, int inc);
void dev_get_stats(const net_device& dev, rtnl_link_stats64& out);
err netdev_master_upper_dev_link(net_device& dev, net_device& master, netlink_ext_ack& extack);
void netdev_upper_dev_unlink(net_device& dev, net_device& master);
void ether_setup(net_device& dev);

// Filter lists. err::exist / err::noent only for the _excl forms (fdb add ... self).
void dev_set_rx_mode(net_device& dev);
std::span<const netdev_hw_addr> dev_uc_list(const net_device& dev);
std::span<const netdev_hw_addr> dev_mc_list(const net_device& dev);
err dev_uc_del(net_device& dev, mac_address a);
err dev_uc_add_excl(net_device& dev, mac_address a);
void dev_mc_add(net_device& dev, mac_address a);
err dev_mc_del(net_device& dev, mac_address a);
// An entry that a user asked for (ioctl): shown as static, counted once.
void dev_mc_add_global(net_device& dev, mac_address a);
err dev_mc_del_global(net_device& dev, mac_address a);
err dev_mc_add_excl(net_device& dev, mac_address a);

// ---- carrier and operational state (net/sched/sch_generic.c, net/core/link_watch.c)
void netif_carrier_on(net_device& dev);
void netif_carrier_off(net_device& dev);
void dev_activate(net_device& dev);
void dev_deactivate(net_device& dev);
void rfc2863_policy(net_device& dev);
void netdev_state_change(net_device& dev);

// ---- notifiers (include/linux/netdevice.h: enum netdev_cmd)
enum class netdev_event : std::uint8_t {
    up, down, going_down, pre_up, change, register_, unregister, changemtu,
    changeaddr, changename, changeupper, post_type_change, feat_change, notify_peers,
    join, release, pre_changeaddr,
};
// Calls every notifier of registry.cc in its order; the first error stops (only pre_* events may
// fail).
err call_netdevice_notifiers(netdev_event event, net_device& dev, netlink_ext_ack& extack);
void call_netdevice_notifiers(netdev_event event, net_device& dev);

}  // namespace vethlab
