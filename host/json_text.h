#pragma once
// A string as JSON has it.
#include <string>
#include <string_view>

namespace vethlab::host {

std::string json_quoted(std::string_view s);

}  // namespace vethlab::host
