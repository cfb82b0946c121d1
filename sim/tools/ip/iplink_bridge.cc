// iproute2: ip/iplink_bridge.c
#include "sim/tools/ip/link_util.h"

namespace vethlab {
namespace {

namespace br_boolopt {
enum : unsigned { no_ll_learn, mcast_vlan_snooping };
}
struct br_boolopt_multi {
    std::uint32_t optval = 0, optmask = 0;
};

enum class bridge_value { u8, u16, u32, u64, flag, mac, vlan_protocol, bool_option };
struct bridge_word {
    const char* name;
    bridge_value kind;
    std::uint16_t attr;  // or the number of a bool option
};

// In upstream's order, which decides between words that begin alike.
constexpr bridge_word words[] = {
    {"forward_delay", bridge_value::u32, ifla_br::forward_delay},
    {"hello_time", bridge_value::u32, ifla_br::hello_time},
    {"max_age", bridge_value::u32, ifla_br::max_age},
    {"ageing_time", bridge_value::u32, ifla_br::ageing_time},
    {"stp_state", bridge_value::u32, ifla_br::stp_state},
    {"priority", bridge_value::u16, ifla_br::priority},
    {"vlan_filtering", bridge_value::u8, ifla_br::vlan_filtering},
    {"vlan_protocol", bridge_value::vlan_protocol, ifla_br::vlan_protocol},
    {"group_fwd_mask", bridge_value::u16, ifla_br::group_fwd_mask},
    {"group_address", bridge_value::mac, ifla_br::group_addr},
    {"fdb_flush", bridge_value::flag, ifla_br::fdb_flush},
    {"vlan_default_pvid", bridge_value::u16, ifla_br::vlan_default_pvid},
    {"vlan_stats_enabled", bridge_value::u8, ifla_br::vlan_stats_enabled},
    {"vlan_stats_per_port", bridge_value::u8, ifla_br::vlan_stats_per_port},
    {"mcast_router", bridge_value::u8, ifla_br::mcast_router},
    {"mcast_snooping", bridge_value::u8, ifla_br::mcast_snooping},
    {"mcast_vlan_snooping", bridge_value::bool_option, br_boolopt::mcast_vlan_snooping},
    {"mcast_query_use_ifaddr", bridge_value::u8, ifla_br::mcast_query_use_ifaddr},
    {"mcast_querier", bridge_value::u8, ifla_br::mcast_querier},
    {"mcast_hash_elasticity", bridge_value::u32, ifla_br::mcast_hash_elasticity},
    {"mcast_hash_max", bridge_value::u32, ifla_br::mcast_hash_max},
    {"mcast_last_member_count", bridge_value::u32, ifla_br::mcast_last_member_cnt},
    {"mcast_startup_query_count", bridge_value::u32, ifla_br::mcast_startup_query_cnt},
    {"mcast_last_member_interval", bridge_value::u64, ifla_br::mcast_last_member_intvl},
    {"mcast_membership_interval", bridge_value::u64, ifla_br::mcast_membership_intvl},
    {"mcast_querier_interval", bridge_value::u64, ifla_br::mcast_querier_intvl},
    {"mcast_query_interval", bridge_value::u64, ifla_br::mcast_query_intvl},
    {"mcast_query_response_interval", bridge_value::u64, ifla_br::mcast_query_response_intvl},
    {"mcast_startup_query_interval", bridge_value::u64, ifla_br::mcast_startup_query_intvl},
    {"mcast_stats_enabled", bridge_value::u8, ifla_br::mcast_stats_enabled},
    {"mcast_igmp_version", bridge_value::u8, ifla_br::mcast_igmp_version},
    {"mcast_mld_version", bridge_value::u8, ifla_br::mcast_mld_version},
    {"nf_call_iptables", bridge_value::u8, ifla_br::nf_call_iptables},
    {"nf_call_ip6tables", bridge_value::u8, ifla_br::nf_call_ip6tables},
    {"nf_call_arptables", bridge_value::u8, ifla_br::nf_call_arptables},
    {"no_linklocal_learn", bridge_value::bool_option, br_boolopt::no_ll_learn},
};

const bridge_word* find_word(const args& a) {
    for (const auto& w : words) {
        if (w.kind == bridge_value::bool_option ? a.is(w.name) : a.matches(w.name)) return &w;
    }
    return nullptr;
}

// Takes the value of one word. 0 or an exit status.
int take_word(ip_context& ip, args& a, const bridge_word& w, nlmsg_builder& data,
              br_boolopt_multi& options) {
    const std::string invalid = strf("invalid %s", w.name);
    const char* message = invalid.c_str();
    switch (w.kind) {
        case bridge_value::u8:
            data.put_u8(w.attr, a.next_u8(message));
            break;
        case bridge_value::u16:
            data.put_u16(w.attr, a.next_u16(message));
            break;
        case bridge_value::u32:
            data.put_u32(w.attr, a.next_u32(message));
            break;
        case bridge_value::u64:
            data.put_u64(w.attr, a.next_u64(message));
            break;
        case bridge_value::flag:
            data.put(w.attr, {});
            break;
        case bridge_value::mac: {
            const std::string& text = a.next();
            if (!a.more()) break;
            const auto bytes = ll_addr_a2n(ip, 32, text);
            if (!bytes) return 1;
            data.put(w.attr, *bytes);
            break;
        }
        case bridge_value::vlan_protocol: {
            const auto proto = ll_proto_a2n(a.next());
            if (!proto && a.more()) ip.invarg(invalid, a.word());
            data.put_be16(w.attr, proto.value_or(std::uint16_t(0)));
            break;
        }
        case bridge_value::bool_option: {
            const std::uint32_t bit = 1u << w.attr;
            const bool on = a.next_u8(message) != 0;
            options.optmask |= bit;
            options.optval = on ? options.optval | bit : options.optval & ~bit;
            break;
        }
    }
    return ip.exited.value_or(0);
}

using v = link_value;
constexpr link_field fields[] = {
    {ifla_br::forward_delay, v::u32, "forward_delay", "forward_delay"},
    {ifla_br::hello_time, v::u32, "hello_time", "hello_time"},
    {ifla_br::max_age, v::u32, "max_age", "max_age"},
    {ifla_br::ageing_time, v::u32, "ageing_time", "ageing_time"},
    {ifla_br::stp_state, v::u32, "stp_state", "stp_state"},
    {ifla_br::priority, v::u16, "priority", "priority"},
    {ifla_br::vlan_filtering, v::u8, "vlan_filtering", "vlan_filtering"},
    {ifla_br::vlan_protocol, v::ether_type, "vlan_protocol", "vlan_protocol"},
    {ifla_br::bridge_id, v::bridge_id, "bridge_id", "bridge_id"},
    {ifla_br::bridge_id, v::bridge_id, "root_id", "designated_root"},  // upstream, too, its own id
    {ifla_br::root_port, v::u16, "root_port", "root_port"},
    {ifla_br::root_path_cost, v::u32, "root_path_cost", "root_path_cost"},
    {ifla_br::topology_change, v::u8, "topology_change", "topology_change"},
    {ifla_br::topology_change_detected, v::u8, "topology_change_detected",
     "topology_change_detected"},
    {ifla_br::hello_timer, v::timer, "hello_timer", "hello_timer"},
    {ifla_br::tcn_timer, v::timer, "tcn_timer", "tcn_timer"},
    {ifla_br::topology_change_timer, v::timer, "topology_change_timer", "topology_change_timer"},
    {ifla_br::gc_timer, v::timer, "gc_timer", "gc_timer"},
    {ifla_br::vlan_default_pvid, v::u16, "vlan_default_pvid", "vlan_default_pvid"},
    {ifla_br::vlan_stats_enabled, v::u8, "vlan_stats_enabled", "vlan_stats_enabled"},
    {ifla_br::vlan_stats_per_port, v::u8, "vlan_stats_per_port", "vlan_stats_per_port"},
    {ifla_br::group_fwd_mask, v::hex16, "group_fwd_mask", "group_fwd_mask"},
    {ifla_br::group_addr, v::mac, "group_addr", "group_address"},
    {ifla_br::mcast_snooping, v::u8, "mcast_snooping", "mcast_snooping"},
    {ifla_br::multi_boolopt, v::bool_options, nullptr, nullptr},
    {ifla_br::mcast_router, v::u8, "mcast_router", "mcast_router"},
    {ifla_br::mcast_query_use_ifaddr, v::u8, "mcast_query_use_ifaddr", "mcast_query_use_ifaddr"},
    {ifla_br::mcast_querier, v::u8, "mcast_querier", "mcast_querier"},
    {ifla_br::mcast_hash_elasticity, v::u32, "mcast_hash_elasticity", "mcast_hash_elasticity"},
    {ifla_br::mcast_hash_max, v::u32, "mcast_hash_max", "mcast_hash_max"},
    {ifla_br::mcast_last_member_cnt, v::u32, "mcast_last_member_cnt", "mcast_last_member_count"},
    {ifla_br::mcast_startup_query_cnt, v::u32, "mcast_startup_query_cnt",
     "mcast_startup_query_count"},
    {ifla_br::mcast_last_member_intvl, v::u64, "mcast_last_member_intvl",
     "mcast_last_member_interval"},
    {ifla_br::mcast_membership_intvl, v::u64, "mcast_membership_intvl",
     "mcast_membership_interval"},
    {ifla_br::mcast_querier_intvl, v::u64, "mcast_querier_intvl", "mcast_querier_interval"},
    {ifla_br::mcast_query_intvl, v::u64, "mcast_query_intvl", "mcast_query_interval"},
    {ifla_br::mcast_query_response_intvl, v::u64, "mcast_query_response_intvl",
     "mcast_query_response_interval"},
    {ifla_br::mcast_startup_query_intvl, v::u64, "mcast_startup_query_intvl",
     "mcast_startup_query_interval"},
    {ifla_br::mcast_stats_enabled, v::u8, "mcast_stats_enabled", "mcast_stats_enabled"},
    {ifla_br::mcast_igmp_version, v::u8, "mcast_igmp_version", "mcast_igmp_version"},
    {ifla_br::mcast_mld_version, v::u8, "mcast_mld_version", "mcast_mld_version"},
    {ifla_br::nf_call_iptables, v::u8, "nf_call_iptables", "nf_call_iptables"},
    {ifla_br::nf_call_ip6tables, v::u8, "nf_call_ip6tables", "nf_call_ip6tables"},
    {ifla_br::nf_call_arptables, v::u8, "nf_call_arptables", "nf_call_arptables"},
};

void print_bool_options(ip_context& ip, const nlattr& a) {
    const auto options = a.as<br_boolopt_multi>();
    const auto bit = [&](unsigned n) { return unsigned(options.optval >> n & 1); };
    if (options.optmask & 1u << br_boolopt::no_ll_learn) {
        ip.print.print_uint(print_as::any, "no_linklocal_learn", "no_linklocal_learn %u ",
                            bit(br_boolopt::no_ll_learn));
    }
    if (options.optmask & 1u << br_boolopt::mcast_vlan_snooping) {
        ip.print.print_uint(print_as::any, "mcast_vlan_snooping", "mcast_vlan_snooping %u ",
                            bit(br_boolopt::mcast_vlan_snooping));
    }
}

}  // namespace

int bridge_parse_opt(ip_context& ip, args& a, iplink_req&, nlmsg_builder& data) {
    br_boolopt_multi options;
    for (; a.more(); a.advance()) {
        if (const bridge_word* w = find_word(a)) {
            if (const int status = take_word(ip, a, *w, data, options)) return status;
            continue;
        }
        if (!a.matches("help")) {
            ip.p.err->printf("bridge: unknown command \"%s\"?\n", a.word().c_str());
        }
        bridge_print_help(*ip.p.err);
        return 1;
    }
    if (options.optmask) data.put_struct(ifla_br::multi_boolopt, options);
    return ip.exited.value_or(0);
}

void bridge_print_opt(ip_context& ip, const nlattrs& data) {
    for (const auto& f : fields) {
        if (f.kind != link_value::bool_options) {
            print_link_field(ip, f, data);
        } else if (const nlattr* a = data.get(f.attr)) {
            print_bool_options(ip, *a);
        }
    }
}

void bridge_print_help(writer& out) {
    out.write(
        "Usage: ... bridge [ fdb_flush ]\n"
        "\t\t  [ forward_delay FORWARD_DELAY ]\n"
        "\t\t  [ hello_time HELLO_TIME ]\n"
        "\t\t  [ max_age MAX_AGE ]\n"
        "\t\t  [ ageing_time AGEING_TIME ]\n"
        "\t\t  [ stp_state STP_STATE ]\n"
        "\t\t  [ priority PRIORITY ]\n"
        "\t\t  [ group_fwd_mask MASK ]\n"
        "\t\t  [ group_address ADDRESS ]\n"
        "\t\t  [ no_linklocal_learn NO_LINKLOCAL_LEARN ]\n"
        "\t\t  [ vlan_filtering VLAN_FILTERING ]\n"
        "\t\t  [ vlan_protocol VLAN_PROTOCOL ]\n"
        "\t\t  [ vlan_default_pvid VLAN_DEFAULT_PVID ]\n"
        "\t\t  [ vlan_stats_enabled VLAN_STATS_ENABLED ]\n"
        "\t\t  [ vlan_stats_per_port VLAN_STATS_PER_PORT ]\n"
        "\t\t  [ mcast_snooping MULTICAST_SNOOPING ]\n"
        "\t\t  [ mcast_vlan_snooping MULTICAST_VLAN_SNOOPING ]\n"
        "\t\t  [ mcast_router MULTICAST_ROUTER ]\n"
        "\t\t  [ mcast_query_use_ifaddr MCAST_QUERY_USE_IFADDR ]\n"
        "\t\t  [ mcast_querier MULTICAST_QUERIER ]\n"
        "\t\t  [ mcast_hash_elasticity HASH_ELASTICITY ]\n"
        "\t\t  [ mcast_hash_max HASH_MAX ]\n"
        "\t\t  [ mcast_last_member_count LAST_MEMBER_COUNT ]\n"
        "\t\t  [ mcast_startup_query_count STARTUP_QUERY_COUNT ]\n"
        "\t\t  [ mcast_last_member_interval LAST_MEMBER_INTERVAL ]\n"
        "\t\t  [ mcast_membership_interval MEMBERSHIP_INTERVAL ]\n"
        "\t\t  [ mcast_querier_interval QUERIER_INTERVAL ]\n"
        "\t\t  [ mcast_query_interval QUERY_INTERVAL ]\n"
        "\t\t  [ mcast_query_response_interval QUERY_RESPONSE_INTERVAL ]\n"
        "\t\t  [ mcast_startup_query_interval STARTUP_QUERY_INTERVAL ]\n"
        "\t\t  [ mcast_stats_enabled MCAST_STATS_ENABLED ]\n"
        "\t\t  [ mcast_igmp_version IGMP_VERSION ]\n"
        "\t\t  [ mcast_mld_version MLD_VERSION ]\n"
        "\t\t  [ nf_call_iptables NF_CALL_IPTABLES ]\n"
        "\t\t  [ nf_call_ip6tables NF_CALL_IP6TABLES ]\n"
        "\t\t  [ nf_call_arptables NF_CALL_ARPTABLES ]\n"
        "\n"
        "Where: VLAN_PROTOCOL := { 802.1Q | 802.1ad }\n");
}

}  // namespace vethlab
