// Linux: net/core/neighbour.c: proxies (pneigh_*), and answers on their behalf that wait for a
// random part of proxy_delay.
#include <algorithm>

#include "core/kernel.h"
#include "core/neighbour.h"

namespace vethlab {
namespace {

// NEIGH_CB
struct neighbour_cb {
    sim_time sched_next;
    bool locally_enqueued;
};

// `net` alone does not name an entry: a proxy for any device has none.
bool is(const pneigh_entry& p, const netns& net, const neigh_key& key, const net_device* dev) {
    return p.net == &net && p.dev == dev && p.key == key;
}

// Of 16 buckets; no seed is in it, so the order in which proxies are shown is known.
std::uint32_t pneigh_hash(const neigh_table& tbl, const neigh_key& key) {
    std::uint32_t v = 0;
    for (std::size_t i = 0; i < 4; i++) {
        v |= std::uint32_t(key.bytes[tbl.ops.key_len - 4 + i]) << (8 * i);
    }
    v ^= v >> 16;
    v ^= v >> 8;
    v ^= v >> 4;
    return v & 0xf;
}

}  // namespace

pneigh_entry* pneigh_lookup(neigh_table& tbl, netns& net, const neigh_key& key, net_device* dev) {
    for (pneigh_entry& p : tbl.phash) {
        if (p.net == &net && p.key == key && (!p.dev || p.dev == dev)) return &p;
    }
    return nullptr;
}

err pneigh_create(neigh_table& tbl, netns& net, const neigh_key& key, net_device* dev,
                  std::uint8_t flags, std::uint8_t protocol) {
    pneigh_entry* p = pneigh_lookup(tbl, net, key, dev);
    if (!p) {
        // In front of its bucket.
        const auto hash = pneigh_hash(tbl, key);
        const auto at = std::find_if(tbl.phash.begin(), tbl.phash.end(), [&](const auto& other) {
            return pneigh_hash(tbl, other.key) >= hash;
        });
        p = &*tbl.phash.insert(at, {.net = &net, .key = key, .dev = dev});
    }
    p->flags = flags;
    if (protocol) p->protocol = protocol;
    return err::ok;
}

err pneigh_delete(neigh_table& tbl, netns& net, const neigh_key& key, net_device* dev) {
    const auto gone =
        std::erase_if(tbl.phash, [&](const pneigh_entry& p) { return is(p, net, key, dev); });
    return gone ? err::ok : err::noent;
}

void pneigh_ifdown(neigh_table& tbl, const net_device& dev) {
    std::erase_if(tbl.phash, [&](const pneigh_entry& p) { return p.dev == &dev; });
}

void pneigh_net_exit(neigh_table& tbl, const netns& net) {
    std::erase_if(tbl.phash, [&](const pneigh_entry& p) { return p.net == &net; });
}

void pneigh_queue_purge(neigh_parms& parms) {
    parms.tbl.proxy_queue.remove_if([&](const frame& skb) { return skb.dev == &parms.dev; });
    parms.qlen = 0;
    if (parms.tbl.proxy_queue.empty()) parms.tbl.proxy_timer.cancel();
}

bool neigh_locally_enqueued(frame& skb) { return skb.control<neighbour_cb>().locally_enqueued; }

void pneigh_enqueue(neigh_parms& parms, frame_ptr skb) {
    neigh_table& tbl = parms.tbl;
    if (parms.qlen > int(parms.ms(neigh_var::proxy_qlen))) {
        return kfree_skb_reason(tbl.krn, std::move(skb), drop_reason::neigh_queuefull);
    }
    const std::uint32_t ms = tbl.krn.random_delay(parms.ms(neigh_var::proxy_delay));
    sim_time delay = std::chrono::milliseconds(ms);
    const sim_time now = tbl.krn.now();
    skb->control<neighbour_cb>() = {.sched_next = now + delay, .locally_enqueued = true};
    if (tbl.proxy_timer.pending()) delay = std::min(delay, tbl.proxy_timer.expires() - now);
    parms.qlen++;
    tbl.proxy_queue.push_back(std::move(skb));
    tbl.proxy_timer.mod(std::max(delay, sim_time{}));
}

void neigh_proxy_process(void* context) {
    auto& tbl = *static_cast<neigh_table*>(context);
    const sim_time now = tbl.krn.now();
    sim_time next = sim_time::max();
    for (std::uint32_t n = tbl.proxy_queue.size(); n > 0; n--) {
        frame_ptr skb = tbl.proxy_queue.pop_front();
        if (!skb) break;
        const sim_time due = skb->control<neighbour_cb>().sched_next;
        if (due > now) {
            next = std::min(next, due);
            tbl.proxy_queue.push_back(std::move(skb));
        } else {
            tbl.ops.proxy_redo(std::move(skb));
        }
    }
    if (next != sim_time::max()) tbl.proxy_timer.mod(next - now);
}

}  // namespace vethlab
