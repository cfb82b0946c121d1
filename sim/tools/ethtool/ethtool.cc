// ethtool: ethtool.c
#include "sim/tools/ethtool/ethtool.h"

#include "sim/tools/lib/links.h"

#include "sim/tools/tools.h"

namespace vethlab {
namespace {

struct ethtool_option {
    const char* names;  // separated by '|'
    int (*run)(ethtool_call&);
    const char* by_ioctl = nullptr;  // those say this to names of more than 15 bytes
};

constexpr const char* ioctl_only = "ioctl-only request, device name longer than 15 not supported";
constexpr const char* no_netlink =
    "ethtool netlink support for subcommand missing, device name longer than 15 not supported";

constexpr ethtool_option options[] = {
    {"-s|--change", ethtool_refused_set},
    {"-a|--show-pause", ethtool_refused_show},
    {"-A|--pause", ethtool_refused_set},
    {"-c|--show-coalesce", ethtool_refused_show},
    {"-C|--coalesce", ethtool_refused_set},
    {"-g|--show-ring", ethtool_refused_show},
    {"-G|--set-ring", ethtool_refused_set},
    {"-k|--show-features|--show-offload", ethtool_show_features},
    {"-K|--features|--offload", ethtool_set_features},
    {"-i|--driver", ethtool_show_driver, no_netlink},
    {"-d|--register-dump", ethtool_refused_ioctl, no_netlink},
    {"-e|--eeprom-dump", ethtool_refused_ioctl, no_netlink},
    {"-r|--negotiate", ethtool_refused_ioctl, no_netlink},
    {"-p|--identify", ethtool_refused_ioctl, no_netlink},
    {"-t|--test", ethtool_refused_ioctl, no_netlink},
    {"-S|--statistics", ethtool_show_statistics, ioctl_only},
    {"-n|-u|--show-nfc|--show-ntuple", ethtool_refused_ioctl, no_netlink},
    {"-x|--show-rxfh-indir|--show-rxfh", ethtool_refused_ioctl, no_netlink},
    {"-T|--show-time-stamping", ethtool_show_timestamping},
    {"-l|--show-channels", ethtool_show_channels},
    {"-P|--show-permaddr", ethtool_show_permaddr},
    {"-m|--dump-module-eeprom|--module-info", ethtool_refused_show},
    {"--show-eee", ethtool_refused_show},
    {"--show-fec", ethtool_refused_show},
    {"--show-priv-flags", ethtool_refused_show},
};

constexpr std::string_view not_here[] = {
    "-E", "--change-eeprom", "--phy-statistics", "-N", "-U", "--config-nfc",
    "--config-ntuple", "-X", "--set-rxfh-indir", "--rxfh",
    "-f", "--flash", "-w", "--get-dump", "-W", "--set-dump",
    "-L", "--set-channels", "--set-priv-flags", "--set-eee", "--set-phy-tunable",
    "--get-phy-tunable", "--get-tunable", "--set-tunable", "--reset", "--set-fec", "-Q",
    "--per-queue", "--cable-test", "--cable-test-tdr", "--show-tunnels", "--show-module",
    "--set-module", "-h", "--help", "--monitor", "--json", "--debug",
};

bool has_name(std::string_view names, std::string_view name) {
    while (!names.empty()) {
        const auto end = names.find('|');
        if (names.substr(0, end) == name) return true;
        if (end == std::string_view::npos) return false;
        names.remove_prefix(end + 1);
    }
    return false;
}

const ethtool_option* find_option(std::string_view name) {
    for (const auto& o : options) {
        if (has_name(o.names, name)) return &o;
    }
    return nullptr;
}

bool name_too_long(process& p, const std::string& dev, const char* by_ioctl) {
    if (dev.size() >= altifnamsiz && by_ioctl != ioctl_only) {
        p.err->printf("device name '%s' longer than %zu characters\n", dev.c_str(),
                      altifnamsiz - 1);
        return true;
    }
    if (!by_ioctl || dev.size() < ifnamsiz) return false;
    p.err->printf("%s\n", by_ioctl);
    return true;
}

int not_supported(process& p, const std::string& option) {
    p.err->printf("ethtool: option '%s' is not supported here\n", option.c_str());
    return 1;
}

}  // namespace

std::string ethtool_shown_name(const ethtool_call& c) {
    const auto link = link_by_name(c.p, c.dev);
    return link ? link->name : c.dev;
}

int ethtool_bad_args(process& p) {
    p.err->write("ethtool: bad command line argument(s)\nFor more information run ethtool -h\n");
    return 1;
}

void ethtool_netlink_error(process& p, err e) {
    if (e == err::nodev) p.err->write("netlink error: no device matches name (offset 24)\n");
    p.err->printf("netlink error: %s\n", strerror(e));
}

int ethtool_main(process& p) {
    std::size_t at = 1;
    while (at < p.argv.size() && (p.argv[at] == "-I" || p.argv[at] == "--include-statistics")) {
        at++;
    }
    if (at >= p.argv.size()) return ethtool_bad_args(p);
    const auto port = p.sys.ethtool(p.ns);
    ethtool_call call{p, *port, {}, {}, {}};
    const std::string& first = p.argv[at];
    if (first == "--version") {
        p.out->write("ethtool version 6.1\n");
        return 0;
    }
    for (auto name : not_here) {
        if (first == name) return not_supported(p, first);
    }
    const ethtool_option* option = find_option(first);
    if (option) {
        call.option = first;
        at++;
    } else if (!first.empty() && first[0] == '-') {
        return ethtool_bad_args(p);
    }
    if (at >= p.argv.size()) return ethtool_bad_args(p);
    call.dev = p.argv[at];
    call.rest.assign(p.argv.begin() + std::ptrdiff_t(at) + 1, p.argv.end());
    if (name_too_long(p, call.dev, option ? option->by_ioctl : nullptr)) return 1;
    if (!option) return ethtool_show_settings(call);
    return option->run(call);
}

}  // namespace vethlab
