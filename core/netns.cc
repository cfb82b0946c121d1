// Linux: net/core/net_namespace.c
#include "core/netns.h"

#include <algorithm>
#include <utility>

#include "core/ipv4/fib.h"
#include "core/ipv6/ip6_fib.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

void notify_nsid(std::uint16_t type, netns& net, int id) {
    if (!rtnl_has_listeners(net, rtnlgrp::nsid)) return;
    nlmsg_builder m;
    m.begin(type, 0);
    m.head(rtgenmsg{});
    m.put_u32(netnsa::nsid, std::uint32_t(id));
    m.end();
    rtnl_notify(net, m, rtnlgrp::nsid);
}

int lowest_free_nsid(netns& net) {
    // Below the first free id no id is missing, so each stands at its own place.
    auto it = net.nsids.begin() + net.nsids_taken;
    for (; it != net.nsids.end(); ++it, net.nsids_taken++) {
        if (it->first != int(net.nsids_taken) || !it->second) break;
    }
    return int(net.nsids_taken);
}

}  // namespace

netns::netns(kernel& k, std::uint32_t n) : krn(k), number(n), created(k.now()) {}
netns::~netns() = default;

net_device* dev_get_by_index(netns& net, int ifindex) {
    return net.dev_base_head.find(ifindex);
}

net_device* dev_get_by_name(netns& net, std::string_view name) {
    return net.dev_base_head.find(name);
}

int peernet2id(const netns& net, const netns& peer) {
    if (peer.nsid_refs == 0) return -1;
    if (get_net_ns_by_id(net, peer.nsid_guess) == &peer) return peer.nsid_guess;
    // From the newest: who is asked about is often being set up.
    for (auto it = net.nsids.end(); it != net.nsids.begin();) {
        if ((--it)->second == &peer) return it->first;
    }
    return -1;
}

int peernet2id_alloc(netns& net, netns& peer) {
    if (const int known = peernet2id(net, peer); known >= 0) return known;
    if (net.dying || peer.dying) return -1;
    return net_assign_nsid(net, peer, -1) == err::ok ? peernet2id(net, peer) : -1;
}

err net_assign_nsid(netns& net, netns& peer, int id) {
    if (peernet2id(net, peer) >= 0) return err::exist;
    if (id < 0) id = lowest_free_nsid(net);
    netns*& slot = net.nsids[id];
    if (slot) return err::nospc;
    slot = &peer;
    peer.nsid_refs++;
    peer.nsid_guess = id;
    peer.nsid_guess_of = &net;
    notify_nsid(rtm::newnsid, net, id);
    return err::ok;
}

netns* get_net_ns_by_id(const netns& net, int id) {
    // Without gaps before it an id stands at its own place.
    const auto place = std::size_t(id);
    if (place < net.nsids.size() && net.nsids.begin()[place].first == id) {
        return net.nsids.begin()[place].second;
    }
    const auto it = net.nsids.find(id);
    return it == net.nsids.end() ? nullptr : it->second;
}

void rtnl_forget_nsid(netns& net, int id) {
    std::exchange(net.nsids[id], nullptr)->nsid_refs--;
    net.nsids_taken = std::min(net.nsids_taken, std::uint32_t(id));
    notify_nsid(rtm::delnsid, net, id);
}

}  // namespace vethlab
