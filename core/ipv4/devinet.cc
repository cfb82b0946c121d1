// Linux: net/ipv4/devinet.c: the addresses of a device.
#include "core/ipv4/devinet.h"

#include <algorithm>

#include "core/ipv4/arp.h"
#include "core/ipv4/fib.h"
#include "core/ipv4/igmp_state.h"
#include "core/ipv4/route.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr std::uint32_t inet_min_mtu = 68;  // RFC 791: inetdev_valid_mtu

// What only IPv6 addresses have.
constexpr std::uint32_t ipv6only_flags = ifa_f::nodad | ifa_f::optimistic | ifa_f::dadfailed |
                                         ifa_f::homeaddress | ifa_f::tentative |
                                         ifa_f::managetempaddr | ifa_f::stable_privacy;

void set_label(in_ifaddr& ifa, std::string_view label) {
    const auto n = std::min(label.size(), sizeof ifa.label - 1);
    std::memset(ifa.label, 0, sizeof ifa.label);
    std::memcpy(ifa.label, label.data(), n);
}

bool same_subnet(const in_ifaddr& a, const in_ifaddr& b) {
    return a.mask == b.mask && a.match(b.address);
}

std::size_t position_of(const in_device& in_dev, const in_ifaddr& ifa) {
    for (std::size_t i = 0; i < in_dev.ifa_list.size(); i++) {
        if (in_dev.ifa_list[i].get() == &ifa) return i;
    }
    return in_dev.ifa_list.size();
}

std::unique_ptr<in_ifaddr> unlink(in_device& in_dev, std::size_t at) {
    auto ifa = std::move(in_dev.ifa_list[at]);
    in_dev.ifa_list.erase(in_dev.ifa_list.begin() + std::ptrdiff_t(at));
    return ifa;
}

void announce_deleted(in_device& in_dev, const in_ifaddr& ifa, const nl_info& who) {
    rtmsg_ifa(rtm::deladdr, in_dev, ifa, who);
    fib_inetaddr_event(inetaddr_event::down, in_dev, ifa);
}

// The secondaries of a primary that goes. Without promotion they go with it; otherwise the first
// one is to take its place and is returned.
in_ifaddr* delete_or_promote(in_device& in_dev, const in_ifaddr& primary, const nl_info& who) {
    const bool do_promote = in_dev.or_conf(devconf::promote_secondaries);
    for (std::size_t i = position_of(in_dev, primary) + 1; i < in_dev.ifa_list.size();) {
        in_ifaddr& ifa = *in_dev.ifa_list[i];
        if (!ifa.secondary() || !same_subnet(primary, ifa)) {
            i++;
        } else if (do_promote) {
            return &ifa;
        } else {
            const auto gone = unlink(in_dev, i);
            announce_deleted(in_dev, *gone, who);
        }
    }
    return nullptr;
}

// Where a primary of this scope belongs: behind all primaries of the same or a larger value.
std::size_t behind_primaries(const in_device& in_dev, std::uint8_t scope) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < in_dev.ifa_list.size(); i++) {
        const in_ifaddr& ifa = *in_dev.ifa_list[i];
        if (!ifa.secondary() && scope <= ifa.scope) at = i + 1;
    }
    return at;
}

}  // namespace

void inet_del_ifa(in_device& in_dev, in_ifaddr& ifa1, const nl_info& who) {
    in_ifaddr* promote = nullptr;
    if (!ifa1.secondary() && !in_dev.dead) promote = delete_or_promote(in_dev, ifa1, who);
    if (promote) {
        // The others get a new preferred source: their routes go silently and come back.
        for (std::size_t i = position_of(in_dev, *promote); i < in_dev.ifa_list.size(); i++) {
            const in_ifaddr& ifa = *in_dev.ifa_list[i];
            if (same_subnet(ifa1, ifa)) fib_del_ifaddr(in_dev, ifa, &ifa1);
        }
    }
    const std::size_t at = position_of(in_dev, ifa1);
    const auto gone = unlink(in_dev, at);
    announce_deleted(in_dev, *gone, who);
    if (!promote) return;

    const std::size_t from = position_of(in_dev, *promote);
    std::size_t next = from + 1;
    if (from > at) {
        auto moved = unlink(in_dev, from);
        const std::size_t to = std::max(at, behind_primaries(in_dev, gone->scope));
        in_dev.ifa_list.insert(in_dev.ifa_list.begin() + std::ptrdiff_t(std::min(to, from)),
                               std::move(moved));
    }
    promote->flags &= ~std::uint32_t(ifa_f::secondary);
    rtmsg_ifa(rtm::newaddr, in_dev, *promote, who);
    fib_inetaddr_event(inetaddr_event::up, in_dev, *promote);
    for (; next < in_dev.ifa_list.size(); next++) {
        const in_ifaddr& ifa = *in_dev.ifa_list[next];
        if (same_subnet(*gone, ifa)) fib_add_ifaddr(in_dev, ifa);
    }
}

err inet_insert_ifa(in_device& in_dev, std::unique_ptr<in_ifaddr> ifa, netlink_ext_ack& extack,
                    const nl_info& who) {
    if (ifa->local.is_any()) return err::ok;
    ifa->flags &= ~(ifa_f::secondary | ipv6only_flags);
    for (const auto& ifa1 : in_dev.ifa_list) {
        if (ifa1->mask != ifa->mask || !ifa1->match(ifa->address)) continue;
        if (ifa1->local == ifa->local) {
            return extack.set(err::exist, "ipv4: Address already assigned");
        }
        if (ifa1->scope != ifa->scope) {
            return extack.set(err::inval, "ipv4: Invalid scope value");
        }
        ifa->flags |= ifa_f::secondary;
    }
    const in_ifaddr& added = *ifa;
    const std::size_t at =
        ifa->secondary() ? in_dev.ifa_list.size() : behind_primaries(in_dev, ifa->scope);
    in_dev.ifa_list.insert(in_dev.ifa_list.begin() + std::ptrdiff_t(at), std::move(ifa));
    if (!(added.flags & ifa_f::permanent)) check_lifetime_soon(in_dev.net());
    rtmsg_ifa(rtm::newaddr, in_dev, added, who);
    fib_inetaddr_event(inetaddr_event::up, in_dev, added);
    return err::ok;
}

namespace {

in_device& inetdev_init(net_device& dev) {
    dev.ip_ptr = std::make_unique<in_device>(dev);
    in_device& in_dev = *dev.ip_ptr;
    inet_netconf_notify(*dev.net, rtm::newnetconf, dev.ifindex, in_dev.cnf, -1);
    if (dev.is_up()) ip_mc_up(in_dev);
    return in_dev;
}

void inetdev_destroy(net_device& dev) {
    in_device& in_dev = *in_dev_get(dev);
    in_dev.dead = true;
    ip_mc_destroy_dev(in_dev);
    while (!in_dev.ifa_list.empty()) inet_del_ifa(in_dev, *in_dev.ifa_list.front(), {});
    inet_netconf_notify(*dev.net, rtm::delnetconf, dev.ifindex, in_dev.cnf, 0);
    arp_ifdown(dev);
    dev.ip_ptr.reset();
}

void add_loopback_address(in_device& in_dev) {
    auto ifa = std::make_unique<in_ifaddr>();
    ifa->local = ifa->address = {0x7f000001};
    ifa->prefixlen = 8;
    ifa->mask = inet_make_mask(8);
    ifa->scope = rt_scope::host;
    set_label(*ifa, in_dev.dev.name);
    set_ifa_lifetime(in_dev, *ifa, in_ifaddr::infinity_life_time, in_ifaddr::infinity_life_time);
    in_dev.cnf.setall();
    netlink_ext_ack ignored;
    (void)inet_insert_ifa(in_dev, std::move(ifa), ignored, {});
}

void send_gratuitous_arp(in_device& in_dev) {
    for (const auto& ifa : in_dev.ifa_list) {
        arp_send(arp_op::request, in_dev.dev, ifa->local, ifa->local, nullptr, nullptr, nullptr);
    }
}

// "v0" and "v0:1" follow the device's new name; an alias without a colon gets its number.
void inetdev_changename(in_device& in_dev) {
    int named = 0;
    for (auto& ifa : in_dev.ifa_list) {
        const std::string old = ifa->label;
        const std::string_view name = in_dev.dev.name;
        set_label(*ifa, name);
        if (named++ > 0) {
            const auto colon = old.find(':');
            const std::string tail =
                colon == old.npos ? ":" + std::to_string(named) : old.substr(colon);
            const std::size_t room = sizeof ifa->label - 1 - std::min(tail.size(), ifnamsiz - 1);
            set_label(*ifa, std::string(name.substr(0, room)) + tail);
        }
        rtmsg_ifa(rtm::newaddr, in_dev, *ifa, {});
    }
}

}  // namespace

in_device::in_device(net_device& device)
    : dev(device), cnf(device.net->ipv4->devconf_dflt), noarp(device.flags & iff::noarp) {
}

in_device::~in_device() = default;

neigh_parms& in_device::get_arp_parms() {
    if (!arp_parms) arp_parms = std::make_unique<neigh_parms>(arp_tbl(dev.krn), dev);
    return *arp_parms;
}

err inetdev_event(netdev_event event, net_device& dev, netlink_ext_ack&) {
    in_device* in_dev = in_dev_get(dev);
    const bool valid_mtu = dev.mtu >= inet_min_mtu;
    if (!in_dev) {
        if (event == netdev_event::register_) {
            in_device& made = inetdev_init(dev);
            if (dev.is_loopback()) {
                if (made.cnf.values.is_common()) made.cnf.values.share(devconf_values_loopback);
                made.cnf.set(devconf::noxfrm, 1);
                made.cnf.set(devconf::nopolicy, 1);
            }
        } else if (event == netdev_event::changemtu && valid_mtu) {
            inetdev_init(dev);
        }
        return err::ok;
    }
    switch (event) {
        case netdev_event::up:
            if (!valid_mtu) break;
            if (dev.is_loopback()) add_loopback_address(*in_dev);
            ip_mc_up(*in_dev);
            [[fallthrough]];
        case netdev_event::changeaddr:
            if (!in_dev->max_conf(devconf::arp_notify)) break;
            [[fallthrough]];
        case netdev_event::notify_peers:
            send_gratuitous_arp(*in_dev);
            break;
        case netdev_event::down:
            ip_mc_down(*in_dev);
            break;
        case netdev_event::changemtu:
            if (valid_mtu) break;
            [[fallthrough]];
        case netdev_event::unregister:
            inetdev_destroy(dev);
            break;
        case netdev_event::changename:
            inetdev_changename(*in_dev);
            break;
        default:
            break;
    }
    return err::ok;
}

// ---- lifetimes

void set_ifa_lifetime(const in_device& in_dev, in_ifaddr& ifa, std::uint32_t valid_lft,
                      std::uint32_t preferred_lft) {
    ifa.flags &= ~std::uint32_t(ifa_f::permanent | ifa_f::deprecated);
    if (valid_lft == in_ifaddr::infinity_life_time) ifa.flags |= ifa_f::permanent;
    if (preferred_lft == 0) ifa.flags |= ifa_f::deprecated;
    ifa.valid_lft = valid_lft;
    ifa.preferred_lft = preferred_lft;
    ifa.tstamp = in_dev.dev.krn.now();
    if (ifa.cstamp == sim_time{}) ifa.cstamp = ifa.tstamp;
}

namespace {

constexpr sim_time lifetime_fuzz = 20ms, lifetime_soonest = 1s;

// What is next for an address: deprecated, then gone. max(): nothing.
sim_time next_change(const in_ifaddr& ifa) {
    if (ifa.flags & ifa_f::permanent) return sim_time::max();
    const bool pending =
        !(ifa.flags & ifa_f::deprecated) && ifa.preferred_lft != in_ifaddr::infinity_life_time;
    return ifa.tstamp + std::chrono::seconds(pending ? std::min(ifa.preferred_lft, ifa.valid_lft)
                                                     : ifa.valid_lft);
}

void check_device(in_device& in_dev, sim_time now) {
    for (std::size_t i = 0; i < in_dev.ifa_list.size();) {
        in_ifaddr& ifa = *in_dev.ifa_list[i];
        const sim_time age = now - ifa.tstamp + lifetime_fuzz;
        if (ifa.flags & ifa_f::permanent) {
            i++;
        } else if (age >= std::chrono::seconds(ifa.valid_lft)) {
            inet_del_ifa(in_dev, ifa, {});
            i = 0;  // its secondaries may have gone too
        } else {
            if (!(ifa.flags & ifa_f::deprecated) &&
                ifa.preferred_lft != in_ifaddr::infinity_life_time &&
                age >= std::chrono::seconds(ifa.preferred_lft)) {
                ifa.flags |= ifa_f::deprecated;
                rtmsg_ifa(rtm::newaddr, in_dev, ifa, {});
            }
            i++;
        }
    }
}

void check_lifetime(void* context) {
    auto& net = *static_cast<netns*>(context);
    for (net_device* dev : net.dev_base_head) {
        if (in_device* in_dev = in_dev_get(*dev)) check_device(*in_dev, net.krn.now());
    }
    check_lifetime_soon(net);
}

}  // namespace

void check_lifetime_soon(netns& net) {
    sim_time next = sim_time::max();
    for (const net_device* dev : net.dev_base_head) {
        const in_device* in_dev = in_dev_get(*dev);
        if (!in_dev) continue;
        for (const auto& ifa : in_dev->ifa_list) next = std::min(next, next_change(*ifa));
    }
    auto& t = net.ipv4->addr_lifetimes;
    if (next == sim_time::max()) {
        t.reset();
        return;
    }
    if (!t) t = std::make_unique<timer>(net.krn.events, check_lifetime, &net);
    const sim_time now = net.krn.now();
    t->mod(next <= now ? sim_time{} : std::max(next - now, lifetime_soonest));
}

}  // namespace vethlab
