#include "host/bench/calibration.h"

#include <cmath>

#include "sim/text.h"

namespace vethlab::host {
namespace {

// One network, and what is done in it.
struct lab_point {
    setting about;
    kernel_method method = kernel_method::program;
    program what = program::packet_send;
};

lab_point point(const char* workload, unsigned n, builder build) {
    lab_point p;
    p.about.about.workload = workload;
    p.about.about.n = n;
    p.about.about.what = "non-IP";
    p.about.build = std::move(build);
    return p;
}
lab_point chain(unsigned n) {
    return point("chain", n, [n](network& net) { return build_chain(net, n); });
}
lab_point flood(unsigned n) {
    return point("flood", n, [n](network& net) { return build_flood(net, n); });
}
lab_point as_ip(lab_point p) {
    p.about.kind = frames::ip;
    p.about.about.what = "IP, bridge-nf on";
    return p;
}
lab_point route(unsigned n) {
    lab_point p = point("route", n, [n](network& net) { return build_route(net, n); });
    p.about.kind = frames::ip;
    p.about.about.what = "IP";
    return p;
}
lab_point with(lab_point p, program what) {
    p.what = what;
    return p;
}
lab_point of_size(lab_point p, unsigned size) {
    p.about.size = size;
    p.about.about.what += strf(", %u bytes", size);
    return p;
}
lab_point live(lab_point p) {
    p.method = kernel_method::live_frames;
    return p;
}

std::vector<lab_point> to_calibrate_on() {
    std::vector<lab_point> all;
    all.push_back(point("dead end", 0, build_dead_end));
    for (const unsigned n : {0u, 1u, 2u, 8u, 24u}) all.push_back(chain(n));
    all.push_back(of_size(chain(0), 1514));
    for (const unsigned n : {0u, 2u, 8u, 24u}) all.push_back(as_ip(chain(n)));
    for (const unsigned n : {2u, 12u, 48u}) all.push_back(flood(n));
    for (const unsigned n : {1u, 3u, 9u}) all.push_back(route(n));
    all.push_back(with(route(0), program::udp_send));
    all.push_back(with(route(0), program::udp_echo));
    all.push_back(with(route(0), program::icmp_echo));
    for (const unsigned n : {2u, 8u, 24u}) all.push_back(live(chain(n)));
    return all;
}

std::vector<lab_point> to_predict() {
    std::vector<lab_point> all;
    for (const unsigned n : {4u, 12u, 32u}) all.push_back(chain(n));
    for (const unsigned n : {5u, 16u}) all.push_back(as_ip(chain(n)));
    for (const unsigned n : {6u, 24u, 100u}) all.push_back(flood(n));
    for (const unsigned n : {2u, 6u}) all.push_back(route(n));
    all.push_back(of_size(chain(6), 1000));
    all.push_back(with(route(4), program::udp_echo));
    all.push_back(with(route(4), program::icmp_echo));
    return all;
}

experiments kernel_side(const std::vector<lab_point>& points) {
    experiments all;
    for (const auto& p : points) all.push_back(kernel_experiment(p.about, p.method, p.what));
    return all;
}

// Nothing is free of charge in a simulated kernel with these, so its clock never stands still.
cpu_costs nominal() {
    cpu_costs c;
    c.picoseconds.fill(1000);
    return c;
}

simulated_work simulate(const lab_point& p, const cpu_costs& costs) {
    return simulate_work(p.about, p.method, p.what, costs);
}

// Live frames come into being in another way, and on the first pair they pass NAPI instead of a
// backlog: an unknown of its own, a constant for each of them.
constexpr std::size_t unknown_works = cpu_works + 1;

std::vector<double> row_of(const lab_point& p) {
    const simulated_work w = simulate(p, nominal());
    std::vector<double> row(w.times.begin(), w.times.end());
    row.resize(unknown_works);
    if (p.method != kernel_method::live_frames) return row;
    row[std::size_t(cpu_work::packet_send)] = row[std::size_t(cpu_work::byte_copied)] = 0;
    row[cpu_works] = 1;
    return row;
}

cpu_costs solve(const std::vector<lab_point>& points, const std::vector<measurement>& measured,
                std::vector<comparison>& fitted) {
    std::vector<std::vector<double>> rows;
    std::vector<double> ns;
    for (std::size_t i = 0; i < points.size(); i++) {
        if (measured[i].ns.empty() || !measured[i].lossless()) continue;
        rows.push_back(row_of(points[i]));
        ns.push_back(median_of(measured[i].ns).median);
        fitted.push_back({measured[i]});
    }
    const std::vector<double> x = solve_relative(rows, ns);
    for (std::size_t i = 0; i < rows.size(); i++) {
        for (std::size_t j = 0; j < unknown_works; j++) fitted[i].computed += rows[i][j] * x[j];
    }
    cpu_costs costs;
    for (std::size_t w = 0; w < cpu_works; w++) {
        costs.picoseconds[w] = std::uint32_t(std::lround(x[w] * 1000));
    }
    return costs;
}

void add_predictions(const std::vector<lab_point>& points, const measurement* measured,
                     calibration& c) {
    for (std::size_t i = 0; i < points.size(); i++) {
        const measurement& m = measured[i];
        if (m.ns.empty() || !m.lossless()) {
            c.remarks.push_back(strf("%s %u: not measured%s%s", m.workload.c_str(), m.n,
                                     m.trouble.empty() ? ", frames were lost" : ": ",
                                     m.trouble.c_str()));
            continue;
        }
        c.predicted.push_back({m, simulate(points[i], c.costs).ns});
    }
}

bench_results measure(const calibration_options& o, const char* what,
                      const std::vector<lab_point>& points) {
    bench_options b;
    b.workload = what;
    b.repetitions = o.repetitions;
    b.seconds = o.seconds;
    b.progress = o.progress;
    return run_in_turns(b, [&] { return kernel_side(points); }, isolated::on_one_cpu);
}

}  // namespace

calibration calibrate(const calibration_options& o, bool predict_too) {
    const auto known = to_calibrate_on();
    const auto unknown = predict_too ? to_predict() : std::vector<lab_point>();
    auto all = known;
    all.insert(all.end(), unknown.begin(), unknown.end());
    bench_results r = measure(o, "calibrate", all);

    calibration c;
    c.remarks = std::move(r.remarks);
    c.costs = solve(known, r.all, c.calibrated);
    if (c.costs[cpu_work::netif_rx] < 1000) {
        const std::string why = r.all[1].trouble;
        throw network_error("calibration: a veth hop cannot be measured here" +
                            (why.empty() ? "" : ": " + why));
    }
    add_predictions(unknown, r.all.data() + known.size(), c);
    return c;
}

calibration predict(const calibration_options& o, const cpu_costs& costs) {
    const auto points = to_predict();
    bench_results r = measure(o, "predict", points);
    calibration c;
    c.costs = costs;
    c.remarks = std::move(r.remarks);
    add_predictions(points, r.all.data(), c);
    return c;
}

std::vector<std::string> comparison_table(const std::vector<comparison>& all) {
    std::vector<std::string> lines;
    lines.push_back(strf("%-9s %4s  %-14s %-22s %10s %22s %10s %7s", "network", "n", "sender", "frames",
                         "measured", "[95 % interval]", "computed", "error"));
    for (const auto& c : all) {
        const estimate e = median_of(c.real.ns);
        lines.push_back(strf("%-9s %4u  %-14s %-22s %10.1f %22s %10.1f %+6.1f%%",
                             c.real.workload.c_str(), c.real.n, c.real.method.c_str(),
                             c.real.what.c_str(), e.median, strf("[%.1f, %.1f]", e.low, e.high).c_str(),
                             c.computed, 100 * c.error()));
    }
    return lines;
}

}  // namespace vethlab::host
