#include "host/bench/suite.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "host/mirror/isolation.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

struct variant {
    const char* name;
    frames kind;
    bridge_nf nf;
};
constexpr variant non_ip{"non-IP", frames::other, bridge_nf::on};
constexpr variant ip_nf{"IP, bridge-nf on", frames::ip, bridge_nf::on};
constexpr variant ip_plain{"IP, bridge-nf off", frames::ip, bridge_nf::off};
constexpr variant routed{"IP", frames::ip, bridge_nf::on};

setting setting_of(const bench_options& o, unsigned n, const variant& v) {
    setting s;
    s.kind = v.kind;
    s.nf = v.nf;
    s.size = o.size;
    s.about.workload = o.workload;
    s.about.n = n;
    s.about.what = v.name;
    if (o.workload == "veth") s.build = build_veth;
    if (o.workload == "chain") {
        s.build = [n](network& net) { return build_chain(net, n); };
        s.about.hops = n + 1;
    }
    if (o.workload == "flood") {
        s.build = [n](network& net) { return build_flood(net, n); };
        s.about.hops = n;
    }
    if (o.workload == "route") {
        s.build = [n](network& net) { return build_route(net, n); };
        s.about.hops = n + 1;
    }
    if (o.workload == "star") {
        s.build = [n](network& net) { return build_star(net, n); };
        s.about.hops = 2;
    }
    return s;
}

std::vector<variant> variants_of(const std::string& workload) {
    if (workload == "route") return {routed};
    if (workload == "chain") return {non_ip, ip_nf, ip_plain};
    return {non_ip};
}

// System calls are measured once, with the first kind of frames.
void add_kernel_experiments(const setting& s, bool with_calls, experiments& all) {
    // A call for live frames is for one flow, and too dear to take turns.
    if (s.about.workload != "star") {
        all.push_back(kernel_experiment(s, kernel_method::live_frames));
    }
    if (with_calls) all.push_back(kernel_experiment(s, kernel_method::tx_ring));
    if (s.about.workload == "veth") {
        all.push_back(kernel_experiment(s, kernel_method::sendmmsg));
    }
}

experiments make_experiments(const bench_options& o) {
    experiments all;
    for (const unsigned n : o.n) {
        if (o.workload == "setup") {
            for (auto& e : setup_experiments(setting_of(o, n, non_ip), o.sim, o.real)) {
                all.push_back(std::move(e));
            }
            continue;
        }
        bool first = true;
        for (const auto& v : variants_of(o.workload)) {
            const setting s = setting_of(o, n, v);
            if (o.sim) all.push_back(sim_experiment(s));
            if (o.real) add_kernel_experiments(s, first, all);
            first = false;
        }
        if (o.real && o.workload == "chain") {
            all.push_back(xdp_experiment(setting_of(o, n, non_ip), n + 1));
        }
    }
    return all;
}

// ---- what may disturb

std::string first_line(const char* file) {
    std::ifstream f(file);
    std::string line;
    std::getline(f, line);
    return line;
}

class watch_dog {
 public:
    void look() { times_.push_back(canary()); }
    void remarks(std::vector<std::string>& out) {
        const auto [low, high] = std::minmax_element(times_.begin(), times_.end());
        const auto slow = std::count_if(times_.begin(), times_.end(),
                                        [&](double t) { return t > 1.15 * *low; });
        if (times_.size() > 1 && slow * 10 > std::ptrdiff_t(times_.size())) {
            out.push_back(strf("noisy machine: a fixed loop took %.0f to %.0f us, and was more than "
                               "15 %% slower in %td of %zu looks",
                               *low / 1000, *high / 1000, slow, times_.size()));
        }
        const auto governor =
            first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
        if (!governor.empty() && governor != "performance") {
            out.push_back("CPU frequency governor: " + governor + ", not performance");
        }
        double load = 0;
        std::istringstream(first_line("/proc/loadavg")) >> load;
        if (load > 1.5) out.push_back(strf("load average %.1f: others are running", load));
    }

 private:
    std::vector<double> times_;
};

bench_results run_here(const bench_options& o, experiments all) {
    watch_dog dog;
    for (unsigned i = 0; i <= o.repetitions; i++) {  // the first is for warming up
        if (o.progress) {
            std::fprintf(stderr, "\rvethlab bench: %s, repetition %u of %u ", o.workload.c_str(), i,
                         o.repetitions);
            std::fflush(stderr);
        }
        for (auto& e : all) {
            dog.look();
            e->repeat(o.seconds);
        }
    }
    if (o.progress) std::fprintf(stderr, "\r%*s\r", 60, "");
    bench_results r;
    std::set<std::string> offloads;  // by method: live frames need GRO on the first pair, for NAPI
    for (auto& e : all) {
        const std::string state = e->offloads();
        if (!state.empty()) offloads.insert(e->result.method + ": " + state);
        r.all.push_back(std::move(e->result));
        for (auto& m : e->more()) r.all.push_back(std::move(m));
    }
    for (const auto& state : offloads) r.remarks.push_back(state);
    dog.remarks(r.remarks);
    return r;
}

// ---- from the process that ran it to ours: a line each, words between tabs

std::string pack(const bench_results& r) {
    std::string text;
    for (const auto& m : r.all) {
        text += strf("m\t%s\t%u\t%g\t%s\t%s\t%s\t%llu\t%llu\t%llu\t%s", m.workload.c_str(), m.n,
                     m.hops, m.side.c_str(), m.method.c_str(), m.what.c_str(),
                     (unsigned long long)m.sent, (unsigned long long)m.delivered,
                     (unsigned long long)m.expected, m.trouble.c_str());
        for (const double v : m.ns) text += strf("\t%.9g", v);
        text += "\nb\t";
        for (const double v : m.busy_ns) text += strf("\t%.9g", v);
        text += '\n';
    }
    for (const auto& remark : r.remarks) text += "r\t" + remark + '\n';
    return text;
}

bench_results unpack(const std::string& text) {
    bench_results r;
    std::istringstream lines(text);
    for (std::string l; std::getline(lines, l);) {
        std::vector<std::string> words;
        std::istringstream in(l);
        for (std::string w; std::getline(in, w, '\t');) words.push_back(w);
        if (words.size() == 2 && words[0] == "r") r.remarks.push_back(words[1]);
        for (std::size_t i = 2; i < words.size() && words[0] == "b"; i++) {
            r.all.back().busy_ns.push_back(std::stod(words[i]));
        }
        if (words.size() < 10 || words[0] != "m") continue;
        measurement m{words[1], unsigned(std::stoul(words[2])), std::stod(words[3]),
                      words[4], words[5], words[6], {},
                      std::stoull(words[7]), std::stoull(words[8]), std::stoull(words[9]),
                      words.size() > 10 ? words[10] : "", {}};
        for (std::size_t i = 11; i < words.size(); i++) m.ns.push_back(std::stod(words[i]));
        r.all.push_back(std::move(m));
    }
    return r;
}

}  // namespace

const char* const workload_names[6] = {"veth", "chain", "flood", "route", "star", "setup"};

const workload_parameter* parameter_of(const std::string& workload) {
    static const std::map<std::string, workload_parameter> all = {
        {"veth", {nullptr, {0}}},
        {"chain", {"bridges", {0, 1, 2, 4, 8, 16, 32}}},
        {"flood", {"ports", {16}}},
        {"route", {"hops", {4}}},
        {"star", {"namespaces", {100}}},
        {"setup", {"namespaces", {1000}}}};
    const auto found = all.find(workload);
    return found == all.end() ? nullptr : &found->second;
}

bench_results run_bench(const bench_options& o) {
    // What waits for the kernel's threads shall find them as any program does.
    const isolated there = o.workload == "setup" ? isolated::as_any_program : isolated::on_one_cpu;
    return run_in_turns(o, [&] { return make_experiments(o); }, o.real ? there : isolated::no);
}

bench_results run_in_turns(const bench_options& o, const std::function<experiments()>& make,
                           isolated where) {
    if (where == isolated::no) return run_here(o, make());
    isolation_options how{.ahead_of_others = true};
    if (where == isolated::as_any_program) how = {.cpu = isolation_options::any_cpu};
    return unpack(run_isolated(how, [&] { return pack(run_here(o, make())); }));
}

std::vector<slope> slopes_of(const bench_results& r) {
    std::vector<slope> all;
    for (const auto& m : r.all) {
        if (m.ns.empty() || m.workload != "chain") continue;
        const auto same = [&](const slope& s) {
            return s.side == m.side && s.method == m.method && s.what == m.what;
        };
        auto found = std::find_if(all.begin(), all.end(), same);
        if (found == all.end()) found = all.insert(all.end(), {m.side, m.method, m.what, {}, {}});
        found->points.push_back(&m);
    }
    std::erase_if(all, [](const slope& s) { return s.points.size() < 3; });
    for (auto& s : all) {
        std::vector<double> x, y;
        for (const auto* m : s.points) {
            if (s.points.size() > 4 && m->n == 0) continue;  // no bridge is another way
            x.push_back(m->n);
            y.push_back(median_of(m->ns).median);
        }
        s.fitted = fit(x, y);
    }
    return all;
}

}  // namespace vethlab::host
