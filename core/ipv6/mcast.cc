// Linux: net/ipv6/mcast.c: groups of a device, and MLDv2 reports about them (RFC 3810).
#include <algorithm>
#include <cstdio>
#include <span>

#include "core/ipv6/ip6_output.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr std::size_t record_size = 20;

// As ipv6_dev_mc_inc for each of them, the last one first.
constexpr ifmcaddr6 usual_groups[2] = {
    {.addr = in6addr_linklocal_allnodes, .loaded = true},
    {.addr = in6addr_interfacelocal_allnodes},
};

template <class List>
auto find(List&& list, const ipv6_address& group) {
    const auto it =
        std::find_if(list.begin(), list.end(), [&](const ifmcaddr6& m) { return m.addr == group; });
    return it == list.end() ? nullptr : &*it;
}

sim_time unsolicited_report_interval(const inet6_dev& idev) {
    return std::chrono::milliseconds(
        std::max(idev.conf(devconf6::mldv2_unsolicited_report_interval), 1));
}

template <class Timer>
void start_work(inet6_dev& idev, Timer& t, sim_time delay) {
    const auto span = std::uint32_t(std::max(delay / jiffy, INT64_C(1)));
    t.mod(idev, jiffy * std::int64_t(idev.krn().random_delay(span) + 2));
}

struct record {
    std::uint8_t type;
    ipv6_address group;
};

// One report: hop-by-hop options with a router alert, then the records.
void send_report(inet6_dev& idev, const record* records, std::size_t count) {
    constexpr std::array<std::uint8_t, 8> router_alert{nexthdr::icmp, 0, 5, 2, 0, 0, 1, 0};
    const std::size_t size = icmpv6_view::size + count * record_size;
    ipv6_fields f{.payload_len = std::uint16_t(router_alert.size() + size),
                  .next = nexthdr::hop,
                  .hop_limit = 1,
                  .saddr = {},
                  .daddr = in6addr_mldv2_allrouters};
    (void)ipv6_get_lladdr(idev.dev, f.saddr, ifa_f::tentative);
    frame_ptr skb = ip6_alloc(idev.krn(), f);
    const bytes_span body = skb->writable().subspan(ipv6_view::size);
    std::memcpy(body.data(), router_alert.data(), router_alert.size());
    const bytes_span mld = body.subspan(router_alert.size());
    for (std::size_t i = 0; i < count; i++) {
        const bytes_span r = mld.subspan(icmpv6_view::size + i * record_size, record_size);
        put8(r, 0, records[i].type);
        put8(r, 1, 0);
        put16(r, 2, 0);
        records[i].group.write(r, 4);
    }
    write_icmpv6(mld, f.saddr, f.daddr, icmpv6_type::mld2_report, 0, std::uint32_t(count));
    (void)ip6_output_on(idev.dev, std::move(skb));
}

void mld_sendpack(inet6_dev& idev, const std::vector<record>& records) {
    const std::size_t overhead = ipv6_view::size + 8 + icmpv6_view::size;
    const std::size_t room = (std::min<std::size_t>(idev.dev.mtu, 1500) - overhead) / record_size;
    for (std::size_t i = 0; i < records.size(); i += room) {
        send_report(idev, &records[i], std::min(room, records.size() - i));
    }
}

// Groups that something may happen to: none is told about the usual ones.
std::span<ifmcaddr6> changeable(inet6_dev& idev) {
    if (!idev.more || idev.mc_usual) return {};
    return idev.more->mc_list;
}

// What has changed since the last report: groups that were left, then those joined.
void mld_send_cr(inet6_dev& idev) {
    std::vector<record> records;
    compact_vector<ifmcaddr6>& tomb = idev.make_more().mc_tomb;
    for (auto& m : tomb) {
        records.push_back({mld2_record::to_include, m.addr});
        m.crcount--;
    }
    tomb.remove_if([](const ifmcaddr6& m) { return m.crcount == 0; });
    for (auto& m : changeable(idev)) {
        if (m.crcount == 0) continue;
        records.push_back({mld2_record::to_exclude, m.addr});
        m.crcount--;
    }
    mld_sendpack(idev, records);
}

void mld_send_initial_cr(inet6_dev& idev) {
    std::vector<record> records;
    for (const auto& m : idev.mc_list()) {
        if (!m.noreport()) records.push_back({mld2_record::to_exclude, m.addr});
    }
    mld_sendpack(idev, records);
}

void mld_ifc_event(inet6_dev& idev) {
    inet6_dev_more& more = idev.make_more();
    more.mc_ifc_count = idev.mc_qrv;
    start_work(idev, more.mc_ifc_timer, jiffy);
}

void igmp6_group_added(inet6_dev& idev, ifmcaddr6& m) {
    if (m.addr.mc_scope() < ipv6_scope::link) return;
    if (!m.loaded) {
        m.loaded = true;
        if (idev.dev.type == arphrd::ether) dev_mc_add(idev.dev, ipv6_eth_mc_map(m.addr));
    }
    // Where IPv6 is switched off nothing would leave.
    if (!idev.dev.is_up() || m.noreport() || idev.disabled() || idev.dev.is_loopback()) return;
    m.crcount = idev.mc_qrv;
    mld_ifc_event(idev);
}

void igmp6_group_dropped(inet6_dev& idev, ifmcaddr6& m) {
    if (m.addr.mc_scope() < ipv6_scope::link) return;
    if (m.loaded) {
        m.loaded = false;
        if (idev.dev.type == arphrd::ether) (void)dev_mc_del(idev.dev, ipv6_eth_mc_map(m.addr));
    }
    if (m.noreport() || idev.disabled() || idev.dev.is_loopback()) return;
    ifmcaddr6 left = m;
    left.crcount = idev.mc_qrv;
    compact_vector<ifmcaddr6>& tomb = idev.make_more().mc_tomb;
    if (!find(tomb, m.addr)) tomb.insert(tomb.begin(), left);
    mld_ifc_event(idev);
}

void mld_del_delrec(inet6_dev& idev, const ipv6_address& group) {
    if (!idev.more) return;
    idev.more->mc_tomb.remove_if([&](const ifmcaddr6& t) { return t.addr == group; });
}

}  // namespace

std::span<const ifmcaddr6> inet6_dev::mc_list() const {
    if (mc_usual) return usual_groups;
    if (!more) return {};
    return {more->mc_list.begin(), more->mc_list.end()};
}

compact_vector<ifmcaddr6>& inet6_dev::own_mc_list() {
    compact_vector<ifmcaddr6>& own = make_more().mc_list;
    if (!mc_usual) return own;
    for (const ifmcaddr6& m : usual_groups) own.push_back(m);
    mc_usual = false;
    return own;
}

void ipv6_mc_init_dev(inet6_dev& idev) {
    idev.mc_usual = true;
    if (idev.dev.type != arphrd::ether) return;
    dev_mc_add(idev.dev, ipv6_eth_mc_map(in6addr_linklocal_allnodes));
}

void ipv6_dev_mc_inc(net_device& dev, const ipv6_address& group) {
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return;
    compact_vector<ifmcaddr6>& list = idev->own_mc_list();
    if (ifmcaddr6* m = find(list, group)) {
        m->users++;
        return;
    }
    list.insert(list.begin(), ifmcaddr6{.addr = group});
    mld_del_delrec(*idev, group);
    igmp6_group_added(*idev, list.front());
}

void ipv6_dev_mc_dec(net_device& dev, const ipv6_address& group) {
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev || !find(idev->mc_list(), group)) return;
    compact_vector<ifmcaddr6>& list = idev->own_mc_list();
    ifmcaddr6* m = find(list, group);
    if (--m->users > 0) return;
    igmp6_group_dropped(*idev, *m);
    list.erase(m);
}

bool ipv6_chk_mcast_addr(const net_device& dev, const ipv6_address& group) {
    inet6_dev* idev = in6_dev_get(dev);
    return idev && find(idev->mc_list(), group);
}

void ipv6_mc_up(inet6_dev& idev) {
    for (auto& m : changeable(idev)) {
        mld_del_delrec(idev, m.addr);
        igmp6_group_added(idev, m);
    }
}

void ipv6_mc_down(inet6_dev& idev) {
    for (auto& m : idev.own_mc_list()) igmp6_group_dropped(idev, m);
    idev.more->mc_ifc_timer.cancel();
    idev.more->mc_dad_timer.cancel();
}

void ipv6_mc_destroy_dev(inet6_dev& idev) {
    ipv6_mc_down(idev);
    idev.more->mc_list.clear();
    idev.more->mc_tomb.clear();
}

void ipv6_mc_dad_complete(inet6_dev& idev) {
    idev.make_more().mc_dad_count = idev.mc_qrv;
    mld_dad_work(idev);
}

void mld_ifc_work(inet6_dev& idev) {
    mld_send_cr(idev);
    inet6_dev_more& more = *idev.more;
    if (more.mc_ifc_count && --more.mc_ifc_count) {
        start_work(idev, more.mc_ifc_timer, unsolicited_report_interval(idev));
    } else {
        more.mc_ifc_timer.cancel();
    }
}

void mld_dad_work(inet6_dev& idev) {
    inet6_dev_more& more = *idev.more;
    if (!more.mc_dad_count) return;
    mld_send_initial_cr(idev);
    if (--more.mc_dad_count) {
        start_work(idev, more.mc_dad_timer, unsolicited_report_interval(idev));
    } else {
        more.mc_dad_timer.cancel();
    }
}

std::string igmp6_mc_seq_show(netns& net) {
    constexpr unsigned maf_loaded = 4, maf_noreport = 8;
    std::string out;
    char line[128];
    for (const net_device* dev : net.dev_base_head) {
        const inet6_dev* idev = in6_dev_get(*dev);
        if (!idev) continue;
        for (const auto& m : idev->mc_list()) {
            std::snprintf(line, sizeof line, "%-4d %-15s ", dev->ifindex, dev->name.c_str());
            out += line;
            for (const auto b : m.addr.octets) {
                std::snprintf(line, sizeof line, "%02x", b);
                out += line;
            }
            const unsigned flags = (m.loaded ? maf_loaded : 0) | (m.noreport() ? maf_noreport : 0);
            std::snprintf(line, sizeof line, " %5d %08X %d\n", m.users, flags, 0);
            out += line;
        }
    }
    return out;
}

}  // namespace vethlab
