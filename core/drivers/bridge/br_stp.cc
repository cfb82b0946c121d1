// Linux: net/bridge/br_stp.c. The spanning tree protocol, and the states of ports without it.
#include <tuple>

#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

net_bridge_port* br_get_port(net_bridge& br, std::uint16_t port_no) {
    for (auto& p : br.port_list) {
        if (p->port_no == port_no) return p.get();
    }
    return nullptr;
}

// What a port's segment offers as a way to the root; less is better.
auto root_vector(const net_bridge_port& p) {
    return std::tuple(p.designated_root, p.designated_cost + p.path_cost, p.designated_bridge,
                      p.designated_port, p.port_id);
}

bool br_should_become_root_port(const net_bridge_port& p, const net_bridge_port* root_port) {
    if (p.state == br_state::disabled || br_is_designated_port(p)) return false;
    if (p.br.id <= p.designated_root) return false;
    return !root_port || root_vector(p) < root_vector(*root_port);
}

// A port that must not lead to the root is held back.
void br_root_port_block(net_bridge_port& p) {
    br_set_state(p, br_state::listening);
    br_ifinfo_notify(rtm::newlink, p);
    if (p.br.forward_delay > 0) p.forward_delay_timer.mod(p, p.br.forward_delay);
}

void br_root_selection(net_bridge& br) {
    net_bridge_port* root = nullptr;
    for (auto& p : br.port_list) {
        if (!br_should_become_root_port(*p, root)) continue;
        if (p->has(br_port_flag::root_block)) {
            br_root_port_block(*p);
        } else {
            root = p.get();
        }
    }
    br.root_port = root ? root->port_no : 0;
    br.designated_root = root ? root->designated_root : br.id;
    br.root_path_cost = root ? root->designated_cost + root->path_cost : 0;
}

bool br_should_become_designated_port(const net_bridge_port& p) {
    const net_bridge& br = p.br;
    if (br_is_designated_port(p) || p.designated_root != br.designated_root) return true;
    return std::tuple(br.root_path_cost, br.id, p.port_id) <
           std::tuple(p.designated_cost, p.designated_bridge, p.designated_port);
}

bool br_supersedes_port_info(const net_bridge_port& p, const br_config_bpdu& bpdu) {
    const auto heard = std::tuple(bpdu.root, bpdu.root_path_cost, bpdu.id);
    const auto known = std::tuple(p.designated_root, p.designated_cost, p.designated_bridge);
    if (heard != known) return heard < known;
    return bpdu.id != p.br.id || bpdu.port_id <= p.designated_port;
}

void br_record_config_information(net_bridge_port& p, const br_config_bpdu& bpdu) {
    p.br.settled = false;
    p.designated_root = bpdu.root;
    p.designated_cost = bpdu.root_path_cost;
    p.designated_bridge = bpdu.id;
    p.designated_port = bpdu.port_id;
    p.designated_age = p.br.now() - bpdu.message_age;
    p.message_age_timer.mod(p, bpdu.max_age - bpdu.message_age);
}

// It is the time for which addresses are kept while the topology changes.
void use_forward_delay(net_bridge& br, std::int64_t jiffies) {
    if (br.forward_delay == jiffies) return;
    br.forward_delay = jiffies;
    br.krn().fwd_genid_bump();
}

void br_record_config_timeout_values(net_bridge& br, const br_config_bpdu& bpdu) {
    br.max_age = bpdu.max_age;
    br.hello_time = bpdu.hello_time;
    use_forward_delay(br, bpdu.forward_delay);
    br_set_topology_change(br, bpdu.topology_change);
}

void br_make_blocking(net_bridge_port& p) {
    if (p.state == br_state::disabled || p.state == br_state::blocking) return;
    if (p.should_learn()) br_topology_change_detection(p.br);
    br_set_state(p, br_state::blocking);
    br_ifinfo_notify(rtm::newlink, p);
    p.forward_delay_timer.cancel();
}

void br_make_forwarding(net_bridge_port& p) {
    net_bridge& br = p.br;
    if (p.state != br_state::blocking) return;
    if (br.stp_enabled == br_stp::none || br.forward_delay == 0) {
        br_set_state(p, br_state::forwarding);
        br_topology_change_detection(br);
        p.forward_delay_timer.cancel();
    } else {
        br_set_state(p, br_state::listening);
    }
    br_ifinfo_notify(rtm::newlink, p);
    // Without STP too, where it only runs down.
    if (br.forward_delay != 0) p.forward_delay_timer.mod(p, br.forward_delay);
}

void select_state(net_bridge_port& p) {
    if (p.port_no == p.br.root_port) {
        p.config_pending = p.topology_change_ack = false;
        br_make_forwarding(p);
    } else if (br_is_designated_port(p)) {
        p.message_age_timer.cancel();
        br_make_forwarding(p);
    } else {
        p.config_pending = p.topology_change_ack = false;
        br_make_blocking(p);
    }
}

// We heard of a better root than ourselves.
void lost_root(net_bridge& br) {
    br.hello_timer.cancel();
    if (!br.topology_change_detected) return;
    br.topology_change_timer.cancel();
    br_transmit_tcn(br);
    br.tcn_timer.mod(br.bridge_hello_time);
}

}  // namespace

void br_set_state(net_bridge_port& p, br_state state) {
    net_bridge& br = p.br;
    br.ports_active += (state != br_state::disabled) - (p.state != br_state::disabled);
    br.settled = false;
    p.state = state;
    br.krn().fwd_genid_bump();
}

void br_init_port(net_bridge_port& p) {
    p.port_id = br_make_port_id(p.priority, p.port_no);
    br_become_designated_port(p);
    br_set_state(p, br_state::blocking);
    p.topology_change_ack = p.config_pending = false;
}

bool br_is_designated_port(const net_bridge_port& p) {
    return p.designated_bridge == p.br.id && p.designated_port == p.port_id;
}

void br_become_designated_port(net_bridge_port& p) {
    net_bridge& br = p.br;
    br.settled = false;
    p.designated_root = br.designated_root;
    p.designated_cost = br.root_path_cost;
    p.designated_bridge = br.id;
    p.designated_port = p.port_id;
}

void br_become_root_bridge(net_bridge& br) {
    br.max_age = br.bridge_max_age;
    br.hello_time = br.bridge_hello_time;
    use_forward_delay(br, br.bridge_forward_delay);
    br_topology_change_detection(br);
    br.tcn_timer.cancel();
    if (!br.dev.is_up()) return;
    br_config_bpdu_generation(br);
    br.hello_timer.mod(br.hello_time);
}

void br_configuration_update(net_bridge& br) {
    br_root_selection(br);
    for (auto& p : br.port_list) {
        if (p->state != br_state::disabled && br_should_become_designated_port(*p)) {
            br_become_designated_port(*p);
        }
    }
}

void br_config_bpdu_generation(net_bridge& br) {
    for (auto& p : br.port_list) {
        if (p->state != br_state::disabled && br_is_designated_port(*p)) br_transmit_config(*p);
    }
}

namespace {

// True: to be asked again would change nothing, until somebody else changes something.
bool select_state_fully(net_bridge_port& p) {
    select_state(p);
    if (p.state != br_state::blocking) br_multicast_enable_port(p);
    const net_bridge& br = p.br;
    const bool up_to_date =
        p.designated_root == br.designated_root && p.designated_cost == br.root_path_cost;
    return p.state == br_state::forwarding && br_is_designated_port(p) && up_to_date &&
           !p.message_age_timer.pending() && p.multicast_ctx.router != mdb_rtr::perm;
}

void br_carrier(net_bridge& br, bool live) {
    if (live) {
        netif_carrier_on(br.dev);
    } else {
        netif_carrier_off(br.dev);
    }
}

bool may_settle(const net_bridge& br) {
    return br.krn().remember_forwarding && br.stp_enabled == br_stp::none &&
           br.root_port == 0 && br.is_root_bridge() && !br.multicast_ctx.querier;
}

}  // namespace

// The carrier of br0 is on while a port forwards. Linux: looks at every port whenever one changes.
// Here: not if all of them forward, as they do without STP.
void br_port_state_selection(net_bridge& br) {
    if (br.settled && may_settle(br)) return br_carrier(br, br.ports_active > 0);
    bool live = false, all_settled = true;
    for (auto& p : br.port_list) {
        if (p->state == br_state::disabled) continue;
        all_settled &= select_state_fully(*p);
        live |= p->state == br_state::forwarding;
    }
    br.settled = all_settled && may_settle(br);
    br_carrier(br, live);
}

// `p` alone is new; the others were settled.
void br_port_state_selection_of(net_bridge_port& p) {
    net_bridge& br = p.br;
    if (!may_settle(br)) return br_port_state_selection(br);
    br.settled = select_state_fully(p);
    br_carrier(br, br.ports_active > 1 || p.state == br_state::forwarding);
}

void br_topology_change_detection(net_bridge& br) {
    if (br.stp_enabled != br_stp::kernel) return;
    if (br.is_root_bridge()) {
        br_set_topology_change(br, true);
        br.topology_change_timer.mod(br.bridge_forward_delay + br.bridge_max_age);
    } else if (!br.topology_change_detected) {
        br_transmit_tcn(br);
        br.tcn_timer.mod(br.bridge_hello_time);
    }
    br.topology_change_detected = true;
}

// While the topology changes, what was learned is soon forgotten.
void br_set_topology_change(net_bridge& br, bool on) {
    if (br.topology_change == on) return;
    br.ageing_time = on ? 2 * br.forward_delay : br.bridge_ageing_time;
    br.topology_change = on;
    br.krn().fwd_genid_bump();
}

void br_transmit_config(net_bridge_port& p) {
    net_bridge& br = p.br;
    if (p.hold_timer.pending()) {
        p.config_pending = true;
        return;
    }
    br_config_bpdu bpdu{.topology_change = br.topology_change,
                        .topology_change_ack = p.topology_change_ack,
                        .root = br.designated_root,
                        .id = br.id,
                        .root_path_cost = br.root_path_cost,
                        .port_id = p.port_id,
                        .message_age = 0,
                        .max_age = br.max_age,
                        .hello_time = br.hello_time,
                        .forward_delay = br.forward_delay};
    if (!br.is_root_bridge()) {
        const net_bridge_port* root = br_get_port(br, br.root_port);
        if (root) bpdu.message_age = br.now() - root->designated_age + 1;
    }
    if (bpdu.message_age >= br.max_age) return;
    br_send_config_bpdu(p, bpdu);
    p.topology_change_ack = p.config_pending = false;
    if (br.stp_enabled == br_stp::kernel) p.hold_timer.mod(p, round_jiffies_delay(br, hz));
}

void br_transmit_tcn(net_bridge& br) {
    if (net_bridge_port* p = br_get_port(br, br.root_port)) br_send_tcn_bpdu(*p);
}

void br_received_config_bpdu(net_bridge_port& p, const br_config_bpdu& bpdu) {
    net_bridge& br = p.br;
    const bool was_root = br.is_root_bridge();
    if (!br_supersedes_port_info(p, bpdu)) {
        if (br_is_designated_port(p)) br_transmit_config(p);
        return;
    }
    br_record_config_information(p, bpdu);
    br_configuration_update(br);
    br_port_state_selection(br);
    if (!br.is_root_bridge() && was_root) lost_root(br);
    if (p.port_no != br.root_port) return;
    br_record_config_timeout_values(br, bpdu);
    br_config_bpdu_generation(br);
    if (bpdu.topology_change_ack) {
        br.topology_change_detected = false;
        br.tcn_timer.cancel();
    }
}

void br_received_tcn_bpdu(net_bridge_port& p) {
    if (!br_is_designated_port(p)) return;
    br_topology_change_detection(p.br);
    p.topology_change_ack = true;
    br_transmit_config(p);
}

}  // namespace vethlab
