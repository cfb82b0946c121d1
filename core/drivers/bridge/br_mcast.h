#pragma once
// Linux: net/bridge/br_private.h, the multicast part: who wants which group, who asks.
#include <array>
#include <memory>
#include <vector>

#include "core/drivers/bridge/br_timer.h"
#include "core/lazy_timer.h"
#include "core/rtnetlink.h"

namespace vethlab {

struct net_bridge;
struct net_bridge_port;
struct net_bridge_mdb_entry;

// A group: IPv4 or IPv6 (proto is the ethertype), or a plain Ethernet address (proto 0).
// The bytes stand at the front of addr.
struct br_ip {
    std::uint16_t proto = 0, vid = 0;
    std::array<std::uint8_t, 16> addr{};
    // (S, G): frames of this sender only. All zero: (*, G). Looked up for a frame only with
    // IGMPv3, so here such an entry is shown and no more.
    std::array<std::uint8_t, 16> src{};
    bool is_star_g() const { return src == std::array<std::uint8_t, 16>{}; }
    bool operator==(const br_ip&) const = default;
};
br_ip br_ip_of(ipv4_address group);
br_ip br_ip_of(mac_address group);

// How a port or the bridge is treated as the way to a multicast router.
enum class mdb_rtr : std::uint8_t { disabled, temp_query, perm, temp };

struct net_bridge_port_group {
    net_bridge_port_group(net_bridge_mdb_entry& entry, net_bridge_port& p);
    net_bridge_mdb_entry& mp;
    net_bridge_port& port;
    br_timer timer;
    mac_address eth_addr = mac_broadcast;  // of the only member, for mcast_to_unicast
    std::uint8_t rt_protocol = 0;
    bool permanent = false, fast_leave = false;
};

struct net_bridge_mdb_entry {
    net_bridge_mdb_entry(net_bridge& bridge, const br_ip& group);
    net_bridge& br;
    br_ip addr;
    std::vector<std::unique_ptr<net_bridge_port_group>> ports;  // by port number
    bool host_joined = false;
    br_timer timer;  // of the host's membership
};

// Queries of our own: the timer for the next, how many of the quick first ones were sent.
template <class Owner, void (*expired)(Owner&)>
struct bridge_mcast_own_query {
    lazy_timer<br_timer, Owner, expired> timer;
    std::uint32_t startup_sent = 0;
};
void br_multicast_query_expired(net_bridge& br);
void br_multicast_port_query_expired(net_bridge_port& p);
void br_multicast_router_expired(net_bridge_port& p);

// What a port keeps for one protocol.
struct net_bridge_mcast_port {
    lazy_timer<br_timer, net_bridge_port, br_multicast_router_expired> mc_router_timer;
    // Its last bytes are free: what follows stands there.
    [[no_unique_address]] bridge_mcast_own_query<net_bridge_port, br_multicast_port_query_expired>
        own_query;
    mdb_rtr router = mdb_rtr::temp_query;
    std::uint32_t mdb_n_entries = 0, mdb_max_entries = 0;
};

struct net_bridge_mcast {
    explicit net_bridge_mcast(net_bridge& bridge);
    bool enabled = true, querier = false, query_use_ifaddr = false, stats_enabled = false;
    mdb_rtr router = mdb_rtr::temp_query;
    std::uint8_t igmp_version = 2, mld_version = 1;
    std::uint32_t hash_max = 4096, last_member_count = 2, startup_query_count = 2;
    // jiffies
    std::uint64_t last_member_interval, membership_interval, querier_interval, query_interval,
        query_response_interval, startup_query_interval;
    br_timer mc_router_timer;
    br_timer other_query_timer;        // somebody else asks, until it fires
    br_timer other_query_delay_timer;  // and the answers have had their time
    ipv4_address querier_addr;         // who asks: the lowest address wins
    bridge_mcast_own_query<net_bridge, br_multicast_query_expired> own_query;
    std::vector<std::unique_ptr<net_bridge_mdb_entry>> mdb_list;  // newest first
    std::vector<net_bridge_port*> mc_router_list;                 // by port number
};

// br_multicast.cc
void br_multicast_open(net_bridge& br);
void br_multicast_stop(net_bridge& br);
void br_multicast_join_snoopers(net_bridge& br);
void br_multicast_leave_snoopers(net_bridge& br);
void br_multicast_enable_port(net_bridge_port& p);
void br_multicast_disable_port(net_bridge_port& p);
void br_multicast_del_port(net_bridge_port& p);
// Looks at a multicast frame; port nullptr: br0 sends it. False: malformed, to be dropped.
bool br_multicast_rcv(net_bridge& br, net_bridge_port* port, frame& skb);
// br_multicast_mld.cc: the same for IPv6.
bool br_ip6_multicast_rcv(net_bridge& br, net_bridge_port* port, frame& skb);
const net_bridge_mdb_entry* br_mdb_entry_skb_get(net_bridge& br, frame& skb);
bool br_multicast_querier_exists(const net_bridge& br, const frame& skb,
                                 const net_bridge_mdb_entry* mdst);
bool br_multicast_is_router(const net_bridge& br, const frame& skb);
err br_multicast_toggle(net_bridge& br, bool on);
void br_multicast_set_querier(net_bridge& br, bool on);
err br_multicast_set_router(net_bridge& br, std::uint8_t value);
err br_multicast_set_port_router(net_bridge_port& p, std::uint8_t value);
void br_multicast_set_query_intvl(net_bridge& br, std::uint64_t clock);
void br_multicast_set_startup_query_intvl(net_bridge& br, std::uint64_t clock);

// br_multicast_query.cc
void br_multicast_start_querier(net_bridge& br);
void br_multicast_enable(net_bridge& br);  // our own queries, from br0 and from a port
void br_multicast_enable(net_bridge_port& p);
// port nullptr: to br0's own stack. group nullptr: a general query.
void br_send_query(net_bridge& br, net_bridge_port* port, const br_ip* group);
void br_multicast_query_received(net_bridge& br, net_bridge_port* port, ipv4_address source,
                                 std::int64_t max_delay);
void br_multicast_mark_router(net_bridge& br, net_bridge_port* port);
void br_multicast_add_router(net_bridge_port& p);
bool br_multicast_rport_del(net_bridge_port& p);

// br_multicast_group.cc
net_bridge_mdb_entry* br_mdb_ip_get(net_bridge& br, const br_ip& group);
net_bridge_mdb_entry* br_multicast_new_group(net_bridge& br, const br_ip& group);
// src: with mcast_to_unicast every member is kept by its address.
net_bridge_port_group* br_multicast_find_port_group(net_bridge_mdb_entry& mp,
                                                    const net_bridge_port& port,
                                                    const mac_address* src);
// nullptr: the port is in as many groups as it may be.
net_bridge_port_group* br_multicast_new_port_group(net_bridge_mdb_entry& mp, net_bridge_port& port,
                                                   const mac_address* src,
                                                   std::uint8_t rt_protocol);
void br_multicast_del_pg(net_bridge_port_group& pg);
void br_multicast_host_join(net_bridge_mdb_entry& mp, bool notify);
void br_multicast_host_leave(net_bridge_mdb_entry& mp, bool notify);
// A report and a leave of a member behind `port`, or of br0 itself (nullptr). False: there are
// too many groups.
bool br_multicast_add_group(net_bridge& br, net_bridge_port* port, const br_ip& group,
                            mac_address src);
void br_multicast_leave_group(net_bridge& br, net_bridge_port* port, const br_ip& group,
                              mac_address src);
// A query for one group: who does not answer in time is forgotten.
void br_multicast_group_query(net_bridge& br, const br_ip& group, std::int64_t max_delay);

// br_mdb.cc
void br_mdb_notify(net_bridge& br, const net_bridge_mdb_entry& mp, const net_bridge_port_group* pg,
                   std::uint16_t type);
void br_rtr_notify(net_bridge& br, const net_bridge_port* port, std::uint16_t type);
err br_rtm_getmdb_dump(rtnl_request& r, nlmsg_builder& out);
err br_rtm_newmdb(rtnl_request& r, nlmsg_builder& reply);
err br_rtm_delmdb(rtnl_request& r, nlmsg_builder& reply);

}  // namespace vethlab
