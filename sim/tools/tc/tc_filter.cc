// iproute2: tc/tc_filter.c. There are no filters: what is listed is an empty list.
#include "sim/tools/tc/tc.h"

namespace vethlab {
namespace {

void take_parent(tc_context& tc, std::string& parent, const std::string& name) {
    if (!parent.empty()) tc.duparg("parent", name);
    parent = name;
}

int filter_list(tc_context& tc, args& a) {
    std::string dev, parent;
    for (; a.more() && !tc.exited; a.advance()) {
        if (a.is("dev")) {
            a.next();
            if (!dev.empty()) tc.duparg("dev", a.word());
            dev = tc.cut_name(a.word());
        } else if (a.is("root") || a.is("ingress") || a.is("egress")) {
            take_parent(tc, parent, a.word());
        } else if (a.is("parent")) {
            const std::string& word = a.next();
            take_parent(tc, parent, word);
            if (!tc.exited && !get_tc_classid(word)) tc.invarg("invalid parent ID", word);
        } else {
            tc.fatal(255, strf(" What is \"%s\"? Try \"tc filter help\"", a.word().c_str()));
        }
    }
    if (tc.exited) return 255;
    if (!dev.empty() && !tc.ll.name_to_index(dev)) return tc.nodev(dev);
    if (tc.json) tc.p.out->write("[]\n");
    return 0;
}

}  // namespace

int do_filter(tc_context& tc, args a) {
    if (!a.more()) return filter_list(tc, a);
    const std::string word = a.word();
    a.advance();
    const auto is = [&](const char* name) { return matches(word, name); };
    if (is("list") || is("show") || is("lst")) return filter_list(tc, a);
    for (const char* name : {"add", "change", "replace", "delete", "get", "help"}) {
        if (is(name)) return tc.fatal(1, strf("tc: \"filter %s\" is not supported here", name));
    }
    tc.p.err->printf("Command \"%s\" is unknown, try \"tc filter help\".\n", word.c_str());
    return 255;
}

}  // namespace vethlab
