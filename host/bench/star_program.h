#pragma once
// What a program does that makes many namespaces on one bridge by rtnetlink: the steps that a script
// has, each for all namespaces before the next, every one a request that waits for its answer.
#include <functional>
#include <string>

#include "host/bench/network.h"

namespace vethlab::host {

// How a pair gets into two namespaces: its other end is made in the new one, or both are made in
// the first one and one is moved (`ip link add`, `ip link set netns`), as Docker and Mininet do.
enum class pair_way { made_there, moved };

class star_program {
 public:
    // `close_netns`: after a step with a namespace that was opened by its name.
    star_program(system& sys, ns_fd home, pair_way way, std::string prefix,
                 std::function<void()> close_netns = [] {})
        : sys_(sys), home_(home), way_(way), prefix_(std::move(prefix)),
          close_netns_(std::move(close_netns)) {}

    // All throw network_error. Each namespace has a name and no IPv6, a pair to the bridge, lo and
    // both ends up, an address.
    void make(unsigned namespaces);
    void remove(unsigned namespaces);  // their names
    // How many ports there are still: on a real kernel namespaces go some time after their names.
    std::size_t ports();

 private:
    netlink_channel& at_home();
    ns_fd open(unsigned number);
    std::string name_of(unsigned number) const;
    nlmsg_builder& begin(std::uint16_t type, std::uint16_t flags);
    void end_and_send(netlink_channel& c);
    void without_ipv6(ns_fd ns);
    void add_bridge();
    void add_netns(unsigned number);
    void add_pair(unsigned number, ns_fd ns);
    void move_peer(unsigned number, ns_fd ns);
    void set_up(netlink_channel& c, int index);
    void add_port(unsigned number);
    void configure(unsigned number, ns_fd ns);
    void add_address(netlink_channel& c, int index, ipv4_address a);

    system& sys_;
    const ns_fd home_;
    const pair_way way_;
    const std::string prefix_;
    const std::function<void()> close_netns_;
    std::unique_ptr<netlink_channel> home_channel_;
    nlmsg_builder message_;
};

}  // namespace vethlab::host
