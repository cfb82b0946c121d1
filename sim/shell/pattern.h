#pragma once
// libc: fnmatch(3), as case, ${x#...} and pathname expansion need it.
#include <string>
#include <string_view>

namespace vethlab::sh {

// `mask` has a character for each of `pattern`: 'q' takes the character literally.
bool matches(std::string_view pattern, std::string_view mask, std::string_view text);
bool has_wildcard(std::string_view pattern, std::string_view mask);

// A bracket expression at pattern[at] == '[': whether c is in it, and `at` moves behind its ].
// False, and `at` stays, if it does not end: then [ is a plain character.
bool match_bracket(std::string_view pattern, std::string_view mask, std::size_t& at, char c,
                   bool& found);

// [:alpha:] and its like; false for a class that does not exist.
bool in_class(std::string_view name, char c, bool& known);

}  // namespace vethlab::sh
