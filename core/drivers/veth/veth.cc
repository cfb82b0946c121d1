// Linux: drivers/net/veth.c
// Here: no NAPI ring (GRO on an end, XDP): frames always take the backlog.
#include "core/drivers/veth/veth.h"

#include "core/dev.h"
#include "core/ethtool.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

struct veth_priv {
    explicit veth_priv(net_device&) {}
    net_device* peer = nullptr;  // nullptr once either end is on its way out
};

netdev_tx veth_xmit(frame_ptr skb, net_device& dev) {
    net_device* rcv = netdev_priv<veth_priv>(dev).peer;
    if (!rcv || skb->len < eth_hlen) {
        dev.stats.tx_dropped++;
        kfree_skb_reason(dev.krn, std::move(skb), drop_reason::no_tx_target);
        return netdev_tx::drop;
    }
    const std::uint32_t len = skb->len;
    if (dev_forward_skb(*rcv, std::move(skb)) != net_rx::success) {
        dev.stats.tx_dropped++;
        return netdev_tx::drop;
    }
    dev.stats.tx_packets++;
    dev.stats.tx_bytes += len;
    return netdev_tx::ok;
}

// What one end received is what the other sent.
void veth_get_stats64(const net_device& dev, rtnl_link_stats64& stats) {
    const net_device* peer = netdev_priv<veth_priv>(dev).peer;
    if (!peer) return;
    stats.rx_packets = peer->stats.tx_packets;
    stats.rx_bytes = peer->stats.tx_bytes;
}

err veth_open(net_device& dev) {
    net_device* peer = netdev_priv<veth_priv>(dev).peer;
    if (!peer) return err::notconn;
    if (peer->is_up()) {
        netif_carrier_on(dev);
        netif_carrier_on(*peer);
    }
    return err::ok;
}

void veth_close(net_device& dev) {
    netif_carrier_off(dev);
    if (net_device* peer = netdev_priv<veth_priv>(dev).peer) netif_carrier_off(*peer);
}

net_device* veth_peer_dev(const net_device& dev) { return netdev_priv<veth_priv>(dev).peer; }

int veth_get_iflink(const net_device& dev) {
    const net_device* peer = netdev_priv<veth_priv>(dev).peer;
    return peer ? peer->ifindex : 0;
}

netns* veth_get_link_net(const net_device& dev) {
    const net_device* peer = netdev_priv<veth_priv>(dev).peer;
    return peer ? peer->net : dev.net;
}

void veth_get_ethtool_stats(const net_device& dev,
                            std::vector<std::pair<std::string, std::uint64_t>>& out) {
    out.emplace_back("peer_ifindex", std::uint64_t(veth_get_iflink(dev)));
    for (const char* name : {"rx_queue_0_xdp_packets", "rx_queue_0_xdp_bytes", "rx_queue_0_drops",
                             "rx_queue_0_xdp_redirect", "rx_queue_0_xdp_drops",
                             "rx_queue_0_xdp_tx", "rx_queue_0_xdp_tx_errors",
                             "tx_queue_0_xdp_xmit", "tx_queue_0_xdp_xmit_errors"}) {
        out.emplace_back(name, 0);  // no XDP here
    }
}

void veth_get_link_ksettings(const net_device&, ethtool_settings& s) {
    s = {.has_settings = true, .speed = 10000, .duplex = 1, .port = "Twisted Pair",
         .has_mdix = true};
}

ethtool_channels veth_get_channels(const net_device& dev) {
    const net_device_settings& s = *dev.settings;
    return {s.num_rx_queues, s.num_tx_queues, s.real_num_rx_queues, s.real_num_tx_queues};
}

constexpr ethtool_ops veth_ethtool_ops{
    .drvinfo = {.driver = "veth", .version = "1.0"},
    .software_timestamps = true,
    .get_channels = veth_get_channels,
    .get_link_ksettings = veth_get_link_ksettings,
    .get_stats = veth_get_ethtool_stats,
};
constexpr net_device_ops veth_netdev_ops{
    .link_ops = &veth_link_ops,
    .ethtool = &veth_ethtool_ops,
    .ndo_open = veth_open,
    .ndo_stop = veth_close,
    .ndo_start_xmit = veth_xmit,
    .ndo_get_stats64 = veth_get_stats64,
    .ndo_set_mac_address = eth_mac_addr,
    .ndo_get_peer_dev = veth_peer_dev,
    .ndo_get_iflink = veth_get_iflink,
};

using namespace netif_f;
constexpr std::uint64_t offloads =
    mask(sg) | mask(fraglist) | mask(hw_csum) | mask(rxcsum) | mask(sctp_crc) | mask(highdma) |
    mask(tso) | mask(tso_ecn) | mask(tso_mangleid) | mask(tso6) | mask(tso_accecn) | mask(gso) |
    mask(gso_gre) | mask(gso_gre_csum) | mask(gso_ipxip4) | mask(gso_ipxip6) |
    mask(gso_udp_tunnel) | mask(gso_udp_tunnel_csum) | mask(gso_sctp) | mask(gso_udp_l4) |
    mask(gso_fraglist) | mask(hw_vlan_ctag_tx) | mask(hw_vlan_ctag_rx) | mask(hw_vlan_stag_tx) |
    mask(hw_vlan_stag_rx);
constexpr common_value<net_device_settings> veth_settings{
    {.hw_features =
         offloads | mask(gro) | mask(nocache_copy) | mask(gro_fraglist) | mask(gro_udp_fwd),
     .min_mtu = 68,
     .max_mtu = 65535,
     .tso_max_size = 524280,
     .num_tx_queues = nr_cpu_ids,
     .num_rx_queues = nr_cpu_ids,
     .features = offloads | mask(lltx),
     .wanted_features = offloads}};

void veth_setup(net_device& dev) {
    ether_setup(dev);
    dev.ops = &veth_netdev_ops;
    dev.settings.share(veth_settings);
}

// The message about the peer inside VETH_INFO_PEER: a link header and attributes.
struct peer_request {
    bool given = false;
    ifinfomsg ifm{};
    nlattrs tb;
};
// Without a description the peer is made as the device itself, but for name and address.
peer_request parse_peer(const nlattrs& tb, const nlattrs& data) {
    peer_request p;
    p.tb = tb;
    if (auto* a = data.get(veth_info::peer); a && a->data.size() >= sizeof(ifinfomsg)) {
        p.given = true;
        p.ifm = load<ifinfomsg>(a->data);
        p.tb = nlattrs(a->data.subspan(sizeof(ifinfomsg)));
    }
    return p;
}

// One end. Of the peer's rtnetlink asks as well, since 6.13; before, veth_newlink does.
err veth_validate(const nlattrs& tb, const nlattrs&, netlink_ext_ack&) {
    if (auto* a = tb.get(ifla::address)) {
        if (a->data.size() != 6) return err::inval;
        if (!a->mac().is_valid_ether_addr()) return err::addrnotavail;
    }
    if (auto* a = tb.get(ifla::mtu); a && (a->u32() < 68 || a->u32() > 65535)) return err::inval;
    return err::ok;
}

// Whose random address comes first. Linux: the peer's, which is registered first, and nobody can
// tell. Here: the one whom a listing shows first, as recordings number them.
bool main_is_seen_first(const net_device& dev, const net_device& peer) {
    if (dev.net != peer.net) return dev.net->number < peer.net->number;
    return peer.ifindex && dev.ifindex < peer.ifindex;
}

// Of queues of which no number was given one is in use. The first end's words count for both.
void veth_init_queues(net_device& dev, const nlattrs& tb) {
    if (tb.has(ifla::num_rx_queues)) {
        dev.settings.own().real_num_rx_queues = dev.settings->num_rx_queues;
    }
    if (tb.has(ifla::num_tx_queues)) {
        dev.settings.own().real_num_tx_queues = dev.settings->num_tx_queues;
    }
}

err veth_newlink(netns& src_net, net_device& dev, const nlattrs& tb, const nlattrs& data,
                 netlink_ext_ack& extack) {
    if (auto* a = data.get(veth_info::peer); a && a->data.size() < sizeof(ifinfomsg)) {
        return err::inval;
    }
    const peer_request want = parse_peer(tb, data);
    err e = veth_validate(want.tb, {}, extack);
    if (e != err::ok) return e;
    netns* net = &src_net;
    if (want.tb.has(ifla::net_ns_fd) || want.tb.has(ifla::net_ns_pid)) {
        net = rtnl_link_get_net(src_net, want.tb, e);
        if (!net) return e;
    }
    // The peer first: it gets the lower number.
    const auto* peer_name = want.given ? want.tb.get(ifla::ifname) : nullptr;
    auto made = rtnl_create_link(*net, peer_name ? peer_name->str() : "veth%d", veth_link_ops,
                                 want.tb, extack, e);
    if (!made) return e;
    if (want.given && dev.ifindex) made->ifindex = want.ifm.ifi_index;
    const bool dev_first = main_is_seen_first(dev, *made), dev_random = !tb.has(ifla::address);
    if (dev_random && dev_first) eth_hw_addr_random(dev);
    if (!want.given || !want.tb.has(ifla::address)) eth_hw_addr_random(*made);
    if (dev_random && !dev_first) eth_hw_addr_random(dev);
    if ((e = register_netdevice(*made, extack)) != err::ok) return e;
    net_device& peer = *made.release();
    netif_carrier_off(peer);
    e = rtnl_configure_link(peer, want.given ? &want.ifm : nullptr, extack);

    if (e == err::ok) {
        if (!tb.has(ifla::ifname)) dev.name = "veth%d";
        e = register_netdevice(dev, extack);
    }
    if (e != err::ok) {
        unregister_netdevice(peer);
        return e;
    }
    netif_carrier_off(dev);
    netdev_priv<veth_priv>(dev).peer = &peer;
    netdev_priv<veth_priv>(peer).peer = &dev;
    for (net_device* end : {&dev, &peer}) veth_init_queues(*end, tb);
    dev.krn.fwd_genid_bump();
    return err::ok;
}

void veth_dellink(net_device& dev, std::vector<net_device*>& list) {
    net_device* peer = netdev_priv<veth_priv>(dev).peer;
    netdev_priv<veth_priv>(dev).peer = nullptr;
    list.push_back(&dev);
    if (!peer) return;
    netdev_priv<veth_priv>(*peer).peer = nullptr;
    dev.krn.fwd_genid_bump();
    list.push_back(peer);
}

}  // namespace

const rtnl_link_ops veth_link_ops{
    .kind = "veth",
    .priv = device_priv_of<veth_priv>(),
    .setup = veth_setup,
    .validate = veth_validate,
    .newlink = veth_newlink,
    .dellink = veth_dellink,
    .get_link_net = veth_get_link_net,
    .peer_type = veth_info::peer,
};

}  // namespace vethlab
