#include "host/bench/measurement.h"

#include <sched.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "host/bench/bpf.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

// Of this thread, in ns. What a system call sets off in softirqs runs before it returns, and counts;
// waiting for RCU, as at the end of a run of live frames, does not.
double processor_time() {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e9 + double(t.tv_nsec);
}

// What the sides have in common.
class sending_experiment : public experiment {
 public:
    void repeat(double seconds) override {
        if (!result.trouble.empty()) return;
        try {
            enter();
            if (!count_) return find_count(seconds);
            const double fixed = fixed_cost();
            settle(0);
            const std::uint64_t before = delivered();
            result.ns.push_back(std::max(run(count_) - fixed, 0.0) / double(count_));
            result.sent += count_;
            result.expected += count_ * path_.copies;
            settle(before + count_ * path_.copies);
            result.delivered += delivered() - before;
        } catch (const network_error& e) {
            result.trouble = e.what();
        }
    }

 protected:
    explicit sending_experiment(const setting& s) { result = s.about; }
    virtual void enter() {}
    virtual std::uint64_t delivered() { return received_frames(*network_, path_); }
    virtual void settle(std::uint64_t /*delivered*/) {}
    // They may run in a thread of their own. Wanted 0: until nothing comes any more.
    void wait_for_softirqs(std::uint64_t wanted) {
        std::uint64_t last = delivered();
        for (int tries = 0, same = 0; tries < 200 && same < 5; tries++) {
            if (wanted && last >= wanted) return;
            std::this_thread::sleep_for(std::chrono::microseconds(wanted ? 1000 : 100));
            const std::uint64_t now = delivered();
            same = now == last ? same + 1 : 0;
            last = now;
        }
    }
    // What the network has to know: who is where.
    void teach();

    std::unique_ptr<network> network_;
    path path_;
    std::vector<std::unique_ptr<sender>> senders_;

    static constexpr std::uint64_t turn = 64;
    void send(std::uint64_t count) {
        for (std::uint64_t left = count; left > 0;) {
            for (std::size_t i = 0; i < senders_.size() && left > 0; i++) {
                const std::uint64_t now = senders_.size() == 1 ? left : std::min(left, turn);
                senders_[i]->send(now);
                left -= now;
            }
        }
    }

 private:

    void find_count(double seconds) {
        count_ = turn * senders_.size();
        const double fixed = fixed_cost();
        const double enough = std::max(seconds * 1e9 / 2, 3 * fixed);
        while (run(count_) - fixed < enough && count_ < (1u << 26)) count_ *= 2;
    }
    double fixed_cost() { return senders_[0]->has_fixed_cost() ? run(turn) : 0; }

    double run(std::uint64_t count) {
        const double start = processor_time();
        send(count);
        return processor_time() - start;
    }
    std::uint64_t count_ = 0;
};

class simulated_experiment final : public sending_experiment {
 public:
    explicit simulated_experiment(const setting& s) : sending_experiment(s) {
        result.side = "sim";
        result.method = "dev_queue_xmit";
        try {
            make(s, [&](const flow& f) {
                return simulated(sys_, f.from, frame_of(*network_, path_, f, s.kind, s.size));
            });
        } catch (const network_error& e) {
            result.trouble = e.what();
        }
    }
    simulated_experiment(const setting& s, kernel_method method, program what,
                         const cpu_costs& costs)
        : sending_experiment(s), krn_({.costs = costs}) {
        make(s, [&](const flow& f) -> std::unique_ptr<sender> {
            if (method == kernel_method::program) {
                return program_sender(*network_, path_, f, what, s.kind, s.size);
            }
            return simulated(sys_, f.from, frame_of(*network_, path_, f, s.kind, s.size));
        });
    }
    ~simulated_experiment() override {  // before the kernel that they live in
        senders_.clear();
        network_.reset();
    }

    simulated_work work() {
        constexpr std::uint64_t items = 4 * turn;
        const auto done = krn_.cpu->done;
        const sim_time start = krn_.now();
        send(items * senders_.size());
        simulated_work w;
        const double n = double(items * senders_.size());
        for (std::size_t i = 0; i < cpu_works; i++) {
            w.times[i] = double(krn_.cpu->done[i] - done[i]) / n;
        }
        w.ns = double((krn_.now() - start).count()) / n;
        return w;
    }

 private:
    template <class F>
    void make(const setting& s, F sender_for) {
        network_ = std::make_unique<network>(sys_, ns_fd(krn_.init_net().number));
        if (s.nf == bridge_nf::off) {
            network_->set(network_->home, "net/bridge/bridge-nf-call-iptables", "0");
        }
        path_ = s.build(*network_);
        teach();
        for (const auto& f : path_.flows) senders_.push_back(sender_for(f));
    }

    kernel krn_;
    sim_system sys_{krn_};
};

class real_experiment final : public sending_experiment {
 public:
    real_experiment(const setting& s, kernel_method method, program what)
        : sending_experiment(s) {
        result.side = "kernel";
        result.method = name_of(method, what);
        try {
            make(s, method, what);
        } catch (const network_error& e) {
            result.trouble = e.what();
        }
    }

 private:
    static const char* name_of(kernel_method method, program what) {
        switch (method) {
            case kernel_method::tx_ring:
                return "TX ring";
            case kernel_method::sendmmsg:
                return "sendmmsg";
            case kernel_method::live_frames:
                return "live frames";
            case kernel_method::program:
                break;
        }
        return program_name_of(what);
    }
    std::unique_ptr<sender> sender_for(const setting& s, const flow& f, kernel_method method,
                                       program what) {
        const auto o = frame_of(*network_, path_, f, s.kind, s.size);
        switch (method) {
            case kernel_method::tx_ring:
                return tx_ring(*network_, f.from, o);
            case kernel_method::sendmmsg:
                return sendmmsg_socket(*network_, f.from, o);
            case kernel_method::live_frames:
                return live_frames(*network_, f, o);
            case kernel_method::program:
                break;
        }
        return program_sender(*network_, path_, f, what, s.kind, s.size);
    }
    void make(const setting& s, kernel_method method, program what) {
        if (::unshare(CLONE_NEWNET) < 0) throw network_error("no network namespace");
        sys_ = std::make_unique<kernel_system>();
        // Names are the machine's: those of other experiments are in use.
        static unsigned number = 0;
        prefix_ = strf("x%u-", number++);
        network_ = std::make_unique<network>(*sys_, sys_->home(), prefix_);
        if (s.nf == bridge_nf::off) {
            network_->set(network_->home, "net/bridge/bridge-nf-call-iptables", "0");
        }
        path_ = s.build(*network_);
        teach();
        for (const auto& f : path_.flows) senders_.push_back(sender_for(s, f, method, what));
    }
    void enter() override { ::setns(sys_->home(), CLONE_NEWNET); }
    void settle(std::uint64_t wanted) override { wait_for_softirqs(wanted); }
    std::string offloads() override {
        if (!result.trouble.empty() || path_.to.empty()) return "";
        enter();
        return "sender " + offloads_of(path_.flows[0].from) + "; next to it " +
               offloads_of(path_.flows[0].peer) + "; receiver " + offloads_of(path_.to[0]);
    }
    std::string offloads_of(const end_point& dev) {
        std::vector<ethtool_feature> all;
        (void)sys_->ethtool(dev.ns)->features(dev.name, all);
        std::string text;
        for (const auto& f : all) {
            const bool gso = f.name == "tx-generic-segmentation", gro = f.name == "rx-gro";
            if (!gso && !gro) continue;
            text += strf("%s%s %s", text.empty() ? "" : ", ", gso ? "GSO" : "GRO",
                         f.active ? "on" : "off");
        }
        return text;
    }

    std::unique_ptr<kernel_system> sys_;
    std::string prefix_;
};

// Pairs x0-y0, x1-y1 ...: what comes out at y0 is sent to x1 before the stack sees it.
class xdp_chain final : public sending_experiment {
 public:
    xdp_chain(const setting& s, unsigned pairs) : sending_experiment(s) {
        result.side = "kernel";
        result.method = "XDP redirect";
        try {
            make(s, pairs);
        } catch (const network_error& e) {
            result.trouble = e.what();
        }
    }

 private:
    void make(const setting& s, unsigned pairs) {
        if (::unshare(CLONE_NEWNET) < 0) throw network_error("no network namespace");
        sys_ = std::make_unique<kernel_system>();
        network_ = std::make_unique<network>(*sys_, sys_->home());
        const ns_fd home = sys_->home();
        network_->set(home, "net/ipv6/conf/all/disable_ipv6", "1");
        for (unsigned i = 0; i < pairs; i++) {
            network_->add_veth({home, strf("x%u", i)}, {home, strf("y%u", i)});
        }
        const end_point last{home, strf("y%u", pairs - 1)};
        for (unsigned i = 0; i < pairs; i++) {
            const bool ends = i + 1 == pairs;
            const int next = ends ? 0 : network_->link({home, strf("x%u", i + 1)}).index;
            attached_.push_back(attach_xdp(load_xdp(ends ? xdp::drop : xdp::redirect, next),
                                           network_->link({home, strf("y%u", i)}).index));
        }
        path_.flows.push_back({{home, "x0"}, {home, "y0"}, network_->link(last).address});
        path_.to.push_back(last);
        senders_.push_back(live_frames(
            *network_, path_.flows[0], frame_of(*network_, path_, path_.flows[0], s.kind, s.size)));
    }
    void enter() override { ::setns(sys_->home(), CLONE_NEWNET); }
    void settle(std::uint64_t wanted) override { wait_for_softirqs(wanted); }

    std::unique_ptr<kernel_system> sys_;
    std::vector<open_file> attached_;
};

void sending_experiment::teach() {
    // A broadcast from each receiver tells all bridges; a frame each way, ARP all routers.
    const auto send = [&](const end_point& dev, bytes_view frame) {
        std::unique_ptr<socket> s;
        system& sys = network_->sys();
        err e = sys.open_socket(dev.ns, sock_kind::packet, s);
        if (e == err::ok) e = s->bind_packet(network_->link(dev).index, 0);
        if (e == err::ok) e = s->send_frame(frame);
        if (e != err::ok) throw network_error(dev.name + ": " + strerror(e));
    };
    for (const auto& dev : path_.to) {
        traffic_options hello;
        hello.dst = mac_broadcast;
        hello.src = network_->link(dev).address;
        send(dev, traffic_source(hello).take());
    }
    for (const auto& f : path_.flows) {
        traffic_source first(frame_of(*network_, path_, f, frames::ip, 64));
        send(f.from, first.take());
    }
}

}  // namespace

std::unique_ptr<experiment> sim_experiment(const setting& s) {
    return std::make_unique<simulated_experiment>(s);
}
std::unique_ptr<experiment> kernel_experiment(const setting& s, kernel_method method,
                                              program what) {
    return std::make_unique<real_experiment>(s, method, what);
}
simulated_work simulate_work(const setting& s, kernel_method method, program what,
                             const cpu_costs& costs) {
    return simulated_experiment(s, method, what, costs).work();
}
std::unique_ptr<experiment> xdp_experiment(const setting& s, unsigned pairs) {
    return std::make_unique<xdp_chain>(s, pairs);
}

}  // namespace vethlab::host
