#pragma once
// Linux: char name[IFNAMSIZ] (include/linux/netdevice.h). The name of a device, kept in place.
#include <cassert>
#include <cstring>
#include <string>
#include <string_view>

#include "core/uapi/if.h"

namespace vethlab {

class ifname {
 public:
    // At most ifnamsiz - 1 characters.
    ifname& operator=(std::string_view name) {
        assert(name.size() <= room);
        std::memset(data_, 0, sizeof data_);
        std::memcpy(data_, name.data(), name.size());
        data_[room] = char(room - name.size());
        return *this;
    }
    operator std::string_view() const { return {data_, room - std::size_t(data_[room])}; }
    const char* c_str() const { return data_; }
    std::string str() const { return std::string(std::string_view(*this)); }

    friend bool operator==(const ifname& a, std::string_view b) { return std::string_view(a) == b; }
    friend std::string operator+(std::string a, const ifname& b) { return a += b; }
    friend std::string operator+(const ifname& a, std::string_view b) { return a.str() += b; }

 private:
    static constexpr std::size_t room = ifnamsiz - 1;
    // The last says how many are free, so that it is the NUL of a name that fills the rest.
    char data_[ifnamsiz] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, room};
};

}  // namespace vethlab
