#pragma once
// iproute2: ip/ip_common.h (struct link_util, struct iplink_req)
#include <array>

#include "sim/tools/ip/ip_common.h"

namespace vethlab {

// A request about one link while its words are read: the header's fields and the attributes
// so far. Whole messages and the peer inside a veth's are made of it.
struct iplink_req {
    bool create = false;  // NLM_F_CREATE will be set
    ifinfomsg i{};
    nlmsg_builder attrs;
    std::optional<std::string> type;
};
// Reads the words of a link up to the end or behind `type KIND`. 0 or an exit status.
int iplink_parse(ip_context& ip, args& a, iplink_req& req);

// What ip knows about a kind of link; iplink_kinds.cc has the table.
struct link_util {
    const char* id;
    // The words behind `type KIND` as attributes of IFLA_INFO_DATA (or _SLAVE_DATA). 0 or an
    // exit status. Null: upstream knows the kind and passes over all words.
    int (*parse_opt)(ip_context& ip, args& a, iplink_req& req, nlmsg_builder& data) = nullptr;
    void (*print_opt)(ip_context& ip, const nlattrs& data) = nullptr;
    void (*print_help)(writer& out) = nullptr;
    bool unsupported = false;  // upstream has words for it, this program does not
};
const link_util* get_link_kind(std::string_view id);

int veth_parse_opt(ip_context& ip, args& a, iplink_req& req, nlmsg_builder& data);
void veth_print_help(writer& out);
int bridge_parse_opt(ip_context& ip, args& a, iplink_req& req, nlmsg_builder& data);
void bridge_print_opt(ip_context& ip, const nlattrs& data);
void bridge_print_help(writer& out);
int bridge_slave_parse_opt(ip_context& ip, args& a, iplink_req& req, nlmsg_builder& data);
void bridge_slave_print_opt(ip_context& ip, const nlattrs& data);
void bridge_slave_print_help(writer& out);

// One attribute of a kind, as text and JSON.
enum class link_value {
    u8,
    u16,
    u32,
    u64,
    on_off,
    hex16,
    timer,
    bridge_id,
    mac,
    ether_type,
    fwd_mask,
    device,
    bool_options,  // of a bridge: several in one attribute
};
struct link_field {
    std::uint16_t attr;
    link_value kind;
    const char* key;   // JSON
    const char* word;  // text
};
void print_link_field(ip_context& ip, const link_field& f, const nlattrs& data);

// Words of `ip link set`, shared with what prints them.
inline constexpr char link_modes[][16] = {"DEFAULT", "DORMANT"};
inline constexpr char oper_states[][16] = {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
                                           "TESTING", "DORMANT",    "UP"};
inline constexpr char addr_gen_modes[][16] = {"eui64", "none", "stable_secret", "random"};
inline constexpr std::uint16_t ifla_inet6_addr_gen_mode = 8;

// `ip link show` (ipaddress.cc).
int ipaddr_list_link(ip_context& ip, args a);

void iplink_usage(writer& out);
void print_link_types(writer& out);  // the end of both usages: "TYPE := { ..."

// The lines of -s, without the last line's end.
void print_link_stats(ip_context& ip, const nlattrs& tb);

}  // namespace vethlab
