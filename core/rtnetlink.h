#pragma once
// Linux: net/netlink/af_netlink.c, net/core/rtnetlink.c. Requests as bytes in, answers and
// notifications as bytes out. Never trusts what it reads.
#include <memory>
#include <string_view>
#include <vector>

#include "core/extack.h"
#include "core/net_device.h"
#include "core/wire/nlmsg.h"

namespace vethlab {

class kernel;
struct netns;

// What waits to be read, one entry a datagram. Sockets are many and mostly empty.
class datagram_queue {
 public:
    bool empty() const { return size() == 0; }
    std::size_t size() const { return all_.size() - read_; }
    auto begin() const { return all_.begin() + std::ptrdiff_t(read_); }
    auto end() const { return all_.end(); }
    std::vector<std::byte>& front() { return all_[read_]; }
    void push_back(std::vector<std::byte> datagram) {
        if (read_ > all_.size() / 2) {
            all_.erase(all_.begin(), all_.begin() + std::ptrdiff_t(read_));
            read_ = 0;
        }
        all_.push_back(std::move(datagram));
    }
    void pop_front() {
        if (++read_ == all_.size()) clear();
    }
    void clear() {
        all_.clear();
        read_ = 0;
    }

 private:
    std::vector<std::vector<std::byte>> all_;
    std::size_t read_ = 0;  // so many of them
};

// A NETLINK_ROUTE socket.
struct nl_sock {
    nl_sock(netns& net, std::uint32_t pid);
    nl_sock(const nl_sock&) = delete;
    ~nl_sock();

    netns& net;
    const std::uint32_t pid;
    bool strict_check = false;   // NETLINK_GET_STRICT_CHK
    std::uint64_t groups = 0;    // bit n - 1: RTNLGRP n
    datagram_queue receive_queue;

    bool listens(std::uint32_t group) const { return groups >> (group - 1) & 1; }
};

// sendmsg on the socket: handles every message in `bytes`, queues the answers. Dumps come in
// datagrams of at most 32 KiB, ended by NLMSG_DONE.
void netlink_rcv_skb(nl_sock& sk, bytes_view bytes);

// One request while it is handled.
struct rtnl_request {
    nl_sock& sk;
    netns& net;
    const nlmsg_view& msg;
    netlink_ext_ack& extack;

    std::uint32_t seq() const { return msg.hdr.nlmsg_seq; }
    std::uint32_t portid() const { return sk.pid; }
    std::uint16_t flags() const { return msg.hdr.nlmsg_flags; }
};
// Answers messages with `reply` (sent before the ack), errors with errno + extack.
using rtnl_doit = err (*)(rtnl_request& r, nlmsg_builder& reply);
// Appends each object as one message: begin(type, nlm_f::multi, seq, pid) ... end(). The
// caller cuts the result into datagrams.
using rtnl_dumpit = err (*)(rtnl_request& r, nlmsg_builder& out);

// To every socket of the namespace that listens to the group (nlmsg_notify). `out` holds whole
// messages. Building one is cheap to skip: ask rtnl_has_listeners first.
bool rtnl_has_listeners(const netns& net, std::uint32_t group);
void rtnl_notify(netns& net, const nlmsg_builder& message, std::uint32_t group);

// RTM_NEWLINK / RTM_DELLINK of a device to its namespace's listeners.
void rtmsg_ifinfo(std::uint16_t type, net_device& dev, std::uint32_t change);
void rtmsg_ifinfo_newnet(std::uint16_t type, net_device& dev, std::uint32_t change, netns& new_net,
                         int new_ifindex);
// One link message (rtnl_fill_ifinfo).
struct fill_ifinfo {
    std::uint16_t type, flags = 0;
    std::uint32_t pid = 0, seq = 0, change = 0, ext_filter_mask = 0;
    netns* new_net = nullptr;  // for the farewell message of a move
    int new_ifindex = 0;
};
void rtnl_fill_ifinfo(nlmsg_builder& out, net_device& dev, const fill_ifinfo& how);

// A device that carries what the generic attributes say, not yet registered; nullptr with `e` set.
std::unique_ptr<net_device> rtnl_create_link(netns& net, std::string_view name,
                                             const rtnl_link_ops& ops, const nlattrs& tb,
                                             netlink_ext_ack& extack, err& e);
// After registration: flags as asked for, and the first message about the device.
err rtnl_configure_link(net_device& dev, const ifinfomsg* ifm, netlink_ext_ack& extack);

// A namespace named in a message by IFLA_NET_NS_FD (our ns numbers), IFLA_NET_NS_PID or
// IFLA_TARGET_NETNSID; nullptr with an error set when there is none such.
netns* rtnl_link_get_net(netns& src_net, const nlattrs& tb, err& e);

// The namespace behind `id` is gone: RTM_DELNSID to the listeners, the number is free.
void rtnl_forget_nsid(netns& net, int id);

// Handlers of net/core/rtnetlink.c, listed in registry.cc.
err rtnl_newlink(rtnl_request& r, nlmsg_builder& reply);
err rtnl_setlink(rtnl_request& r, nlmsg_builder& reply);
err rtnl_dellink(rtnl_request& r, nlmsg_builder& reply);
err rtnl_getlink(rtnl_request& r, nlmsg_builder& reply);
err rtnl_newlinkprop(rtnl_request& r, nlmsg_builder& reply);
err rtnl_dellinkprop(rtnl_request& r, nlmsg_builder& reply);
err rtnl_dump_ifinfo(rtnl_request& r, nlmsg_builder& out);
err rtnl_net_newid(rtnl_request& r, nlmsg_builder& reply);
err rtnl_net_getid(rtnl_request& r, nlmsg_builder& reply);
err rtnl_net_dumpid(rtnl_request& r, nlmsg_builder& out);

}  // namespace vethlab
