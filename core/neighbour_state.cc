// Linux: net/core/neighbour.c: states, timers, and the frames that wait (neigh_timer_handler,
// __neigh_event_send, __neigh_update, neigh_resolve_output).
#include <algorithm>

#include "core/kernel.h"
#include "core/neighbour.h"

namespace vethlab {

void neigh_update_gc_list(neighbour& n);  // neighbour.cc

namespace {

constexpr sim_time shortest_timer = 10ms;  // HZ/100

int max_probes(const neighbour& n) {
    const neigh_parms& p = n.parms;
    return int(
        p.ms(neigh_var::ucast_probes) + p.ms(neigh_var::app_probes) +
        p.ms(n.nud_state & nud::probe ? neigh_var::mcast_reprobes : neigh_var::mcast_probes));
}

sim_time retrans(const neighbour& n) {
    return std::max(n.parms.time(neigh_var::retrans_time), shortest_timer);
}

void neigh_probe(neighbour& n) {
    const frame* skb = n.arp_queue.front();
    frame_ptr copy;  // the queue may change while we ask
    if (skb) copy = skb_clone(*skb);
    n.tbl.ops.solicit(n, copy.get());
    if (copy) consume_skb(n.tbl.krn, std::move(copy));
    n.probes++;
}

// Nobody answered: everybody who waits is told.
void neigh_invalidate(neighbour& n) {
    n.updated = n.tbl.krn.now();
    while (n.nud_state == nud::failed) {
        frame_ptr skb = n.arp_queue.pop_front();
        if (!skb) break;
        n.tbl.ops.error_report(n, std::move(skb));
    }
    while (frame_ptr skb = n.arp_queue.pop_front()) {
        kfree_skb_reason(n.tbl.krn, std::move(skb), drop_reason::neigh_failed);
    }
    n.arp_queue_len_bytes = 0;
}

void set_state(neighbour& n, std::uint16_t state) {
    n.nud_state = state;
    n.updated = n.tbl.krn.now();
}

void queue_frame(neighbour& n, frame_ptr skb) {
    const std::uint32_t size = skb_truesize(skb->len), limit = n.parms.ms(neigh_var::queue_len_bytes);
    while (n.arp_queue_len_bytes + size > limit) {
        frame_ptr oldest = n.arp_queue.pop_front();
        if (!oldest) break;
        n.arp_queue_len_bytes -= skb_truesize(oldest->len);
        kfree_skb_reason(n.tbl.krn, std::move(oldest), drop_reason::neigh_queuefull);
    }
    n.arp_queue_len_bytes += size;
    n.arp_queue.push_back(std::move(skb));
}

err neigh_xmit(neighbour& n, frame_ptr skb) {
    skb_cow(*skb, std::uint32_t(eth_hlen));
    const bytes_span header = skb_push(*skb, std::uint32_t(eth_hlen));
    write_ethernet(header, n.ha, n.dev.dev_addr, skb->protocol);
    skb->mac_header = skb->data_at;
    skb->dev = &n.dev;
    return dev_queue_xmit(std::move(skb));
}

void neigh_connected_to(neighbour& n) {
    while (n.valid()) {
        frame_ptr skb = n.arp_queue.pop_front();
        if (!skb) break;
        (void)neigh_output(n, std::move(skb));
    }
    n.arp_queue_len_bytes = 0;
}

// REACHABLE has run out, DELAY or PROBE come to their end. Returns when to look again.
sim_time next_state(neighbour& n, bool& notify) {
    const sim_time now = n.tbl.krn.now();
    const sim_time delay_probe = n.parms.time(neigh_var::delay_probe_time);
    if (n.nud_state & nud::reachable) {
        if (now <= n.confirmed + n.parms.reachable_time) {
            return n.confirmed + n.parms.reachable_time;
        }
        if (now <= n.used + delay_probe) {
            set_state(n, nud::delay);
            return now + delay_probe;
        }
        set_state(n, nud::stale);
        notify = true;
        return now;
    }
    if (n.nud_state & nud::delay) {
        notify = true;
        if (now <= n.confirmed + delay_probe) {
            set_state(n, nud::reachable);
            return n.confirmed + n.parms.reachable_time;
        }
        set_state(n, nud::probe);
        n.probes = 0;
    }
    return now + retrans(n);
}

}  // namespace

void neigh_timer_handler(void* context) {
    auto& n = *static_cast<neighbour*>(context);
    const neigh_guard guard(n);
    if (!(n.nud_state & nud::in_timer)) return;
    bool notify = false;
    const sim_time now = n.tbl.krn.now(), next = next_state(n, notify);
    const bool probing = n.nud_state & (nud::incomplete | nud::probe);
    if (probing && n.probes >= max_probes(n)) {
        n.nud_state = nud::failed;
        notify = true;
        neigh_invalidate(n);
    } else {
        if (n.nud_state & nud::in_timer) n.timer.mod(std::max(next - now, shortest_timer));
        if (probing) neigh_probe(n);
    }
    if (notify && !n.dead) neigh_update_notify(n);
}

bool neigh_event_send(neighbour& n, frame_ptr& skb) {
    const sim_time now = n.tbl.krn.now();
    n.used = now;
    if (n.nud_state & (nud::connected | nud::delay | nud::probe)) return false;
    const neigh_guard guard(n);
    bool ask = false;
    if (n.dead) {
        if (skb) kfree_skb_reason(n.tbl.krn, std::move(skb), drop_reason::neigh_failed);
        return true;
    }
    if (n.nud_state & nud::stale) {
        set_state(n, nud::delay);
        n.timer.mod(n.parms.time(neigh_var::delay_probe_time));
    } else if (!(n.nud_state & nud::incomplete)) {
        if (n.parms.ms(neigh_var::mcast_probes) + n.parms.ms(neigh_var::app_probes) == 0) {
            set_state(n, nud::failed);
            if (skb) kfree_skb_reason(n.tbl.krn, std::move(skb), drop_reason::neigh_failed);
            return true;
        }
        n.probes = int(n.parms.ms(neigh_var::ucast_probes));
        set_state(n, nud::incomplete);
        n.timer.mod(retrans(n));
        ask = true;
    }
    const bool wait = n.nud_state == nud::incomplete;
    if (wait && skb) queue_frame(n, std::move(skb));
    if (ask) neigh_probe(n);
    return wait;
}

err neigh_output(neighbour& n, frame_ptr skb) {
    if (n.connected()) return neigh_xmit(n, std::move(skb));
    if (neigh_event_send(n, skb)) return err::ok;
    return neigh_xmit(n, std::move(skb));
}

void neigh_confirm(neighbour& n) { n.confirmed = n.tbl.krn.now(); }

neighbour* neigh_event_ns(neigh_parms& parms, const mac_address& lladdr, const neigh_key& saddr) {
    neighbour* n = neigh_lookup(parms.tbl, saddr, parms.dev);
    if (!n) n = neigh_create(parms, saddr);
    if (n) (void)neigh_update(*n, &lladdr, nud::stale, neigh_update_f::override);
    return n;
}

namespace {

// The entry loses its address: nothing can be sent to it any more.
bool update_to_invalid(neighbour& n, std::uint16_t new_state) {
    const std::uint16_t old = n.nud_state;
    n.timer.cancel();
    n.nud_state = new_state;
    bool notify = old & nud::valid;
    if ((old & (nud::incomplete | nud::probe)) && (new_state & nud::failed)) {
        neigh_invalidate(n);
        notify = true;
    }
    return notify;
}

bool update_to_valid(neighbour& n, const mac_address& lladdr, bool same_lladdr,
                     std::uint16_t new_state) {
    const sim_time now = n.tbl.krn.now();
    const std::uint16_t old = n.nud_state;
    if (new_state != old || !same_lladdr) n.updated = now;
    if (new_state != old) {
        n.timer.cancel();
        if (new_state & nud::probe) n.probes = 0;
        if (new_state & nud::in_timer) {
            n.timer.mod(new_state & nud::reachable ? n.parms.reachable_time : sim_time{});
        }
        n.nud_state = new_state;
    }
    if (!same_lladdr) {
        n.ha = lladdr;
        if (!(new_state & nud::connected)) {
            n.confirmed = now - 2 * n.parms.time(neigh_var::base_reachable_time);
        }
    }
    if (new_state != old && !(old & nud::valid)) neigh_connected_to(n);
    return new_state != old || !same_lladdr;
}

bool update_is_router(neighbour& n, std::uint32_t flags) {
    const std::uint8_t want = flags & neigh_update_f::isrouter ? ntf::router : 0;
    if ((n.flags & ntf::router) == want) return false;
    n.flags = std::uint8_t((n.flags & ~ntf::router) | want);
    return true;
}

bool update_flags(neighbour& n, std::uint32_t flags) {
    if (!(flags & neigh_update_f::admin)) return false;
    const std::uint8_t want = flags & neigh_update_f::ext_learned ? ntf::ext_learned : 0;
    if ((n.flags & ntf::ext_learned) == want) return false;
    n.flags = std::uint8_t((n.flags & ~ntf::ext_learned) | want);
    return true;
}

}  // namespace

err neigh_update(neighbour& n, const mac_address* lladdr, std::uint16_t new_state,
                 std::uint32_t flags, netlink_ext_ack* extack) {
    using namespace neigh_update_f;
    const neigh_guard guard(n);
    const std::uint16_t old = n.nud_state;
    if (n.dead) {
        return extack ? extack->set(err::inval, "Neighbor entry is now dead") : err::inval;
    }
    if (!(flags & admin) && (old & (nud::noarp | nud::permanent))) return err::perm;

    bool notify = update_flags(n, flags), isrouter = flags & override_isrouter;
    err e = err::ok;
    if (flags & use) {
        n.nud_state = old & std::uint16_t(~nud::permanent);
        isrouter = false;
    } else if (!(new_state & nud::valid)) {
        notify |= update_to_invalid(n, new_state);
        isrouter = false;
    } else if (!lladdr && !(old & nud::valid)) {
        if (extack) extack->msg = "No link layer address given";
        e = err::inval;
        isrouter = false;
    } else {
        bool same = !lladdr || ((old & nud::valid) && *lladdr == n.ha), skip = false;
        if (new_state & nud::connected) n.confirmed = n.tbl.krn.now();
        if ((old & nud::valid) && !same && !(flags & override)) {
            isrouter = false;
            skip = !(flags & weak_override) || !(old & nud::connected);
            same = true;
            new_state = nud::stale;
        } else if ((old & nud::valid) && same && new_state == nud::stale && !(flags & admin)) {
            new_state = old;
        }
        if (!skip) notify |= update_to_valid(n, lladdr ? *lladdr : n.ha, same, new_state);
    }
    if (isrouter) notify |= update_is_router(n, flags);
    neigh_update_gc_list(n);
    if (notify && !n.dead) neigh_update_notify(n);
    return e;
}

}  // namespace vethlab
