// iproute2: ip/ipnetns.c
#include "sim/tools/ip/ipnetns.h"

#include <algorithm>

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "Usage:\tip netns list\n"
    "\tip netns add NAME\n"
    "\tip netns attach NAME PID\n"
    "\tip netns set NAME NETNSID\n"
    "\tip [-all] netns delete [NAME]\n"
    "\tip netns identify [PID]\n"
    "\tip netns pids NAME\n"
    "\tip [-all] netns exec [NAME] cmd ...\n"
    "\tip netns monitor\n"
    "\tip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]\n"
    "NETNSID := auto | POSITIVE-INT\n";

constexpr const char* run_dir = "/run/netns";

int usage(ip_context& ip) {
    if (!ip.exited) ip.p.err->write(usage_text);
    return ip.exit(255);
}
// A failure that ends this command only.
int failed(ip_context& ip, const std::string& message, int status = 1) {
    ip.p.err->printf("%s\n", message.c_str());
    return status;
}

bool invalid_name(const std::string& name) {
    return name.empty() || name.size() > 255 || name.find('/') != std::string::npos ||
           name == "." || name == "..";
}

int netns_list(ip_context& ip) {
    json_print& out = ip.print;
    out.begin(ip.json, ip.pretty);
    for (const auto& name : ip.p.sys.netns_list()) {
        out.open_object();
        out.print_string(print_as::any, "name", "%s", name);
        const int id = get_netnsid_from_name(ip, name);
        if (id >= 0) out.print_int(print_as::any, "id", " (id: %d)", id);
        out.text("\n");
        out.close_object();
    }
    out.end();
    return 0;
}

int cannot_create(ip_context& ip, const std::string& name, err e) {
    return failed(
        ip, strf("Cannot create namespace file \"%s/%s\": %s", run_dir, name.c_str(), strerror(e)));
}

int netns_add(ip_context& ip, args& a) {
    if (!a.more()) return failed(ip, "No netns name specified");
    const err e = ip.p.sys.netns_add(a.word());
    return e == err::ok ? 0 : cannot_create(ip, a.word(), e);
}

int netns_attach(ip_context& ip, args& a) {
    if (a.left() < 2) return failed(ip, "No netns name and PID specified");
    const std::string& name = a.word();
    const auto pid = get_s32(a.peek());
    if (!pid || *pid == 0) return failed(ip, strf("Invalid PID: %s", a.peek().c_str()));
    const err e = ip.p.sys.netns_attach(name, *pid);
    if (e == err::ok) return 0;
    if (e != err::noent) return cannot_create(ip, name, e);
    return failed(ip, strf("Bind /proc/%d/ns/net -> %s/%s failed: %s", *pid, run_dir, name.c_str(),
                           strerror(e)));
}

int delete_one(ip_context& ip, const std::string& name) {
    const err e = ip.p.sys.netns_delete(name);
    if (e == err::ok) return 0;
    return failed(
        ip, strf("Cannot remove namespace file \"%s/%s\": %s", run_dir, name.c_str(), strerror(e)));
}

int netns_delete(ip_context& ip, args& a) {
    if (!ip.do_all) {
        if (!a.more()) return failed(ip, "No netns name specified");
        return delete_one(ip, a.word());
    }
    for (const auto& name : ip.p.sys.netns_list()) delete_one(ip, name);
    return 0;
}

int netns_set(ip_context& ip, args& a) {
    if (!a.more()) return failed(ip, "No netns name specified");
    if (!a.has_next()) return failed(ip, "No nsid specified");
    const std::string& name = a.word();
    int nsid = -1;
    if (a.peek() != "auto") {
        const auto number = get_integer(a.peek());
        if (!number) return ip.invarg("Invalid \"netnsid\" value", a.peek());
        if (*number < 0) return ip.invarg("\"netnsid\" value should be >= 0", a.peek());
        nsid = *number;
    }
    const ns_fd fd = netns_get_fd(ip, name);
    if (fd == no_ns) {
        return failed(ip, strf("Cannot open network namespace \"%s\": %s", name.c_str(),
                               strerror(err::noent)));
    }
    nlmsg_builder m;
    m.begin(rtm::newnsid, 0);
    m.head(rtgenmsg{af::unspec});
    m.put_u32(netnsa::fd, std::uint32_t(fd));
    m.put_u32(netnsa::nsid, std::uint32_t(nsid));
    m.end();
    return ip.rth.talk(m) == err::ok ? 0 : 2;
}

bool is_pid(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int netns_identify(ip_context& ip, args& a) {
    if (a.left() > 1) return failed(ip, "extra arguments specified");
    system& sys = ip.p.sys;
    ns_fd ns = ip.p.ns;
    if (a.more()) {
        if (!is_pid(a.word())) {
            return failed(ip, strf("Specified string '%s' is not a pid", a.word().c_str()));
        }
        ns = sys.netns_of_pid(get_integer(a.word(), 10).value_or(0));
        if (ns == no_ns) {
            return failed(ip, strf("Cannot open network namespace: %s", strerror(err::noent)));
        }
    }
    std::string found;
    for (const auto& name : sys.netns_list()) {
        const ns_fd fd = sys.netns_open(name);
        if (fd != no_ns && sys.same_netns(fd, ns)) found = name;
    }
    ip.p.out->printf("%s\n", found.c_str());
    return 0;
}

int netns_pids(ip_context& ip, args& a) {
    if (!a.more()) return failed(ip, "No netns name specified");
    if (a.left() > 1) return failed(ip, "extra arguments specified");
    const ns_fd ns = ip.p.sys.netns_open(a.word());
    if (ns == no_ns) {
        return failed(ip, strf("Cannot open network namespace: %s", strerror(err::noent)));
    }
    for (const int pid : ip.p.sys.pids_in(ns)) ip.p.out->printf("%d\n", pid);
    return 0;
}

// Runs a program as a child that lives in `name`; its status, or that of the failure.
task<int> exec_in(ip_context& ip, const std::string name, std::vector<std::string> argv) {
    process& p = ip.p;
    const ns_fd ns = netns_get_fd(ip, name);
    if (ns == no_ns) {
        co_return failed(
            ip,
            strf("Cannot open network namespace \"%s\": %s", name.c_str(), strerror(err::noent)),
            255);
    }
    process child(p.table, p.sys, ns, *p.out, *p.err);
    child.argv = std::move(argv);
    child.environment = p.environment;
    child.input.swap(p.input);
    child.input_at = p.input_at;
    bool found = true;
    const int status = co_await p.table.exec(child, &found);
    child.input.swap(p.input);
    p.input_at = child.input_at;
    if (found) co_return status;
    co_return failed(
        ip, strf("exec of \"%s\" failed: %s", child.argv[0].c_str(), strerror(err::noent)));
}

task<int> netns_exec(ip_context& ip, args& a) {
    if (!a.more() && !ip.do_all) co_return failed(ip, "No netns name specified");
    if (a.left() < (ip.do_all ? 1u : 2u)) co_return failed(ip, "No command specified");
    if (!ip.do_all) {
        const std::string name = a.word();
        a.advance();
        co_return co_await exec_in(ip, name, a.rest());
    }
    for (const auto& name : ip.p.sys.netns_list()) {
        ip.p.out->printf("\nnetns: %s\n", name.c_str());
        co_await exec_in(ip, name, a.rest());
        if (ip.p.interrupted) break;
    }
    co_return 0;
}

std::optional<int> next_nsid(ip_context& ip, args& a, const char* name) {
    const auto id = get_integer(a.next());
    if (!id) {
        ip.invarg(strf("\"%s\" value is invalid", name), a.word());
    } else if (*id < 0) {
        // Upstream shows the word behind it.
        ip.invarg(strf("\"%s\" value should be >= 0", name), a.has_next() ? a.peek() : "(null)");
    }
    return id;
}

int netns_list_id(ip_context& ip, args& a) {
    std::optional<int> target, nsid;
    for (; a.more(); a.advance()) {
        if (a.is("target-nsid")) {
            target = next_nsid(ip, a, "target-nsid");
        } else if (a.is("nsid")) {
            nsid = next_nsid(ip, a, "nsid");
        } else {
            usage(ip);
        }
    }
    if (ip.exited) return *ip.exited;
    nlmsg_builder m;
    m.begin(rtm::getnsid, 0);
    m.head(rtgenmsg{af::unspec});
    if (nsid) m.put_u32(netnsa::nsid, std::uint32_t(*nsid));
    if (target) m.put_u32(netnsa::target_nsid, std::uint32_t(*target));
    m.end();
    get_name_from_nsid(ip, 0);  // asks for all names before the dump occupies the socket
    std::vector<std::byte> answer;
    if (nsid && ip.rth.talk(m, &answer) != err::ok) return 2;
    ip.print.begin(ip.json, ip.pretty);
    if (nsid) {
        print_nsid(ip, first_message(answer));
    } else if (!ip.rth.dump(m, [&](const nlmsg_view& msg) {
                   print_nsid(ip, msg);
                   return true;
               })) {
        ip.print.end();
        ip.p.err->write("Dump terminated\n");
        return ip.exit(1);
    }
    ip.print.end();
    return 0;
}

}  // namespace

void print_nsid(ip_context& ip, const nlmsg_view& msg) {
    const auto type = msg.hdr.nlmsg_type;
    if (type != rtm::newnsid && type != rtm::delnsid) return;
    const auto tb = msg.attrs<rtgenmsg>();
    const nlattr* id = tb.get(netnsa::nsid);
    if (!id) return ip.p.err->write("Missing NSID in message.\n");
    json_print& out = ip.print;
    out.open_object();
    if (type == rtm::delnsid) out.print_bool(print_as::any, "deleted", "Deleted ", true);
    int nsid = id->as<std::int32_t>();
    if (nsid >= 0) {
        out.print_int(print_as::any, "nsid", "nsid %d ", nsid);
    } else {
        out.print_string(print_as::fp, nullptr, "nsid %s ", "unassigned");
    }
    if (const nlattr* current = tb.get(netnsa::current_nsid)) {
        nsid = current->as<std::int32_t>();
        if (nsid >= 0) {
            out.print_int(print_as::any, "current-nsid", "current-nsid %d ", nsid);
        } else {
            out.print_string(print_as::fp, nullptr, "current-nsid %s ", "unassigned");
        }
    }
    if (const auto name = get_name_from_nsid(ip, nsid)) {
        out.print_string(print_as::any, "name", "(iproute2 netns name: %s)", *name);
    }
    out.text("\n");
    out.close_object();
}

task<int> do_netns(ip_context& ip, args a) {
    if (!a.more()) co_return netns_list(ip);
    if (!ip.do_all && a.has_next() && invalid_name(a.peek())) {
        co_return ip.fatal(255, strf("Invalid netns name \"%s\"", a.peek().c_str()));
    }
    const std::string word = a.word();
    const auto is = [&](const char* name) { return matches(word, name); };
    a.advance();
    if (is("list") || is("show") || is("lst")) co_return netns_list(ip);
    if (is("list-id")) co_return netns_list_id(ip, a);
    if (is("help")) co_return usage(ip);
    if (is("add")) co_return netns_add(ip, a);
    if (is("set")) co_return netns_set(ip, a);
    if (is("delete")) co_return netns_delete(ip, a);
    if (is("identify")) co_return netns_identify(ip, a);
    if (is("pids")) co_return netns_pids(ip, a);
    if (is("exec")) co_return co_await netns_exec(ip, a);
    if (is("monitor")) co_return ip.fatal(255, "ip netns monitor is not supported here");
    if (is("attach")) co_return netns_attach(ip, a);
    co_return ip.fatal(255,
                       strf("Command \"%s\" is unknown, try \"ip netns help\".", word.c_str()));
}

}  // namespace vethlab
