#include "host/mirror/links.h"

#include <fcntl.h>
#include <sched.h>
#include <time.h>

#include <cstdlib>

namespace vethlab::host {
namespace {

kernel_link to_link(const nlmsg_view& msg) {
    kernel_link l;
    const auto head = msg.head<ifinfomsg>();
    const auto attrs = msg.attrs<ifinfomsg>();
    l.index = head.ifi_index;
    l.flags = head.ifi_flags;
    if (const auto* a = attrs.get(ifla::ifname)) l.name = a->str();
    if (const auto* a = attrs.get(ifla::address)) l.address = a->mac();
    if (const auto* a = attrs.get(ifla::stats64)) l.stats = a->as<rtnl_link_stats64>();
    const auto info = attrs.nested(ifla::linkinfo);
    if (const auto* a = info.get(ifla_info::kind)) l.kind = a->str();
    if (const auto* a = attrs.get(ifla::qdisc)) l.qdisc = a->str();
    if (l.kind == "bridge") {
        const auto data = info.nested(ifla_info::data);
        const auto* stp = data.get(ifla_br::stp_state);
        const auto* querier = data.get(ifla_br::mcast_querier);
        l.sends_by_itself = (stp && stp->u32() != 0) || (querier && querier->u8() != 0);
    }
    return l;
}

err request(system& sys, ns_fd ns, const nlmsg_builder& message) {
    const auto channel = sys.netlink(ns);
    if (const err e = channel->send(message.view()); e != err::ok) return e;
    const auto answer = channel->recv();
    if (!answer) return err::ok;
    bytes_view rest = *answer;
    const auto msg = nlmsg_next(rest);
    if (!msg || msg->hdr.nlmsg_type != nlmsg::error) return err::ok;
    return err(-load<std::int32_t>(msg->body));
}

// A namespace without a name.
open_file new_netns(kernel_system& sys) {
    if (::unshare(CLONE_NEWNET) < 0) return {};
    open_file f(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (::setns(sys.home(), CLONE_NEWNET) < 0) std::abort();
    return f;
}

void add_veth_between(system& sys, ns_fd here, ns_fd there) {
    nlmsg_builder m;
    m.begin(rtm::newlink, nlm_f::request | nlm_f::create | nlm_f::excl | nlm_f::ack, 1);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, "s0");
    const auto info = m.nest(ifla::linkinfo);
    m.put_str(ifla_info::kind, "veth");
    const auto data = m.nest(ifla_info::data);
    const auto peer = m.nest(veth_info::peer);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, "s1");
    m.put_u32(ifla::net_ns_fd, std::uint32_t(there));
    m.end_nest(peer);
    m.end_nest(data);
    m.end_nest(info);
    m.end();
    (void)request(sys, here, m);  // where it cannot be made, nothing has to be waited for
}

void delete_link(system& sys, ns_fd ns, const char* name) {
    nlmsg_builder m;
    m.begin(rtm::dellink, nlm_f::request | nlm_f::ack, 1);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, name);
    m.end();
    (void)request(sys, ns, m);
}

}  // namespace

std::vector<kernel_link> get_links(netlink_channel& channel, int index) {
    std::vector<kernel_link> links;
    nlmsg_builder m;
    const auto flags = nlm_f::request | (index ? 0 : nlm_f::dump);
    m.begin(rtm::getlink, std::uint16_t(flags), 1);
    ifinfomsg head{};
    head.ifi_index = index;
    m.head(head);
    m.end();
    if (channel.send(m.view()) != err::ok) return links;
    while (const auto datagram = channel.recv()) {
        bytes_view rest = *datagram;
        while (const auto msg = nlmsg_next(rest)) {
            if (msg->hdr.nlmsg_type == rtm::newlink) links.push_back(to_link(*msg));
        }
    }
    return links;
}

std::vector<kernel_link> get_links(system& sys, ns_fd ns, int index) {
    return get_links(*sys.netlink(ns), index);
}

err set_link_address(system& sys, ns_fd ns, int index, mac_address address) {
    nlmsg_builder m;
    m.begin(rtm::setlink, nlm_f::request | nlm_f::ack, 1);
    ifinfomsg head{};
    head.ifi_index = index;
    m.head(head);
    m.put_mac(ifla::address, address);
    m.end();
    return request(sys, ns, m);
}

void wait_for_netns_cleanup(kernel_system& sys) {
    const open_file here = new_netns(sys);
    open_file there = new_netns(sys);
    if (!here || !there) return;
    // What sockets hold of a namespace is given back by RCU callbacks, on whichever CPU. Deleting a
    // device waits for all of them (netdev_run_todo: rcu_barrier), so the namespaces before ours
    // are in line.
    add_veth_between(sys, here.fd(), here.fd());
    delete_link(sys, here.fd(), "s0");
    add_veth_between(sys, here.fd(), there.fd());
    {
        // A packet or raw socket lets its namespace go only after an RCU grace period. So does this
        // one, after theirs.
        std::unique_ptr<socket> last;
        (void)sys.open_socket(there.fd(), sock_kind::packet, last);
    }
    there = open_file();
    constexpr timespec pause{0, 2'000'000};
    for (int tries = 0; tries < 2500; tries++) {
        bool gone = true;
        for (const auto& l : get_links(sys, here.fd())) gone = gone && l.name != "s0";
        if (gone) return;
        ::nanosleep(&pause, nullptr);
    }
}

}  // namespace vethlab::host
