// The time of a frame over the length of the chain, both sides, as a drawing.
#include <algorithm>
#include <cmath>

#include "host/bench/suite.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

// Of the drawing; the plot lies inside, the legend below it.
constexpr double width = 860, left = 80, right = 830, top = 60, bottom = 460;
constexpr const char* colours[] = {"#0060a8", "#c03000", "#008060", "#9040a0",
                                   "#b08000", "#404040", "#00a0c0", "#c04080"};

// Both axes: n from 0 on, and the time by powers of ten, since the sides are far apart.
struct scale {
    double most_n = 1, low = 1, high = 10;  // powers of ten
    double x(double n) const { return left + (right - left) * n / most_n; }
    double y(double ns) const {
        const double part = (std::log10(ns) - std::log10(low)) / (std::log10(high) - std::log10(low));
        return bottom - (bottom - top) * part;
    }
};

scale scale_of(const bench_results& r) {
    double least = 1e18, most = 0;
    scale s;
    for (const auto& m : r.all) {
        if (m.ns.empty()) continue;
        const double v = median_of(m.ns).median;
        least = std::min(least, v);
        most = std::max(most, v);
        s.most_n = std::max(s.most_n, double(m.n));
    }
    if (most == 0) least = most = 1;
    s.low = std::pow(10, std::floor(std::log10(least)));
    s.high = std::pow(10, std::ceil(std::log10(most * 1.01)));
    return s;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text,
                    const char* more = "") {
    return strf("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n", x, y, anchor, more,
                text.c_str());
}

std::string axes(const bench_options& o, const scale& s) {
    std::string svg;
    for (double decade = s.low; decade <= s.high * 1.01; decade *= 10) {
        for (int digit = 1; digit < 10; digit++) {
            const double v = decade * digit;
            if (v > s.high * 1.01) break;
            svg += strf("<line x1=\"%g\" y1=\"%.1f\" x2=\"%g\" y2=\"%.1f\" stroke=\"%s\"/>\n", left,
                        s.y(v), right, s.y(v), digit == 1 ? "#b0b0b0" : "#e8e8e8");
        }
        svg += text_at(left - 8, s.y(decade) + 5, "end", strf("%g", decade));
    }
    for (const unsigned n : o.n) {
        svg += strf("<line x1=\"%.1f\" y1=\"%g\" x2=\"%.1f\" y2=\"%g\" stroke=\"#b0b0b0\"/>\n",
                    s.x(n), bottom, s.x(n), bottom + 5);
        svg += text_at(s.x(n), bottom + 22, "middle", std::to_string(n));
    }
    svg += strf("<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"none\" "
                "stroke=\"#404040\"/>\n",
                left, top, right - left, bottom - top);
    const auto* p = parameter_of(o.workload);
    svg += text_at((left + right) / 2, bottom + 44, "middle", p->option ? p->option : "");
    svg += text_at(0, 0, "middle", o.workload == "setup" ? "ns per namespace" : "ns per frame",
                   strf(" transform=\"translate(24 %g) rotate(-90)\"", (top + bottom) / 2).c_str());
    return svg;
}

struct curve {
    std::string name;
    bool real = false;
    std::vector<const measurement*> points;
};

std::vector<curve> curves_of(const bench_results& r) {
    std::vector<curve> all;
    for (const auto& m : r.all) {
        if (m.ns.empty()) continue;
        const std::string name =
            m.side + ", " + m.method + (m.what.empty() ? "" : ", " + m.what);
        auto c = std::find_if(all.begin(), all.end(), [&](const auto& x) { return x.name == name; });
        if (c == all.end()) c = all.insert(all.end(), {name, m.side == "kernel", {}});
        c->points.push_back(&m);
    }
    return all;
}

// Points with their intervals; the fitted line bends on a logarithmic axis.
std::string draw(const curve& c, const slope* fitted, const scale& s, const char* colour) {
    std::string svg;
    for (const auto* m : c.points) {
        const estimate e = median_of(m->ns);
        const double x = s.x(m->n);
        svg += strf("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x,
                    s.y(e.low), x, s.y(e.high), colour);
        if (c.real) {
            svg += strf("<rect x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\" fill=\"%s\"/>\n", x - 4,
                        s.y(e.median) - 4, colour);
        } else {
            svg += strf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\"/>\n", x,
                        s.y(e.median), colour);
        }
    }
    if (!fitted) return svg;
    svg += strf("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"%s points=\"", colour,
                c.real ? " stroke-dasharray=\"6 3\"" : "");
    for (int i = 0; i <= 60; i++) {
        const double n = 1 + (s.most_n - 1) * i / 60;
        const double v = fitted->fitted.offset + fitted->fitted.slope * n;
        if (v >= s.low && v <= s.high) svg += strf("%.1f,%.1f ", s.x(n), s.y(v));
    }
    return svg + "\"/>\n";
}

}  // namespace

std::string report_svg(const bench_options& o, const bench_results& r) {
    const scale s = scale_of(r);
    const auto curves = curves_of(r);
    const auto slopes = slopes_of(r);
    const double height = bottom + 70 + 20 * double((curves.size() + 1) / 2);
    std::string svg = strf(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\" "
        "font-family=\"sans-serif\" font-size=\"14\">\n"
        "<rect width=\"%g\" height=\"%g\" fill=\"white\"/>\n",
        width, height, width, height, width, height);
    svg += text_at((left + right) / 2, 32, "middle",
                   "vethlab bench " + o.workload + ": simulator and kernel", " font-size=\"18\"");
    svg += axes(o, s);
    for (std::size_t i = 0; i < curves.size(); i++) {
        const char* colour = colours[i % std::size(colours)];
        const curve& c = curves[i];
        const auto fitted = std::find_if(slopes.begin(), slopes.end(), [&](const slope& l) {
            return l.points[0] == c.points[0];
        });
        svg += draw(c, fitted == slopes.end() ? nullptr : &*fitted, s, colour);
        const double x = i % 2 ? width / 2 + 15 : 25;
        const double y = bottom + 74 + 20 * double(i / 2);
        svg += strf("<rect x=\"%g\" y=\"%g\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", x, y - 11,
                    colour);
        std::string label = c.name;
        if (fitted != slopes.end()) label += strf(": %.1f ns a bridge", fitted->fitted.slope);
        svg += text_at(x + 18, y, "start", label);
    }
    return svg + "</svg>\n";
}

}  // namespace vethlab::host
