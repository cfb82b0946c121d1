#pragma once
// Linux: struct net (dev_base_head, dev_name_head, dev_by_index). The devices of a namespace: in
// the order of joining, by number and by name. Most namespaces have two, and do without tables.
#include <cstddef>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

#include "core/net_device.h"

namespace vethlab {

class netdev_list {
 public:
    netdev_list() = default;
    netdev_list(const netdev_list&) = delete;

    class iterator {
     public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = net_device*;
        using difference_type = std::ptrdiff_t;
        using pointer = net_device**;
        using reference = net_device*;
        explicit iterator(net_device* dev) : dev_(dev) {}
        net_device* operator*() const { return dev_; }
        iterator& operator++() {
            dev_ = dev_->list_next;
            return *this;
        }
        iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator&) const = default;

     private:
        net_device* dev_;
    };
    iterator begin() const {
        look();
        return iterator(first_);
    }
    iterator end() const { return iterator(nullptr); }
    // Without a look. From there by list_next and list_prev.
    net_device* first() const { return first_; }
    net_device* last() const { return last_; }
    std::vector<net_device*> by_index() const;  // as dumps show them

    net_device* find(int ifindex) const;
    net_device* find(std::string_view name) const;  // or one of its altnames
    bool contains(int ifindex) const { return find(ifindex) != nullptr; }
    bool contains(std::string_view name) const { return find(name) != nullptr; }

    // lo, number 1 and the first of all, is made when somebody looks at the devices or asks for
    // it. Most namespaces pass frames without that.
    void expect_lo(netns& net) {
        lo_.to_make_in = &net;
        lo_is_made_ = false;
    }
    void look() const {
        if (!lo_is_made_) make_lo();
    }
    net_device* lo() const {
        look();
        return lo_.made;
    }
    void set_lo(net_device& dev) { lo_.made = &dev; }
    net_device* lo_if_made() const { return lo_is_made_ ? lo_.made : nullptr; }
    // With its number and all of its names.
    void add(net_device& dev);
    void remove(net_device& dev);
    // A device of the list that has got a name, or is about to lose it.
    void add_name(std::string_view name, net_device& dev);
    void remove_name(std::string_view name);

 private:
    static constexpr std::uint32_t short_list = 8;
    struct tables;

    void make_lo() const;

    mutable union {
        net_device* made = nullptr;
        netns* to_make_in;
    } lo_;
    net_device *first_ = nullptr, *last_ = nullptr;
    std::uint32_t size_ = 0;
    mutable bool lo_is_made_ = true;
    struct tables_deleter {
        void operator()(tables* t) const;
    };
    std::unique_ptr<tables, tables_deleter> tables_;  // once the list is long
};

}  // namespace vethlab
