#pragma once
// glibc: if_nametoindex(3), getifaddrs(3), by way of rtnetlink.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/process.h"

namespace vethlab {

struct link_info {
    int index = 0;
    std::string name;
    std::vector<std::string> altnames;
    std::uint32_t flags = 0;
    std::uint16_t type = 0;
    std::size_t addr_len = 0;
    mac_address address, broadcast;
};
std::vector<link_info> list_links(process& p);
std::vector<std::string> altnames_of(const nlattrs& link);
// An ioctl takes a device by any of its names.
template <class Link>
bool is_called(const Link& link, std::string_view name) {
    if (link.name == name) return true;
    for (const auto& alt : link.altnames) {
        if (alt == name) return true;
    }
    return false;
}
std::optional<link_info> link_by_name(process& p, std::string_view name);

struct ipv4_label {
    int index = 0;
    std::string label;  // what getifaddrs gives as the name
    ipv4_address local;
};
std::vector<ipv4_label> list_ipv4_labels(process& p);

struct ipv6_label {
    int index = 0;
    ipv6_address local;
};
std::vector<ipv6_label> list_ipv6_addresses(process& p);

// The number of the device of the route to `dst` (RTM_GETROUTE), or why there is none.
err route_device(process& p, ipv4_address dst, int& index);

}  // namespace vethlab
