#pragma once
// What files of the packet path keep for a namespace: each derives its own part, and makes it
// when first needed. Most namespaces never have one.
#include <array>
#include <memory>

namespace vethlab {

struct netns_part {
    virtual ~netns_part() = default;
};

template <std::size_t count>
class netns_parts {
 public:
    std::unique_ptr<netns_part>& operator[](std::size_t i) {  // to be filled
        if (!all_) all_ = std::make_unique<array>();
        return (*all_)[i];
    }
    netns_part* get(std::size_t i) const { return all_ ? (*all_)[i].get() : nullptr; }

 private:
    using array = std::array<std::unique_ptr<netns_part>, count>;
    std::unique_ptr<array> all_;
};

}  // namespace vethlab
