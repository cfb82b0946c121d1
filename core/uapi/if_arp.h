#pragma once
// Linux: include/uapi/linux/if_arp.h: what ioctl(SIOCSARP, SIOCDARP) asks.
#include <string>

#include "core/uapi/if.h"
#include "core/wire/address.h"

namespace vethlab {

namespace atf {
enum : std::uint32_t {
    com = 0x02,          // the hardware address is valid
    perm = 0x04,         // a permanent entry
    publ = 0x08,         // a proxy
    usetrailers = 0x10,  // no effect
    netmask = 0x20,
    dontpub = 0x40,
    magic = 0x80,  // no effect
};
}

struct arpreq {
    ipv4_address pa{};
    std::uint16_t ha_family = 0;  // arphrd::; 0: the device's
    mac_address ha{};
    std::uint32_t flags = 0;  // atf::
    ipv4_address netmask{};
    std::string dev{};  // empty: the one of the route to the address
};

}  // namespace vethlab
