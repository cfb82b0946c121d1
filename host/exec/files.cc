#include "host/exec/files.h"

#include <algorithm>

#include "sim/shell/files.h"

namespace vethlab::host {
namespace {

constexpr std::string_view proc_net = "/proc/net", sys_class_net = "/sys/class/net";

// "rest" of "PREFIX/rest"; nullopt for anything else.
std::optional<std::string_view> below(std::string_view path, std::string_view prefix) {
    if (!path.starts_with(prefix) || path.size() <= prefix.size()) return std::nullopt;
    if (path[prefix.size()] != '/') return std::nullopt;
    return path.substr(prefix.size() + 1);
}

// Linux: net/sched/sch_api.c psched_show. Ticks of 64 ns, a clock of nanoseconds: tc's units.
constexpr const char* psched = "000003e8 00000040 000f4240 3b9aca00\n";

err read_sysctl(sim_system& sys, ns_fd ns, std::string_view path, std::string& text) {
    const err e = sys.sysctl_read(ns, path, text);
    if (e == err::ok) text += '\n';
    return e;
}

// The first part of each path below a prefix, once each.
std::vector<std::string> next_parts(const std::vector<std::string>& paths, std::size_t skip) {
    std::vector<std::string> parts;
    for (const auto& p : paths) {
        if (p.size() <= skip) continue;
        auto part = p.substr(skip, p.find('/', skip) - skip);
        if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
    }
    return parts;
}

}  // namespace

err read_lab_file(process_table& table, sim_system& sys, ns_fd ns, std::string_view path,
                  std::string& text) {
    if (path == netns_directory || path == proc_net || path == sys_class_net) return err::isdir;
    if (const auto rest = below(path, "/proc/sys")) return read_sysctl(sys, ns, *rest, text);
    if (const auto rest = below(path, sys_class_net)) {
        null_writer nothing;
        process reader(table, sys, ns, nothing, nothing);
        return sh::read_sys_class_net(reader, *rest, text);
    }
    const auto name = below(path, proc_net);
    if (name == "psched") {
        text = psched;
        return err::ok;
    }
    auto known = name ? sys.proc_net(ns, *name) : std::nullopt;
    if (!known) return err::noent;
    text = std::move(*known);
    return err::ok;
}

err list_lab_directory(sim_system& sys, ns_fd ns, std::string_view path,
                       std::vector<std::string>& names) {
    if (path == netns_directory) {
        names = sys.netns_list();
        return err::ok;
    }
    if (path == sys_class_net) {
        const netns* net = sys.net_of(ns);
        if (!net) return err::noent;
        for (const net_device* dev : net->dev_base_head) names.push_back(dev->name.str());
        return err::ok;
    }
    if (const auto rest = below(path, "/proc/sys")) {
        names = next_parts(sys.sysctl_list(ns, *rest), rest->size() + 1);
        return names.empty() ? err::noent : err::ok;
    }
    return err::opnotsupp;
}

}  // namespace vethlab::host
