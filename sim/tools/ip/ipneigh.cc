// iproute2: ip/ipneigh.c
#include "sim/tools/ip/ipneigh.h"

#include "sim/tools/ip/rtm_map.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: ip neigh { add | del | change | replace }\n"
    "                { ADDR [ lladdr LLADDR ] [ nud STATE ] proxy ADDR }\n"
    "                [ dev DEV ] [ router ] [ use ] [ managed ] [ extern_learn ]\n"
    "                [ protocol PROTO ]\n"
    "\n"
    "\tip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]\n"
    "\t\t\t\t  [ vrf NAME ] [ nomaster ]\n"
    "\tip neigh get { ADDR | proxy ADDR } dev DEV\n"
    "\n"
    "STATE := { delay | failed | incomplete | noarp | none |\n"
    "           permanent | probe | reachable | stale }\n";

// Only of these three is a beginning enough.
bool may_be_abbreviated(std::uint16_t state) {
    return state == nud::permanent || state == nud::reachable || state == nud::failed;
}
std::optional<std::uint16_t> nud_state_a2n(const std::string& text) {
    if (text == "none") return nud::none;
    for (const auto& n : nud_names) {
        if (text == n.word || (may_be_abbreviated(n.state) && matches(text, n.word))) {
            return n.state;
        }
    }
    const auto number = get_unsigned(text);
    if (!number || *number >= state_none_too || (*number & (*number - 1))) return std::nullopt;
    return std::uint16_t(*number);
}

int usage(ip_context& ip) {
    if (!ip.exited) ip.p.err->write(usage_text);
    return ip.exit(255);
}

struct neigh_request {
    ip_context& ip;
    args& a;
    ndmsg head{};
    std::uint32_t ext_flags = 0;
    std::optional<std::string> dev;
    std::optional<std::string> lladdr;
    inet_prefix dst;
    bool dst_ok = false;
    std::uint8_t protocol = 0;

    void destination() {
        dst = get_addr(ip, a.word(), ip.preferred_family);
        dst_ok = true;
    }
    void proxy() {
        a.next();
        if (a.matches("help")) usage(ip);
        if (dst_ok) ip.duparg("address", a.word());
        destination();
        head.ndm_flags |= ntf::proxy;
    }
    enum class help { shown, passed_over };
    void anything_else(help how) {
        if (a.is("to")) a.next();
        if (a.matches("help")) {
            if (how == help::shown) {
                usage(ip);
            } else {
                a.next();
            }
        }
        if (dst_ok) ip.duparg2("to", a.word());
        destination();
    }
    void state() {
        const auto s = nud_state_a2n(a.next());
        if (!s) ip.invarg("nud state is bad", a.word());
        head.ndm_state = s.value_or(0);
    }
    void modify_word() {
        if (a.matches("lladdr")) {
            a.next();
            if (lladdr) ip.duparg("lladdr", a.word());
            lladdr = a.word();
        } else if (a.is("nud")) {
            state();
        } else if (a.matches("proxy")) {
            proxy();
        } else if (a.is("router")) {
            head.ndm_flags |= ntf::router;
        } else if (a.is("use")) {
            head.ndm_flags |= ntf::use;
        } else if (a.is("managed")) {
            ext_flags |= ntf_ext_managed;
            head.ndm_state = nud::none;
        } else if (a.matches("extern_learn")) {
            head.ndm_flags |= ntf::ext_learned;
        } else if (a.is("dev")) {
            dev = a.next();
        } else if (a.matches("protocol")) {
            const auto id = rtnl_rtprot_a2n(a.next());
            if (!id) ip.invarg("\"protocol\" value is invalid\n", a.word());
            protocol = std::uint8_t(id.value_or(0));
        } else {
            anything_else(help::passed_over);  // upstream means to show it
        }
    }
    void get_word() {
        if (a.is("dev")) {
            dev = a.next();
        } else if (a.matches("proxy")) {
            proxy();
        } else {
            anything_else(help::shown);
        }
    }
    bool complete_without_device() const { return dst_ok && dst.family != af::unspec; }
    bool complete() const { return dev && complete_without_device(); }
    // False after its message, with the status in `status`.
    bool device(int& status) {
        head.ndm_ifindex = std::int32_t(ip.ll.name_to_index(*dev));
        if (!head.ndm_ifindex) status = ip.nodev(*dev);
        return head.ndm_ifindex != 0;
    }
};

int ipneigh_modify(ip_context& ip, args& a, std::uint16_t cmd, std::uint16_t flags) {
    neigh_request q{ip, a, {}, 0, {}, {}, {}};
    q.head.ndm_state = nud::permanent;
    for (; a.more(); a.advance()) q.modify_word();
    if (ip.exited) return *ip.exited;
    if (!q.complete_without_device() || (!q.dev && !(q.head.ndm_flags & ntf::proxy))) {
        return ip.fatal(255, "Device and destination are required arguments.");
    }
    std::vector<std::byte> lladdr;
    if (q.lladdr && *q.lladdr != "null") {
        const auto bytes = ll_addr_a2n(ip, 20, *q.lladdr);
        if (!bytes) return 1;
        lladdr = *bytes;
    }
    int status = 0;
    if (q.dev && !q.device(status)) return status;
    q.head.ndm_family = q.dst.family;
    nlmsg_builder m;
    m.begin(cmd, flags);
    m.head(q.head);
    m.put(nda::dst, q.dst.bytes());
    if (q.protocol) m.put_u8(nda::protocol, q.protocol);
    if (!lladdr.empty()) m.put(nda::lladdr, lladdr);
    if (q.ext_flags) m.put_u32(nda::flags_ext, q.ext_flags);
    m.end();
    return ip.rth.talk(m) == err::ok ? 0 : ip.exit(2);
}

int ipneigh_get(ip_context& ip, args& a) {
    neigh_request q{ip, a, {}, 0, {}, {}, {}};
    for (; a.more(); a.advance()) q.get_word();
    if (ip.exited) return *ip.exited;
    if (!q.complete()) {
        ip.p.err->write("Device and address are required arguments.\n");
        return 1;
    }
    int status = 0;
    if (!q.device(status)) return status;
    q.head.ndm_family = q.dst.family;
    nlmsg_builder m;
    m.begin(rtm::getneigh, 0);
    m.head(q.head);
    m.put(nda::dst, q.dst.bytes());
    m.end();
    std::vector<std::byte> answer;
    if (ip.rth.talk(m, &answer) != err::ok) return 2;
    print_neigh(ip, {}, first_message(answer));  // text, also with -j
    return 0;
}

struct neigh_selector {
    ip_context& ip;
    args& a;
    bool flush;
    neigh_filter filter;
    std::optional<std::string> dev;
    bool state_given = false;

    void state() {
        if (!state_given) filter.state = 0;
        state_given = true;
        const std::string& word = a.next();
        const auto s = nud_state_a2n(word);
        if (!s && word != "all") ip.invarg("nud state is bad", word);
        if (s) {
            filter.state |= *s ? *s : state_none_too;
        } else {
            filter.state |= flush ? ~std::uint32_t{nud::noarp} : ~std::uint32_t{0};
        }
    }
    void master() {
        const auto index = ip.ll.name_to_index(a.next());
        if (!index) ip.invarg("Device does not exist\n", a.word());
        filter.master = index;
    }
    void word() {
        if (a.is("dev")) {
            a.next();
            if (dev) ip.duparg("dev", a.word());
            dev = a.word();
        } else if (a.is("master")) {
            master();
        } else if (a.is("vrf")) {
            ip.invarg("Not a valid VRF name\n", a.next());
        } else if (a.is("nomaster")) {
            filter.master = 0;
        } else if (a.is("unused")) {
            filter.unused_only = true;
        } else if (a.is("nud")) {
            state();
        } else if (a.is("proxy")) {
            filter.ndm_flags = ntf::proxy;
        } else if (a.matches("protocol")) {
            const std::string& name = a.next();
            const auto id = rtnl_rtprot_a2n(name);
            if (!id && name != "all") ip.invarg("invalid \"protocol\"\n", name);
            filter.protocol = std::uint8_t(id.value_or(0));
        } else {
            if (a.is("to")) a.next();
            if (a.matches("help")) usage(ip);
            filter.pfx = get_prefix(ip, a.word(), filter.family);
            if (filter.family == af::unspec) filter.family = filter.pfx.family;
        }
    }
};

bool dump_neighbours(ip_context& ip, const neigh_filter& f) {
    nlmsg_builder m;
    m.begin(rtm::getneigh, 0);
    ndmsg head{};
    head.ndm_family = f.family;
    head.ndm_flags = f.ndm_flags;
    m.head(head);
    if (f.index) m.put_u32(nda::ifindex, f.index);
    if (f.master) m.put_u32(nda::master, f.master);
    m.end();
    return ip.rth.dump(m, [&](const nlmsg_view& msg) {
        print_neigh(ip, f, msg);
        return true;
    });
}

int do_show_or_flush(ip_context& ip, args& a, bool flush) {
    if (flush && !a.more()) {
        ip.p.err->write("Flush requires arguments.\n");
        return 1;
    }
    neigh_selector s{ip, a, flush, {}, {}};
    s.filter.family = ip.preferred_family;
    s.filter.state =
        flush ? ~std::uint32_t{nud::permanent | nud::noarp} : std::uint32_t{0xff & ~nud::noarp};
    for (; a.more(); a.advance()) s.word();
    if (ip.exited) return *ip.exited;
    if (s.dev) {
        s.filter.index = ip.ll.name_to_index(*s.dev);
        if (!s.filter.index) return ip.nodev(*s.dev);
    }
    if (flush) {
        flush_batch batch;
        s.filter.flush = &batch;
        return flush_rounds(ip, batch, ip.max_flush_loops, [&] {
            const bool ok = dump_neighbours(ip, s.filter);
            s.filter.state &= ~std::uint32_t{nud::failed};
            return ok;
        });
    }
    ip.print.begin(ip.json, ip.pretty);
    if (!dump_neighbours(ip, s.filter)) {
        ip.p.err->write("Dump terminated\n");
        return ip.exit(1);
    }
    ip.print.end();
    return 0;
}

int dispatch(ip_context& ip, args& a) {
    if (!a.more()) return do_show_or_flush(ip, a, false);
    const std::string word = a.word();
    const auto is = [&](const char* name) { return matches(word, name); };
    a.advance();
    if (is("add")) return ipneigh_modify(ip, a, rtm::newneigh, nlm_f::create | nlm_f::excl);
    if (is("change") || word == "chg") return ipneigh_modify(ip, a, rtm::newneigh, nlm_f::replace);
    if (is("replace")) {
        return ipneigh_modify(ip, a, rtm::newneigh, nlm_f::create | nlm_f::replace);
    }
    if (is("delete")) return ipneigh_modify(ip, a, rtm::delneigh, 0);
    if (is("get")) return ipneigh_get(ip, a);
    if (is("show") || is("lst") || is("list")) return do_show_or_flush(ip, a, false);
    if (is("flush")) return do_show_or_flush(ip, a, true);
    if (is("help")) return usage(ip);
    return ip.fatal(255, strf("Command \"%s\" is unknown, try \"ip neigh help\".", word.c_str()));
}

}  // namespace

task<int> do_ipneigh(ip_context& ip, args a) { co_return dispatch(ip, a); }

}  // namespace vethlab
