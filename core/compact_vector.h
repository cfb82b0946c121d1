#pragma once
// A vector of one pointer, for what is empty or short in things of which there are many: nothing
// while it is empty, else one block with the counts and the items.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <utility>

namespace vethlab {

template <class T>
class compact_vector {
 public:
    compact_vector() = default;
    compact_vector(compact_vector&& other) noexcept
        : items_(std::exchange(other.items_, nullptr)) {}
    compact_vector(const compact_vector& other) {
        reserve(other.size());
        for (const T& value : other) push_back(value);
    }
    compact_vector& operator=(compact_vector other) noexcept {
        std::swap(items_, other.items_);
        return *this;
    }
    ~compact_vector() { clear(); }

    T* begin() { return items_; }
    T* end() { return items_ + size(); }
    const T* begin() const { return items_; }
    const T* end() const { return items_ + size(); }
    auto rbegin() const { return std::make_reverse_iterator(end()); }
    auto rend() const { return std::make_reverse_iterator(begin()); }
    std::size_t size() const { return items_ ? counts().size : 0; }
    bool empty() const { return size() == 0; }
    T& operator[](std::size_t i) { return items_[i]; }
    const T& operator[](std::size_t i) const { return items_[i]; }
    T& front() { return items_[0]; }
    T& back() { return end()[-1]; }

    void reserve(std::size_t n) {
        if (n > capacity()) move_to_block_of(n);
    }
    void resize(std::size_t n) {
        while (size() < n) push_back(T{});
        erase_from(begin() + n);
    }
    void push_back(T value) {
        const std::size_t n = size();
        if (n == capacity()) move_to_block_of(n + 1 + n / 2);
        std::construct_at(items_ + n, std::move(value));
        counts().size++;
    }
    T* insert(const T* at, T value) {
        const auto i = at - begin();
        push_back(std::move(value));
        std::rotate(begin() + i, end() - 1, end());
        return begin() + i;
    }
    void erase(const T* at) {
        for (T* p = begin() + (at - begin()); p + 1 < end(); p++) *p = std::move(p[1]);
        erase_from(end() - 1);
    }
    void remove(const T& value) {
        remove_if([&](const T& v) { return v == value; });
    }
    template <class Condition>
    void remove_if(Condition condition) {
        erase_from(std::remove_if(begin(), end(), condition));
    }
    void clear() { erase_from(begin()); }

 private:
    struct block_counts {
        std::uint32_t size, capacity;
    };
    // The counts stand in front of the first item.
    static constexpr std::size_t head = std::max(sizeof(block_counts), alignof(T));
    static_assert(head <= alignof(std::max_align_t));

    char* block() const { return reinterpret_cast<char*>(items_) - head; }
    block_counts& counts() const { return *reinterpret_cast<block_counts*>(block()); }
    std::size_t capacity() const { return items_ ? counts().capacity : 0; }

    void move_to_block_of(std::size_t n) {
        const std::size_t count = size();
        auto* fresh = static_cast<char*>(::operator new(head + n * sizeof(T)));
        new (fresh) block_counts{std::uint32_t(count), std::uint32_t(n)};
        T* const items = reinterpret_cast<T*>(fresh + head);
        std::uninitialized_move(begin(), end(), items);
        clear();
        items_ = items;
    }
    void erase_from(T* at) {
        std::destroy(at, end());
        if (at != begin()) {
            counts().size = std::uint32_t(at - begin());
        } else if (items_) {
            ::operator delete(block());
            items_ = nullptr;
        }
    }
    T* items_ = nullptr;
};

}  // namespace vethlab
