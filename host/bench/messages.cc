#include "host/bench/messages.h"

#include "core/uapi/if.h"
#include "core/uapi/netlink.h"

namespace vethlab::host {
namespace {

void put_end(nlmsg_builder& m, const veth_end& end) {
    m.head(ifinfomsg{0, 0, 0, end.index, 0, 0});
    m.put_str(ifla::ifname, end.name);
    if (end.netns != no_ns) m.put_u32(ifla::net_ns_fd, std::uint32_t(end.netns));
}

}  // namespace

void put_bridge(nlmsg_builder& m, const std::string& name, int index) {
    m.head(ifinfomsg{0, 0, 0, index, iff::up, iff::up});
    m.put_str(ifla::ifname, name);
    const auto info = m.nest(ifla::linkinfo);
    m.put_str(ifla_info::kind, "bridge");
    const auto data = m.nest(ifla_info::data);
    m.put_u8(ifla_br::mcast_snooping, 0);
    m.end_nest(data);
    m.end_nest(info);
}

void put_veth(nlmsg_builder& m, const veth_end& end, const veth_end& peer) {
    put_end(m, end);
    const auto info = m.nest(ifla::linkinfo);
    m.put_str(ifla_info::kind, "veth");
    const auto data = m.nest(ifla_info::data);
    const auto other = m.nest(veth_info::peer);
    put_end(m, peer);
    m.end_nest(other);
    m.end_nest(data);
    m.end_nest(info);
}

void put_address(nlmsg_builder& m, int index, ipv4_address a, unsigned prefix) {
    m.head(ifaddrmsg{af::inet, std::uint8_t(prefix), 0, 0, std::uint32_t(index)});
    m.put_ip4(ifa::local, a);
    m.put_ip4(ifa::address, a);
}

}  // namespace vethlab::host
