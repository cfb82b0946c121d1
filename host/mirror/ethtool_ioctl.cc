// ethtool: ethtool.c, netlink/*.c. The ioctls of old say what is needed here.
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <bit>
#include <cstring>

#include "host/mirror/kernel_system.h"

namespace vethlab::host {
namespace {

// A request is a struct with an array of unknown length at its end: words, so it is aligned.
class request {
 public:
    request(std::size_t head, std::size_t tail) : words_((head + tail + 7) / 8) {}
    template <class T>
    T& as() {
        return *std::launder(reinterpret_cast<T*>(words_.data()));
    }
    void* data() { return words_.data(); }

 private:
    std::vector<std::uint64_t> words_;
};

template <std::size_t n>
std::string text(const char (&field)[n]) {
    return {field, ::strnlen(field, n)};
}

const char* port_name(std::uint8_t port) {
    switch (port) {
        case PORT_TP:
            return "Twisted Pair";
        case PORT_AUI:
            return "AUI";
        case PORT_BNC:
            return "BNC";
        case PORT_MII:
            return "MII";
        case PORT_FIBRE:
            return "FIBRE";
        case PORT_DA:
            return "Direct Attach Copper";
        case PORT_NONE:
            return "None";
        case PORT_OTHER:
            return "Other";
    }
    return "Unknown!";
}

class ethtool_ioctl final : public ethtool_port {
 public:
    ethtool_ioctl(ns_fd ns, ns_fd home) {
        const in_netns visit(ns, home);
        error_ = visit.error();
        if (error_ == err::ok) file_ = open_file(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        if (error_ == err::ok && !file_) error_ = last_error();
    }

    err features(std::string_view dev, std::vector<ethtool_feature>& out) override {
        std::vector<std::string> names;
        if (const err e = strings(dev, ETH_SS_FEATURES, names); e != err::ok) return e;
        const std::size_t blocks = (names.size() + 31) / 32;
        request r(sizeof(ethtool_gfeatures), blocks * sizeof(ethtool_get_features_block));
        auto& g = r.as<ethtool_gfeatures>();
        g.cmd = ETHTOOL_GFEATURES;
        g.size = std::uint32_t(blocks);
        if (const err e = call(dev, &g); e != err::ok) return e;
        out.clear();
        for (std::size_t i = 0; i < names.size(); i++) {
            if (names[i].empty()) continue;
            const auto& block = g.features[i / 32];
            const std::uint32_t bit = std::uint32_t{1} << i % 32;
            out.push_back({names[i], (block.active & bit) != 0, (block.requested & bit) != 0,
                           (block.available & bit) != 0, (block.never_changed & bit) != 0});
        }
        return err::ok;
    }

    err set_features(std::string_view dev,
                     const std::vector<std::pair<std::string, bool>>& wanted) override {
        std::vector<std::string> names;
        if (const err e = strings(dev, ETH_SS_FEATURES, names); e != err::ok) return e;
        const std::size_t blocks = (names.size() + 31) / 32;
        request r(sizeof(ethtool_sfeatures), blocks * sizeof(ethtool_set_features_block));
        auto& s = r.as<ethtool_sfeatures>();
        s.cmd = ETHTOOL_SFEATURES;
        s.size = std::uint32_t(blocks);
        for (const auto& [name, on] : wanted) {
            for (std::size_t i = 0; i < names.size(); i++) {
                if (names[i] != name) continue;
                auto& block = s.features[i / 32];
                const std::uint32_t bit = std::uint32_t{1} << i % 32;
                block.valid |= bit;
                block.requested = on ? block.requested | bit : block.requested & ~bit;
            }
        }
        return call(dev, &s);
    }

    err drvinfo(std::string_view dev, ethtool_drvinfo& out) override {
        ::ethtool_drvinfo d{};
        d.cmd = ETHTOOL_GDRVINFO;
        if (const err e = call(dev, &d); e != err::ok) return e;
        out.driver = text(d.driver);
        out.version = text(d.version);
        out.fw_version = text(d.fw_version);
        out.bus_info = text(d.bus_info);
        out.has_stats = d.n_stats > 0;
        return err::ok;
    }

    err stats(std::string_view dev,
              std::vector<std::pair<std::string, std::uint64_t>>& out) override {
        out.clear();
        std::vector<std::string> names;
        if (const err e = strings(dev, ETH_SS_STATS, names); e != err::ok) return e;
        if (names.empty()) return err::ok;
        request r(sizeof(ethtool_stats), names.size() * sizeof(std::uint64_t));
        auto& s = r.as<ethtool_stats>();
        s.cmd = ETHTOOL_GSTATS;
        s.n_stats = std::uint32_t(names.size());
        if (const err e = call(dev, &s); e != err::ok) return e;
        for (std::size_t i = 0; i < names.size(); i++) out.emplace_back(names[i], s.data[i]);
        return err::ok;
    }

    err link(std::string_view dev, ethtool_link& out) override {
        ethtool_value v{};
        v.cmd = ETHTOOL_GLINK;
        if (const err e = call(dev, &v); e != err::ok) return e;
        out = {};
        out.link_detected = v.data != 0;
        ::ethtool_channels channels{};
        channels.cmd = ETHTOOL_GCHANNELS;
        if (call(dev, &channels) == err::ok) {
            out.max_rx_channels = channels.max_rx;
            out.max_tx_channels = channels.max_tx;
            out.rx_channels = channels.rx_count;
            out.tx_channels = channels.tx_count;
        }
        ethtool_ts_info stamps{};
        stamps.cmd = ETHTOOL_GET_TS_INFO;
        out.software_transmit = call(dev, &stamps) == err::ok &&
                                (stamps.so_timestamping & SOF_TIMESTAMPING_TX_SOFTWARE) != 0;
        // The kernel answers the first call with how many words its bit masks have.
        ethtool_link_settings ask{};
        ask.cmd = ETHTOOL_GLINKSETTINGS;
        if (call(dev, &ask) != err::ok || ask.link_mode_masks_nwords >= 0) return err::ok;
        const auto words = std::int8_t(-ask.link_mode_masks_nwords);
        request r(sizeof(ethtool_link_settings), 3 * sizeof(std::uint32_t) * std::size_t(words));
        auto& s = r.as<ethtool_link_settings>();
        s.cmd = ETHTOOL_GLINKSETTINGS;
        s.link_mode_masks_nwords = words;
        if (call(dev, &s) != err::ok) return err::ok;
        out.has_settings = true;
        const bool known = s.speed != 0 && s.speed != std::uint32_t(SPEED_UNKNOWN);
        out.speed = known ? int(s.speed) : -1;
        out.duplex = s.duplex;
        out.port = port_name(s.port);
        out.has_mdix = s.port == PORT_TP;
        return err::ok;
    }

 private:
    err call(std::string_view dev, void* data) {
        if (error_ != err::ok) return error_;
        if (dev.size() >= IFNAMSIZ) return err::nodev;
        ifreq r{};
        std::memcpy(r.ifr_name, dev.data(), dev.size());
        r.ifr_data = static_cast<char*>(data);
        return result(::ioctl(file_.fd(), SIOCETHTOOL, &r));
    }

    // How many strings a set has: none if the driver does not know it.
    err count(std::string_view dev, std::uint32_t set, std::uint32_t& n) {
        request r(sizeof(ethtool_sset_info), sizeof(std::uint32_t));
        auto& info = r.as<ethtool_sset_info>();
        info.cmd = ETHTOOL_GSSET_INFO;
        info.sset_mask = std::uint64_t{1} << set;
        const err e = call(dev, &info);
        n = e == err::ok && info.sset_mask ? info.data[0] : 0;
        return e;
    }
    err strings(std::string_view dev, std::uint32_t set, std::vector<std::string>& names) {
        std::uint32_t n = 0;
        if (const err e = count(dev, set, n); e != err::ok) return e;
        request r(sizeof(ethtool_gstrings), std::size_t{n} * ETH_GSTRING_LEN);
        auto& g = r.as<ethtool_gstrings>();
        g.cmd = ETHTOOL_GSTRINGS;
        g.string_set = set;
        g.len = n;
        if (n == 0) return err::ok;
        if (const err e = call(dev, &g); e != err::ok) return e;
        const auto* at = reinterpret_cast<const char*>(g.data);
        for (std::uint32_t i = 0; i < n; i++, at += ETH_GSTRING_LEN) {
            names.emplace_back(at, ::strnlen(at, ETH_GSTRING_LEN));
        }
        return err::ok;
    }

    open_file file_;
    err error_ = err::ok;
};

}  // namespace

std::unique_ptr<ethtool_port> kernel_system::ethtool(ns_fd ns) {
    return std::make_unique<ethtool_ioctl>(ns, home());
}

}  // namespace vethlab::host
