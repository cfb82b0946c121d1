// Linux: net/core/neighbour.c: neigh_sysctl_table. Files below net/ipv4/neigh/<dev>/.
// Here: there is no `default` folder, as in every namespace but a machine's first.
#include <algorithm>

#include "core/neighbour.h"
#include "core/sysctl.h"

namespace vethlab {

void neigh_set_base_reachable_time(neigh_parms& parms, std::uint32_t ms);  // neighbour.cc

namespace {

// How a file shows a time: milliseconds, seconds, USER_HZ (1/100 s); or a plain number.
enum class unit : std::uint8_t { number, ms, seconds, user_hz, qlen };

struct entry {
    std::string_view name;
    neigh_var::index var;
    unit in;
    bool listed = true;  // false: an old name that `sysctl -a` hides
};
constexpr entry entries[] = {
    {"anycast_delay", neigh_var::anycast_delay, unit::user_hz},
    {"app_solicit", neigh_var::app_probes, unit::number},
    {"base_reachable_time", neigh_var::base_reachable_time, unit::seconds, false},
    {"base_reachable_time_ms", neigh_var::base_reachable_time, unit::ms},
    {"delay_first_probe_time", neigh_var::delay_probe_time, unit::seconds},
    {"gc_stale_time", neigh_var::gc_staletime, unit::seconds},
    {"interval_probe_time_ms", neigh_var::interval_probe_time, unit::ms},
    {"locktime", neigh_var::locktime, unit::user_hz},
    {"mcast_resolicit", neigh_var::mcast_reprobes, unit::number},
    {"mcast_solicit", neigh_var::mcast_probes, unit::number},
    {"proxy_delay", neigh_var::proxy_delay, unit::user_hz},
    {"proxy_qlen", neigh_var::proxy_qlen, unit::number},
    {"retrans_time", neigh_var::retrans_time, unit::user_hz, false},
    {"retrans_time_ms", neigh_var::retrans_time, unit::ms},
    {"ucast_solicit", neigh_var::ucast_probes, unit::number},
    {"unres_qlen", neigh_var::queue_len_bytes, unit::qlen},
    {"unres_qlen_bytes", neigh_var::queue_len_bytes, unit::number},
};

constexpr std::uint32_t truesize_of_eth_frame = 1514 + 256 + 320;
constexpr std::uint32_t jiffy_ms = 4;  // times are kept in jiffies there, rounded up

std::uint32_t unit_size(unit in) {
    switch (in) {
        case unit::seconds:
            return 1000;
        case unit::user_hz:
            return 10;
        case unit::qlen:
            return truesize_of_eth_frame;
        default:
            return 1;
    }
}

const entry* find(std::string_view name) {
    const auto* e = std::find_if(std::begin(entries), std::end(entries),
                                 [&](const entry& x) { return x.name == name; });
    return e == std::end(entries) ? nullptr : e;
}

}  // namespace

err neigh_sysctl_read(const neigh_parms& parms, std::string_view name, std::string& value) {
    const entry* e = find(name);
    if (!e) return err::noent;
    value = std::to_string(parms.ms(e->var) / unit_size(e->in));
    return err::ok;
}

err neigh_sysctl_write(neigh_parms& parms, std::string_view name, std::string_view value) {
    const entry* e = find(name);
    if (!e) return err::noent;
    std::int64_t v = 0;
    if (const err bad = parse_int(value, v); bad != err::ok) return bad;
    const std::uint32_t size = unit_size(e->in);
    const std::int64_t max = INT32_MAX / size;
    if (v < 0 || v > max) return err::inval;
    auto stored = std::uint32_t(v) * size;
    if (e->in != unit::number && e->in != unit::qlen) {
        stored = (stored + jiffy_ms - 1) / jiffy_ms * jiffy_ms;
    }
    if (e->var == neigh_var::base_reachable_time) {
        neigh_set_base_reachable_time(parms, stored);
    } else {
        parms.data.own()[e->var] = stored;
    }
    return err::ok;
}

void neigh_sysctl_list(std::string_view dev, std::vector<std::string>& rests) {
    for (const entry& e : entries) {
        if (e.listed) rests.push_back(std::string(dev) + "/" + std::string(e.name));
    }
}

}  // namespace vethlab
