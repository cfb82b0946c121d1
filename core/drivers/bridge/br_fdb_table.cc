// Linux: net/bridge/br_fdb.c, the rhashtable of the entries
#include "core/drivers/bridge/br_fdb_table.h"

#include <bit>

namespace vethlab {

mac_address net_bridge_fdb_entry::addr() const {
    mac_address m;
    for (std::size_t i = 0; i < 6; i++) m.octets[i] = std::uint8_t(key() >> (56 - 8 * i));
    return m;
}

std::size_t net_bridge_fdb::take_place(std::uint64_t key) {
    for (std::size_t at = home(key);; at = next(at)) {
        for (std::size_t i = 0; i < room; i++) {
            if (entry(at * room + i).key() == 0) return at * room + i;
        }
        buckets_[at].passed++;
    }
}

void net_bridge_fdb::grow() {
    constexpr std::size_t least = 4;
    std::vector<bucket> old(std::max(buckets_.size() * 2, least));
    std::vector<std::uint32_t> old_births(old.size() * room);
    std::swap(old, buckets_);
    std::swap(old_births, births_);
    shift_ = unsigned(64 - std::countr_zero(buckets_.size()));
    for (std::size_t i = 0; i < old_births.size(); i++) {
        const net_bridge_fdb_entry& e = old[i / room].entries[i % room];
        if (e.key() == 0) continue;
        const std::size_t place = take_place(e.key());
        entry(place) = e;
        births_[place] = old_births[i];
    }
}

// Once all numbers were given, which takes four thousand million entries.
void net_bridge_fdb::renumber() {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < births_.size(); i++) {
        if (entry(i).key()) places.push_back(i);
    }
    std::sort(places.begin(), places.end(),
              [&](std::size_t a, std::size_t b) { return births_[a] < births_[b]; });
    next_birth_ = 0;
    for (const std::size_t i : places) births_[i] = next_birth_++;
}

net_bridge_fdb_entry& net_bridge_fdb::create(std::uint64_t key) {
    if ((size_ + 1) * 3 > births_.size() * 2) grow();
    if (next_birth_ == UINT32_MAX) renumber();
    const std::size_t place = take_place(key);
    births_[place] = next_birth_++;
    net_bridge_fdb_entry& e = entry(place);
    std::memcpy(e.key_, &key, sizeof key);
    if (behind_.empty()) behind_.resize(1);
    behind_[0]++;
    size_++;
    genid_++;
    return e;
}

void net_bridge_fdb::set_port(net_bridge_fdb_entry& e, std::uint16_t number) {
    if (number >= behind_.size()) behind_.resize(number + std::size_t{1});
    behind_[e.port()]--;
    behind_[number]++;
    e.port_ = number & 0x3ff;
}

void net_bridge_fdb::erase(net_bridge_fdb_entry& e) {
    for (std::size_t at = home(e.key());; at = next(at)) {
        bucket& b = buckets_[at];
        if (std::any_of(b.entries, b.entries + room, [&](auto& each) { return &each == &e; })) break;
        b.passed--;
    }
    behind_[e.port()]--;
    e = {};
    size_--;
    genid_++;
}

}  // namespace vethlab
