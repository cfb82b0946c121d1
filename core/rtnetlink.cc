// Linux: net/netlink/af_netlink.c, net/core/rtnetlink.c rtnetlink_rcv_msg. Messages in, messages
// out; what they mean stands in rtnl_link.cc and with each subsystem.
#include "core/rtnetlink.h"

#include <algorithm>

#include "core/kernel.h"
#include "core/registry.h"

namespace vethlab {
namespace {

constexpr std::size_t dump_datagram = 32768;

// Linux: netlink_ack. The errno, the request, and a sentence where there is one.
void netlink_ack(nl_sock& sk, const nlmsg_view& msg, err e, const netlink_ext_ack& extack) {
    std::uint16_t flags = 0;
    const bool has_tlvs = !extack.msg.empty() || (e != err::ok && extack.has_miss_type);
    if (e == err::ok) flags |= nlm_f::capped;
    if (has_tlvs) flags |= nlm_f::ack_tlvs;
    nlmsg_builder m;
    m.begin(nlmsg::error, flags, msg.hdr.nlmsg_seq, sk.pid);
    m.head(std::int32_t(-int(e)));
    m.head(msg.hdr);
    if (e != err::ok) m.raw(msg.body);
    if (!extack.msg.empty()) m.put_str(nlmsgerr_attr::msg, extack.msg);
    if (e != err::ok && extack.has_miss_type) {
        m.put_u32(nlmsgerr_attr::miss_type, extack.miss_type);
    }
    m.end();
    sk.receive_queue.push_back(m.take());
}

// Whole messages, cut into datagrams; the end, with the errno, behind the last.
void send_dump(nl_sock& sk, const rtnl_request& r, bytes_view messages, err e) {
    bytes_view rest = messages;
    while (!rest.empty()) {
        bytes_view next = rest;
        std::size_t size = 0;
        while (auto msg = nlmsg_next(next)) {
            const std::size_t with = rest.size() - next.size();
            if (size > 0 && with > dump_datagram) break;
            size = with;
        }
        if (size == 0) break;
        sk.receive_queue.push_back({rest.begin(), rest.begin() + std::ptrdiff_t(size)});
        rest = rest.subspan(size);
    }
    const bool has_msg = e != err::ok && !r.extack.msg.empty();
    nlmsg_builder done;
    done.begin(nlmsg::done,
               std::uint16_t(nlm_f::multi | (has_msg ? std::uint16_t(nlm_f::ack_tlvs) : 0)), r.seq(),
               r.portid());
    done.head(std::int32_t(-int(e)));
    if (has_msg) done.put_str(nlmsgerr_attr::msg, r.extack.msg);
    done.end();
    sk.receive_queue.push_back(done.take());
}

bool is_get(std::uint16_t type) { return (type & 3) == 2; }

// err::intr: answered already, no ack.
err rtnetlink_rcv_msg(nl_sock& sk, const nlmsg_view& msg, netlink_ext_ack& extack) {
    const std::uint16_t type = msg.hdr.nlmsg_type;
    if (type > rtm::max) return err::opnotsupp;
    if (msg.body.empty()) return err::ok;
    const auto family = msg.head<rtgenmsg>().rtgen_family;
    const rtnl_handler* handler = find_rtnl_handler(family, type);
    rtnl_request r{sk, sk.net, msg, extack};
    if (is_get(type) && (msg.hdr.nlmsg_flags & nlm_f::dump)) {
        if (!handler || !handler->dumpit) handler = find_rtnl_handler(af::unspec, type);
        if (!handler || !handler->dumpit) return err::opnotsupp;
        nlmsg_builder out;
        const err e = handler->dumpit(r, out);
        send_dump(sk, r, out.view(), e);
        return err::intr;
    }
    if (!handler || !handler->doit) handler = find_rtnl_handler(af::unspec, type);
    if (!handler || !handler->doit) return err::opnotsupp;
    nlmsg_builder reply;
    const err e = handler->doit(r, reply);
    if (e == err::ok && reply.size() > 0) sk.receive_queue.push_back(reply.take());
    return e;
}

}  // namespace

nl_sock::nl_sock(netns& n, std::uint32_t p) : net(n), pid(p) { net.nl_socks.push_back(this); }
nl_sock::~nl_sock() { net.nl_socks.remove(this); }

void netlink_rcv_skb(nl_sock& sk, bytes_view bytes) {
    sk.net.krn.fwd_genid_bump();
    while (auto msg = nlmsg_next(bytes)) {
        netlink_ext_ack extack;
        err e = err::ok;
        const bool is_request = msg->hdr.nlmsg_flags & nlm_f::request;
        if (is_request && msg->hdr.nlmsg_type >= nlmsg::min_type) {
            e = rtnetlink_rcv_msg(sk, *msg, extack);
            if (e == err::intr) continue;
        }
        if (e != err::ok || (msg->hdr.nlmsg_flags & nlm_f::ack)) netlink_ack(sk, *msg, e, extack);
    }
    sk.net.krn.fwd_genid_bump();  // frames may have passed in between
}

bool rtnl_has_listeners(const netns& net, std::uint32_t group) {
    return std::any_of(net.nl_socks.begin(), net.nl_socks.end(),
                       [&](const nl_sock* sk) { return sk->listens(group); });
}

void rtnl_notify(netns& net, const nlmsg_builder& message, std::uint32_t group) {
    constexpr std::size_t limit = 4096;  // a listener that does not read loses the rest (ENOBUFS)
    const bytes_view m = message.view();
    if (m.empty()) return;
    for (nl_sock* sk : net.nl_socks) {
        if (!sk->listens(group) || sk->receive_queue.size() >= limit) continue;
        sk->receive_queue.push_back({m.begin(), m.end()});
    }
}

}  // namespace vethlab
