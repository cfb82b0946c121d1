#pragma once
// A vector of one pointer, for what is empty or short in things of which there are many: nothing
// while it is empty, else one block with the counts and the items. A single pointer needs no block,
// it stands in the vector itself (and is gone when it is moved from).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace vethlab {

template <class T>
inline constexpr bool is_pointer_or_owner = std::is_pointer_v<T>;
template <class T>
inline constexpr bool is_pointer_or_owner<std::unique_ptr<T>> = true;

template <class T>
class compact_vector {
 public:
    compact_vector() = default;
    compact_vector(compact_vector&& other) noexcept { swap(other); }
    compact_vector(const compact_vector& other) {
        reserve(other.size());
        for (const T& value : other) push_back(value);
    }
    compact_vector& operator=(compact_vector other) noexcept {
        swap(other);
        return *this;
    }
    ~compact_vector() { clear(); }

    T* begin() { return items(); }
    T* end() { return items() + size(); }
    const T* begin() const { return items(); }
    const T* end() const { return items() + size(); }
    auto rbegin() const { return std::make_reverse_iterator(end()); }
    auto rend() const { return std::make_reverse_iterator(begin()); }
    std::size_t size() const { return !word() ? 0 : is_single() ? 1 : counts().size; }
    bool empty() const { return size() == 0; }
    T& operator[](std::size_t i) { return items()[i]; }
    const T& operator[](std::size_t i) const { return items()[i]; }
    T& front() { return items()[0]; }
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
        if constexpr (of_pointers) {
            if (!word() && value) {
                new (place_) T(std::move(value));
                return;
            }
        }
        if (n == capacity()) move_to_block_of(n + 1 + n / 2);
        std::construct_at(items() + n, std::move(value));
        counts().size++;
    }
    T* insert(const T* at, T value) {
        const auto i = at - begin();
        push_back(std::move(value));
        std::rotate(begin() + i, end() - 1, end());
        return begin() + i;
    }
    void erase(const T* at) {
        if (empty()) return;  // a single one that was moved from
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

    // Pointers, owners or not, of which one may stand in place_; a block is then marked there.
    static constexpr bool of_pointers = is_pointer_or_owner<T>;
    static constexpr std::uintptr_t block_mark = of_pointers ? 1 : 0;

    std::uintptr_t word() const {
        std::uintptr_t w;
        std::memcpy(&w, place_, sizeof w);
        return w;
    }
    void set_word(std::uintptr_t w) { std::memcpy(place_, &w, sizeof w); }
    void swap(compact_vector& other) {
        const std::uintptr_t mine = word();
        set_word(other.word());
        other.set_word(mine);
    }
    bool is_single() const { return of_pointers && word() && !(word() & block_mark); }
    T* items() const {
        if (is_single()) return std::launder(reinterpret_cast<T*>(const_cast<std::byte*>(place_)));
        return reinterpret_cast<T*>(word() ? word() - block_mark : 0);
    }
    char* block() const { return reinterpret_cast<char*>(items()) - head; }
    block_counts& counts() const { return *reinterpret_cast<block_counts*>(block()); }
    std::size_t capacity() const { return !word() ? 0 : is_single() ? 1 : counts().capacity; }

    void move_to_block_of(std::size_t n) {
        const std::size_t count = size();
        auto* fresh = static_cast<char*>(::operator new(head + n * sizeof(T)));
        new (fresh) block_counts{std::uint32_t(count), std::uint32_t(n)};
        T* const fresh_items = reinterpret_cast<T*>(fresh + head);
        std::uninitialized_move(begin(), end(), fresh_items);
        clear();
        set_word(reinterpret_cast<std::uintptr_t>(fresh_items) + block_mark);
    }
    void erase_from(T* at) {
        T *const first = begin(), *const last = end();
        if (at == last && at != first) return;
        const bool single = is_single();  // afterwards an owner that stood there may have left zero
        std::destroy(at, last);
        if (single) {
            set_word(0);
        } else if (at != first) {
            counts().size = std::uint32_t(at - first);
        } else if (word()) {
            ::operator delete(block());
            set_word(0);
        }
    }
    // Where the items are, or a single pointer; as bytes, for it may be read as either.
    alignas(std::uintptr_t) std::byte place_[sizeof(std::uintptr_t)] = {};
};

}  // namespace vethlab
