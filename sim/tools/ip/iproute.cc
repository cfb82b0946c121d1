// iproute2: ip/iproute.c
#include "sim/tools/ip/iproute.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: ip route { list | flush } SELECTOR\n"
    "       ip route save SELECTOR\n"
    "       ip route restore\n"
    "       ip route showdump\n"
    "       ip route get [ ROUTE_GET_FLAGS ] ADDRESS\n"
    "                            [ from ADDRESS iif STRING ]\n"
    "                            [ oif STRING ] [ tos TOS ]\n"
    "                            [ mark NUMBER ] [ vrf NAME ]\n"
    "                            [ uid NUMBER ] [ ipproto PROTOCOL ]\n"
    "                            [ sport NUMBER ] [ dport NUMBER ]\n"
    "       ip route { add | del | change | append | replace } ROUTE\n"
    "SELECTOR := [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ]\n"
    "            [ table TABLE_ID ] [ vrf NAME ] [ proto RTPROTO ]\n"
    "            [ type TYPE ] [ scope SCOPE ]\n"
    "ROUTE := NODE_SPEC [ INFO_SPEC ]\n"
    "NODE_SPEC := [ TYPE ] PREFIX [ tos TOS ]\n"
    "             [ table TABLE_ID ] [ proto RTPROTO ]\n"
    "             [ scope SCOPE ] [ metric METRIC ]\n"
    "             [ ttl-propagate { enabled | disabled } ]\n"
    "INFO_SPEC := { NH | nhid ID } OPTIONS FLAGS [ nexthop NH ]...\n"
    "NH := [ encap ENCAPTYPE ENCAPHDR ] [ via [ FAMILY ] ADDRESS ]\n"
    "      [ dev STRING ] [ weight NUMBER ] NHFLAGS\n"
    "FAMILY := [ inet | inet6 | mpls | bridge | link ]\n"
    "OPTIONS := FLAGS [ mtu NUMBER ] [ advmss NUMBER ] [ as [ to ] ADDRESS ]\n"
    "           [ rtt TIME ] [ rttvar TIME ] [ reordering NUMBER ]\n"
    "           [ window NUMBER ] [ cwnd NUMBER ] [ initcwnd NUMBER ]\n"
    "           [ ssthresh NUMBER ] [ realms REALM ] [ src ADDRESS ]\n"
    "           [ rto_min TIME ] [ hoplimit NUMBER ] [ initrwnd NUMBER ]\n"
    "           [ features FEATURES ] [ quickack BOOL ] [ congctl NAME ]\n"
    "           [ pref PREF ] [ expires TIME ] [ fastopen_no_cookie BOOL ]\n"
    "TYPE := { unicast | local | broadcast | multicast | throw |\n"
    "          unreachable | prohibit | blackhole | nat }\n"
    "TABLE_ID := [ local | main | default | all | NUMBER ]\n"
    "SCOPE := [ host | link | global | NUMBER ]\n"
    "NHFLAGS := [ onlink | pervasive ]\n"
    "RTPROTO := [ kernel | boot | static | NUMBER ]\n"
    "PREF := [ low | medium | high ]\n"
    "TIME := NUMBER[s|ms]\n"
    "BOOL := [1|0]\n"
    "FEATURES := ecn\n"
    "ENCAPTYPE := [ mpls | ip | ip6 | seg6 | seg6local | rpl | ioam6 | xfrm ]\n"
    "ENCAPHDR := [ MPLSLABEL | SEG6HDR | SEG6LOCAL | IOAM6HDR | XFRMINFO ]\n"
    "SEG6HDR := [ mode SEGMODE ] segs ADDR1,ADDRi,ADDRn [hmac HMACKEYID] [cleanup]\n"
    "SEGMODE := [ encap | encap.red | inline | l2encap | l2encap.red ]\n"
    "SEG6LOCAL := action ACTION [ OPTIONS ] [ count ]\n"
    "ACTION := { End | End.X | End.T | End.DX2 | End.DX6 | End.DX4 |\n"
    "            End.DT6 | End.DT4 | End.DT46 | End.B6 | End.B6.Encaps |\n"
    "            End.BM | End.S | End.AS | End.AM | End.BPF }\n"
    "OPTIONS := OPTION [ OPTIONS ]\n"
    "OPTION := { flavors FLAVORS | srh SEG6HDR | nh4 ADDR | nh6 ADDR | iif DEV | oif DEV |\n"
    "            table TABLEID | vrftable TABLEID | endpoint PROGNAME }\n"
    "FLAVORS := { FLAVOR[,FLAVOR] }\n"
    "FLAVOR := { psp | usp | usd | next-csid }\n"
    "IOAM6HDR := trace prealloc type IOAM6_TRACE_TYPE ns IOAM6_NAMESPACE size "
    "IOAM6_TRACE_SIZE\n"
    "XFRMINFO := if_id IF_ID [ link_dev LINK ]\n"
    "ROUTE_GET_FLAGS := [ fibmatch ]\n";

// save, restore and showdump pass netlink bytes through files.
int not_supported(ip_context& ip, const std::string& what) {
    return ip.fatal(255, strf("ip route %s is not supported here", what.c_str()));
}

int dispatch(ip_context& ip, args& a) {
    struct command {
        const char* name;
        std::uint16_t type, flags;
        bool abbreviated = true;
    };
    constexpr command modifying[] = {
        {"add", rtm::newroute, nlm_f::create | nlm_f::excl},
        {"change", rtm::newroute, nlm_f::replace},
        {"chg", rtm::newroute, nlm_f::replace, false},
        {"replace", rtm::newroute, nlm_f::create | nlm_f::replace},
        {"prepend", rtm::newroute, nlm_f::create},
        {"append", rtm::newroute, nlm_f::create | nlm_f::append},
        {"test", rtm::newroute, nlm_f::excl},
        {"delete", rtm::delroute, 0},
    };
    if (!a.more()) return iproute_list_or_flush(ip, a, false);
    const std::string word = a.word();
    const auto is = [&](const char* name) { return matches(word, name); };
    a.advance();
    if (is("list") || is("show") || is("lst")) return iproute_list_or_flush(ip, a, false);
    if (is("get")) return iproute_get(ip, a);
    for (const auto& c : modifying) {
        if (c.abbreviated ? is(c.name) : word == c.name) {
            return iproute_modify(ip, a, c.type, c.flags);
        }
    }
    if (is("flush")) return iproute_list_or_flush(ip, a, true);
    for (const char* name : {"save", "restore", "showdump"}) {
        if (is(name)) return not_supported(ip, name);
    }
    if (is("help")) return iproute_usage(ip);
    return ip.fatal(255, strf("Command \"%s\" is unknown, try \"ip route help\".", word.c_str()));
}

}  // namespace

int iproute_usage(ip_context& ip) {
    if (!ip.exited) ip.p.err->write(usage_text);
    return ip.exit(255);
}

task<int> do_iproute(ip_context& ip, args a) { co_return dispatch(ip, a); }

}  // namespace vethlab
