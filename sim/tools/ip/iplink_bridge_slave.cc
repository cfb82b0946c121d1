// iproute2: ip/iplink_bridge_slave.c
#include "sim/tools/ip/link_util.h"

namespace vethlab {
namespace {

constexpr const char* port_states[] = {"disabled", "listening", "learning", "forwarding",
                                       "blocking"};

enum class slave_value { u8, u16, u32, flag, on_off, device, no_device };
struct slave_word {
    const char* name;
    slave_value kind;
    std::uint16_t attr;
    const char* message = nullptr;  // about a wrong value
};

// In upstream's order, which decides between words that begin alike.
constexpr slave_word words[] = {
    {"fdb_flush", slave_value::flag, ifla_brport::flush},
    {"state", slave_value::u8, ifla_brport::state, "state is invalid"},
    {"priority", slave_value::u16, ifla_brport::priority, "priority is invalid"},
    {"cost", slave_value::u32, ifla_brport::cost, "cost is invalid"},
    {"hairpin", slave_value::on_off, ifla_brport::mode},
    {"guard", slave_value::on_off, ifla_brport::guard},
    {"root_block", slave_value::on_off, ifla_brport::protect},
    {"fastleave", slave_value::on_off, ifla_brport::fast_leave},
    {"learning", slave_value::on_off, ifla_brport::learning},
    {"flood", slave_value::on_off, ifla_brport::unicast_flood},
    {"mcast_flood", slave_value::on_off, ifla_brport::mcast_flood},
    {"bcast_flood", slave_value::on_off, ifla_brport::bcast_flood},
    {"mcast_to_unicast", slave_value::on_off, ifla_brport::mcast_to_ucast},
    {"proxy_arp", slave_value::on_off, ifla_brport::proxyarp},
    {"proxy_arp_wifi", slave_value::on_off, ifla_brport::proxyarp_wifi},
    {"mcast_router", slave_value::u8, ifla_brport::multicast_router, "invalid mcast_router"},
    {"mcast_fast_leave", slave_value::on_off, ifla_brport::fast_leave},
    {"neigh_suppress", slave_value::on_off, ifla_brport::neigh_suppress},
    {"group_fwd_mask", slave_value::u16, ifla_brport::group_fwd_mask, "invalid group_fwd_mask"},
    {"vlan_tunnel", slave_value::on_off, ifla_brport::vlan_tunnel},
    {"isolated", slave_value::on_off, ifla_brport::isolated},
    {"locked", slave_value::on_off, ifla_brport::locked},
    {"backup_port", slave_value::device, ifla_brport::backup_port, "Device does not exist\n"},
    {"nobackup_port", slave_value::no_device, ifla_brport::backup_port},
};

const slave_word* find_word(const args& a) {
    for (const auto& w : words) {
        if (a.matches(w.name)) return &w;
    }
    return nullptr;
}

// Takes the value of one word. 0 or an exit status.
int take_word(ip_context& ip, args& a, const slave_word& w, nlmsg_builder& data) {
    switch (w.kind) {
        case slave_value::u8:
            data.put_u8(w.attr, a.next_u8(w.message));
            break;
        case slave_value::u16:
            data.put_u16(w.attr, a.next_u16(w.message));
            break;
        case slave_value::u32:
            data.put_u32(w.attr, a.next_u32(w.message));
            break;
        case slave_value::flag:
            data.put(w.attr, {});
            break;
        case slave_value::no_device:
            data.put_u32(w.attr, 0);
            break;
        case slave_value::on_off: {
            const std::string& text = a.next();
            if (!a.more()) break;
            const auto on = parse_on_off(ip, w.name, text);
            if (!on) return 1;
            data.put_u8(w.attr, *on);
            break;
        }
        case slave_value::device: {
            const std::string& name = a.next();
            if (!a.more()) break;
            const auto index = ip.ll.name_to_index(name);
            if (!index) ip.invarg(w.message, name);
            data.put_u32(w.attr, index);
            break;
        }
    }
    return ip.exited.value_or(0);
}

using v = link_value;
constexpr link_field fields[] = {
    {ifla_brport::priority, v::u16, "priority", "priority"},
    {ifla_brport::cost, v::u32, "cost", "cost"},
    {ifla_brport::mode, v::on_off, "hairpin", "hairpin"},
    {ifla_brport::guard, v::on_off, "guard", "guard"},
    {ifla_brport::protect, v::on_off, "root_block", "root_block"},
    {ifla_brport::fast_leave, v::on_off, "fastleave", "fastleave"},
    {ifla_brport::learning, v::on_off, "learning", "learning"},
    {ifla_brport::unicast_flood, v::on_off, "flood", "flood"},
    {ifla_brport::id, v::hex16, "id", "port_id"},
    {ifla_brport::no, v::hex16, "no", "port_no"},
    {ifla_brport::designated_port, v::u16, "designated_port", "designated_port"},
    {ifla_brport::designated_cost, v::u16, "designated_cost", "designated_cost"},
    {ifla_brport::bridge_id, v::bridge_id, "bridge_id", "designated_bridge"},
    {ifla_brport::root_id, v::bridge_id, "root_id", "designated_root"},
    {ifla_brport::hold_timer, v::timer, "hold_timer", "hold_timer"},
    {ifla_brport::message_age_timer, v::timer, "message_age_timer", "message_age_timer"},
    {ifla_brport::forward_delay_timer, v::timer, "forward_delay_timer", "forward_delay_timer"},
    {ifla_brport::topology_change_ack, v::u8, "topology_change_ack", "topology_change_ack"},
    {ifla_brport::config_pending, v::u8, "config_pending", "config_pending"},
    {ifla_brport::proxyarp, v::on_off, "proxy_arp", "proxy_arp"},
    {ifla_brport::proxyarp_wifi, v::on_off, "proxy_arp_wifi", "proxy_arp_wifi"},
    {ifla_brport::multicast_router, v::u8, "multicast_router", "mcast_router"},
    // Text has it a second time, under its other name.
    {ifla_brport::fast_leave, v::on_off, nullptr, "mcast_fast_leave"},
    {ifla_brport::mcast_flood, v::on_off, "mcast_flood", "mcast_flood"},
    {ifla_brport::bcast_flood, v::on_off, "bcast_flood", "bcast_flood"},
    {ifla_brport::mcast_to_ucast, v::on_off, "mcast_to_unicast", "mcast_to_unicast"},
    {ifla_brport::neigh_suppress, v::on_off, "neigh_suppress", "neigh_suppress"},
    {ifla_brport::group_fwd_mask, v::hex16, "group_fwd_mask", "group_fwd_mask"},
    {ifla_brport::group_fwd_mask, v::fwd_mask, "group_fwd_mask_str", "group_fwd_mask_str"},
    {ifla_brport::vlan_tunnel, v::on_off, "vlan_tunnel", "vlan_tunnel"},
    {ifla_brport::isolated, v::on_off, "isolated", "isolated"},
    {ifla_brport::locked, v::on_off, "locked", "locked"},
    {ifla_brport::backup_port, v::device, "backup_port", "backup_port"},
};

}  // namespace

int bridge_slave_parse_opt(ip_context& ip, args& a, iplink_req&, nlmsg_builder& data) {
    for (; a.more(); a.advance()) {
        if (const slave_word* w = find_word(a)) {
            if (const int status = take_word(ip, a, *w, data)) return status;
            continue;
        }
        if (!a.matches("help")) {
            ip.p.err->printf("bridge_slave: unknown option \"%s\"?\n", a.word().c_str());
        }
        bridge_slave_print_help(*ip.p.err);
        return 1;
    }
    return ip.exited.value_or(0);
}

void bridge_slave_print_opt(ip_context& ip, const nlattrs& data) {
    if (const nlattr* a = data.get(ifla_brport::state)) {
        const unsigned state = a->u8();
        if (state < std::size(port_states)) {
            ip.print.print_string(print_as::any, "state", "state %s ", port_states[state]);
        } else {
            ip.print.print_uint(print_as::any, "state_index", "state (%u) ", state);
        }
    }
    for (const auto& f : fields) print_link_field(ip, f, data);
}

void bridge_slave_print_help(writer& out) {
    out.write(
        "Usage: ... bridge_slave [ fdb_flush ]\n"
        "\t\t\t[ state STATE ]\n"
        "\t\t\t[ priority PRIO ]\n"
        "\t\t\t[ cost COST ]\n"
        "\t\t\t[ guard {on | off} ]\n"
        "\t\t\t[ hairpin {on | off} ]\n"
        "\t\t\t[ fastleave {on | off} ]\n"
        "\t\t\t[ root_block {on | off} ]\n"
        "\t\t\t[ learning {on | off} ]\n"
        "\t\t\t[ flood {on | off} ]\n"
        "\t\t\t[ proxy_arp {on | off} ]\n"
        "\t\t\t[ proxy_arp_wifi {on | off} ]\n"
        "\t\t\t[ mcast_router MULTICAST_ROUTER ]\n"
        "\t\t\t[ mcast_fast_leave {on | off} ]\n"
        "\t\t\t[ mcast_flood {on | off} ]\n"
        "\t\t\t[ bcast_flood {on | off} ]\n"
        "\t\t\t[ mcast_to_unicast {on | off} ]\n"
        "\t\t\t[ group_fwd_mask MASK ]\n"
        "\t\t\t[ neigh_suppress {on | off} ]\n"
        "\t\t\t[ vlan_tunnel {on | off} ]\n"
        "\t\t\t[ isolated {on | off} ]\n"
        "\t\t\t[ locked {on | off} ]\n"
        "\t\t\t[ backup_port DEVICE ] [ nobackup_port ]\n");
}

}  // namespace vethlab
