// iproute2: ip/iplink.c (get_link_kind, iplink_types_usage)
#include "sim/tools/ip/link_util.h"

namespace vethlab {
namespace {

constexpr link_util no_words(const char* id) { return {.id = id}; }
constexpr link_util not_here(const char* id) { return {.id = id, .unsupported = true}; }

constexpr link_util kinds[] = {
    {"bridge", bridge_parse_opt, bridge_print_opt, bridge_print_help},
    {"bridge_slave", bridge_slave_parse_opt, bridge_slave_print_opt, bridge_slave_print_help},
    {"veth", veth_parse_opt, nullptr, veth_print_help},
    no_words("dummy"),
    no_words("ifb"),
    no_words("netdevsim"),
    no_words("nlmon"),
    no_words("team"),
    no_words("team_slave"),
    no_words("vcan"),
    no_words("virt_wifi"),
    not_here("amt"),
    not_here("bareudp"),
    not_here("batadv"),
    not_here("bond"),
    not_here("bond_slave"),
    not_here("can"),
    not_here("dsa"),
    not_here("erspan"),
    not_here("geneve"),
    not_here("gre"),
    not_here("gretap"),
    not_here("gtp"),
    not_here("hsr"),
    not_here("ip6erspan"),
    not_here("ip6gre"),
    not_here("ip6gretap"),
    not_here("ip6tnl"),
    not_here("ipip"),
    not_here("ipoib"),
    not_here("ipvlan"),
    not_here("ipvtap"),
    not_here("macsec"),
    not_here("macvlan"),
    not_here("macvtap"),
    not_here("rmnet"),
    not_here("sit"),
    not_here("vlan"),
    not_here("vrf"),
    not_here("vti"),
    not_here("vti6"),
    not_here("vxcan"),
    not_here("vxlan"),
    not_here("wwan"),
    not_here("xfrm"),
};

}  // namespace

const link_util* get_link_kind(std::string_view id) {
    for (const auto& kind : kinds) {
        if (id == kind.id) return &kind;
    }
    return nullptr;
}

void print_link_types(writer& out) {
    out.write(
        "TYPE := { amt | bareudp | bond | bond_slave | bridge | bridge_slave |\n"
        "          dsa | dummy | erspan | geneve | gre | gretap | gtp | ifb |\n"
        "          ip6erspan | ip6gre | ip6gretap | ip6tnl |\n"
        "          ipip | ipoib | ipvlan | ipvtap |\n"
        "          macsec | macvlan | macvtap |\n"
        "          netdevsim | nlmon | rmnet | sit | team | team_slave |\n"
        "          vcan | veth | vlan | vrf | vti | vxcan | vxlan | wwan |\n"
        "          xfrm | virt_wifi }\n");
}

void iplink_usage(writer& out) {
    out.write(
        "Usage: ip link add [link DEV | parentdev NAME] [ name ] NAME\n"
        "\t\t    [ txqueuelen PACKETS ]\n"
        "\t\t    [ address LLADDR ]\n"
        "\t\t    [ broadcast LLADDR ]\n"
        "\t\t    [ mtu MTU ] [index IDX ]\n"
        "\t\t    [ numtxqueues QUEUE_COUNT ]\n"
        "\t\t    [ numrxqueues QUEUE_COUNT ]\n"
        "\t\t    [ netns { PID | NAME } ]\n"
        "\t\t    type TYPE [ ARGS ]\n"
        "\n"
        "\tip link delete { DEVICE | dev DEVICE | group DEVGROUP } type TYPE [ ARGS ]\n"
        "\n"
        "\tip link set { DEVICE | dev DEVICE | group DEVGROUP }\n"
        "\t\t\t[ { up | down } ]\n"
        "\t\t\t[ type TYPE ARGS ]\n"
        "\t\t[ arp { on | off } ]\n"
        "\t\t[ dynamic { on | off } ]\n"
        "\t\t[ multicast { on | off } ]\n"
        "\t\t[ allmulticast { on | off } ]\n"
        "\t\t[ promisc { on | off } ]\n"
        "\t\t[ trailers { on | off } ]\n"
        "\t\t[ carrier { on | off } ]\n"
        "\t\t[ txqueuelen PACKETS ]\n"
        "\t\t[ name NEWNAME ]\n"
        "\t\t[ address LLADDR ]\n"
        "\t\t[ broadcast LLADDR ]\n"
        "\t\t[ mtu MTU ]\n"
        "\t\t[ netns { PID | NAME } ]\n"
        "\t\t[ link-netns NAME | link-netnsid ID ]\n"
        "\t\t[ alias NAME ]\n"
        "\t\t[ vf NUM [ mac LLADDR ]\n"
        "\t\t\t [ vlan VLANID [ qos VLAN-QOS ] [ proto VLAN-PROTO ] ]\n"
        "\t\t\t [ rate TXRATE ]\n"
        "\t\t\t [ max_tx_rate TXRATE ]\n"
        "\t\t\t [ min_tx_rate TXRATE ]\n"
        "\t\t\t [ spoofchk { on | off} ]\n"
        "\t\t\t [ query_rss { on | off} ]\n"
        "\t\t\t [ state { auto | enable | disable} ]\n"
        "\t\t\t [ trust { on | off} ]\n"
        "\t\t\t [ node_guid EUI64 ]\n"
        "\t\t\t [ port_guid EUI64 ] ]\n"
        "\t\t[ { xdp | xdpgeneric | xdpdrv | xdpoffload } { off |\n"
        "\t\t\t  object FILE [ { section | program } NAME ] [ verbose ] |\n"
        "\t\t\t  pinned FILE } ]\n"
        "\t\t[ master DEVICE ][ vrf NAME ]\n"
        "\t\t[ nomaster ]\n"
        "\t\t[ addrgenmode { eui64 | none | stable_secret | random } ]\n"
        "\t\t[ protodown { on | off } ]\n"
        "\t\t[ protodown_reason PREASON { on | off } ]\n"
        "\t\t[ gso_max_size BYTES ] | [ gso_max_segs PACKETS ]\n"
        "\t\t[ gro_max_size BYTES ]\n"
        "\n"
        "\tip link show [ DEVICE | group GROUP ] [up] [master DEV] [vrf NAME] [type TYPE]\n"
        "\t\t[nomaster]\n"
        "\n"
        "\tip link xstats type TYPE [ ARGS ]\n"
        "\n"
        "\tip link afstats [ dev DEVICE ]\n"
        "\tip link property add dev DEVICE [ altname NAME .. ]\n"
        "\tip link property del dev DEVICE [ altname NAME .. ]\n"
        "\n"
        "\tip link help [ TYPE ]\n"
        "\n");
    print_link_types(out);
}

}  // namespace vethlab
