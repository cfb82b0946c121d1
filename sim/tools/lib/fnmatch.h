#pragma once
// glibc: fnmatch(3) without flags.
#include <string_view>

namespace vethlab {

// True if the whole text matches: *, ?, [a-z], [!a-z], and \ before a character.
bool fnmatch(std::string_view pattern, std::string_view text);

}  // namespace vethlab
