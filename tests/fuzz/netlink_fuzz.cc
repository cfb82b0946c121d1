// Any bytes on a netlink socket: in a kernel with a bridge, a port and an address.
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/dev.h"
#include "core/registry.h"
#include "core/rtnetlink.h"

namespace {

using namespace vethlab;

void request(nl_sock& sk, const nlmsg_builder& m) {
    netlink_rcv_skb(sk, m.view());
    sk.net.krn.run_softirq(1000);
    sk.receive_queue.clear();
}

void add_link(nl_sock& sk, const char* name, const char* kind, std::uint32_t master) {
    nlmsg_builder m;
    m.begin(rtm::newlink, nlm_f::request | nlm_f::create, 1);
    m.head(ifinfomsg{0, 0, 0, 0, iff::up, iff::up});
    m.put_str(ifla::ifname, name);
    if (master) m.put_u32(ifla::master, master);
    const auto info = m.nest(ifla::linkinfo);
    m.put_str(ifla_info::kind, kind);
    m.end_nest(info);
    m.end();
    request(sk, m);
}

void add_address(nl_sock& sk, std::uint32_t index) {
    nlmsg_builder m;
    m.begin(rtm::newaddr, nlm_f::request | nlm_f::create, 1);
    m.head(ifaddrmsg{af::inet, 24, 0, 0, index});
    m.put_ip4(ifa::local, {0x0a000001});
    m.put_ip4(ifa::address, {0x0a000001});
    m.end();
    request(sk, m);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kernel krn;
    nl_sock sk(krn.init_net(), 1);
    sk.groups = ~std::uint64_t{0};
    add_link(sk, "br0", "bridge", 0);  // 2
    add_link(sk, "v0", "veth", 2);     // its peer is 3, itself 4
    add_address(sk, 2);
    netlink_rcv_skb(sk, std::as_bytes(std::span(data, size)));
    krn.run_softirq(1000);
    sk.receive_queue.clear();
    // What has been set must also be shown, and live on.
    for (auto type : {rtm::getlink, rtm::getaddr, rtm::getroute, rtm::getneigh}) {
        nlmsg_builder m;
        m.begin(type, nlm_f::request | nlm_f::dump, 2);
        m.head(ifinfomsg{});
        m.end();
        request(sk, m);
    }
    for (int i = 0; i < 20 && !krn.events.empty(); i++) {
        krn.events.run_one();
        krn.run_softirq(1000);
    }
    return 0;
}
