// libc: fnmatch(3). Here: bytes, as under LC_ALL=C.
#include "sim/shell/pattern.h"

#include <cctype>

namespace vethlab::sh {
namespace {

bool literal_at(std::string_view mask, std::size_t at) {
    return at < mask.size() && mask[at] == 'q';
}

}  // namespace

bool in_class(std::string_view name, char c, bool& known) {
    struct {
        std::string_view name;
        int (*test)(int);
    } constexpr classes[] = {
        {"alnum", std::isalnum}, {"alpha", std::isalpha}, {"blank", std::isblank},
        {"cntrl", std::iscntrl}, {"digit", std::isdigit}, {"graph", std::isgraph},
        {"lower", std::islower}, {"print", std::isprint}, {"punct", std::ispunct},
        {"space", std::isspace}, {"upper", std::isupper}, {"xdigit", std::isxdigit},
    };
    for (const auto& k : classes) {
        if (k.name != name) continue;
        known = true;
        return k.test(static_cast<unsigned char>(c)) != 0;
    }
    known = false;
    return false;
}

bool match_bracket(std::string_view pattern, std::string_view mask, std::size_t& at, char c,
                   bool& found) {
    std::size_t i = at + 1;
    const bool invert =
        i < pattern.size() && !literal_at(mask, i) && (pattern[i] == '!' || pattern[i] == '^');
    if (invert) ++i;
    bool in = false;
    for (bool first = true;; first = false) {
        if (i >= pattern.size()) return false;
        if (pattern[i] == ']' && !first && !literal_at(mask, i)) break;
        if (pattern[i] == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':' &&
            !literal_at(mask, i)) {
            const auto end = pattern.find(":]", i + 2);
            bool known = false;
            if (end != std::string_view::npos &&
                (in_class(pattern.substr(i + 2, end - i - 2), c, known) || known)) {
                in = in || in_class(pattern.substr(i + 2, end - i - 2), c, known);
                i = end + 2;
                continue;
            }
        }
        const auto low = static_cast<unsigned char>(pattern[i++]);
        auto high = low;
        if (i + 1 < pattern.size() && pattern[i] == '-' && !literal_at(mask, i) &&
            (pattern[i + 1] != ']' || literal_at(mask, i + 1))) {
            high = static_cast<unsigned char>(pattern[i + 1]);
            i += 2;
        }
        const auto u = static_cast<unsigned char>(c);
        in = in || (low <= u && u <= high);
    }
    at = i + 1;
    found = in != invert;
    return true;
}

bool matches(std::string_view pattern, std::string_view mask, std::string_view text) {
    std::size_t p = 0, t = 0;
    std::size_t star = std::string_view::npos, star_text = 0;
    // Only the last * needs to be retried: linear in memory, at worst quadratic in time.
    for (;;) {
        if (p < pattern.size() && pattern[p] == '*' && !literal_at(mask, p)) {
            star = p++;
            star_text = t;
            continue;
        }
        if (t == text.size()) return p == pattern.size();
        bool ok = false;
        std::size_t next = p + 1;
        if (p < pattern.size()) {
            const char c = pattern[p];
            if (literal_at(mask, p)) {
                ok = c == text[t];
            } else if (c == '?') {
                ok = true;
            } else if (c == '[') {
                std::size_t at = p;
                if (match_bracket(pattern, mask, at, text[t], ok)) {
                    next = at;
                } else {
                    ok = text[t] == '[';
                }
            } else {
                ok = c == text[t];
            }
        }
        if (ok) {
            p = next;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
}

bool has_wildcard(std::string_view pattern, std::string_view mask) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (literal_at(mask, i)) continue;
        if (pattern[i] == '*' || pattern[i] == '?') return true;
        if (pattern[i] == '[' && pattern.find(']', i + 1) != std::string_view::npos) return true;
    }
    return false;
}

}  // namespace vethlab::sh
