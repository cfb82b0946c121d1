#pragma once
// iproute2: ip/iprule.c. For monitors as well.
#include "sim/tools/ip/ip_common.h"

namespace vethlab {

// Words of a rule that `ip rule show` and `flush` select by.
struct rule_filter {
    std::uint32_t tb = 0, pref = 0, prefmask = 0;
    std::uint32_t fwmark = 0, fwmask = 0;
    std::uint32_t tos = 0, tosmask = 0;
    std::optional<std::string> iif, oif;
    bool inverted = false, l3mdev = false;
    std::optional<std::array<std::uint32_t, 2>> uidrange;
    std::optional<std::array<std::uint16_t, 2>> sport, dport;
    std::uint8_t ip_proto = 0, protocol = 0;
    bool protocol_given = false;
    inet_prefix src, dst;
};

void print_rule(ip_context& ip, const rule_filter& filter, const nlmsg_view& msg);
// A rule as its message, for deletion; false if the filter does not want it.
bool rule_wanted(const rule_filter& filter, const nlmsg_view& msg);

}  // namespace vethlab
