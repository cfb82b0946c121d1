#include "host/bench/star_program.h"

#include <charconv>
#include <iterator>

#include "host/bench/messages.h"
#include "host/mirror/links.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

constexpr std::uint16_t create = nlm_f::request | nlm_f::ack | nlm_f::create | nlm_f::excl;
constexpr std::uint16_t change = nlm_f::request | nlm_f::ack;

// The program chooses the numbers of devices, so it need not ask for them.
constexpr int lo_index = 1, bridge_index = 2;
int port_index(unsigned number) { return 1'000'000 + int(number); }
int peer_index(unsigned number) { return 2'000'000 + int(number); }

ifinfomsg link_of(int index, std::uint32_t flags = 0) { return {0, 0, 0, index, flags, flags}; }

std::string errno_text(const std::string& what, err e) {
    return strf("%s: %s", what.c_str(), strerror(e));
}

std::string numbered(std::string name, unsigned number) {
    char digits[10];
    return name.append(digits, std::to_chars(digits, std::end(digits), number).ptr);
}

}  // namespace

netlink_channel& star_program::at_home() {
    if (!home_channel_) home_channel_ = sys_.netlink(home_);
    return *home_channel_;
}

nlmsg_builder& star_program::begin(std::uint16_t type, std::uint16_t flags) {
    message_.clear();
    message_.begin(type, flags, 1);
    return message_;
}

void star_program::end_and_send(netlink_channel& c) {
    message_.end();
    err e = c.send(message_.view());
    if (e == err::ok) {
        const auto datagram = c.recv();
        bytes_view rest = datagram ? bytes_view(*datagram) : bytes_view{};
        const auto answer = nlmsg_next(rest);
        if (!answer || answer->hdr.nlmsg_type != nlmsg::error) {
            throw network_error("rtnetlink: no answer");
        }
        e = err(-load<std::int32_t>(answer->body));
    }
    if (e != err::ok) throw network_error(errno_text("rtnetlink", e));
}

// What IPv6 sends by itself comes later, and no figure would show it.
void star_program::without_ipv6(ns_fd ns) {
    const err e = sys_.sysctl_write(ns, "net/ipv6/conf/all/disable_ipv6", "1");
    // A kernel without IPv6 has no such file.
    if (e != err::ok && e != err::noent) throw network_error(errno_text("disable_ipv6", e));
}

void star_program::add_bridge() {
    without_ipv6(home_);
    nlmsg_builder& m = begin(rtm::newlink, create);
    put_bridge(m, "br0", bridge_index);
    end_and_send(at_home());
}

std::string star_program::name_of(unsigned number) const { return numbered(prefix_, number); }

ns_fd star_program::open(unsigned number) {
    const ns_fd ns = sys_.netns_open(name_of(number));
    if (ns == no_ns) throw network_error(name_of(number) + ": there is no such namespace");
    return ns;
}

void star_program::make(unsigned namespaces) {
    const auto for_each = [&](auto step) {
        for (unsigned i = 1; i <= namespaces; i++) step(i);
    };
    const auto for_each_opened = [&](auto step) {
        for_each([&](unsigned i) {
            step(i, open(i));
            close_netns_();
        });
    };
    add_bridge();
    for_each([&](unsigned i) { add_netns(i); });
    for_each_opened([&](unsigned i, ns_fd ns) { add_pair(i, ns); });
    if (way_ == pair_way::moved) {
        for_each_opened([&](unsigned i, ns_fd ns) { move_peer(i, ns); });
    }
    for_each([&](unsigned i) { add_port(i); });
    for_each_opened([&](unsigned i, ns_fd ns) { configure(i, ns); });
}

void star_program::add_netns(unsigned number) {
    const std::string name = name_of(number);
    if (const err e = sys_.netns_add(name); e != err::ok) {
        throw network_error(errno_text(name, e));
    }
    without_ipv6(open(number));
    close_netns_();
}

void star_program::configure(unsigned number, ns_fd ns) {
    const auto inside = sys_.netlink(ns);
    set_up(*inside, lo_index);
    set_up(*inside, peer_index(number));
    add_address(*inside, peer_index(number), {0x0a800000 + number});
}

void star_program::add_pair(unsigned number, ns_fd ns) {
    const bool there = way_ == pair_way::made_there;
    nlmsg_builder& m = begin(rtm::newlink, create);
    const veth_end far = there ? veth_end{"eth0", peer_index(number), ns}
                               : veth_end{numbered("e", number), peer_index(number)};
    put_veth(m, {numbered("p", number), port_index(number)}, far);
    end_and_send(at_home());
}

void star_program::move_peer(unsigned number, ns_fd ns) {
    nlmsg_builder& m = begin(rtm::newlink, change);
    m.head(link_of(peer_index(number)));
    m.put_u32(ifla::net_ns_fd, std::uint32_t(ns));
    m.put_str(ifla::ifname, "eth0");
    end_and_send(at_home());
}

void star_program::add_port(unsigned number) {
    nlmsg_builder& m = begin(rtm::newlink, change);
    m.head(link_of(port_index(number), iff::up));
    m.put_u32(ifla::master, bridge_index);
    end_and_send(at_home());
}

void star_program::set_up(netlink_channel& c, int index) {
    nlmsg_builder& m = begin(rtm::newlink, change);
    m.head(link_of(index, iff::up));
    end_and_send(c);
}

void star_program::add_address(netlink_channel& c, int index, ipv4_address a) {
    nlmsg_builder& m = begin(rtm::newaddr, create);
    put_address(m, index, a, 9);
    end_and_send(c);
}

void star_program::remove(unsigned namespaces) {
    for (unsigned i = 1; i <= namespaces; i++) {
        const std::string name = name_of(i);
        if (const err e = sys_.netns_delete(name); e != err::ok) {
            throw network_error(errno_text(name, e));
        }
    }
}

std::size_t star_program::ports() {
    std::size_t count = 0;
    for (const auto& l : get_links(at_home())) count += l.kind == "veth";
    return count;
}

}  // namespace vethlab::host
