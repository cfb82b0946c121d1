#pragma once
// Linux: net/core/dev.c netdev_name_node_lookup. Devices of a namespace by name: a short list, or
// a hash table once there are many. The names belong to the devices,
// whole strings with a zero behind them.
#include <cstdint>
#include <string_view>

#include "core/compact_vector.h"

namespace vethlab {

struct net_device;

class dev_name_index {
 public:
    net_device* find(std::string_view name) const {
        const item* at = place_of(name);
        return at ? at->dev : nullptr;
    }
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    void set(std::string_view name, net_device* dev) {
        if (const item* at = place_of(name); at && at->dev) {
            items_[std::size_t(at - items_.begin())] = {name.data(), dev};
            return;
        }
        if (!hashed()) {
            items_.push_back({name.data(), dev});
            if (items_.size() > short_list) rehash(4 * short_list);
            return;
        }
        if (2 * ++used_ > items_.size()) rehash(2 * items_.size());
        place(items_, {name.data(), dev});
    }
    void erase(std::string_view name) {
        const item* at = place_of(name);
        if (!at || !at->dev) return;
        if (!hashed()) return items_.erase(at);
        used_--;
        // What lies behind the hole moves up when its home is at or before it.
        const std::size_t last = items_.size() - 1;
        std::size_t hole = std::size_t(at - items_.begin());
        for (std::size_t i = (hole + 1) & last; items_[i].dev; i = (i + 1) & last) {
            if (((i - hash(items_[i].name())) & last) < ((i - hole) & last)) continue;
            items_[hole] = items_[i];
            hole = i;
        }
        items_[hole] = {};
    }

 private:
    struct item {
        const char* chars = "";
        net_device* dev = nullptr;
        std::string_view name() const { return chars; }
    };
    static constexpr std::size_t short_list = 8;

    bool hashed() const { return used_ > 0; }
    static std::size_t hash(std::string_view name) {
        std::uint64_t h = 14695981039346656037u;
        for (const char c : name) h = (h ^ std::uint8_t(c)) * 1099511628211u;
        return std::size_t(h ^ h >> 32);
    }
    // Where it is; or, in the table, the free place where it would be.
    const item* place_of(std::string_view name) const {
        if (!hashed()) {
            for (const item& i : items_) {
                if (i.name() == name) return &i;
            }
            return nullptr;
        }
        const std::size_t last = items_.size() - 1;
        std::size_t at = hash(name) & last;
        while (items_[at].dev && items_[at].name() != name) at = (at + 1) & last;
        return &items_[at];
    }
    static void place(compact_vector<item>& table, const item& what) {
        const std::size_t last = table.size() - 1;
        std::size_t at = hash(what.name()) & last;
        while (table[at].dev) at = (at + 1) & last;
        table[at] = what;
    }
    void rehash(std::size_t size) {
        compact_vector<item> table;
        table.resize(size);
        std::uint32_t used = 0;
        for (const item& i : items_) {
            if (!i.dev) continue;
            place(table, i);
            used++;
        }
        // The one that is on its way counts already where the list was a table.
        if (!hashed()) used_ = used;
        items_ = std::move(table);
    }

    compact_vector<item> items_;
    std::uint32_t used_ = 0;  // of a table; 0: a list
};

}  // namespace vethlab
