#pragma once
// Watches the namespaces of a lab on the real kernel: every frame on every device, from a
// namespace's creation on; when the network is at rest; the conditions of tests/golden/README.md.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/mirror/canonical_macs.h"
#include "host/mirror/links.h"
#include "host/mirror/softirq.h"
#include "sim/transcript.h"

namespace vethlab::host {

struct observer_options {
    bool capture = false;     // one packet socket a namespace
    bool conditions = false;  // set the sysctls, give random MACs their canonical value
    bool ipv6 = false;        // left on
};

struct seen_frame {
    std::string netns, device;
    packet_type type;
    sim_time when;
    std::vector<std::byte> bytes;
    unsigned command;  // the one under way, from 1
};

class observer {
 public:
    observer(kernel_system& sys, const observer_options& options, std::string_view script);

    // New namespaces get their sysctls and their tap; gone ones are forgotten.
    void refresh();
    // Before a namespace is deleted: whoever has a socket in it keeps it alive.
    void forget(const std::string& netns);
    void collect();  // the frames that are there now
    // Until no change of a carrier is pending, and no frame under way. Where frames come by
    // themselves (from `jobs` of the script, a shaper, a bridge's protocols): for 15 ms.
    void settle(bool jobs = false);
    void start();  // forgets what the preparations sent
    void next_command() { command_++; }

    std::vector<named_netns> order();  // of creation; "-" is the first
    std::vector<kernel_link> links(ns_fd ns) { return get_links(sys_, ns); }
    const std::vector<seen_frame>& frames() const { return frames_; }
    const canonical_macs& macs() const { return macs_; }

 private:
    struct space {
        std::string name;
        std::unique_ptr<socket> tap;
        std::map<int, std::string> names;  // of its devices by index, gone ones as well
        std::unique_ptr<netlink_channel> channel;
        std::vector<kernel_link> links;  // as look() saw them last
    };
    ns_fd open(const space& s);
    void prepare(space& s);
    void look();
    bool look_at(space& s);
    bool learn_macs();
    bool frames_may_come() const;
    void wait_for_silence();
    void drain(space& s);

    kernel_system& sys_;
    const observer_options options_;
    canonical_macs macs_;
    const softirq softirq_;
    std::vector<space> spaces_;
    std::vector<seen_frame> frames_;
    unsigned command_ = 1;
};

}  // namespace vethlab::host
