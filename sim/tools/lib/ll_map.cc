// iproute2: lib/ll_map.c
#include "sim/tools/lib/ll_map.h"

#include "sim/tools/lib/utils.h"

namespace vethlab {

void ll_map::remember(const nlmsg_view& msg) {
    if (msg.hdr.nlmsg_type != rtm::newlink && msg.hdr.nlmsg_type != rtm::dellink) return;
    const auto head = msg.head<ifinfomsg>();
    const auto index = std::uint32_t(head.ifi_index);
    if (msg.hdr.nlmsg_type == rtm::dellink) {
        by_index_.erase(index);
        return;
    }
    const auto attrs = msg.attrs<ifinfomsg>();
    const nlattr* name = attrs.get(ifla::ifname);
    if (!name) return;
    ll_entry e{index, head.ifi_flags, head.ifi_type, std::string(name->str()), {}};
    const nlattrs properties = attrs.nested(ifla::prop_list);
    for (const auto& alt : properties.all()) {
        if (alt.type == ifla::alt_ifname) e.altnames.emplace_back(alt.str());
    }
    by_index_[index] = std::move(e);
}

void ll_map::init() {
    if (complete_) return;
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    request.head(ifinfomsg{});
    request.put_u32(ifla::ext_mask, rtext_filter::vf);
    request.end();
    complete_ = rtnl_.dump(request, [&](const nlmsg_view& msg) {
        remember(msg);
        return true;
    });
}

std::uint32_t ll_map::ask(const std::string* name, std::uint32_t index) {
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    ifinfomsg head{};
    head.ifi_index = std::int32_t(index);
    request.head(head);
    request.put_u32(ifla::ext_mask, rtext_filter::vf | rtext_filter::skip_stats);
    if (name) {
        request.put_str(check_ifname(*name) ? ifla::ifname : ifla::alt_ifname, *name);
    }
    request.end();
    std::vector<std::byte> answer;
    if (rtnl_.talk(request, &answer, rtnl_errors::hide) != err::ok) return 0;
    const nlmsg_view msg = first_message(answer);
    remember(msg);
    return std::uint32_t(msg.head<ifinfomsg>().ifi_index);
}

std::uint32_t ll_map::name_to_index(const std::string& name) {
    for (const auto& [index, e] : by_index_) {
        if (e.name == name) return index;
        for (const auto& alt : e.altnames) {
            if (alt == name) return index;
        }
    }
    if (const auto index = ask(&name, 0)) return index;
    // if_nametoindex(3): its ioctl takes "v0:1", an alias, for device v0.
    if (const auto colon = name.find(':'); colon != name.npos && name.size() < ifnamsiz) {
        const std::string device = name.substr(0, colon);
        if (const auto index = ask(&device, 0)) return index;
    }
    // ll_idx_a2n: the name that an unknown index prints as.
    if (!name.starts_with("if")) return 0;
    const auto index = get_unsigned(name.substr(2), 10);
    return index && strf("if%u", *index) == name ? *index : 0;
}

std::string ll_map::index_to_name(std::uint32_t index) {
    if (index == 0) return "*";
    if (!known(index)) ask(nullptr, index);
    const auto it = by_index_.find(index);
    return it != by_index_.end() ? it->second.name : strf("if%u", index);
}

int ll_map::index_to_flags(std::uint32_t index) const {
    const auto it = by_index_.find(index);
    return index == 0 ? 0 : it != by_index_.end() ? int(it->second.flags) : -1;
}

std::uint16_t ll_map::index_to_type(std::uint32_t index) const {
    const auto it = by_index_.find(index);
    return it != by_index_.end() ? it->second.type : std::uint16_t(0xffff);
}

}  // namespace vethlab
