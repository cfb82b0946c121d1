// Linux: net/core/sysctl_net_core.c; net/ipv6/addrconf.c: the keys of IPv6 that switch it off.
// Here: IPv6 is not there in any case, so those are only remembered.
#include "core/sysctl_net.h"

#include "core/sysctl.h"

namespace vethlab {
namespace {

// "all/disable_ipv6" -> where that is kept; nullptr: no such file.
bool* disable_ipv6(netns& net, std::string_view rest) {
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos || rest.substr(slash + 1) != "disable_ipv6") return nullptr;
    const std::string_view who = rest.substr(0, slash);
    if (who == "all") return &net.ipv6.disable_all;
    if (who == "default") return &net.ipv6.disable_default;
    net_device* dev = dev_get_by_name(net, who);
    return dev ? &dev->disable_ipv6 : nullptr;
}

}  // namespace

err ipv6_conf_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    const bool* b = disable_ipv6(net, rest);
    if (!b) return err::noent;
    value = *b ? "1" : "0";
    return err::ok;
}

err ipv6_conf_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    bool* b = disable_ipv6(net, rest);
    if (!b) return err::noent;
    std::int64_t v = 0;
    if (const err e = parse_int(value, v); e != err::ok) return e;
    *b = v != 0;
    if (b == &net.ipv6.disable_all) {
        net.ipv6.disable_default = *b;
        for (net_device* dev : net.dev_base_head) dev->disable_ipv6 = *b;
    }
    return err::ok;
}

void ipv6_conf_sysctl_list(netns& net, std::vector<std::string>& rests) {
    rests.push_back("all/disable_ipv6");
    rests.push_back("default/disable_ipv6");
    for (const net_device* dev : net.dev_base_head) rests.push_back(dev->name + "/disable_ipv6");
}

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
