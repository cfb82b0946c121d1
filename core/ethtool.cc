// Linux: net/ethtool/common.c (names), net/core/dev.c netdev_fix_features
#include "core/ethtool.h"

#include "core/dev.h"

namespace vethlab {
namespace {

using namespace netif_f;

// By bit. nullptr: has no name to show.
constexpr const char* feature_names[netif_f::count] = {
    "tx-scatter-gather", "tx-checksum-ipv4", "tx-checksum-ip-generic", "tx-checksum-ipv6",
    "highdma", "tx-scatter-gather-fraglist", "tx-vlan-hw-insert", "rx-vlan-hw-parse",
    "rx-vlan-filter", "vlan-challenged", "tx-generic-segmentation", "tx-lockless", "netns-local",
    "rx-gro", "rx-lro", "tx-tcp-segmentation", "tx-gso-robust", "tx-tcp-ecn-segmentation",
    "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation", "tx-fcoe-segmentation",
    "tx-gre-segmentation", "tx-gre-csum-segmentation", "tx-ipxip4-segmentation",
    "tx-ipxip6-segmentation", "tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation",
    "tx-gso-partial", "tx-tunnel-remcsum-segmentation", "tx-sctp-segmentation",
    "tx-esp-segmentation", nullptr, "tx-udp-segmentation", "tx-gso-list",
    "tx-tcp-accecn-segmentation", "tx-checksum-fcoe-crc", "tx-checksum-sctp", "fcoe-mtu",
    "rx-ntuple-filter", "rx-hashing", "rx-checksum", "tx-nocache-copy", "loopback", "rx-fcs",
    "rx-all", "tx-vlan-stag-hw-insert", "rx-vlan-stag-hw-parse", "rx-vlan-stag-filter",
    "l2-fwd-offload", "hw-tc-offload", "esp-hw-offload", "esp-tx-csum-hw-offload",
    "rx-udp_tunnel-port-offload", "tls-hw-tx-offload", "tls-hw-rx-offload", "rx-gro-hw",
    "tls-hw-record", "rx-gro-list", "macsec-hw-offload", "rx-udp-gro-forwarding",
    "hsr-tag-ins-offload", "hsr-tag-rm-offload", "hsr-fwd-offload", "hsr-dup-offload",
};

constexpr std::uint64_t tso_family =
    mask(tso) | mask(tso_ecn) | mask(tso_mangleid) | mask(tso6);

// Bits that are not features of this kernel: gone with 6.12, or not yet there in 6.1.
std::uint64_t unknown_bits(const kernel& krn) {
    if (krn.profile == kernel_profile::v6_1) return mask(tso_accecn);
    return mask(lltx) | mask(netns_local) | mask(fcoe_mtu);
}

const char* name_of(const kernel& krn, unsigned b) {
    return unknown_bits(krn) & mask(bit(b)) ? nullptr : feature_names[b];
}

// What depends on what else is on.
std::uint64_t netdev_fix_features(std::uint64_t f) {
    if (!(f & mask(hw_csum))) f &= ~(tso_family | mask(gso_udp_l4));
    if (!(f & mask(sg))) f &= ~(tso_family | mask(gso));
    if (!(f & mask(tso))) f &= ~mask(tso_mangleid);
    if ((f & tso_family) == mask(tso_ecn)) f &= ~mask(tso_ecn);
    return f;
}

std::uint64_t never_change(const kernel& krn) {
    return mask(vlan_challenged) | mask(lltx) |
           (krn.profile == kernel_profile::v6_1 ? mask(netns_local) : 0);
}

}  // namespace

bool netdev_has(const net_device& dev, netif_f::bit b) { return dev.settings->features & mask(b); }

std::vector<ethtool_feature_info> ethtool_get_features(const net_device& dev) {
    std::vector<ethtool_feature_info> out;
    for (unsigned b = 0; b < netif_f::count; b++) {
        const char* name = name_of(dev.krn, b);
        if (!name) continue;
        const std::uint64_t m = mask(bit(b));
        const bool on = b == netns_local ? dev.netns_immutable : (dev.settings->features & m) != 0;
        out.push_back({name, on, (dev.settings->wanted_features & m) != 0,
                       (dev.settings->hw_features & m) != 0, (never_change(dev.krn) & m) != 0});
    }
    return out;
}

err ethtool_set_features(net_device& dev, const std::vector<std::pair<std::string, bool>>& wanted) {
    std::uint64_t on = 0, off = 0;
    for (const auto& [name, value] : wanted) {
        unsigned b = 0;
        while (b < netif_f::count && !(name_of(dev.krn, b) && name == name_of(dev.krn, b))) b++;
        if (b == netif_f::count) return err::opnotsupp;
        (value ? on : off) |= mask(bit(b));
    }
    net_device_settings& s = dev.settings.own();
    s.wanted_features |= on & s.hw_features;
    s.wanted_features &= ~(off & s.hw_features);
    netdev_update_features(dev);
    return err::ok;
}

void netdev_update_features(net_device& dev) {
    std::uint64_t f = (dev.settings->features & ~dev.settings->hw_features) | dev.settings->wanted_features;
    if (dev.ops->ndo_fix_features) f = dev.ops->ndo_fix_features(dev, f);
    f = netdev_fix_features(f);
    if (f == dev.settings->features) return;
    dev.settings.own().features = f;
    dev.krn.fwd_genid_bump();
    call_netdevice_notifiers(netdev_event::feat_change, dev);
}

int ethtool_speed(const net_device& dev) {
    ethtool_settings s;
    if (!dev.ops->ethtool || !dev.ops->ethtool->get_link_ksettings) return -1;
    dev.ops->ethtool->get_link_ksettings(dev, s);
    return s.speed;
}

}  // namespace vethlab
