#include "sim/recorder.h"

#include <vector>

#include "core/dev.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

constexpr std::uint64_t a_loop = 50'000;  // frames; it would never come to rest

}  // namespace

recorder::recorder(sim_system& sys, timer_spread spread, writer& out, writer& err_out,
                   bool sockets)
    : sys_(sys), spread_(spread), wants_sockets_(sockets), transcript_(out, err_out) {
    refresh_sockets();
}
recorder::~recorder() {
    for (auto& [ns, sk] : sockets_) {
        if (!sys_.net_of(ns)) sk->bound = false;
    }
}

// Who records frames opens a socket after the command that makes a namespace, and closes it
// before one that deletes it: here the namespace went with the socket's hook in it.
void recorder::refresh_sockets() {
    if (!wants_sockets_) return;
    std::erase_if(sockets_, [&](auto& s) {
        if (sys_.net_of(s.first)) return false;
        s.second->bound = false;
        return true;
    });
    const auto open = [&](ns_fd ns) {
        auto& sk = sockets_[ns];
        if (sk) return;
        sk = std::make_unique<packet_sock>(*sys_.net_of(ns));
        sk->rcvbuf = 0;  // takes every frame, keeps none
        (void)sk->bind(0, eth_p::all);
    };
    open(0);
    for (const auto& [name, ns] : sys_.named_netns()) open(ns);
}

void recorder::end(const command_event& e, int status) {
    transcript_.end(e, status);
    if (!e.background) settle();
}

// Where recordings come from, all links are asked for after each command, then each of them until
// nothing changes any more: what is pending there comes to an end. Like any listing that gives ids to
// the namespaces of their other ends.
void recorder::look() {
    bool changed = false;
    const auto look_at = [&](netns& net) {
        for (net_device* dev : net.dev_base_head.by_index()) {
            nlmsg_builder unread;
            rtnl_fill_ifinfo(unread, *dev, {.type = rtm::newlink});
        }
        for (net_device* dev : net.dev_base_head.by_index()) {
            const std::uint32_t before = dev_get_flags(*dev);
            dev->krn.linkwatch.sync_dev(*dev);
            sys_.krn.run_softirq(a_loop);
            changed = dev_get_flags(*dev) != before || changed;
        }
    };
    for (int tries = 0; tries < 3; tries++) {
        changed = false;
        look_at(*sys_.net_of(0));
        for (const auto& [name, ns] : sys_.named_netns()) look_at(*sys_.net_of(ns));
        if (!changed) break;
    }
}

// No frame for 15 ms; a real command and the recorder's look at the links take some 20 ms more.
// At the ends of chance as much as a busy machine needs, and next to nothing.
void recorder::settle() {
    refresh_sockets();
    look();
    constexpr sim_time limit = 2s;
    kernel& krn = sys_.krn;
    // On the kernel each command begins in a jiffy of its own.
    if (brisk) return krn.run_until(jiffy * (krn.events.jiffies() + 1));
    const bool soon = spread_ == timer_spread::latest;
    const sim_time quiet = soon ? sim_time(1ms) : 15ms;
    const sim_time command = spread_ == timer_spread::earliest ? sim_time(100ms)
                             : spread_ == timer_spread::latest ? sim_time(0)
                                                               : sim_time(20ms);
    const sim_time end = krn.now() + limit;
    constexpr std::uint64_t a_loop = 50'000;  // frames; it would never come to rest
    const std::uint64_t first = krn.frames_sent;
    krn.run_until(krn.now() + command);
    for (auto seen = krn.frames_sent; krn.now() < end; seen = krn.frames_sent) {
        krn.run_until(krn.now() + quiet);
        if (krn.frames_sent == seen || krn.frames_sent - first > a_loop) break;
    }
}

std::string recorder::state(scheduler& sched) {
    std::vector<named_netns> order{{"-", 0}};
    for (const auto& [name, ns] : sys_.named_netns()) order.push_back({name, ns});
    std::string rows;
    for (const auto& [name, ns] : order) {
        if (ipv6) break;
        for (net_device* dev : sys_.net_of(ns)->dev_base_head.by_index()) {
            rtnl_link_stats64 stats;
            dev_get_stats(*dev, stats);
            rows += counters_row(name, dev->name.str(), stats);
        }
    }
    return rows + state_rows(order, [&](ns_fd ns, const std::vector<std::string>& argv) {
        string_writer out;
        null_writer nothing;
        process p(sched, sys_, ns, out, nothing);
        p.argv = argv;
        executor exec;
        task<int> t = sched.exec(p, nullptr);
        t.start(exec);
        sched.run_until_done([&] { return t.done(); });
        return out.text;
    });
}

}  // namespace vethlab
