// glibc: sysdeps/unix/sysv/linux/ifaddrs.c
#include "sim/tools/lib/links.h"

namespace vethlab {
namespace {

// Sends the request and hands each message of the answer to `f` until the end.
template <class F>
err ask(process& p, nlmsg_builder& request, F f) {
    const auto channel = p.sys.netlink(p.ns);
    if (!channel) return err::nobufs;
    if (const err e = channel->send(request.view()); e != err::ok) return e;
    while (auto datagram = channel->recv()) {
        bytes_view rest = *datagram;
        while (auto msg = nlmsg_next(rest)) {
            if (msg->hdr.nlmsg_type == nlmsg::done) return err::ok;
            if (msg->hdr.nlmsg_type == nlmsg::error) return err(-load<std::int32_t>(msg->body));
            f(*msg);
        }
    }
    return err::ok;
}

}  // namespace

std::vector<std::string> altnames_of(const nlattrs& link) {
    std::vector<std::string> out;
    const nlattrs properties = link.nested(ifla::prop_list);
    for (const auto& a : properties.all()) {
        if (a.type == ifla::alt_ifname) out.emplace_back(a.str());
    }
    return out;
}

std::vector<link_info> list_links(process& p) {
    nlmsg_builder request;
    request.begin(rtm::getlink, nlm_f::request | nlm_f::dump, 1);
    request.head(ifinfomsg{});
    request.end();
    std::vector<link_info> out;
    (void)ask(p, request, [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type != rtm::newlink) return;
        const auto head = msg.head<ifinfomsg>();
        const auto attrs = msg.attrs<ifinfomsg>();
        link_info link;
        link.index = head.ifi_index;
        link.flags = head.ifi_flags;
        link.type = head.ifi_type;
        if (auto* a = attrs.get(ifla::ifname)) link.name = a->str();
        link.altnames = altnames_of(attrs);
        if (auto* a = attrs.get(ifla::address)) {
            link.addr_len = a->data.size();
            link.address = a->mac();
        }
        if (auto* a = attrs.get(ifla::broadcast)) link.broadcast = a->mac();
        out.push_back(link);
    });
    return out;
}

std::optional<link_info> link_by_name(process& p, std::string_view name) {
    for (auto& link : list_links(p)) {
        if (is_called(link, name)) return link;
    }
    return std::nullopt;
}

std::vector<ipv4_label> list_ipv4_labels(process& p) {
    nlmsg_builder request;
    request.begin(rtm::getaddr, nlm_f::request | nlm_f::dump, 1);
    ifaddrmsg head{};
    head.ifa_family = af::inet;
    request.head(head);
    request.end();
    std::vector<ipv4_label> out;
    (void)ask(p, request, [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type != rtm::newaddr) return;
        const auto attrs = msg.attrs<ifaddrmsg>();
        ipv4_label a;
        a.index = int(msg.head<ifaddrmsg>().ifa_index);
        if (auto* label = attrs.get(ifa::label)) a.label = label->str();
        if (auto* local = attrs.get(ifa::local)) a.local = local->ip4();
        out.push_back(a);
    });
    return out;
}

std::vector<ipv6_label> list_ipv6_addresses(process& p) {
    nlmsg_builder request;
    request.begin(rtm::getaddr, nlm_f::request | nlm_f::dump, 1);
    ifaddrmsg head{};
    head.ifa_family = af::inet6;
    request.head(head);
    request.end();
    std::vector<ipv6_label> out;
    (void)ask(p, request, [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type != rtm::newaddr) return;
        const auto attrs = msg.attrs<ifaddrmsg>();
        const auto* local = attrs.get(ifa::local);
        const auto* a = local ? local : attrs.get(ifa::address);
        if (!a || a->data.size() < 16) return;
        out.push_back({int(msg.head<ifaddrmsg>().ifa_index), ipv6_address::read(a->data, 0)});
    });
    return out;
}

err route_device(process& p, ipv4_address dst, int& index) {
    nlmsg_builder request;
    request.begin(rtm::getroute, nlm_f::request, 1);
    rtmsg head{};
    head.rtm_family = af::inet;
    request.head(head);
    request.put_ip4(rta::dst, dst);
    request.end();
    index = 0;
    const err e = ask(p, request, [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type != rtm::newroute) return;
        const auto attrs = msg.attrs<rtmsg>();
        if (auto* oif = attrs.get(rta::oif)) index = int(oif->u32());
    });
    if (e != err::ok) return e;
    return index ? err::ok : err::netunreach;
}

}  // namespace vethlab
