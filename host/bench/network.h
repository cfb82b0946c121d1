#pragma once
// Networks to measure on, made of rtnetlink messages: the same ones for a simulated kernel
// (sim_system) and the machine's own (kernel_system).
#include <map>
#include <stdexcept>
#include <string>

#include "host/mirror/links.h"

namespace vethlab::host {

struct network_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A device's place.
struct end_point {
    ns_fd ns;
    std::string name;
};

class network {
 public:
    // `prefix`: of the names of namespaces, which others may use on this machine, too.
    network(system& sys, ns_fd where, const std::string& prefix = "")
        : home(where), sys_(sys), prefix_(prefix) {}

    const ns_fd home;
    system& sys() { return sys_; }

    // All of these throw network_error.
    ns_fd add_netns(const std::string& name);
    void add_veth(const end_point& a, const end_point& b);  // both are up then
    void set_down(const end_point& dev);
    void add_bridge(const std::string& name);               // at home, up, without snooping
    void add_port(const std::string& bridge, const std::string& device);
    void add_address(const end_point& dev, ipv4_address a, unsigned prefix);
    void add_route(ns_fd ns, ipv4_address gateway, ipv4_address dst = {}, unsigned prefix = 0);
    void add_blackhole(ns_fd ns, ipv4_address dst);
    void set(ns_fd ns, const char* sysctl, const char* value);

    kernel_link link(const end_point& dev);

 private:
    netlink_channel& channel(ns_fd ns);
    void talk(ns_fd ns, const nlmsg_builder& m);
    int index(const end_point& dev);

    system& sys_;
    const std::string prefix_;
    std::map<ns_fd, std::unique_ptr<netlink_channel>> channels_;
    std::map<std::pair<ns_fd, std::string>, int> indices_;
};

// What a workload sends where, and who counts.
struct flow {
    end_point from;
    end_point peer;  // the other end of its pair
    mac_address dst{};
};
struct path {
    std::vector<flow> flows;     // they take turns
    std::vector<end_point> to;   // together they receive `copies` of each frame
    std::uint64_t copies = 1;
    ipv4_address src_ip{}, dst_ip{};  // for the variants with IP frames; dst_ip answers nothing
    ipv4_address end_ip{};            // the last router's: who answers
    std::uint32_t burst = 64;         // small enough for the backlog of a CPU
};

path build_veth(network& n);
// The other end is down: frames end at the first device.
path build_dead_end(network& n);
path build_chain(network& n, unsigned bridges);
path build_flood(network& n, unsigned ports);
path build_route(network& n, unsigned hops);
// Namespaces on one bridge; random pairs of them.
path build_star(network& n, unsigned namespaces);

std::uint64_t received_frames(network& n, const path& p);

}  // namespace vethlab::host
