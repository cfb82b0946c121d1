// iproute2: ip/ipnetns.c, lib/namespace.c
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "host/mirror/kernel_system.h"

namespace vethlab::host {
namespace {

constexpr const char* netns_dir = "/run/netns";
constexpr const char* own_netns = "/proc/thread-self/ns/net";

std::string netns_file(std::string_view name) {
    return std::string(netns_dir) + "/" + std::string(name);
}
std::string netns_file(int pid) { return "/proc/" + std::to_string(pid) + "/ns/net"; }

// Namespaces shall be seen, and vanish, in every mount namespace of the machine: the directory
// has to be a shared mount.
err prepare_netns_dir() {
    if (::mkdir(netns_dir, 0755) < 0 && errno != EEXIST) return last_error();
    bool mounted = false;
    while (::mount("", netns_dir, "none", MS_SHARED | MS_REC, nullptr) < 0) {
        if (errno != EINVAL || mounted) return last_error();
        if (::mount(netns_dir, netns_dir, "none", MS_BIND | MS_REC, nullptr) < 0) {
            return last_error();
        }
        mounted = true;
    }
    return err::ok;
}

// Gives the namespace behind `source` a name.
err bind_name(const std::string& file, const std::string& source) {
    if (::mount(source.c_str(), file.c_str(), "none", MS_BIND, nullptr) == 0) return err::ok;
    const err e = last_error();
    ::unlink(file.c_str());
    return e;
}

err create_name(const std::string& file) {
    return open_file(::open(file.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0))
               ? err::ok
               : last_error();
}

}  // namespace

std::vector<std::string> kernel_system::netns_list() { return list_directory(netns_dir); }

err kernel_system::netns_add(std::string_view name) {
    if (const err e = prepare_netns_dir(); e != err::ok) return e;
    const std::string file = netns_file(name);
    if (const err e = create_name(file); e != err::ok) return e;
    if (::unshare(CLONE_NEWNET) < 0) {
        const err e = last_error();
        ::unlink(file.c_str());
        return e;
    }
    const err e = bind_name(file, own_netns);
    return ::setns(home(), CLONE_NEWNET) < 0 ? last_error() : e;
}

err kernel_system::netns_attach(std::string_view name, int pid) {
    if (::access(netns_file(pid).c_str(), F_OK) < 0) return last_error();
    if (const err e = prepare_netns_dir(); e != err::ok) return e;
    const std::string file = netns_file(name);
    if (const err e = create_name(file); e != err::ok) return e;
    return bind_name(file, netns_file(pid));
}

err kernel_system::netns_delete(std::string_view name) {
    const std::string file = netns_file(name);
    ::umount2(file.c_str(), MNT_DETACH);
    return result(::unlink(file.c_str()));
}

ns_fd kernel_system::keep(open_file file) {
    if (!file) return no_ns;
    for (const auto& known : opened_) {
        if (same_netns(known.fd(), file.fd())) return known.fd();
    }
    opened_.push_back(std::move(file));
    return opened_.back().fd();
}

void kernel_system::close_namespaces(const std::vector<ns_fd>& except) {
    std::erase_if(opened_, [&](const open_file& f) {
        return std::find(except.begin(), except.end(), f.fd()) == except.end();
    });
}

ns_fd kernel_system::netns_open(std::string_view name) {
    return keep(open_file(::open(netns_file(name).c_str(), O_RDONLY | O_CLOEXEC)));
}

bool kernel_system::is_netns(ns_fd file) { return ::ioctl(file, NS_GET_NSTYPE) == CLONE_NEWNET; }

ns_fd kernel_system::netns_of_pid(int pid) {
    return keep(open_file(::open(netns_file(pid).c_str(), O_RDONLY | O_CLOEXEC)));
}

std::vector<int> kernel_system::pids_in(ns_fd ns) {
    std::vector<int> pids;
    struct stat wanted, its;
    if (::fstat(ns, &wanted) < 0) return pids;
    for (const auto& name : list_directory("/proc")) {
        int pid = 0;
        const char* end = name.data() + name.size();
        if (std::from_chars(name.data(), end, pid).ptr != end) continue;
        if (::stat(netns_file(pid).c_str(), &its) < 0) continue;  // ended meanwhile
        if (its.st_dev == wanted.st_dev && its.st_ino == wanted.st_ino) pids.push_back(pid);
    }
    return pids;
}

bool kernel_system::same_netns(ns_fd a, ns_fd b) {
    struct stat first, second;
    return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

}  // namespace vethlab::host
