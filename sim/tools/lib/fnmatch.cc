// glibc: posix/fnmatch.c
#include "sim/tools/lib/fnmatch.h"

#include <optional>

namespace vethlab {
namespace {

// Does c belong to the bracket expression at the pattern's front? Takes it off the pattern.
// nullopt for a bracket that is never closed, which stands for itself.
std::optional<bool> match_bracket(std::string_view& pattern, char c) {
    std::size_t at = 1;
    const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    if (negated) at++;
    bool found = false;
    for (const std::size_t first = at; at < pattern.size(); at++) {
        if (pattern[at] == ']' && at > first) {
            pattern.remove_prefix(at + 1);
            return found != negated;
        }
        const char low = pattern[at];
        char high = low;
        if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
            high = pattern[at + 2];
            at += 2;
        }
        if (low <= c && c <= high) found = true;
    }
    return std::nullopt;
}

// One element of the pattern other than '*' against one character.
bool match_one(std::string_view& pattern, char c) {
    if (pattern[0] == '[') {
        if (const auto in = match_bracket(pattern, c)) return *in;
    } else if (pattern[0] == '?') {
        pattern.remove_prefix(1);
        return true;
    } else if (pattern[0] == '\\' && pattern.size() > 1) {
        pattern.remove_prefix(1);
    }
    const bool same = pattern[0] == c;
    pattern.remove_prefix(1);
    return same;
}

}  // namespace

bool fnmatch(std::string_view pattern, std::string_view text) {
    // Where to go on when a later element fails: behind the last star, one character on.
    std::optional<std::string_view> star_pattern;
    std::string_view star_text;
    while (true) {
        if (!pattern.empty() && pattern[0] == '*') {
            pattern.remove_prefix(1);
            star_pattern = pattern;
            star_text = text;
            continue;
        }
        if (pattern.empty() && text.empty()) return true;
        if (!pattern.empty() && !text.empty() && match_one(pattern, text[0])) {
            text.remove_prefix(1);
            continue;
        }
        if (!star_pattern || star_text.empty()) return false;
        star_text.remove_prefix(1);
        pattern = *star_pattern;
        text = star_text;
    }
}

}  // namespace vethlab
