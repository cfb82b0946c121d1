// iproute2: tc/tc_util.c, lib/utils_math.c
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "sim/tools/lib/double_to_int.h"
#include "sim/tools/tc/tc.h"

namespace vethlab {
namespace {

struct unit {
    const char* suffix;
    double scale;
};
constexpr double ki = 1024, mi = ki * ki, gi = ki * mi, ti = ki * gi;
constexpr unit rate_units[] = {
    {"bit", 1},        {"Kibit", ki},     {"kbit", 1e3},     {"mibit", mi},  {"mbit", 1e6},
    {"gibit", gi},     {"gbit", 1e9},     {"tibit", ti},     {"tbit", 1e12}, {"Bps", 8},
    {"KiBps", 8 * ki}, {"KBps", 8e3},     {"MiBps", 8 * mi}, {"MBps", 8e6},  {"GiBps", 8 * gi},
    {"GBps", 8e9},     {"TiBps", 8 * ti}, {"TBps", 8e12},
};
constexpr unit size_units[] = {
    {"b", 1},   {"kb", ki}, {"k", ki},        {"mb", mi},       {"m", mi},
    {"gb", gi}, {"g", gi},  {"kbit", ki / 8}, {"mbit", mi / 8}, {"gbit", gi / 8},
};
constexpr unit time_units[] = {
    {"s", 1e6},     {"sec", 1e6}, {"secs", 1e6}, {"ms", 1e3},  {"msec", 1e3},
    {"msecs", 1e3}, {"us", 1},    {"usec", 1},   {"usecs", 1},
};

bool same_word(const char* a, const char* b) {
    for (; *a && *b; a++, b++) {
        if (std::tolower(static_cast<unsigned char>(*a)) !=
            std::tolower(static_cast<unsigned char>(*b))) {
            return false;
        }
    }
    return *a == *b;
}

// A number, and perhaps a unit directly behind it.
std::optional<double> scan(const std::string& text, std::span<const unit> units) {
    char* end = nullptr;
    const double v = std::strtod(text.c_str(), &end);
    if (end == text.c_str()) return std::nullopt;
    if (*end == '\0') return v;
    for (const auto& u : units) {
        if (same_word(end, u.suffix)) return v * u.scale;
    }
    return std::nullopt;
}

// What does not fit into 32 bits is no value.
std::optional<std::uint32_t> to_u32(std::optional<double> v) {
    if (!v || !(*v >= 0) || *v >= 4294967296.0) return std::nullopt;
    return std::uint32_t(*v);
}

}  // namespace

std::optional<std::uint32_t> get_qdisc_handle(const std::string& text) {
    if (text == "none") return tc_h::unspec;
    char* end = nullptr;
    const unsigned long major = std::strtoul(text.c_str(), &end, 16);
    if (end == text.c_str() || major > 0xffff || (*end != ':' && *end != '\0')) {
        return std::nullopt;
    }
    return std::uint32_t(major << 16);
}

std::optional<std::uint32_t> get_tc_classid(const std::string& text) {
    if (text == "root") return tc_h::root;
    if (text == "none") return tc_h::unspec;
    char* end = nullptr;
    unsigned long major = std::strtoul(text.c_str(), &end, 16);
    if (end == text.c_str()) {
        major = 0;
        if (*end != ':') return std::nullopt;
    }
    if (*end == '\0') return std::uint32_t(major);
    if (*end != ':' || major > 0xffff) return std::nullopt;
    const unsigned long minor = std::strtoul(end + 1, &end, 16);
    if (*end != '\0' || minor > 0xffff) return std::nullopt;
    return std::uint32_t(major << 16 | minor);
}

std::string tc_classid_text(std::uint32_t id) {
    if (id == tc_h::root) return "root";
    if (id == tc_h::unspec) return "none";
    if (id >> 16 == 0) return strf(":%x", id);
    if ((id & 0xffff) == 0) return strf("%x:", id >> 16);
    return strf("%x:%x", id >> 16, id & 0xffff);
}

std::optional<std::uint64_t> get_rate64(const std::string& text) {
    const auto bits = scan(text, rate_units);
    if (!bits) return std::nullopt;
    return double_to_u64(*bits / 8);
}

std::optional<std::uint32_t> get_size(const std::string& text) {
    return to_u32(scan(text, size_units));
}

std::optional<std::uint32_t> get_size_and_cell(const std::string& text, int& cell_log) {
    const auto slash = text.find('/');
    const auto size = get_size(text.substr(0, slash));
    if (!size || slash == std::string::npos) return size;
    const auto cell = get_integer(text.substr(slash + 1));
    for (int i = 0; cell && i < 32; i++) {
        if (std::uint32_t(*cell) != 1u << i) continue;
        cell_log = i;
        return size;
    }
    return std::nullopt;
}

std::optional<std::uint32_t> get_time(const std::string& text) {
    const auto us = scan(text, time_units);
    if (!us) return std::nullopt;
    return double_to_u32(*us);
}

std::optional<link_layer> get_linklayer(const std::string& text) {
    if (text == "ethernet") return link_layer::ethernet;
    if (text == "atm" || text == "adsl") return link_layer::atm;
    return std::nullopt;
}
const char* linklayer_name(unsigned layer) {
    constexpr const char* names[] = {"unspec", "ethernet", "atm"};
    return layer < std::size(names) ? names[layer] : "unknown";
}

std::string sprint_size(std::uint32_t size) {
    const double v = size;
    const auto near = [&](double step, double slack) {
        return v >= step && std::fabs(step * std::rint(v / step) - v) < slack;
    };
    if (near(mi, 1024)) return strf("%gMb", std::rint(v / mi));
    if (near(ki, 16)) return strf("%gKb", std::rint(v / ki));
    return strf("%ub", size);
}

std::string sprint_time(std::uint32_t us) {
    if (us >= 1000000) return strf("%.3gs", us / 1e6);
    if (us >= 1000) return strf("%.3gms", us / 1e3);
    return strf("%uus", us);
}

void print_size(tc_context& tc, print_as as, const char* key, const char* fmt, std::uint32_t size) {
    if (tc.print.json()) {
        tc.print.print_uint(as, key, nullptr, size);
    } else {
        tc.print.print_string(as, nullptr, fmt, sprint_size(size));
    }
}

void print_rate(tc_context& tc, print_as as, const char* key, const char* fmt, std::uint64_t rate) {
    if (tc.print.json()) {
        tc.print.print_u64(as, key, nullptr, rate);
        return;
    }
    constexpr const char* units[] = {"", "K", "M", "G", "T"};
    const std::uint64_t kilo = tc.use_iec ? 1024 : 1000;
    std::uint64_t bits = rate << 3;
    std::size_t i = 0;
    for (; i + 1 < std::size(units) && bits >= kilo; i++) {
        if (bits % kilo != 0 && bits < 1000 * kilo) break;
        bits /= kilo;
    }
    tc.print.print_string(as, nullptr, fmt,
                          strf("%llu%s%sbit", static_cast<unsigned long long>(bits), units[i],
                               tc.use_iec && i > 0 ? "i" : ""));
}

namespace {
namespace tca_stats {
enum : std::uint16_t { basic = 1, queue = 3, pkt64 = 8 };
}
struct gnet_stats_queue {
    std::uint32_t qlen, backlog, drops, requeues, overlimits;
};
}  // namespace

void print_tcstats(tc_context& tc, const nlattrs& attrs) {
    auto& print = tc.print;
    if (!attrs.has(tca::stats2)) return;
    const nlattrs stats = attrs.nested(tca::stats2);
    // A class may have none to show in it.
    if (!stats.has(tca_stats::basic) && !stats.has(tca_stats::queue)) return;
    if (auto* basic = stats.get(tca_stats::basic)) {
        const nlattr* packets64 = stats.get(tca_stats::pkt64);
        print.print_u64(print_as::any, "bytes", " Sent %llu bytes", basic->u64());
        print.print_u64(print_as::any, "packets", " %llu pkt",
                        packets64 ? packets64->u64() : load<std::uint32_t>(basic->data, 8));
    }
    if (auto* attr = stats.get(tca_stats::queue)) {
        const auto q = attr->as<gnet_stats_queue>();
        print.print_uint(print_as::any, "drops", " (dropped %u", q.drops);
        print.print_uint(print_as::any, "overlimits", ", overlimits %u", q.overlimits);
        print.print_uint(print_as::any, "requeues", " requeues %u) ", q.requeues);
        print.nl(tc.sl());
        print_size(tc, print_as::any, "backlog", " backlog %s", q.backlog);
        print.print_uint(print_as::any, "qlen", " %up", q.qlen);
        print.print_uint(print_as::fp, nullptr, " requeues %u", q.requeues);
    }
    print.nl(tc.sl());
}

}  // namespace vethlab
