// Linux: net/bridge/br_if.c. Ports come and go.
#include <algorithm>

#include "core/drivers/bridge/br_private.h"
#include "core/ethtool.h"

namespace vethlab {
namespace {

constexpr rx_handler_ops br_rx_handler{br_handle_frame, br_handle_frame_again};
constexpr std::uint16_t br_max_ports = 1024;  // of which 0 stands for none

// The lowest free number.
err find_portno(net_bridge& br, std::uint16_t& number) {
    number = br.no_free_below;
    while (number < br.port_by_no.size() && br.port_by_no[number]) number++;
    br.no_free_below = number;
    return number < br_max_ports ? err::ok : err::xfull;
}

err may_be_port(const net_device& dev, netlink_ext_ack& extack) {
    if (dev.is_loopback() || dev.type != arphrd::ether || dev.addr_len != 6 ||
        !dev.dev_addr.is_valid_ether_addr()) {
        return err::inval;
    }
    if (netif_is_bridge_master(dev)) {
        return extack.set(err::loop, "Can not enslave a bridge to a bridge");
    }
    if (dev.master) return err::busy;
    if (dev.disallow_bridging) {
        return extack.set(err::opnotsupp, "Device does not allow enslaving to a bridge");
    }
    return err::ok;
}

// Linux: br_set_gso_limits
struct tso_limits {
    std::uint32_t size = 8 * 65535, segs = 65535;
    void narrow(const net_device& port) {
        size = std::min(size, port.settings->tso_max_size);
        segs = std::min(segs, port.settings->tso_max_segs);
    }
};
void br_set_gso_limits(net_bridge& br, const tso_limits& limits) {
    net_device_settings& settings = br.dev.settings.own();
    settings.tso_max_size = limits.size;
    settings.tso_max_segs = limits.segs;
    settings.gso_max_size = std::min(settings.gso_max_size, limits.size);
    settings.gso_max_segs = std::min(settings.gso_max_segs, limits.segs);
}
// One port less.
void br_widen_gso_limits(net_bridge& br, const net_device& port) {
    if (port.settings->tso_max_size >= tso_limits{}.size &&
        port.settings->tso_max_segs >= tso_limits{}.segs) {
        return;  // it did not narrow them
    }
    tso_limits limits;
    for (const auto& p : br.port_list) limits.narrow(p->dev);
    br_set_gso_limits(br, limits);
}
// One port more.
void br_narrow_gso_limits(net_bridge& br, const net_device& port) {
    tso_limits limits;
    if (br.port_list.size() > 1) {
        limits = {br.dev.settings->tso_max_size, br.dev.settings->tso_max_segs};
    }
    limits.narrow(port);
    br_set_gso_limits(br, limits);
}

void changed_addr(net_bridge& br) {
    if (br_stp_recalculate_bridge_id(br)) {
        call_netdevice_notifiers(netdev_event::changeaddr, br.dev);
    }
}

void set_backup(net_bridge_port& p, net_bridge_port* backup) {
    if (p.backup_port) p.backup_port->backup_redirected_cnt--;
    p.backup_port = backup;
    if (backup) backup->backup_redirected_cnt++;
}

// Whoever named `p` as its backup has none now.
void nbp_backup_clear(net_bridge_port& p) {
    set_backup(p, nullptr);
    if (p.backup_redirected_cnt == 0) return;
    for (auto& other : p.br.port_list) {
        if (other->backup_port == &p) set_backup(*other, nullptr);
    }
}

}  // namespace

net_bridge_port::net_bridge_port(net_bridge& bridge, net_device& device, std::uint16_t number)
    : br(bridge), dev(device), path_cost(port_cost(device)), port_no(number) {
    using namespace br_port_flag;
    flags = learning | flood | mcast_flood | bcast_flood;
    const bool others_settled = br.settled;
    br_init_port(*this);
    br_set_state(*this, br_state::disabled);
    br.settled = others_settled;  // a disabled port is passed over
}

bool net_bridge_port::running() const { return dev.is_running() && dev.oper_up(); }

std::uint32_t port_cost(const net_device& dev) {
    switch (ethtool_speed(dev)) {
        case 10000:
            return 2;
        case 5000:
            return 3;
        case 2500:
            return 4;
        case 1000:
            return 5;
        case 100:
            return 19;
        default:
            return 100;
    }
}

void br_port_carrier_check(net_bridge_port& p, bool& notified) {
    const bool running = p.running();
    if (!p.has(br_port_flag::admin_cost) && running) p.path_cost = port_cost(p.dev);
    notified = false;
    if (!p.br.dev.is_running()) return;
    if (running == (p.state != br_state::disabled)) return;
    if (running) {
        br_stp_enable_port(p);
    } else {
        br_stp_disable_port(p);
    }
    notified = true;
}

std::unique_ptr<net_bridge_port> br_port_list::take(const net_bridge_port& p) {
    const auto at = std::find_if(ports_.begin(), ports_.end(),
                                 [&](const auto& other) { return other.get() == &p; });
    auto taken = std::move(*at);
    ports_.erase(at);
    return taken;
}

void br_ports_sum::add(const net_bridge_port& p) {
    const net_device& dev = p.dev;
    if (mtu_min == 0 || dev.mtu < mtu_min) mtu_min = dev.mtu;
    mtu_max = std::max(mtu_max, dev.mtu);
    if (addr_min.is_zero() || dev.dev_addr < addr_min) addr_min = dev.dev_addr;
    features_any |= dev.settings->features;
    features_all &= dev.settings->features;
}

bool br_ports_sum::same_without(const net_bridge_port& p) const {
    const bool mtus_alike = mtu_min == mtu_max, features_alike = features_any == features_all;
    return mtus_alike && features_alike && p.dev.dev_addr != addr_min;
}

void br_sum_up_ports(net_bridge& br) {
    br.ports_sum = {};
    for (const auto& p : br.port_list) br.ports_sum.add(*p);
}

void br_mtu_auto_adjust(net_bridge& br) {
    if (br.mtu_set_by_user) return;
    netlink_ext_ack extack;
    // A port's MTU is within the bridge's limits, or the bridge keeps its own.
    const std::uint32_t least = br.ports_sum.mtu_min;
    (void)dev_set_mtu(br.dev, least ? least : 1500, extack);
    br.mtu_set_by_user = false;
}

// Linux: br_manage_promisc and br_fdb_unsync_static. Without VLAN filtering every port is
// promiscuous, and what the bridge knows for good leaves the port's unicast filter.
void br_port_set_promisc(net_bridge_port& p) {
    dev_set_promiscuity(p.dev, 1);
    if (dev_uc_list(p.dev).empty()) return;
    p.br.fdb.for_each([&](const net_bridge_fdb_entry& f) {
        if (f.has(br_fdb_flag::static_)) (void)dev_uc_del(p.dev, f.addr());
    });
}

err br_add_if(net_bridge& br, net_device& dev, netlink_ext_ack& extack) {
    if (const err e = may_be_port(dev, extack); e != err::ok) return e;
    std::uint16_t number = 0;
    if (const err e = find_portno(br, number); e != err::ok) return e;
    auto port = std::make_unique<net_bridge_port>(br, dev, number);
    net_bridge_port& p = *port;
    call_netdevice_notifiers(netdev_event::join, dev);
    dev_set_allmulti(dev, 1);
    if (const err e = netdev_rx_handler_register(dev, br_rx_handler); e != err::ok) {
        dev_set_allmulti(dev, -1);
        return e;
    }
    dev.br_port = &p;
    if (br.port_by_no.size() <= number) br.port_by_no.resize(number + 1u);
    br.port_by_no[number] = &p;
    if (const err e = netdev_master_upper_dev_link(dev, br.dev, extack); e != err::ok) {
        dev.br_port = nullptr;
        br.port_by_no[number] = nullptr;
        netdev_rx_handler_unregister(dev);
        dev_set_allmulti(dev, -1);
        return e;
    }
    br.port_list.add(std::move(port));
    br.ports_sum.add(p);
    netdev_update_features(br.dev);
    br_port_set_promisc(p);
    // Refused only for an address no port may have.
    (void)br_fdb_add_local(br, &p, dev.dev_addr);
    const bool recalculated = br_stp_recalculate_bridge_id(br);
    if (p.running() && br.dev.is_up()) br_stp_enable_port(p);
    br_ifinfo_notify(rtm::newlink, p);
    if (recalculated) call_netdevice_notifiers(netdev_event::changeaddr, br.dev);
    br_mtu_auto_adjust(br);
    br_narrow_gso_limits(br, dev);
    return err::ok;
}

void del_nbp(net_bridge_port& p) {
    net_bridge& br = p.br;
    net_device& dev = p.dev;
    dev_set_allmulti(dev, -1);
    dev_set_promiscuity(dev, -1);
    br_stp_disable_port(p);
    br_ifinfo_notify(rtm::dellink, p);
    const std::unique_ptr<net_bridge_port> dying = br.port_list.take(p);
    if (br.port_list.empty() || !br.ports_sum.same_without(p)) br_sum_up_ports(br);
    br_fdb_delete_by_port(br, &p, true);
    br.port_by_no[p.port_no] = nullptr;
    br.no_free_below = std::min(br.no_free_below, p.port_no);
    nbp_backup_clear(p);
    dev.br_port = nullptr;
    netdev_upper_dev_unlink(dev, br.dev);
    netdev_rx_handler_unregister(dev);
    br_multicast_del_port(p);
}

err br_del_if(net_bridge& br, net_device& dev) {
    net_bridge_port* p = dev.br_port;
    if (!p || &p->br != &br) return err::inval;
    del_nbp(*p);
    br_mtu_auto_adjust(br);
    br_widen_gso_limits(br, dev);
    changed_addr(br);
    netdev_update_features(br.dev);
    return err::ok;
}

err nbp_backup_change(net_bridge_port& p, net_device* backup_dev) {
    net_bridge_port* backup = nullptr;
    if (backup_dev) {
        backup = backup_dev->br_port;
        if (!backup) return err::noent;
        if (&backup->br != &p.br || backup == &p) return err::inval;
        if (backup->backup_port) return err::inval;
    }
    set_backup(p, backup);
    return err::ok;
}

}  // namespace vethlab
