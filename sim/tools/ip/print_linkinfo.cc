// iproute2: ip/ipaddress.c (print_linkinfo)
#include "sim/tools/ip/link_util.h"
#include "sim/tools/lib/link_print.h"

namespace vethlab {
namespace {

constexpr const char* link_events[] = {
    "NONE",         "REBOOT",      "FEATURE CHANGE", "BONDING FAILOVER",
    "NOTIFY PEERS", "RESEND IGMP", "BONDING OPTION"};

bool kind_is(const nlattrs& tb, std::uint16_t which, const std::string& wanted) {
    const nlattrs info = tb.nested(ifla::linkinfo);
    const nlattr* kind = info.get(which);
    return kind && kind->str() == wanted;
}

// A label is asked of addresses: upstream shows those it finds without their links.
enum class verdict { shown, hidden, addresses_only };
verdict filter_link(const link_filter& f, const ifinfomsg& ifi, const nlattrs& tb) {
    if (f.ifindex && std::uint32_t(ifi.ifi_index) != f.ifindex) return verdict::hidden;
    if (f.up && !(ifi.ifi_flags & iff::up)) return verdict::hidden;
    if (f.label) return verdict::addresses_only;
    const nlattr* group = tb.get(ifla::group);
    if (group && f.group != -1 && int(group->u32()) != f.group) return verdict::hidden;
    const nlattr* master = tb.get(ifla::master);
    if (f.master > 0 && (!master || int(master->u32()) != f.master)) return verdict::hidden;
    if (f.kind && !kind_is(tb, ifla_info::kind, *f.kind)) return verdict::hidden;
    if (f.slave_kind && !kind_is(tb, ifla_info::slave_kind, *f.slave_kind)) {
        return verdict::hidden;
    }
    return verdict::shown;
}

void print_operstate(ip_context& ip, unsigned state) {
    if (state >= std::size(oper_states)) {
        ip.print.print_uint(print_as::json, "operstate_index", nullptr, state);
        ip.print.print_0xhex(print_as::fp, nullptr, "state %#llx", state);
        return;
    }
    color c = color::none;
    if (if_oper(state) == if_oper::up) c = color::operstate_up;
    if (if_oper(state) == if_oper::down) c = color::operstate_down;
    if (!ip.brief) ip.print.text("state ");
    ip.print.print_color_string(print_as::any, c, "operstate", ip.brief ? "%-14s " : "%s ",
                                oper_states[state]);
}

void print_linkmode(ip_context& ip, unsigned mode) {
    if (mode < std::size(link_modes)) {
        ip.print.print_string(print_as::any, "linkmode", "mode %s ", link_modes[mode]);
    } else {
        ip.print.print_uint(print_as::any, "linkmode_index", "mode %u ", mode);
    }
}

void print_link_event(ip_context& ip, unsigned event) {
    if (event >= std::size(link_events)) {
        ip.print.print_uint(print_as::any, "event", "event %u ", event);
    } else if (event) {
        ip.print.print_string(print_as::any, "event", "event %s ", link_events[event]);
    }
}

// "    link/ether 02:..:01 brd ff:ff:ff:ff:ff:ff"
void print_link_addresses(ip_context& ip, const ifinfomsg& ifi, const nlattrs& tb) {
    json_print& out = ip.print;
    out.text(ip.sl());
    out.print_string(print_as::any, "link_type", "    link/%s ",
                     ll_type_n2a(ifi.ifi_type, ip.numeric));
    const nlattr* address = tb.get(ifla::address);
    if (address) {
        out.print_color_string(print_as::any, color::mac, "address", "%s",
                               ll_addr_n2a(address->data, ifi.ifi_type));
    }
    if (const nlattr* broadcast = tb.get(ifla::broadcast)) {
        const bool peer = ifi.ifi_flags & iff::pointopoint;
        out.text(peer ? " peer " : " brd ");
        if (peer) out.print_bool(print_as::json, "link_pointtopoint", nullptr, true);
        out.print_color_string(print_as::any, color::mac, "broadcast", "%s",
                               ll_addr_n2a(broadcast->data, ifi.ifi_type));
    }
    const nlattr* permanent = tb.get(ifla::perm_address);
    if (permanent && !(address && std::equal(address->data.begin(), address->data.end(),
                                             permanent->data.begin(), permanent->data.end()))) {
        out.text(" permaddr ");
        out.print_color_string(print_as::any, color::mac, "permaddr", "%s",
                               ll_addr_n2a(permanent->data, ifi.ifi_type));
    }
}

void print_netnsids(ip_context& ip, const nlattrs& tb) {
    json_print& out = ip.print;
    if (const nlattr* a = tb.get(ifla::link_netnsid)) {
        const int id = a->as<std::int32_t>();
        out.print_int(print_as::json, "link_netnsid", nullptr, id);
        if (!out.json()) {
            if (const auto name = get_name_from_nsid(ip, id)) {
                out.print_string(print_as::fp, nullptr, " link-netns %s", *name);
            } else {
                out.text(" link-netnsid " + (id >= 0 ? strf("%d", id) : "unknown"));
            }
        }
    }
    if (const nlattr* a = tb.get(ifla::new_netnsid)) {
        const int id = a->as<std::int32_t>();
        if (const auto name = get_name_from_nsid(ip, id)) {
            out.print_string(print_as::fp, nullptr, " new-netns %s", *name);
        } else {
            out.print_int(print_as::fp, nullptr, " new-netnsid %d", id);
        }
    }
    if (const nlattr* a = tb.get(ifla::new_ifindex)) {
        out.print_int(print_as::fp, nullptr, " new-ifindex %d", a->as<std::int32_t>());
    }
}

void print_kind_options(ip_context& ip, const char* key, const link_util* kind, const nlattrs& info,
                        std::uint16_t attr) {
    if (!kind || !kind->print_opt) return;
    ip.print.open_object(key);
    kind->print_opt(ip, info.nested(attr));
    ip.print.close_object();
}

void print_linktype(ip_context& ip, const nlattrs& info) {
    ip.print.open_object("linkinfo");
    if (const nlattr* a = info.get(ifla_info::kind)) {
        const std::string kind(a->str());
        ip.print.text(ip.sl());
        ip.print.print_string(print_as::any, "info_kind", "    %s ", kind);
        print_kind_options(ip, "info_data", get_link_kind(kind), info, ifla_info::data);
    }
    if (const nlattr* a = info.get(ifla_info::slave_kind)) {
        const std::string kind(a->str());
        ip.print.text(ip.sl());
        ip.print.print_string(print_as::any, "info_slave_kind", "    %s_slave ", kind);
        print_kind_options(ip, "info_slave_data", get_link_kind(kind + "_slave"), info,
                           ifla_info::slave_data);
    }
    ip.print.close_object();
}

void print_af_spec(ip_context& ip, const nlattrs& spec) {
    const nlattrs inet6 = spec.nested(af::inet6);
    const nlattr* a = inet6.get(ifla_inet6_addr_gen_mode);
    if (!a) return;
    const unsigned mode = a->u8();
    if (mode < std::size(addr_gen_modes)) {
        ip.print.print_string(print_as::any, "inet6_addr_gen_mode", "addrgenmode %s ",
                              addr_gen_modes[mode]);
    } else {
        ip.print.print_hex(print_as::any, "inet6_addr_gen_mode", "addrgenmode %#.2x ", mode);
    }
}

struct detail_number {
    std::uint16_t attr;
    const char* key;
    const char* fmt;
};
constexpr detail_number numbers_before_kind[] = {
    {ifla::promiscuity, "promiscuity", " promiscuity %u "},
    {ifla::allmulti, "allmulti", " allmulti %u "},
    {ifla::min_mtu, "min_mtu", "minmtu %u "},
    {ifla::max_mtu, "max_mtu", "maxmtu %u "},
};
constexpr detail_number numbers_after_kind[] = {
    {ifla::num_tx_queues, "num_tx_queues", "numtxqueues %u "},
    {ifla::num_rx_queues, "num_rx_queues", "numrxqueues %u "},
    {ifla::gso_max_size, "gso_max_size", "gso_max_size %u "},
    {ifla::gso_max_segs, "gso_max_segs", "gso_max_segs %u "},
    {ifla::tso_max_size, "tso_max_size", "tso_max_size %u "},
    {ifla::tso_max_segs, "tso_max_segs", "tso_max_segs %u "},
    {ifla::gro_max_size, "gro_max_size", "gro_max_size %u "},
};

template <std::size_t N>
void print_numbers(ip_context& ip, const detail_number (&list)[N], const nlattrs& tb) {
    for (const auto& n : list) {
        if (const nlattr* a = tb.get(n.attr)) {
            ip.print.print_uint(print_as::any, n.key, n.fmt, a->u32());
        }
    }
}

void print_details(ip_context& ip, const link_filter& filter, const nlattrs& tb) {
    print_numbers(ip, numbers_before_kind, tb);
    if (tb.has(ifla::linkinfo)) print_linktype(ip, tb.nested(ifla::linkinfo));
    if (filter.do_link && tb.has(ifla::af_spec)) print_af_spec(ip, tb.nested(ifla::af_spec));
    print_numbers(ip, numbers_after_kind, tb);
    if (const nlattr* a = tb.get(ifla::phys_port_name)) {
        ip.print.print_string(print_as::any, "phys_port_name", "portname %s ", a->str());
    }
    if (const nlattr* a = tb.get(ifla::parent_dev_bus_name)) {
        ip.print.print_string(print_as::any, "parentbus", "parentbus %s ", a->str());
    }
    if (const nlattr* a = tb.get(ifla::parent_dev_name)) {
        ip.print.print_string(print_as::any, "parentdev", "parentdev %s ", a->str());
    }
}

void print_altnames(ip_context& ip, const nlattrs& properties) {
    ip.print.open_array(print_as::json, "altnames");
    for (const auto& a : properties.all()) {
        if (a.type != ifla::alt_ifname) continue;
        ip.print.text(ip.sl());
        ip.print.print_string(print_as::any, nullptr, "    altname %s", a.str());
    }
    ip.print.close_array(print_as::json, nullptr);
}

// Upstream: ioctl(SIOCGIFTXQLEN).
std::int32_t ask_queuelen(ip_context& ip, std::int32_t ifindex) {
    ifinfomsg head{};
    head.ifi_index = ifindex;
    nlmsg_builder request;
    request.begin(rtm::getlink, 0);
    request.head(head);
    request.put_u32(ifla::ext_mask, rtext_filter::skip_stats);
    request.end();
    std::vector<std::byte> answer;
    if (ip.rth.talk(request, &answer, rtnl_errors::hide) != err::ok) return 0;
    const auto attrs = first_message(answer).attrs<ifinfomsg>();
    const nlattr* qlen = attrs.get(ifla::txqlen);
    return qlen ? qlen->as<std::int32_t>() : 0;
}

void print_queuelen(ip_context& ip, const ifinfomsg& ifi, const nlattrs& tb) {
    // The links of `ip -6 addr` come without it.
    const nlattr* a = tb.get(ifla::txqlen);
    const std::int32_t qlen = a ? a->as<std::int32_t>() : ask_queuelen(ip, ifi.ifi_index);
    if (qlen) ip.print.print_int(print_as::any, "txqlen", "qlen %d", qlen);
}

// The rest of the first line, behind the flags.
void print_first_line(ip_context& ip, const link_filter& filter, const ifinfomsg& ifi,
                      const nlattrs& tb) {
    json_print& out = ip.print;
    if (const nlattr* a = tb.get(ifla::mtu)) {
        out.print_uint(print_as::any, "mtu", "mtu %u ", a->u32());
    }
    if (const nlattr* a = tb.get(ifla::qdisc)) {
        out.print_string(print_as::any, "qdisc", "qdisc %s ", a->str());
    }
    if (const nlattr* a = tb.get(ifla::master)) {
        out.print_string(print_as::any, "master", "master %s ", ip.ll.index_to_name(a->u32()));
    }
    if (const nlattr* a = tb.get(ifla::operstate)) print_operstate(ip, a->u8());
    const nlattr* mode = tb.get(ifla::linkmode);
    if (filter.do_link && mode) print_linkmode(ip, mode->u8());
    if (const nlattr* a = tb.get(ifla::group)) {
        out.print_string(print_as::any, "group", "group %s ", rtnl_group_n2a(a->u32(), ip.numeric));
    }
    if (filter.showqueue) print_queuelen(ip, ifi, tb);
    if (const nlattr* a = tb.get(ifla::event)) print_link_event(ip, a->u32());
}

int print_linkinfo_brief(ip_context& ip, const link_filter& filter, const ifinfomsg& ifi,
                         const nlattrs& tb) {
    const std::string name(tb.get(ifla::ifname)->str());
    const bool m_flag = print_name_and_link(ip, "%-16s ", name, tb);
    if (const nlattr* a = tb.get(ifla::operstate)) print_operstate(ip, a->u8());
    if (filter.family != af::packet) return 0;
    if (const nlattr* a = tb.get(ifla::address)) {
        ip.print.print_color_string(print_as::any, color::mac, "address", "%s ",
                                    ll_addr_n2a(a->data, ifi.ifi_type));
    }
    print_link_flags(ip, ifi.ifi_flags, m_flag);
    ip.print.text("\n");
    return 0;
}

}  // namespace

int print_linkinfo(ip_context& ip, const link_filter& filter, const nlmsg_view& msg) {
    if (msg.hdr.nlmsg_type != rtm::newlink && msg.hdr.nlmsg_type != rtm::dellink) return 0;
    const auto ifi = msg.head<ifinfomsg>();
    const auto tb = msg.attrs<ifinfomsg>();
    if (!tb.has(ifla::ifname)) return -1;
    const std::string name(tb.get(ifla::ifname)->str());
    switch (filter_link(filter, ifi, tb)) {
        case verdict::hidden:
            return -1;
        case verdict::addresses_only:
            return 0;
        case verdict::shown:
            break;
    }
    json_print& out = ip.print;
    if (msg.hdr.nlmsg_type == rtm::dellink) {
        out.print_bool(print_as::any, "deleted", "Deleted ", true);
    }
    if (ip.brief) return print_linkinfo_brief(ip, filter, ifi, tb);
    out.print_int(print_as::any, "ifindex", "%d: ", ifi.ifi_index);
    const bool m_flag = print_name_and_link(ip, "%s: ", name, tb);
    print_link_flags(ip, ifi.ifi_flags, m_flag);
    print_first_line(ip, filter, ifi, tb);
    if (filter.family == af::unspec || filter.family == af::packet || ip.show_details) {
        print_link_addresses(ip, ifi, tb);
    }
    print_netnsids(ip, tb);
    const nlattr* proto_down = tb.get(ifla::proto_down);
    if (proto_down && proto_down->u8()) {
        out.print_bool(print_as::any, "proto_down", " protodown on ", true);
    }
    if (ip.show_details) print_details(ip, filter, tb);
    const nlattr* alias = tb.get(ifla::ifalias);
    if (alias && (filter.do_link || ip.show_details)) {
        out.text(ip.sl());
        out.print_string(print_as::any, "ifalias", "    alias %s", alias->str());
    }
    if (filter.do_link && ip.show_stats) {
        out.text(ip.sl());
        print_link_stats(ip, tb);
    }
    if (tb.has(ifla::prop_list)) print_altnames(ip, tb.nested(ifla::prop_list));
    out.text("\n");
    return 1;
}

}  // namespace vethlab
