#include "host/mirror/kernel_system.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <system_error>

namespace vethlab::host {
namespace {

using namespace std::string_literals;

std::string sysctl_file(std::string_view path) { return "/proc/sys/" + std::string(path); }

err read_all(const std::string& path, std::string& text) {
    const open_file file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return last_error();
    char part[4096];
    while (true) {
        const auto n = ::read(file.fd(), part, sizeof part);
        if (n < 0) return last_error();
        if (n == 0) return err::ok;
        text.append(part, std::size_t(n));
    }
}

void list_tree(const std::string& path, std::vector<std::string>& files) {
    for (const auto& name : list_directory(sysctl_file(path).c_str())) {
        const std::string below = path.empty() ? name : path + "/" + name;
        struct stat s;
        if (::stat(sysctl_file(below).c_str(), &s) < 0) continue;
        if (S_ISDIR(s.st_mode)) {
            list_tree(below, files);
        } else {
            files.push_back(below);
        }
    }
}

}  // namespace

kernel_system::kernel_system() : home_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    if (!home_) throw std::system_error(errno, std::generic_category(), "network namespace");
}

err kernel_system::sysctl_read(ns_fd ns, std::string_view path, std::string& value) {
    const in_netns visit(ns, home());
    if (visit.error() != err::ok) return visit.error();
    value.clear();
    const err e = read_all(sysctl_file(path), value);
    if (value.ends_with('\n')) value.pop_back();
    return e;
}

err kernel_system::sysctl_write(ns_fd ns, std::string_view path, std::string_view value) {
    const in_netns visit(ns, home());
    if (visit.error() != err::ok) return visit.error();
    const open_file file(::open(sysctl_file(path).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (!file) return last_error();
    const std::string line = std::string(value) + "\n";
    return result(::write(file.fd(), line.data(), line.size()));
}

std::vector<std::string> kernel_system::sysctl_list(ns_fd ns, std::string_view prefix) {
    std::vector<std::string> files;
    const in_netns visit(ns, home());
    if (visit.error() == err::ok) list_tree(std::string(prefix), files);
    return files;
}

sim_time kernel_system::now() { return std::chrono::steady_clock::now() - start_; }

std::int64_t kernel_system::wall_clock_us() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
}

std::optional<std::string> kernel_system::read_file(std::string_view path) {
    std::string text;
    if (read_all(std::string(path), text) != err::ok) return std::nullopt;
    return text;
}

err kernel_system::dev_mcast(ns_fd ns, std::string_view dev, mac_address mac, bool add) {
    const in_netns visit(ns, home());
    if (visit.error() != err::ok) return visit.error();
    if (dev.size() >= IFNAMSIZ) return err::nodev;
    const open_file file(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!file) return last_error();
    ifreq r{};
    std::memcpy(r.ifr_name, dev.data(), dev.size());
    std::memcpy(r.ifr_hwaddr.sa_data, mac.octets.data(), mac.octets.size());
    return result(::ioctl(file.fd(), add ? SIOCADDMULTI : SIOCDELMULTI, &r));
}

err kernel_system::arp_ioctl(ns_fd ns, bool set, const arpreq& r) {
    const in_netns visit(ns, home());
    if (visit.error() != err::ok) return visit.error();
    if (r.dev.size() >= IFNAMSIZ) return err::nodev;
    const open_file file(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!file) return last_error();
    ::arpreq raw{};
    const auto put_address = [](sockaddr& to, ipv4_address a) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_addr.s_addr = htonl(a.value);
        std::memcpy(&to, &in, sizeof in);
    };
    put_address(raw.arp_pa, r.pa);
    put_address(raw.arp_netmask, r.netmask);
    raw.arp_ha.sa_family = r.ha_family;
    std::memcpy(raw.arp_ha.sa_data, r.ha.octets.data(), r.ha.octets.size());
    raw.arp_flags = int(r.flags);
    std::memcpy(raw.arp_dev, r.dev.data(), r.dev.size());
    return result(::ioctl(file.fd(), set ? SIOCSARP : SIOCDARP, &raw));
}

std::optional<std::string> kernel_system::proc_net(ns_fd ns, std::string_view name) {
    const in_netns visit(ns, home());
    if (visit.error() != err::ok) return std::nullopt;
    return read_file("/proc/thread-self/net/"s.append(name));
}

}  // namespace vethlab::host
