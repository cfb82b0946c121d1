// Linux: net/bridge/br_device.c. The bridge as a device: what its own stack sends and sets.
#include "core/drivers/bridge/br_private.h"
#include "core/ethtool.h"

namespace vethlab {
namespace {

constexpr std::uint32_t tso_legacy_max_size = 65536;

err br_dev_open(net_device& dev) {
    net_bridge& br = br_of(dev);
    br_stp_enable_bridge(br);
    br_multicast_open(br);
    if (br.multicast_ctx.enabled) br_multicast_join_snoopers(br);
    return err::ok;
}

void br_dev_stop(net_device& dev) {
    net_bridge& br = br_of(dev);
    br_stp_disable_bridge(br);
    br_multicast_stop(br);
    if (br.multicast_ctx.enabled) br_multicast_leave_snoopers(br);
}

err br_change_mtu(net_device& dev, std::uint32_t mtu) {
    dev.mtu = mtu;
    br_of(dev).mtu_set_by_user = true;  // taken back when the bridge itself adjusts it
    return err::ok;
}

err br_set_mac_address(net_device& dev, mac_address addr) {
    if (!addr.is_valid_ether_addr()) return err::addrnotavail;
    if (dev.reg_state != netreg::registered) return err::busy;
    if (dev.dev_addr != addr) br_stp_change_bridge_id(br_of(dev), addr);
    return err::ok;
}

err br_add_slave(net_device& dev, net_device& slave, netlink_ext_ack& extack) {
    return br_add_if(br_of(dev), slave, extack);
}

err br_del_slave(net_device& dev, net_device& slave) { return br_del_if(br_of(dev), slave); }

void br_get_link_ksettings(const net_device& dev, ethtool_settings& s) {
    s = {.has_settings = true, .port = "Other"};
    for (const auto& p : br_of(dev).port_list) {
        if (!p->dev.is_running() || !p->dev.oper_up()) continue;
        s.speed = std::max(s.speed, ethtool_speed(p->dev));
    }
}

// Linux: br_features_recompute, netdev_increment_features. Some features need all ports, some one.
std::uint64_t br_fix_features(net_device& dev, std::uint64_t features) {
    using namespace netif_f;
    if (br_of(dev).port_list.empty()) return features;
    constexpr std::uint64_t all_tso =
        mask(tso) | mask(tso6) | mask(tso_ecn) | mask(tso_mangleid) | mask(tso_accecn);
    constexpr std::uint64_t one_for_all = all_tso | mask(gso_sctp) | mask(gso_udp_l4) |
                                          mask(gso_fraglist) | mask(gso_robust) | mask(sg) |
                                          mask(highdma) | mask(fraglist) | mask(vlan_challenged);
    constexpr std::uint64_t all_for_all = mask(nocache_copy) | mask(fso);
    const std::uint64_t possible = features | mask(vlan_challenged);
    features &= ~one_for_all;
    const br_ports_sum& sum = br_of(dev).ports_sum;
    features |= sum.features_any & (one_for_all | mask(hw_csum)) & possible;
    features &= sum.features_all | ~all_for_all;
    return features | (all_tso & possible);
}

constexpr ethtool_ops br_ethtool_ops{
    .drvinfo = {.driver = "bridge", .version = "2.3", .fw_version = "N/A", .bus_info = "N/A"},
    .get_link_ksettings = br_get_link_ksettings,
};

constexpr net_device_ops br_netdev_ops{
    .link_ops = &bridge_link_ops,
    .ethtool = &br_ethtool_ops,
    .ndo_open = br_dev_open,
    .ndo_stop = br_dev_stop,
    .ndo_start_xmit = br_dev_xmit,
    .ndo_change_mtu = br_change_mtu,
    .ndo_set_mac_address = br_set_mac_address,
    .ndo_fix_features = br_fix_features,
    .ndo_add_slave = br_add_slave,
    .ndo_del_slave = br_del_slave,
    .ndo_bridge_setlink = br_setlink,
    .ndo_bridge_dellink = br_dellink,
    .ndo_bridge_getlink = br_getlink,
    .ndo_fdb_add = br_fdb_add,
    .ndo_fdb_del = br_fdb_delete,
    .ndo_fdb_del_bulk = br_fdb_delete_bulk,
    .ndo_fdb_dump = br_fdb_dump,
    .ndo_fdb_get = br_fdb_get,
};

// A multicast frame of br0's own: to members and routers if a querier asks for them, else
// to everybody.
void br_dev_xmit_multicast(net_bridge& br, frame_ptr& skb) {
    if (!br_multicast_rcv(br, nullptr, *skb)) {
        return kfree_skb_reason(br.krn(), std::move(skb), drop_reason::mcast_malformed);
    }
    const net_bridge_mdb_entry* mdst = br_mdb_entry_skb_get(br, *skb);
    const bool known = mdst || skb->control<br_input_skb_cb>().mrouters_only;
    if (known && br_multicast_querier_exists(br, *skb, mdst)) {
        br_multicast_flood(br, mdst, skb, false);
    } else {
        br_flood(br, skb, br_pkt::multicast, false);
    }
}

}  // namespace

bool netif_is_bridge_master(const net_device& dev) { return dev.ops == &br_netdev_ops; }

netdev_tx br_dev_xmit(frame_ptr skb, net_device& dev) {
    net_bridge& br = br_of(dev);
    if (skb->len < eth_hlen) {
        kfree_skb_reason(dev.krn, std::move(skb), drop_reason::dev_hdr);
        return netdev_tx::ok;
    }
    skb->control<br_input_skb_cb>() = {};
    dev.stats.tx_packets++;
    dev.stats.tx_bytes += skb->len;
    skb->mac_header = skb->data_at;
    skb_pull(*skb, eth_hlen);
    skb->network_header = skb->data_at;
    if (br_looks_into_arp(*skb) && br_neigh_suppress_enabled(br)) {
        br_do_proxy_suppress_arp(*skb, br, nullptr);
    }
    const mac_address dest = skb->h_dest();
    if (dest.is_broadcast()) {
        br_flood(br, skb, br_pkt::broadcast, false);
    } else if (dest.is_multicast()) {
        br_dev_xmit_multicast(br, skb);
    } else if (const net_bridge_fdb_entry* dst = br_fdb_find(br, dest)) {
        br_forward(fdb_dst(br, *dst), skb, false);
    } else {
        br_flood(br, skb, br_pkt::unicast, false);
    }
    return netdev_tx::ok;
}

using namespace netif_f;
constexpr std::uint64_t gso_all = mask(fcoe_crc) - mask(tso);  // NETIF_F_GSO_MASK
constexpr std::uint64_t offloads = mask(sg) | mask(fraglist) | mask(highdma) | gso_all |
                                   mask(hw_csum) | mask(hw_vlan_ctag_tx) | mask(hw_vlan_stag_tx) |
                                   mask(gso) | mask(gro);
constexpr common_value<net_device_settings> br_settings{
    {.hw_features = offloads | mask(nocache_copy) | mask(gro_fraglist) | mask(gro_udp_fwd),
     .min_mtu = 68,
     .max_mtu = 65535,
     .tso_max_size = tso_legacy_max_size,
     .features = offloads | mask(netif_f::lltx),
     .wanted_features = offloads}};

void br_dev_setup(net_device& dev) {
    ether_setup(dev);
    dev.ops = &br_netdev_ops;
    dev.settings.share(br_settings);
    dev.netns_immutable = true;
    dev.lltx = true;
}

// Ports first, so that nothing of the bridge is left when the device goes.
void br_dev_delete(net_device& dev, std::vector<net_device*>& list) {
    net_bridge& br = br_of(dev);
    while (!br.port_list.empty()) del_nbp(br.port_list.front());
    br_fdb_delete_by_port(br, nullptr, true);
    br.gc_work.cancel();
    br.krn().cancel_work(&br);
    list.push_back(&dev);
}

}  // namespace vethlab
