// bridge-utils: libbridge/libbridge_{devif,if,misc}.c
#include "sim/tools/brctl/libbridge.h"

#include <algorithm>
#include <map>

#include "core/uapi/if.h"
#include "sim/tools/lib/links.h"

namespace vethlab {
namespace {

brctl_link link_of(const nlmsg_view& msg) {
    const auto head = msg.head<ifinfomsg>();
    const auto attrs = msg.attrs<ifinfomsg>();
    brctl_link link;
    link.index = std::uint32_t(head.ifi_index);
    link.flags = head.ifi_flags;
    if (auto* a = attrs.get(ifla::ifname)) link.name = a->str();
    link.altnames = altnames_of(attrs);
    if (auto* a = attrs.get(ifla::master)) link.master = a->u32();
    const auto info = attrs.nested(ifla::linkinfo);
    const auto is = [&](std::uint16_t kind) {
        const nlattr* a = info.get(kind);
        return a && a->str() == "bridge";
    };
    link.is_bridge = is(ifla_info::kind);
    link.is_port = is(ifla_info::slave_kind);
    const nlattr* data = info.get(link.is_bridge ? ifla_info::data : ifla_info::slave_data);
    if (data) link.info.assign(data->data.begin(), data->data.end());
    return link;
}

void put_value(nlmsg_builder& b, std::uint16_t attr, libbridge::width w, std::uint32_t v) {
    switch (w) {
        case libbridge::width::u8:
            b.put_u8(attr, std::uint8_t(v));
            break;
        case libbridge::width::u16:
            b.put_u16(attr, std::uint16_t(v));
            break;
        case libbridge::width::u32:
            b.put_u32(attr, v);
            break;
    }
}

// struct ifreq: a longer name loses its end on the way into the kernel.
// An ioctl takes "v0:1", an alias, for device v0.
std::string device_of(const std::string& name) { return name.substr(0, name.find(':')); }
bool is_alias(const std::string& name) { return name.find(':') != std::string::npos; }

std::string kernel_name(const std::string& name) { return name.substr(0, ifnamsiz - 1); }

}  // namespace

std::vector<brctl_link> libbridge::links() {
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    request.head(ifinfomsg{});
    request.end();
    std::vector<brctl_link> out;
    rth_.dump(request, [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type == rtm::newlink) out.push_back(link_of(msg));
        return true;
    });
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return out;
}

bool libbridge::find(const std::string& name, brctl_link& out) {
    if (name.size() >= ifnamsiz) return false;
    for (auto& link : links()) {
        if (!is_called(link, device_of(name))) continue;
        out = std::move(link);
        return true;
    }
    return false;
}

bool libbridge::exists(const std::string& name) {
    brctl_link link;
    return find(name, link);
}

err libbridge::find_bridge(const std::string& name, brctl_link& out) {
    if (!find(kernel_name(name), out)) return err::nodev;
    return out.is_bridge ? err::ok : err::opnotsupp;
}

err libbridge::add_bridge(const std::string& name) {
    if (name.empty()) return err::inval;  // rtnetlink would choose a name
    nlmsg_builder request;
    request.begin(rtm::newlink, nlm_f::create | nlm_f::excl);
    request.head(ifinfomsg{});
    request.put_str(ifla::ifname, kernel_name(name));
    const auto info = request.nest(ifla::linkinfo);
    request.put_str(ifla_info::kind, "bridge");
    request.end_nest(info);
    request.end();
    return rth_.talk(request, nullptr, rtnl_errors::hide);
}

// Linux: net/bridge/br_if.c:br_del_bridge. rtnetlink itself would also delete a bridge
// that is up.
err libbridge::del_bridge(const std::string& name) {
    brctl_link br;
    const err e = is_alias(name) ? err::nodev : find_bridge(name, br);
    if (e == err::nodev) return err::nxio;
    if (e != err::ok) return err::perm;
    if (br.flags & iff::up) return err::busy;
    nlmsg_builder request;
    request.begin(rtm::dellink, 0);
    ifinfomsg head{};
    head.ifi_index = std::int32_t(br.index);
    request.head(head);
    request.end();
    return rth_.talk(request, nullptr, rtnl_errors::hide);
}

err libbridge::set_master(const brctl_link& dev, std::uint32_t master) {
    nlmsg_builder request;
    request.begin(rtm::setlink, 0);
    ifinfomsg head{};
    head.ifi_index = std::int32_t(dev.index);
    request.head(head);
    request.put_u32(ifla::master, master);
    request.end();
    return rth_.talk(request, nullptr, rtnl_errors::hide);
}

// Linux: br_if.c:br_add_if refuses a device that has a master already; rtnetlink would
// release it from the other bridge first.
err libbridge::add_interface(const std::string& bridge, const std::string& dev) {
    brctl_link port, br;
    if (!find(dev, port)) return err::nodev;
    if (const err e = find_bridge(bridge, br); e != err::ok) return e;
    if (port.master && !port.is_bridge) return err::busy;
    return set_master(port, br.index);
}

err libbridge::del_interface(const std::string& bridge, const std::string& dev) {
    brctl_link port, br;
    if (!find(dev, port)) return err::nodev;
    if (const err e = find_bridge(bridge, br); e != err::ok) return e;
    if (port.master != br.index) return err::inval;
    return set_master(port, 0);
}

err libbridge::set_bridge(const std::string& bridge, std::uint16_t attr, width w, std::uint32_t v) {
    brctl_link br;
    if (const err e = find_bridge(bridge, br); e != err::ok) return e;
    nlmsg_builder request;
    request.begin(rtm::newlink, 0);
    ifinfomsg head{};
    head.ifi_index = std::int32_t(br.index);
    request.head(head);
    const auto info = request.nest(ifla::linkinfo);
    request.put_str(ifla_info::kind, "bridge");
    const auto data = request.nest(ifla_info::data);
    put_value(request, attr, w, v);
    request.end_nest(data);
    request.end_nest(info);
    request.end();
    return rth_.talk(request, nullptr, rtnl_errors::hide);
}

// Upstream writes into the port's sysfs directory without a look at the bridge, and asks
// the bridge only if there is no such directory.
err libbridge::set_port(const std::string& bridge, const std::string& port, std::uint16_t attr,
                        width w, std::uint32_t v) {
    brctl_link dev, br;
    if (!find(port, dev)) return err::nodev;
    if (!dev.is_port) {
        const err e = find_bridge(bridge, br);
        return e == err::ok ? err::noent : e;
    }
    if (dev.name != port) {
        // No such directory either: its other names are for ioctls.
        if (attr == ifla_brport::mode) return err::opnotsupp;
        if (const err e = find_bridge(bridge, br); e != err::ok) return e;
        if (dev.master != br.index) return err::noent;
    }
    nlmsg_builder request;
    request.begin(rtm::setlink, 0);
    ifinfomsg head{};
    head.ifi_family = af::bridge;
    head.ifi_index = std::int32_t(dev.index);
    request.head(head);
    const auto info = request.nest(ifla::protinfo | nla_f_nested);
    put_value(request, attr, w, v);
    request.end_nest(info);
    request.end();
    const err e = rth_.talk(request, nullptr, rtnl_errors::hide);
    if (e == err::ok || attr == ifla_brport::mode) return e;
    // What the file refuses is tried by ioctl, which begins with the bridge. Where that has no
    // such port, the file's error stands.
    const err missing = find_bridge(bridge, br);
    return missing != err::ok ? missing : e;
}

err libbridge::read_fdb(const std::string& bridge, std::vector<brctl_fdb_entry>& out) {
    brctl_link br;
    if (const err e = find_bridge(bridge, br); e != err::ok) return e;
    std::map<std::uint32_t, std::uint16_t> port_no;
    for (const auto& link : links()) {
        if (!link.is_port || link.master != br.index) continue;
        const auto attrs = link.attrs();
        if (auto* a = attrs.get(ifla_brport::no)) port_no[link.index] = a->u16();
    }
    nlmsg_builder request;
    request.begin(rtm::getneigh, 0);
    ndmsg head{};
    head.ndm_family = af::bridge;
    request.head(head);
    request.put_u32(nda::master, br.index);
    request.end();
    rth_.dump(request, [&](const nlmsg_view& msg) {
        const auto ndm = msg.head<ndmsg>();
        const auto attrs = msg.attrs<ndmsg>();
        const nlattr* master = attrs.get(nda::master);
        const nlattr* mac = attrs.get(nda::lladdr);
        const auto port = port_no.find(std::uint32_t(ndm.ndm_ifindex));
        if (!master || master->u32() != br.index || !mac) return true;
        if (port == port_no.end() || ndm.ndm_state & nud::stale) return true;
        const bool fixed = ndm.ndm_state & (nud::permanent | nud::noarp);
        const nlattr* times = attrs.get(nda::cacheinfo);
        out.push_back({mac->mac(), port->second, bool(ndm.ndm_state & nud::permanent),
                       times && !fixed ? times->as<nda_cacheinfo>().ndm_updated : 0});
        return true;
    });
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.mac < b.mac; });
    return err::ok;
}

}  // namespace vethlab
