#pragma once
// Linux: net/ipv4/devinet.c: devinet_ioctl, net/core/dev_ioctl.c.
// Here: the requests that ifconfig makes by ioctl, in terms of rtnetlink, in the steps the
// kernel takes (an address is changed by removing it and adding it anew).
#include <string>
#include <vector>

#include "sim/tools/lib/libnetlink.h"

namespace vethlab {

struct inet_ifa {  // struct in_ifaddr
    int index = 0;
    std::string label;
    ipv4_address local, address, broadcast;
    unsigned prefixlen = 0;
    std::uint8_t scope = 0;
    std::uint32_t flags = 0;
    std::uint32_t netmask() const { return inet_make_mask(prefixlen); }
};

struct net_link {
    int index = 0;
    std::string name;
    std::vector<std::string> altnames;
    std::uint16_t type = 0;
    std::uint32_t flags = 0;  // as SIOCGIFFLAGS: 16 bits
    std::uint32_t mtu = 0, txqlen = 0;
    mac_address address;
    rtnl_link_stats64 stats;
};

struct inet6_ifa {
    int index = 0;
    std::array<std::uint8_t, 16> address{};
    unsigned prefixlen = 0;
};

class devinet {
 public:
    explicit devinet(process& p) : rtnl_(p) {}

    std::vector<net_link> links();
    std::vector<inet_ifa> addresses();  // as SIOCGIFCONF lists them
    std::vector<inet6_ifa> inet6_addresses();
    // The device of "v0" or "v0:1".
    std::optional<net_link> link(const std::string& name);
    // The first address with that label.
    std::optional<inet_ifa> ifa(const std::string& label);

    err set_address(const std::string& name, ipv4_address a);      // SIOCSIFADDR
    // SIOCSIFADDR, SIOCDIFADDR of an IPv6 socket.
    err change_inet6(int ifindex, bytes_view address, unsigned prefixlen, bool add);
    err set_netmask(const std::string& name, ipv4_address mask);   // SIOCSIFNETMASK
    err set_broadcast(const std::string& name, ipv4_address a);    // SIOCSIFBRDADDR
    err set_destination(const std::string& name, ipv4_address a);  // SIOCSIFDSTADDR
    // SIOCSIFFLAGS with `mask` set or cleared. An alias knows only one flag, iff::up, and
    // loses its address without it.
    err set_flags(const std::string& name, std::uint32_t mask, bool on);
    err set_mtu(const std::string& name, int mtu);               // SIOCSIFMTU
    err set_txqlen(const std::string& name, int length);         // SIOCSIFTXQLEN
    err set_hwaddr(const std::string& name, mac_address m);      // SIOCSIFHWADDR
    err rename(const std::string& name, const std::string& to);  // SIOCSIFNAME

 private:
    err insert(const inet_ifa& a);
    err remove(const inet_ifa& a);
    err replace(const inet_ifa& old, const inet_ifa& changed);
    template <class F>
    err set_link(const std::string& name, F put);

    rtnl_handle rtnl_;
};

}  // namespace vethlab
