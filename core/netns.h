#pragma once
// Linux: struct net (include/net/net_namespace.h), net/core/net_namespace.c.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/flat_map.h"
#include "core/netdev_list.h"

namespace vethlab {

struct nl_sock;
struct packet_sock;
struct netns_ipv4;    // ipv4/netns_ipv4.h
struct netns_ipv6;    // ipv6/netns_ipv6.h

// net.bridge.*
struct netns_bridge {
    bool call_iptables = true, call_ip6tables = true, call_arptables = true;
    bool filter_vlan_tagged = false, filter_pppoe_tagged = false, pass_vlan_input_dev = false;
};

// Entries of a neighbour table: all, and those that may be collected.
struct neigh_count {
    std::uint32_t entries = 0, gc_entries = 0;
};

// lo of a namespace, as a pointer: made when it is first used (netdev_list.h).
inline constexpr int loopback_ifindex = 1;
class loopback_dev_ptr {
 public:
    explicit loopback_dev_ptr(const netdev_list& devices) : devices_(devices) {}
    loopback_dev_ptr(const loopback_dev_ptr&) = delete;
    operator net_device*() const { return devices_.lo(); }
    net_device* operator->() const { return *this; }
    net_device& operator*() const { return *operator->(); }
    net_device* if_made() const { return devices_.lo_if_made(); }

 private:
    const netdev_list& devices_;
};
void loopback_dev_make(netns& net);  // drivers/loopback/loopback.cc

struct netns {
    explicit netns(kernel& k, std::uint32_t number);
    netns(const netns&) = delete;
    ~netns();

    kernel& krn;
    const std::uint32_t number;  // in order of creation, never reused
    int refs = 0;                // names, processes, sockets (get_net, put_net)

    netdev_list dev_base_head;
    loopback_dev_ptr loopback_dev{dev_base_head};
    const sim_time created;
    int last_ifindex = 0;

    // Ids this namespace has given to others; nullptr for one that is free again.
    std::uint32_t nsids_taken = 0;  // that many, from id 0 on, are not free
    flat_map<int, netns*> nsids;
    std::uint32_t nsid_refs = 0;  // how many others have an id for this one
    // One of these ids, and whose: most others have the same, or there are none.
    int nsid_guess = 0;
    netns* nsid_guess_of = nullptr;

    neigh_count neigh_counts[2];             // of IPv4 and IPv6 (neighbour.cc)
    compact_vector<nl_sock*> nl_socks;       // rtnetlink sockets, for multicast
    compact_vector<packet_sock*> ptype_all;  // packet sockets for all devices
    compact_vector<packet_sock*> packet_senders;  // and those that receive nothing
    std::unique_ptr<netns_ipv4> ipv4;
    std::unique_ptr<netns_ipv6> ipv6;
    netns_bridge bridge;
    bool dying = false;
};

net_device* dev_get_by_index(netns& net, int ifindex);
net_device* dev_get_by_name(netns& net, std::string_view name);

// Peer namespace ids (RTM_NEWNSID). -1: none. alloc hands out the lowest free number.
int peernet2id(const netns& net, const netns& peer);
int peernet2id_alloc(netns& net, netns& peer);
// err::exist if the peer has an id already, err::nospc... `id` -1: the lowest free one.
err net_assign_nsid(netns& net, netns& peer, int id);
netns* get_net_ns_by_id(const netns& net, int id);

}  // namespace vethlab
