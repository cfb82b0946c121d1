// Linux: net/ipv4/devinet.c: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR.
#include "core/ipv4/devinet.h"
#include "core/ipv4/fib.h"
#include "core/ipv4/inet_sock.h"
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

std::uint32_t left_of(std::uint32_t lft, sim_time since) {
    if (lft == in_ifaddr::infinity_life_time) return lft;
    const auto gone = std::uint32_t(since / 1s);
    return lft > gone ? lft - gone : 0;
}

std::uint32_t clock_t_of(sim_time t) { return std::uint32_t(t / 10ms); }

struct fill_how {
    std::uint16_t event, flags;
    std::uint32_t portid, seq;
};

void inet_fill_ifaddr(nlmsg_builder& out, const in_device& in_dev, const in_ifaddr& ifa,
                      const fill_how& how) {
    ifa_cacheinfo ci{.ifa_prefered = in_ifaddr::infinity_life_time,
                     .ifa_valid = in_ifaddr::infinity_life_time,
                     .cstamp = clock_t_of(ifa.cstamp),
                     .tstamp = clock_t_of(ifa.tstamp)};
    if (!(ifa.flags & ifa_f::permanent)) {
        const sim_time since = in_dev.dev.krn.now() - ifa.tstamp;
        ci.ifa_prefered = left_of(ifa.preferred_lft, since);
        if (ifa.preferred_lft != in_ifaddr::infinity_life_time) {
            ci.ifa_valid = left_of(ifa.valid_lft, since);
        } else {
            ci.ifa_valid = ifa.valid_lft;
        }
    }
    out.begin(how.event, how.flags, how.seq, how.portid);
    out.head(ifaddrmsg{.ifa_family = af::inet,
                       .ifa_prefixlen = ifa.prefixlen,
                       .ifa_flags = std::uint8_t(ifa.flags),
                       .ifa_scope = ifa.scope,
                       .ifa_index = std::uint32_t(in_dev.dev.ifindex)});
    if (!ifa.address.is_any()) out.put_ip4(ifa::address, ifa.address);
    if (!ifa.local.is_any()) out.put_ip4(ifa::local, ifa.local);
    if (!ifa.broadcast.is_any()) out.put_ip4(ifa::broadcast, ifa.broadcast);
    if (ifa.label[0]) out.put_str(ifa::label, ifa.label);
    if (ifa.proto) out.put_u8(ifa::proto, ifa.proto);
    out.put_u32(ifa::flags, ifa.flags);
    if (ifa.rt_priority) out.put_u32(ifa::rt_priority, ifa.rt_priority);
    out.put_struct(ifa::cacheinfo, ci);
    out.end();
}

in_ifaddr* find_matching_ifa(const in_device& in_dev, const in_ifaddr& like) {
    for (const auto& ifa : in_dev.ifa_list) {
        if (ifa->mask == like.mask && ifa->match(like.address) && ifa->local == like.local) {
            return ifa.get();
        }
    }
    return nullptr;
}

// Linux: the policy ifa_ipv4_policy.
err check_policy(const nlattrs& tb, netlink_ext_ack& extack) {
    const nlattr* label = tb.get(ifa::label);
    if ((label && label->str().size() >= ifnamsiz) ||
        tb.has_short_u32({ifa::local, ifa::address, ifa::broadcast})) {
        return extack.set(err::range, "Attribute failed policy validation");
    }
    return err::ok;
}

// A message as an address, with its lifetimes. in_dev: where it belongs.
err rtm_to_ifaddr(rtnl_request& r, std::unique_ptr<in_ifaddr>& out, in_device*& in_dev) {
    const auto ifm = r.msg.head<ifaddrmsg>();
    const nlattrs tb = r.msg.attrs<ifaddrmsg>();
    const nlattr* label = tb.get(ifa::label);
    if (const err e = check_policy(tb, r.extack); e != err::ok) return e;
    if (ifm.ifa_prefixlen > 32) return r.extack.set(err::inval, "ipv4: Invalid prefix length");
    const nlattr* local = tb.get(ifa::local);
    if (!local) return r.extack.set(err::inval, "ipv4: Local address is not supplied");
    net_device* dev = dev_get_by_index(r.net, int(ifm.ifa_index));
    if (!dev) return r.extack.set(err::nodev, "ipv4: Device not found");
    in_dev = in_dev_get(*dev);
    if (!in_dev) return err::nobufs;
    in_dev->cnf.setall();

    auto ifa = std::make_unique<in_ifaddr>();
    const nlattr* address = tb.get(ifa::address);
    ifa->local = local->ip4();
    ifa->address = (address ? address : local)->ip4();
    ifa->prefixlen = ifm.ifa_prefixlen;
    ifa->mask = inet_make_mask(ifm.ifa_prefixlen);
    ifa->scope = ifm.ifa_scope;
    const nlattr* flags = tb.get(ifa::flags);
    ifa->flags = flags ? flags->u32() : ifm.ifa_flags;
    if (const nlattr* brd = tb.get(ifa::broadcast)) ifa->broadcast = brd->ip4();
    const std::string_view name = label ? label->str() : std::string_view(dev->name);
    std::memcpy(ifa->label, name.data(), name.size());
    if (const nlattr* p = tb.get(ifa::rt_priority)) ifa->rt_priority = p->u32();
    if (const nlattr* p = tb.get(ifa::proto)) ifa->proto = p->u8();
    if (const nlattr* c = tb.get(ifa::cacheinfo)) {
        const auto ci = c->as<ifa_cacheinfo>();
        if (!ci.ifa_valid || ci.ifa_prefered > ci.ifa_valid) {
            return r.extack.set(err::inval, "ipv4: address lifetime invalid");
        }
        ifa->valid_lft = ci.ifa_valid;
        ifa->preferred_lft = ci.ifa_prefered;
    }
    out = std::move(ifa);
    return err::ok;
}

}  // namespace

void rtmsg_ifa(std::uint16_t event, const in_device& in_dev, const in_ifaddr& ifa,
               const nl_info& who) {
    const netns& net = in_dev.net();
    if (!rtnl_has_listeners(net, rtnlgrp::ipv4_ifaddr)) return;
    nlmsg_builder out;
    inet_fill_ifaddr(out, in_dev, ifa,
                     {.event = event, .flags = 0, .portid = who.portid, .seq = who.seq});
    rtnl_notify(in_dev.net(), out, rtnlgrp::ipv4_ifaddr);
}

err inet_rtm_newaddr(rtnl_request& r, nlmsg_builder&) {
    std::unique_ptr<in_ifaddr> ifa;
    in_device* in_dev = nullptr;
    if (const err e = rtm_to_ifaddr(r, ifa, in_dev); e != err::ok) return e;
    const nl_info who{r.portid(), r.seq()};
    const std::uint32_t valid = ifa->valid_lft, preferred = ifa->preferred_lft;

    in_ifaddr* existing = find_matching_ifa(*in_dev, *ifa);
    if (!existing) {
        if (ifa->flags & ifa_f::mcautojoin) {
            const err e = ip_mc_autojoin_config(in_dev->dev, true, ifa->address);
            if (e != err::ok) return r.extack.set(e, "ipv4: Multicast auto join failed");
        }
        set_ifa_lifetime(*in_dev, *ifa, valid, preferred);
        return inet_insert_ifa(*in_dev, std::move(ifa), r.extack, who);
    }
    if ((r.flags() & nlm_f::excl) || !(r.flags() & nlm_f::replace)) {
        return r.extack.set(err::exist, "ipv4: Address already assigned");
    }
    if (existing->rt_priority != ifa->rt_priority) {
        fib_modify_prefix_metric(*in_dev, *existing, ifa->rt_priority);
        existing->rt_priority = ifa->rt_priority;
    }
    existing->proto = ifa->proto;
    set_ifa_lifetime(*in_dev, *existing, valid, preferred);
    if (valid != in_ifaddr::infinity_life_time || r.net.ipv4->addr_lifetimes) {
        check_lifetime_soon(r.net);
    }
    rtmsg_ifa(rtm::newaddr, *in_dev, *existing, who);
    return err::ok;
}

err inet_rtm_deladdr(rtnl_request& r, nlmsg_builder&) {
    const auto ifm = r.msg.head<ifaddrmsg>();
    const nlattrs tb = r.msg.attrs<ifaddrmsg>();
    if (const err e = check_policy(tb, r.extack); e != err::ok) return e;
    net_device* dev = dev_get_by_index(r.net, int(ifm.ifa_index));
    in_device* in_dev = dev ? in_dev_get(*dev) : nullptr;
    if (!in_dev) return r.extack.set(err::nodev, "ipv4: Device not found");
    const nlattr *local = tb.get(ifa::local), *label = tb.get(ifa::label),
                 *address = tb.get(ifa::address);
    for (const auto& ifa : in_dev->ifa_list) {
        if (local && ifa->local != local->ip4()) continue;
        if (label && label->str() != ifa->label) continue;
        if (address && (ifm.ifa_prefixlen != ifa->prefixlen || !ifa->match(address->ip4()))) {
            continue;
        }
        if (ifa->address.is_multicast()) {
            (void)ip_mc_autojoin_config(*dev, false, ifa->address);
        }
        inet_del_ifa(*in_dev, *ifa, {r.portid(), r.seq()});
        return err::ok;
    }
    return r.extack.set(err::addrnotavail, "ipv4: Address not found");
}

err inet_dump_ifaddr(rtnl_request& r, nlmsg_builder& out) {
    const auto ifm = r.msg.head<ifaddrmsg>();
    fill_how how{
        .event = rtm::newaddr, .flags = nlm_f::multi, .portid = r.portid(), .seq = r.seq()};
    const auto dump_device = [&](const net_device& dev) {
        const in_device* in_dev = in_dev_get(dev);
        if (!in_dev) return;
        for (const auto& ifa : in_dev->ifa_list) inet_fill_ifaddr(out, *in_dev, *ifa, how);
    };
    if (r.sk.strict_check) {
        if (r.msg.body.size() < sizeof(ifaddrmsg)) {
            return r.extack.set(err::inval, "ipv4: Invalid header for address dump request");
        }
        if (ifm.ifa_prefixlen || ifm.ifa_flags || ifm.ifa_scope) {
            return r.extack.set(err::inval,
                                "ipv4: Invalid values in header for address dump request");
        }
        if (r.msg.attrs<ifaddrmsg>().has(ifa::target_netnsid)) {
            return r.extack.set(err::opnotsupp, "ipv4: IFA_TARGET_NETNSID is not supported");
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

}  // namespace vethlab
