#pragma once
// The machine's own kernel behind the interface that tools know: rtnetlink, sockets,
// /proc/sys and /run/netns as they are. Needs root. For one thread: it visits other
// namespaces with setns and comes back.
#include <chrono>
#include <random>

#include "host/mirror/open_file.h"
#include "sim/system.h"

namespace vethlab::host {

class kernel_system : public system {
 public:
    kernel_system();

    // The namespace this process started in.
    ns_fd home() const { return home_.fd(); }
    // Closes the namespaces that were opened, except these: an open one cannot die.
    void close_namespaces(const std::vector<ns_fd>& except);

    std::unique_ptr<netlink_channel> netlink(ns_fd ns) override;
    err open_socket(ns_fd ns, sock_kind kind, std::unique_ptr<socket>& out) override;
    std::unique_ptr<ethtool_port> ethtool(ns_fd ns) override;

    err sysctl_read(ns_fd ns, std::string_view path, std::string& value) override;
    err sysctl_write(ns_fd ns, std::string_view path, std::string_view value) override;
    std::vector<std::string> sysctl_list(ns_fd ns, std::string_view prefix) override;

    std::vector<std::string> netns_list() override;
    err netns_add(std::string_view name) override;
    err netns_attach(std::string_view name, int pid) override;
    err netns_delete(std::string_view name) override;
    ns_fd netns_open(std::string_view name) override;
    bool is_netns(ns_fd file) override;
    ns_fd netns_of_pid(int pid) override;
    std::vector<int> pids_in(ns_fd ns) override;
    bool same_netns(ns_fd a, ns_fd b) override;

    sim_time now() override;
    std::int64_t wall_clock_us() override;
    std::uint32_t random() override { return std::uint32_t(random_()); }
    std::optional<std::string> read_file(std::string_view path) override;
    std::optional<std::string> proc_net(ns_fd ns, std::string_view name) override;
    err dev_mcast(ns_fd ns, std::string_view dev, mac_address mac, bool add) override;
    err arp_ioctl(ns_fd ns, bool set, const arpreq& r) override;

 private:
    ns_fd keep(open_file file);

    open_file home_;
    // Every namespace opened so far: a tool holds a bare number, and does not say when it has
    // done with it. So a deleted namespace lives on until close_namespaces().
    std::vector<open_file> opened_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::system_clock::time_point wall_start_ = std::chrono::system_clock::now();
    std::random_device random_;
};

// What to poll for the readiness of a socket or channel of a kernel_system.
int descriptor(const socket& s);
int descriptor(const netlink_channel& c);

}  // namespace vethlab::host
