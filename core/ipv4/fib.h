#pragma once
// Linux: include/net/ip_fib.h, include/net/fib_rules.h, net/ipv4/fib_*.c: routes.
#include <memory>
#include <optional>
#include <span>

#include "core/ipv4/devinet.h"
#include "core/wire/ipv6.h"

namespace vethlab {

// What a lookup asks (struct flowi4).
struct flowi4 {
    ipv4_address daddr = {}, saddr = {};
    int oif = 0;  // 0: any
    int iif = 1;  // LOOPBACK_IFINDEX: locally sent
    std::uint32_t mark = 0;
    std::uint8_t tos = 0;  // DSCP bits, ECN cleared
    std::uint8_t scope = rt_scope::universe;
    std::uint8_t proto = 0;  // ipproto::; for rules
    std::uint16_t sport = 0, dport = 0;
    std::uint32_t uid = 0;
    bool known_nh = false;  // FLOWI_FLAG_KNOWN_NH
};

// RFC 1191 / redirect knowledge about one destination behind a next hop (fib_nh_exception).
struct fib_nh_exception {
    ipv4_address daddr;
    ipv4_address gw;  // 0: the next hop's own
    std::uint32_t pmtu = 0;
    std::uint32_t genid = 0;
    sim_time expires{};  // 0: never
    sim_time stamp{};    // last change
    bool mtu_locked = false;
    bool used_output = false, used_input = false;  // a route was made from it (fnhe_rth_*)
};

// What few next hops have.
struct fib_nh_more {
    ipv6_address gw6;  // instead of an IPv4 gateway
    compact_vector<fib_nh_exception> exceptions;
};

struct fib_nh {
    net_device* dev = nullptr;
    int oif = 0;
    ipv4_address gw;
    std::uint8_t flags = 0;  // rtnh_f::
    std::uint8_t scope = rt_scope::nowhere;
    std::uint16_t weight = 1;
    std::int32_t upper_bound = -1;  // of the 31-bit hash; -1: takes nothing
    // Preferred source, kept until addresses change (fib_info_update_nhc_saddr).
    ipv4_address saddr;
    std::uint32_t saddr_genid = 0;
    std::unique_ptr<fib_nh_more> more;

    ipv6_address gw6() const { return more ? more->gw6 : ipv6_address{}; }
    std::span<fib_nh_exception> exceptions() const {
        if (!more) return {};
        return {more->exceptions.begin(), more->exceptions.end()};
    }
    fib_nh_more& make_more() {
        if (!more) more = std::make_unique<fib_nh_more>();
        return *more;
    }
    bool has_gateway() const { return !has_gateway({}, {}); }
    bool has_gateway(ipv4_address a, const ipv6_address& b) const { return gw == a && gw6() == b; }
};

// RTAX_*: the ones that were given.
struct fib_metric {
    std::uint16_t type;
    std::uint32_t value;
    bool operator==(const fib_metric&) const = default;
};

struct fib_metrics {
    std::vector<fib_metric> values;
    std::string cc_algo;  // RTAX_CC_ALGO
    bool empty() const { return values.empty() && cc_algo.empty(); }
    bool operator==(const fib_metrics&) const = default;
};

// What few routes have.
struct fib_info_more {
    compact_vector<fib_nh> nhs;  // if there are several, all
    fib_metrics metrics;
};

struct fib_info {
    fib_nh nh;  // if there is but one
    std::unique_ptr<fib_info_more> more;
    ipv4_address prefsrc;
    std::uint32_t priority = 0;
    std::uint32_t flags = 0;  // rtnh_f:: of all next hops
    std::uint8_t protocol = 0, scope = 0;
    rtn type = rtn::unspec;

    std::span<fib_nh> nhs() { return {several() ? more->nhs.begin() : &nh, nh_count()}; }
    std::span<const fib_nh> nhs() const {
        return {several() ? more->nhs.begin() : &nh, nh_count()};
    }
    fib_info_more& make_more() {
        if (!more) more = std::make_unique<fib_info_more>();
        return *more;
    }
    bool uses(const net_device& dev) const;
    std::uint32_t metric(std::uint16_t rtax_type) const;

 private:
    bool several() const { return more && !more->nhs.empty(); }
    std::size_t nh_count() const { return several() ? more->nhs.size() : 1; }
};

// One route of a table: prefix and what lies there.
// Linux: routes that say the same share a fib_info. Here: each has its own, in the same block.
struct fib_alias {
    ipv4_address prefix;
    std::uint8_t prefixlen = 0, tos = 0;
    std::int16_t fa_default = -1;  // fib_select_default
    fib_info info;

    rtn type() const { return info.type; }
};

inline bool fib_table::is_at(std::size_t i, ipv4_address prefix, std::uint8_t len) const {
    return i < aliases.size() && aliases[i]->prefix == prefix && aliases[i]->prefixlen == len;
}

struct fib_result {
    ipv4_address prefix;
    std::uint8_t prefixlen = 0;
    std::uint16_t nh_sel = 0;
    rtn type = rtn::unspec;
    std::uint8_t scope = 0;
    fib_alias* fa = nullptr;  // valid until a route changes
    fib_table* table = nullptr;

    fib_info& fi() const { return fa->info; }
    fib_nh& nh() const { return fa->info.nhs()[nh_sel]; }
};

namespace fib_lookup_f {
enum : unsigned { ignore_linkstate = 2 };
}

// err::ok and a route, or what its type or absence means: netunreach, hostunreach, acces, inval.
err fib_lookup(netns& net, const flowi4& fl, fib_result& res, unsigned flags = 0);
// Of several next hops or default routes, the one for this flow (fib_select_path).
// Fills in fl.saddr where there is none. `skb`: the frame that is being forwarded.
void fib_select_path(netns& net, fib_result& res, flowi4& fl, const frame* skb = nullptr);
// The source address that the route suggests (fib_result_prefsrc).
ipv4_address fib_result_prefsrc(netns& net, fib_result& res);

// rtn::local, broadcast, multicast or unicast, by table local; dev: counting only what it has.
rtn inet_addr_type_dev_table(netns& net, ipv4_address addr, const net_device* dev = nullptr);
inline rtn inet_addr_type(netns& net, ipv4_address addr) {
    return inet_addr_type_dev_table(net, addr);
}

// Is `src` a possible source of a frame that came in on `dev`? err::ok, or err::inval martian,
// err::xdev reverse path filter. oif: where it would leave, 0 if it stays here. `on_link`: the
// sender is a neighbour (the kernel's return value 1).
err fib_validate_source(const frame& skb, ipv4_address src, ipv4_address dst, std::uint8_t tos,
                        int oif, net_device& dev, bool& on_link);

// ---- tables (fib_trie.cc)
fib_table* fib_get_table(netns& net, std::uint32_t id);
fib_table& fib_new_table(netns& net, std::uint32_t id);
err fib_table_lookup(fib_table& tb, const flowi4& fl, fib_result& res, unsigned flags);
// In table local, which is one trie with main until somebody adds a rule: longest prefix of both.
err fib_local_lookup(netns& net, const flowi4& fl, fib_result& res, unsigned flags);
// Removes every route whose info is dead (fib_flush). Returns how many.
int fib_flush(netns& net);

// A route as a message or another part of the kernel describes it.
struct fib_config_nh {
    int oif = 0;
    ipv4_address gw;
    ipv6_address gw6;
    bool has_gw = false;
    std::uint32_t flags = 0;
    std::uint16_t weight = 1;
    bool gw_given = false;  // 0.0.0.0 as well
    std::string gw_error;   // what is wrong with it
};
struct fib_config {
    std::uint8_t dst_len = 0, tos = 0, protocol = 0, scope = 0;
    rtn type = rtn::unspec;
    std::uint32_t table = 0;
    ipv4_address dst;
    bool has_dst = true;
    ipv4_address prefsrc;
    std::uint32_t priority = 0;
    std::uint32_t flags = 0;  // rtnh_f::onlink
    int oif = 0;
    ipv4_address gw;
    ipv6_address gw6;
    bool has_gw = false;
    bool multipath = false;
    std::vector<fib_config_nh> mp;
    fib_metrics metrics;
    std::string metrics_error;  // what is wrong with them; said late
    bool has_nh_id = false;  // a nexthop object; there are none
    std::uint16_t nlflags = 0;
    std::uint32_t portid = 0, seq = 0;  // whose request
};
// fib_valid_key_len: a length up to 32, and no bits of the address beyond it.
err fib_valid_prefix(const fib_config& cfg, netlink_ext_ack& extack);
// A route to a device, without a gateway or metrics, is there already.
bool fib_table_has(const fib_table& tb, const fib_config& cfg);
err fib_table_insert(netns& net, fib_table& tb, const fib_config& cfg, netlink_ext_ack& extack);
err fib_table_delete(netns& net, fib_table& tb, const fib_config& cfg, netlink_ext_ack& extack);

// ---- infos (fib_semantics.cc)
// `fi` is new.
err fib_create_info(netns& net, const fib_config& cfg, fib_info& fi, netlink_ext_ack& extack);
void fib_rebalance(fib_info& fi);
// A gateway that is none matches nothing, and is what `extack` tells.
bool fib_nh_match(const fib_config& cfg, const fib_info& fi, netlink_ext_ack& extack);
bool fib_metrics_match(const fib_config& cfg, const fib_info& fi);
err fib_props_error(rtn type);
enum class fib_down : std::uint8_t { down, unregister, change };
int fib_sync_down_dev(net_device& dev, fib_down event, bool force);
int fib_sync_down_addr(net_device& dev, ipv4_address local);
int fib_sync_up(net_device& dev, std::uint32_t nh_flags);
void fib_sync_mtu(net_device& dev);
struct fib_rt_info {
    const fib_info* fi;
    std::uint32_t tb_id;
    ipv4_address dst;
    std::uint8_t dst_len, tos;
    rtn type;
};
void fib_put_metrics(nlmsg_builder& out, const fib_metrics& metrics);
// RTA_GATEWAY, or RTA_VIA with an address of the other family; neither if there is none.
void fib_put_gateway(nlmsg_builder& out, ipv4_address gw, const ipv6_address& gw6);
void fib_dump_info(nlmsg_builder& out, std::uint32_t portid, std::uint32_t seq, std::uint16_t event,
                   const fib_rt_info& fri, std::uint16_t flags);

// ---- addresses and devices (fib_frontend.cc)
void fib_add_ifaddr(in_device& in_dev, const in_ifaddr& ifa);
// `iprim`: the primary address that goes with a secondary one, or nullptr.
void fib_del_ifaddr(in_device& in_dev, const in_ifaddr& ifa, const in_ifaddr* iprim);
void fib_inetaddr_event(inetaddr_event event, in_device& in_dev, const in_ifaddr& ifa);
void fib_modify_prefix_metric(in_device& in_dev, const in_ifaddr& ifa, std::uint32_t new_metric);
err fib_netdev_event(netdev_event event, net_device& dev, netlink_ext_ack& extack);

// Is gw the gateway of a route on dev? (secure_redirects)
bool ip_fib_check_default(netns& net, ipv4_address gw, const net_device& dev);

// ---- rules (fib_rules.cc)
struct fib_rule {
    std::uint32_t pref = 0, table = 0, flags = 0;
    std::uint32_t mark = 0, mark_mask = 0;
    std::uint32_t target = 0;  // goto
    std::int32_t suppress_prefixlen = -1, suppress_ifgroup = -1;
    ipv4_address src, dst;
    std::uint8_t src_len = 0, dst_len = 0, tos = 0, action = 0, ip_proto = 0, proto = 0;
    bool l3mdev = false;
    std::uint16_t sport[2] = {}, dport[2] = {};  // 0: any
    std::uint32_t uid_range[2] = {0, UINT32_MAX};
    bool has_uid_range = false;
    char iifname[ifnamsiz] = {}, oifname[ifnamsiz] = {};
};
std::span<const fib_rule> fib4_rules(const netns_ipv4& ipv4);
err fib4_rules_lookup(netns& net, const flowi4& fl, fib_result& res, unsigned flags);
err fib_nl_newrule(rtnl_request& r, nlmsg_builder& reply);
err fib_nl_delrule(rtnl_request& r, nlmsg_builder& reply);
err fib_nl_dumprule(rtnl_request& r, nlmsg_builder& out);

// ---- netlink (fib_frontend.cc)
err inet_rtm_newroute(rtnl_request& r, nlmsg_builder& reply);
err inet_rtm_delroute(rtnl_request& r, nlmsg_builder& reply);
err inet_dump_fib(rtnl_request& r, nlmsg_builder& out);
void rtmsg_fib(std::uint16_t event, netns& net, const fib_alias& fa, std::uint32_t tb_id,
               std::uint32_t portid, std::uint32_t seq, std::uint16_t nlm_flags);

}  // namespace vethlab
