// Linux: net/ipv4/igmp.c: groups of a device, queries, timers. RFC 2236, RFC 3376.
#include "core/ipv4/igmp.h"

#include <algorithm>

#include "core/ipv4/igmp_state.h"
#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

constexpr std::int32_t hz = 250;
constexpr std::int32_t igmp_v1_router_present_timeout = 400 * hz;
constexpr std::int32_t igmp_initial_report_delay = 1;
constexpr std::int32_t timer_scale = hz / 10;  // the wire counts tenths of a second

std::int64_t now_jiffies(const igmp_device& mc) { return mc.net().krn.events.jiffies(); }

// Random within max_delay, and two ticks more than nothing.
sim_time random_delay(igmp_device& mc, std::int64_t max_delay) {
    return jiffies_to_time(mc.net().krn.random_delay(std::uint32_t(max_delay)) + 2);
}

// RFC 3376 4.1.1: from 128 on a floating point number.
std::int32_t igmpv3_exp(std::uint8_t value) {
    if (value < 128) return value;
    return ((value & 0x0f) | 0x10) << (((value >> 4) & 7) + 3);
}

// ---- reports of a device's changes

void igmp_ifc_start_timer(igmp_device& mc, std::int64_t max_delay) {
    mc.mr_ifc_timer.mod(mc, random_delay(mc, max_delay));
}

void igmp_ifc_event(igmp_device& mc) {
    if (mc.v1_seen() || mc.v2_seen()) return;
    mc.mr_ifc_count = mc.qrv();
    igmp_ifc_start_timer(mc, 1);
}

void igmp_gq_start_timer(igmp_device& mc) {
    const sim_time delay = random_delay(mc, mc.querier->maxdelay);
    const sim_time when = jiffies_to_time(now_jiffies(mc)) + delay;
    if (mc.mr_gq_running && when >= mc.mr_gq_timer.expires()) return;
    mc.mr_gq_running = true;
    mc.mr_gq_timer.mod(mc, delay);
}

// ---- the filter of the device

bool arp_mc_map(const net_device& dev, ipv4_address group, mac_address& mac) {
    if (dev.type != arphrd::ether) return false;
    mac = ip_eth_mc_map(group);
    return true;
}

void igmp_group_added(igmp_device& mc, ip_mc_list& im) {
    mac_address mac;
    if (!im.loaded) {
        im.loaded = true;
        if (arp_mc_map(mc.in_dev.dev, im.multiaddr, mac)) dev_mc_add(mc.in_dev.dev, mac);
    }
    if (!igmp_reportable(mc.net(), im.multiaddr) || mc.in_dev.dead) return;
    im.unsolicit_count = mc.net().ipv4->sysctl->igmp_qrv;
    if (mc.v1_seen() || mc.v2_seen()) return igmp_start_timer(im, igmp_initial_report_delay);
    im.crcount = mc.qrv();
    igmp_ifc_event(mc);
}

void igmpv3_del_delrec(igmp_device& mc, const ip_mc_list& im) {
    mc.mc_tomb.remove_if([&](const ip_mc_tomb& t) { return t.multiaddr == im.multiaddr; });
}

void igmp_group_dropped(igmp_device& mc, ip_mc_list& im) {
    mac_address mac;
    if (im.loaded) {
        im.loaded = false;
        if (arp_mc_map(mc.in_dev.dev, im.multiaddr, mac)) (void)dev_mc_del(mc.in_dev.dev, mac);
    }
    if (!igmp_reportable(mc.net(), im.multiaddr)) return;
    const bool reporter = im.reporter;
    igmp_stop_timer(im);
    if (mc.in_dev.dead || mc.v1_seen()) return;
    if (mc.v2_seen()) {
        if (reporter) igmp_send_report(mc, im.multiaddr, igmp_type::leave);
        return;
    }
    mc.mc_tomb.insert(mc.mc_tomb.begin(), {im.multiaddr, mc.qrv()});
    igmp_ifc_event(mc);
}

void ip_mc_reset(igmp_device& mc) {
    igmp_querier querier = *mc.querier;
    querier.qi = igmp_query_interval;
    querier.qri = igmp_query_response_interval;
    mc.querier.set(querier);
    mc.mr_qrv = std::uint8_t(mc.net().ipv4->sysctl->igmp_qrv);
}

igmp_device& get_igmp(in_device& in_dev) {
    if (igmp_device* mc = igmp_of(in_dev)) return *mc;
    in_dev.mc = std::make_unique<igmp_device>(in_dev);
    return *in_dev.mc;
}

// What ip_mc_inc_group does for this one, which nobody is told about.
void join_all_hosts(in_device& in_dev) {
    in_dev.in_all_hosts = true;
    in_dev.igmp_qrv = std::uint8_t(in_dev.net().ipv4->sysctl->igmp_qrv);
    mac_address mac;
    if (arp_mc_map(in_dev.dev, igmp_all_hosts, mac)) dev_mc_add(in_dev.dev, mac);
    if (!in_dev.dead) rt_cache_flush(in_dev.net());
}

void leave_all_hosts(in_device& in_dev) {
    in_dev.in_all_hosts = false;
    mac_address mac;
    if (arp_mc_map(in_dev.dev, igmp_all_hosts, mac)) (void)dev_mc_del(in_dev.dev, mac);
    if (!in_dev.dead) rt_cache_flush(in_dev.net());
}

// ---- received

// RFC 2236 3: another host reports the group, ours need not.
drop_reason igmp_heard_report(igmp_device& mc, ipv4_address group) {
    if (!igmp_reportable(mc.net(), group)) return drop_reason::consumed;
    if (ip_mc_list* im = mc.find(group)) igmp_stop_timer(*im);
    return drop_reason::consumed;
}

// An older querier is there: what IGMPv3 had still to say is void.
std::int64_t igmp_old_query(igmp_device& mc, std::uint8_t code, ipv4_address& group) {
    std::int64_t max_delay;
    if (code == 0) {
        max_delay = igmp_query_response_interval;
        mc.querier.own().v1_seen = now_jiffies(mc) + igmp_v1_router_present_timeout;
        group = {};
    } else {
        max_delay = code * timer_scale;
        igmp_querier& querier = mc.querier.own();
        querier.v2_seen = now_jiffies(mc) + std::int64_t{mc.mr_qrv} * querier.qi + querier.qri;
    }
    mc.mr_ifc_count = 0;
    mc.mr_ifc_timer.cancel();
    mc.mc_tomb.clear();
    return max_delay;
}

// IGMPv3. False: answered as a whole, or bogus.
bool igmpv3_query(igmp_device& mc, bytes_view query, ipv4_address group) {
    const std::uint8_t qrv = u8(query, 8) & 7;
    const std::uint16_t nsrcs = be16(query, 10);
    if (query.size() < 12u + nsrcs * 4u) return false;
    igmp_querier& querier = mc.querier.own();
    querier.maxdelay = std::max(igmpv3_exp(u8(query, 1)) * timer_scale, 1);
    mc.mr_qrv = qrv ? qrv : std::uint8_t(mc.net().ipv4->sysctl->igmp_qrv);
    const std::int32_t qi = igmpv3_exp(u8(query, 9)) * hz;
    querier.qi = qi ? qi : igmp_query_interval;
    if (querier.qri >= querier.qi) querier.qri = (querier.qi / hz - 1) * hz;
    if (!group.is_any()) return true;
    if (nsrcs == 0) igmp_gq_start_timer(mc);
    return false;
}

drop_reason igmp_heard_query(igmp_device& mc, bytes_view query) {
    auto group = ipv4_address::read(query, 4);
    const std::uint8_t code = u8(query, 1);
    std::int64_t max_delay;
    if (query.size() == 8) {
        max_delay = igmp_old_query(mc, code, group);
    } else if (query.size() < 12) {
        return drop_reason::invalid_proto;
    } else if (mc.v1_seen()) {
        max_delay = igmp_query_response_interval;
        group = {};
    } else if (mc.v2_seen()) {
        max_delay = std::max<std::int64_t>(igmpv3_exp(code) * timer_scale, 1);
    } else {
        if (!igmpv3_query(mc, query, group)) return drop_reason::consumed;
        max_delay = mc.querier->maxdelay;
    }
    for (const auto& im : mc.mc_list) {
        if (!group.is_any() && group != im->multiaddr) continue;
        if (!igmp_reportable(mc.net(), im->multiaddr)) continue;
        igmp_mod_timer(*im, max_delay);
    }
    return drop_reason::consumed;
}

drop_reason igmp_rcv_reason(const frame& skb) {
    in_device* in_dev = in_dev_get(*skb.dev);
    igmp_device* mc = in_dev ? igmp_of(*in_dev) : nullptr;
    const bytes_view message = skb.bytes();
    if (!mc || message.size() < 8) return drop_reason::pkt_too_small;
    if (ip_compute_csum(message) != 0) return drop_reason::igmp_csum;
    switch (u8(message, 0)) {
        case igmp_type::membership_query:
            return igmp_heard_query(*mc, message);
        case igmp_type::v1_report:
        case igmp_type::v2_report:
            // Not our own, come back.
            if (ipcb(skb).is_output_route()) return drop_reason::consumed;
            if (skb.pkt_type == packet_type::multicast || skb.pkt_type == packet_type::broadcast) {
                return igmp_heard_report(*mc, ipv4_address::read(message, 4));
            }
            return drop_reason::consumed;
        default:
            return drop_reason::consumed;
    }
}

}  // namespace

// ---- state

igmp_device::igmp_device(in_device& d) : in_dev(d) { ip_mc_reset(*this); }

igmp_device* igmp_of(in_device& in_dev) {
    if (!in_dev.in_all_hosts) return in_dev.mc.get();
    in_dev.in_all_hosts = false;
    in_dev.mc = std::make_unique<igmp_device>(in_dev);
    in_dev.mc->mr_qrv = in_dev.igmp_qrv;
    in_dev.mc->mc_list.push_back(std::make_unique<ip_mc_list>(in_dev, igmp_all_hosts));
    in_dev.mc->mc_list.front()->loaded = true;
    return in_dev.mc.get();
}

ip_mc_list* igmp_device::find(ipv4_address group) {
    for (const auto& im : mc_list) {
        if (im->multiaddr == group) return im.get();
    }
    return nullptr;
}

std::uint8_t igmp_device::qrv() const {
    return mr_qrv ? mr_qrv : std::uint8_t(net().ipv4->sysctl->igmp_qrv);
}

bool igmp_device::v1_seen() const {
    if (net().ipv4->devconf_all.get(devconf::force_igmp_version) == 1) return true;
    if (in_dev.conf_get(devconf::force_igmp_version) == 1) return true;
    return net().krn.events.jiffies() < querier->v1_seen;
}

bool igmp_device::v2_seen() const {
    if (net().ipv4->devconf_all.get(devconf::force_igmp_version) == 2) return true;
    if (in_dev.conf_get(devconf::force_igmp_version) == 2) return true;
    return net().krn.events.jiffies() < querier->v2_seen;
}

std::int64_t igmp_device::unsolicited_report_interval() const {
    const bool old = v1_seen() || v2_seen();
    const int ms = in_dev.conf_get(old ? devconf::igmpv2_unsolicited_report_interval
                                       : devconf::igmpv3_unsolicited_report_interval);
    // RFC 2236 and 3376 want at least something to draw from.
    return std::max<std::int64_t>(std::chrono::milliseconds(ms) / jiffy, 1);
}

void igmp_start_timer(ip_mc_list& im, std::int64_t max_delay) {
    im.tm_running = true;
    im.timer.mod(im, random_delay(*igmp_of(im.in_dev), max_delay));
}

void igmp_stop_timer(ip_mc_list& im) {
    im.timer.cancel();
    im.tm_running = false;
    im.reporter = false;
    im.unsolicit_count = 0;
}

void igmp_mod_timer(ip_mc_list& im, std::int64_t max_delay) {
    im.unsolicit_count = 0;
    const sim_time now = im.in_dev.net().krn.now();
    if (im.timer.pending() && im.timer.expires() - now < jiffies_to_time(max_delay)) return;
    im.timer.cancel();
    igmp_start_timer(im, max_delay);
}

void igmp_ifc_timer_expire(igmp_device& mc) {
    igmpv3_send_cr(mc);
    if (mc.mr_ifc_count == 0) return;
    mc.mr_ifc_count--;
    igmp_ifc_start_timer(mc, mc.unsolicited_report_interval());
}

void igmp_gq_timer_expire(igmp_device& mc) {
    mc.mr_gq_running = false;
    igmpv3_send_report(mc, nullptr);
}

void igmp_timer_expire(ip_mc_list& im) {
    igmp_device& mc = *igmp_of(im.in_dev);
    im.tm_running = false;
    if (im.unsolicit_count && --im.unsolicit_count) {
        igmp_start_timer(im, mc.unsolicited_report_interval());
    }
    im.reporter = true;
    if (mc.v1_seen()) return igmp_send_report(mc, im.multiaddr, igmp_type::v1_report);
    if (mc.v2_seen()) return igmp_send_report(mc, im.multiaddr, igmp_type::v2_report);
    igmpv3_send_report(mc, &im);
}

void igmp_rcv(frame_ptr skb) {
    kernel& krn = skb->dev->krn;
    const auto reason = igmp_rcv_reason(*skb);
    kfree_skb_reason(krn, std::move(skb), reason);
}

// ---- a device's life

void ip_mc_up(in_device& in_dev) {
    if (!in_dev.mc && !in_dev.in_all_hosts) return join_all_hosts(in_dev);
    igmp_device& mc = get_igmp(in_dev);
    ip_mc_reset(mc);
    ip_mc_inc_group(in_dev.dev, igmp_all_hosts);
    for (const auto& im : mc.mc_list) {
        igmpv3_del_delrec(mc, *im);
        igmp_group_added(mc, *im);
    }
}

void ip_mc_down(in_device& in_dev) {
    if (in_dev.in_all_hosts) return leave_all_hosts(in_dev);
    igmp_device* mc = igmp_of(in_dev);
    if (!mc) return;
    for (const auto& im : mc->mc_list) igmp_group_dropped(*mc, *im);
    mc->mr_ifc_count = 0;
    mc->mr_ifc_timer.cancel();
    mc->mr_gq_running = false;
    mc->mr_gq_timer.cancel();
    ip_mc_dec_group(in_dev.dev, igmp_all_hosts);
}

void ip_mc_destroy_dev(in_device& in_dev) {
    ip_mc_down(in_dev);
    in_dev.mc.reset();
}

bool ip_check_mc(in_device& in_dev, ipv4_address group, ipv4_address, std::uint8_t) {
    if (in_dev.in_all_hosts) return group == igmp_all_hosts;
    igmp_device* mc = igmp_of(in_dev);
    return mc && mc->find(group);
}

void ip_mc_inc_group(net_device& dev, ipv4_address group) {
    in_device* in_dev = in_dev_get(dev);
    if (!in_dev) return;
    igmp_device& mc = get_igmp(*in_dev);
    if (ip_mc_list* im = mc.find(group)) {
        im->users++;
        return;
    }
    const auto at =
        mc.mc_list.insert(mc.mc_list.begin(), std::make_unique<ip_mc_list>(*in_dev, group));
    igmpv3_del_delrec(mc, **at);
    igmp_group_added(mc, **at);
    if (!in_dev->dead) rt_cache_flush(*dev.net);
}

void ip_mc_dec_group(net_device& dev, ipv4_address group) {
    in_device* in_dev = in_dev_get(dev);
    igmp_device* mc = in_dev ? igmp_of(*in_dev) : nullptr;
    if (!mc) return;
    for (auto it = mc->mc_list.begin(); it != mc->mc_list.end(); ++it) {
        if ((*it)->multiaddr != group) continue;
        if (--(*it)->users > 0) return;
        const auto im = std::move(*it);
        mc->mc_list.erase(it);
        igmp_group_dropped(*mc, *im);
        if (!in_dev->dead) rt_cache_flush(*dev.net);
        return;
    }
}

}  // namespace vethlab
