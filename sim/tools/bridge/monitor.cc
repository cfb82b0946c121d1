// iproute2: bridge/monitor.c
#include "sim/tools/bridge/bridge.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: bridge monitor [file | link | fdb | mdb | vlan | vni | all]\n";

void accept_msg(bridge_context& br, const nlmsg_view& msg, bool banner) {
    const auto begin = [&](const char* name) {
        if (br.timestamp) print_timestamp(br);
        if (banner) br.p.out->printf("[%s]", name);
    };
    switch (msg.hdr.nlmsg_type) {
        case rtm::newlink:
        case rtm::dellink:
            begin("LINK");
            print_linkinfo(br, msg);
            break;
        case rtm::newneigh:
        case rtm::delneigh:
            if (msg.head<ndmsg>().ndm_family != af::bridge) break;
            begin("NEIGH");
            print_fdb(br, msg);
            break;
        case rtm::newmdb:
        case rtm::delmdb:
            begin("MDB");
            print_mdb_mon(br, msg);
            break;
        default:
            break;
    }
}

struct monitor_groups {
    bool link = false, fdb = false, mdb = false, none = false, banner = false;
};

// False after a message.
bool parse_groups(bridge_context& br, args& a, monitor_groups& g) {
    for (; a.more(); a.advance()) {
        if (a.matches("file")) {
            br.p.err->write("bridge: option \"file\" is not supported here\n");
            return false;
        }
        if (a.matches("link")) {
            g.link = true;
        } else if (a.matches("fdb")) {
            g.fdb = true;
        } else if (a.matches("mdb")) {
            g.mdb = true;
        } else if (a.matches("vlan") || a.matches("vni")) {
            g.none = true;  // a kernel without VLAN filtering has nothing to say
        } else if (a.is("all")) {
            g.banner = true;
        } else if (a.matches("help")) {
            br.p.err->write(usage_text);
            return false;
        } else {
            br.fatal(255, strf("Argument \"%s\" is unknown, try \"bridge monitor help\".",
                               a.word().c_str()));
            return false;
        }
    }
    if (!g.link && !g.fdb && !g.mdb && !g.none) g.link = g.fdb = g.mdb = true;
    return !br.exited;
}

}  // namespace

task<int> do_monitor(bridge_context& br, args a) {
    monitor_groups g;
    if (!parse_groups(br, a, g)) co_return 255;
    br.ll.init();
    const auto channel = br.p.sys.netlink(br.p.ns);
    if (g.link) channel->join(rtnlgrp::link);
    if (g.fdb) channel->join(rtnlgrp::neigh);
    if (g.mdb) channel->join(rtnlgrp::mdb);
    while (!br.p.interrupted) {
        while (auto datagram = channel->recv()) {
            bytes_view rest = *datagram;
            while (auto msg = nlmsg_next(rest)) accept_msg(br, *msg, g.banner);
        }
        co_await br.p.readable(*channel, sim_time::max());
    }
    co_return 0;
}

}  // namespace vethlab
