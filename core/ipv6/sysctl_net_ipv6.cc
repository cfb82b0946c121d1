// Linux: net/ipv6/addrconf.c (addrconf_sysctl), net/ipv6/af_inet6.c: /proc/sys/net/ipv6, and the
// namespace's IPv6 part.
#include <algorithm>

#include "core/ipv6/ip6_fib.h"
#include "core/ipv6/ndisc.h"
#include "core/kernel.h"
#include "core/sysctl.h"

namespace vethlab {
namespace {

struct conf_key {
    std::string_view name;
    std::int32_t value;
};
constexpr conf_key keys[devconf6::count] = {
    {"accept_dad", 1},
    {"accept_ra", 1},
    {"accept_ra_defrtr", 1},
    {"accept_ra_from_local", 0},
    {"accept_ra_min_hop_limit", 1},
    {"accept_ra_min_lft", 0},
    {"accept_ra_mtu", 1},
    {"accept_ra_pinfo", 1},
    {"accept_ra_rt_info_max_plen", 0},
    {"accept_ra_rt_info_min_plen", 0},
    {"accept_ra_rtr_pref", 1},
    {"accept_redirects", 1},
    {"accept_source_route", 0},
    {"accept_untracked_na", 0},
    {"addr_gen_mode", 0},
    {"autoconf", 1},
    {"dad_transmits", 1},
    {"disable_ipv6", 0},
    {"disable_policy", 0},
    {"drop_unicast_in_l2_multicast", 0},
    {"drop_unsolicited_na", 0},
    {"enhanced_dad", 1},
    {"force_forwarding", 0},
    {"force_mld_version", 0},
    {"force_tllao", 0},
    {"forwarding", 0},
    {"hop_limit", 64},
    {"ignore_routes_with_linkdown", 0},
    {"ioam6_enabled", 0},
    {"ioam6_id", 65535},
    {"ioam6_id_wide", -1},
    {"keep_addr_on_down", 0},
    {"max_addresses", 16},
    {"max_desync_factor", 600},
    {"mc_forwarding", 0},
    {"mldv1_unsolicited_report_interval", 10000},
    {"mldv2_unsolicited_report_interval", 1000},
    {"mtu", 1280},
    {"ndisc_evict_nocarrier", 1},
    {"ndisc_notify", 0},
    {"ndisc_tclass", 0},
    {"optimistic_dad", 0},
    {"proxy_ndp", 0},
    {"ra_defrtr_metric", 1024},
    {"ra_honor_pio_life", 0},
    {"ra_honor_pio_pflag", 0},
    {"regen_max_retry", 3},
    {"regen_min_advance", 2},
    {"router_probe_interval", 60},
    {"router_solicitation_delay", 1},
    {"router_solicitation_interval", 4},
    {"router_solicitation_max_interval", 3600},
    {"router_solicitations", -1},
    {"rpl_seg_enabled", 0},
    {"seg6_enabled", 0},
    {"seg6_require_hmac", 0},
    {"suppress_frag_ndisc", 1},
    {"temp_prefered_lft", 86400},
    {"temp_valid_lft", 604800},
    {"use_oif_addrs_only", 0},
    {"use_optimistic", 0},
    {"use_tempaddr", 0},
};

constexpr ipv6_devconf initial_values(bool loopback) {
    ipv6_devconf c{};
    for (std::size_t i = 0; i < devconf6::count; i++) c.data[i] = keys[i].value;
    if (loopback) c.data[devconf6::accept_dad] = c.data[devconf6::use_tempaddr] = -1;
    return c;
}
constexpr ipv6_devconf initial = initial_values(false), initial_loopback = initial_values(true);

enum class row : std::uint8_t { all, dflt, device };
struct conf_file {
    devconf6_ptr* cnf = nullptr;
    row where = row::device;
    inet6_dev* idev = nullptr;
    devconf6::index key{};
};

// "v0/disable_ipv6"
bool find_file(netns& net, std::string_view rest, conf_file& file) {
    const auto slash = rest.find('/');
    if (slash == rest.npos) return false;
    const std::string_view dev = rest.substr(0, slash), name = rest.substr(slash + 1);
    const auto* key = std::find_if(std::begin(keys), std::end(keys),
                                   [&](const conf_key& k) { return k.name == name; });
    if (key == std::end(keys)) return false;
    file.key = devconf6::index(key - std::begin(keys));
    if (dev == "all") {
        file.cnf = &net.ipv6->devconf_all;
        file.where = row::all;
    } else if (dev == "default") {
        file.cnf = &net.ipv6->devconf_dflt;
        file.where = row::dflt;
    } else if (net_device* d = dev_get_by_name(net, dev); d && in6_dev_get(*d)) {
        file.idev = in6_dev_get(*d);
        file.cnf = &file.idev->cnf;
    }
    return file.cnf;
}

std::int32_t lowest(devconf6::index key) {
    switch (key) {
        case devconf6::router_solicitations:
            return -1;
        case devconf6::hop_limit:
            return 1;
        case devconf6::router_solicitation_delay:
        case devconf6::router_solicitation_interval:
        case devconf6::router_solicitation_max_interval:
        case devconf6::mldv1_unsolicited_report_interval:
        case devconf6::mldv2_unsolicited_report_interval:
        case devconf6::router_probe_interval:
        case devconf6::ra_defrtr_metric:
        case devconf6::ioam6_id:
        case devconf6::ioam6_enabled:
            return 0;
        default:
            return INT32_MIN;
    }
}
std::int32_t highest(devconf6::index key) {
    switch (key) {
        case devconf6::hop_limit:
        case devconf6::ndisc_tclass:
            return 255;
        case devconf6::ioam6_enabled:
        case devconf6::accept_untracked_na:
        case devconf6::force_forwarding:
            return key == devconf6::accept_untracked_na ? 2 : 1;
        case devconf6::ioam6_id:
            return 65535;
        case devconf6::addr_gen_mode:
            return 3;
        default:
            return INT32_MAX;
    }
}

// `all` and what hangs on it: every device, and the default.
void set_everywhere(netns& net, devconf6::index key, std::int32_t value) {
    const devconf6_ptr old_dflt = net.ipv6->devconf_dflt;
    const devconf6_ptr& dflt = net.ipv6->devconf_dflt;
    net.ipv6->devconf_dflt.set(net.krn, key, value);
    // A lo that nobody has looked at is down, and takes `default` when it is made.
    net_device* first = key == devconf6::disable_ipv6 ? net.dev_base_head.first()
                                                      : *net.dev_base_head.begin();
    for (net_device* dev = first; dev; dev = dev->list_next) {
        inet6_dev* idev = in6_dev_get(*dev);
        if (!idev || idev->conf(key) == value) continue;
        const bool changed = !idev->conf(key) != !value;
        if (idev->cnf == old_dflt) {
            idev->cnf = dflt;  // still the same values: one copy for all
        } else {
            idev->cnf.set(net.krn, key, value);
        }
        if (key == devconf6::disable_ipv6 && changed) dev_disable_change(*idev);
        if (key == devconf6::addr_gen_mode) addrconf_dev_config(*dev);
        if (key == devconf6::forwarding && changed) {
            value ? ipv6_dev_mc_inc(*dev, in6addr_linklocal_allrouters)
                  : ipv6_dev_mc_dec(*dev, in6addr_linklocal_allrouters);
        }
    }
}

void set_value(netns& net, const conf_file& file, std::int32_t value) {
    const std::int32_t old = (*file.cnf)->get(file.key);
    const bool shared = file.where == row::all && *file.cnf == net.ipv6->devconf_dflt;
    file.cnf->set(net.krn, file.key, value);
    const bool changed = !old != !value;
    switch (file.key) {
        case devconf6::disable_ipv6:
        case devconf6::forwarding:
            if (file.where == row::all) {
                set_everywhere(net, file.key, value);
                if (shared) *file.cnf = net.ipv6->devconf_dflt;
                return;
            }
            if (!file.idev || !changed) return;
            if (file.key == devconf6::disable_ipv6) return dev_disable_change(*file.idev);
            return value ? ipv6_dev_mc_inc(file.idev->dev, in6addr_linklocal_allrouters)
                         : ipv6_dev_mc_dec(file.idev->dev, in6addr_linklocal_allrouters);
        case devconf6::addr_gen_mode:
            if (file.where == row::all) return set_everywhere(net, file.key, value);
            if (file.idev && old != value) addrconf_dev_config(file.idev->dev);
            return;
        default:
            return;
    }
}

}  // namespace

devconf6_ptr ipv6_devconf_initial() { return devconf6_ptr(initial); }
devconf6_ptr ipv6_devconf_loopback() { return devconf6_ptr(initial_loopback); }

void devconf6_ptr::set(kernel& krn, devconf6::index i, std::int32_t value) {
    if (values_->get(i) == value) return;
    if (!krn.devconf6) {
        krn.devconf6 = {new devconf6_copies, [](devconf6_copies* c) { delete c; }};
    }
    auto& [kept, oldest] = *krn.devconf6;
    auto data = values_->data;
    data[i] = value;
    const auto known = std::find_if(kept.begin(), kept.end(),
                                    [&](const devconf6_ptr& p) { return p->data == data; });
    if (known != kept.end()) {
        *this = *known;
        return;
    }
    auto* copy = new ipv6_devconf{data};
    *this = devconf6_ptr(*copy);  // others go on with the old ones
    copy->users = 1;
    constexpr std::size_t most = 8;
    if (kept.size() < most) return kept.push_back(*this);
    kept[oldest] = *this;
    oldest = (oldest + 1) % most;
}

err ipv6_conf_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    conf_file file;
    if (!find_file(net, rest, file)) return err::noent;
    const std::int32_t v = (*file.cnf)->get(file.key);
    if (file.key == devconf6::mtu && file.idev) {
        value = std::to_string(file.idev->dev.mtu);
    } else if (file.key == devconf6::ioam6_id_wide) {
        value = std::to_string(std::uint32_t(v));
    } else {
        value = std::to_string(v);
    }
    return err::ok;
}

err ipv6_conf_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    conf_file file;
    if (!find_file(net, rest, file)) return err::noent;
    if (file.key == devconf6::mc_forwarding) return err::acces;  // set by a multicast router only
    std::int64_t v = 0;
    if (const err e = parse_int(value, v); e != err::ok) return e;
    if (v < lowest(file.key) || v > highest(file.key)) return err::inval;
    if (file.key == devconf6::addr_gen_mode && v == 2) return err::inval;  // without a secret
    // Here: IPv6 has no MTU of its own, a lower one is refused.
    if (file.key == devconf6::mtu && file.idev) {
        return v == std::int64_t(file.idev->dev.mtu) ? err::ok : err::inval;
    }
    set_value(net, file, std::int32_t(v));
    return err::ok;
}

void ipv6_conf_sysctl_list(netns& net, std::vector<std::string>& rests) {
    std::vector<std::string> devs = {"all", "default"};
    for (const net_device* dev : net.dev_base_head) {
        if (in6_dev_get(*dev)) devs.push_back(dev->name.str());
    }
    for (const std::string& dev : devs) {
        for (const conf_key& k : keys) rests.push_back(dev + "/" + std::string(k.name));
    }
}

// ---- net/ipv6/neigh/

namespace {

neigh_parms* neigh_dir(netns& net, std::string_view rest, std::string_view& key) {
    const auto slash = rest.find('/');
    if (slash == rest.npos) return nullptr;
    key = rest.substr(slash + 1);
    net_device* dev = dev_get_by_name(net, rest.substr(0, slash));
    return dev ? ndisc_parms(*dev) : nullptr;
}

}  // namespace

err ipv6_neigh_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    std::string_view key;
    const neigh_parms* parms = neigh_dir(net, rest, key);
    return parms ? neigh_sysctl_read(*parms, key, value) : err::noent;
}

err ipv6_neigh_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    std::string_view key;
    neigh_parms* parms = neigh_dir(net, rest, key);
    return parms ? neigh_sysctl_write(*parms, key, value) : err::noent;
}

void ipv6_neigh_sysctl_list(netns& net, std::vector<std::string>& rests) {
    for (const net_device* dev : net.dev_base_head) {
        if (in6_dev_get(*dev)) neigh_sysctl_list(dev->name, rests);
    }
}

// ---- namespace

netns_ipv6::netns_ipv6()
    : devconf_all(ipv6_devconf_initial()), devconf_dflt(ipv6_devconf_initial()) {}
netns_ipv6::~netns_ipv6() = default;

void ipv6_net_init(netns& net) {
    (void)nd_tbl(net.krn);
    net.ipv6 = std::make_unique<netns_ipv6>();
}

void ipv6_net_exit(netns& net) {
    pneigh_net_exit(nd_tbl(net.krn), net);
    net.ipv6.reset();
}

}  // namespace vethlab
