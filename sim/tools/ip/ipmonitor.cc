// iproute2: ip/ipmonitor.c
#include "sim/tools/ip/ipneigh.h"
#include "sim/tools/ip/ipnetconf.h"
#include "sim/tools/ip/ipnetns.h"
#include "sim/tools/ip/iproute.h"
#include "sim/tools/ip/iprule.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: ip monitor [ all | OBJECTS ] [ FILE ] [ label ] [ all-nsid ]\n"
    "                  [ dev DEVICE ]\n"
    "OBJECTS :=  address | link | mroute | neigh | netconf |\n"
    "            nexthop | nsid | prefix | route | rule | stats\n"
    "FILE := file FILENAME\n";

// The objects of which messages are wanted.
enum object : unsigned {
    obj_link = 1 << 0,
    obj_address = 1 << 1,
    obj_route = 1 << 2,
    obj_neigh = 1 << 3,
    obj_netconf = 1 << 4,
    obj_rule = 1 << 5,
    obj_nsid = 1 << 6,
    obj_all = (1 << 7) - 1,
};
constexpr struct {
    const char* name;
    object bit;
} objects[] = {
    {"link", obj_link},       {"address", obj_address}, {"route", obj_route}, {"neigh", obj_neigh},
    {"netconf", obj_netconf}, {"rule", obj_rule},       {"nsid", obj_nsid},
};
// Upstream has them; this kernel sends no such messages.
constexpr const char* without_messages[] = {"mroute", "prefix", "nexthop", "stats"};

struct monitor {
    ip_context& ip;
    unsigned wanted = 0;
    bool banner = false;
    std::uint32_t ifindex = 0;

    void file(args& a) {
        const std::string& name = a.next();
        if (ip.exited) return;
        if (!ip.p.table.read_file(name) && !ip.p.sys.read_file(name)) {
            ip.fatal(255, strf("Cannot fopen: %s", strerror(err::noent)));
        }
        ip.fatal(255, "ip monitor file is not supported here");
    }
    bool object_word(args& a) {
        for (const auto& o : objects) {
            if (!a.matches(o.name)) continue;
            wanted |= o.bit;
            return true;
        }
        for (const char* name : without_messages) {
            if (!a.matches(name)) continue;
            ip.fatal(255, strf("ip monitor %s is not supported here", name));
            return true;
        }
        return false;
    }
    void word(args& a) {
        if (a.is("file")) {
            file(a);
        } else if (a.matches("label")) {
            banner = true;
        } else if (a.is("all-nsid")) {
            ip.fatal(255, "ip monitor all-nsid is not supported here");
        } else if (a.is("all")) {
            banner = true;
            wanted = obj_all;
        } else if (a.is("dev")) {
            ifindex = ip.ll.name_to_index(a.next());
            if (!ifindex) ip.invarg("Device does not exist\n", a.word());
        } else if (a.matches("help")) {
            if (!ip.exited) ip.p.err->write(usage_text);
            ip.exit(255);
        } else if (!object_word(a)) {
            ip.fatal(255, strf("Argument \"%s\" is unknown, try \"ip monitor help\".",
                               a.word().c_str()));
        }
    }

    void join(netlink_channel& channel) const {
        const auto family = ip.preferred_family;
        const bool v4 = family == af::unspec || family == af::inet;
        const bool v6 = family == af::unspec || family == af::inet6;
        const struct {
            unsigned bit;
            bool on;
            std::uint32_t group;
        } groups[] = {
            {obj_link, true, rtnlgrp::link},          {obj_address, v4, rtnlgrp::ipv4_ifaddr},
            {obj_address, v6, rtnlgrp::ipv6_ifaddr},  {obj_route, v4, rtnlgrp::ipv4_route},
            {obj_route, v6, rtnlgrp::ipv6_route},     {obj_neigh, true, rtnlgrp::neigh},
            {obj_netconf, v4, rtnlgrp::ipv4_netconf}, {obj_netconf, v6, rtnlgrp::ipv6_netconf},
            {obj_rule, v4, rtnlgrp::ipv4_rule},       {obj_rule, v6, rtnlgrp::ipv6_rule},
            {obj_nsid, true, rtnlgrp::nsid},
        };
        for (const auto& g : groups) {
            if (wanted & g.bit && g.on) channel.join(g.group);
        }
    }

    void header(const char* label) {
        if (ip.timestamp) print_timestamp(ip);
        if (banner) ip.p.out->write(label);
    }
    link_filter links() const {
        link_filter f;
        f.ifindex = ifindex;
        f.oneline = true;
        return f;
    }
    void route(const nlmsg_view& msg) {
        if (msg.head<rtmsg>().rtm_flags & rtm_f::cloned) return;
        header("[ROUTE]");
        route_filter f;
        if (ifindex) {
            f.oif.value = ifindex;
            f.oif.mask = ~std::uint32_t{0};
        }
        print_route(ip, f, msg);
    }
    void neighbour(const nlmsg_view& msg) {
        const auto family = ip.preferred_family;
        if (family && msg.head<ndmsg>().ndm_family != family) return;
        header("[NEIGH]");
        neigh_filter f;
        f.state = ~std::uint32_t{0};
        f.index = ifindex;
        print_neigh(ip, f, msg);
    }
    void nsid(const nlmsg_view& msg) {
        // A new id is not among those that were asked for at the beginning.
        if (msg.hdr.nlmsg_type == rtm::newnsid) ip.netns_names.reset();
        header("[NSID]");
        print_nsid(ip, msg);
        if (msg.hdr.nlmsg_type == rtm::delnsid) ip.netns_names.reset();
    }
    void accept(const nlmsg_view& msg) {
        switch (msg.hdr.nlmsg_type) {
            case rtm::newroute:
            case rtm::delroute:
                return route(msg);
            case rtm::newlink:
            case rtm::dellink:
                ip.ll.remember(msg);
                header("[LINK]");
                print_linkinfo(ip, links(), msg);
                return;
            case rtm::newaddr:
            case rtm::deladdr:
                header("[ADDR]");
                return print_addrinfo(ip, links(), msg);
            case rtm::newneigh:
            case rtm::delneigh:
            case rtm::getneigh:
                return neighbour(msg);
            case rtm::newrule:
            case rtm::delrule:
                header("[RULE]");
                return print_rule(ip, {}, msg);
            case rtm::newnetconf:
            case rtm::delnetconf:
                header("[NETCONF]");
                return print_netconf(ip, std::int32_t(ifindex), msg);
            case rtm::newnsid:
            case rtm::delnsid:
                return nsid(msg);
            default:
                return;
        }
    }
};

}  // namespace

task<int> do_ipmonitor(ip_context& ip, args a) {
    monitor m{ip};
    for (; a.more(); a.advance()) m.word(a);
    if (ip.exited) co_return *ip.exited;
    if (!m.wanted) m.wanted = obj_all;
    const auto channel = ip.p.sys.netlink(ip.p.ns);
    m.join(*channel);
    ip.ll.init();
    get_name_from_nsid(ip, 0);  // the names as they are now
    while (!ip.p.interrupted) {
        while (auto datagram = channel->recv()) {
            bytes_view rest = *datagram;
            while (auto msg = nlmsg_next(rest)) m.accept(*msg);
        }
        co_await ip.p.readable(*channel, sim_time::max());
    }
    co_return 0;
}

}  // namespace vethlab
