#pragma once
// Linux: struct ip_mc_list (include/linux/igmp.h) and the mr_ members of struct in_device.
#include <memory>
#include <vector>

#include "core/ipv4/igmp.h"
#include "core/lazy_timer.h"

namespace vethlab {

namespace igmp_type {
enum : std::uint8_t {
    membership_query = 0x11,
    v1_report = 0x12,
    v2_report = 0x16,
    leave = 0x17,
    v3_report = 0x22,
};
}
namespace igmpv3_record {
enum : std::uint8_t { is_exclude = 2, to_include = 3, to_exclude = 4 };
}
inline constexpr ipv4_address igmp_all_hosts{0xe0000001};
inline constexpr ipv4_address igmp_all_router{0xe0000002};
inline constexpr ipv4_address igmpv3_all_mcr{0xe0000016};

inline constexpr std::int32_t igmp_query_interval = 125s / jiffy;
inline constexpr std::int32_t igmp_query_response_interval = 10s / jiffy;

struct igmp_device;
struct ip_mc_list;
void igmp_timer_expire(ip_mc_list& im);
void igmp_gq_timer_expire(igmp_device& mc);
void igmp_ifc_timer_expire(igmp_device& mc);

// One group. Here: joined for any source (EXCLUDE of nothing), the only kind that programs ask
// for in labs.
struct ip_mc_list {
    ip_mc_list(in_device& d, ipv4_address group) : in_dev(d), multiaddr(group) {}

    in_device& in_dev;
    // answer to a query; reports of versions 1 and 2
    lazy_timer<vethlab::timer, ip_mc_list, igmp_timer_expire> timer;
    const ipv4_address multiaddr;
    int users = 1;
    int unsolicit_count = 0;
    std::uint8_t crcount = 0;  // reports of the change still to come
    bool tm_running = false, reporter = false, loaded = false;

    kernel& krn() const { return in_dev.net().krn; }
};

// A group that was left, until the others have been told often enough (mc_tomb).
struct ip_mc_tomb {
    ipv4_address multiaddr;
    std::uint8_t crcount;
};

// What queries have told, in jiffies.
struct igmp_querier {
    std::int64_t v1_seen = 0, v2_seen = 0;  // an old querier is there until then; 0: never
    std::int32_t qi = igmp_query_interval, qri = igmp_query_response_interval;
    std::int32_t maxdelay = 0;
    bool operator==(const igmp_querier&) const = default;
};
inline constexpr common_value<igmp_querier> igmp_querier_none{};

// Made when the device first comes up or joins a group.
struct igmp_device {
    explicit igmp_device(in_device& d);

    in_device& in_dev;
    compact_vector<std::unique_ptr<ip_mc_list>> mc_list;               // newest first
    compact_vector<ip_mc_tomb> mc_tomb;                                // newest first
    lazy_timer<timer, igmp_device, igmp_gq_timer_expire> mr_gq_timer;  // answer to a general query
    lazy_timer<timer, igmp_device, igmp_ifc_timer_expire> mr_ifc_timer;  // changes of our own
    copy_on_write<igmp_querier> querier{igmp_querier_none};
    std::uint8_t mr_ifc_count = 0;
    std::uint8_t mr_qrv = 0;
    bool mr_gq_running = false;

    ip_mc_list* find(ipv4_address group);
    netns& net() const { return in_dev.net(); }
    kernel& krn() const { return net().krn; }
    std::uint8_t qrv() const;
    bool v1_seen() const;
    bool v2_seen() const;
    std::int64_t unsolicited_report_interval() const;  // jiffies
};
igmp_device* igmp_of(in_device& in_dev);  // nullptr: no group was ever joined
inline sim_time jiffies_to_time(std::int64_t n) { return n * jiffy; }

// May the group be reported at all?
bool igmp_reportable(netns& net, ipv4_address group);

// ---- igmp_report.cc
void igmp_send_report(igmp_device& mc, ipv4_address group, std::uint8_t type);
// IGMPv3: the state of one group, or of all.
void igmpv3_send_report(igmp_device& mc, const ip_mc_list* only);
void igmpv3_send_cr(igmp_device& mc);

// ---- igmp.cc
void igmp_start_timer(ip_mc_list& im, std::int64_t max_delay);
void igmp_mod_timer(ip_mc_list& im, std::int64_t max_delay);
void igmp_stop_timer(ip_mc_list& im);

}  // namespace vethlab
