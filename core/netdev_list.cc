// Linux: net/core/dev.c list_netdevice, netdev_name_node_lookup, dev_get_by_index
#include "core/netdev_list.h"

#include <algorithm>
#include <utility>

#include "core/netns.h"

namespace vethlab {
namespace {

// Open addressing; what stands in the table has its hash with it.
class device_table {
 public:
    // The device with this hash that `is_it`, or nullptr.
    template <class Condition>
    net_device* find(std::uint32_t hash, Condition is_it) const {
        const std::size_t at = place_of(hash, is_it);
        return at == nowhere ? nullptr : items_[at].dev;
    }
    void add(std::uint32_t hash, net_device& dev) {
        if (8 * ++used_ > 7 * items_.size()) grow();
        place(items_, {&dev, hash});
    }
    template <class Condition>
    void remove(std::uint32_t hash, Condition is_it) {
        std::size_t hole = place_of(hash, is_it);
        if (hole == nowhere) return;
        used_--;
        // What lies behind the hole moves up when its home is at or before it.
        const std::size_t last = items_.size() - 1;
        for (std::size_t i = (hole + 1) & last; items_[i].dev; i = (i + 1) & last) {
            if (((i - items_[i].hash) & last) < ((i - hole) & last)) continue;
            items_[hole] = items_[i];
            hole = i;
        }
        items_[hole] = {};
    }

 private:
    struct item {
        net_device* dev = nullptr;
        std::uint32_t hash = 0;
    };
    static constexpr std::size_t nowhere = SIZE_MAX;

    template <class Condition>
    std::size_t place_of(std::uint32_t hash, Condition is_it) const {
        if (items_.empty()) return nowhere;
        const std::size_t last = items_.size() - 1;
        for (std::size_t at = hash & last; items_[at].dev; at = (at + 1) & last) {
            if (items_[at].hash == hash && is_it(*items_[at].dev)) return at;
        }
        return nowhere;
    }
    static void place(std::vector<item>& table, const item& what) {
        const std::size_t last = table.size() - 1;
        std::size_t at = what.hash & last;
        while (table[at].dev) at = (at + 1) & last;
        table[at] = what;
    }
    void grow() {
        std::vector<item> table(std::max<std::size_t>(2 * items_.size(), 32));
        for (const item& i : items_) {
            if (i.dev) place(table, i);
        }
        items_ = std::move(table);
    }

    std::vector<item> items_;  // a power of two
    std::size_t used_ = 0;
};

std::uint32_t hash_of(std::string_view name) {
    std::uint64_t h = 14695981039346656037u;
    for (const char c : name) h = (h ^ std::uint8_t(c)) * 1099511628211u;
    return std::uint32_t(h ^ h >> 32);
}
// Numbers are given one after the other: apart in the table they leave gaps.
std::uint32_t hash_of(int ifindex) { return std::uint32_t(ifindex) * 0x9e3779b1u; }

auto is_called(std::string_view name) {
    return [name](const net_device& dev) {
        return dev.name == name ||
               std::ranges::find(dev.altnames(), name) != dev.altnames().end();
    };
}
auto has_number(int ifindex) {
    return [ifindex](const net_device& dev) { return dev.ifindex == ifindex; };
}

}  // namespace

struct netdev_list::tables {
    device_table by_index, by_name;

    void add(net_device& dev) {
        by_index.add(hash_of(dev.ifindex), dev);
        by_name.add(hash_of(dev.name), dev);
        for (const auto& name : dev.altnames()) by_name.add(hash_of(name), dev);
    }
    void remove(net_device& dev) {
        by_index.remove(hash_of(dev.ifindex), has_number(dev.ifindex));
        by_name.remove(hash_of(dev.name), is_called(dev.name));
        for (const auto& name : dev.altnames()) by_name.remove(hash_of(name), is_called(name));
    }
};
void netdev_list::tables_deleter::operator()(tables* t) const { delete t; }

std::vector<net_device*> netdev_list::by_index() const {
    std::vector<net_device*> all;
    all.reserve(size_);
    for (net_device* dev : *this) all.push_back(dev);
    const auto before = [](const net_device* a, const net_device* b) {
        return a->ifindex < b->ifindex;
    };
    if (!std::is_sorted(all.begin(), all.end(), before)) std::sort(all.begin(), all.end(), before);
    return all;
}

void netdev_list::make_lo() const {
    netns& net = *lo_.to_make_in;
    lo_ = {};
    lo_is_made_ = true;
    loopback_dev_make(net);
}

net_device* netdev_list::find(int ifindex) const {
    if (ifindex == loopback_ifindex) look();
    if (tables_) return tables_->by_index.find(hash_of(ifindex), has_number(ifindex));
    net_device* dev = first_;
    while (dev && dev->ifindex != ifindex) dev = dev->list_next;
    return dev;
}

net_device* netdev_list::find(std::string_view name) const {
    if (name == "lo") look();
    const auto is_it = is_called(name);
    if (tables_) return tables_->by_name.find(hash_of(name), is_it);
    net_device* dev = first_;
    while (dev && !is_it(*dev)) dev = dev->list_next;
    return dev;
}

void netdev_list::add(net_device& dev) {
    dev.list_prev = dev.is_loopback() ? nullptr : last_;
    dev.list_next = dev.is_loopback() ? first_ : nullptr;
    (dev.list_prev ? dev.list_prev->list_next : first_) = &dev;
    (dev.list_next ? dev.list_next->list_prev : last_) = &dev;
    size_++;
    if (tables_) return tables_->add(dev);
    if (size_ <= short_list) return;
    tables_.reset(new tables);
    for (net_device* each = first_; each; each = each->list_next) tables_->add(*each);
}

void netdev_list::remove(net_device& dev) {
    (dev.list_prev ? dev.list_prev->list_next : first_) = dev.list_next;
    (dev.list_next ? dev.list_next->list_prev : last_) = dev.list_prev;
    dev.list_next = dev.list_prev = nullptr;
    size_--;
    if (tables_) tables_->remove(dev);
}

void netdev_list::add_name(std::string_view name, net_device& dev) {
    if (tables_) tables_->by_name.add(hash_of(name), dev);
}

void netdev_list::remove_name(std::string_view name) {
    if (tables_) tables_->by_name.remove(hash_of(name), is_called(name));
}

}  // namespace vethlab
