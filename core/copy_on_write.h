#pragma once
// Values that most holders never change: they are read from one common place, and a holder gets
// a copy of its own with the first change.
#include <cstddef>

namespace vethlab {

// What holders have in common; it outlives them.
template <class T>
struct common_value {
    T value;
    bool is_common = true;  // false: a copy, which belongs to one holder

    auto& operator[](std::size_t i) { return value[i]; }  // of an array
    const auto& operator[](std::size_t i) const { return value[i]; }
};

// One pointer, for there are many.
template <class T>
class copy_on_write {
 public:
    explicit copy_on_write(const common_value<T>& common) : at_(&common) {}
    copy_on_write(const copy_on_write& other) : at_(other.at_) {
        if (!at_->is_common) at_ = copy();
    }
    copy_on_write& operator=(const copy_on_write&) = delete;
    ~copy_on_write() { forget_copy(); }

    const T& operator*() const { return at_->value; }
    const T* operator->() const { return &at_->value; }
    bool is_common() const { return at_->is_common; }
    void share(const common_value<T>& common) {
        forget_copy();
        at_ = &common;
    }
    // Where it differs.
    void set(const T& value) {
        if (!(value == **this)) own() = value;
    }
    T& own() {
        if (at_->is_common) at_ = copy();
        return const_cast<common_value<T>*>(at_)->value;  // made here, not const
    }

 private:
    common_value<T>* copy() const { return new common_value<T>{at_->value, false}; }
    void forget_copy() {
        if (!at_->is_common) delete at_;
    }
    const common_value<T>* at_;
};

}  // namespace vethlab
