// dash: src/redir.c (openredirect)
#include "sim/shell/files.h"

#include <algorithm>

#include "sim/shell/limits.h"
#include "sim/tools/lib/links.h"

namespace vethlab::sh {
namespace {

constexpr std::string_view proc_sys = "/proc/sys/";
constexpr std::string_view proc_net = "/proc/net/";
constexpr std::string_view sys_net = "/sys/class/net/";

class null_file final : public open_file {
 public:
    void write(std::string_view) override {}
};

class lab_file final : public open_file {
 public:
    lab_file(shell_env& env, std::string_view name) : env_(env), name_(name) {}
    void write(std::string_view s) override {
        if (!env_.append_file(name_, s)) failed = true;
    }

 private:
    shell_env& env_;
    std::string name_;
};

// Each write is one write(2), and so one setting of the value.
class sysctl_file final : public open_file {
 public:
    sysctl_file(process& p, std::string_view path) : sys_(p.sys), ns_(p.ns), path_(path) {}
    void write(std::string_view s) override {
        while (!s.empty() && s.back() == '\n') s.remove_suffix(1);
        if (sys_.sysctl_write(ns_, path_, s) != err::ok) failed = true;
    }

 private:
    system& sys_;
    ns_fd ns_;
    std::string path_;
};

bool is_program_directory(std::string_view d) {
    for (std::string_view known :
         {"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"}) {
        if (d == known) return true;
    }
    return false;
}

bool is_directory(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    for (std::string_view d : {"/", ".", "..", "/tmp", "/root", "/dev", "/etc", "/proc", "/sys",
                               "/sys/class", "/sys/class/net", "/run", "/var/run", "/run/netns",
                               "/var/run/netns", "/proc/net", "/proc/sys", "/proc/sys/net"}) {
        if (path == d) return true;
    }
    return is_program_directory(path);
}

}  // namespace

void pipe_file::close() {
    closed_ = true;
    if (exec_) interrupt(*exec_, sigpipe);
}

std::string pipe_file::take() {
    closed_ = true;
    exec_ = nullptr;
    return std::move(text_);
}

void pipe_file::write(std::string_view s) {
    if (closed_) {
        // Who did not wait since then hears of it now.
        if (exec_ && exec_->signal == 0) interrupt(*exec_, sigpipe);
        return;
    }
    if (text_.size() + s.size() > max_pipe) {
        overflow_ = true;
        return close();
    }
    text_.append(s);
    if (lines_left_ == std::string::npos) return;
    const auto lines = std::size_t(std::count(s.begin(), s.end(), '\n'));
    lines_left_ -= std::min(lines, lines_left_);
    if (lines_left_ == 0) close();
}

file_ptr open_path(process& p, shell_env& env, std::string_view path, open_mode mode,
                   open_error& error) {
    error = open_error::none;
    if (path == "/dev/null") return std::make_shared<null_file>();
    const bool writing = mode != open_mode::read;
    if (is_directory(path) && writing) {
        error = open_error::is_directory;
        return nullptr;
    }
    if (writing && path.starts_with(proc_sys)) {
        std::string old;
        const auto name = path.substr(proc_sys.size());
        if (p.sys.sysctl_read(p.ns, name, old) == err::ok) {
            return std::make_shared<sysctl_file>(p, name);
        }
        error = open_error::no_directory;
        return nullptr;
    }
    if (!writing) {
        auto f = std::make_shared<open_file>();
        if (read_path(p, env, path, f->input) == err::noent) {
            error = open_error::no_such_file;
            return nullptr;
        }
        return f;
    }
    for (std::string_view fixed : {"/proc/", "/sys/", "/dev/"}) {
        if (!path.starts_with(fixed)) continue;
        error = fixed == "/sys/" ? open_error::denied : open_error::no_directory;
        return nullptr;
    }
    const bool fresh = mode == open_mode::write || !env.read_file(path);
    if (path.empty() || (fresh && !env.write_file(path, {}))) {
        error = open_error::no_directory;
        return nullptr;
    }
    return std::make_shared<lab_file>(env, path);
}

err read_path(process& p, shell_env& env, std::string_view path, std::string& text) {
    if (path == "/dev/null") return err::ok;
    if (is_directory(path)) return err::isdir;
    if (path.starts_with(proc_sys)) {
        const err e = p.sys.sysctl_read(p.ns, path.substr(proc_sys.size()), text);
        if (e == err::ok) text += '\n';
        return e;
    }
    if (path.starts_with(sys_net)) return read_sys_class_net(p, path.substr(sys_net.size()), text);
    auto found = path.starts_with(proc_net) ? p.sys.proc_net(p.ns, path.substr(proc_net.size()))
                                            : env.read_file(path);
    if (!found) found = p.sys.read_file(path);
    if (!found) return err::noent;
    text = std::move(*found);
    return err::ok;
}

path_kind kind_of_path(process& p, shell_env& env, std::string_view path) {
    if (path == "/dev/null") return path_kind::device;
    if (is_directory(path)) return path_kind::directory;
    if (path.starts_with(sys_net) && path.find('/', sys_net.size()) == std::string_view::npos) {
        return link_by_name(p, path.substr(sys_net.size())) ? path_kind::directory
                                                            : path_kind::none;
    }
    for (std::string_view netns : {"/run/netns/", "/var/run/netns/"}) {
        if (!path.starts_with(netns)) continue;
        const auto names = p.sys.netns_list();
        const bool found =
            std::find(names.begin(), names.end(), path.substr(netns.size())) != names.end();
        return found ? path_kind::file : path_kind::none;
    }
    if (path.starts_with(proc_sys) &&
        !p.sys.sysctl_list(p.ns, path.substr(proc_sys.size())).empty()) {
        std::string value;
        return p.sys.sysctl_read(p.ns, path.substr(proc_sys.size()), value) == err::ok
                   ? path_kind::file
                   : path_kind::directory;
    }
    const auto slash = path.rfind('/');
    if (slash != std::string_view::npos && is_program_directory(path.substr(0, slash))) {
        const auto name = path.substr(slash + 1);
        return is_shell_program(name) || env.has_program(name) ? path_kind::file : path_kind::none;
    }
    std::string text;
    return read_path(p, env, path, text) == err::noent ? path_kind::none : path_kind::file;
}

std::vector<std::string> names_in(process& p, shell_env& env, std::string_view directory) {
    while (directory.size() > 1 && directory.back() == '/') directory.remove_suffix(1);
    std::vector<std::string> names;
    if (directory == "/sys/class/net") {
        for (const auto& link : list_links(p)) names.push_back(link.name);
    } else if (directory == "/run/netns" || directory == "/var/run/netns") {
        names = p.sys.netns_list();
    } else {
        const std::string prefix = directory == "." ? std::string() : std::string(directory) + '/';
        for (const auto& name : env.file_names()) {
            if (!name.starts_with(prefix)) continue;
            const auto rest = name.substr(prefix.size());
            if (rest.find('/') == std::string::npos) names.push_back(rest);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace vethlab::sh

namespace vethlab {

std::string_view program_name(std::string_view name) {
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos || !sh::is_program_directory(name.substr(0, slash))) {
        return name;
    }
    return name.substr(slash + 1);
}

}  // namespace vethlab
