#pragma once
// Linux: include/net/ip6_fib.h, net/ipv6/{ip6_fib,route}.c: routes and their lookup.
// Here: a sorted list instead of a trie, one next hop a route, no cached copies.
#include "core/ipv6/addrconf.h"

namespace vethlab {

inline constexpr std::uint32_t ip6_rt_prio_addrconf = 256, ip6_rt_prio_user = 1024;

// What automatic routes do not have.
struct fib6_options {
    ipv6_address gateway, prefsrc;
    bool has_gateway = false, has_prefsrc = false;
    std::uint32_t mtu = 0, advmss = 0, hoplimit = 0;  // metrics; 0: not set
    sim_time expires{};                               // 0: never
    bool operator==(const fib6_options&) const = default;
};
inline constexpr common_value<fib6_options> fib6_options_none{};

struct fib6_info {
    std::uint32_t table = rt_table::main, metric = 0;
    ipv6_address dst;
    std::uint8_t plen = 0, protocol = rtprot::kernel;
    rtn type = rtn::unicast;
    bool onlink = false;
    net_device* dev = nullptr;
    copy_on_write<fib6_options> options{fib6_options_none};

    bool reject() const {
        return type == rtn::unreachable || type == rtn::blackhole || type == rtn::prohibit ||
               type == rtn::throw_;
    }
};

// err::exist unless NLM_F_REPLACE or NLM_F_APPEND say otherwise (flags: nlm_f::).
err fib6_add(netns& net, std::unique_ptr<fib6_info> rt, std::uint16_t flags);
void fib6_del(netns& net, const fib6_info& rt);
// Every route through the device goes (fib6_clean_all).
void rt6_disable_ip(net_device& dev);
void rt6_remove_prefsrc(netns& net, const net_device& dev, const ipv6_address& addr);

struct flowi6 {
    ipv6_address daddr, saddr;
    int oif = 0;
};
// The route of a packet, or nullptr with the error of a system call.
const fib6_info* ip6_route_lookup(netns& net, const flowi6& fl, err& e);

// A gateway of an IPv4 route (`via inet6`): finds its device unless that is named.
err fib6_nh_init(netns& net, const ipv6_address& gw, bool onlink, net_device*& dev,
                 netlink_ext_ack& extack);
void inet6_rt_notify(std::uint16_t event, netns& net, const fib6_info& rt);
err inet6_rtm_newroute(rtnl_request& r, nlmsg_builder& reply);
err inet6_rtm_delroute(rtnl_request& r, nlmsg_builder& reply);
err inet6_rtm_getroute(rtnl_request& r, nlmsg_builder& reply);
err inet6_dump_fib(rtnl_request& r, nlmsg_builder& out);
err fib6_nl_dumprule(rtnl_request& r, nlmsg_builder& out);

}  // namespace vethlab
