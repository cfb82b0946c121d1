#pragma once
// The files of a lab as programs read them: what /proc and /sys say about a network namespace.
#include <string>
#include <vector>

#include "sim/process.h"
#include "sim/sim_system.h"

namespace vethlab::host {

// err::isdir: a directory. Paths as host/preload/paths.h makes them; not /run/netns, not ns/net.
err read_lab_file(process_table& table, sim_system& sys, ns_fd ns, std::string_view path,
                  std::string& text);
err list_lab_directory(sim_system& sys, ns_fd ns, std::string_view path,
                       std::vector<std::string>& names);

inline constexpr std::string_view netns_directory = "/run/netns";
inline constexpr std::string_view sysctl_directory = "/proc/sys/";

}  // namespace vethlab::host
