// Linux: net/ipv4/sysctl_net_ipv4.c, net/ipv4/route.c: net.ipv4.* but conf and neigh.
#include <algorithm>

#include "core/ipv4/devinet.h"
#include "core/ipv4/route.h"
#include "core/sysctl.h"

namespace vethlab {
namespace {

// What the simulated stack reads.
struct live_file {
    std::string_view name;
    int sysctl_ipv4::*value;
    std::int64_t min, max;
};
constexpr std::int64_t any_min = INT32_MIN, any_max = INT32_MAX, u8_max = 255;
constexpr live_file live[] = {
    {"fib_multipath_hash_policy", &sysctl_ipv4::fib_multipath_hash_policy, 0, 1},
    {"fib_multipath_hash_seed", &sysctl_ipv4::fib_multipath_hash_seed, 0, any_max},
    {"fib_multipath_use_neigh", &sysctl_ipv4::fib_multipath_use_neigh, 0, 1},
    {"fwmark_reflect", &sysctl_ipv4::fwmark_reflect, 0, u8_max},
    {"icmp_echo_enable_probe", &sysctl_ipv4::icmp_echo_enable_probe, 0, 1},
    {"icmp_echo_ignore_all", &sysctl_ipv4::icmp_echo_ignore_all, 0, 1},
    {"icmp_echo_ignore_broadcasts", &sysctl_ipv4::icmp_echo_ignore_broadcasts, 0, 1},
    {"icmp_errors_use_inbound_ifaddr", &sysctl_ipv4::icmp_errors_use_inbound_ifaddr, 0, 1},
    {"icmp_ignore_bogus_error_responses", &sysctl_ipv4::icmp_ignore_bogus_error_responses, 0, 1},
    {"icmp_msgs_burst", &sysctl_ipv4::icmp_msgs_burst, 0, any_max},
    {"icmp_msgs_per_sec", &sysctl_ipv4::icmp_msgs_per_sec, 0, any_max},
    {"icmp_ratelimit", &sysctl_ipv4::icmp_ratelimit, 0, any_max},
    {"icmp_ratemask", &sysctl_ipv4::icmp_ratemask, any_min, any_max},
    {"igmp_link_local_mcast_reports", &sysctl_ipv4::igmp_link_local_mcast_reports, 0, u8_max},
    {"igmp_max_memberships", &sysctl_ipv4::igmp_max_memberships, any_min, any_max},
    {"igmp_max_msf", &sysctl_ipv4::igmp_max_msf, any_min, any_max},
    {"igmp_qrv", &sysctl_ipv4::igmp_qrv, 1, any_max},
    {"ip_default_ttl", &sysctl_ipv4::ip_default_ttl, 1, 255},
    {"ip_forward_update_priority", &sysctl_ipv4::ip_forward_update_priority, 0, 1},
    {"ip_forward_use_pmtu", &sysctl_ipv4::ip_forward_use_pmtu, 0, u8_max},
    {"ip_no_pmtu_disc", &sysctl_ipv4::ip_no_pmtu_disc, 0, u8_max},
    {"ip_nonlocal_bind", &sysctl_ipv4::ip_nonlocal_bind, 0, u8_max},
    {"ip_unprivileged_port_start", &sysctl_ipv4::ip_unprivileged_port_start, 0, 65535},
    {"ipfrag_high_thresh", &sysctl_ipv4::ipfrag_high_thresh, 0, any_max},
    {"ipfrag_low_thresh", &sysctl_ipv4::ipfrag_low_thresh, 0, any_max},
    {"ipfrag_max_dist", &sysctl_ipv4::ipfrag_max_dist, 0, any_max},
    {"ipfrag_time", &sysctl_ipv4::ipfrag_time, 0, any_max},
    {"route/min_adv_mss", &sysctl_ipv4::route_min_adv_mss, 256, any_max},
    {"route/min_pmtu", &sysctl_ipv4::route_min_pmtu, 68, any_max},
    {"route/mtu_expires", &sysctl_ipv4::route_mtu_expires, 0, any_max},
};

struct pair_file {
    std::string_view name;
    int (sysctl_ipv4::*value)[2];
    std::int64_t min, max;
};
constexpr pair_file pairs[] = {
    {"ip_local_port_range", &sysctl_ipv4::ip_local_port_range, 1, 65535},
    {"ping_group_range", &sysctl_ipv4::ping_group_range, 0, any_max},
};

// Numbers that are kept and shown, but that nothing here reads: TCP, and what concerns IPv4
// features that are not modelled.
struct stored_file {
    std::string_view name, value;
};
// clang-format off
constexpr stored_file stored[] = {
    {"fib_multipath_hash_fields", "7"}, {"fib_notify_on_flag_change", "0"},
    {"ip_autobind_reuse", "0"}, {"ip_dynaddr", "0"}, {"ip_early_demux", "1"},
    {"nexthop_compat_mode", "1"}, {"raw_l3mdev_accept", "1"}, {"tcp_abort_on_overflow", "0"},
    {"tcp_adv_win_scale", "1"}, {"tcp_app_win", "31"}, {"tcp_autocorking", "1"},
    {"tcp_backlog_ack_defer", "1"}, {"tcp_base_mss", "1024"},
    {"tcp_challenge_ack_limit", "2147483647"}, {"tcp_child_ehash_entries", "0"},
    {"tcp_comp_sack_delay_ns", "1000000"}, {"tcp_comp_sack_nr", "44"},
    {"tcp_comp_sack_slack_ns", "100000"}, {"tcp_dsack", "1"}, {"tcp_early_demux", "1"},
    {"tcp_early_retrans", "3"}, {"tcp_ecn", "2"}, {"tcp_ecn_fallback", "1"},
    {"tcp_ecn_option", "2"}, {"tcp_ecn_option_beacon", "3"}, {"tcp_fack", "0"},
    {"tcp_fastopen", "1"}, {"tcp_fastopen_blackhole_timeout_sec", "0"}, {"tcp_fin_timeout", "60"},
    {"tcp_frto", "2"}, {"tcp_fwmark_accept", "0"}, {"tcp_invalid_ratelimit", "500"},
    {"tcp_keepalive_intvl", "75"}, {"tcp_keepalive_probes", "9"}, {"tcp_keepalive_time", "7200"},
    {"tcp_l3mdev_accept", "0"}, {"tcp_limit_output_bytes", "4194304"},
    {"tcp_max_reordering", "300"}, {"tcp_max_syn_backlog", "2048"},
    {"tcp_max_tw_buckets", "131072"}, {"tcp_migrate_req", "0"}, {"tcp_min_rtt_wlen", "300"},
    {"tcp_min_snd_mss", "48"}, {"tcp_min_tso_segs", "2"}, {"tcp_moderate_rcvbuf", "1"},
    {"tcp_mtu_probe_floor", "48"}, {"tcp_mtu_probing", "0"}, {"tcp_no_metrics_save", "0"},
    {"tcp_no_ssthresh_metrics_save", "1"}, {"tcp_notsent_lowat", "4294967295"},
    {"tcp_orphan_retries", "0"}, {"tcp_pacing_ca_ratio", "120"}, {"tcp_pacing_ss_ratio", "200"},
    {"tcp_pingpong_thresh", "1"}, {"tcp_plb_cong_thresh", "128"}, {"tcp_plb_enabled", "0"},
    {"tcp_plb_idle_rehash_rounds", "3"}, {"tcp_plb_rehash_rounds", "12"},
    {"tcp_plb_suspend_rto_sec", "60"}, {"tcp_probe_interval", "600"}, {"tcp_probe_threshold", "8"},
    {"tcp_recovery", "1"}, {"tcp_reflect_tos", "0"}, {"tcp_reordering", "3"},
    {"tcp_retrans_collapse", "1"}, {"tcp_retries1", "3"}, {"tcp_retries2", "15"},
    {"tcp_rfc1337", "0"}, {"tcp_rto_max_ms", "120000"}, {"tcp_rto_min_us", "200000"},
    {"tcp_sack", "1"}, {"tcp_shrink_window", "0"}, {"tcp_slow_start_after_idle", "1"},
    {"tcp_stdurg", "0"}, {"tcp_syn_linear_timeouts", "4"}, {"tcp_syn_retries", "6"},
    {"tcp_synack_retries", "5"}, {"tcp_syncookies", "1"}, {"tcp_thin_linear_timeouts", "0"},
    {"tcp_timestamps", "1"}, {"tcp_tso_rtt_log", "9"}, {"tcp_tso_win_divisor", "3"},
    {"tcp_tw_reuse", "2"}, {"tcp_tw_reuse_delay", "1000"}, {"tcp_window_scaling", "1"},
    {"tcp_workaround_signed_windows", "0"}, {"udp_child_hash_entries", "0"},
    {"udp_early_demux", "1"}, {"udp_l3mdev_accept", "0"}, {"udp_rmem_min", "4096"},
    {"udp_wmem_min", "4096"}, {"xfrm4_gc_thresh", "32768"},};
// clang-format on

// Lists of numbers, kept as well.
constexpr stored_file stored_triples[] = {
    {"tcp_rmem", "4096\t131072\t33554432"},
    {"tcp_wmem", "4096\t16384\t4194304"},
};

// What there is to read only: no TCP here that could use another value.
constexpr stored_file constants[] = {
    {"ip_local_reserved_ports", ""},
    {"tcp_allowed_congestion_control", "reno bbr"},
    {"tcp_available_congestion_control", "reno bbr cubic"},
    {"tcp_ehash_entries", "-262144"},
    {"tcp_fastopen_key", "00000000-00000000-00000000-00000000"},
    {"udp_hash_entries", "-16384"},
};

template <class File, std::size_t N>
const File* find(const File (&files)[N], std::string_view name) {
    const auto* f = std::find_if(files, files + N, [&](const File& x) { return x.name == name; });
    return f == files + N ? nullptr : f;
}

// `count` numbers with white space between them.
bool parse_ints(std::string_view text, int count, std::int64_t* out) {
    const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
    for (int i = 0; i < count; i++) {
        while (!text.empty() && space(text.front())) text.remove_prefix(1);
        const auto end = std::find_if(text.begin(), text.end(), space);
        const std::string_view word = text.substr(0, std::size_t(end - text.begin()));
        if (word.empty() || parse_int(word, out[i]) != err::ok) return false;
        text.remove_prefix(word.size());
    }
    return std::all_of(text.begin(), text.end(), space);
}

constexpr std::string_view ip_forward = "ip_forward";
constexpr std::string_view route_flush = "route/flush";  // to write only
constexpr std::string_view congestion_control = "tcp_congestion_control";

// Changed values stand in netns_ipv4::stored_sysctls under the file's position.
std::uint16_t stored_number(std::string_view name) {
    if (const auto* f = find(stored, name)) return std::uint16_t(f - stored);
    if (const auto* f = find(stored_triples, name)) {
        return std::uint16_t(std::size(stored) + std::size_t(f - stored_triples));
    }
    if (name == congestion_control) {
        return std::uint16_t(std::size(stored) + std::size(stored_triples));
    }
    return UINT16_MAX;
}

std::string_view stored_default(std::string_view name) {
    if (name == congestion_control) return "bbr";
    const auto* f = find(stored, name);
    return (f ? f : find(stored_triples, name))->value;
}

std::string* stored_value(netns_ipv4& v4, std::uint16_t number) {
    for (auto& [n, value] : v4.stored_sysctls) {
        if (n == number) return &value;
    }
    return nullptr;
}

err write_pair(copy_on_write<sysctl_ipv4>& s, const pair_file& f, std::string_view value) {
    std::int64_t v[2];
    if (!parse_ints(value, 2, v)) return err::inval;
    if (v[0] < f.min || v[1] > f.max || v[1] < v[0]) return err::inval;
    (s.own().*f.value)[0] = int(v[0]);
    (s.own().*f.value)[1] = int(v[1]);
    return err::ok;
}

err write_stored(netns_ipv4& v4, std::string_view name, std::string_view value) {
    const std::uint16_t number = stored_number(name);
    if (number == UINT16_MAX) return find(constants, name) ? err::acces : err::noent;
    std::string text;
    if (name == congestion_control) {
        if (value == "cubic") return err::perm;  // there, but not allowed to a namespace
        if (value != "reno" && value != "bbr") return err::noent;
        text = value;
    } else {
        const int count = number < std::size(stored) ? 1 : 3;
        std::int64_t v[3];
        if (!parse_ints(value, count, v)) return err::inval;
        for (int i = 0; i < count; i++) text += (i ? "\t" : "") + std::to_string(v[i]);
    }
    if (std::string* there = stored_value(v4, number)) {
        *there = text;
    } else {
        v4.stored_sysctls.push_back({number, text});
    }
    return err::ok;
}

}  // namespace

constexpr common_value<sysctl_ipv4> sysctl_ipv4_initial{};

err ipv4_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    netns_ipv4& v4 = *net.ipv4;
    if (rest == route_flush) {
        return err::acces;
    } else if (rest == ip_forward) {
        value = std::to_string(v4.devconf_all.get(devconf::forwarding));
    } else if (const auto* f = find(live, rest)) {
        value = std::to_string((*v4.sysctl).*f->value);
    } else if (const auto* p = find(pairs, rest)) {
        const int* v = (*v4.sysctl).*p->value;
        value = std::to_string(v[0]) + "\t" + std::to_string(v[1]);
    } else if (const std::uint16_t n = stored_number(rest); n != UINT16_MAX) {
        const std::string* changed = stored_value(v4, n);
        value = changed ? *changed : std::string(stored_default(rest));
    } else if (const auto* c = find(constants, rest)) {
        value = c->value;
    } else {
        return err::noent;
    }
    return err::ok;
}

err ipv4_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    netns_ipv4& v4 = *net.ipv4;
    if (rest == route_flush) {
        rt_cache_flush(net);
        fnhe_genid_bump(net);
        return err::ok;
    }
    if (const auto* p = find(pairs, rest)) return write_pair(v4.sysctl, *p, value);
    const auto* f = find(live, rest);
    if (!f && rest != ip_forward) return write_stored(v4, rest, value);

    std::int64_t v = 0;
    if (const err e = parse_int(value, v); e != err::ok) return e;
    if (v < (f ? f->min : any_min) || v > (f ? f->max : any_max)) return err::inval;
    if (!f) {
        inet_forward_change(net, int(v));
        return err::ok;
    }
    const sysctl_ipv4& s = *v4.sysctl;
    if (f->value == &sysctl_ipv4::ipfrag_high_thresh && v < s.ipfrag_low_thresh) {
        return err::inval;
    }
    if (f->value == &sysctl_ipv4::ipfrag_low_thresh && v > s.ipfrag_high_thresh) {
        return err::inval;
    }
    v4.sysctl.own().*f->value = int(v);
    if (f->value == &sysctl_ipv4::ip_forward_use_pmtu || f->value == &sysctl_ipv4::ip_default_ttl) {
        rt_cache_flush(net);
    }
    return err::ok;
}

void ipv4_sysctl_list(netns&, std::vector<std::string>& rests) {
    rests.emplace_back(ip_forward);
    for (const auto& f : live) rests.emplace_back(f.name);
    for (const auto& f : pairs) rests.emplace_back(f.name);
    for (const auto& f : stored) rests.emplace_back(f.name);
    for (const auto& f : stored_triples) rests.emplace_back(f.name);
    for (const auto& f : constants) rests.emplace_back(f.name);
    rests.emplace_back(congestion_control);
}

}  // namespace vethlab
