// Linux: net/packet/af_packet.c
#include "core/af_packet.h"

#include <algorithm>

namespace vethlab {
namespace {

std::vector<std::byte> with_vlan_tag(const frame& skb) {
    const bytes_view bytes = skb.from(skb.mac_header);
    constexpr std::size_t addresses = 12;
    std::vector<std::byte> data(bytes.size() + vlan_hlen);
    std::memcpy(data.data(), bytes.data(), addresses);
    put16(data, addresses, skb.vlan_proto);
    put16(data, addresses + 2, skb.vlan_tci);
    std::memcpy(data.data() + addresses + vlan_hlen, bytes.data() + addresses,
                bytes.size() - addresses);
    return data;
}

// About to be changed: the way of frames is another one then, unless the socket only sends.
compact_vector<packet_sock*>& hook_list(packet_sock& sk) {
    if (sk.protocol == 0) return sk.net.packet_senders;
    sk.net.krn.fwd_genid_bump();
    return sk.dev ? sk.dev->ptype_all : sk.net.ptype_all;
}

}  // namespace

packet_sock::packet_sock(netns& n) : net(n) {}

packet_sock::~packet_sock() {
    (void)set_promisc(false);
    if (bound) hook_list(*this).remove(this);
}

err packet_sock::bind(int ifindex, std::uint16_t proto) {
    net_device* to = nullptr;
    if (ifindex != 0) {
        to = dev_get_by_index(net, ifindex);
        if (!to) return err::nodev;
    }
    if (bound) hook_list(*this).remove(this);
    dev = to;
    protocol = proto;
    bound = true;
    hook_list(*this).push_back(this);
    // A device that is down can be bound to; reading then says so once.
    if (dev && !dev->is_up()) sk_err = err::netdown;
    return err::ok;
}

// Linux: packet_snd
err packet_sock::sendmsg(bytes_view bytes) {
    if (!dev) return err::nxio;
    if (!dev->is_up()) return err::netdown;
    if (bytes.size() < eth_hlen) return err::inval;
    const std::uint16_t proto = be16(bytes, 12);
    // A VLAN frame may be longer by its tag.
    const std::size_t extra = proto == eth_p::p8021q ? vlan_hlen : 0;
    if (bytes.size() > dev->mtu + eth_hlen + extra) return err::msgsize;
    net.krn.cpu_spend(cpu_work::packet_send);
    net.krn.cpu_spend(cpu_work::byte_copied, std::uint32_t(bytes.size()));
    auto skb = net.krn.frames.alloc_skb(std::uint32_t(bytes.size()));
    const bytes_span room = skb_put(*skb, std::uint32_t(bytes.size()));
    std::memcpy(room.data(), bytes.data(), bytes.size());
    skb->dev = dev;
    skb->protocol = proto;
    skb->network_header = skb->data_at + eth_hlen;
    return dev_queue_xmit(std::move(skb));
}

err packet_sock::set_promisc(bool on) {
    if (on == (promisc != nullptr)) return err::ok;
    if (on && !dev) return err::nodev;
    net_device* which = on ? dev : promisc;
    promisc = on ? dev : nullptr;
    dev_set_promiscuity(*which, on ? 1 : -1);
    return err::ok;
}

void packet_sock::packet_rcv(const frame& skb, net_device& at, bool out) {
    if (out && protocol != eth_p::all) return;  // only ETH_P_ALL sees what is sent
    if (skb.pkt_type == packet_type::loopback) return;
    if (skb.vlan_tag_present()) return keep(with_vlan_tag(skb), skb, at, out);
    keep(skb.from(skb.mac_header), skb, at, out);
}

void packet_sock::keep(bytes_view bytes, const frame& skb, net_device& at, bool out) {
    if (sk_filter && !sk_filter(bytes)) return;
    net.krn.cpu_spend(cpu_work::socket_deliver);
    if (count_only) {
        if (out) return;
        if (!count.frames++) count.first = skb.tstamp;
        count.bytes += bytes.size();
        count.last = skb.tstamp;
        return;
    }
    if (queued_bytes + bytes.size() > rcvbuf) {
        drops++;
        return;
    }
    packet_record r;
    r.data.assign(bytes.begin(), bytes.end());
    r.ifindex = at.ifindex;
    r.pkttype = out ? packet_type::outgoing : skb.pkt_type;
    r.protocol = skb.protocol;
    r.stamp = out ? net.krn.now() : skb.tstamp;
    queued_bytes += r.data.size();
    receive_queue.push_back(std::move(r));
}

void packet_sock::device_down(net_device& at) {
    if (dev == &at && sk_err == err::ok) sk_err = err::netdown;
}

void packet_sock::device_gone(net_device& at) {
    if (promisc == &at) (void)set_promisc(false);
    if (dev != &at) return;
    hook_list(*this).remove(this);
    dev = nullptr;
    bound = false;
    sk_err = err::netdown;
}

// Linux: packet_notifier. Sockets bound to a device hear of its end.
err packet_notifier(netdev_event event, net_device& dev, netlink_ext_ack&) {
    if (event != netdev_event::unregister && event != netdev_event::down) return err::ok;
    auto bound_here = dev.ptype_all;  // copied: device_gone changes the list
    for (packet_sock* sk : dev.net->packet_senders) bound_here.push_back(sk);
    for (packet_sock* sk : bound_here) {
        if (event == netdev_event::unregister) {
            sk->device_gone(dev);
        } else {
            sk->device_down(dev);
        }
    }
    return err::ok;
}

}  // namespace vethlab
