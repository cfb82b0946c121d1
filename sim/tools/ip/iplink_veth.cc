// iproute2: ip/link_veth.c
#include "sim/tools/ip/link_util.h"

namespace vethlab {

void veth_print_help(writer& out) {
    out.write(
        "Usage: ip link <options> type veth [peer <options>]\n"
        "To get <options> type 'ip link add help'\n");
}

// `peer` and the words of a link of its own, which travel as a whole inside the message.
int veth_parse_opt(ip_context& ip, args& a, iplink_req& req, nlmsg_builder& data) {
    if (!a.is("peer")) {
        veth_print_help(*ip.p.out);
        return 1;
    }
    a.advance();
    iplink_req peer;
    peer.create = req.create;
    if (const int status = iplink_parse(ip, a, peer)) return status;
    if (peer.type) return ip.duparg("type", *peer.type);
    const auto nest = data.nest(veth_info::peer);
    data.head(peer.i);
    data.raw(peer.attrs.view());
    data.end_nest(nest);
    return 0;
}

}  // namespace vethlab
