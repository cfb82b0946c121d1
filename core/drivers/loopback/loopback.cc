// Linux: drivers/net/loopback.c
#include "core/drivers/loopback/loopback.h"

#include "core/dev.h"
#include "core/ethtool.h"

namespace vethlab {
namespace {

// Frames come back as they went; the counters of both directions are the same two numbers and
// leave the Ethernet header out.
netdev_tx loopback_xmit(frame_ptr skb, net_device& dev) {
    skb_orphan(*skb);
    skb->pkt_type = packet_type::host;
    skb->protocol = eth_type_trans(*skb, dev);
    const std::uint32_t len = skb->len;
    if (netif_rx(std::move(skb)) == net_rx::success) {
        dev.stats.tx_packets++;
        dev.stats.tx_bytes += len;
    }
    return netdev_tx::ok;
}

void loopback_get_stats64(const net_device& dev, rtnl_link_stats64& stats) {
    stats.rx_packets = dev.stats.tx_packets;
    stats.rx_bytes = dev.stats.tx_bytes;
}

constexpr ethtool_ops loopback_ethtool_ops{.drvinfo = {}, .software_timestamps = true};
constexpr net_device_ops loopback_ops{
    .ethtool = &loopback_ethtool_ops,
    .ndo_start_xmit = loopback_xmit,
    .ndo_get_stats64 = loopback_get_stats64,
    .ndo_set_mac_address = eth_mac_addr,
};

using namespace netif_f;
constexpr std::uint64_t hw_features = mask(tso) | mask(tso_ecn) | mask(tso_mangleid) | mask(tso6) |
                                      mask(tso_accecn) | mask(gso) | mask(gso_sctp) |
                                      mask(gso_udp_l4) | mask(gso_fraglist) | mask(gro) |
                                      mask(gro_fraglist) | mask(gro_udp_fwd);
constexpr std::uint64_t features = (hw_features & ~(mask(gro_fraglist) | mask(gro_udp_fwd))) |
                                   mask(sg) | mask(fraglist) | mask(hw_csum) | mask(sctp_crc) |
                                   mask(rxcsum) | mask(highdma) | mask(vlan_challenged) |
                                   mask(loopback) | mask(lltx);
constexpr common_value<net_device_settings> loopback_settings{
    {.hw_features = hw_features,
     .tso_max_size = 524280,
     .broadcast = {},
     .features = features,
     .wanted_features = features & hw_features}};

}  // namespace

void loopback_net_init(netns& net) {
    net.last_ifindex = loopback_ifindex;
    net.dev_base_head.expect_lo(net);
}

// Linux: loopback_net_init. Here: later, and as if it had always been there: nobody is told.
void loopback_dev_make(netns& net) {
    compact_vector<nl_sock*> deaf;
    std::swap(deaf, net.nl_socks);
    auto dev = alloc_netdev(net, nullptr);
    dev->name = "lo";
    dev->ifindex = loopback_ifindex;
    dev->ops = &loopback_ops;
    dev->settings.share(loopback_settings);
    dev->type = arphrd::loopback;
    dev->mtu = 65536;
    dev->flags = iff::loopback;
    dev->netns_immutable = true;
    netlink_ext_ack extack;
    if (register_netdevice(*dev, extack) == err::ok) net.dev_base_head.set_lo(*dev.release());
    std::swap(deaf, net.nl_socks);
}

}  // namespace vethlab
