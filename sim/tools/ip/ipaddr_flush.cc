// iproute2: ip/ipaddress.c (ipaddr_flush)
#include "sim/tools/ip/address.h"

namespace vethlab {
namespace {

// Deleting an address can take others with it (the secondary ones of its network), so those
// that are gone already are no failure. Upstream looks at the first answer only.
bool send_deletions(ip_context& ip, const nlmsg_builder& deletions) {
    netlink_channel& channel = ip.rth.channel();
    err first = channel.send(deletions.view());
    while (auto datagram = channel.recv()) {
        bytes_view rest = *datagram;
        while (auto msg = nlmsg_next(rest)) {
            if (msg->hdr.nlmsg_type == nlmsg::error && first == err::ok) {
                first = err(-msg->head<std::int32_t>());
            }
        }
    }
    if (first == err::ok || first == err::addrnotavail) return true;
    ip.p.err->printf("Failed to send flush request: %s\n", strerror(first));
    return false;
}

// Adds a deletion for each address that the filter wants; with -s -s shows it.
bool collect(ip_context& ip, const link_filter& filter, nlmsg_builder& deletions, int& count) {
    nlmsg_builder request;
    ifaddrmsg head{};
    head.ifa_family = filter.family;
    head.ifa_index = filter.ifindex;
    request.begin(rtm::getaddr, 0);
    request.head(head);
    request.end();
    return ip.rth.dump(request, [&](const nlmsg_view& msg) {
        if (msg.hdr.nlmsg_type != rtm::newaddr) return true;
        if (!filter_wants_address(ip, filter, msg)) return true;
        deletions.begin(rtm::deladdr, nlm_f::request);
        deletions.raw(msg.body);
        deletions.end();
        count++;
        if (ip.show_stats >= 2) print_addrinfo(ip, filter, msg);
        return true;
    });
}

int flush_done(ip_context& ip, int round) {
    if (!ip.show_stats) return 0;
    if (round == 0) {
        ip.p.out->write("Nothing to flush.\n");
    } else {
        ip.p.out->printf("*** Flush is complete after %d round%s ***\n", round,
                         round > 1 ? "s" : "");
    }
    return 0;
}

}  // namespace

int ipaddr_flush(ip_context& ip, const link_filter& wanted) {
    link_filter filter = wanted;
    filter.oneline = true;  // each line names its device
    // After the primary addresses are gone others would take their place.
    const bool primaries_only =
        !(filter.flags & ifa_f::secondary) && filter.flagmask & ifa_f::secondary;
    int round = 0;
    while (ip.max_flush_loops == 0 || round < ip.max_flush_loops) {
        nlmsg_builder deletions;
        int count = 0;
        if (!collect(ip, filter, deletions, count)) {
            ip.p.err->write("Flush terminated\n");
            return ip.exit(1);
        }
        if (count == 0) return flush_done(ip, round);
        round++;
        if (!send_deletions(ip, deletions)) return 255;
        if (ip.show_stats) {
            ip.p.out->printf("\n*** Round %d, deleting %d addresses ***\n", round, count);
        }
        if (primaries_only) return flush_done(ip, round);
    }
    ip.p.err->printf("*** Flush remains incomplete after %d rounds. ***\n", ip.max_flush_loops);
    return 255;
}

void ipaddr_usage(writer& out) {
    out.write(
        "Usage: ip address {add|change|replace} IFADDR dev IFNAME [ LIFETIME ]\n"
        "                                                      [ CONFFLAG-LIST ]\n"
        "       ip address del IFADDR dev IFNAME [mngtmpaddr]\n"
        "       ip address {save|flush} [ dev IFNAME ] [ scope SCOPE-ID ]\n"
        "                            [ to PREFIX ] [ FLAG-LIST ] [ label LABEL ] [up]\n"
        "       ip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ master DEVICE ]\n"
        "                         [ nomaster ]\n"
        "                         [ type TYPE ] [ to PREFIX ] [ FLAG-LIST ]\n"
        "                         [ label LABEL ] [up] [ vrf NAME ] ]\n"
        "       ip address {showdump|restore}\n"
        "IFADDR := PREFIX | ADDR peer PREFIX\n"
        "          [ broadcast ADDR ] [ anycast ADDR ]\n"
        "          [ label IFNAME ] [ scope SCOPE-ID ] [ metric METRIC ]\n"
        "SCOPE-ID := [ host | link | global | NUMBER ]\n"
        "FLAG-LIST := [ FLAG-LIST ] FLAG\n"
        "FLAG  := [ permanent | dynamic | secondary | primary |\n"
        "           [-]tentative | [-]deprecated | [-]dadfailed | temporary |\n"
        "           CONFFLAG-LIST ]\n"
        "CONFFLAG-LIST := [ CONFFLAG-LIST ] CONFFLAG\n"
        "CONFFLAG  := [ home | nodad | mngtmpaddr | noprefixroute | autojoin ]\n"
        "LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]\n"
        "LFT := forever | SECONDS\n");
    print_link_types(out);
}

}  // namespace vethlab
