#pragma once
// Talks to a simulated kernel as a program does, for tests.
#include <string>
#include <vector>

#include "core/kernel.h"
#include "core/rtnetlink.h"
#include "core/sysctl.h"

namespace vethlab {

// Tests that count frames do without those that IPv6 sends by itself.
inline netns& without_ipv6(netns& net) {
    (void)sysctl_write(net, "net/ipv6/conf/all/disable_ipv6", "1");
    return net;
}

// Where a queueing discipline of a device goes: at its root, or where frames come in.
inline tcmsg qdisc_place(int ifindex, bool ingress) {
    return {.tcm_family = 0,
            .pad1 = 0,
            .pad2 = 0,
            .tcm_ifindex = ifindex,
            .tcm_handle = ingress ? 0xffff0000 : 0,
            .tcm_parent = ingress ? 0xfffffff1 : 0xffffffff,
            .tcm_info = 0};
}

class netlink_client {
 public:
    explicit netlink_client(netns& net) : sk(net, 77) {}

    nl_sock sk;

    // The errno of the answer (ok if there was none), and its sentence.
    err request(const nlmsg_builder& m, std::string* sentence = nullptr) {
        netlink_rcv_skb(sk, m.view());
        sk.net.krn.run_softirq();
        err result = err::ok;
        while (!sk.receive_queue.empty()) {
            const auto datagram = std::move(sk.receive_queue.front());
            sk.receive_queue.pop_front();
            bytes_view rest = datagram;
            while (auto msg = nlmsg_next(rest)) {
                if (msg->hdr.nlmsg_type == nlmsg::error) {
                    result = err(-load<std::int32_t>(msg->body));
                    if (sentence) *sentence = sentence_of(*msg);
                } else {
                    answers.push_back({msg->hdr.nlmsg_type, {msg->body.begin(), msg->body.end()}});
                }
            }
        }
        return result;
    }

    err add_veth(const std::string& name, const std::string& peer) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, name);
        const auto info = m.nest(ifla::linkinfo);
        m.put_str(ifla_info::kind, "veth");
        const auto data = m.nest(ifla_info::data);
        const auto inner = m.nest(veth_info::peer);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, peer);
        m.end_nest(inner);
        m.end_nest(data);
        m.end_nest(info);
        m.end();
        return request(m);
    }
    err add(const std::string& name, const std::string& kind) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, name);
        const auto info = m.nest(ifla::linkinfo);
        m.put_str(ifla_info::kind, kind);
        m.end_nest(info);
        m.end();
        return request(m);
    }
    err set_up(const std::string& name, bool up = true) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{0, 0, 0, 0, up ? std::uint32_t{iff::up} : 0, iff::up});
        m.put_str(ifla::ifname, name);
        m.end();
        return request(m);
    }
    err set_master(const std::string& name, int master) {
        nlmsg_builder m;
        m.begin(rtm::newlink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, name);
        m.put_u32(ifla::master, std::uint32_t(master));
        m.end();
        return request(m);
    }
    err remove(const std::string& name) {
        nlmsg_builder m;
        m.begin(rtm::dellink, nlm_f::request | nlm_f::ack, 1);
        m.head(ifinfomsg{});
        m.put_str(ifla::ifname, name);
        m.end();
        return request(m);
    }

    struct answer {
        std::uint16_t type;
        std::vector<std::byte> body;
    };
    std::vector<answer> answers;  // everything but acknowledgements

 private:
    static std::string sentence_of(const nlmsg_view& msg) {
        // error, the header, and on failure the rest of the request stand before the sentence
        const auto e = load<std::int32_t>(msg.body);
        const auto inner = load<nlmsghdr>(msg.body, 4);
        const std::size_t at = 4 + (e ? nla_align(inner.nlmsg_len) : sizeof(nlmsghdr));
        if (at >= msg.body.size()) return "";
        const nlattrs tlvs(msg.body.subspan(at));
        const auto* text = tlvs.get(nlmsgerr_attr::msg);
        return text ? std::string(text->str()) : "";
    }
};

}  // namespace vethlab
