// iproute2: tc/tc.c
#include "sim/tools/tc/tc.h"

#include "sim/tools/lib/color.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage:\ttc [ OPTIONS ] OBJECT { COMMAND | help }\n"
    "\ttc [-force] -batch filename\n"
    "where  OBJECT := { qdisc | class | filter | chain |\n"
    "\t\t    action | monitor | exec }\n"
    "       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[aw] |\n"
    "\t\t    -o[neline] | -j[son] | -p[retty] | -c[olor]\n"
    "\t\t    -b[atch] [filename] | -n[etns] name | -N[umeric] |\n"
    "\t\t     -nm | -nam[es] | { -cf | -conf } path\n"
    "\t\t     -br[ief] }\n";

int usage(tc_context& tc) {
    tc.p.err->write(usage_text);
    return 0;
}

int not_here(tc_context& tc, const char* what, const std::string& name) {
    return tc.fatal(1, strf("tc: %s \"%s\" is not supported here", what, name.c_str()));
}

void option(tc_context& tc, args& a) {
    const std::string opt = a.word();
    const auto is = [&](const char* name) { return matches(opt, name); };
    if (is("-stats") || is("-statistics")) {
        tc.show_stats++;
    } else if (is("-details")) {
        tc.show_details = true;
    } else if (is("-raw")) {
        tc.show_raw = true;
    } else if (is("-pretty")) {
        tc.pretty = true;
    } else if (is("-Version")) {
        tc.p.out->write("tc utility, iproute2-6.1.0, libbpf 1.1.2\n");
        tc.exit(0);
    } else if (is("-iec")) {
        tc.use_iec = true;
    } else if (is("-help")) {
        tc.exit(usage(tc));
    } else if (is("-force")) {
        tc.force = true;
    } else if (is("-netns")) {
        // Upstream hands a missing name on, and printf shows it so.
        const std::string name = a.has_next() ? a.next() : "(null)";
        if (!netns_switch(tc, name)) tc.exit(255);
    } else if (is("-Numeric")) {
        tc.numeric = true;
    } else if (is("-nm") || is("-names") || is("-cf") || is("-conf")) {
        not_here(tc, "option", opt);
    } else if (matches_color(opt, tc.print.use_color)) {
    } else if (is("-json")) {
        tc.json = true;
    } else if (is("-oneline")) {
        tc.oneline = true;
    } else if (is("-batch") || is("-graph") || is("-timestamp") || is("-tshort")) {
        not_here(tc, "option", opt);
    } else if (is("-brief")) {
        // It shortens filters and actions.
    } else {
        tc.fatal(255, strf("Option \"%s\" is unknown, try \"tc -help\".", opt.c_str()));
    }
}

int do_cmd(tc_context& tc, args a) {
    const std::string object = a.word();
    a.advance();
    if (matches(object, "qdisc")) return do_qdisc(tc, a);
    if (matches(object, "class")) return do_class(tc, a);
    if (matches(object, "filter")) return do_filter(tc, a);
    for (const char* name : {"chain", "actions", "monitor", "exec"}) {
        if (matches(object, name)) return not_here(tc, "object", name);
    }
    if (matches(object, "help")) return usage(tc);
    tc.p.err->printf("Object \"%s\" is unknown, try \"tc help\".\n", object.c_str());
    return 255;
}

}  // namespace

int tc_main(process& p) {
    tc_context tc(p);
    args a(tc, {p.argv.begin() + 1, p.argv.end()});
    for (; a.more() && a.word().starts_with("-"); a.advance()) option(tc, a);
    if (tc.json) tc.print.use_color = false;
    const int status = tc.exited ? 0 : a.more() ? do_cmd(tc, a) : usage(tc);
    return tc.exited ? *tc.exited : status;
}

}  // namespace vethlab
