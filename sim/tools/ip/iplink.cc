// iproute2: ip/iplink.c
#include "sim/tools/ip/link_util.h"

namespace vethlab {
namespace {

enum class link_change { add, set, replace, del };

nlmsg_builder link_message(std::uint16_t type, std::uint16_t flags, const iplink_req& req) {
    nlmsg_builder message;
    message.begin(type, flags);
    message.head(req.i);
    message.raw(req.attrs.view());
    message.end();
    return message;
}

std::uint16_t create_flags(link_change change) {
    switch (change) {
        case link_change::add:
            return nlm_f::create | nlm_f::excl;
        case link_change::replace:
            return nlm_f::create | nlm_f::replace;
        default:
            return 0;
    }
}

void put_kind(iplink_req& req, const std::string& type) {
    const auto info = req.attrs.nest(ifla::linkinfo);
    req.attrs.put(ifla_info::kind, std::as_bytes(std::span(type.data(), type.size())));
    req.attrs.end_nest(info);
}

// Words of a kind that upstream can read and this program cannot. A kernel that does not know
// the kind refuses the request whatever the words say, and its refusal is what counts. To
// learn whether it knows the kind it is asked for a device ".", which can never be.
int refuse_words(ip_context& ip, link_change change, iplink_req& req) {
    if (req.create) {
        iplink_req probe;
        probe.attrs.put_str(ifla::ifname, ".");
        put_kind(probe, *req.type);
        const auto question = link_message(rtm::newlink, create_flags(change), probe);
        if (ip.rth.talk(question, nullptr, rtnl_errors::hide) == err::opnotsupp) {
            put_kind(req, *req.type);
            return ip.rth.talk(link_message(rtm::newlink, create_flags(change), req)) == err::ok
                       ? 0
                       : 2;
        }
    }
    ip.p.err->printf("ip: options of link type '%s' are not supported here\n", req.type->c_str());
    return 1;
}

// IFLA_LINKINFO from the words behind `type`. 0 or an exit status.
int put_linkinfo(ip_context& ip, args& a, link_change change, iplink_req& req) {
    const std::string& type = *req.type;
    nlmsg_builder info;
    info.put(ifla_info::kind, std::as_bytes(std::span(type.data(), type.size())));
    const link_util* kind = get_link_kind(type);
    if (a.more()) {
        if (!kind) {
            ip.p.err->printf("Garbage instead of arguments \"%s ...\". Try \"ip link help\".\n",
                             a.word().c_str());
            return 1;
        }
        if (kind->unsupported) return refuse_words(ip, change, req);
        nlmsg_builder data;
        if (kind->parse_opt && kind->parse_opt(ip, a, req, data) != 0) return 1;
        if (ip.exited) return *ip.exited;
        const auto underscore = type.find('_');
        const bool slave = underscore != std::string::npos && type.substr(underscore) == "_slave";
        info.put(slave ? ifla_info::slave_data : ifla_info::data, data.view());
    }
    req.attrs.put(ifla::linkinfo, info.view());
    return 0;
}

int iplink_modify(ip_context& ip, args a, link_change change) {
    iplink_req req;
    req.create = create_flags(change) & nlm_f::create;
    req.i.ifi_family = ip.preferred_family;
    if (const int status = iplink_parse(ip, a, req)) return status;
    if (req.type) {
        if (const int status = put_linkinfo(ip, a, change, req)) return status;
    } else if (req.create) {
        ip.p.err->write("Not enough information: \"type\" argument is required\n");
        return 1;
    }
    const std::uint16_t type = change == link_change::del ? rtm::dellink : rtm::newlink;
    if (ip.rth.talk(link_message(type, create_flags(change), req)) != err::ok) return 2;
    ip.ll.drop(std::uint32_t(req.i.ifi_index));
    return 0;
}

// ip link property add|del dev DEV [ altname NAME ]...
int iplink_prop(ip_context& ip, args a) {
    if (!a.more()) {
        iplink_usage(*ip.p.err);
        return ip.exit(255);
    }
    std::uint16_t type = 0, flags = 0;
    if (a.matches("add")) {
        type = rtm::newlinkprop;
        flags = nlm_f::excl | nlm_f::create | nlm_f::append;
    } else if (a.matches("del")) {
        type = rtm::dellinkprop;
    } else if (a.matches("help")) {
        iplink_usage(*ip.p.err);
        return ip.exit(255);
    } else {
        return ip.fatal(255, "Operator required");
    }
    a.advance();
    std::optional<std::string> dev;
    nlmsg_builder names;
    for (; a.more(); a.advance()) {
        if (a.matches("altname")) {
            const std::string& name = a.next();
            if (a.more() && !check_altifname(name)) ip.invarg("not a valid altname", name);
            names.put_str(ifla::alt_ifname, name);
            continue;
        }
        if (a.matches("help")) {
            iplink_usage(*ip.p.err);
            return ip.exit(255);
        }
        if (a.is("dev")) a.next();
        if (!a.more()) break;
        if (dev) ip.duparg2("dev", a.word());
        if (!check_altifname(a.word())) ip.invarg("\"dev\" not a valid ifname", a.word());
        dev = a.word();
    }
    if (ip.exited) return *ip.exited;
    if (!dev) return ip.fatal(255, "Not enough of information: \"dev\" argument is required.");
    iplink_req req;
    req.i.ifi_family = ip.preferred_family;
    req.i.ifi_index = std::int32_t(ip.ll.name_to_index(*dev));
    if (!req.i.ifi_index) return ip.nodev(*dev);
    req.attrs.put(ifla::prop_list | nla_f_nested, names.view());
    return ip.rth.talk(link_message(type, flags, req)) == err::ok ? 0 : 2;
}

int iplink_help(ip_context& ip, const args& a) {
    const link_util* kind = a.has_next() ? get_link_kind(a.peek()) : nullptr;
    if (kind && kind->print_help) {
        kind->print_help(*ip.p.out);
        return 0;
    }
    if (kind && kind->unsupported) {
        ip.p.err->printf("ip: help for link type '%s' is not supported here\n", kind->id);
        return 1;
    }
    iplink_usage(*ip.p.err);
    return ip.exit(255);
}

int iplink_command(ip_context& ip, const args& a) {
    args rest = a;
    rest.advance();
    if (a.matches("add")) return iplink_modify(ip, rest, link_change::add);
    if (a.matches("set") || a.matches("change")) return iplink_modify(ip, rest, link_change::set);
    if (a.matches("replace")) return iplink_modify(ip, rest, link_change::replace);
    if (a.matches("delete")) return iplink_modify(ip, rest, link_change::del);
    if (!a.more() || a.matches("show") || a.matches("lst") || a.matches("list")) {
        return ipaddr_list_link(ip, rest);
    }
    if (a.matches("xstats") || a.matches("afstats")) {
        ip.p.err->printf("ip: 'link %s' is not supported here\n", a.word().c_str());
        return 1;
    }
    if (a.matches("property")) return iplink_prop(ip, rest);
    if (a.matches("help")) return iplink_help(ip, a);
    return ip.fatal(255,
                    strf("Command \"%s\" is unknown, try \"ip link help\".", a.word().c_str()));
}

}  // namespace

task<int> do_iplink(ip_context& ip, args a) { co_return iplink_command(ip, a); }

}  // namespace vethlab
