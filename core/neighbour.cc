// Linux: net/core/neighbour.c: the table, its entries' life, and its limits.
#include "core/neighbour.h"

#include <algorithm>

#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr sim_time rerandomize_after = 300s, forced_gc_age = 5s;

std::uint32_t hash_of(const neigh_table& tbl, const neigh_key& key, const net_device& dev) {
    std::uint64_t h = (std::uint64_t(dev.net->number) << 32) ^ std::uint32_t(dev.ifindex);
    for (std::size_t i = 0; i < key.bytes.size(); i += 4) {
        h = (h ^ be32(key.bytes, i)) * 0x9e3779b97f4a7c15;
        h ^= h >> 29;
    }
    return std::uint32_t(h >> 16) & std::uint32_t(tbl.buckets.size() - 1);
}

void hash_insert(neigh_table& tbl, neighbour& n) {
    neighbour*& head = tbl.buckets[hash_of(tbl, n.primary_key, n.dev)];
    n.hash_next = head;
    head = &n;
}

void hash_grow(neigh_table& tbl) {
    std::vector<neighbour*> old = std::move(tbl.buckets);
    tbl.buckets.assign(old.size() * 2, nullptr);
    for (neighbour* n : old) {
        while (n) {
            neighbour* next = n->hash_next;
            hash_insert(tbl, *n);
            n = next;
        }
    }
}

void hash_remove(neigh_table& tbl, neighbour& n) {
    neighbour** at = &tbl.buckets[hash_of(tbl, n.primary_key, n.dev)];
    while (*at != &n) at = &(*at)->hash_next;
    *at = n.hash_next;
}

// Linux: one count for the machine. Here: each namespace, which stands for a machine of its own,
// has its own.
neigh_count& count(const neigh_table& tbl, netns& net) {
    return net.neigh_counts[tbl.ops.family == af::inet6];
}
neigh_count& count(neighbour& n) { return count(n.tbl, *n.dev.net); }

void gc_list_remove(neighbour& n) {
    if (!n.on_gc_list) return;
    (n.gc_prev ? n.gc_prev->gc_next : n.tbl.gc_first) = n.gc_next;
    (n.gc_next ? n.gc_next->gc_prev : n.tbl.gc_last) = n.gc_prev;
    n.gc_next = n.gc_prev = nullptr;
    n.on_gc_list = false;
    count(n).gc_entries--;
}

void gc_list_add(neighbour& n) {
    if (n.on_gc_list) return;
    n.gc_prev = n.tbl.gc_last;
    (n.gc_prev ? n.gc_prev->gc_next : n.tbl.gc_first) = &n;
    n.tbl.gc_last = &n;
    n.on_gc_list = true;
    count(n).gc_entries++;
}

// Off the lists; who still holds it sees a dead entry.
void unlink(neighbour& n) {
    hash_remove(n.tbl, n);
    (n.dev_prev ? n.dev_prev->dev_next : n.parms.first) = n.dev_next;
    (n.dev_next ? n.dev_next->dev_prev : n.parms.last) = n.dev_prev;
    gc_list_remove(n);
    count(n).entries--;
    n.tbl.entries--;
    n.tbl.krn.neigh_genid++;
    n.dead = true;
    n.timer.cancel();
}

void purge_queue(neighbour& n) {
    while (frame_ptr skb = n.arp_queue.pop_front()) {
        kfree_skb_reason(n.tbl.krn, std::move(skb), drop_reason::neigh_failed);
    }
    n.arp_queue_len_bytes = 0;
}

void neigh_flush_dev(neigh_parms& parms, bool skip_perm) {
    for (neighbour *n = parms.last, *prev; n; n = prev) {
        prev = n->dev_prev;
        if (skip_perm && (n->nud_state & nud::permanent)) continue;
        neigh_remove_one(*n);
    }
}

bool in_use(const neighbour& n) { return n.refs != 1 || n.timer.pending(); }

// Room for a new entry: away with what failed or has not changed for five seconds.
bool neigh_forced_gc(neigh_table& tbl, netns& net) {
    const sim_time now = tbl.krn.now();
    int max_clean = int(count(tbl, net).gc_entries) - int(tbl.gc_thresh2), shrunk = 0;
    for (neighbour *n = tbl.gc_first, *next; n && shrunk < max_clean; n = next) {
        next = n->gc_next;
        if (n->dev.net != &net || in_use(*n)) continue;
        const bool worthless = n->nud_state == nud::failed || n->nud_state == nud::noarp ||
                               tbl.ops.is_multicast(n->primary_key) ||
                               now - n->updated > forced_gc_age;
        if (!worthless) continue;
        neigh_remove_one(*n);
        shrunk++;
    }
    tbl.last_flush = now;
    return shrunk > 0;
}

bool neigh_alloc_allowed(neigh_table& tbl, netns& net, bool exempt_from_gc) {
    if (exempt_from_gc) return true;
    const std::uint32_t entries = count(tbl, net).gc_entries;
    const bool full = entries >= tbl.gc_thresh3;
    if (full || (entries >= tbl.gc_thresh2 && tbl.krn.now() - tbl.last_flush > 5s)) {
        if (!neigh_forced_gc(tbl, net) && full) return false;
    }
    return true;
}

neigh_duration neigh_rand_reach_time(kernel& krn, std::uint32_t base_ms) {
    return neigh_duration(base_ms ? krn.random_delay(base_ms) + base_ms / 2 : 0);
}

void periodic_gc_arm(neigh_table& tbl) {
    tbl.gc_work.mod(
        std::chrono::milliseconds(tbl.default_parms[neigh_var::base_reachable_time] / 2));
}

// Linux: neigh_periodic_work runs for ever.
// Here: only while there are entries, so that an idle kernel has no timers.
void neigh_periodic_work(void* context) {
    auto& tbl = *static_cast<neigh_table*>(context);
    const sim_time now = tbl.krn.now();
    if (now - tbl.last_rand > rerandomize_after) {
        tbl.last_rand = now;
        for (neigh_parms* p = tbl.parms_list; p; p = p->next) {
            p->reachable_time =
                neigh_rand_reach_time(tbl.krn, p->ms(neigh_var::base_reachable_time));
        }
    }
    for (neigh_parms* p = tbl.parms_list; p; p = p->next) {
        if (count(tbl, *p->dev.net).entries < tbl.gc_thresh1) continue;
        for (neighbour *n = p->first, *next; n; n = next) {
            next = n->dev_next;
            if ((n->nud_state & (nud::permanent | nud::noarp)) || (n->flags & ntf::ext_learned)) {
                continue;
            }
            n->used = std::max(n->used, n->confirmed);
            if (!in_use(*n) && (n->nud_state == nud::failed ||
                                now - n->used >= p->time(neigh_var::gc_staletime))) {
                neigh_remove_one(*n);
            }
        }
    }
    if (tbl.entries) periodic_gc_arm(tbl);
}

}  // namespace

void neigh_timer_handler(void* context);  // neighbour_state.cc
void neigh_proxy_process(void* context);  // neighbour_proxy.cc

neigh_table::neigh_table(kernel& k, const neigh_ops& o)
    : krn(k),
      ops(o),
      default_parms{{3, 3, 0, 0, 1000, 30'000, 5000, 5000, 60'000, 212'992, 64, 1000, 800, 1000}},
      buckets(8, nullptr),
      gc_work(k.events, neigh_periodic_work, this),
      proxy_timer(k.events, neigh_proxy_process, this) {}

neigh_table::~neigh_table() = default;

neigh_parms::neigh_parms(neigh_table& table, net_device& device)
    : tbl(table),
      dev(device),
      data(table.default_parms),
      reachable_time(neigh_rand_reach_time(table.krn, ms(neigh_var::base_reachable_time))) {
    next = tbl.parms_list;
    pprev = &tbl.parms_list;
    if (next) next->pprev = &next;
    tbl.parms_list = this;
}

neigh_parms::~neigh_parms() {
    while (first) {
        neighbour& n = *first;
        unlink(n);
        neigh_release(n);
    }
    *pprev = next;
    if (next) next->pprev = pprev;
}

neighbour::neighbour(neigh_table& table, neigh_parms& p, const neigh_key& k)
    : tbl(table),
      parms(p),
      dev(p.dev),
      primary_key(k),
      confirmed(table.krn.now() - 2 * p.time(neigh_var::base_reachable_time)),
      updated(table.krn.now()),
      used(table.krn.now()),
      timer(table.krn.events, neigh_timer_handler, this) {}

neighbour* neigh_lookup(neigh_table& tbl, const neigh_key& key, net_device& dev) {
    neighbour* n = tbl.buckets[hash_of(tbl, key, dev)];
    while (n && !(&n->dev == &dev && n->primary_key == key)) n = n->hash_next;
    return n;
}

neighbour* neigh_create(neigh_parms& parms, const neigh_key& key, bool exempt_from_gc) {
    neigh_table& tbl = parms.tbl;
    if (!neigh_alloc_allowed(tbl, *parms.dev.net, exempt_from_gc)) return nullptr;
    auto n = std::make_unique<neighbour>(tbl, parms, key);
    if (tbl.ops.constructor(*n) != err::ok) return nullptr;
    if (neighbour* there = neigh_lookup(tbl, n->primary_key, parms.dev)) return there;

    count(*n).entries++;
    if (++tbl.entries > tbl.buckets.size() * 2) hash_grow(tbl);
    hash_insert(tbl, *n);
    n->dev_prev = parms.last;
    (parms.last ? parms.last->dev_next : parms.first) = n.get();
    parms.last = n.get();
    if (!exempt_from_gc) gc_list_add(*n);
    if (!tbl.gc_work.pending()) periodic_gc_arm(tbl);
    return n.release();
}

void neigh_release(neighbour& n) {
    if (--n.refs > 0) return;
    purge_queue(n);
    delete &n;
}

void neigh_notify(const neighbour& n, std::uint16_t type);  // neighbour_netlink.cc

void neigh_remove_one(neighbour& n) {
    if (n.dead) return;
    unlink(n);
    purge_queue(n);
    neigh_notify(n, rtm::delneigh);
    neigh_release(n);
}

void neigh_update_notify(neighbour& n) { neigh_notify(n, rtm::newneigh); }

// What user space pins is never collected.
void neigh_update_gc_list(neighbour& n) {
    if (n.dead) return;
    if ((n.nud_state & nud::permanent) || (n.flags & ntf::ext_learned)) {
        gc_list_remove(n);
    } else {
        gc_list_add(n);
    }
}

void neigh_set_base_reachable_time(neigh_parms& parms, std::uint32_t ms) {
    parms.data.own()[neigh_var::base_reachable_time] = ms;
    parms.reachable_time = neigh_rand_reach_time(parms.tbl.krn, ms);
}

void neigh_changeaddr(neigh_parms& parms) { neigh_flush_dev(parms, false); }

void pneigh_queue_purge(neigh_parms& parms);  // neighbour_proxy.cc

void neigh_ifdown(neigh_parms& parms) {
    neigh_flush_dev(parms, false);
    pneigh_ifdown(parms.tbl, parms.dev);
    pneigh_queue_purge(parms);
}

void neigh_carrier_down(neigh_parms& parms) {
    neigh_flush_dev(parms, true);
    pneigh_queue_purge(parms);
}

}  // namespace vethlab
