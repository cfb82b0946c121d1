#pragma once
// Hosts with addresses and routes, and what they know as text.
#include <string>
#include <utility>

#include "core/ipv4/arp.h"
#include "core/ipv4/fib.h"
#include "core/ipv4/route.h"
#include "core/sysctl.h"
#include "tests/core/netlink_client.h"

namespace vethlab {

inline ipv4_address ip4(const char* text) {
    std::uint32_t v = 0, octet = 0;
    for (; *text; text++) {
        if (*text == '.') {
            v = v << 8 | octet;
            octet = 0;
        } else {
            octet = octet * 10 + std::uint32_t(*text - '0');
        }
    }
    return {v << 8 | octet};
}
inline std::string text_of(ipv4_address a) {
    std::string s;
    for (int shift = 24; shift >= 0; shift -= 8) {
        s += std::to_string(a.value >> shift & 255) + (shift ? "." : "");
    }
    return s;
}
// "10.0.0.0/24"
inline std::pair<ipv4_address, std::uint8_t> prefix4(const std::string& text) {
    const auto slash = text.find('/');
    return {
        ip4(text.substr(0, slash).c_str()),
        slash == text.npos ? std::uint8_t{32} : std::uint8_t(std::stoi(text.substr(slash + 1)))};
}

class ipv4_host {
 public:
    explicit ipv4_host(netns& n) : net(n), nl(n) {}

    net_device& dev(const std::string& name) { return *dev_get_by_name(net, name); }
    int index(const std::string& name) {
        net_device* d = dev_get_by_name(net, name);
        return d ? d->ifindex : 0;
    }

    err addr(std::uint16_t type, const std::string& prefix, const std::string& dev_name,
             std::string* sentence = nullptr, std::uint32_t lft = UINT32_MAX) {
        const auto [a, len] = prefix4(prefix);
        nlmsg_builder m;
        m.begin(type, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
        m.head(ifaddrmsg{af::inet, len, 0, 0, std::uint32_t(index(dev_name))});
        m.put_ip4(ifa::local, a);
        m.put_ip4(ifa::address, a);
        if (lft != UINT32_MAX) m.put_struct(ifa::cacheinfo, ifa_cacheinfo{lft / 2, lft, 0, 0});
        m.end();
        return nl.request(m, sentence);
    }
    err add_addr(const std::string& prefix, const std::string& dev_name) {
        return addr(rtm::newaddr, prefix, dev_name);
    }

    struct route_args {
        const char *via = nullptr, *dev = nullptr, *src = nullptr;
        std::uint32_t metric = 0, table = rt_table::main;
        rtn type = rtn::unicast;
        std::uint16_t flags = nlm_f::create | nlm_f::excl;
    };
    err route(std::uint16_t type, const std::string& prefix, const route_args& how,
              std::string* sentence = nullptr) {
        const auto [a, len] = prefix4(prefix);
        nlmsg_builder m;
        m.begin(type, std::uint16_t(nlm_f::request | nlm_f::ack | how.flags), 1);
        rtmsg rtm{};
        rtm.rtm_family = af::inet;
        rtm.rtm_dst_len = len;
        rtm.rtm_table = rt_table::compat;
        const bool del = type == rtm::delroute;
        rtm.rtm_scope = del                   ? rt_scope::nowhere
                        : how.via || !how.dev ? rt_scope::universe
                                              : rt_scope::link;
        rtm.rtm_protocol = del ? 0 : rtprot::boot;
        rtm.rtm_type = del ? 0 : std::uint8_t(how.type);
        m.head(rtm);
        if (len) m.put_ip4(rta::dst, a);
        if (how.via) m.put_ip4(rta::gateway, ip4(how.via));
        if (how.dev) m.put_u32(rta::oif, std::uint32_t(index(how.dev)));
        if (how.src) m.put_ip4(rta::prefsrc, ip4(how.src));
        if (how.metric) m.put_u32(rta::priority, how.metric);
        m.put_u32(rta::table, how.table);
        m.end();
        return nl.request(m, sentence);
    }
    err add_route(const std::string& prefix, const route_args& how) {
        return route(rtm::newroute, prefix, how);
    }

    std::string addresses(const std::string& dev_name) {
        std::string s;
        for (const auto& ifa : in_dev_get(dev(dev_name))->ifa_list) {
            s += text_of(ifa->local) + "/" + std::to_string(ifa->prefixlen) +
                 (ifa->secondary() ? " secondary" : "") +
                 (ifa->flags & ifa_f::deprecated ? " deprecated" : "") + "\n";
        }
        return s;
    }

    std::string routes(std::uint32_t table = rt_table::main) {
        static const char* const types[] = {"",          "",           "local ",     "broadcast ",
                                            "anycast ",  "multicast ", "blackhole ", "unreachable ",
                                            "prohibit ", "throw "};
        std::string s;
        const fib_table* tb = fib_get_table(net, table);
        if (!tb) return "no table\n";
        for (const auto& fa : tb->aliases) {
            s += types[std::size_t(fa->type())] + text_of(fa->prefix) + "/" +
                 std::to_string(fa->prefixlen);
            for (const fib_nh& nh : fa->info.nhs()) {
                if (!nh.gw.is_any()) s += " via " + text_of(nh.gw);
                if (nh.dev) s += " dev " + nh.dev->name;
                if (nh.flags & rtnh_f::linkdown) s += " linkdown";
            }
            if (!fa->info.prefsrc.is_any()) s += " src " + text_of(fa->info.prefsrc);
            if (fa->info.priority) s += " metric " + std::to_string(fa->info.priority);
            s += "\n";
        }
        return s;
    }

    // `ip route get`: "via G dev D src S", or the error's number.
    std::string get(const char* dst, const char* src = nullptr, int oif = 0) {
        flowi4 fl;
        fl.daddr = ip4(dst);
        if (src) fl.saddr = ip4(src);
        fl.oif = oif;
        rtable rt;
        const err e = ip_route_output_key(net, fl, rt);
        if (e != err::ok) return "error " + std::to_string(int(e));
        std::string s;
        if (rt.flags & rtcf::redirected) s += "redirected ";
        if (rt.uses_gateway) s += "via " + text_of(rt.gw) + " ";
        s += "dev " + rt.dev->name + " src " + text_of(fl.saddr);
        if (rt.pmtu) s += " mtu " + std::to_string(rt.pmtu);
        return s;
    }

    std::string neighbours(const std::string& dev_name) {
        std::string s;
        const in_device* in_dev = in_dev_get(dev(dev_name));
        for (const neighbour* n = in_dev->arp_parms ? in_dev->arp_parms->first : nullptr; n;
             n = n->dev_next) {
            s += text_of(n->primary_key.ip4()) + " " + state_name(n->nud_state) + "\n";
        }
        return s;
    }
    static std::string state_name(std::uint16_t state) {
        switch (state) {
            case nud::none:
                return "NONE";
            case nud::incomplete:
                return "INCOMPLETE";
            case nud::reachable:
                return "REACHABLE";
            case nud::stale:
                return "STALE";
            case nud::delay:
                return "DELAY";
            case nud::probe:
                return "PROBE";
            case nud::failed:
                return "FAILED";
            case nud::noarp:
                return "NOARP";
            case nud::permanent:
                return "PERMANENT";
        }
        return "?";
    }

    void sysctl(const std::string& path, const std::string& value) {
        (void)sysctl_write(net, path, value);
    }

    netns& net;
    netlink_client nl;
};

}  // namespace vethlab
