// iproute2: ip/iproute.c:print_rta_metrics
#include "sim/tools/ip/iproute.h"

namespace vethlab {
namespace {

using m = route_metric;
constexpr std::uint32_t any = 0xffffffff;
constexpr std::uint16_t rtax_fastopen_no_cookie = 17;
constexpr std::uint32_t feature_ecn = 1;

// In the order in which beginnings of words are tried.
constexpr route_metric metrics[] = {
    {"mtu", rtax::mtu},
    {"hoplimit", rtax::hoplimit, false, true, m::number, 1, 255},
    {"advmss", rtax::advmss, false, true, m::number, 1, any, "mss"},
    {"reordering", rtax::reordering, true},
    {"rtt", rtax::rtt, false, true, m::milliseconds, 8},
    {"rto_min", rtax::rto_min, false, false, m::milliseconds, 1},
    {"window", rtax::window, true},
    {"cwnd", rtax::cwnd, true},
    {"initcwnd", rtax::initcwnd, true},
    {"initrwnd", rtax::initrwnd, true},
    {"features", rtax::features, true, false, m::features},
    {"quickack", rtax::quickack, true, false, m::on_off},
    {"congctl", rtax::cc_algo, true, true, m::text, 1, any, nullptr, "congestion"},
    {"rttvar", rtax::rttvar, true, true, m::milliseconds, 4},
    {"ssthresh", rtax::ssthresh, true},
    {"fastopen_no_cookie", rtax_fastopen_no_cookie, true, false, m::on_off},
};

const route_metric* find_metric(std::uint16_t attr) {
    for (const auto& metric : metrics) {
        if (metric.attr == attr) return &metric;
    }
    return nullptr;
}

void print_milliseconds(json_print& out, const char* key, std::uint32_t ms, bool json) {
    if (ms >= 1000 && !json) {
        out.print_float(print_as::fp, key, "%gs ", ms / 1e3);
    } else {
        out.print_uint(print_as::any, key, "%ums ", ms);
    }
}

void print_features(json_print& out, std::uint32_t bits) {
    if (bits & feature_ecn) out.print_null(print_as::any, "ecn", "%s ", "ecn");
    if (const auto rest = bits & ~feature_ecn) {
        out.print_0xhex(print_as::any, "features", "%#llx ", rest);
    }
}

void print_metric(json_print& out, const route_metric& metric, const nlattr& value, bool json) {
    const char* key = metric.key ? metric.key : metric.name;
    switch (metric.kind) {
        case m::milliseconds:
            return print_milliseconds(out, key, value.u32() / metric.scale, json);
        case m::features:
            return print_features(out, value.u32());
        case m::text:
            return out.print_string(print_as::any, key, "%s ", value.str());
        case m::number:
        case m::on_off:
            break;
    }
    // IPv6 has -1 for "the device's hop limit".
    const bool unset = metric.attr == rtax::hoplimit && value.u32() == any;
    out.print_uint(print_as::any, key, "%u ", unset ? 0 : value.u32());
}

}  // namespace

std::span<const route_metric> route_metrics() { return metrics; }

void print_rta_metrics(ip_context& ip, const nlattr& attr) {
    const nlattrs values(attr.data);
    const nlattr* lock = values.get(rtax::lock);
    const std::uint32_t locked = lock ? lock->u32() : 0;
    json_print& out = ip.print;
    out.open_array("metrics");
    out.open_object();
    for (std::uint16_t type = rtax::lock + 1; type <= rtax_fastopen_no_cookie; type++) {
        const nlattr* value = values.get(type);
        if (!value) continue;
        const route_metric* metric = find_metric(type);
        out.text(strf("%s ", metric->name));
        if (locked & 1u << type) out.text("lock ");
        print_metric(out, *metric, *value, out.json());
    }
    out.close_object();
    out.close_array();
}

}  // namespace vethlab
