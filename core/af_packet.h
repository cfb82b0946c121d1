#pragma once
// Linux: net/packet/af_packet.c: a SOCK_RAW packet socket.
#include <deque>
#include <functional>
#include <vector>

#include "core/dev.h"

namespace vethlab {

struct packet_record {
    std::vector<std::byte> data;  // from the Ethernet header, a VLAN tag back in its place
    int ifindex = 0;
    packet_type pkttype = packet_type::host;
    std::uint16_t protocol = 0;
    sim_time stamp{};
};

// What arrived at a socket that counts instead of keeping.
struct packet_count {
    std::uint64_t frames = 0, bytes = 0;
    sim_time first{}, last{};
};

struct packet_sock {
    explicit packet_sock(netns& net);
    packet_sock(const packet_sock&) = delete;
    ~packet_sock();

    // protocol 0: sends only. ifindex 0: all devices of the namespace. err::nodev, err::netdown.
    err bind(int ifindex, std::uint16_t protocol);
    // A whole frame. err::nxio not bound, err::netdown, err::inval, err::msgsize, err::nobufs.
    err sendmsg(bytes_view frame);
    err set_promisc(bool on);  // PACKET_MR_PROMISC on the bound device
    // From the taps; `out`: it is being sent.
    void packet_rcv(const frame& skb, net_device& dev, bool out);
    void device_gone(net_device& dev);
    void device_down(net_device& dev);

    netns& net;
    net_device* dev = nullptr;  // bound to
    std::uint16_t protocol = 0;
    bool bound = false;
    net_device* promisc = nullptr;
    err sk_err = err::ok;
    std::deque<packet_record> receive_queue;
    std::size_t queued_bytes = 0, rcvbuf = 212992;
    std::uint64_t drops = 0;
    std::function<bool(bytes_view)> sk_filter;  // SO_ATTACH_FILTER: false: not for this socket
    bool count_only = false;                    // of what arrives; what is sent is not counted
    packet_count count;

 private:
    void keep(bytes_view bytes, const frame& skb, net_device& at, bool out);
};

err packet_notifier(netdev_event event, net_device& dev, netlink_ext_ack& extack);

}  // namespace vethlab
