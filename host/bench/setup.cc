// How long it takes to make many namespaces, each with an address and a pair to one bridge.
#include <sched.h>
#include <time.h>

#include <chrono>

#include "host/bench/measurement.h"
#include "sim/lab.h"

namespace vethlab::host {
namespace {

// Of this process and, for it, of the kernel. What the kernel does in threads of its own is not
// in it; that the process waits for them is in the time that a clock shows.
double busy_ns() {
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e9 + double(t.tv_nsec);
}

class setup_experiment : public experiment {
 public:
    explicit setup_experiment(const setting& s) : setting_(s) { result = s.about; }
    void repeat(double) override {
        if (!result.trouble.empty()) return;
        try {
            const auto start = std::chrono::steady_clock::now();
            const double busy = busy_ns();
            make();
            const double busy_after = busy_ns();
            const std::chrono::duration<double, std::nano> took =
                std::chrono::steady_clock::now() - start;
            if (warm_) {
                result.ns.push_back(took.count() / result.n);
                result.busy_ns.push_back((busy_after - busy) / result.n);
                result.sent = result.expected = result.delivered = result.n;
            }
            warm_ = true;
            clean_up();
        } catch (const network_error& e) {
            result.trouble = e.what();
        }
    }

 protected:
    virtual void make() = 0;
    virtual void clean_up() {}
    setting setting_;

 private:
    bool warm_ = false;
};

class simulated_setup final : public setup_experiment {
 public:
    explicit simulated_setup(const setting& s) : setup_experiment(s) {
        result.side = "sim";
        result.method = "rtnetlink";
    }

 private:
    void make() override {
        kernel krn;
        sim_system sys(krn);
        network n(sys, ns_fd(krn.init_net().number));
        setting_.build(n);
    }
};

class script_setup final : public setup_experiment {
 public:
    explicit script_setup(const setting& s) : setup_experiment(s) {
        result.side = "sim";
        result.method = "script";
    }

 private:
    void make() override {
        null_writer out;
        string_writer errors;
        lab l({.hints = false}, out, errors);
        const std::string text =
            "sysctl -q net.ipv6.conf.all.disable_ipv6=1\n"
            "ip link add br0 type bridge mcast_snooping 0\n"
            "ip link set br0 up\n"
            "i=1\n"
            "while [ $i -le $1 ]; do\n"
            "    ip netns add s$i\n"
            "    ip netns exec s$i sysctl -q net.ipv6.conf.all.disable_ipv6=1\n"
            "    ip link add p$i type veth peer name eth0 netns s$i\n"
            "    ip link set p$i master br0 up\n"
            "    ip -n s$i link set eth0 up\n"
            "    ip -n s$i addr add 10.128.$((i / 256)).$((i % 256))/9 dev eth0\n"
            "    i=$((i + 1))\n"
            "done\n";
        if (l.run_script(text, "setup", {std::to_string(result.n)}).exit_status != 0) {
            throw network_error(errors.text);
        }
    }
};

class real_setup final : public setup_experiment {
 public:
    explicit real_setup(const setting& s) : setup_experiment(s) {
        result.side = "kernel";
        result.method = "rtnetlink";
    }

 private:
    void make() override {
        if (::unshare(CLONE_NEWNET) < 0) throw network_error("no network namespace");
        sys_ = std::make_unique<kernel_system>();
        network n(*sys_, sys_->home(), "setup-");
        setting_.build(n);
    }
    // So that the next one does not share the machine with the end of this one.
    void clean_up() override {
        for (const auto& name : sys_->netns_list()) {
            if (name.starts_with("setup-")) (void)sys_->netns_delete(name);
        }
        sys_->close_namespaces({});
        wait_for_netns_cleanup(*sys_);
    }
    std::unique_ptr<kernel_system> sys_;
};

}  // namespace

std::vector<std::unique_ptr<experiment>> setup_experiments(const setting& s, bool sim, bool real) {
    std::vector<std::unique_ptr<experiment>> all;
    if (sim) {
        all.push_back(std::make_unique<simulated_setup>(s));
        all.push_back(std::make_unique<script_setup>(s));
    }
    if (real) all.push_back(std::make_unique<real_setup>(s));
    return all;
}

}  // namespace vethlab::host
