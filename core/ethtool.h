#pragma once
// Linux: include/linux/netdev_features.h, net/ethtool. What `ethtool` shows and sets.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/kernel.h"
#include "core/net_device.h"

namespace vethlab {

namespace netif_f {
enum bit : std::uint8_t {
    sg, ip_csum, hw_csum, ipv6_csum, highdma, fraglist, hw_vlan_ctag_tx, hw_vlan_ctag_rx,
    hw_vlan_ctag_filter, vlan_challenged, gso, lltx, netns_local, gro, lro,
    tso, gso_robust, tso_ecn, tso_mangleid, tso6, fso, gso_gre, gso_gre_csum, gso_ipxip4,
    gso_ipxip6, gso_udp_tunnel, gso_udp_tunnel_csum, gso_partial, gso_tunnel_remcsum, gso_sctp,
    gso_esp, gso_udp, gso_udp_l4, gso_fraglist, tso_accecn, fcoe_crc, sctp_crc, fcoe_mtu, ntuple,
    rxhash, rxcsum, nocache_copy, loopback, rxfcs, rxall, hw_vlan_stag_tx, hw_vlan_stag_rx,
    hw_vlan_stag_filter, hw_l2fw_doffload, hw_tc, hw_esp, hw_esp_tx_csum, rx_udp_tunnel_port,
    hw_tls_tx, hw_tls_rx, gro_hw, hw_tls_record, gro_fraglist, hw_macsec, gro_udp_fwd,
    hw_hsr_tag_ins, hw_hsr_tag_rm, hw_hsr_fwd, hw_hsr_dup, count
};
constexpr std::uint64_t mask(bit b) { return std::uint64_t{1} << b; }
}  // namespace netif_f

struct ethtool_feature_info {
    const char* name;
    bool active, requested, hw, never;
};
struct ethtool_info {
    const char *driver = "", *version = "", *fw_version = "", *bus_info = "";
};
struct ethtool_settings {
    bool has_settings = false;
    int speed = -1;
    int duplex = 255;
    const char* port = "";
    bool has_mdix = false;
};
struct ethtool_channels {
    std::uint32_t max_rx, max_tx, rx, tx;
};
struct ethtool_ops {
    ethtool_info drvinfo;
    bool software_timestamps = false;  // get_ts_info
    ethtool_channels (*get_channels)(const net_device&) = nullptr;
    void (*get_link_ksettings)(const net_device&, ethtool_settings&) = nullptr;
    // Names and values of -S; nullptr: no statistics.
    void (*get_stats)(const net_device&, std::vector<std::pair<std::string, std::uint64_t>>&) =
        nullptr;
};

// Names in the kernel's order; what this profile's kernel has.
std::vector<ethtool_feature_info> ethtool_get_features(const net_device& dev);
// err::opnotsupp: a name that does not exist. What could not be met is seen afterwards.
err ethtool_set_features(net_device& dev, const std::vector<std::pair<std::string, bool>>& wanted);
// Reckons anew what is on, after a change of what is asked for or possible.
void netdev_update_features(net_device& dev);
bool netdev_has(const net_device& dev, netif_f::bit b);
// The speed in Mb/s that ethtool reports for a device, -1 if it has none (port_cost).
int ethtool_speed(const net_device& dev);

}  // namespace vethlab
