// What the preload library asks, answered from the simulated kernel.
#include <linux/netlink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "host/exec/device_ioctl.h"
#include "host/exec/files.h"
#include "host/exec/payload.h"
#include "host/exec/server.h"
#include "sim/shell/shell.h"

namespace vethlab::host {
namespace {

// Standard input that is a file can be read here; a terminal or pipe stays with the program.
std::string content_of(const open_file& input) {
    struct stat s {};
    std::string text;
    if (!input || ::fstat(input.fd(), &s) < 0 || !S_ISREG(s.st_mode)) return text;
    char part[16384];
    for (ssize_t n = 0; (n = ::read(input.fd(), part, sizeof part)) > 0;) {
        text.append(part, std::size_t(n));
    }
    return text;
}

}  // namespace

err exec_server::answer(incoming& in) {
    switch (in.r.what) {
        case call::socket:
        case call::bind:
        case call::getsockname:
        case call::setsockopt:
        case call::send:
        case call::write:
        case call::open_write: {
            object* o = find_object(in.r.cookie);
            return o ? answer_about_object(in, *o) : err::badf;
        }
        case call::open:
        case call::list:
        case call::remove:
        case call::mount:
        case call::umount:
            return answer_about_file(in);
        case call::unshare:
            in.number = sys_->unshare(in.from.lab_pid);
            return err::ok;
        case call::setns:
            return set_netns(in);
        case call::ioctl:
            return device(in);
        case call::exec:
            return begin_errand(in);
        case call::signal:
            in.later = true;  // it has no answer of its own
            if (in.from.runs) in.from.runs->signal(in.r.number);
            return err::ok;
        case call::sleep:
            return sleep(in);
        case call::alarm:
            return alarm(in);
    }
    return err::opnotsupp;
}

err exec_server::answer_about_object(incoming& in, object& o) {
    switch (in.r.what) {
        case call::socket:
            return open_socket(in, o);
        case call::bind:
            return bind(in, o);
        case call::getsockname: {
            sockaddr_nl name{};
            name.nl_family = AF_NETLINK;
            if (o.sk) {
                name.nl_pid = o.sk->pid;
                name.nl_groups = std::uint32_t(o.sk->groups);
            }
            in.data = bytes_of(name);
            return err::ok;
        }
        case call::setsockopt:
            return set_option(in, o);
        case call::send:
            return send(in, o);
        case call::write:
            return o.sysctl.empty() ? send(in, o) : write_sysctl(o, text_of(in.payload));
        default: {
            const std::string path = first_word(in.payload);
            if (!path.starts_with(sysctl_directory)) return err::acces;
            o.ns = ns_of(in.from);
            o.sysctl = path.substr(sysctl_directory.size());
            std::string value;
            const err e = sys_->sysctl_read(o.ns, o.sysctl, value);
            // There are files that can only be written.
            return e == err::acces ? err::ok : e;
        }
    }
}

// ---- netlink sockets

err exec_server::open_socket(incoming& in, object& o) {
    o.ns = ns_of(in.from);
    return in.r.number == NETLINK_ROUTE ? err::ok : err::protonosupport;
}

// Linux: netlink_autobind. A socket has its number from bind or from the first send on.
nl_sock& exec_server::socket_of(object& o, std::uint32_t pid) {
    if (!o.sk) {
        netns* net = sys_->net_of(o.ns);
        if (!net) net = &sys_->krn.init_net();
        sys_->krn.get_net(*net);
        o.sk = std::make_unique<nl_sock>(*net, pid ? pid : ++next_portid_);
    }
    return *o.sk;
}

err exec_server::bind(incoming& in, object& o) {
    if (in.payload.size() < sizeof(sockaddr_nl)) return err::inval;
    const auto name = value_of<sockaddr_nl>(in.payload);
    if (name.nl_family != AF_NETLINK) return err::inval;
    if (o.sk && name.nl_pid && name.nl_pid != o.sk->pid) return err::inval;
    auto& sk = socket_of(o, name.nl_pid);
    sk.groups = (sk.groups & ~std::uint64_t{UINT32_MAX}) | name.nl_groups;
    return err::ok;
}

err exec_server::set_option(incoming& in, object& o) {
    auto& sk = socket_of(o);
    const auto value = value_of<std::uint32_t>(in.payload);
    const bool group = value >= 1 && value <= 64;
    const std::uint64_t bit = group ? std::uint64_t{1} << (value - 1) : 0;
    switch (in.r.number) {
        case NETLINK_ADD_MEMBERSHIP:
            sk.groups |= bit;
            return group ? err::ok : err::inval;
        case NETLINK_DROP_MEMBERSHIP:
            sk.groups &= ~bit;
            return group ? err::ok : err::inval;
        case NETLINK_GET_STRICT_CHK:
            sk.strict_check = value != 0;
            return err::ok;
        case NETLINK_EXT_ACK:  // always on
        case NETLINK_CAP_ACK:
        case NETLINK_BROADCAST_ERROR:
        case NETLINK_NO_ENOBUFS:
            return err::ok;
    }
    return err::noprotoopt;
}

err exec_server::send(incoming& in, object& o) {
    if (o.ns == no_ns) return err::badf;
    netlink_rcv_skb(socket_of(o), in.payload);
    sys_->finish_call();
    return err::ok;
}

// Numbers in messages are the caller's.
netns* exec_server::net_of_fd(int fd, err& e) {
    if (!caller_) return sys_->net_of_fd(fd, e);
    const ns_fd ns = ns_files_.of_descriptor(caller_->pid, fd);
    if (ns >= 0) return sys_->net_of(ns);
    const auto open = strf("/proc/%d/fd/%d", caller_->pid, fd);
    e = ::access(open.c_str(), F_OK) == 0 ? err::inval : err::badf;
    return nullptr;
}

netns* exec_server::net_of_pid(int pid) {
    const int known = caller_ ? lab_pid_of(pid) : pid;
    return known < 0 ? nullptr : sys_->net_of_pid(known);
}

// A process is known by the machine's number; one of the lab's own has only the lab's.
int exec_server::lab_pid_of(int pid) const {
    // One that executes another program is there twice for a moment.
    for (auto c = clients_.rbegin(); c != clients_.rend(); ++c) {
        if (c->pid == pid) return c->lab_pid;
    }
    return sys_->netns_of_pid(pid) == no_ns ? -1 : pid;
}

// ---- processes

err exec_server::set_netns(incoming& in) {
    const ns_fd ns = ns_files_.of_descriptor(in.from.pid, in.r.number);
    if (ns == no_ns || !sys_->net_of(ns)) return err::inval;
    sys_->move(in.from.lab_pid, ns);
    in.number = ns;
    return err::ok;
}

err exec_server::device(incoming& in) {
    auto r = value_of<ifreq>(in.payload);
    const err e = dev_ioctl(*sys_, ns_of(in.from), unsigned(in.r.number), r);
    in.data = bytes_of(r);
    return e;
}

bool exec_server::runs_in_lab(std::string_view name) const {
    const auto theirs = host_commands();
    if (std::find(theirs.begin(), theirs.end(), name) != theirs.end()) return false;
    return find_tool(name) || (options_.inside_lab && is_shell_program(name));
}

err exec_server::begin_errand(incoming& in) {
    const auto argv = words_of(in.payload);
    if (argv.empty() || in.from.runs || !runs_in_lab(program_name(argv[0]))) return err::opnotsupp;
    auto run = std::make_unique<errand>(*table_, *sys_, ns_of(in.from), in.from.link);
    run->p.argv = argv;
    run->p.input = content_of(in.raw.passed);
    in.from.runs = std::move(run);
    in.from.runs->begin();
    return err::ok;
}

err exec_server::sleep(incoming& in) {
    const auto span = sim_time(value_of<std::int64_t>(in.payload));
    if (span < sim_time(0)) return err::inval;
    in.from.sleeps.start_at(sys_->now() + span);
    in.later = true;
    return err::ok;
}

err exec_server::alarm(incoming& in) {
    const auto span = sim_time(value_of<std::int64_t>(in.payload));
    auto& a = in.from.alarm;
    in.number = a.pending() ? (a.expires() - sys_->now()).count() : 0;
    if (span <= sim_time(0)) {
        a.cancel();
    } else {
        a.start_at(sys_->now() + span);
    }
    return err::ok;
}

}  // namespace vethlab::host
