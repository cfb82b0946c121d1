#pragma once
// Linux: include/net/neighbour.h, net/core/neighbour.c: who has this address on this link, and
// what waits for the answer. One table per protocol and machine (arp_tbl). The limits
// gc_thresh1..3 count per namespace (netns::neigh_counts); in Linux all namespaces together.
#include <array>

#include "core/copy_on_write.h"
#include "core/dev.h"
#include "core/timer.h"

namespace vethlab {

struct neighbour;
struct neigh_table;
struct rtnl_request;

// A protocol address as table key: family of the table, up to 16 bytes, unused ones zero.
struct neigh_key {
    std::array<std::byte, 16> bytes{};

    static neigh_key from(ipv4_address a) {
        neigh_key k;
        a.write(k.bytes, 0);
        return k;
    }
    ipv4_address ip4() const { return ipv4_address::read(bytes, 0); }
    bool operator==(const neigh_key&) const = default;
};

// NEIGH_VAR_*: what net.ipv4.neigh.<dev>.* shows. Times in milliseconds.
namespace neigh_var {
enum index : std::uint8_t {
    mcast_probes,
    ucast_probes,
    app_probes,
    mcast_reprobes,
    retrans_time,
    base_reachable_time,
    delay_probe_time,
    interval_probe_time,
    gc_staletime,
    queue_len_bytes,
    proxy_qlen,
    anycast_delay,
    proxy_delay,
    locktime,
    count
};
}

using neigh_duration = std::chrono::duration<std::uint32_t, std::milli>;
using neigh_values = std::array<std::uint32_t, neigh_var::count>;

// Parameters of one table on one device, and the list of its neighbours there.
struct neigh_parms {
    neigh_parms(neigh_table& table, net_device& device);
    neigh_parms(const neigh_parms&) = delete;
    ~neigh_parms();  // its neighbours go silently; neigh_ifdown before that tells the monitors

    std::uint32_t ms(neigh_var::index v) const { return (*data)[v]; }
    sim_time time(neigh_var::index v) const { return std::chrono::milliseconds(ms(v)); }

    neigh_table& tbl;
    net_device& dev;
    neigh_parms *next = nullptr, **pprev = nullptr;  // all parms of the table
    neighbour *first = nullptr, *last = nullptr;     // in order of creation
    copy_on_write<neigh_values> data;
    neigh_duration reachable_time;  // 0.5 .. 1.5 of base_reachable_time, drawn anew every 300 s
    int qlen = 0;                   // frames of this device in the table's proxy queue
};

struct neighbour {
    neighbour(neigh_table& table, neigh_parms& p, const neigh_key& k);
    neighbour(const neighbour&) = delete;

    neigh_table& tbl;
    neigh_parms& parms;
    net_device& dev;
    neigh_key primary_key;  // the constructor may change it (lo: 0.0.0.0)
    neighbour* hash_next = nullptr;
    neighbour *dev_next = nullptr, *dev_prev = nullptr;
    neighbour *gc_next = nullptr, *gc_prev = nullptr;  // gc_list, oldest first
    sim_time confirmed, updated, used;
    frame_queue arp_queue;
    std::uint32_t arp_queue_len_bytes = 0;
    int probes = 0;
    int refs = 1;  // the table's; neigh_hold keeps it alive over a call
    mac_address ha;
    std::uint16_t nud_state = nud::none;
    rtn type = rtn::unspec;
    std::uint8_t flags = 0;  // ntf::
    std::uint8_t protocol = 0;
    bool dead = false, on_gc_list = false;
    vethlab::timer timer;

    bool valid() const { return nud_state & nud::valid; }
    bool connected() const { return nud_state & nud::connected; }
};

// What the protocol adds: arp, ndisc.
struct neigh_ops {
    std::uint8_t family;
    std::uint8_t key_len;
    // Sets type, and for addresses that need no asking the state NOARP with its ha.
    // err::inval: not possible on this device.
    err (*constructor)(neighbour&);
    // Asks once. `skb`: the oldest waiting frame, or nullptr.
    void (*solicit)(neighbour&, const frame* skb);
    // For each waiting frame when nobody answered.
    void (*error_report)(neighbour&, frame_ptr skb);
    // A delayed frame for a proxied address is due.
    void (*proxy_redo)(frame_ptr skb);
    bool (*is_multicast)(const neigh_key&);
    neigh_parms* (*parms)(net_device&);  // nullptr: the device does not speak the protocol
    // As parms, but makes none for the question; nullptr: parms makes none either.
    neigh_parms* (*parms_if_any)(net_device&) = nullptr;
    // Why a user may not add an entry on this device now; nullptr: no reason, or none ever.
    const char* (*refuse_add)(const net_device&) = nullptr;
};

struct pneigh_entry {  // a proxy (NTF_PROXY)
    netns* net;
    neigh_key key;
    net_device* dev;  // nullptr: any
    std::uint8_t flags = 0;
    std::uint8_t protocol = 0;
};

struct neigh_table {
    neigh_table(kernel& k, const neigh_ops& o);
    neigh_table(const neigh_table&) = delete;
    ~neigh_table();

    kernel& krn;
    const neigh_ops& ops;
    common_value<neigh_values> default_parms;
    std::uint32_t gc_interval_ms = 30'000;
    std::uint32_t gc_thresh1 = 128, gc_thresh2 = 512, gc_thresh3 = 1024;
    std::uint32_t entries = 0;     // all
    sim_time last_flush{}, last_rand{};
    neigh_parms* parms_list = nullptr;
    neighbour *gc_first = nullptr, *gc_last = nullptr;
    std::vector<neighbour*> buckets;  // power of two
    std::vector<pneigh_entry> phash;  // by bucket, the newest first
    frame_queue proxy_queue;
    vethlab::timer gc_work, proxy_timer;
};

// ---- life
neighbour* neigh_lookup(neigh_table& tbl, const neigh_key& key, net_device& dev);
// nullptr: the table is full (gc_thresh3) or the device cannot have it.
neighbour* neigh_create(neigh_parms& parms, const neigh_key& key, bool exempt_from_gc = false);
inline void neigh_hold(neighbour& n) { n.refs++; }
void neigh_release(neighbour& n);
// Keeps an entry alive over code that may delete it.
struct neigh_guard {
    explicit neigh_guard(neighbour& e) : n(e) { neigh_hold(n); }
    neigh_guard(const neigh_guard&) = delete;
    ~neigh_guard() { neigh_release(n); }
    neighbour& n;
};

// ---- sending
// The frame begins at its network header, protocol set. Sends it at once, or queues it until the
// address is known; err as dev_queue_xmit.
err neigh_output(neighbour& n, frame_ptr skb);
// Upper layer: this neighbour has just answered.
void neigh_confirm(neighbour& n);
// Marks it as used and starts resolution or probing. True: the frame must not be sent yet, it
// has been queued or dropped.
bool neigh_event_send(neighbour& n, frame_ptr& skb);

// ---- receiving
namespace neigh_update_f {
enum : std::uint32_t {
    override = 1,
    weak_override = 2,
    override_isrouter = 4,
    use = 0x10000000,
    ext_learned = 0x20000000,
    isrouter = 0x40000000,
    admin = 0x80000000,
};
}
// lladdr nullptr: not known from this event. `nlmsg_pid` 0: not from user space.
err neigh_update(neighbour& n, const mac_address* lladdr, std::uint16_t new_state,
                 std::uint32_t flags, netlink_ext_ack* extack = nullptr);
// A request from an address: finds or creates it and makes it STALE.
neighbour* neigh_event_ns(neigh_parms& parms, const mac_address& lladdr, const neigh_key& saddr);

// ---- devices
void neigh_changeaddr(neigh_parms& parms);
// All entries, frames and proxies of the device go.
void neigh_ifdown(neigh_parms& parms);
void neigh_carrier_down(neigh_parms& parms);  // PERMANENT ones stay

// ---- proxies
// Proxy for `key` heard on `dev` (entries for that device or for any).
pneigh_entry* pneigh_lookup(neigh_table& tbl, netns& net, const neigh_key& key, net_device* dev);
err pneigh_create(neigh_table& tbl, netns& net, const neigh_key& key, net_device* dev,
                  std::uint8_t flags, std::uint8_t protocol);
err pneigh_delete(neigh_table& tbl, netns& net, const neigh_key& key, net_device* dev);
void pneigh_ifdown(neigh_table& tbl, const net_device& dev);
void pneigh_net_exit(neigh_table& tbl, const netns& net);
// Holds the frame for a random part of proxy_delay, then proxy_redo.
void pneigh_enqueue(neigh_parms& parms, frame_ptr skb);
// Marks a frame that proxy_redo hands back (LOCALLY_ENQUEUED).
bool neigh_locally_enqueued(frame& skb);

// Removes an entry from the table (RTM_DELNEIGH, forced gc).
void neigh_remove_one(neighbour& n);
void neigh_update_notify(neighbour& n);

// ---- netlink (neighbour_netlink.cc)
err neigh_add(rtnl_request& r, nlmsg_builder& reply);
err neigh_delete(rtnl_request& r, nlmsg_builder& reply);
err neigh_get(rtnl_request& r, nlmsg_builder& reply);
err neigh_dump_info(rtnl_request& r, nlmsg_builder& out);

// ---- /proc/sys/net/<family>/neigh/ of one device's parameters
err neigh_sysctl_read(const neigh_parms& parms, std::string_view name, std::string& value);
err neigh_sysctl_write(neigh_parms& parms, std::string_view name, std::string_view value);
void neigh_sysctl_list(std::string_view dev, std::vector<std::string>& rests);

}  // namespace vethlab
