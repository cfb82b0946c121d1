// ethtool: ethtool.c, netlink/settings.c, netlink/permaddr.c
#include "sim/tools/ethtool/ethtool.h"
#include "sim/tools/lib/libnetlink.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

void print_link_modes(process& p, const ethtool_link& link) {
    p.out->write(
        "\tSupported ports: [  ]\n"
        "\tSupported link modes:   Not reported\n"
        "\tSupported pause frame use: No\n"
        "\tSupports auto-negotiation: No\n"
        "\tSupported FEC modes: Not reported\n"
        "\tAdvertised link modes:  Not reported\n"
        "\tAdvertised pause frame use: No\n"
        "\tAdvertised auto-negotiation: No\n"
        "\tAdvertised FEC modes: Not reported\n");
    if (link.speed < 0) {
        p.out->write("\tSpeed: Unknown!\n");
    } else {
        p.out->printf("\tSpeed: %dMb/s\n", link.speed);
    }
    if (link.duplex == 1 || link.duplex == 0) {
        p.out->printf("\tDuplex: %s\n", link.duplex ? "Full" : "Half");
    } else {
        p.out->printf("\tDuplex: Unknown! (%d)\n", link.duplex);
    }
    p.out->printf("\tAuto-negotiation: off\n\tPort: %s\n\tPHYAD: 0\n\tTransceiver: internal\n",
                  link.port.c_str());
    if (link.has_mdix) p.out->write("\tMDI-X: Unknown\n");
}

const char* or_empty(const std::string& s) { return s.c_str(); }

}  // namespace

int ethtool_show_settings(ethtool_call& c) {
    ethtool_link link;
    if (const err e = c.port.link(c.dev, link); e != err::ok) {
        // One message per request: link modes, link info, wake-on-lan, debug, link state.
        for (int i = 0; i < 5; i++) ethtool_netlink_error(c.p, e);
        c.p.out->write("No data available\n");
        return 75;
    }
    c.p.out->printf("Settings for %s:\n", ethtool_shown_name(c).c_str());
    if (link.has_settings) print_link_modes(c.p, link);
    c.p.out->printf("\tLink detected: %s\n", link.link_detected ? "yes" : "no");
    return 0;
}

int ethtool_show_driver(ethtool_call& c) {
    if (!c.rest.empty()) return ethtool_bad_args(c.p);
    ethtool_drvinfo info;
    if (const err e = c.port.drvinfo(c.dev, info); e != err::ok) {
        c.p.err->printf("Cannot get driver information: %s\n", strerror(e));
        return 71;
    }
    c.p.out->printf(
        "driver: %s\nversion: %s\nfirmware-version: %s\n"
        "expansion-rom-version: \nbus-info: %s\n"
        "supports-statistics: %s\nsupports-test: no\n"
        "supports-eeprom-access: no\nsupports-register-dump: no\n"
        "supports-priv-flags: no\n",
        or_empty(info.driver), or_empty(info.version), or_empty(info.fw_version),
        or_empty(info.bus_info), info.has_stats ? "yes" : "no");
    return 0;
}

int ethtool_show_statistics(ethtool_call& c) {
    if (!c.rest.empty()) {
        // What ethtool knows here, groups of standard statistics, no device of a lab has.
        const bool known = c.rest[0] == "--groups" || c.rest[0] == "--all-groups" ||
                           c.rest[0] == "--src";
        c.p.err->printf("ethtool (%s): %s parameter '%s'\n", c.option.c_str(),
                        known ? "unsupported" : "unknown", c.rest[0].c_str());
        return 1;
    }
    std::vector<std::pair<std::string, std::uint64_t>> stats;
    const err e = c.port.stats(c.dev, stats);
    if (e != err::ok && e != err::opnotsupp) {
        c.p.err->printf("Cannot get stats strings information: %s\n", strerror(e));
        return 96;
    }
    if (stats.empty()) {
        c.p.err->write("no stats available\n");
        return 94;
    }
    c.p.out->write("NIC statistics:\n");
    for (const auto& [name, value] : stats) {
        c.p.out->printf("     %s: %llu\n", name.c_str(), static_cast<unsigned long long>(value));
    }
    return 0;
}

namespace {

bool show_link(ethtool_call& c, ethtool_link& link) {
    if (!c.rest.empty()) {
        c.p.err->printf("ethtool: unexpected parameter '%s'\n", c.rest[0].c_str());
        return false;
    }
    const err e = c.port.link(c.dev, link);
    if (e != err::ok) ethtool_netlink_error(c.p, e);
    return e == err::ok;
}

}  // namespace

// ethtool: netlink/tsinfo.c
int ethtool_show_timestamping(ethtool_call& c) {
    ethtool_link link;
    if (!show_link(c, link)) return 1;
    c.p.out->printf("Time stamping parameters for %s:\nCapabilities:\n",
                    ethtool_shown_name(c).c_str());
    if (link.software_transmit) c.p.out->write("\tsoftware-transmit\n");
    c.p.out->write(
        "\tsoftware-receive\n\tsoftware-system-clock\n"
        "PTP Hardware Clock: none\n"
        "Hardware Transmit Timestamp Modes: none\nHardware Receive Filter Modes: none\n");
    return 0;
}

// ethtool: netlink/channels.c
int ethtool_show_channels(ethtool_call& c) {
    ethtool_link link;
    if (!show_link(c, link)) return 1;
    if (!link.max_rx_channels) {
        ethtool_netlink_error(c.p, err::opnotsupp);
        return 1;
    }
    c.p.out->printf(
        "Channel parameters for %s:\n"
        "Pre-set maximums:\nRX:\t\t%u\nTX:\t\t%u\nOther:\t\tn/a\nCombined:\tn/a\n"
        "Current hardware settings:\nRX:\t\t%u\nTX:\t\t%u\nOther:\t\tn/a\nCombined:\tn/a\n",
        ethtool_shown_name(c).c_str(), link.max_rx_channels, link.max_tx_channels, link.rx_channels,
        link.tx_channels);
    return 0;
}

int ethtool_show_permaddr(ethtool_call& c) {
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    request.head(ifinfomsg{});
    request.put_str(ifla::ifname, c.dev);
    request.end();
    std::vector<std::byte> answer;
    const err e = rtnl_handle(c.p).talk(request, &answer, rtnl_errors::hide);
    if (e != err::ok) {
        c.p.err->printf("netlink error: %s\n", strerror(e));
        return 1;
    }
    const auto attrs = first_message(answer).attrs<ifinfomsg>();
    const auto* address = attrs.get(ifla::perm_address);
    c.p.out->printf("Permanent address: %s\n",
                    address ? colon_hex(address->mac()).c_str() : "not set");
    return 0;
}

}  // namespace vethlab
