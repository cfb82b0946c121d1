#include "core/registry.h"

#include "core/af_packet.h"
#include "core/drivers/bridge/br_mcast.h"
#include "core/drivers/bridge/br_private.h"
#include "core/drivers/loopback/loopback.h"
#include "core/drivers/veth/veth.h"
#include "core/ipv4/arp.h"
#include "core/ipv4/devinet.h"
#include "core/ipv4/fib.h"
#include "core/ipv4/ip.h"
#include "core/ipv4/route.h"
#include "core/ipv6/addrconf.h"
#include "core/ipv6/ip6_fib.h"
#include "core/ipv6/ip6_input.h"
#include "core/ipv6/ndisc.h"
#include "core/llc.h"
#include "core/neighbour.h"
#include "core/rtnetlink_fdb.h"
#include "core/sched/sch_generic.h"
#include "core/sysctl_net.h"

namespace vethlab {
namespace {

constexpr const rtnl_link_ops* kinds[] = {
    &bridge_link_ops,
    &veth_link_ops,  // a new kind is a line here
};

constexpr const qdisc_ops* qdiscs[] = {
    &bfifo_qdisc_ops,      &clsact_qdisc_ops, &ingress_qdisc_ops,         &noqueue_qdisc_ops,
    &pfifo_fast_qdisc_ops, &pfifo_qdisc_ops,  &pfifo_head_drop_qdisc_ops, &tbf_qdisc_ops,
};

constexpr packet_type_handler packet_types[] = {
    {eth_p::ip, ip_rcv},
    {eth_p::arp, arp_rcv},
    {eth_p::ipv6, ipv6_rcv},
    {eth_p::p802_2, llc_rcv},
};

// In the order in which Linux registers them at boot.
constexpr notifier notifiers[] = {
    arp_netdev_event, inetdev_event,   fib_netdev_event, ndisc_netdev_event,
    addrconf_notify,  packet_notifier, br_device_event,
};

constexpr pernet_operations pernet[] = {
    {ipv4_net_init, ipv4_net_exit},
    {ipv6_net_init, ipv6_net_exit},
    {loopback_net_init, nullptr},
};

// Linux: rtnl_dump_all: what a dump without a family asks for, IPv4 first.
template <rtnl_dumpit first, rtnl_dumpit second>
err dump_both(rtnl_request& r, nlmsg_builder& out) {
    const err e = first(r, out);
    return e == err::ok ? second(r, out) : e;
}

constexpr rtnl_handler rtnl_handlers[] = {
    {af::unspec, rtm::newlink, rtnl_newlink, nullptr},
    {af::unspec, rtm::dellink, rtnl_dellink, nullptr},
    {af::unspec, rtm::getlink, rtnl_getlink, rtnl_dump_ifinfo},
    {af::unspec, rtm::setlink, rtnl_setlink, nullptr},
    {af::unspec, rtm::newlinkprop, rtnl_newlinkprop, nullptr},
    {af::unspec, rtm::dellinkprop, rtnl_dellinkprop, nullptr},
    {af::inet, rtm::newaddr, inet_rtm_newaddr, nullptr},
    {af::inet, rtm::deladdr, inet_rtm_deladdr, nullptr},
    {af::inet, rtm::getaddr, nullptr, inet_dump_ifaddr},
    {af::inet6, rtm::newaddr, inet6_rtm_newaddr, nullptr},
    {af::inet6, rtm::deladdr, inet6_rtm_deladdr, nullptr},
    {af::inet6, rtm::getaddr, nullptr, inet6_dump_ifaddr},
    {af::inet6, rtm::getlink, nullptr, inet6_dump_ifinfo},
    {af::unspec, rtm::getaddr, nullptr, dump_both<inet_dump_ifaddr, inet6_dump_ifaddr>},
    {af::inet, rtm::newroute, inet_rtm_newroute, nullptr},
    {af::inet, rtm::delroute, inet_rtm_delroute, nullptr},
    {af::inet, rtm::getroute, inet_rtm_getroute, inet_dump_fib},
    {af::inet6, rtm::newroute, inet6_rtm_newroute, nullptr},
    {af::inet6, rtm::delroute, inet6_rtm_delroute, nullptr},
    {af::inet6, rtm::getroute, inet6_rtm_getroute, inet6_dump_fib},
    {af::unspec, rtm::getroute, nullptr, dump_both<inet_dump_fib, inet6_dump_fib>},
    {af::unspec, rtm::newneigh, neigh_add, nullptr},
    {af::unspec, rtm::delneigh, neigh_delete, nullptr},
    {af::unspec, rtm::getneigh, neigh_get, neigh_dump_info},
    {af::inet, rtm::newrule, fib_nl_newrule, nullptr},
    {af::inet, rtm::delrule, fib_nl_delrule, nullptr},
    {af::inet, rtm::getrule, nullptr, fib_nl_dumprule},
    {af::inet6, rtm::getrule, nullptr, fib6_nl_dumprule},
    {af::unspec, rtm::getrule, nullptr, dump_both<fib_nl_dumprule, fib6_nl_dumprule>},
    {af::inet, rtm::getnetconf, inet_netconf_get_devconf, inet_netconf_dump_devconf},
    {af::unspec, rtm::newqdisc, tc_modify_qdisc, nullptr},
    {af::unspec, rtm::delqdisc, tc_del_qdisc, nullptr},
    {af::unspec, rtm::getqdisc, tc_get_qdisc, tc_dump_qdisc},
    {af::unspec, rtm::gettclass, nullptr, tc_dump_tclass},
    {af::unspec, rtm::gettfilter, nullptr, tc_dump_tfilter},
    {af::unspec, rtm::newnsid, rtnl_net_newid, nullptr},
    {af::unspec, rtm::getnsid, rtnl_net_getid, rtnl_net_dumpid},
    {af::bridge, rtm::newmdb, br_rtm_newmdb, nullptr},
    {af::bridge, rtm::delmdb, br_rtm_delmdb, nullptr},
    {af::bridge, rtm::getmdb, nullptr, br_rtm_getmdb_dump},
    {af::bridge, rtm::getlink, nullptr, rtnl_bridge_getlink},
    {af::bridge, rtm::setlink, rtnl_bridge_setlink, nullptr},
    {af::bridge, rtm::dellink, rtnl_bridge_dellink, nullptr},
    {af::bridge, rtm::newneigh, rtnl_fdb_add, nullptr},
    {af::bridge, rtm::delneigh, rtnl_fdb_del, nullptr},
    {af::bridge, rtm::getneigh, rtnl_fdb_get, rtnl_fdb_dump},
};

constexpr sysctl_tree trees[] = {
    {"net/bridge/", br_sysctl_read, br_sysctl_write, br_sysctl_list},
    {"net/core/", net_core_sysctl_read, net_core_sysctl_write, net_core_sysctl_list},
    {"net/ipv4/", ipv4_sysctl_read, ipv4_sysctl_write, ipv4_sysctl_list},
    {"net/ipv4/conf/", devinet_sysctl_read, devinet_sysctl_write, devinet_sysctl_list},
    {"net/ipv4/neigh/", arp_sysctl_read, arp_sysctl_write, arp_sysctl_list},
    {"net/ipv6/conf/", ipv6_conf_sysctl_read, ipv6_conf_sysctl_write, ipv6_conf_sysctl_list},
    {"net/ipv6/neigh/", ipv6_neigh_sysctl_read, ipv6_neigh_sysctl_write, ipv6_neigh_sysctl_list},
};

}  // namespace

const rtnl_link_ops* rtnl_link_ops_get(std::string_view kind) {
    for (const auto* ops : kinds) {
        if (kind == ops->kind) return ops;
    }
    return nullptr;
}

const qdisc_ops* qdisc_lookup_ops(std::string_view kind) {
    for (const auto* ops : qdiscs) {
        if (kind == ops->id) return ops;
    }
    return nullptr;
}

const packet_type_handler* find_packet_type(std::uint16_t type) {
    for (const auto& p : packet_types) {
        if (p.type == type) return &p;
    }
    return nullptr;
}

const rtnl_handler* find_rtnl_handler(std::uint8_t family, std::uint16_t type) {
    for (const auto& h : rtnl_handlers) {
        if (h.family == family && h.type == type) return &h;
    }
    return nullptr;
}

std::span<const notifier> netdev_notifiers() { return notifiers; }
std::span<const pernet_operations> pernet_list() { return pernet; }
std::span<const sysctl_tree> sysctl_trees() { return trees; }

}  // namespace vethlab
