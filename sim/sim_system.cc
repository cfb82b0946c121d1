#include "sim/sim_system.h"

#include <algorithm>

#include "core/dev.h"
#include "core/ethtool.h"
#include "core/ipv4/arp.h"
#include "core/ipv4/igmp.h"
#include "core/ipv6/addrconf.h"
#include "core/rtnetlink.h"
#include "core/sysctl.h"
#include "sim/sim_socket.h"

namespace vethlab {
namespace {

class sim_netlink final : public netlink_channel {
 public:
    sim_netlink(sim_system& sys, netns& net, std::uint32_t pid) : sys_(sys), sk_(net, pid) {
        sys.krn.get_net(net);
    }
    ~sim_netlink() override { sys_.krn.put_net(sk_.net); }
    err send(bytes_view messages) override {
        netlink_rcv_skb(sk_, messages);
        sys_.finish_call();
        return err::ok;
    }
    std::optional<std::vector<std::byte>> recv() override {
        if (sk_.receive_queue.empty()) return std::nullopt;
        auto datagram = std::move(sk_.receive_queue.front());
        sk_.receive_queue.pop_front();
        return datagram;
    }
    void join(std::uint32_t group) override {
        if (group >= 1 && group <= 64) sk_.groups |= std::uint64_t{1} << (group - 1);
    }
    void set_strict_check(bool on) override { sk_.strict_check = on; }
    std::uint32_t pid() const override { return sk_.pid; }
    bool readable() const { return !sk_.receive_queue.empty(); }

 private:
    sim_system& sys_;
    nl_sock sk_;
};

// Linux: dev_ioctl. "v0:1", an alias, stands for device v0.
std::string_view ioctl_name(std::string_view name) { return name.substr(0, name.find(':')); }

class sim_ethtool final : public ethtool_port {
 public:
    sim_ethtool(sim_system& sys, ns_fd ns) : sys_(sys), ns_(ns) {}
    err features(std::string_view name, std::vector<ethtool_feature>& out) override {
        net_device* dev = find(name);
        if (!dev) return err::nodev;
        for (const auto& f : ethtool_get_features(*dev)) {
            out.push_back({f.name, f.active, f.requested, f.hw, f.never});
        }
        return err::ok;
    }
    err set_features(std::string_view name,
                     const std::vector<std::pair<std::string, bool>>& wanted) override {
        net_device* dev = find(name);
        if (!dev) return err::nodev;
        const err e = ethtool_set_features(*dev, wanted);
        sys_.finish_call();
        return e;
    }
    err drvinfo(std::string_view name, ethtool_drvinfo& out) override {
        const net_device* dev = find(ioctl_name(name));
        if (!dev) return err::nodev;
        if (!dev->ops->ethtool || !*dev->ops->ethtool->drvinfo.driver) return err::opnotsupp;
        const auto& d = dev->ops->ethtool->drvinfo;
        out = {d.driver, d.version, d.fw_version, d.bus_info,
               dev->ops->ethtool->get_stats != nullptr};
        return err::ok;
    }
    err stats(std::string_view name,
              std::vector<std::pair<std::string, std::uint64_t>>& out) override {
        const net_device* dev = find(ioctl_name(name));
        if (!dev) return err::nodev;
        if (!dev->ops->ethtool || !dev->ops->ethtool->get_stats) return err::opnotsupp;
        dev->ops->ethtool->get_stats(*dev, out);
        return err::ok;
    }
    err link(std::string_view name, ethtool_link& out) override {
        net_device* dev = find(name);
        if (!dev) return err::nodev;
        if (dev->is_running()) dev->krn.linkwatch.sync_dev(*dev);  // ethtool_op_get_link
        out.link_detected = dev->is_running() && dev->carrier_ok();
        if (!dev->ops->ethtool) return err::ok;
        out.software_transmit = dev->ops->ethtool->software_timestamps;
        if (dev->ops->ethtool->get_channels) {
            const ethtool_channels ch = dev->ops->ethtool->get_channels(*dev);
            out.max_rx_channels = ch.max_rx;
            out.max_tx_channels = ch.max_tx;
            out.rx_channels = ch.rx;
            out.tx_channels = ch.tx;
        }
        if (!dev->ops->ethtool->get_link_ksettings) return err::ok;
        ethtool_settings s;
        dev->ops->ethtool->get_link_ksettings(*dev, s);
        out.has_settings = s.has_settings;
        out.speed = s.speed;
        out.duplex = s.duplex;
        out.port = s.port;
        out.has_mdix = s.has_mdix;
        return err::ok;
    }

 private:
    net_device* find(std::string_view name) {
        netns* net = sys_.net_of(ns_);
        return net ? dev_get_by_name(*net, name) : nullptr;
    }
    sim_system& sys_;
    ns_fd ns_;
};

constexpr int init_pid = 1;
constexpr ns_fd run_netns = -2;  // a folder, opened: that of the names, or above
constexpr const char* hosts_file = "127.0.0.1 localhost\n";

}  // namespace

bool netlink_readable(const netlink_channel& c) {
    return static_cast<const sim_netlink&>(c).readable();
}

sim_system::sim_system(kernel& k, std::uint64_t limit) : krn(k), frames_per_call(limit) {
    krn.user = this;
    enter(init_pid, ns_fd(krn.init_net().number));
}

sim_system::~sim_system() { krn.user = nullptr; }

void sim_system::enter(int pid, ns_fd ns) {
    processes_[pid] = ns;
    if (netns* net = net_of(ns)) krn.get_net(*net);
}

void sim_system::leave(int pid) {
    const auto it = processes_.find(pid);
    if (it == processes_.end()) return;
    netns* net = net_of(it->second);
    processes_.erase(it);
    if (net) krn.put_net(*net);
    finish_call();
}

void sim_system::move(int pid, ns_fd ns) {
    const auto it = processes_.find(pid);
    netns* to = net_of(ns);
    if (it == processes_.end() || !to) return;
    krn.get_net(*to);
    if (netns* from = net_of(it->second)) krn.put_net(*from);
    it->second = ns;
    finish_call();
}

ns_fd sim_system::unshare(int pid) {
    if (!processes_.contains(pid)) return no_ns;
    netns& net = krn.copy_net_ns();
    if (names_by_number_.size() <= net.number) names_by_number_.resize(net.number + 1, "?");
    if (on_new_netns) on_new_netns(net);
    move(pid, ns_fd(net.number));
    krn.put_net(net);  // the process has its own reference
    return ns_fd(net.number);
}

std::unique_ptr<netlink_channel> sim_system::netlink(ns_fd ns) {
    netns* net = net_of(ns);
    return net ? std::make_unique<sim_netlink>(*this, *net, ++next_netlink_pid_) : nullptr;
}

err sim_system::open_socket(ns_fd ns, sock_kind kind, std::unique_ptr<socket>& out) {
    netns* net = net_of(ns);
    if (!net) return err::inval;
    out = make_sim_socket(*this, *net, kind);
    return err::ok;
}

std::unique_ptr<ethtool_port> sim_system::ethtool(ns_fd ns) {
    return std::make_unique<sim_ethtool>(*this, ns);
}

err sim_system::sysctl_read(ns_fd ns, std::string_view path, std::string& value) {
    netns* net = net_of(ns);
    return net ? vethlab::sysctl_read(*net, path, value) : err::noent;
}

err sim_system::sysctl_write(ns_fd ns, std::string_view path, std::string_view value) {
    netns* net = net_of(ns);
    const err e = net ? vethlab::sysctl_write(*net, path, value) : err::noent;
    finish_call();
    return e;
}

std::vector<std::string> sim_system::sysctl_list(ns_fd ns, std::string_view prefix) {
    netns* net = net_of(ns);
    return net ? vethlab::sysctl_list(*net, prefix) : std::vector<std::string>{};
}

std::vector<std::pair<std::string, ns_fd>> sim_system::named_netns() const {
    std::vector<const std::pair<const std::string, named>*> all;
    for (const auto& n : named_) all.push_back(&n);
    std::sort(all.begin(), all.end(),
              [](const auto* a, const auto* b) { return a->second.order < b->second.order; });
    std::vector<std::pair<std::string, ns_fd>> out;
    for (const auto* n : all) out.emplace_back(n->first, n->second.ns);
    return out;
}

// A tmpfs lists what came last first.
std::vector<std::string> sim_system::netns_list() {
    const auto all = named_netns();
    std::vector<std::string> out;
    for (auto it = all.rbegin(); it != all.rend(); ++it) out.push_back(it->first);
    return out;
}

void sim_system::name_netns(std::string_view name, netns& net) {
    named_.emplace(name, named{ns_fd(net.number), names_given_++});
    if (names_by_number_.size() <= net.number) names_by_number_.resize(net.number + 1);
    names_by_number_[net.number] = name;
}

err sim_system::netns_add(std::string_view name) {
    if (named_.contains(std::string(name))) return err::exist;
    netns& net = krn.copy_net_ns();  // its first reference is the name's
    name_netns(name, net);
    if (on_new_netns) on_new_netns(net);
    finish_call();
    return err::ok;
}

err sim_system::netns_attach(std::string_view name, int pid) {
    if (named_.contains(std::string(name))) return err::exist;
    netns* net = net_of_pid(pid);
    if (!net) return err::noent;
    krn.get_net(*net);
    name_netns(name, *net);
    return err::ok;
}

err sim_system::netns_delete(std::string_view name) {
    const auto it = named_.find(std::string(name));
    if (it == named_.end()) return err::noent;
    netns* net = net_of(it->second.ns);
    named_.erase(it);
    if (net) krn.put_net(*net);
    finish_call();
    return err::ok;
}

ns_fd sim_system::netns_open(std::string_view name) {
    if (name.empty() || name == "." || name == "..") return run_netns;
    const auto it = named_.find(std::string(name));
    return it == named_.end() ? no_ns : it->second.ns;
}

ns_fd sim_system::netns_of_pid(int pid) {
    const auto it = processes_.find(pid);
    return it == processes_.end() ? no_ns : it->second;
}

std::vector<int> sim_system::pids_in(ns_fd ns) {
    std::vector<int> out;
    for (const auto& [pid, in] : processes_) {
        if (in == ns) out.push_back(pid);
    }
    return out;
}

std::optional<std::string> sim_system::read_file(std::string_view path) {
    if (path == "/etc/hosts") return hosts_file;
    return std::nullopt;
}

std::optional<std::string> sim_system::proc_net(ns_fd ns, std::string_view name) {
    netns* net = net_of(ns);
    if (!net) return std::nullopt;
    if (name == "dev_mcast") return dev_mc_seq_show(*net);
    if (name == "igmp") return igmp_mc_seq_show(*net);
    if (name == "igmp6") return igmp6_mc_seq_show(*net);
    return std::nullopt;
}

err sim_system::dev_mcast(ns_fd ns, std::string_view name, mac_address mac, bool add) {
    netns* net = net_of(ns);
    net_device* dev = net ? dev_get_by_name(*net, ioctl_name(name)) : nullptr;
    if (!dev) return err::nodev;
    // Linux: dev_ifsioc asks for a driver that filters (ndo_set_rx_mode), not for a group address.
    if (dev == net->loopback_dev) return err::inval;
    return add ? (dev_mc_add_global(*dev, mac), err::ok) : dev_mc_del_global(*dev, mac);
}

err sim_system::arp_ioctl(ns_fd ns, bool set, const arpreq& r) {
    netns* net = net_of(ns);
    if (!net) return err::nodev;
    const err e = vethlab::arp_ioctl(*net, set, r);
    finish_call();
    return e;
}

netns* sim_system::net_of_fd(int fd, err& e) {
    e = fd == run_netns ? err::inval : err::badf;
    return fd < 0 ? nullptr : net_of(fd);
}
netns* sim_system::net_of_pid(int pid) {
    const ns_fd ns = netns_of_pid(pid);
    return ns == no_ns ? nullptr : net_of(ns);
}

}  // namespace vethlab
