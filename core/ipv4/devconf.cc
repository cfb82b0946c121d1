// Linux: net/ipv4/devinet.c: net.ipv4.conf.*, RTM_NEWNETCONF; and the namespace's IPv4 part.
#include <algorithm>

#include "core/ipv4/arp.h"
#include "core/ipv4/fib.h"
#include "core/ipv4/route.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"
#include "core/sysctl.h"

namespace vethlab {
namespace {

constexpr std::string_view names[devconf::count] = {"forwarding",
                                                    "mc_forwarding",
                                                    "proxy_arp",
                                                    "accept_redirects",
                                                    "secure_redirects",
                                                    "send_redirects",
                                                    "shared_media",
                                                    "rp_filter",
                                                    "accept_source_route",
                                                    "bootp_relay",
                                                    "log_martians",
                                                    "tag",
                                                    "arp_filter",
                                                    "medium_id",
                                                    "disable_xfrm",
                                                    "disable_policy",
                                                    "force_igmp_version",
                                                    "arp_announce",
                                                    "arp_ignore",
                                                    "promote_secondaries",
                                                    "arp_accept",
                                                    "arp_notify",
                                                    "accept_local",
                                                    "src_valid_mark",
                                                    "proxy_arp_pvlan",
                                                    "route_localnet",
                                                    "igmpv2_unsolicited_report_interval",
                                                    "igmpv3_unsolicited_report_interval",
                                                    "ignore_routes_with_linkdown",
                                                    "drop_unicast_in_l2_multicast",
                                                    "drop_gratuitous_arp",
                                                    "bc_forwarding",
                                                    "arp_evict_nocarrier"};

struct conf_file {
    ipv4_devconf* cnf = nullptr;
    int ifindex = 0;  // netconfa::ifindex_all, _default, or a device's
    devconf::index key{};
};

// "v0/rp_filter"
bool find_file(netns& net, std::string_view rest, conf_file& file) {
    const auto slash = rest.find('/');
    if (slash == rest.npos) return false;
    const std::string_view dev = rest.substr(0, slash), key = rest.substr(slash + 1);
    const auto* name = std::find(std::begin(names), std::end(names), key);
    if (name == std::end(names)) return false;
    file.key = devconf::index(name - std::begin(names));
    if (dev == "all") {
        file.cnf = &net.ipv4->devconf_all;
        file.ifindex = netconfa::ifindex_all;
    } else if (dev == "default") {
        file.cnf = &net.ipv4->devconf_dflt;
        file.ifindex = netconfa::ifindex_default;
    } else if (net_device* d = dev_get_by_name(net, dev); d && in_dev_get(*d)) {
        file.cnf = &in_dev_get(*d)->cnf;
        file.ifindex = d->ifindex;
    }
    return file.cnf;
}

int netconf_attribute(devconf::index key) {
    switch (key) {
        case devconf::forwarding:
            return netconfa::forwarding;
        case devconf::rp_filter:
            return netconfa::rp_filter;
        case devconf::mc_forwarding:
            return netconfa::mc_forwarding;
        case devconf::proxy_arp:
            return netconfa::proxy_neigh;
        case devconf::ignore_routes_with_linkdown:
            return netconfa::ignore_routes_with_linkdown;
        case devconf::bc_forwarding:
            return netconfa::bc_forwarding;
        default:
            return 0;
    }
}

// A new default reaches the devices on which nobody has set this key.
void devinet_copy_dflt_conf(netns& net, devconf::index key) {
    for (net_device* dev : net.dev_base_head) {
        in_device* in_dev = in_dev_get(*dev);
        if (in_dev && !(in_dev->cnf.state >> key & 1)) {
            in_dev->cnf.put(key, net.ipv4->devconf_dflt.get(key));
        }
    }
}

void set_value(netns& net, const conf_file& file, int value) {
    const int old = file.cnf->get(file.key);
    if (file.key == devconf::forwarding) {
        if (file.ifindex == netconfa::ifindex_all) return inet_forward_change(net, value);
        if (value == old) return;
        file.cnf->set(file.key, value);
        inet_netconf_notify(net, rtm::newnetconf, file.ifindex, *file.cnf, netconfa::forwarding);
        if (file.ifindex != netconfa::ifindex_default) rt_cache_flush(net);
        return;
    }
    file.cnf->set(file.key, value);
    if (file.ifindex == netconfa::ifindex_default) devinet_copy_dflt_conf(net, file.key);
    if (value == old) return;
    if (file.key == devconf::accept_local || file.key == devconf::route_localnet ||
        file.key == devconf::bc_forwarding || file.key == devconf::promote_secondaries ||
        file.key == devconf::noxfrm || file.key == devconf::nopolicy) {
        rt_cache_flush(net);
    }
    if (const int attribute = netconf_attribute(file.key)) {
        inet_netconf_notify(net, rtm::newnetconf, file.ifindex, *file.cnf, attribute);
    }
}

void fill_netconf(nlmsg_builder& out, std::uint16_t event, std::uint16_t flags,
                  std::uint32_t portid, std::uint32_t seq, int ifindex, const ipv4_devconf& cnf,
                  int attribute) {
    constexpr std::pair<std::uint16_t, devconf::index> values[] = {
        {netconfa::forwarding, devconf::forwarding},
        {netconfa::rp_filter, devconf::rp_filter},
        {netconfa::mc_forwarding, devconf::mc_forwarding},
        {netconfa::bc_forwarding, devconf::bc_forwarding},
        {netconfa::proxy_neigh, devconf::proxy_arp},
        {netconfa::ignore_routes_with_linkdown, devconf::ignore_routes_with_linkdown},
    };
    out.begin(event, flags, seq, portid);
    out.head(rtgenmsg{af::inet});
    out.put_u32(netconfa::ifindex, std::uint32_t(ifindex));
    for (const auto& [attr, key] : values) {
        if (attribute == -1 || attribute == attr) out.put_u32(attr, std::uint32_t(cnf.get(key)));
    }
    out.end();
}

}  // namespace

// Switches all, default and every device; hosts believe redirects, routers do not.
void inet_forward_change(netns& net, int value) {
    netns_ipv4& v4 = *net.ipv4;
    if (v4.devconf_all.get(devconf::forwarding) == value) return;
    const auto notify = [&](int ifindex, const ipv4_devconf& cnf) {
        inet_netconf_notify(net, rtm::newnetconf, ifindex, cnf, netconfa::forwarding);
    };
    v4.devconf_all.set(devconf::forwarding, value);
    v4.devconf_all.set(devconf::accept_redirects, !value);
    const bool dflt_changes = v4.devconf_dflt.get(devconf::forwarding) != value;
    v4.devconf_dflt.set(devconf::forwarding, value);
    notify(netconfa::ifindex_all, v4.devconf_all);
    if (dflt_changes) notify(netconfa::ifindex_default, v4.devconf_dflt);
    for (net_device* dev : net.dev_base_head) {
        in_device* in_dev = in_dev_get(*dev);
        if (!in_dev || in_dev->cnf.get(devconf::forwarding) == value) continue;
        in_dev->cnf.set(devconf::forwarding, value);
        notify(dev->ifindex, in_dev->cnf);
    }
    rt_cache_flush(net);
}

namespace {

constexpr devconf_values dflt_values = [] {
    devconf_values data{};
    for (const auto key :
         {devconf::accept_redirects, devconf::secure_redirects, devconf::send_redirects,
          devconf::shared_media, devconf::accept_source_route, devconf::arp_evict_nocarrier}) {
        data[key] = 1;
    }
    data[devconf::igmpv2_unsolicited_report_interval] = 10'000;
    data[devconf::igmpv3_unsolicited_report_interval] = 1000;
    return data;
}();
constexpr devconf_values all_values = [] {
    devconf_values data = dflt_values;
    data[devconf::accept_source_route] = 0;
    return data;
}();
constexpr devconf_values loopback_values = [] {
    devconf_values data = dflt_values;
    data[devconf::noxfrm] = data[devconf::nopolicy] = 1;
    return data;
}();

}  // namespace

constexpr common_value<devconf_values> devconf_values_dflt{dflt_values},
    devconf_values_all{all_values}, devconf_values_loopback{loopback_values};

err devinet_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    conf_file file;
    if (!find_file(net, rest, file)) return err::noent;
    value = std::to_string(file.cnf->get(file.key));
    return err::ok;
}

err devinet_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    conf_file file;
    if (!find_file(net, rest, file)) return err::noent;
    if (file.key == devconf::mc_forwarding) return err::acces;  // set by a multicast router only
    std::int64_t v = 0;
    if (const err e = parse_int(value, v); e != err::ok) return e;
    if (v < INT32_MIN || v > INT32_MAX) return err::inval;
    set_value(net, file, int(v));
    return err::ok;
}

void devinet_sysctl_list(netns& net, std::vector<std::string>& rests) {
    std::vector<std::string> devs = {"all", "default"};
    for (const net_device* dev : net.dev_base_head) {
        if (in_dev_get(*dev)) devs.push_back(dev->name.str());
    }
    for (const std::string& dev : devs) {
        for (const std::string_view name : names) rests.push_back(dev + "/" + std::string(name));
    }
}

namespace {

in_device* neigh_dir(netns& net, std::string_view rest, std::string_view& key) {
    const auto slash = rest.find('/');
    if (slash == rest.npos) return nullptr;
    key = rest.substr(slash + 1);
    const net_device* dev = dev_get_by_name(net, rest.substr(0, slash));
    return dev ? in_dev_get(*dev) : nullptr;
}

}  // namespace

err arp_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    std::string_view key;
    in_device* in_dev = neigh_dir(net, rest, key);
    return in_dev ? neigh_sysctl_read(in_dev->get_arp_parms(), key, value) : err::noent;
}

err arp_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    std::string_view key;
    in_device* in_dev = neigh_dir(net, rest, key);
    return in_dev ? neigh_sysctl_write(in_dev->get_arp_parms(), key, value) : err::noent;
}

void arp_sysctl_list(netns& net, std::vector<std::string>& rests) {
    for (const net_device* dev : net.dev_base_head) {
        if (in_dev_get(*dev)) neigh_sysctl_list(dev->name, rests);
    }
}

// ---- RTM_NEWNETCONF

void inet_netconf_notify(netns& net, std::uint16_t event, int ifindex, const ipv4_devconf& cnf,
                         int attribute) {
    if (!rtnl_has_listeners(net, rtnlgrp::ipv4_netconf)) return;
    nlmsg_builder out;
    fill_netconf(out, event, 0, 0, 0, ifindex, cnf, attribute);
    rtnl_notify(net, out, rtnlgrp::ipv4_netconf);
}

err inet_netconf_get_devconf(rtnl_request& r, nlmsg_builder& reply) {
    const nlattrs tb = r.msg.attrs<rtgenmsg>();
    const nlattr* index = tb.get(netconfa::ifindex);
    if (!index) return err::inval;
    const int ifindex = index->as<std::int32_t>();
    const ipv4_devconf* cnf = nullptr;
    if (ifindex == netconfa::ifindex_all) {
        cnf = &r.net.ipv4->devconf_all;
    } else if (ifindex == netconfa::ifindex_default) {
        cnf = &r.net.ipv4->devconf_dflt;
    } else if (net_device* dev = dev_get_by_index(r.net, ifindex); dev && in_dev_get(*dev)) {
        cnf = &in_dev_get(*dev)->cnf;
    }
    if (!cnf) return err::inval;
    fill_netconf(reply, rtm::newnetconf, 0, r.portid(), r.seq(), ifindex, *cnf, -1);
    return err::ok;
}

err inet_netconf_dump_devconf(rtnl_request& r, nlmsg_builder& out) {
    const auto fill = [&](int ifindex, const ipv4_devconf& cnf) {
        fill_netconf(out, rtm::newnetconf, nlm_f::multi, r.portid(), r.seq(), ifindex, cnf, -1);
    };
    for (net_device* dev : r.net.dev_base_head.by_index()) {
        if (const in_device* in_dev = in_dev_get(*dev)) fill(dev->ifindex, in_dev->cnf);
    }
    fill(netconfa::ifindex_all, r.net.ipv4->devconf_all);
    fill(netconfa::ifindex_default, r.net.ipv4->devconf_dflt);
    return err::ok;
}

void inet_fill_link_af(nlmsg_builder& out, const net_device& dev) {
    constexpr std::uint16_t ifla_inet_conf = 1;
    const in_device* in_dev = in_dev_get(dev);
    if (!in_dev) return;
    const std::size_t nest = out.nest(af::inet);
    out.put(ifla_inet_conf, std::as_bytes(std::span(*in_dev->cnf.values)));
    out.end_nest(nest);
}

// ---- namespace

netns_ipv4::netns_ipv4(netns& n) : multipath_seed(n.krn.rng.next()) {}
netns_ipv4::~netns_ipv4() = default;

// Linux: a namespace copies `all` and `default` of the machine's first one.
// Here: the first one is a namespace like any other, so each starts with the kernel's own values.
void ipv4_net_init(netns& net) {
    (void)arp_tbl(net.krn);
    net.ipv4 = std::make_unique<netns_ipv4>(net);
}

void ipv4_net_exit(netns& net) {
    pneigh_net_exit(arp_tbl(net.krn), net);
    net.ipv4.reset();
}

}  // namespace vethlab
