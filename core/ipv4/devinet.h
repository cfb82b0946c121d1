#pragma once
// Linux: include/linux/inetdevice.h, net/ipv4/devinet.c: IPv4 on a device.
#include "core/ipv4/netns_ipv4.h"
#include "core/neighbour.h"

namespace vethlab {

struct in_ifaddr {
    ipv4_address local, address;  // equal unless there is a peer
    ipv4_address broadcast;
    std::uint32_t mask = 0;
    std::uint32_t rt_priority = 0;
    std::uint32_t flags = 0;  // ifa_f::
    std::uint8_t prefixlen = 0, scope = 0, proto = 0;
    char label[ifnamsiz] = {};
    std::uint32_t valid_lft = infinity_life_time, preferred_lft = infinity_life_time;
    sim_time cstamp{}, tstamp{};

    static constexpr std::uint32_t infinity_life_time = UINT32_MAX;
    bool secondary() const { return flags & ifa_f::secondary; }
    // inet_ifa_match: `a` lies in this address's subnet.
    bool match(ipv4_address a) const { return !((a.value ^ address.value) & mask); }
};

struct igmp_device;  // igmp_state.h

struct in_device {
    explicit in_device(net_device& device);
    in_device(const in_device&) = delete;
    ~in_device();

    net_device& dev;
    compact_vector<std::unique_ptr<in_ifaddr>> ifa_list;  // in the order `ip addr` shows
    ipv4_devconf cnf;
    std::unique_ptr<neigh_parms> arp_parms;  // made for the first neighbour
    std::unique_ptr<igmp_device> mc;
    bool dead = false;
    bool noarp = false;  // IFF_NOARP when arp last looked
    // A member of 224.0.0.1 and of nothing else, as most are: `mc` is made when it has more to say.
    bool in_all_hosts = false;
    std::uint8_t igmp_qrv = 0;  // with which it joined

    netns& net() const { return *dev.net; }
    neigh_parms& get_arp_parms();
    int conf_get(devconf::index i) const { return cnf.get(i); }
    // How `all` and the device combine (IN_DEV_ANDCONF, ORCONF, MAXCONF).
    bool and_conf(devconf::index i) const;
    bool or_conf(devconf::index i) const;
    int max_conf(devconf::index i) const;

    bool forward() const { return cnf.get(devconf::forwarding); }
    bool rx_redirects() const;  // IN_DEV_RX_REDIRECTS
    bool tx_redirects() const { return or_conf(devconf::send_redirects); }
    bool shared_media() const { return or_conf(devconf::shared_media); }
    bool sec_redirects() const { return or_conf(devconf::secure_redirects); }
    bool source_route() const { return and_conf(devconf::accept_source_route); }
    bool proxy_arp() const { return or_conf(devconf::proxy_arp); }
    bool proxy_arp_pvlan() const { return or_conf(devconf::proxy_arp_pvlan); }
    bool bforward() const;  // IN_DEV_BFORWARD
    int rpfilter() const { return max_conf(devconf::rp_filter); }
    bool accept_local() const { return or_conf(devconf::accept_local); }
    bool route_localnet() const { return or_conf(devconf::route_localnet); }
    bool ignore_routes_with_linkdown() const {
        return or_conf(devconf::ignore_routes_with_linkdown);
    }
};

inline in_device* in_dev_get(const net_device& dev) { return dev.ip_ptr.get(); }

// ---- questions
// The address that speaks for `dev` towards `dst` (0: anybody), of at most this scope; from
// another device of the namespace if it has none. 0.0.0.0: none at all.
ipv4_address inet_select_addr(const net_device& dev, ipv4_address dst, std::uint8_t scope);
// A local address that fits: local 0 any, dst 0 any; on `in_dev`, or anywhere if nullptr.
ipv4_address inet_confirm_addr(netns& net, in_device* in_dev, ipv4_address dst, ipv4_address local,
                               std::uint8_t scope);
bool inet_addr_onlink(const in_device& in_dev, ipv4_address a, ipv4_address b);
in_ifaddr* inet_ifa_byprefix(const in_device& in_dev, ipv4_address prefix, std::uint32_t mask);
// The device that owns a local address (through table local when not in the list); nullptr.
net_device* ip_dev_find(netns& net, ipv4_address addr);
const in_ifaddr* inet_lookup_ifaddr(netns& net, ipv4_address addr, net_device** dev);

// ---- changes (also used for the ioctls of ifconfig)
struct nl_info {  // whose request a notification answers
    std::uint32_t portid = 0, seq = 0;
};
err inet_insert_ifa(in_device& in_dev, std::unique_ptr<in_ifaddr> ifa, netlink_ext_ack& extack,
                    const nl_info& who);
// Secondaries go with their primary, unless promote_secondaries.
void inet_del_ifa(in_device& in_dev, in_ifaddr& ifa, const nl_info& who);
void set_ifa_lifetime(const in_device& in_dev, in_ifaddr& ifa, std::uint32_t valid_lft,
                      std::uint32_t preferred_lft);
void check_lifetime_soon(netns& net);
void rtmsg_ifa(std::uint16_t event, const in_device& in_dev, const in_ifaddr& ifa,
               const nl_info& who);

enum class inetaddr_event : std::uint8_t { up, down };

// net.ipv4.ip_forward.
void inet_forward_change(netns& net, int value);

// ---- notifiers and namespaces, for registry.cc
err inetdev_event(netdev_event event, net_device& dev, netlink_ext_ack& extack);
void ipv4_net_init(netns& net);
void ipv4_net_exit(netns& net);

// ---- netlink (devinet_netlink.cc, devconf_netlink.cc)
err inet_rtm_newaddr(rtnl_request& r, nlmsg_builder& reply);
err inet_rtm_deladdr(rtnl_request& r, nlmsg_builder& reply);
err inet_dump_ifaddr(rtnl_request& r, nlmsg_builder& out);
// attribute: a netconfa:: number, -1 for all.
void inet_netconf_notify(netns& net, std::uint16_t event, int ifindex, const ipv4_devconf& cnf,
                         int attribute);
err inet_netconf_get_devconf(rtnl_request& r, nlmsg_builder& reply);
err inet_netconf_dump_devconf(rtnl_request& r, nlmsg_builder& out);
// IFLA_AF_SPEC / AF_INET of a link message: IFLA_INET_CONF. Nothing if the device has no IPv4.
void inet_fill_link_af(nlmsg_builder& out, const net_device& dev);

// ---- /proc/sys (devconf.cc, sysctl_net_ipv4.cc)
err devinet_sysctl_read(netns& net, std::string_view rest, std::string& value);
err devinet_sysctl_write(netns& net, std::string_view rest, std::string_view value);
void devinet_sysctl_list(netns& net, std::vector<std::string>& rests);
err arp_sysctl_read(netns& net, std::string_view rest, std::string& value);
err arp_sysctl_write(netns& net, std::string_view rest, std::string_view value);
void arp_sysctl_list(netns& net, std::vector<std::string>& rests);
err ipv4_sysctl_read(netns& net, std::string_view rest, std::string& value);
err ipv4_sysctl_write(netns& net, std::string_view rest, std::string_view value);
void ipv4_sysctl_list(netns& net, std::vector<std::string>& rests);

}  // namespace vethlab
