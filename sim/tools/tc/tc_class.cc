// iproute2: tc/tc_class.c
#include "sim/tools/tc/tc.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: tc class [ add | del | change | replace | show ] dev STRING\n"
    "       [ classid CLASSID ] [ root | parent CLASSID ]\n"
    "       [ [ QDISC_KIND ] [ help | OPTIONS ] ]\n"
    "\n"
    "       tc class show [ dev STRING ] [ root | parent CLASSID ]\n"
    "Where:\n"
    "QDISC_KIND := { prio | cbq | etc. }\n"
    "OPTIONS := ... try tc class add <desired QDISC_KIND> help\n";

int usage(tc_context& tc) {
    tc.p.err->write(usage_text);
    return 0;
}

struct class_words {
    std::string dev;
    std::uint32_t classid = 0, parent = 0;
};

void take_id(tc_context& tc, args& a, std::uint32_t& id, const char* message) {
    if (id) tc.duparg(a.word(), a.peek());
    const auto v = get_tc_classid(a.next());
    if (!v && !tc.exited) tc.invarg(message, a.word());
    id = v.value_or(0);
}

// False if the current word is none of those that say which class is meant.
bool take_place(tc_context& tc, args& a, class_words& w) {
    if (a.is("dev")) {
        a.next();
        if (!w.dev.empty()) tc.duparg("dev", a.word());
        w.dev = tc.cut_name(a.word());
    } else if (a.is("classid")) {
        take_id(tc, a, w.classid, "invalid class ID");
    } else if (a.is("root")) {
        if (w.parent) tc.fatal(255, "Error: \"root\" is duplicate parent ID.");
        w.parent = tc_h::root;
    } else if (a.is("parent")) {
        take_id(tc, a, w.parent, "invalid parent ID");
    } else if (a.matches("help")) {
        usage(tc);
    } else {
        return false;
    }
    return true;
}

// No kind here has classes of its own making: tbf's one class comes with it.
int class_modify(tc_context& tc, args& a, std::uint16_t type, std::uint16_t flags) {
    class_words w;
    for (; a.more() && take_place(tc, a, w); a.advance()) {
    }
    if (tc.exited) return 255;
    if (a.more()) {
        const std::string kind = a.word();
        if (is_foreign_kind(kind)) {
            tc.p.err->printf("tc: classes of qdisc \"%s\" are not supported here\n", kind.c_str());
        } else {
            tc.p.err->printf("Error: Qdisc \"%s\" is classless.\n", kind.c_str());
        }
        return 1;
    }
    tcmsg head{};
    head.tcm_handle = w.classid;
    head.tcm_parent = w.parent;
    if (!w.dev.empty()) {
        head.tcm_ifindex = std::int32_t(tc.ll.name_to_index(w.dev));
        if (!head.tcm_ifindex) return tc.nodev(w.dev);
    }
    nlmsg_builder request;
    request.begin(type, flags);
    request.head(head);
    request.end();
    return tc.rth.talk(request) == err::ok ? 0 : 2;
}

void print_class(tc_context& tc, const class_words& filter, const nlmsg_view& msg) {
    const auto t = msg.head<tcmsg>();
    const auto attrs = msg.attrs<tcmsg>();
    const nlattr* kind = attrs.get(tca::kind);
    if (!kind || (filter.classid && filter.classid != t.tcm_handle)) return;
    auto& print = tc.print;
    print.text("class " + std::string(kind->str()) + " ");
    if (t.tcm_handle) print.text(tc_classid_text(t.tcm_handle) + " ");
    if (t.tcm_parent == tc_h::root) {
        print.text("root ");
    } else {
        print.text("parent " + tc_classid_text(t.tcm_parent) + " ");
    }
    if (t.tcm_info) print.text(strf("leaf %x: ", t.tcm_info >> 16));
    print.nl(tc.sl());
    if (!tc.show_stats) return;
    print_tcstats(tc, attrs);
    print.nl(tc.sl());
}

bool list_classes(tc_context& tc, const class_words& filter, std::uint32_t ifindex) {
    nlmsg_builder request;
    request.begin(rtm::gettclass, 0);
    tcmsg head{};
    head.tcm_ifindex = std::int32_t(ifindex);
    head.tcm_parent = filter.parent;
    request.head(head);
    request.end();
    // Text even with -j, as upstream.
    return tc.rth.dump(request, [&](const nlmsg_view& msg) {
        print_class(tc, filter, msg);
        return true;
    });
}

int class_list(tc_context& tc, args& a) {
    class_words filter;
    for (; a.more(); a.advance()) {
        if (take_place(tc, a, filter)) continue;
        tc.fatal(255, strf("What is \"%s\"? Try \"tc class help\".", a.word().c_str()));
    }
    if (tc.exited) return 255;
    std::uint32_t ifindex = 0;
    if (!filter.dev.empty()) {
        ifindex = tc.ll.name_to_index(filter.dev);
        if (!ifindex) return tc.nodev(filter.dev);
    }
    if (!list_classes(tc, filter, ifindex)) return tc.fatal(1, "Dump terminated");
    return 0;
}

}  // namespace

int do_class(tc_context& tc, args a) {
    if (!a.more()) return class_list(tc, a);
    const std::string word = a.word();
    a.advance();
    const auto is = [&](const char* name) { return matches(word, name); };
    const auto change = [&](unsigned flags) {
        return class_modify(tc, a, rtm::newtclass, std::uint16_t(flags));
    };
    if (is("add")) return change(nlm_f::excl | nlm_f::create);
    if (is("change")) return change(0);
    if (is("replace")) return change(nlm_f::create);
    if (is("delete")) return class_modify(tc, a, rtm::deltclass, 0);
    if (is("list") || is("show") || is("lst")) return class_list(tc, a);
    if (is("help")) return usage(tc);
    tc.p.err->printf("Command \"%s\" is unknown, try \"tc class help\".\n", word.c_str());
    return 255;
}

}  // namespace vethlab
