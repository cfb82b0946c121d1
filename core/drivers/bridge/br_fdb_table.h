#pragma once
// Linux: struct net_bridge_fdb_entry (net/bridge/br_private.h). The forwarding database of a bridge.
// Here: a table of cache lines with three entries each, so that looking an address up and
// refreshing it costs one miss, however many there are.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "core/wire/address.h"

namespace vethlab {

// Flags of an entry.
namespace br_fdb_flag {
enum bit : std::uint16_t {
    local = 1,
    static_ = 2,
    sticky = 4,
    added_by_user = 8,
    added_by_ext_learn = 0x10,
    offloaded = 0x20,
    locked = 0x40,
    dynamic_learned = 0x80,
};
}

// One address. Times in jiffies, as the kernel counts them: expiry depends on the tick.
class net_bridge_fdb_entry {
 public:
    std::uint64_t key() const {
        std::uint64_t k;
        std::memcpy(&k, key_, sizeof k);
        return k;
    }
    mac_address addr() const;
    std::uint16_t vlan_id() const { return std::uint16_t(key()); }
    // The number of the port it is behind; 0: the bridge itself.
    std::uint16_t port() const { return std::uint16_t(port_); }
    std::uint16_t flags() const { return std::uint16_t(flags_); }
    void set_flags(std::uint16_t flags) { flags_ = flags & 0x3ff; }
    bool has(br_fdb_flag::bit f) const { return flags_ & f; }
    void set_flag(br_fdb_flag::bit f, bool on) {
        flags_ = std::uint16_t(on ? flags_ | f : flags_ & ~f) & 0x3ff;
    }
    std::int64_t updated() const { return time(updated_low_, updated_high_); }
    std::int64_t used() const { return time(used_low_, used_high_); }
    void set_updated(std::int64_t now) {
        if (now == updated()) return;
        updated_low_ = std::uint32_t(now);
        updated_high_ = std::uint32_t(now >> 32) & 0x3f;
    }
    void set_used(std::int64_t now) {
        if (now == used()) return;
        used_low_ = std::uint32_t(now);
        used_high_ = std::uint32_t(now >> 32) & 0x3f;
    }

 private:
    friend class net_bridge_fdb;
    static std::int64_t time(std::uint32_t low, std::uint32_t high) {
        return std::int64_t(std::uint64_t{high} << 32 | low);
    }
    std::uint32_t key_[2] = {};  // address and VLAN id, a number of 64 bits; 0: free
    std::uint32_t updated_low_ = 0, used_low_ = 0;
    std::uint32_t port_ : 10 = 0, flags_ : 10 = 0;
    std::uint32_t updated_high_ : 6 = 0, used_high_ : 6 = 0;  // 34 years
};
static_assert(sizeof(net_bridge_fdb_entry) == 20);

// References live until the next create.
class net_bridge_fdb {
 public:
    static std::uint64_t make_key(mac_address addr, std::uint16_t vid) {
        return addr.as_u64() << 16 | vid;
    }
    net_bridge_fdb_entry* find(std::uint64_t key) {
        if (buckets_.empty() || key == 0) return nullptr;  // no station has the address 0
        for (std::size_t at = home(key);; at = next(at)) {
            bucket& b = buckets_[at];
            // Which of them it is cannot be predicted: no branch.
            const std::size_t likely = std::size_t{b.entries[1].key() == key} +
                                       2 * std::size_t{b.entries[2].key() == key};
            if (b.entries[likely].key() == key) return &b.entries[likely];
            if (b.passed == 0) return nullptr;
        }
    }
    // It will be looked up soon.
    void prefetch(std::uint64_t key) const {
        if (!buckets_.empty()) __builtin_prefetch(&buckets_[home(key)]);
    }
    // Counts what happens to the set of entries and to where they point.
    std::uint64_t genid() const { return genid_; }
    void genid_bump() { genid_++; }
    net_bridge_fdb_entry& create(std::uint64_t key);  // not in the table yet, and not 0
    void erase(net_bridge_fdb_entry& e);
    std::size_t size() const { return size_; }
    void set_port(net_bridge_fdb_entry& e, std::uint16_t number);
    std::uint32_t count_behind(std::uint16_t port) const {
        return port < behind_.size() ? behind_[port] : 0;
    }
    // Calls f(entry) for those with condition(entry), in any order. f may erase the entry.
    template <class Condition, class F>
    void for_each_unordered(Condition condition, F f) {
        for (bucket& b : buckets_) {
            for (net_bridge_fdb_entry& e : b.entries) {
                if (e.key() && condition(std::as_const(e))) f(e);
            }
        }
    }
    // The same from the newest to the oldest; the condition is asked for all of them before.
    template <class Condition, class F>
    void for_each_with(Condition condition, F f) {
        std::vector<std::pair<std::uint32_t, net_bridge_fdb_entry*>> found;
        for (std::size_t i = 0; i < births_.size(); i++) {
            net_bridge_fdb_entry& e = entry(i);
            if (e.key() && condition(std::as_const(e))) found.emplace_back(births_[i], &e);
        }
        std::sort(found.begin(), found.end(),
                  [](const auto& a, const auto& b) { return a.first > b.first; });
        for (const auto& [birth, e] : found) f(*e);
    }
    template <class F>
    void for_each(F f) {
        for_each_with([](const net_bridge_fdb_entry&) { return true; }, f);
    }

 private:
    static constexpr std::size_t room = 3;
    // An entry that finds its bucket full stands in the next one that is not.
    struct alignas(64) bucket {
        net_bridge_fdb_entry entries[room];
        std::uint32_t passed = 0;  // how many were sent on from here
    };

    net_bridge_fdb_entry& entry(std::size_t place) {
        return buckets_[place / room].entries[place % room];
    }
    std::size_t home(std::uint64_t key) const {
        key *= 0x9e3779b97f4a7c15u;
        return std::size_t((key ^ key >> 32) * 0xd6e8feb86659fd93u >> shift_);
    }
    std::size_t next(std::size_t at) const { return (at + 1) & (buckets_.size() - 1); }
    // A free place on the way of `key`: its number.
    std::size_t take_place(std::uint64_t key);
    void grow();
    void renumber();

    std::vector<bucket> buckets_;        // a power of two
    std::vector<std::uint32_t> births_;  // a number for each place: in order of creation
    std::vector<std::uint32_t> behind_;  // by port: so many entries
    unsigned shift_ = 64;                // of a hash: what remains is a bucket
    std::uint32_t next_birth_ = 0;
    std::size_t size_ = 0;
    std::uint64_t genid_ = 1;
};

}  // namespace vethlab
