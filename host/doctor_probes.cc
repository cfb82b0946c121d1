// Each probe does what a lab would do, in namespaces that end with it.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_tun.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>

#include "core/uapi/netlink.h"
#include "host/doctor.h"
#include "host/mirror/isolation.h"
#include "host/mirror/kernel_system.h"
#include "host/mirror/links.h"
#include "sim/capture/text_lines.h"

namespace vethlab::host {
namespace {

std::string text_of_errno(int number) { return number ? std::strerror(number) : ""; }
std::string text_of(err e) { return text_of_errno(int(e)); }

// ---- namespaces

// errno of unshare(2) in a child; 0: it can.
int try_unshare(bool as_root_of_a_user_namespace, int what) {
    const pid_t child = ::fork();
    if (child < 0) return errno;
    if (child == 0) {
        if (as_root_of_a_user_namespace && ::unshare(CLONE_NEWUSER) < 0) ::_exit(errno);
        ::_exit(::unshare(what) < 0 ? errno : 0);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

finding namespaces_of(const char* name, bool user, int what, const char* advice) {
    const int number = try_unshare(user, what);
    return {name, number == 0, true, text_of_errno(number), number ? advice : ""};
}

// ---- devices and queueing disciplines

err answer(system& sys, const nlmsg_builder& message) {
    const auto channel = sys.netlink(static_cast<kernel_system&>(sys).home());
    if (const err e = channel->send(message.view()); e != err::ok) return e;
    const auto datagram = channel->recv();
    if (!datagram) return err::ok;
    bytes_view rest = *datagram;
    const auto msg = nlmsg_next(rest);
    if (!msg || msg->hdr.nlmsg_type != nlmsg::error) return err::ok;
    return err(-load<std::int32_t>(msg->body));
}

err add_device(system& sys, const char* kind, const char* name,
               const std::function<void(nlmsg_builder&)>& data = {}) {
    nlmsg_builder m;
    m.begin(rtm::newlink, nlm_f::request | nlm_f::create | nlm_f::excl | nlm_f::ack, 1);
    m.head(ifinfomsg{});
    m.put_str(ifla::ifname, name);
    if (data) data(m);
    const auto info = m.nest(ifla::linkinfo);
    m.put_str(ifla_info::kind, kind);
    m.end_nest(info);
    m.end();
    return answer(sys, m);
}

// Without the options that it needs: known it is if that, and not its name, is wrong.
err add_qdisc(system& sys, const char* kind, int ifindex) {
    nlmsg_builder m;
    m.begin(rtm::newqdisc, nlm_f::request | nlm_f::create | nlm_f::replace | nlm_f::ack, 1);
    tcmsg head{};
    head.tcm_ifindex = ifindex;
    head.tcm_parent = TC_H_ROOT;
    m.head(head);
    m.put_str(tca::kind, kind);
    m.end();
    const err e = answer(sys, m);
    return e == err::inval ? err::ok : e;
}

int index_of(kernel_system& sys, std::string_view name) {
    for (const auto& l : get_links(sys, sys.home())) {
        if (l.name == name) return l.index;
    }
    return 0;
}

// ---- the rest

int try_tap() {
    const open_file tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    ifreq r{};
    std::strcpy(r.ifr_name, "tap0");
    r.ifr_flags = IFF_TAP | IFF_NO_PI;
    return tun && ::ioctl(tun.fd(), TUNSETIFF, &r) == 0 ? 0 : errno;
}

int try_capture() {
    const open_file s(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    return s ? 0 : errno;
}

// Asks nf_tables for the number of its generation.
int try_nftables() {
    const open_file s(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
    if (!s) return errno;
    struct {
        nlmsghdr header;
        nfgenmsg body;
    } m{};
    m.header = {sizeof m, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN, NLM_F_REQUEST, 1, 0};
    if (::send(s.fd(), &m, sizeof m, 0) < 0) return errno;
    struct {
        nlmsghdr header;
        int error;
        char rest[512];
    } got{};
    if (::recv(s.fd(), &got, sizeof got, MSG_DONTWAIT) < 0) return errno;
    return got.header.nlmsg_type == NLMSG_ERROR ? -got.error : 0;
}

// A program of two instructions that returns 0, run once on a frame.
int try_bpf() {
    const bpf_insn program[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
                                {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
    bpf_attr a{};
    a.prog_type = BPF_PROG_TYPE_SCHED_CLS;
    a.insns = reinterpret_cast<std::uintptr_t>(program);
    a.insn_cnt = 2;
    a.license = reinterpret_cast<std::uintptr_t>("GPL");
    const open_file loaded(int(::syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a)));
    if (!loaded) return errno;
    const char frame[64] = {};
    bpf_attr run{};
    run.test.prog_fd = std::uint32_t(loaded.fd());
    run.test.data_in = reinterpret_cast<std::uintptr_t>(frame);
    run.test.data_size_in = sizeof frame;
    return ::syscall(SYS_bpf, BPF_PROG_TEST_RUN, &run, sizeof run) < 0 ? errno : 0;
}

// What a child says of each probe: its name, and why it failed.
std::string try_everything() {
    std::string text;
    const auto say = [&](const char* name, const std::string& why) {
        text += std::string(name) + "\t" + why + "\n";
    };
    kernel_system sys;
    say("veth", text_of(add_device(sys, "veth", "v0")));
    say("bridge", text_of(add_device(sys, "bridge", "b0")));
    say("packet capture", text_of_errno(try_capture()));
    std::string value;
    say("br_netfilter",
        text_of(sys.sysctl_read(sys.home(), "net/bridge/bridge-nf-call-iptables", value)));
    const err vxlan = add_device(sys, "vxlan", "x0");  // wants an identifier
    say("vxlan", vxlan == err::inval ? "" : text_of(vxlan));
    const int v0 = index_of(sys, "v0");
    say("macvlan", text_of(add_device(sys, "macvlan", "m0", [&](nlmsg_builder& m) {
            m.put_u32(ifla::link, std::uint32_t(v0));
        })));
    for (const char* kind : {"tbf", "netem"}) say(kind, text_of(add_qdisc(sys, kind, v0)));
    say("TAP", text_of_errno(try_tap()));
    say("nftables", text_of_errno(try_nftables()));
    say("BPF test run", text_of_errno(try_bpf()));
    return text;
}

struct known_probe {
    const char* name;
    bool needed;
    const char* advice;
};
constexpr known_probe kernel_probes[] = {
    {"veth", true, "modprobe veth"},
    {"bridge", true, "modprobe bridge"},
    {"packet capture", true, "modprobe af_packet"},
    {"br_netfilter", false, "modprobe br_netfilter"},
    {"vxlan", false, "modprobe vxlan"},
    {"macvlan", false, "modprobe macvlan"},
    {"tbf", false, "modprobe sch_tbf"},
    {"netem", false, "modprobe sch_netem"},
    {"TAP", false, "modprobe tun"},
    {"nftables", false, "modprobe nf_tables"},
    {"BPF test run", false, "a kernel with CONFIG_BPF_SYSCALL"},
};

// ---- programs

struct known_tool {
    const char* name;
    const char* version;  // asks for it
    const char* package;
    bool needed;
};
constexpr known_tool tools[] = {
    {"ping", "ping -V", "iputils-ping", true},
    {"ip", "ip -V", "iproute2", false},
    {"bridge", "bridge -V", "iproute2", false},
    {"tc", "tc -V", "iproute2", false},
    {"brctl", "brctl --version", "bridge-utils", false},
    {"ethtool", "ethtool --version", "ethtool", false},
    {"arping", "arping -V", "iputils-arping", false},
    {"traceroute", "command -v traceroute", "traceroute", false},
    {"tcpdump", "tcpdump --version", "tcpdump", false},
    {"tshark", "tshark --version", "tshark", false},
};

// The first line of what a program prints; empty if there is none.
std::string first_line_of(const std::string& command) {
    std::FILE* f = ::popen((command + " 2>/dev/null").c_str(), "r");
    if (!f) return "";
    std::string line;
    for (int c = std::fgetc(f); c != EOF && c != '\n'; c = std::fgetc(f)) line += char(c);
    ::pclose(f);
    return line;
}

}  // namespace

std::vector<finding> probe_namespaces() {
    const bool root = ::geteuid() == 0 && try_unshare(false, CLONE_NEWNET) != EPERM;
    std::vector<finding> all;
    if (root) {
        all.push_back({"root", true, false, "labs run as root", ""});
    } else {
        all.push_back(namespaces_of(
            "user namespaces", false, CLONE_NEWUSER,
            "run it as root, or: sysctl -w user.max_user_namespaces=10000 "
            "kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0"));
    }
    constexpr const char* no_namespaces = "a kernel with CONFIG_NET_NS, CONFIG_PID_NS";
    all.push_back(namespaces_of("network namespaces", !root, CLONE_NEWNET, no_namespaces));
    all.push_back(namespaces_of("mount namespaces", !root, CLONE_NEWNS, no_namespaces));
    all.push_back(namespaces_of("pid namespaces", !root, CLONE_NEWPID, no_namespaces));
    return all;
}

std::vector<finding> probe_kernel() {
    std::vector<std::string> lines;
    std::string no_lab;
    try {
        lines = lines_of(run_isolated({}, try_everything));
    } catch (const std::exception& e) {
        no_lab = e.what();
    }
    std::vector<finding> all;
    for (const auto& p : kernel_probes) {
        finding f{p.name, false, p.needed, no_lab, p.advice};
        for (const auto& line : lines) {
            const auto tab = line.find('\t');
            if (line.substr(0, tab) == p.name) f.detail = line.substr(tab + 1);
        }
        f.ok = no_lab.empty() && f.detail.empty();
        const bool refused = f.detail == std::strerror(EPERM) || f.detail == std::strerror(EACCES);
        if (refused) f.advice = "run it as root";
        // What stops them all has been said at its own place.
        if (f.ok || !no_lab.empty()) f.advice.clear();
        all.push_back(std::move(f));
    }
    return all;
}

std::vector<finding> probe_tools() {
    std::vector<finding> all;
    for (const auto& t : tools) {
        const bool there = !first_line_of("command -v " + std::string(t.name)).empty();
        all.push_back({t.name, there, t.needed, there ? first_line_of(t.version) : "not installed",
                       there ? "" : "apt install " + std::string(t.package)});
    }
    return all;
}

}  // namespace vethlab::host
