// Linux: net/bridge/br.c. What happens to other devices and matters to a bridge.
#include "core/drivers/bridge/br_private.h"
#include "core/ethtool.h"

namespace vethlab {
namespace {

void port_changeaddr(net_bridge_port& p) {
    br_fdb_changeaddr(p, p.dev.dev_addr);
    if (br_stp_recalculate_bridge_id(p.br)) {
        call_netdevice_notifiers(netdev_event::changeaddr, p.br.dev);
    }
}

}  // namespace

err br_device_event(netdev_event event, net_device& dev, netlink_ext_ack& extack) {
    if (netif_is_bridge_master(dev) && event == netdev_event::register_) {
        br_fdb_change_mac_address(br_of(dev), dev.dev_addr);
    }
    net_bridge_port* p = dev.br_port;
    if (!p) return err::ok;
    net_bridge& br = p->br;
    bool notified = false;
    switch (event) {
        case netdev_event::changemtu:
            br_sum_up_ports(br);
            br_mtu_auto_adjust(br);
            break;
        case netdev_event::pre_changeaddr:
            if (br.dev.addr_assign_type == net_device::addr_set) break;
            return call_netdevice_notifiers(netdev_event::pre_changeaddr, br.dev, extack);
        case netdev_event::changeaddr:
            br_sum_up_ports(br);
            port_changeaddr(*p);
            break;
        case netdev_event::feat_change:
            br_sum_up_ports(br);
            netdev_update_features(br.dev);
            break;
        case netdev_event::change:
            br_port_carrier_check(*p, notified);
            break;
        case netdev_event::down:
            if (br.dev.is_up()) {
                br_stp_disable_port(*p);
                notified = true;
            }
            break;
        case netdev_event::up:
            if (br.dev.is_running() && dev.oper_up()) {
                br_stp_enable_port(*p);
                notified = true;
            }
            break;
        case netdev_event::unregister:
            return br_del_if(br, dev);
        default:
            break;
    }
    const bool may_refresh = event == netdev_event::changeaddr || event == netdev_event::up ||
                             event == netdev_event::change || event == netdev_event::down;
    if (may_refresh && !notified) br_ifinfo_notify(rtm::newlink, *p);
    return err::ok;
}

}  // namespace vethlab
