// Linux: net/core/net_namespace.c rtnl_net_newid, rtnl_net_getid, rtnl_net_dumpid
#include "core/kernel.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

netns* get_peer(rtnl_request& r, const nlattrs& tb, err& e) {
    netns* net = nullptr;
    user_space* user = r.net.krn.user;
    if (auto* pid = tb.get(netnsa::pid)) {
        net = user ? user->net_of_pid(int(pid->u32())) : nullptr;
        e = err::srch;
    } else if (auto* fd = tb.get(netnsa::fd)) {
        e = err::inval;
        net = user ? user->net_of_fd(int(fd->u32()), e) : nullptr;
    } else if (auto* id = tb.get(netnsa::nsid)) {
        net = get_net_ns_by_id(r.net, int(id->u32()));
        e = err::noent;
    } else {
        e = r.extack.set(err::inval, "Peer netns reference is missing");
        return nullptr;
    }
    if (net && !net->dying) return net;
    r.extack.msg = "Peer netns reference is invalid";
    return nullptr;
}

// `current`: the number that the asker's own namespace has for the same one.
void fill_nsid(nlmsg_builder& m, const rtnl_request& r, std::uint16_t flags, int id,
               const int* current = nullptr) {
    m.begin(rtm::newnsid, flags, r.seq(), r.portid());
    m.head(rtgenmsg{});
    m.put_u32(netnsa::nsid, std::uint32_t(id));
    if (current) m.put_u32(netnsa::current_nsid, std::uint32_t(*current));
    m.end();
}

}  // namespace

err rtnl_net_newid(rtnl_request& r, nlmsg_builder&) {
    const auto tb = r.msg.attrs<rtgenmsg>();
    const auto* nsid = tb.get(netnsa::nsid);
    if (!nsid) return r.extack.set(err::inval, "nsid is missing");
    err e = err::ok;
    netns* peer = nullptr;
    if (tb.has(netnsa::pid) || tb.has(netnsa::fd)) {
        peer = get_peer(r, tb, e);
    } else {
        e = r.extack.set(err::inval, "Peer netns reference is missing");
    }
    if (!peer) return e;
    if (peernet2id(r.net, *peer) >= 0) {
        return r.extack.set(err::exist, "Peer netns already has a nsid assigned");
    }
    e = net_assign_nsid(r.net, *peer, int(nsid->u32()));
    if (e != err::ok) return r.extack.set(err::exist, "The specified nsid is already used");
    return err::ok;
}

err rtnl_net_getid(rtnl_request& r, nlmsg_builder& reply) {
    const auto tb = r.msg.attrs<rtgenmsg>();
    err e = err::ok;
    netns* peer = get_peer(r, tb, e);
    if (!peer) return e;
    const int id = peernet2id(r.net, *peer);
    const auto* target_id = tb.get(netnsa::target_nsid);
    if (!target_id) {
        fill_nsid(reply, r, 0, id);
        return err::ok;
    }
    const netns* target = get_net_ns_by_id(r.net, int(target_id->u32()));
    if (!target) return r.extack.set(err::inval, "Target netns reference is invalid");
    fill_nsid(reply, r, 0, peernet2id(*target, *peer), &id);
    return err::ok;
}

err rtnl_net_dumpid(rtnl_request& r, nlmsg_builder& out) {
    const auto tb = r.msg.attrs<rtgenmsg>();
    const auto* target_id = tb.get(netnsa::target_nsid);
    const netns* net = target_id ? get_net_ns_by_id(r.net, int(target_id->u32())) : &r.net;
    if (!net) return r.extack.set(err::inval, "Invalid target network namespace id");
    for (const auto& [id, peer] : net->nsids) {
        if (!peer) continue;
        const int current = peernet2id(r.net, *peer);
        fill_nsid(out, r, nlm_f::multi, id, target_id ? &current : nullptr);
    }
    return err::ok;
}

}  // namespace vethlab
