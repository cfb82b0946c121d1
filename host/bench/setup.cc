// How long it takes to make many namespaces, each with an address and a pair to one bridge.
#include <sched.h>
#include <time.h>

#include <chrono>

#include "host/bench/measurement.h"
#include "host/bench/star_program.h"
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

// Makes the namespaces, and takes them down again: two figures.
class setup_experiment : public experiment {
 public:
    setup_experiment(const setting& s, const char* side, const char* method, pair_way way)
        : way_(way) {
        result = s.about;
        result.side = side;
        result.method = method;
        take_down_ = result;
        result.what = way == pair_way::moved ? "set-up, moved" : "set-up";
        take_down_.what = "tear-down";
    }
    void repeat(double) override {
        if (!result.trouble.empty()) return;
        try {
            measure(result, [&] { make(); });
            measure(take_down_, [&] { take_down(); });
            warm_ = true;
            clean_up();
        } catch (const network_error& e) {
            result.trouble = take_down_.trouble = e.what();
        }
    }
    std::vector<measurement> more() override {
        // It does not matter for it how pairs got there.
        if (way_ == pair_way::moved) return {};
        return {std::move(take_down_)};
    }

 protected:
    virtual void make() = 0;
    virtual void take_down() = 0;
    virtual void clean_up() {}  // what no figure is of
    const pair_way way_;

 private:
    template <class F>
    void measure(measurement& m, F f) {
        const auto start = std::chrono::steady_clock::now();
        const double busy = busy_ns();
        f();
        const double busy_after = busy_ns();
        const std::chrono::duration<double, std::nano> took =
            std::chrono::steady_clock::now() - start;
        if (!warm_) return;
        m.ns.push_back(took.count() / m.n);
        m.busy_ns.push_back((busy_after - busy) / m.n);
        m.sent = m.expected = m.delivered = m.n;
    }

    measurement take_down_;
    bool warm_ = false;
};

class simulated_setup final : public setup_experiment {
 public:
    simulated_setup(const setting& s, pair_way way)
        : setup_experiment(s, "sim", "rtnetlink", way) {}

 private:
    struct machine {
        kernel krn;
        sim_system sys{krn};
        star_program program;
        explicit machine(pair_way way) : program(sys, ns_fd(krn.init_net().number), way, "s") {}
    };
    void make() override {
        machine_ = std::make_unique<machine>(way_);
        machine_->program.make(result.n);
    }
    void take_down() override {
        machine_->program.remove(result.n);
        if (machine_->program.ports() != 0) throw network_error("namespaces that do not go");
    }
    void clean_up() override { machine_.reset(); }

    std::unique_ptr<machine> machine_;
};

// The same steps as commands.
class script_setup final : public setup_experiment {
 public:
    explicit script_setup(const setting& s)
        : setup_experiment(s, "sim", "script", pair_way::made_there) {}

 private:
    void make() override {
        lab_ = std::make_unique<lab>(lab_options{.hints = false}, out_, errors_);
        run("sysctl -q net.ipv6.conf.all.disable_ipv6=1\n"
            "ip link add br0 up type bridge mcast_snooping 0\n"
            "i=1\n"
            "while [ $i -le $1 ]; do\n"
            "    ip netns add s$i\n"
            "    ip netns exec s$i sysctl -q net.ipv6.conf.all.disable_ipv6=1\n"
            "    ip link add p$i type veth peer name eth0 netns s$i\n"
            "    ip link set p$i master br0 up\n"
            "    ip -n s$i link set lo up\n"
            "    ip -n s$i link set eth0 up\n"
            "    ip -n s$i addr add 10.128.$((i / 256)).$((i % 256))/9 dev eth0\n"
            "    i=$((i + 1))\n"
            "done\n");
    }
    void take_down() override { run("ip -all netns delete\n"); }
    void clean_up() override { lab_.reset(); }
    void run(const char* text) {
        if (lab_->run_script(text, "setup", {std::to_string(result.n)}).exit_status != 0) {
            throw network_error(errors_.text);
        }
    }

    null_writer out_;
    string_writer errors_;
    std::unique_ptr<lab> lab_;
};

class real_setup final : public setup_experiment {
 public:
    real_setup(const setting& s, pair_way way)
        : setup_experiment(s, "kernel", "rtnetlink", way) {}

 private:
    static constexpr const char* prefix = "setup-";

    void make() override {
        if (!sys_) {
            if (::unshare(CLONE_NEWNET) < 0) throw network_error("no network namespace");
            sys_ = std::make_unique<kernel_system>();
            program_ = std::make_unique<star_program>(*sys_, sys_->home(), way_, prefix,
                                                      [this] { sys_->close_namespaces({}); });
        }
        program_->make(result.n);
    }
    // The names, and until the kernel has done what it does in threads of its own.
    void take_down() override {
        program_->remove(result.n);
        constexpr timespec pause{0, 5'000'000};
        while (program_->ports() != 0) ::nanosleep(&pause, nullptr);
    }
    // So that the next one does not share the machine with the end of this one.
    void clean_up() override {
        program_.reset();
        wait_for_netns_cleanup(*sys_);
        sys_.reset();
    }

    std::unique_ptr<kernel_system> sys_;
    std::unique_ptr<star_program> program_;
};

}  // namespace

std::vector<std::unique_ptr<experiment>> setup_experiments(const setting& s, bool sim, bool real) {
    std::vector<std::unique_ptr<experiment>> all;
    for (const pair_way way : {pair_way::made_there, pair_way::moved}) {
        if (sim) all.push_back(std::make_unique<simulated_setup>(s, way));
        if (real) all.push_back(std::make_unique<real_setup>(s, way));
    }
    if (sim) all.push_back(std::make_unique<script_setup>(s));
    return all;
}

}  // namespace vethlab::host
