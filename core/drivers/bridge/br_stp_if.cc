// Linux: net/bridge/br_stp_if.c and the setters of br_stp.c. Bridge and ports on and off, and
// what a user sets.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

constexpr std::int64_t min_forward_delay = 2 * hz, max_forward_delay = 30 * hz;

void set_forward_delay(net_bridge& br, std::int64_t jiffies) {
    br.bridge_forward_delay = jiffies;
    if (br.is_root_bridge()) br.forward_delay = jiffies;
}

bool within(std::int64_t jiffies, std::int64_t least, std::int64_t most) {
    return jiffies >= least && jiffies <= most;
}

void fdb_cleanup(void* br) { br_fdb_cleanup(*static_cast<net_bridge*>(br)); }

// After the bridge id changed.
void update_root(net_bridge& br, bool was_root) {
    if (br.settled) return br_port_state_selection(br);  // and root we are
    br_configuration_update(br);
    br_port_state_selection(br);
    if (br.is_root_bridge() && !was_root) br_become_root_bridge(br);
}

}  // namespace

net_bridge::net_bridge(net_device& device)
    : dev(device),
      max_age(20 * hz),
      hello_time(2 * hz),
      forward_delay(15 * hz),
      ageing_time(300 * hz),
      bridge_max_age(max_age),
      bridge_hello_time(hello_time),
      bridge_forward_delay(forward_delay),
      bridge_ageing_time(ageing_time),
      hello_timer(
          device.krn.events,
          [](void* br) { br_hello_timer_expired(*static_cast<net_bridge*>(br)); }, this),
      tcn_timer(
          device.krn.events, [](void* br) { br_tcn_timer_expired(*static_cast<net_bridge*>(br)); },
          this),
      topology_change_timer(
          device.krn.events,
          [](void* br) { br_topology_change_timer_expired(*static_cast<net_bridge*>(br)); }, this),
      gc_work(device.krn.events, fdb_cleanup, this),
      multicast_ctx(*this) {
    id.prio = {0x80, 0x00};
    designated_root = id;
}

std::uint16_t br_make_port_id(std::uint8_t priority, std::uint16_t port_no) {
    return std::uint16_t(priority << 10 | (port_no & 0x3ff));
}

void br_stp_enable_bridge(net_bridge& br) {
    if (br.stp_enabled == br_stp::kernel) br.hello_timer.mod(br.hello_time);
    br.gc_work.mod(hz / 10);
    br_config_bpdu_generation(br);
    for (auto& p : br.port_list) {
        if (p->running()) br_stp_enable_port(*p);
    }
}

void br_stp_disable_bridge(net_bridge& br) {
    for (auto& p : br.port_list) {
        if (p->state != br_state::disabled) br_stp_disable_port(*p);
    }
    br_set_topology_change(br, false);
    br.topology_change_detected = false;
    br.hello_timer.cancel();
    br.topology_change_timer.cancel();
    br.tcn_timer.cancel();
    br.gc_work.cancel();
    br.krn().cancel_work(&br);
}

void br_stp_enable_port(net_bridge_port& p) {
    const bool others_settled = p.br.settled;
    br_init_port(p);
    if (others_settled) {
        br_port_state_selection_of(p);
    } else {
        br_port_state_selection(p.br);
    }
    br_ifinfo_notify(rtm::newlink, p);
}

void br_stp_disable_port(net_bridge_port& p) {
    net_bridge& br = p.br;
    const bool was_root = br.is_root_bridge(), others_settled = br.settled;
    br_become_designated_port(p);
    br_set_state(p, br_state::disabled);
    br.settled = others_settled;
    p.topology_change_ack = p.config_pending = false;
    br_ifinfo_notify(rtm::newlink, p);
    p.message_age_timer.cancel();
    p.forward_delay_timer.cancel();
    p.hold_timer.cancel();
    if (!p.backup_port) br_fdb_delete_by_port(br, &p, false);
    br_multicast_disable_port(p);
    update_root(br, was_root);
}

void br_stp_change_bridge_id(net_bridge& br, mac_address addr) {
    const bool was_root = br.is_root_bridge();
    br_fdb_change_mac_address(br, addr);
    br.settled = false;
    const mac_address old = br.id.addr;
    br.id.addr = addr;
    br.dev.dev_addr = addr;
    for (auto& p : br.port_list) {
        if (p->designated_bridge.addr == old) p->designated_bridge.addr = addr;
        if (p->designated_root.addr == old) p->designated_root.addr = addr;
    }
    update_root(br, was_root);
}

// Unless the user chose one, the address is the lowest of the ports'.
bool br_stp_recalculate_bridge_id(net_bridge& br) {
    if (br.dev.addr_assign_type == net_device::addr_set) return false;
    const mac_address addr = br.ports_sum.addr_min;
    if (br.id.addr == addr) return false;
    br_stp_change_bridge_id(br, addr);
    return true;
}

void br_stp_set_enabled(net_bridge& br, bool on) {
    br.settled = false;
    if (on == (br.stp_enabled == br_stp::kernel)) return;
    if (on) {
        const std::int64_t delay = br.bridge_forward_delay;
        if (!within(delay, min_forward_delay, max_forward_delay)) {
            set_forward_delay(br, std::clamp(delay, min_forward_delay, max_forward_delay));
        }
        br.stp_enabled = br_stp::kernel;
        if (br.dev.is_up()) br.hello_timer.mod(br.hello_time);
    } else {
        br.stp_enabled = br_stp::none;
    }
    br_port_state_selection(br);
}

void br_stp_set_bridge_priority(net_bridge& br, std::uint16_t priority) {
    const bool was_root = br.is_root_bridge();
    br.settled = false;
    const std::array<std::uint8_t, 2> prio{std::uint8_t(priority >> 8), std::uint8_t(priority)};
    for (auto& p : br.port_list) {
        if (p->state != br_state::disabled && br_is_designated_port(*p)) {
            p->designated_bridge.prio = prio;
        }
    }
    br.id.prio = prio;
    update_root(br, was_root);
}

err br_stp_set_port_priority(net_bridge_port& p, std::uint16_t priority) {
    constexpr std::uint16_t most = 0xffff >> 10;
    if (priority > most) return err::range;
    const std::uint16_t port_id = br_make_port_id(std::uint8_t(priority), p.port_no);
    p.br.settled = false;
    if (br_is_designated_port(p)) p.designated_port = port_id;
    p.port_id = port_id;
    p.priority = std::uint8_t(priority);
    if (p.br.id == p.designated_bridge && p.port_id < p.designated_port) {
        br_become_designated_port(p);
        br_port_state_selection(p.br);
    }
    return err::ok;
}

err br_stp_set_path_cost(net_bridge_port& p, std::uint32_t cost) {
    if (cost < 1 || cost > 65535) return err::range;
    p.flags |= br_port_flag::admin_cost;
    p.path_cost = cost;
    br_configuration_update(p.br);
    br_port_state_selection(p.br);
    return err::ok;
}

// By hand. Without STP a state stays until the next link event; blocking does not.
err br_set_port_state(net_bridge_port& p, std::uint8_t state) {
    if (state > std::uint8_t(br_state::blocking)) return err::inval;
    if (p.br.stp_enabled == br_stp::kernel) return err::busy;
    const bool disable = br_state(state) == br_state::disabled;
    if (!p.dev.is_running() || (!p.dev.oper_up() && !disable)) return err::netdown;
    br_set_state(p, br_state(state));
    br_port_state_selection(p.br);
    return err::ok;
}

err br_set_forward_delay(net_bridge& br, std::uint32_t value) {
    const auto t = std::int64_t(clock_t_to_jiffies(value));
    if (br.stp_enabled != br_stp::none && !within(t, min_forward_delay, max_forward_delay)) {
        return err::range;
    }
    set_forward_delay(br, t);
    return err::ok;
}

err br_set_hello_time(net_bridge& br, std::uint32_t value) {
    const auto t = std::int64_t(clock_t_to_jiffies(value));
    if (!within(t, 1 * hz, 10 * hz)) return err::range;
    br.bridge_hello_time = t;
    if (br.is_root_bridge()) br.hello_time = t;
    return err::ok;
}

err br_set_max_age(net_bridge& br, std::uint32_t value) {
    const auto t = std::int64_t(clock_t_to_jiffies(value));
    if (!within(t, 6 * hz, 40 * hz)) return err::range;
    br.bridge_max_age = t;
    if (br.is_root_bridge()) br.max_age = t;
    return err::ok;
}

// Collects at once, even while the bridge is down.
void br_set_ageing_time(net_bridge& br, std::uint32_t value) {
    br.bridge_ageing_time = br.ageing_time = std::int64_t(clock_t_to_jiffies(value));
    br.gc_work.cancel();
    br.krn().queue_work(fdb_cleanup, &br);
}

}  // namespace vethlab
