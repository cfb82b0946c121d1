#pragma once
// /proc/sys as a namespace sees it: "net/ipv4/ip_forward". Values without the final newline.
// Errors: err::noent no such file, err::isdir a folder, err::acces not for this direction,
// err::inval a value that does not parse or is out of range.
#include <string>
#include <string_view>
#include <vector>

#include "core/netns.h"

namespace vethlab {

err sysctl_read(netns& net, std::string_view path, std::string& value);
err sysctl_write(netns& net, std::string_view path, std::string_view value);
// Every path below `prefix`, sorted by byte.
std::vector<std::string> sysctl_list(netns& net, std::string_view prefix);

// proc_dointvec: a decimal (or 0x, 0) number with white space around; err::inval otherwise.
err parse_int(std::string_view text, std::int64_t& out);

}  // namespace vethlab
