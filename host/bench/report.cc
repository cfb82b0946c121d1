#include <cmath>
#include <ctime>

#include "host/bench/suite.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

const char* compared(const std::string& workload) {
    if (workload == "setup") {
        return "An item is a namespace: a name (on the kernel a mount in /run/netns, as ip makes it), no\n"
               "IPv6 (a sysctl), a pair to one bridge, lo and both ends up, an address. rtnetlink: a\n"
               "program in one thread, each step for all namespaces before the next, that waits for the\n"
               "answer to each request; the same messages on both sides. set-up: the far end is made\n"
               "where it belongs; moved: both are made in the first namespace and one is moved, as by ip\n"
               "link set netns. tear-down: the names are deleted; until no pair is left. script: the same\n"
               "steps by ip, through shell and commands, in the simulator. On any CPU, with ordinary\n"
               "priority. ns/namespace is what a clock shows, the kernel's waits for its grace periods\n"
               "included; busy ns, the program's processor time.\n";
    }
    return "Both sides: the frame comes into being, crosses pairs, bridges or routers with lookup,\n"
           "learning and counters, and is dropped by the receiver's stack. Simulated: a pool's\n"
           "buffer is filled, one CPU, no locks, no memory pressure. Kernel: an skb is allocated\n"
           "and freed; a packet socket adds a system call a burst, live frames none (BPF_PROG_TEST_RUN,\n"
           "NAPI on the first pair); XDP redirect has no bridge and no skb, so it does less.\n"
           "Processor time of the sending thread, softirqs included, on one CPU. 'lossy': not all\n"
           "frames arrived, so it was less work.\n";
}

std::string row(const measurement& m) {
    const estimate e = median_of(m.ns);
    std::string text = strf("%4u  %-6s %-14s %-18s", m.n, m.side.c_str(), m.method.c_str(), m.what.c_str());
    if (m.ns.empty()) return text + "  none: " + m.trouble + "\n";
    // In place of the time of a hop, the processor time of a namespace.
    const double other = m.busy_ns.empty() ? e.median / m.hops : median_of(m.busy_ns).median;
    text += strf(" %10.1f [%.1f, %.1f] %9.1f %9.3f", e.median, e.low, e.high, other,
                 1000 / e.median);
    if (!m.lossless()) {
        text += strf("  lossy: %.1f %%", 100.0 * double(m.delivered) / double(m.expected));
    }
    return text + "\n";
}

// Of the best of each side that did the same work, the kernel's time over ours.
std::string ratios(const bench_results& r) {
    std::string text;
    const auto over = [](const std::vector<double>& a, const std::vector<double>& b) {
        return median_of(a).median / median_of(b).median;
    };
    for (const auto& ours : r.all) {
        if (ours.side != "sim" || ours.ns.empty()) continue;
        const measurement* best = nullptr;
        for (const auto& m : r.all) {
            if (m.side != "kernel" || m.n != ours.n || m.what != ours.what || m.ns.empty()) continue;
            if (m.method == "XDP redirect" || !m.lossless()) continue;
            if (!best || median_of(m.ns).median < median_of(best->ns).median) best = &m;
        }
        if (!best) continue;
        text += strf("%4u  sim (%s) is %.1f times as fast as kernel (%s)%s%s", ours.n,
                     ours.method.c_str(), over(best->ns, ours.ns), best->method.c_str(),
                     ours.what.empty() ? "" : ", ", ours.what.c_str());
        if (!ours.busy_ns.empty()) {
            text += strf("; %.1f times by processor time", over(best->busy_ns, ours.busy_ns));
        }
        text += "\n";
    }
    return text;
}

std::string quoted(const std::string& s) {
    std::string out = "\"";
    for (const char c : s) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string json_name(const measurement& m) {
    std::string name = m.workload + "/" + std::to_string(m.n) + "/" + m.side + "/" + m.method;
    if (!m.what.empty()) name += "/" + m.what;
    return name;
}

}  // namespace

std::string report_text(const bench_options& o, const bench_results& r) {
    const bool setup = o.workload == "setup";
    const auto* p = parameter_of(o.workload);
    std::string text = strf("%s: %u repetitions", o.workload.c_str(), o.repetitions);
    if (!setup) text += strf(", frames of %u bytes", o.size);
    text += strf("; median [95 %% interval]\n\n%4s  %-6s %-14s %-18s %10s %20s %9s\n",
                 p->option ? "n" : "", "side", "method", setup ? "" : "frames",
                 setup ? "ns/namespace" : "ns/frame", setup ? "busy ns" : "ns/hop", setup ? "M/s" : "Mframes/s");
    for (const auto& m : r.all) text += row(m);
    if (const auto s = slopes_of(r); !s.empty()) {
        text += "\nper bridge and its link (slope over n >= 1), and what does not depend on n:\n";
        for (const auto& l : s) {
            text += strf("      %-6s %-14s %-18s %10.1f ns  + %.0f ns\n", l.side.c_str(),
                         l.method.c_str(), l.what.c_str(), l.fitted.slope, l.fitted.offset);
        }
        for (const auto& ours : s) {
            if (ours.side != "sim") continue;
            for (const auto& theirs : s) {
                if (theirs.side == "sim" || theirs.what != ours.what) continue;
                if (theirs.method == "XDP redirect") continue;
                text += strf("      %s: kernel (%s) / sim = %.1f\n", ours.what.c_str(),
                             theirs.method.c_str(), theirs.fitted.slope / ours.fitted.slope);
            }
        }
    }
    if (const auto q = ratios(r); !q.empty()) text += "\n" + q;
    text += std::string("\n") + compared(o.workload);
    for (const auto& remark : r.remarks) text += "warning: " + remark + "\n";
    return text;
}

// https://github.com/google/benchmark/blob/main/docs/tools.md: a run each repetition, so that
// compare.py can test whether two files differ.
std::string report_json(const bench_options& o, const bench_results& r) {
    char date[40] = "";
    const std::time_t now = std::time(nullptr);
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S+00:00", std::gmtime(&now));
    std::string text = strf("{\n  \"context\": {\"date\": \"%s\", \"executable\": \"vethlab bench %s\", "
                            "\"num_cpus\": 1, \"mhz_per_cpu\": 0, \"cpu_scaling_enabled\": false, "
                            "\"caches\": [], \"library_build_type\": \"release\", \"warnings\": [",
                            date, o.workload.c_str());
    for (std::size_t i = 0; i < r.remarks.size(); i++) {
        text += (i ? ", " : "") + quoted(r.remarks[i]);
    }
    text += "]},\n  \"benchmarks\": [";
    bool first = true;
    for (std::size_t family = 0; family < r.all.size(); family++) {
        const measurement& m = r.all[family];
        for (std::size_t i = 0; i < m.ns.size(); i++) {
            text += strf("%s\n    {\"name\": %s, \"family_index\": %zu, "
                         "\"per_family_instance_index\": 0, \"run_name\": %s, "
                         "\"run_type\": \"iteration\", \"repetitions\": %zu, "
                         "\"repetition_index\": %zu, \"threads\": 1, \"iterations\": %llu, "
                         "\"real_time\": %.6e, \"cpu_time\": %.6e, \"time_unit\": \"ns\", "
                         "\"items_per_second\": %.6e, \"hops\": %g, \"delivered\": %llu, "
                         "\"expected\": %llu}",
                         first ? "" : ",", quoted(json_name(m)).c_str(), family,
                         quoted(json_name(m)).c_str(), m.ns.size(), i,
                         (unsigned long long)(m.sent / m.ns.size()), m.ns[i],
                         m.busy_ns.empty() ? m.ns[i] : m.busy_ns[i],
                         1e9 / m.ns[i], m.hops, (unsigned long long)m.delivered,
                         (unsigned long long)m.expected);
            first = false;
        }
    }
    return text + "\n  ]\n}\n";
}

}  // namespace vethlab::host
