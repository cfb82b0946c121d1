#pragma once
// Linux: include/net/if_inet6.h, include/net/addrconf.h, net/ipv6/addrconf.c: IPv6 on a device.
#include <span>
#include <string>

#include "core/copy_on_write.h"
#include "core/ipv6/netns_ipv6.h"
#include "core/lazy_timer.h"
#include "core/neighbour.h"

namespace vethlab {

using ipv6_bytes = ipv6_address;
struct inet6_dev;

// net/ipv6/mcast.c
struct ifmcaddr6 {
    ipv6_address addr;
    int users = 1;
    std::uint8_t crcount = 0;  // how often a change is still to be reported
    bool loaded = false;       // in the device's filter
    bool noreport() const { return addr == in6addr_linklocal_allnodes || addr.mc_scope() < 2; }
};

struct inet6_ifaddr;

enum class ifaddr6_state : std::uint8_t { predad, dad, postdad, dead };

// What automatic addresses do not have.
struct ifaddr6_options {
    ipv6_address peer_addr;
    std::uint32_t rt_priority = 0;
    std::uint32_t valid_lft = UINT32_MAX, prefered_lft = UINT32_MAX;
    bool operator==(const ifaddr6_options&) const = default;
};
inline constexpr common_value<ifaddr6_options> ifaddr6_options_none{};

// While nobody knows yet whether another node has the address.
struct ifaddr6_dad {
    explicit ifaddr6_dad(inet6_ifaddr& ifp);

    timer work;
    std::array<std::uint8_t, 6> nonce{};
    bool has_nonce = false;
    std::uint8_t probes = 0;
};

struct inet6_ifaddr {
    inet6_ifaddr(inet6_dev& d, const ipv6_address& a);
    inet6_ifaddr(const inet6_ifaddr&) = delete;

    inet6_dev& idev;
    ipv6_address addr;
    std::uint32_t flags = 0;  // ifa_f::
    std::uint8_t prefix_len = 128, proto = 0;
    ifaddr6_state state = ifaddr6_state::predad;
    copy_on_write<ifaddr6_options> options{ifaddr6_options_none};
    sim_time cstamp{}, tstamp{};
    std::unique_ptr<ifaddr6_dad> dad;

    std::uint8_t scope() const { return ipv6_addr_scope(addr); }
    bool tentative() const { return flags & ifa_f::tentative; }
};

// The device asks for routers.
struct inet6_rs {
    explicit inet6_rs(inet6_dev& d);
    vethlab::timer timer;
    sim_time interval{};
    std::int32_t probes = 1;
};
void mld_ifc_work(inet6_dev& idev);
void mld_dad_work(inet6_dev& idev);

// What a device without addresses does not have.
struct inet6_dev_more {
    compact_vector<ifmcaddr6> mc_list, mc_tomb;  // tomb: left, the news not yet told
    lazy_timer<timer, inet6_dev, mld_ifc_work> mc_ifc_timer;
    lazy_timer<timer, inet6_dev, mld_dad_work> mc_dad_timer;
    std::uint8_t mc_ifc_count = 0, mc_dad_count = 0;
    std::unique_ptr<inet6_rs> rs;
    std::unique_ptr<neigh_parms> nd_parms;  // made for the first neighbour
};

struct inet6_dev {
    explicit inet6_dev(net_device& d);
    inet6_dev(const inet6_dev&) = delete;
    ~inet6_dev();

    net_device& dev;
    devconf6_ptr cnf;
    compact_vector<std::unique_ptr<inet6_ifaddr>> addr_list;  // in the order `ip addr` shows
    std::unique_ptr<inet6_dev_more> more;
    std::uint32_t tstamp = 0;             // in hundredths of a second
    bool ready = false, rs_sent = false;  // IF_READY, IF_RS_SENT
    // In no other groups than those that IPv6 itself joins: these stand in one place for all.
    bool mc_usual = false;
    static constexpr std::uint8_t mc_qrv = 2;

    std::span<const ifmcaddr6> mc_list() const;  // newest first
    compact_vector<ifmcaddr6>& own_mc_list();    // to be changed
    inet6_dev_more& make_more() {
        if (!more) more = std::make_unique<inet6_dev_more>();
        return *more;
    }
    neigh_parms* nd_parms() const { return more ? more->nd_parms.get() : nullptr; }
    netns& net() const { return *dev.net; }
    kernel& krn() const { return dev.krn; }
    std::int32_t conf(devconf6::index i) const { return cnf->get(i); }
    bool disabled() const { return cnf->get(devconf6::disable_ipv6) != 0; }
};

inline inet6_dev* in6_dev_get(const net_device& dev) { return dev.ip6_ptr.get(); }

// ---- addresses (addrconf.cc)
struct ifa6_config {
    ipv6_address pfx, peer;
    bool has_peer = false;
    std::uint8_t plen = 128, proto = 0;
    std::uint32_t flags = 0, rt_priority = 0;
    std::uint32_t valid_lft = UINT32_MAX, prefered_lft = UINT32_MAX;
};
inet6_ifaddr* ipv6_get_ifaddr(const net_device& dev, const ipv6_address& addr);
// On `dev`, or on any device of the namespace if nullptr, and not marked with banned flags.
bool ipv6_chk_addr(const netns& net, const ipv6_address& addr, const net_device* dev,
                   std::uint32_t banned);
// A link-local address of the device; false: none without the banned flags.
bool ipv6_get_lladdr(const net_device& dev, ipv6_address& addr, std::uint32_t banned);
// RFC 6724. False: no address at all.
bool ipv6_dev_get_saddr(netns& net, const net_device* dst_dev, const ipv6_address& daddr,
                        ipv6_address& saddr);
inet6_ifaddr* ipv6_add_addr(inet6_dev& idev, const ifa6_config& cfg, netlink_ext_ack& extack,
                            err& e);
void ipv6_del_addr(inet6_ifaddr& ifp);
// An address that is off the list: groups, routes, monitors.
void addrconf_forget_addr(inet6_ifaddr& ifp);
// IPv6 for a new address; nullptr: the device is too small, or it is switched off.
inet6_dev* addrconf_add_dev(net_device& dev);
err inet6_addr_add(net_device& dev, ifa6_config cfg, netlink_ext_ack& extack);
// The prefix route of an address: connected, unless the device is down.
void addrconf_prefix_route(const ipv6_address& pfx, unsigned plen, std::uint32_t metric,
                           net_device& dev, std::uint32_t lifetime_s);
void addrconf_verify(netns& net);
void addrconf_ifdown(net_device& dev, bool unregister);
err addrconf_notify(netdev_event event, net_device& dev, netlink_ext_ack& extack);
// net.ipv6.conf.*.disable_ipv6 of one device has a new value; addr_gen_mode likewise.
void dev_disable_change(inet6_dev& idev);
void addrconf_dev_config(net_device& dev);
bool ipv6_accept_ra(const inet6_dev& idev);

// ---- duplicate address detection, router solicitation (addrconf_dad.cc)
void addrconf_dad_start(inet6_ifaddr& ifp);
void addrconf_dad_run(inet6_dev& idev);
void addrconf_dad_failure(inet6_ifaddr& ifp);
void addrconf_dad_work(void* context);
void addrconf_rs_timer(void* context);

// ---- netlink (addrconf_netlink.cc)
void inet6_ifa_notify(std::uint16_t event, const inet6_ifaddr& ifp);
err inet6_rtm_newaddr(rtnl_request& r, nlmsg_builder& reply);
err inet6_rtm_deladdr(rtnl_request& r, nlmsg_builder& reply);
err inet6_dump_ifaddr(rtnl_request& r, nlmsg_builder& out);
err inet6_dump_ifinfo(rtnl_request& r, nlmsg_builder& out);
// IFLA_AF_SPEC / AF_INET6 of a link message, out and in.
void inet6_fill_link_af(nlmsg_builder& out, const net_device& dev);
err inet6_set_link_af(net_device& dev, const nlattrs& tb, netlink_ext_ack& extack);

// ---- multicast groups (mcast.cc)
void ipv6_mc_init_dev(inet6_dev& idev);  // joins what every device joins
void ipv6_dev_mc_inc(net_device& dev, const ipv6_address& group);
void ipv6_dev_mc_dec(net_device& dev, const ipv6_address& group);
bool ipv6_chk_mcast_addr(const net_device& dev, const ipv6_address& group);
void ipv6_mc_up(inet6_dev& idev);
void ipv6_mc_down(inet6_dev& idev);
void ipv6_mc_destroy_dev(inet6_dev& idev);
void ipv6_mc_dad_complete(inet6_dev& idev);
std::string igmp6_mc_seq_show(netns& net);  // /proc/net/igmp6

// ---- namespaces, /proc/sys/net/ipv6 (sysctl_net_ipv6.cc)
void ipv6_net_init(netns& net);
void ipv6_net_exit(netns& net);
err ipv6_conf_sysctl_read(netns& net, std::string_view rest, std::string& value);
err ipv6_conf_sysctl_write(netns& net, std::string_view rest, std::string_view value);
void ipv6_conf_sysctl_list(netns& net, std::vector<std::string>& rests);
err ipv6_neigh_sysctl_read(netns& net, std::string_view rest, std::string& value);
err ipv6_neigh_sysctl_write(netns& net, std::string_view rest, std::string_view value);
void ipv6_neigh_sysctl_list(netns& net, std::vector<std::string>& rests);

}  // namespace vethlab
