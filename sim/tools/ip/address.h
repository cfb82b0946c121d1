#pragma once
// iproute2: ip/ipaddress.c. What its parts share.
#include "sim/tools/ip/link_util.h"

namespace vethlab {

struct ifa_flag_name {
    std::uint32_t mask;
    const char* name;
    bool readonly;  // the kernel's to set
    bool v6only;
};
// In the order of printing.
inline constexpr ifa_flag_name ifa_flag_names[] = {
    {ifa_f::secondary, "secondary", true, false},
    {ifa_f::secondary, "temporary", true, false},
    {ifa_f::nodad, "nodad", false, true},
    {ifa_f::optimistic, "optimistic", false, true},
    {ifa_f::dadfailed, "dadfailed", true, true},
    {ifa_f::homeaddress, "home", false, true},
    {ifa_f::deprecated, "deprecated", true, true},
    {ifa_f::tentative, "tentative", true, true},
    {ifa_f::permanent, "permanent", true, true},
    {ifa_f::managetempaddr, "mngtmpaddr", false, true},
    {ifa_f::noprefixroute, "noprefixroute", false, false},
    {ifa_f::mcautojoin, "autojoin", false, false},
    {ifa_f::stable_privacy, "stable-privacy", true, true},
};

// An address message's attributes: without IFA_LOCAL the address is local, and the other
// way round.
struct address_attrs {
    nlattrs all;
    const nlattr* local;
    const nlattr* address;
    std::uint32_t flags;
    explicit address_attrs(const nlmsg_view& msg);
    address_attrs(const address_attrs&) = delete;
};

enum class address_change { add, change, replace, del };
int ipaddr_modify(ip_context& ip, args a, address_change change);
int ipaddr_flush(ip_context& ip, const link_filter& filter);
void ipaddr_usage(writer& out);

}  // namespace vethlab
