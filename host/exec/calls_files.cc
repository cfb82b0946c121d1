// Linux: fs/namei.c, fs/nsfs.c, fs/proc: the files of a lab that the preload library asks for.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <charconv>

#include "host/exec/files.h"
#include "host/exec/payload.h"
#include "host/exec/server.h"

namespace vethlab::host {
namespace {

// "NAME" of "/run/netns/NAME"; nullopt for other paths.
std::optional<std::string> netns_name(std::string_view path) {
    if (!path.starts_with(netns_directory) || path.size() < netns_directory.size() + 2) return {};
    return std::string(path.substr(netns_directory.size() + 1));
}

open_file file_with(std::string_view text) {
    open_file f(::memfd_create("lab", MFD_CLOEXEC));
    if (!f || ::write(f.fd(), text.data(), text.size()) != ssize_t(text.size())) return {};
    ::lseek(f.fd(), 0, SEEK_SET);
    return f;
}

}  // namespace

err exec_server::answer_about_file(incoming& in) {
    const std::string path = first_word(in.payload);
    const auto name = netns_name(path);
    switch (in.r.what) {
        case call::open:
            return name ? open_netns(in, *name) : open(in);
        case call::mount:
            return mount(in);
        case call::umount:
            return name ? umount(*name) : err::inval;
        case call::remove:
            return name ? remove(*name) : err::perm;
        default: {
            std::vector<std::string> names;
            const err e = list_lab_directory(*sys_, ns_of(in.from), path, names);
            if (path == netns_directory) {
                names.insert(names.begin(), bare_names_.begin(), bare_names_.end());
            }
            std::string all;
            for (const auto& n : names) all += n + '\0';
            const auto data = std::as_bytes(std::span(all));
            in.data.assign(data.begin(), data.end());
            return e;
        }
    }
}

// The namespace that "/proc/PID/ns/net" or "/proc/PID/net/..." speaks of.
ns_fd exec_server::ns_of_path(const client& c, std::string_view path) const {
    constexpr std::string_view proc = "/proc/";
    if (!path.starts_with(proc)) return ns_of(c);
    const auto rest = path.substr(proc.size());
    int pid = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), pid);
    if (error != std::errc()) return ns_of(c);
    return sys_->netns_of_pid(lab_pid_of(pid));
}

err exec_server::open(incoming& in) {
    std::string path = first_word(in.payload);
    const ns_fd ns = ns_of_path(in.from, path);
    if (ns == no_ns) return err::noent;
    in.number = std::int64_t(open_result::file);
    if (path.ends_with("/ns/net")) {
        in.passed = ns_files_.open(ns);
        return err::ok;
    }
    const auto net = path.find("/net");
    if (net != path.npos && path.starts_with("/proc/") && path[6] <= '9') {
        path = "/proc" + path.substr(net);
    }
    std::string text;
    const err e = read_lab_file(*table_, *sys_, ns, path, text);
    if (e == err::isdir) {
        in.number = std::int64_t(open_result::directory);
        return err::ok;
    }
    if (e == err::ok) in.passed = file_with(text);
    return e != err::ok || in.passed ? e : err::nomem;
}

// A name comes into being as an empty file, over which a namespace is mounted.
err exec_server::open_netns(incoming& in, std::string_view name) {
    const ns_fd ns = sys_->netns_open(name);
    const bool bare = bare_names_.contains(name), known = ns != no_ns || bare;
    constexpr int fresh = O_CREAT | O_EXCL;
    if (known && (in.r.number & fresh) == fresh) return err::exist;
    if (!known && !(in.r.number & O_CREAT)) return err::noent;
    if (name.find('/') != name.npos) return err::noent;
    if (!known) bare_names_.emplace(name);
    in.passed = ns != no_ns ? ns_files_.open(ns) : file_with("");
    return in.passed ? err::ok : err::nomem;
}

err exec_server::mount(incoming& in) {
    const auto words = words_of(in.payload);
    if (words.size() != 2) return err::inval;
    const auto name = netns_name(words[1]);
    if (!name || !words[0].ends_with("/ns/net")) return err::inval;
    const auto bare = bare_names_.find(*name);
    if (bare == bare_names_.end()) return err::noent;
    constexpr std::string_view self = "/proc/thread-self/";
    int pid = in.from.lab_pid;
    if (!words[0].starts_with(self)) pid = lab_pid_of(std::atoi(words[0].c_str() + 6));
    const err e = sys_->netns_attach(*name, pid);
    if (e == err::ok) bare_names_.erase(bare);
    return e;
}

err exec_server::umount(std::string_view name) {
    if (bare_names_.contains(name)) return err::inval;
    const err e = sys_->netns_delete(name);
    if (e == err::ok) bare_names_.emplace(name);
    return e;
}

err exec_server::remove(std::string_view name) {
    if (sys_->netns_open(name) != no_ns) return err::busy;
    const auto bare = bare_names_.find(name);
    if (bare == bare_names_.end()) return err::noent;
    bare_names_.erase(bare);
    return err::ok;
}

err exec_server::write_sysctl(object& o, std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return sys_->sysctl_write(o.ns, o.sysctl, text);
}

}  // namespace vethlab::host
