// iproute2: ip/ipaddress.c
#include "sim/tools/ip/address.h"

namespace vethlab {
namespace {

using link_list = std::vector<stored_nlmsg>;

std::uint32_t link_ext_mask(const ip_context& ip) {
    return ip.show_stats ? rtext_filter::vf : rtext_filter::vf | rtext_filter::skip_stats;
}

// What the flags' names (and -NAME) ask for; false if the word is none of them.
bool get_filter(link_filter& f, const std::string& word) {
    const bool inverse = word.starts_with("-");
    const std::string name = word.substr(inverse ? 1 : 0);
    if (name == "dynamic" || name == "primary") {
        // Named by what the flag is not.
        const std::uint32_t mask = name == "dynamic" ? ifa_f::permanent : ifa_f::secondary;
        f.flags = inverse ? f.flags | mask : f.flags & ~mask;
        f.flagmask |= mask;
        return true;
    }
    for (const auto& flag : ifa_flag_names) {
        if (name != flag.name) continue;
        f.flags = inverse ? f.flags & ~flag.mask : f.flags | flag.mask;
        f.flagmask |= flag.mask;
        return true;
    }
    return false;
}

struct filter_parser {
    ip_context& ip;
    args& a;
    link_filter& f;
    std::optional<std::string> dev;

    void take_to() {
        const std::string& w = a.next();
        if (!a.more()) return;
        f.pfx = get_prefix(ip, w, f.family);
        if (f.family == af::unspec) f.family = f.pfx.family;
    }
    void take_scope() {
        const std::string& w = a.next();
        const auto scope = rtnl_rtscope_a2n(w);
        if (!scope && w != "all" && a.more()) ip.invarg("invalid \"scope\"\n", w);
        f.scopemask = scope ? ~0u : 0;
        f.scope = std::uint8_t(scope.value_or(rt_scope::nowhere));
    }
    void take_group() {
        const auto group = rtnl_group_a2n(a.next());
        if (!group && a.more()) ip.invarg("Invalid \"group\" value\n", a.word());
        f.group = int(group.value_or(0));
    }
    void take_master() {
        const std::string& w = a.next();
        if (!a.more()) return;
        f.master = int(ip.ll.name_to_index(w));
        if (!f.master) ip.invarg("Device does not exist\n", w);
    }
    void take_type() {
        constexpr std::string_view slave = "_slave";
        std::string type = a.next();
        if (type.ends_with(slave)) {
            f.slave_kind = type.substr(0, type.size() - slave.size());
        } else {
            f.kind = type;
        }
    }
    void take_dev() {
        if (a.is("dev")) {
            a.next();
        } else if (a.matches("help")) {
            f.do_link ? iplink_usage(*ip.p.err) : ipaddr_usage(*ip.p.err);
            ip.exit(255);
        }
        if (!a.more()) return;
        if (dev) ip.duparg2("dev", a.word());
        dev = a.word();
    }
    void word() {
        if (a.is("to")) {
            take_to();
        } else if (a.is("scope")) {
            take_scope();
        } else if (a.is("up")) {
            f.up = true;
        } else if (get_filter(f, a.word())) {
        } else if (a.is("label")) {
            f.label = a.next();
        } else if (a.is("group")) {
            take_group();
        } else if (a.is("master")) {
            take_master();
        } else if (a.is("vrf")) {
            a.next();
            // No kind of link here is a VRF.
            if (a.more()) ip.invarg("Not a valid VRF name\n", a.word());
        } else if (a.is("nomaster")) {
            f.master = -1;
        } else if (a.is("type")) {
            take_type();
        } else {
            take_dev();
        }
    }
    // 0 or an exit status.
    int run() {
        for (; a.more(); a.advance()) word();
        if (ip.exited) return *ip.exited;
        if (!dev) return 0;
        f.ifindex = ip.ll.name_to_index(*dev);
        if (f.ifindex) return 0;
        ip.p.err->printf("Device \"%s\" does not exist.\n", dev->c_str());
        return 1;
    }
};

nlmsg_builder getlink(const ifinfomsg& head, const nlmsg_builder& attrs) {
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    request.head(head);
    request.raw(attrs.view());
    request.end();
    return request;
}

// iplink_get: the one device of `ip link show DEV`, asked for by its name.
int iplink_get(ip_context& ip, const link_filter& filter, const std::string& name) {
    ifinfomsg head{};
    head.ifi_family = ip.preferred_family;
    nlmsg_builder attrs;
    attrs.put_str(check_ifname(name) ? ifla::ifname : ifla::alt_ifname, name);
    attrs.put_u32(ifla::ext_mask, rtext_filter::vf);
    std::vector<std::byte> answer;
    if (const err e = ip.rth.talk(getlink(head, attrs), &answer); e != err::ok) {
        ip.p.err->printf("Cannot send link get request: %s\n", strerror(e));
        return ip.exit(1);
    }
    ip.print.open_object();
    print_linkinfo(ip, filter, first_message(answer));
    ip.print.close_object();
    return 0;
}

// ip_link_list: the kernel leaves out what it can; print_linkinfo looks again.
bool list_links(ip_context& ip, const link_filter& filter, link_list& links) {
    ifinfomsg head{};
    head.ifi_family = ip.preferred_family;
    nlmsg_builder attrs;
    if (ip.preferred_family == af::unspec || ip.preferred_family == af::packet) {
        attrs.put_u32(ifla::ext_mask, link_ext_mask(ip));
        if (filter.master) attrs.put_u32(ifla::master, std::uint32_t(filter.master));
        if (filter.kind) {
            const auto info = attrs.nest(ifla::linkinfo);
            attrs.put(ifla_info::kind,
                      std::as_bytes(std::span(filter.kind->data(), filter.kind->size())));
            attrs.end_nest(info);
        }
    }
    const bool ok = ip.rth.dump(getlink(head, attrs), [&](const nlmsg_view& msg) {
        links.emplace_back(msg);
        ip.ll.remember(msg);
        return true;
    });
    if (!ok) ip.p.err->write("Dump terminated\n");
    return ok;
}

bool one_link(ip_context& ip, const link_filter& filter, link_list& links) {
    ifinfomsg head{};
    head.ifi_family = filter.family;
    head.ifi_index = std::int32_t(filter.ifindex);
    nlmsg_builder attrs;
    attrs.put_u32(ifla::ext_mask, link_ext_mask(ip));
    std::vector<std::byte> answer;
    if (ip.rth.talk(getlink(head, attrs), &answer) != err::ok) return false;
    links.emplace_back(first_message(answer));
    ip.ll.remember(links.back().view());
    return true;
}

nlmsg_builder getaddr(const link_filter& filter) {
    ifaddrmsg head{};
    head.ifa_family = filter.family;
    head.ifa_index = filter.ifindex;
    nlmsg_builder request;
    request.begin(rtm::getaddr, 0);
    request.head(head);
    request.end();
    return request;
}

bool list_addresses(ip_context& ip, const link_filter& filter, link_list& addresses) {
    const bool ok = ip.rth.dump(getaddr(filter), [&](const nlmsg_view& msg) {
        addresses.emplace_back(msg);
        return true;
    });
    if (!ok) ip.p.err->write("Dump terminated\n");
    return ok;
}

// ipaddr_filter: links stay that have an address the filter wants, or, while all families
// are shown, no address at all.
void drop_links_without_address(ip_context& ip, const link_filter& filter,
                                const link_list& addresses, link_list& links) {
    const auto unwanted = [&](const stored_nlmsg& link) {
        const auto index = std::uint32_t(link.view().head<ifinfomsg>().ifi_index);
        bool has_address = false;
        for (const auto& address : addresses) {
            const nlmsg_view msg = address.view();
            if (msg.head<ifaddrmsg>().ifa_index != index) continue;
            has_address = true;
            if (filter_wants_address(ip, filter, msg)) return false;
        }
        return has_address || filter.family != af::unspec;
    };
    std::erase_if(links, unwanted);
}

void print_selected_addrinfo(ip_context& ip, const link_filter& filter, const ifinfomsg& ifi,
                             const link_list& addresses) {
    ip.print.open_array(print_as::json, "addr_info");
    for (const auto& address : addresses) {
        const nlmsg_view msg = address.view();
        const auto ifa = msg.head<ifaddrmsg>();
        if (msg.hdr.nlmsg_type != rtm::newaddr) continue;
        if (ifa.ifa_index != std::uint32_t(ifi.ifi_index)) continue;
        if (filter.family && filter.family != ifa.ifa_family) continue;
        if (filter.up && !(ifi.ifi_flags & iff::up)) continue;
        ip.print.open_object();
        print_addrinfo(ip, filter, msg);
        ip.print.close_object();
    }
    ip.print.close_array(print_as::json, nullptr);
    if (ip.brief) ip.print.text("\n");
}

void print_link(ip_context& ip, const link_filter& filter, const nlmsg_view& link,
                const link_list& addresses) {
    const bool no_link = filter.oneline && filter.family != af::packet;
    int shown = 0;
    ip.print.open_object();
    if (ip.brief || !no_link) shown = print_linkinfo(ip, filter, link);
    if (shown >= 0 && filter.family != af::packet) {
        print_selected_addrinfo(ip, filter, link.head<ifinfomsg>(), addresses);
    }
    if (shown > 0 && !filter.do_link && ip.show_stats) {
        print_link_stats(ip, link.attrs<ifinfomsg>());
        ip.print.text(filter.oneline ? "\\" : "\n");
    }
    ip.print.close_object();
}

void ipaddr_show(ip_context& ip, const link_filter& filter) {
    link_list links, addresses;
    const bool found = filter.ifindex ? one_link(ip, filter, links) : list_links(ip, filter, links);
    if (!found) return;
    if (filter.family != af::packet) {
        if (!list_addresses(ip, filter, addresses)) return;
        drop_links_without_address(ip, filter, addresses, links);
    }
    for (const auto& link : links) print_link(ip, filter, link.view(), addresses);
}

link_filter initial_filter(const ip_context& ip) {
    link_filter filter;
    filter.oneline = ip.oneline;
    filter.showqueue = true;
    filter.family = ip.preferred_family;
    filter.do_link = ip.do_link;
    return filter;
}

int ipaddr_list(ip_context& ip, args a) {
    link_filter filter = initial_filter(ip);
    filter_parser parser{ip, a, filter, {}};
    if (const int status = parser.run()) return status;
    ip.print.begin(ip.json, ip.pretty);
    int status = 0;
    if (parser.dev && filter.group == -1 && filter.do_link) {
        status = iplink_get(ip, filter, *parser.dev);
    } else {
        ipaddr_show(ip, filter);
    }
    ip.print.end();
    return status;
}

int ipaddr_flush_command(ip_context& ip, args a) {
    if (!a.more()) {
        ip.p.err->write("Flush requires arguments.\n");
        return 1;
    }
    if (ip.preferred_family == af::packet) {
        ip.p.err->write("Cannot flush link addresses.\n");
        return 1;
    }
    link_filter filter = initial_filter(ip);
    filter_parser parser{ip, a, filter, {}};
    if (const int status = parser.run()) return status;
    return ipaddr_flush(ip, filter);
}

int ipaddr_command(ip_context& ip, const args& a) {
    args rest = a;
    rest.advance();
    if (!a.more()) return ipaddr_list(ip, a);
    if (a.matches("add")) return ipaddr_modify(ip, rest, address_change::add);
    if (a.matches("change") || a.is("chg")) {
        return ipaddr_modify(ip, rest, address_change::change);
    }
    if (a.matches("replace")) return ipaddr_modify(ip, rest, address_change::replace);
    if (a.matches("delete")) return ipaddr_modify(ip, rest, address_change::del);
    if (a.matches("show") || a.matches("lst") || a.matches("list")) return ipaddr_list(ip, rest);
    if (a.matches("flush")) return ipaddr_flush_command(ip, rest);
    for (const char* word : {"save", "showdump", "restore"}) {
        if (!a.matches(word)) continue;
        ip.p.err->printf("ip: 'address %s' is not supported here\n", word);
        return 1;
    }
    if (a.matches("help")) {
        ipaddr_usage(*ip.p.err);
        return ip.exit(255);
    }
    return ip.fatal(255,
                    strf("Command \"%s\" is unknown, try \"ip address help\".", a.word().c_str()));
}

}  // namespace

int ipaddr_list_link(ip_context& ip, args a) {
    ip.preferred_family = af::packet;
    ip.do_link = true;
    return ipaddr_list(ip, a);
}

task<int> do_ipaddr(ip_context& ip, args a) { co_return ipaddr_command(ip, a); }

}  // namespace vethlab
