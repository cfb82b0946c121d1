// iproute2: bridge/bridge.c
#include "sim/tools/bridge/bridge.h"

#include <utility>

#include "sim/tools/lib/color.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }\n"
    "       bridge [ -force ] -batch filename\n"
    "where  OBJECT := { link | fdb | mdb | vlan | monitor }\n"
    "       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] |\n"
    "                    -o[neline] | -t[imestamp] | -n[etns] name |\n"
    "                    -c[ompressvlans] -color -p[retty] -j[son] }\n";

int usage(bridge_context& br) {
    br.p.err->write(usage_text);
    return br.exit(255);
}

task<int> do_cmd(bridge_context& br, args a) {
    const std::string object = a.word();
    a.advance();
    if (matches(object, "link")) co_return do_link(br, a);
    if (matches(object, "fdb")) co_return do_fdb(br, a);
    if (matches(object, "mdb")) co_return do_mdb(br, a);
    if (matches(object, "vlan")) co_return do_vlan(br, a);
    if (matches(object, "vni")) {
        br.p.err->write("bridge: object \"vni\" is not supported here\n");
        co_return 255;
    }
    if (matches(object, "monitor")) co_return co_await do_monitor(br, a);
    if (matches(object, "help")) co_return usage(br);
    br.p.err->printf("Object \"%s\" is unknown, try \"bridge help\".\n", object.c_str());
    co_return 255;
}

std::optional<std::string> batch_text(process& p, const std::string& name) {
    if (name == "-") return std::exchange(p.input, {});
    auto text = p.table.read_file(name);
    if (!text) {
        p.err->printf("Cannot open file \"%s\" for reading: %s\n", name.c_str(),
                      strerror(err::noent));
    }
    return text;
}

task<int> batch(bridge_context& br, std::string name) {
    const auto text = batch_text(br.p, name);
    if (!text) co_return 1;
    int status = 0;
    for (const auto& line : batch_lines(*text)) {
        if (line.words.empty()) continue;
        const int failed = co_await do_cmd(br, args(br, line.words));
        if (br.exited) co_return *br.exited;
        if (!failed) continue;
        br.p.err->printf("Command failed %s:%d\n", name.c_str(), line.number);
        status = 1;
        if (!br.force) break;
    }
    co_return status;
}

struct bridge_options {
    bridge_context& br;
    args& a;
    bool use_color = false;
    std::optional<std::string> batch_file;

    void family() {
        if (!a.has_next()) {
            usage(br);
            return;
        }
        const std::string& name = a.next();
        if (name == "inet") {
            br.preferred_family = af::inet;
        } else if (name == "inet6") {
            br.preferred_family = af::inet6;
        } else if (name == "help") {
            usage(br);
        } else {
            br.invarg("invalid protocol family", name);
        }
    }
    // Upstream hands a missing name on, and printf shows it so.
    void netns() {
        const bool given = a.has_next();
        if (!given) {
            br.fatal(255, "Cannot open network namespace \"(null)\": No such file or directory");
        } else if (!netns_switch(br, a.next())) {
            br.exit(255);
        }
    }
    void batch() {
        if (a.has_next()) {
            batch_file = a.next();
        } else {
            usage(br);
        }
    }
    void version() {
        br.p.out->write("bridge utility, 6.1.0\n");
        br.exit(0);
    }
    void option(const std::string& word) {
        const std::string opt = word.starts_with("--") ? word.substr(1) : word;
        const auto is = [&](const char* name) { return matches(opt, name); };
        if (is("-help")) {
            usage(br);
        } else if (is("-Version")) {
            version();
        } else if (is("-stats") || is("-statistics")) {
            br.show_stats++;
        } else if (is("-details")) {
            br.show_details = true;
        } else if (is("-oneline")) {
            br.oneline = true;
        } else if (is("-timestamp")) {
            br.timestamp = true;
        } else if (is("-family")) {
            family();
        } else if (opt == "-4") {
            br.preferred_family = af::inet;
        } else if (opt == "-6") {
            br.preferred_family = af::inet6;
        } else if (is("-netns")) {
            netns();
        } else if (matches_color(opt, use_color)) {
        } else if (is("-compressvlans")) {
            br.compress_vlans = true;
        } else if (is("-force")) {
            br.force = true;
        } else if (is("-json")) {
            br.json = true;
        } else if (is("-pretty")) {
            br.pretty = true;
        } else if (is("-batch")) {
            batch();
        } else {
            br.fatal(255, strf("Option \"%s\" is unknown, try \"bridge help\".", opt.c_str()));
        }
    }
    void run() {
        for (; a.more() && a.word().starts_with("-"); a.advance()) {
            if (a.word() == "--") {
                a.advance();
                break;
            }
            option(std::string(a.word()));
        }
        br.print.use_color = use_color && !br.json;
    }
};

}  // namespace

task<int> bridge_main(process& p) {
    bridge_context br(p);
    args a(br, {p.argv.begin() + 1, p.argv.end()});
    bridge_options options{br, a, false, {}};
    options.run();
    br.rth.set_strict_dump(true);
    int status = 0;
    if (options.batch_file && !br.exited) {
        status = co_await batch(br, *options.batch_file);
    } else if (a.more()) {
        status = co_await do_cmd(br, a);
    } else if (!br.exited) {
        usage(br);
    }
    co_return br.exited ? *br.exited : status;
}

}  // namespace vethlab
