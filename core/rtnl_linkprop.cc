// Linux: net/core/rtnetlink.c: rtnl_linkprop. Alternative names, the one property that there is.
#include <algorithm>

#include "core/kernel.h"
#include "core/registry.h"
#include "core/rtnl_link.h"

namespace vethlab {
namespace {

// Linux lets a link message decide (its size); here a number.
constexpr std::size_t max_altnames = 32;

bool dev_valid_altname(std::string_view name) {
    if (name.empty() || name.size() >= altifnamsiz || name == "." || name == "..") return false;
    return name.find_first_of("/: \t\n\r\f\v") == std::string_view::npos;
}

err rtnl_linkprop(rtnl_request& r, bool add) {
    const auto ifm = r.msg.head<ifinfomsg>();
    const auto tb = r.msg.attrs<ifinfomsg>();
    if (!names_device(ifm, tb)) return err::inval;
    net_device* dev = rtnl_dev_get(r.net, ifm, tb);
    if (!dev) return err::nodev;
    const nlattrs props = tb.nested(ifla::prop_list);
    bool changed = false;
    for (const nlattr& a : props.all()) {
        if (a.type != ifla::alt_ifname) return err::inval;
        const std::string name(a.str());
        if (add) {
            if (!dev_valid_altname(name)) return err::inval;
            if (r.net.dev_base_head.contains(name)) return err::exist;
            if (dev->altnames().size() == max_altnames) return err::nospc;
            dev->make_more().altnames.push_back(name);
            r.net.dev_base_head.add_name(name, *dev);
        } else {
            if (!r.net.dev_base_head.contains(name)) return err::noent;
            const auto names = dev->altnames();
            const auto known = std::find(names.begin(), names.end(), name);
            if (known == names.end()) return err::inval;
            r.net.dev_base_head.remove_name(name);
            dev->more->altnames.erase(&*known);
        }
        changed = true;
    }
    if (changed) netdev_state_change(*dev);
    return err::ok;
}

}  // namespace

err rtnl_newlinkprop(rtnl_request& r, nlmsg_builder&) { return rtnl_linkprop(r, true); }
err rtnl_dellinkprop(rtnl_request& r, nlmsg_builder&) { return rtnl_linkprop(r, false); }

}  // namespace vethlab
