#pragma once
// iproute2: ip/ip_common.h
#include "sim/task.h"
#include "sim/tools/lib/utils.h"

namespace vethlab {

struct ip_context : tool_context {
    using tool_context::tool_context;
    bool do_all = false;   // -all: netns commands walk over every named namespace
    bool do_link = false;  // `link show` ran: a batch goes on showing links its way
    int max_flush_loops = 10;
    // Names of /run/netns by their nsid, asked once (netns_map_init).
    std::optional<std::map<int, std::string>> netns_names;
};

// One object of the command line. `a` holds the words behind the object's name. The value is
// the process's exit status (upstream returns its negative); after a fatal error it is
// what `ip.exited` says, whatever is returned here.
using ip_object = task<int> (*)(ip_context& ip, args a);

task<int> do_iplink(ip_context& ip, args a);
task<int> do_ipaddr(ip_context& ip, args a);
task<int> do_iproute(ip_context& ip, args a);
task<int> do_ipneigh(ip_context& ip, args a);
task<int> do_ipntable(ip_context& ip, args a);
task<int> do_netns(ip_context& ip, args a);
task<int> do_iprule(ip_context& ip, args a);
task<int> do_multiaddr(ip_context& ip, args a);
task<int> do_ipmonitor(ip_context& ip, args a);
task<int> do_ipnetconf(ip_context& ip, args a);

// What `ip link` and `ip addr` show; also how, where a monitor wants it otherwise.
struct link_filter {
    std::uint8_t family = af::unspec;
    std::uint32_t ifindex = 0;
    bool up = false;
    int master = 0;  // -1: nomaster
    int group = -1;
    std::optional<std::string> kind, slave_kind;
    std::optional<std::string> label;  // a pattern as of fnmatch
    inet_prefix pfx;
    std::uint8_t scope = 0;
    std::uint32_t scopemask = 0;
    std::uint32_t flags = 0, flagmask = 0;

    bool oneline = false;    // "INDEX: DEV" in front of each address (monitors: true)
    bool showqueue = false;  // qlen (monitors: false)
    bool do_link = false;    // as `ip link`: mode, alias, statistics
};
// The lines of one RTM_NEWLINK or RTM_DELLINK. What upstream returns: -1 for a message that
// the filter does not want, 0 for one shown in brief, 1 for one shown.
int print_linkinfo(ip_context& ip, const link_filter& filter, const nlmsg_view& msg);
// The lines of one RTM_NEWADDR or RTM_DELADDR, if the filter wants it.
void print_addrinfo(ip_context& ip, const link_filter& filter, const nlmsg_view& msg);
// Its part of both: what the filter says of an address.
bool filter_wants_address(ip_context& ip, const link_filter& filter, const nlmsg_view& msg);

// ip/ipnetns.c: nsids and names. A negative id: there is none.
int get_netnsid_from_name(ip_context& ip, const std::string& name);
// Gives the namespace an id (-1: the next free one); the id it has then, negative after an
// error.
int set_netnsid_from_name(ip_context& ip, const std::string& name, int id);
std::optional<std::string> get_name_from_nsid(ip_context& ip, int nsid);

}  // namespace vethlab
