#pragma once
// A vector that is nearly always empty: one pointer then.
#include <memory>
#include <vector>

namespace vethlab {

template <class T>
class rare_vector {
 public:
    rare_vector() = default;
    rare_vector(rare_vector&&) = default;
    rare_vector(const rare_vector& other)
        : items_(other.items_ ? std::make_unique<std::vector<T>>(*other.items_) : nullptr) {}

    T* begin() { return items_ ? items_->data() : nullptr; }
    T* end() { return begin() + size(); }
    const T* begin() const { return items_ ? items_->data() : nullptr; }
    const T* end() const { return begin() + size(); }
    std::size_t size() const { return items_ ? items_->size() : 0; }
    bool empty() const { return size() == 0; }
    T& operator[](std::size_t i) { return (*items_)[i]; }
    const T& operator[](std::size_t i) const { return (*items_)[i]; }
    T& back() { return items_->back(); }

    void reserve(std::size_t n) { get().reserve(n); }
    void resize(std::size_t n) { get().resize(n); }
    void push_back(T value) { get().push_back(std::move(value)); }
    T* insert(const T* at, T value) {
        const auto i = at - begin();
        get().insert(get().begin() + i, std::move(value));
        return begin() + i;
    }
    void erase(const T* at) {
        items_->erase(items_->begin() + (at - begin()));
        forget_empty();
    }
    void remove(const T& value) {
        remove_if([&](const T& v) { return v == value; });
    }
    template <class Condition>
    void remove_if(Condition condition) {
        if (items_) std::erase_if(*items_, condition);
        forget_empty();
    }
    void clear() { items_.reset(); }

 private:
    std::vector<T>& get() {
        if (!items_) items_ = std::make_unique<std::vector<T>>();
        return *items_;
    }
    void forget_empty() {
        if (empty()) items_.reset();
    }
    std::unique_ptr<std::vector<T>> items_;
};

}  // namespace vethlab
