#pragma once
// iproute2: include/rt_names.h, with the tables that /etc/iproute2 has as delivered.
// Each n2a gives the name, or the number as text where there is none or `numeric` (-N)
// is set; each a2n takes a name or a number, nullopt for neither.
#include <cstdint>
#include <optional>
#include <string>

namespace vethlab {

std::string rtnl_rtprot_n2a(unsigned id, bool numeric);
std::optional<std::uint32_t> rtnl_rtprot_a2n(const std::string& text);
std::string rtnl_rtscope_n2a(unsigned id, bool numeric);
std::optional<std::uint32_t> rtnl_rtscope_a2n(const std::string& text);
std::string rtnl_rttable_n2a(std::uint32_t id, bool numeric);
std::optional<std::uint32_t> rtnl_rttable_a2n(const std::string& text);
std::string rtnl_rtrealm_n2a(unsigned id, bool numeric);
std::optional<std::uint32_t> rtnl_rtrealm_a2n(const std::string& text);
std::string rtnl_dsfield_n2a(unsigned id, bool numeric);  // "0x10" where there is no name
std::optional<std::uint32_t> rtnl_dsfield_a2n(const std::string& text);
std::string rtnl_group_n2a(unsigned id, bool numeric);
std::optional<std::uint32_t> rtnl_group_a2n(const std::string& text);
std::string rtnl_addrprot_n2a(unsigned id, bool numeric);
std::optional<std::uint32_t> rtnl_addrprot_a2n(const std::string& text);

// lib/ll_types.c, lib/ll_proto.c
std::string ll_type_n2a(unsigned type, bool numeric);  // "ether", "none", "[N]"
std::string ll_proto_n2a(unsigned id);                 // host byte order: "ip", "[N]"
std::optional<std::uint16_t> ll_proto_a2n(const std::string& text);

}  // namespace vethlab
