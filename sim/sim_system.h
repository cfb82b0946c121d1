#pragma once
// sim/system.h answered from a simulated kernel. A namespace's ns_fd is its number.
// Every call that reaches the kernel ends as a system call does: with what it set off done.
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/kernel.h"
#include "sim/system.h"

namespace vethlab {

class sim_system final : public system, public user_space {
 public:
    // `limit`: how many frames a call may set off before it returns with the rest
    // still under way (a loop of bridges never comes to rest).
    explicit sim_system(kernel& k, std::uint64_t limit = kernel::busy_frames);
    ~sim_system() override;

    kernel& krn;
    const std::uint64_t frames_per_call;

    // Run in each new namespace (record mode's preamble).
    void (*on_new_netns)(netns&) = nullptr;

    // A process begins or ends to live in a namespace, and keeps it alive meanwhile.
    void enter(int pid, ns_fd ns);
    void leave(int pid);
    // setns and unshare of a process. The new namespace has no name; no_ns: there is no process.
    void move(int pid, ns_fd ns);
    ns_fd unshare(int pid);
    // After each call: backlog, link watch, dying namespaces.
    void finish_call() { krn.run_softirq(frames_per_call); }
    netns* net_of(ns_fd ns) const { return krn.net_by_number(std::uint32_t(ns)); }
    // Of every namespace there was, by number; "-" for the first one.
    const std::vector<std::string>& netns_names() const { return names_by_number_; }
    // Named ones that exist, in order of creation.
    std::vector<std::pair<std::string, ns_fd>> named_netns() const;

    // ---- system
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
    bool is_netns(ns_fd file) override { return file >= 0 && net_of(file); }
    ns_fd netns_of_pid(int pid) override;
    std::vector<int> pids_in(ns_fd ns) override;
    bool same_netns(ns_fd a, ns_fd b) override { return a == b; }
    sim_time now() override { return krn.now(); }
    std::int64_t wall_clock_us() override { return krn.boot_time_us + krn.now() / 1us; }
    std::uint32_t random() override { return krn.rng.u32(); }
    std::optional<std::string> read_file(std::string_view path) override;
    std::optional<std::string> proc_net(ns_fd ns, std::string_view name) override;

    err dev_mcast(ns_fd ns, std::string_view dev, mac_address mac, bool add) override;
    err arp_ioctl(ns_fd ns, bool set, const arpreq& r) override;

    // ---- user_space
    netns* net_of_fd(int fd, err& e) override;
    netns* net_of_pid(int pid) override;

 private:
    void name_netns(std::string_view name, netns& net);

    struct named {
        ns_fd ns;
        std::uint64_t order;  // of creation
    };
    std::unordered_map<std::string, named> named_;
    std::uint64_t names_given_ = 0;
    std::vector<std::string> names_by_number_{"-"};
    std::map<int, ns_fd> processes_;
    std::uint32_t next_netlink_pid_ = 0;
};

// A socket that a process waits on has something to read.
bool netlink_readable(const netlink_channel& c);

}  // namespace vethlab
