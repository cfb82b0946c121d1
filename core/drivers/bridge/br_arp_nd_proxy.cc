// Linux: net/bridge/br_arp_nd_proxy.c. The bridge answers ARP for stations that it knows, so that
// the question need not go to all ports. Here: ARP only, no neighbour discovery.
#include <algorithm>

#include "core/drivers/bridge/br_private.h"
#include "core/ipv4/arp.h"
#include "core/neighbour.h"

namespace vethlab {
namespace {

bool suppresses(const net_bridge_port* p) { return p && p->has(br_port_flag::neigh_suppress); }

// To the port that asked, or up to the own stack.
void br_arp_send(net_device& dev, bool from_port, const arp_view& request, mac_address sha) {
    const mac_address asker = request.sha();
    frame_ptr skb =
        arp_create(arp_op::reply, dev, request.tpa(), request.spa(), &asker, &sha, &asker);
    if (from_port) {
        (void)dev_queue_xmit(std::move(skb));
        return;
    }
    skb_pull(*skb, eth_hlen);
    skb->pkt_type = packet_type::host;
    (void)netif_rx(std::move(skb));
}

// What a port with neigh_suppress need not see: conflicts are looked for by everybody.
bool is_announcement(const arp_view& arp) {
    if (arp.op() == arp_op::rrequest || arp.op() == arp_op::rreply) return false;
    return arp.spa().is_zeronet() || arp.spa() == arp.tpa();
}

// Linux: br_chk_addr_ip. For 0.0.0.0 inet_confirm_addr names any address, which is another one.
bool is_own_address(net_bridge& br, ipv4_address addr) {
    in_device* in_dev = in_dev_get(br.dev);
    return in_dev && inet_confirm_addr(*br.dev.net, in_dev, {}, addr, rt_scope::host) == addr;
}

}  // namespace

bool br_neigh_suppress_enabled(const net_bridge& br) {
    return std::any_of(br.port_list.begin(), br.port_list.end(),
                       [](const auto& p) { return suppresses(p.get()); });
}

void br_do_proxy_suppress_arp(frame& skb, net_bridge& br, net_bridge_port* p) {
    bool& replied = skb.control<br_input_skb_cb>().proxyarp_replied;
    replied = false;
    const auto arp = arp_view::parse(skb.bytes());
    if ((br.dev.flags & iff::noarp) || !arp) return;
    if (arp->pro() != eth_p::ip || arp->hln() != 6 || arp->pln() != 4) return;
    if (arp->tpa().is_loopback() || arp->tpa().is_multicast()) return;
    const bool request = arp->op() == arp_op::request, suppress = br_neigh_suppress_enabled(br);
    if (suppress) {
        if (suppresses(p)) return;
        if (request && !skb.h_dest().is_multicast()) return;  // a probe: the station may be gone
        if (is_announcement(*arp)) {
            replied = true;
            return;
        }
    }
    if (!request) return;
    if (suppress && is_own_address(br, arp->tpa())) {
        replied = true;
        return;
    }
    const neighbour* n = ipv4_neigh_lookup(br.dev, arp->tpa());
    if (!n || !n->valid()) return;
    const net_bridge_fdb_entry* f = br_fdb_find(br, n->ha);
    if (!f) return;
    const net_bridge_port* dst = fdb_dst(br, *f);
    const bool answer = (p && p->has(br_port_flag::proxyarp)) ||
                        (dst && dst->has(br_port_flag::proxyarp_wifi)) || suppresses(dst);
    if (answer) br_arp_send(p ? p->dev : br.dev, p != nullptr, *arp, n->ha);
    replied = answer || suppress;
}

}  // namespace vethlab
