// Linux: net/ipv6/addrconf.c: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR; the IPv6 part of links.
#include "core/ipv6/ip6_fib.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

constexpr std::uint32_t infinity = UINT32_MAX;
// The flags a user may ask for.
constexpr std::uint32_t user_flags = ifa_f::nodad | ifa_f::homeaddress | ifa_f::managetempaddr |
                                     ifa_f::noprefixroute | ifa_f::mcautojoin | ifa_f::optimistic;
namespace ifla_inet6 {
enum : std::uint16_t { flags = 1, conf, stats, mcast, cacheinfo, icmp6stats, token, addr_gen_mode };
}

struct fill_how {
    std::uint16_t event, flags = 0;
    std::uint32_t portid = 0, seq = 0;
};

std::uint8_t rt_scope_of(const inet6_ifaddr& ifp) {
    if (ifp.addr.is_loopback()) return rt_scope::host;
    switch (ifp.scope()) {
        case ipv6_scope::link:
            return rt_scope::link;
        case ipv6_scope::site:
            return rt_scope::site;
        default:
            return rt_scope::universe;
    }
}

std::uint32_t left_of(std::uint32_t lft, std::uint32_t gone) {
    if (lft == infinity) return lft;
    return lft > gone ? lft - gone : 0;
}

void inet6_fill_ifaddr(nlmsg_builder& out, const inet6_ifaddr& ifp, const fill_how& how) {
    const net_device& dev = ifp.idev.dev;
    const auto gone = std::uint32_t((dev.krn.now() - ifp.tstamp) / 1s);
    const ifaddr6_options& options = *ifp.options;
    const bool counts = !(ifp.flags & ifa_f::permanent) || options.prefered_lft != infinity;
    const ifa_cacheinfo ci{.ifa_prefered = counts ? left_of(options.prefered_lft, gone) : infinity,
                           .ifa_valid = counts ? left_of(options.valid_lft, gone) : infinity,
                           .cstamp = std::uint32_t(ifp.cstamp / 10ms),
                           .tstamp = std::uint32_t(ifp.tstamp / 10ms)};
    out.begin(how.event, how.flags, how.seq, how.portid);
    out.head(ifaddrmsg{.ifa_family = af::inet6,
                       .ifa_prefixlen = ifp.prefix_len,
                       .ifa_flags = std::uint8_t(ifp.flags),
                       .ifa_scope = rt_scope_of(ifp),
                       .ifa_index = std::uint32_t(dev.ifindex)});
    if (options.peer_addr.is_any()) {
        out.put(ifa::address, as_view(ifp.addr.octets));
    } else {
        out.put(ifa::local, as_view(ifp.addr.octets));
        out.put(ifa::address, as_view(options.peer_addr.octets));
    }
    if (options.rt_priority) out.put_u32(ifa::rt_priority, options.rt_priority);
    out.put_struct(ifa::cacheinfo, ci);
    out.put_u32(ifa::flags, ifp.flags);
    if (ifp.proto) out.put_u8(ifa::proto, ifp.proto);
    out.end();
}

bool ip6_of(const nlattr* a, ipv6_address& out) {
    if (!a || a->data.size() < 16) return false;
    out = ipv6_address::read(a->data, 0);
    return true;
}

// The address is IFA_LOCAL; IFA_ADDRESS alone, or beside it the peer.
bool extract_addr(const nlattrs& tb, ifa6_config& cfg) {
    ipv6_address address, local;
    const bool has_address = ip6_of(tb.get(ifa::address), address);
    const bool has_local = ip6_of(tb.get(ifa::local), local);
    if (!has_address && !has_local) return false;
    cfg.pfx = has_local ? local : address;
    cfg.has_peer = has_local && has_address && address != local;
    if (cfg.has_peer) cfg.peer = address;
    return true;
}

// Linux: inet6_addr_modify
err inet6_addr_modify(inet6_ifaddr& ifp, const ifa6_config& cfg) {
    netns& net = ifp.idev.net();
    constexpr std::uint32_t changeable = ifa_f::deprecated | ifa_f::permanent | ifa_f::nodad |
                                         ifa_f::homeaddress | ifa_f::managetempaddr |
                                         ifa_f::noprefixroute;
    const bool had_route = (ifp.flags & ifa_f::permanent) && !(ifp.flags & ifa_f::noprefixroute);
    const bool finite = cfg.valid_lft != infinity;
    ifp.flags = (ifp.flags & ~changeable) | (cfg.flags & changeable) |
                (finite ? 0 : std::uint32_t{ifa_f::permanent}) |
                (cfg.prefered_lft ? 0 : std::uint32_t{ifa_f::deprecated});
    ifp.tstamp = net.krn.now();
    ifp.proto = cfg.proto;
    ifaddr6_options options = *ifp.options;
    options.valid_lft = cfg.valid_lft;
    options.prefered_lft = cfg.prefered_lft;
    if (cfg.rt_priority) options.rt_priority = cfg.rt_priority;
    ifp.options.set(options);
    const ipv6_address prefix = ipv6_addr_prefix(ifp.addr, ifp.prefix_len);
    const bool wants_route = !(ifp.flags & ifa_f::noprefixroute);
    if (had_route) {
        for (const auto& rt : net.ipv6->routes) {
            if (rt->table != rt_table::main || rt->dst != prefix || rt->plen != ifp.prefix_len ||
                rt->dev != &ifp.idev.dev || rt->protocol != rtprot::kernel) {
                continue;
            }
            fib6_del(net, *rt);
            break;
        }
    }
    if (wants_route) {
        addrconf_prefix_route(ifp.addr, ifp.prefix_len, options.rt_priority, ifp.idev.dev,
                              finite ? cfg.valid_lft : 0);
    }
    if (!ifp.tentative()) inet6_ifa_notify(rtm::newaddr, ifp);
    addrconf_verify(net);
    return err::ok;
}

err parse_newaddr(rtnl_request& r, const nlattrs& tb, ifa6_config& cfg) {
    const auto ifm = r.msg.head<ifaddrmsg>();
    if (!extract_addr(tb, cfg)) return err::inval;
    if (ifm.ifa_prefixlen > 128) return r.extack.set(err::inval, "ipv6: Invalid prefix length");
    cfg.plen = ifm.ifa_prefixlen;
    if (const nlattr* a = tb.get(ifa::rt_priority)) cfg.rt_priority = a->u32();
    if (const nlattr* a = tb.get(ifa::proto)) cfg.proto = a->u8();
    const nlattr* flags = tb.get(ifa::flags);
    cfg.flags = (flags ? flags->u32() : ifm.ifa_flags) & user_flags;
    if (cfg.flags & ifa_f::mcautojoin) {
        return r.extack.set(err::opnotsupp, "ipv6: autojoin is not supported");
    }
    if (cfg.flags & (ifa_f::managetempaddr | ifa_f::homeaddress)) {
        return r.extack.set(err::opnotsupp, "ipv6: temporary and home addresses are not supported");
    }
    if (const nlattr* a = tb.get(ifa::cacheinfo)) {
        const auto ci = a->as<ifa_cacheinfo>();
        cfg.valid_lft = ci.ifa_valid;
        cfg.prefered_lft = ci.ifa_prefered;
    }
    if (!cfg.valid_lft || cfg.prefered_lft > cfg.valid_lft) {
        return r.extack.set(err::inval, "ipv6: address lifetime invalid");
    }
    return err::ok;
}

void put_link_details(nlmsg_builder& out, const inet6_dev& idev) {
    constexpr std::uint32_t if_ready = 0x80000000, if_rs_sent = 0x10;
    struct ifla_cacheinfo {
        std::uint32_t max_reasm_len, tstamp, reachable_time, retrans_time;
    };
    out.put_u32(ifla_inet6::flags, (idev.ready ? if_ready : 0) | (idev.rs_sent ? if_rs_sent : 0));
    const auto& dflt = idev.krn().neigh_nd->default_parms;
    const auto reachable = idev.nd_parms() ? std::uint32_t(idev.nd_parms()->reachable_time / 1ms)
                                           : dflt[neigh_var::base_reachable_time];
    out.put_struct(ifla_inet6::cacheinfo,
                   ifla_cacheinfo{.max_reasm_len = 65535,
                                  .tstamp = idev.tstamp,
                                  .reachable_time = reachable,
                                  .retrans_time = dflt[neigh_var::retrans_time]});
    const ipv6_address no_token;
    out.put(ifla_inet6::token, as_view(no_token.octets));
    out.put_u8(ifla_inet6::addr_gen_mode, std::uint8_t(idev.conf(devconf6::addr_gen_mode)));
}

// Linux: inet6_fill_ifinfo: a link as `ip -6 link` sees it.
void inet6_fill_ifinfo(nlmsg_builder& out, const inet6_dev& idev, rtnl_request& r) {
    const net_device& dev = idev.dev;
    out.begin(rtm::newlink, nlm_f::multi, r.seq(), r.portid());
    out.head(ifinfomsg{af::inet6, 0, dev.type, dev.ifindex, dev_get_flags(dev), 0});
    out.put_str(ifla::ifname, dev.name);
    if (dev.addr_len) out.put_mac(ifla::address, dev.dev_addr);
    out.put_u32(ifla::mtu, dev.mtu);
    if (const int iflink = dev_get_iflink(dev); iflink != dev.ifindex) {
        out.put_u32(ifla::link, std::uint32_t(iflink));
    }
    out.put_u8(ifla::operstate, std::uint8_t(dev.is_running() ? dev.operstate : if_oper::down));
    const auto nest = out.nest(ifla::protinfo);
    put_link_details(out, idev);
    out.end_nest(nest);
    out.end();
}

}  // namespace

void inet6_ifa_notify(std::uint16_t event, const inet6_ifaddr& ifp) {
    netns& net = ifp.idev.net();
    if (!rtnl_has_listeners(net, rtnlgrp::ipv6_ifaddr)) return;
    nlmsg_builder out;
    inet6_fill_ifaddr(out, ifp, {.event = event});
    rtnl_notify(net, out, rtnlgrp::ipv6_ifaddr);
}

err inet6_rtm_newaddr(rtnl_request& r, nlmsg_builder&) {
    const nlattrs tb = r.msg.attrs<ifaddrmsg>();
    ifa6_config cfg;
    if (const err e = parse_newaddr(r, tb, cfg); e != err::ok) return e;
    net_device* dev = dev_get_by_index(r.net, int(r.msg.head<ifaddrmsg>().ifa_index));
    if (!dev) return r.extack.set(err::nodev, "ipv6: Unable to find the interface");
    inet6_ifaddr* ifp = ipv6_get_ifaddr(*dev, cfg.pfx);
    if (!ifp) return inet6_addr_add(*dev, cfg, r.extack);
    if ((r.flags() & nlm_f::excl) || !(r.flags() & nlm_f::replace)) {
        return r.extack.set(err::exist, "ipv6: address already assigned");
    }
    return inet6_addr_modify(*ifp, cfg);
}

err inet6_rtm_deladdr(rtnl_request& r, nlmsg_builder&) {
    const auto ifm = r.msg.head<ifaddrmsg>();
    const nlattrs tb = r.msg.attrs<ifaddrmsg>();
    ifa6_config cfg;
    if (!extract_addr(tb, cfg)) return err::inval;
    if (ifm.ifa_prefixlen > 128) return r.extack.set(err::inval, "ipv6: Invalid prefix length");
    net_device* dev = dev_get_by_index(r.net, int(ifm.ifa_index));
    if (!dev) return r.extack.set(err::nodev, "ipv6: Unable to find the interface");
    if (!in6_dev_get(*dev)) return r.extack.set(err::nxio, "ipv6: IPv6 is disabled on this device");
    inet6_ifaddr* ifp = ipv6_get_ifaddr(*dev, cfg.pfx);
    if (!ifp || ifp->prefix_len != ifm.ifa_prefixlen) {
        return r.extack.set(err::addrnotavail, "ipv6: address not found");
    }
    ipv6_del_addr(*ifp);
    return err::ok;
}

err inet6_dump_ifaddr(rtnl_request& r, nlmsg_builder& out) {
    const auto ifm = r.msg.head<ifaddrmsg>();
    fill_how how{
        .event = rtm::newaddr, .flags = nlm_f::multi, .portid = r.portid(), .seq = r.seq()};
    const auto dump_device = [&](const net_device& dev) {
        const inet6_dev* idev = in6_dev_get(dev);
        if (!idev) return;
        for (const auto& ifp : idev->addr_list) inet6_fill_ifaddr(out, *ifp, how);
    };
    if (r.sk.strict_check) {
        if (r.msg.body.size() < sizeof(ifaddrmsg)) {
            return r.extack.set(err::inval, "ipv6: Invalid header for address dump request");
        }
        if (ifm.ifa_prefixlen || ifm.ifa_flags || ifm.ifa_scope) {
            return r.extack.set(err::inval,
                                "ipv6: Invalid values in header for address dump request");
        }
        if (r.msg.attrs<ifaddrmsg>().has(ifa::target_netnsid)) {
            return r.extack.set(err::opnotsupp, "ipv6: IFA_TARGET_NETNSID is not supported");
        }
        if (ifm.ifa_index) {
            const net_device* dev = dev_get_by_index(r.net, int(ifm.ifa_index));
            if (!dev) return err::nodev;
            how.flags |= nlm_f::dump_filtered;
            dump_device(*dev);
            return err::ok;
        }
    }
    for (net_device* dev : r.net.dev_base_head.by_index()) dump_device(*dev);
    return err::ok;
}

err inet6_dump_ifinfo(rtnl_request& r, nlmsg_builder& out) {
    for (net_device* dev : r.net.dev_base_head.by_index()) {
        if (const inet6_dev* idev = in6_dev_get(*dev)) inet6_fill_ifinfo(out, *idev, r);
    }
    return err::ok;
}

void inet6_fill_link_af(nlmsg_builder& out, const net_device& dev) {
    const inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return;
    const auto nest = out.nest(af::inet6);
    out.put_u8(ifla_inet6::addr_gen_mode, std::uint8_t(idev->conf(devconf6::addr_gen_mode)));
    out.end_nest(nest);
}

err inet6_set_link_af(net_device& dev, const nlattrs& tb, netlink_ext_ack& extack) {
    constexpr std::uint8_t stable_privacy = 2, random = 3;
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return err::afnosupport;
    if (tb.has(ifla_inet6::token)) {
        return extack.set(err::opnotsupp, "Tokenized identifiers are not supported");
    }
    const nlattr* mode = tb.get(ifla_inet6::addr_gen_mode);
    if (!mode) return err::ok;
    // Linux: 2 needs a secret, which can be set by sysctl only.
    if (mode->u8() > random || mode->u8() == stable_privacy) return err::inval;
    idev->cnf.set(dev.krn, devconf6::addr_gen_mode, mode->u8());
    return err::ok;
}

}  // namespace vethlab
