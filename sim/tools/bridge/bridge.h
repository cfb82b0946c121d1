#pragma once
// iproute2: bridge/br_common.h
#include "sim/task.h"
#include "sim/tools/lib/utils.h"

namespace vethlab {

struct bridge_context : tool_context {
    using tool_context::tool_context;
    bool compress_vlans = false;

    // What a show command wants to see; a monitor wants everything.
    std::uint32_t filter_index = 0;
    unsigned filter_state = 0;
    unsigned filter_vlan = 0;
    bool filter_dynamic = false;
};

// One object of the command line each; `a` holds the words behind its name. The value is
// the exit status, unless the context has `exited`.
int do_link(bridge_context& br, args a);
int do_fdb(bridge_context& br, args a);
int do_mdb(bridge_context& br, args a);
int do_vlan(bridge_context& br, args a);
task<int> do_monitor(bridge_context& br, args a);

void print_linkinfo(bridge_context& br, const nlmsg_view& msg);
void print_fdb(bridge_context& br, const nlmsg_view& msg);
void print_mdb_mon(bridge_context& br, const nlmsg_view& msg);

}  // namespace vethlab
