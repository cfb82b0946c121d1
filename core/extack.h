#pragma once
// Linux: struct netlink_ext_ack (include/linux/netlink.h). The sentence beside an errno.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/uapi/err.h"

namespace vethlab {

struct netlink_ext_ack {
    std::string msg;
    std::uint16_t miss_type = 0;  // NLMSGERR_ATTR_MISS_TYPE
    bool has_miss_type = false;

    // NL_SET_ERR_MSG: `return extack.set(err::inval, "Invalid prefix");`
    err set(err e, std::string_view text) {
        msg = text;
        return e;
    }
};

}  // namespace vethlab
