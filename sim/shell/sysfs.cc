// Linux: net/core/net-sysfs.c. /sys/class/net/DEV/..., from what rtnetlink says of the device.
#include "sim/shell/files.h"

namespace vethlab::sh {
namespace {

constexpr const char* operstates[] = {"unknown", "notpresent", "down", "lowerlayerdown",
                                      "testing", "dormant",    "up"};

struct counter {
    std::string_view name;
    std::uint64_t rtnl_link_stats64::*field;
};
using stats = rtnl_link_stats64;
constexpr counter counters[] = {
    {"rx_packets", &stats::rx_packets},
    {"tx_packets", &stats::tx_packets},
    {"rx_bytes", &stats::rx_bytes},
    {"tx_bytes", &stats::tx_bytes},
    {"rx_errors", &stats::rx_errors},
    {"tx_errors", &stats::tx_errors},
    {"rx_dropped", &stats::rx_dropped},
    {"tx_dropped", &stats::tx_dropped},
    {"multicast", &stats::multicast},
    {"collisions", &stats::collisions},
    {"rx_length_errors", &stats::rx_length_errors},
    {"rx_over_errors", &stats::rx_over_errors},
    {"rx_crc_errors", &stats::rx_crc_errors},
    {"rx_frame_errors", &stats::rx_frame_errors},
    {"rx_fifo_errors", &stats::rx_fifo_errors},
    {"rx_missed_errors", &stats::rx_missed_errors},
    {"tx_aborted_errors", &stats::tx_aborted_errors},
    {"tx_carrier_errors", &stats::tx_carrier_errors},
    {"tx_fifo_errors", &stats::tx_fifo_errors},
    {"tx_heartbeat_errors", &stats::tx_heartbeat_errors},
    {"tx_window_errors", &stats::tx_window_errors},
    {"rx_compressed", &stats::rx_compressed},
    {"tx_compressed", &stats::tx_compressed},
    {"rx_nohandler", &stats::rx_nohandler},
};

// The RTM_NEWLINK about a device. The datagram must outlive what is read from it. Only who reads the
// carrier makes the kernel finish a change of it that is pending, as RTM_GETLINK for one device does.
std::optional<nlmsg_view> ask_link(process& p, std::string_view dev, bool carrier,
                                   std::vector<std::byte>& datagram) {
    nlmsg_builder request;
    request.begin(rtm::getlink, nlm_f::request | (carrier ? 0 : nlm_f::dump), 1);
    request.head(ifinfomsg{});
    if (carrier) request.put_str(ifla::ifname, dev);
    request.end();
    const auto channel = p.sys.netlink(p.ns);
    if (!channel || channel->send(request.view()) != err::ok) return std::nullopt;
    while (auto answer = channel->recv()) {
        datagram = std::move(*answer);
        bytes_view rest = datagram;
        while (const auto msg = nlmsg_next(rest)) {
            if (msg->hdr.nlmsg_type != rtm::newlink) return std::nullopt;
            const auto attrs = msg->attrs<ifinfomsg>();
            const nlattr* name = attrs.get(ifla::ifname);
            if (name && name->str() == dev) return msg;
        }
    }
    return std::nullopt;
}

std::string mac_text(const nlattr* a) {
    std::string s;
    if (!a) return s;
    for (const std::byte b : a->data) s += strf("%s%02x", s.empty() ? "" : ":", unsigned(b));
    return s;
}

std::optional<std::string> statistic(const nlattrs& attrs, std::string_view name) {
    const nlattr* a = attrs.get(ifla::stats64);
    if (!a) return std::nullopt;
    const auto all = a->as<rtnl_link_stats64>();
    for (const auto& c : counters) {
        if (c.name == name) return strf("%llu", static_cast<unsigned long long>(all.*c.field));
    }
    return std::nullopt;
}

struct link_view {
    ifinfomsg head;
    nlattrs attrs;

    std::string number(std::uint16_t type) const {
        const nlattr* a = attrs.get(type);
        return strf("%u", !a ? 0u : a->data.size() == 1 ? unsigned(a->u8()) : a->u32());
    }
    std::string text(std::uint16_t type) const {
        const nlattr* a = attrs.get(type);
        return a ? std::string(a->str()) : std::string();
    }
};

std::optional<std::string> plain_value(const link_view& link, std::string_view name) {
    if (name.starts_with("statistics/")) {
        return statistic(link.attrs, name.substr(std::string_view("statistics/").size()));
    }
    if (name == "mtu") return link.number(ifla::mtu);
    if (name == "address") return mac_text(link.attrs.get(ifla::address));
    if (name == "broadcast") return mac_text(link.attrs.get(ifla::broadcast));
    if (name == "ifindex") return strf("%d", link.head.ifi_index);
    if (name == "iflink") {
        return link.attrs.has(ifla::link) ? link.number(ifla::link)
                                          : strf("%d", link.head.ifi_index);
    }
    if (name == "tx_queue_len") return link.number(ifla::txqlen);
    if (name == "type") return strf("%u", unsigned(link.head.ifi_type));
    if (name == "ifalias") return link.text(ifla::ifalias);
    if (name == "link_mode") return link.number(ifla::linkmode);
    if (name == "netdev_group") return link.number(ifla::group);
    if (name == "proto_down") return link.number(ifla::proto_down);
    if (name == "carrier_changes") return link.number(ifla::carrier_changes);
    if (name == "carrier_up_count") return link.number(ifla::carrier_up_count);
    if (name == "carrier_down_count") return link.number(ifla::carrier_down_count);
    if (name == "addr_len") {
        const nlattr* a = link.attrs.get(ifla::address);
        return strf("%zu", a ? a->data.size() : std::size_t{0});
    }
    if (name == "operstate") {
        const nlattr* a = link.attrs.get(ifla::operstate);
        const std::size_t n = a ? a->u8() : 0;
        return std::string(n < std::size(operstates) ? operstates[n] : "unknown");
    }
    if (name == "flags") {
        // dev->flags: what rtnetlink adds (running, lower_up, dormant, echo) is not in it.
        return strf("0x%x", link.head.ifi_flags & ~0x70040u);
    }
    return std::nullopt;
}

}  // namespace

err read_sys_class_net(process& p, std::string_view rest, std::string& text) {
    const auto slash = rest.find('/');
    std::vector<std::byte> datagram;
    const auto name = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    const auto msg = ask_link(p, rest.substr(0, slash), name == "carrier", datagram);
    if (!msg) return err::noent;
    if (slash == std::string_view::npos) return err::isdir;
    const link_view link{msg->head<ifinfomsg>(), msg->attrs<ifinfomsg>()};
    const bool up = (link.head.ifi_flags & 1u) != 0;
    if (name == "carrier") {
        if (!up) return err::inval;
        text = link.number(ifla::carrier) + '\n';
        return err::ok;
    }
    const auto value = plain_value(link, name);
    if (!value) return err::noent;
    // An alias that is not set reads as nothing, not as an empty line.
    if (name != "ifalias" || !value->empty()) text = *value + '\n';
    return err::ok;
}

}  // namespace vethlab::sh
