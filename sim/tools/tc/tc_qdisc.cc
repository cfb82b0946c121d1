// iproute2: tc/tc_qdisc.c
#include <algorithm>

#include "sim/tools/tc/tc.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: tc qdisc [ add | del | replace | change | show ] dev STRING\n"
    "       [ handle QHANDLE ] [ root | ingress | clsact | parent CLASSID ]\n"
    "       [ estimator INTERVAL TIME_CONSTANT ]\n"
    "       [ stab [ help | STAB_OPTIONS] ]\n"
    "       [ ingress_block BLOCK_INDEX ] [ egress_block BLOCK_INDEX ]\n"
    "       [ [ QDISC_KIND ] [ help | OPTIONS ] ]\n"
    "\n"
    "       tc qdisc { show | list } [ dev STRING ] [ QDISC_ID ] [ invisible ]\n"
    "Where:\n"
    "QDISC_KIND := { [p|b]fifo | tbf | prio | cbq | red | etc. }\n"
    "OPTIONS := ... try tc qdisc add <desired QDISC_KIND> help\n"
    "STAB_OPTIONS := ... try tc qdisc add stab help\n"
    "QDISC_ID := { root | ingress | handle QHANDLE | parent CLASSID }\n";

// Not fatal: upstream goes on behind it.
int usage(tc_context& tc) {
    tc.p.err->write(usage_text);
    return 0;
}

struct qdisc_request {
    std::string dev, kind;
    bool has_kind = false;  // it may be ''
    std::uint32_t handle = 0, parent = 0;
};

bool duplicate_parent(tc_context& tc, const char* word, const char* article) {
    tc.p.err->printf("Error: \"%s\" is %sduplicate parent ID\n", word, article);
    tc.exit(255);
    return false;
}

// "ingress" and "clsact" are a place and a kind at once; false after a message.
bool take_ingress(tc_context& tc, args& a, qdisc_request& r) {
    if (r.parent) return duplicate_parent(tc, a.word().c_str(), "a ");
    r.parent = tc_h::ingress;
    r.kind = a.word();
    r.has_kind = true;
    r.handle = 0xffff0000;
    a.advance();
    return true;
}

void take_parent(tc_context& tc, args& a, std::uint32_t& parent) {
    if (parent) tc.duparg("parent", a.peek());
    const auto id = get_tc_classid(a.next());
    if (!id && !tc.exited) tc.invarg("invalid parent ID", a.word());
    parent = id.value_or(0);
}

// The words up to the kind; what follows is the kind's.
void parse_place(tc_context& tc, args& a, qdisc_request& r) {
    for (; a.more(); a.advance()) {
        if (a.is("dev")) {
            a.next();
            if (!r.dev.empty()) tc.duparg("dev", a.word());
            r.dev = tc.cut_name(a.word());
        } else if (a.is("handle")) {
            if (r.handle) tc.duparg("handle", a.word());
            const auto handle = get_qdisc_handle(a.next());
            if (!handle && !tc.exited) tc.invarg("invalid qdisc ID", a.word());
            r.handle = handle.value_or(0);
        } else if (a.is("root")) {
            if (r.parent) duplicate_parent(tc, "root", "");
            r.parent = tc_h::root;
        } else if (a.is("ingress") || a.is("clsact")) {
            take_ingress(tc, a, r);
            return;
        } else if (a.is("parent")) {
            take_parent(tc, a, r.parent);
        } else if (a.matches("estimator") || a.matches("stab") ||
                   a.matches("ingress_block") || a.matches("egress_block")) {
            const std::string option = a.word();
            a.next();
            if (tc.exited) return;
            tc.fatal(1, strf("tc: option \"%s\" is not supported here", option.c_str()));
        } else if (a.matches("help")) {
            usage(tc);
        } else {
            r.kind = tc.cut_name(a.word());
            r.has_kind = true;
            a.advance();
            return;
        }
    }
}

// The options of the kind; a status other than 0 after a message.
int parse_options(tc_context& tc, args& a, const qdisc_request& r, nlmsg_builder& request) {
    if (!r.has_kind || is_foreign_kind(r.kind)) return 0;
    const qdisc_util& q = get_qdisc_kind(r.kind);
    if (q.parse_qopt) return q.parse_qopt(tc, a, request, r.kind.c_str()) ? 0 : 1;
    if (!a.more()) return 0;
    tc.p.err->printf("qdisc '%s' does not support option parsing\n", r.kind.c_str());
    return 255;
}

int qdisc_modify(tc_context& tc, args& a, std::uint16_t type, std::uint16_t flags) {
    qdisc_request r;
    parse_place(tc, a, r);
    if (tc.exited) return 255;
    nlmsg_builder request;
    request.begin(type, flags);
    // The device's number comes last, as messages about options come before those about it.
    nlmsg_builder options;
    options.begin(0, 0);
    options.head(tcmsg{});
    if (!r.kind.empty()) options.put_str(tca::kind, r.kind);
    if (const int status = parse_options(tc, a, r, options)) return status;
    if (tc.exited) return 255;
    tcmsg head{};
    head.tcm_handle = r.handle;
    head.tcm_parent = r.parent;
    if (!r.dev.empty()) {
        head.tcm_ifindex = std::int32_t(tc.ll.name_to_index(r.dev));
        if (!head.tcm_ifindex) return tc.nodev(r.dev);
    }
    request.head(head);
    request.raw(options.view().subspan(sizeof(nlmsghdr) + sizeof(tcmsg)));
    request.end();
    if (tc.rth.talk(request) != err::ok) return 2;
    if (a.more()) {
        // A kernel that knows one of the kinds that we only know by name.
        tc.p.err->printf("tc: options of qdisc \"%s\" are not supported here\n", r.kind.c_str());
        return 1;
    }
    return 0;
}

struct qdisc_filter {
    std::uint32_t ifindex = 0, parent = 0, handle = 0;
};

void print_qdisc(tc_context& tc, const qdisc_filter& filter, const nlmsg_view& msg) {
    const auto t = msg.head<tcmsg>();
    const auto attrs = msg.attrs<tcmsg>();
    const nlattr* kind_attr = attrs.get(tca::kind);
    if (filter.ifindex && filter.ifindex != std::uint32_t(t.tcm_ifindex)) return;
    if (filter.handle && filter.handle != t.tcm_handle) return;
    if (filter.parent && filter.parent != t.tcm_parent) return;
    if (!kind_attr) return;
    const std::string kind(kind_attr->str());
    auto& print = tc.print;
    print.open_object();
    print.print_string(print_as::any, "kind", "qdisc %s", kind);
    print.print_string(print_as::any, "handle", " %s", strf("%x:", t.tcm_handle >> 16));
    if (tc.show_raw) print.text(strf("[%08x]", t.tcm_handle));
    if (!filter.ifindex) {
        print.text(" dev ");
        print.print_color_string(print_as::any, color::ifname, "dev", "%s",
                                 tc.ll.index_to_name(std::uint32_t(t.tcm_ifindex)));
    }
    print.text(" ");
    if (t.tcm_parent == tc_h::root) {
        print.print_bool(print_as::any, "root", "root ", true);
    } else if (t.tcm_parent) {
        print.print_string(print_as::any, "parent", "parent %s ", tc_classid_text(t.tcm_parent));
    }
    if (t.tcm_info != 1) print.print_uint(print_as::any, "refcnt", "refcnt %u ", t.tcm_info);
    print.open_object("options");
    if (auto* options = attrs.get(tca::options)) {
        get_qdisc_kind(kind).print_qopt(tc, *options, kind.c_str());
    }
    print.close_object();
    print.nl(tc.sl());
    if (tc.show_stats) print_tcstats(tc, attrs);
    print.close_object();
}

void parse_filter(tc_context& tc, args& a, qdisc_filter& filter, std::string& dev,
                  bool& invisible) {
    for (; a.more(); a.advance()) {
        if (a.is("dev")) {
            dev = tc.cut_name(a.next());
        } else if (a.is("root")) {
            filter.parent = tc_h::root;
        } else if (a.is("ingress") || a.is("clsact")) {
            filter.parent = tc_h::ingress;
        } else if (a.is("parent")) {
            take_parent(tc, a, filter.parent);
        } else if (a.is("handle")) {
            const auto handle = get_qdisc_handle(a.next());
            if (!handle && !tc.exited) tc.invarg("invalid handle ID", a.word());
            filter.handle = handle.value_or(0);
        } else if (a.matches("help")) {
            usage(tc);
        } else if (a.is("invisible")) {
            invisible = true;
        } else {
            tc.fatal(255, strf("What is \"%s\"? Try \"tc qdisc help\".", a.word().c_str()));
        }
    }
}

int qdisc_list(tc_context& tc, args& a) {
    qdisc_filter filter;
    std::string dev;
    bool invisible = false;
    parse_filter(tc, a, filter, dev, invisible);
    if (tc.exited) return 255;
    if (!dev.empty()) {
        filter.ifindex = tc.ll.name_to_index(dev);
        if (!filter.ifindex) return tc.nodev(dev);
    }
    nlmsg_builder request;
    request.begin(rtm::getqdisc, 0);
    tcmsg head{};
    head.tcm_ifindex = std::int32_t(filter.ifindex);
    request.head(head);
    if (invisible) request.put(tca::dump_invisible, {});
    request.end();
    tc.print.begin(tc.json, tc.pretty);
    const bool ok = tc.rth.dump(request, [&](const nlmsg_view& msg) {
        print_qdisc(tc, filter, msg);
        return true;
    });
    if (!ok) return tc.fatal(1, "Dump terminated");
    tc.print.end();
    return 0;
}

bool noqopt(tc_context& tc, args& a, nlmsg_builder&, const char* id) {
    if (!a.more()) return true;
    tc.p.err->printf("Unknown qdisc \"%s\", hence option \"%s\" is unparsable\n", id,
                     a.word().c_str());
    return false;
}
void print_noqopt(tc_context& tc, const nlattr& options, const char*) {
    if (options.data.empty()) return;
    tc.print.text(strf("[Unknown qdisc, optlen=%zu] ", options.data.size()));
}

}  // namespace

const qdisc_util& get_qdisc_kind(const std::string& id) {
    constexpr const qdisc_util* kinds[] = {
        &pfifo_util, &bfifo_util,   &pfifo_head_drop_util, &pfifo_fast_util,
        &tbf_util,   &ingress_util, &clsact_util,
    };
    for (const auto* q : kinds) {
        if (id == q->id) return *q;
    }
    static constexpr qdisc_util unknown{"noop", noqopt, print_noqopt};
    return unknown;
}

bool is_foreign_kind(const std::string& id) {
    constexpr std::string_view kinds[] = {
        "cake",     "cbq",    "cbs",  "choke", "codel", "drr", "dsmark", "etf",     "ets",    "fq",
        "fq_codel", "fq_pie", "gred", "hfsc",  "hhf",   "htb", "mqprio", "multiq",  "netem",  "pie",
        "plug",     "prio",   "qfq",  "red",   "rr",    "sfb", "sfq",    "skbprio", "taprio",
    };
    return std::find(std::begin(kinds), std::end(kinds), id) != std::end(kinds);
}

int do_qdisc(tc_context& tc, args a) {
    if (!a.more()) return qdisc_list(tc, a);
    const std::string word = a.word();
    a.advance();
    const auto is = [&](const char* name) { return matches(word, name); };
    const auto change = [&](unsigned flags) {
        return qdisc_modify(tc, a, rtm::newqdisc, std::uint16_t(flags));
    };
    if (is("add")) return change(nlm_f::excl | nlm_f::create);
    if (is("change")) return change(0);
    if (is("replace")) return change(nlm_f::create | nlm_f::replace);
    if (is("link")) return change(nlm_f::replace);
    if (is("delete")) return qdisc_modify(tc, a, rtm::delqdisc, 0);
    if (is("list") || is("show") || is("lst")) return qdisc_list(tc, a);
    if (is("help")) return usage(tc);
    tc.p.err->printf("Command \"%s\" is unknown, try \"tc qdisc help\".\n", word.c_str());
    return 255;
}

}  // namespace vethlab
