// iproute2: ip/iplink.c (the second half of iplink_parse)
#include "sim/tools/ip/link_draft.h"

namespace vethlab {
namespace {

// nl_get_ll_addr_len: negative for a device that is not there.
int device_address_length(ip_context& ip, const std::string& device) {
    const auto ifindex = ip.ll.name_to_index(device);
    if (!ifindex) return -1;
    nlmsg_builder request;
    ifinfomsg head{};
    head.ifi_index = std::int32_t(ifindex);
    request.begin(rtm::getlink, 0);
    request.head(head);
    request.end();
    std::vector<std::byte> answer;
    if (ip.rth.talk(request, &answer) != err::ok) return -1;
    const auto attrs = first_message(answer).attrs<ifinfomsg>();
    const nlattr* address = attrs.get(ifla::address);
    return address ? int(address->data.size()) : -1;
}

}  // namespace

bool link_draft::address_length_fits() {
    if (!dev || !addr_len) return true;
    const int expected = device_address_length(ip, *dev);
    if (expected < 0 || expected == addr_len) return true;
    ip.p.err->printf("Invalid address length %d - must be %d bytes\n", addr_len, expected);
    return false;
}

int link_draft::finish() {
    if (!name) {
        name = dev;
    } else if (!dev) {
        dev = name;
    }
    if (!req.create && !address_length_fits()) return 1;
    if (index && !req.create && !netns_given) {
        return ip.fatal(255,
                        "index can be used only when creating devices or when moving "
                        "device to another netns.");
    }
    if (group && !dev) return finish_group();
    return req.create ? finish_add() : finish_set();
}

// `ip link set group N ...`: all devices of a group.
int link_draft::finish_group() {
    if (a.more()) {
        return ip.fatal(255, strf("Garbage instead of arguments \"%s ...\". Try \"ip link help\".",
                                  a.word().c_str()));
    }
    if (req.create) return ip.fatal(255, "group cannot be used when creating devices.");
    return 0;
}

int link_draft::finish_set() {
    if (!dev) return ip.fatal(255, "Not enough information: \"dev\" argument is required.");
    req.i.ifi_index = std::int32_t(ip.ll.name_to_index(*dev));
    if (!req.i.ifi_index) return ip.nodev(*dev);
    if (index) req.attrs.put_u32(ifla::new_ifindex, std::uint32_t(index));
    if (*name != *dev) req.attrs.put_str(ifla::ifname, *name);
    return 0;
}

int link_draft::finish_add() {
    if (name != dev) {
        return ip.fatal(255, "both \"name\" and \"dev\" cannot be used when creating devices.");
    }
    if (link) {
        const auto ifindex = ip.ll.name_to_index(*link);
        if (!ifindex) return ip.nodev(*link);
        req.attrs.put_u32(ifla::link, ifindex);
    }
    req.i.ifi_index = index;
    if (name) req.attrs.put_str(ifla::ifname, *name);
    return 0;
}

}  // namespace vethlab
