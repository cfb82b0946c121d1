#pragma once
// net-tools 2.10: ifconfig.c, lib/interface.c
#include <optional>
#include <string>

#include "sim/tools/lib/devinet.h"

namespace vethlab {

enum class ifconfig_form { blocks, table };  // table: -s

// One interface, or all that are up, or all; 1 if something could not be shown.
int ifconfig_show(process& p, const std::optional<std::string>& name, bool all,
                  ifconfig_form form);

}  // namespace vethlab
