// Linux: net/core/sysctl_net_core.c
#include "core/sysctl_net.h"

#include "core/sysctl.h"

namespace vethlab {
// The backlog is the machine's: the file stands in the first namespace only.
err net_core_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    if (rest != "netdev_max_backlog" || &net != &net.krn.init_net()) return err::noent;
    value = std::to_string(net.krn.netdev_max_backlog);
    return err::ok;
}

err net_core_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    if (rest != "netdev_max_backlog" || &net != &net.krn.init_net()) return err::noent;
    std::int64_t v = 0;
    if (const err e = parse_int(value, v); e != err::ok) return e;
    if (v < 0 || v > INT32_MAX) return err::inval;
    net.krn.netdev_max_backlog = std::uint32_t(v);
    return err::ok;
}

void net_core_sysctl_list(netns& net, std::vector<std::string>& rests) {
    if (&net == &net.krn.init_net()) rests.push_back("netdev_max_backlog");
}

}  // namespace vethlab
