#pragma once
// Linux: include/uapi/linux/if_link.h. Virtual functions in a link message.
#include <cstdint>

namespace vethlab::ifla_vf {
enum : std::uint16_t { info = 1, mac = 1 };
}
