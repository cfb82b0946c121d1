#pragma once
// A map in one sorted vector: small where there is little in it, found in O(log n).
#include <algorithm>
#include <utility>

#include "core/compact_vector.h"

namespace vethlab {

template <class Key, class Value>
class flat_map {
 public:
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    std::size_t size() const { return items_.size(); }

    auto find(const Key& key) const {
        const auto at = lower_bound(key);
        return at != end() && at->first == key ? at : end();
    }
    bool contains(const Key& key) const { return find(key) != end(); }
    Value& operator[](const Key& key) {
        const auto at = items_.begin() + (lower_bound(key) - begin());
        if (at != items_.end() && at->first == key) return at->second;
        return items_.insert(at, {key, Value{}})->second;
    }
    void erase(const Key& key) {
        if (const auto at = find(key); at != end()) items_.erase(at);
    }

 private:
    auto lower_bound(const Key& key) const {
        return std::lower_bound(begin(), end(), key,
                                [](const auto& item, const Key& k) { return item.first < k; });
    }
    compact_vector<std::pair<Key, Value>> items_;  // by key
};

}  // namespace vethlab
