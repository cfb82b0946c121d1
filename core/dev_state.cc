// Linux: net/core/dev.c, net/sched/sch_generic.c. Up and down, carrier.
#include "core/dev.h"
#include "core/registry.h"
#include "core/rtnetlink.h"
#include "core/sched/sch_generic.h"

namespace vethlab {
namespace {

constexpr std::uint32_t settable_flags = iff::debug | iff::notrailers | iff::noarp | iff::dynamic |
                                         iff::multicast | iff::portsel | iff::automedia;
constexpr std::uint32_t promisc_flags = iff::promisc | iff::allmulti;

err open_quietly(net_device& dev, netlink_ext_ack& extack) {
    if (const err e = call_netdevice_notifiers(netdev_event::pre_up, dev, extack); e != err::ok) {
        return e;
    }
    dev.started = true;
    dev.krn.linkwatch.look_again(dev);
    dev.krn.fwd_genid_bump();
    if (dev.ops->ndo_open) {
        if (const err e = dev.ops->ndo_open(dev); e != err::ok) {
            dev.started = false;
            return e;
        }
    }
    dev.flags |= iff::up;
    dev_set_rx_mode(dev);
    dev_activate(dev);
    return err::ok;
}

void close_quietly(net_device& dev) {
    call_netdevice_notifiers(netdev_event::going_down, dev);
    dev.started = false;
    dev.krn.fwd_genid_bump();
    dev_deactivate(dev);
    if (dev.ops->ndo_stop) dev.ops->ndo_stop(dev);
    dev.flags &= ~std::uint32_t{iff::up};
    dev.krn.fwd_genid_bump();
}

void count_flag(net_device& dev, std::uint32_t& counter, std::uint32_t flag, int inc) {
    const bool before = counter > 0;
    counter = std::uint32_t(int(counter) + inc);
    if ((counter > 0) == before) return;
    dev.flags ^= flag;
    dev.krn.fwd_genid_bump();
    if (dev.ops->ndo_change_rx_flags && dev.is_up()) dev.ops->ndo_change_rx_flags(dev, flag);
}

}  // namespace

int dev_get_iflink(const net_device& dev) {
    return dev.ops->ndo_get_iflink ? dev.ops->ndo_get_iflink(dev) : dev.ifindex;
}

void dev_close(net_device& dev) {
    if (!dev.is_up()) return;
    close_quietly(dev);
    rtmsg_ifinfo(rtm::newlink, dev, iff::up | iff::running);
    call_netdevice_notifiers(netdev_event::down, dev);
}

std::uint32_t dev_get_flags(const net_device& dev) {
    std::uint32_t flags = dev.flags & ~(promisc_flags | iff::running | iff::lower_up | iff::dormant);
    flags |= dev.gflags & promisc_flags;
    if (dev.is_running()) {
        if (dev.oper_up()) flags |= iff::running;
        if (dev.carrier_ok()) flags |= iff::lower_up;
        if (dev.dormant) flags |= iff::dormant;
    }
    return flags;
}

void rtnl_configure_flags(net_device& dev, std::uint32_t flags) {
    dev.flags = (flags & settable_flags) | (dev.flags & ~settable_flags);
    dev.krn.fwd_genid_bump();
}

err dev_change_flags_quietly(net_device& dev, std::uint32_t flags, netlink_ext_ack& extack) {
    const std::uint32_t old_flags = dev.flags;
    rtnl_configure_flags(dev, flags);
    if ((old_flags ^ flags) & iff::up) {
        if (flags & iff::up) {
            if (const err e = open_quietly(dev, extack); e != err::ok) return e;
        } else {
            close_quietly(dev);
        }
    }
    const std::uint32_t toggled = (flags ^ dev.gflags) & promisc_flags;
    dev.gflags ^= toggled;
    if (toggled & iff::promisc) dev_set_promiscuity(dev, flags & iff::promisc ? 1 : -1);
    if (toggled & iff::allmulti) dev_set_allmulti(dev, flags & iff::allmulti ? 1 : -1);
    return err::ok;
}

void dev_notify_flags(net_device& dev, std::uint32_t old_flags, std::uint32_t gchanges) {
    const std::uint32_t changes = dev.flags ^ old_flags;
    if (gchanges) rtmsg_ifinfo(rtm::newlink, dev, gchanges);
    if (changes & iff::up) {
        call_netdevice_notifiers(dev.is_up() ? netdev_event::up : netdev_event::down, dev);
    }
    if (dev.is_up() && (changes & ~(std::uint32_t{iff::up} | promisc_flags))) {
        call_netdevice_notifiers(netdev_event::change, dev);
    }
}

err dev_change_flags(net_device& dev, std::uint32_t flags, netlink_ext_ack& extack) {
    const std::uint32_t old_flags = dev.flags, old_gflags = dev.gflags;
    if (const err e = dev_change_flags_quietly(dev, flags, extack); e != err::ok) return e;
    dev_notify_flags(dev, old_flags, (old_flags ^ dev.flags) | (old_gflags ^ dev.gflags));
    return err::ok;
}

void dev_set_promiscuity(net_device& dev, int inc) {
    count_flag(dev, dev.promiscuity, iff::promisc, inc);
}

void dev_set_allmulti(net_device& dev, int inc) {
    count_flag(dev, dev.allmulti, iff::allmulti, inc);
}

// The first up attaches a queueing discipline; frames pass once there is carrier.
void dev_activate(net_device& dev) {
    dev.qdisc_attached = true;
    dev.krn.fwd_genid_bump();
    if (dev.carrier_ok()) dev.qdisc_activated = true;
}

void dev_deactivate(net_device& dev) {
    dev.qdisc_activated = false;
    dev.krn.fwd_genid_bump();
    if (qdisc* q = dev.root_qdisc()) qdisc_reset(*q);
}

void netif_carrier_on(net_device& dev) {
    if (dev.carrier) return;
    dev.carrier = true;
    dev.krn.fwd_genid_bump();
    if (dev.reg_state == netreg::uninitialized) return;
    dev.carrier_up_count++;
    dev.krn.linkwatch.fire_event(dev);
}

void netif_carrier_off(net_device& dev) {
    if (!dev.carrier) return;
    dev.carrier = false;
    dev.krn.fwd_genid_bump();
    if (dev.reg_state == netreg::uninitialized) return;
    dev.carrier_down_count++;
    dev.krn.linkwatch.fire_event(dev);
}

void netdev_state_change(net_device& dev) {
    if (!dev.is_up()) return;
    call_netdevice_notifiers(netdev_event::change, dev);
    rtmsg_ifinfo(rtm::newlink, dev, 0);
}

err call_netdevice_notifiers(netdev_event event, net_device& dev, netlink_ext_ack& extack) {
    for (const auto call : netdev_notifiers()) {
        if (const err e = call(event, dev, extack); e != err::ok) return e;
    }
    return err::ok;
}

void call_netdevice_notifiers(netdev_event event, net_device& dev) {
    netlink_ext_ack extack;
    // Only events that announce something may be refused, and those use the other form.
    (void)call_netdevice_notifiers(event, dev, extack);
}

}  // namespace vethlab
