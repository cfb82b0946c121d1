// Linux: net/bridge/br_stp_timer.c, kernel/time/timer.c round_jiffies.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {

// Timers of all bridges fire together, at whole seconds.
std::int64_t round_jiffies_delay(const net_bridge& br, std::int64_t delay) {
    const std::int64_t when = br.now() + delay, rest = when % hz;
    const std::int64_t rounded = rest < hz / 4 ? when - rest : when - rest + hz;
    return rounded > br.now() ? rounded - br.now() : delay;
}

void br_hello_timer_expired(net_bridge& br) {
    if (!br.dev.is_up()) return;
    br_config_bpdu_generation(br);
    if (br.stp_enabled == br_stp::kernel) {
        br.hello_timer.mod(round_jiffies_delay(br, br.hello_time));
    }
}

void br_tcn_timer_expired(net_bridge& br) {
    if (br.is_root_bridge() || !br.dev.is_up()) return;
    br_transmit_tcn(br);
    br.tcn_timer.mod(br.bridge_hello_time);
}

void br_topology_change_timer_expired(net_bridge& br) {
    br.topology_change_detected = false;
    br_set_topology_change(br, false);
}

// Nothing was heard from the root for too long.
void br_message_age_timer_expired(net_bridge_port& p) {
    net_bridge& br = p.br;
    if (p.state == br_state::disabled) return;
    const bool was_root = br.is_root_bridge();
    br_become_designated_port(p);
    br_configuration_update(br);
    br_port_state_selection(br);
    if (br.is_root_bridge() && !was_root) br_become_root_bridge(br);
}

void br_forward_delay_timer_expired(net_bridge_port& p) {
    net_bridge& br = p.br;
    if (p.state == br_state::listening) {
        br_set_state(p, br_state::learning);
        p.forward_delay_timer.mod(p, br.forward_delay);
    } else if (p.state == br_state::learning) {
        br_set_state(p, br_state::forwarding);
        bool designated_for_some = false;
        for (const auto& other : br.port_list) {
            designated_for_some |=
                other->state != br_state::disabled && other->designated_bridge == br.id;
        }
        if (designated_for_some) br_topology_change_detection(br);
        netif_carrier_on(br.dev);
    }
    br_ifinfo_notify(rtm::newlink, p);
}

void br_hold_timer_expired(net_bridge_port& p) {
    if (p.config_pending) br_transmit_config(p);
}

}  // namespace vethlab
