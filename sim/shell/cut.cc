// coreutils: src/cut.c, tr.c; bytes, as with LC_ALL=C.
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "sim/shell/programs.h"
#include "sim/shell/text_input.h"
#include "sim/tools/lib/getopt.h"

namespace vethlab::sh {
namespace {

struct range {
    std::size_t first, last;
};
constexpr std::size_t no_end = std::size_t(-1);

// "1,3-5,7-"
std::optional<std::vector<range>> parse_ranges(std::string_view s) {
    std::vector<range> out;
    while (true) {
        const auto comma = s.find(',');
        const std::string part(s.substr(0, comma));
        const auto dash = part.find('-');
        if (part.empty() || part.find_first_not_of("0123456789-") != std::string::npos) return {};
        const auto number = [](const std::string& t, std::size_t none) {
            return t.empty() ? none : std::size_t(std::strtoul(t.c_str(), nullptr, 10));
        };
        range r{number(part.substr(0, dash), 1), 0};
        r.last = dash == std::string::npos ? r.first : number(part.substr(dash + 1), no_end);
        if (part == "-" || r.first == 0 || r.last < r.first) return {};
        out.push_back(r);
        if (comma == std::string_view::npos) return out;
        s.remove_prefix(comma + 1);
    }
}
bool selected(const std::vector<range>& ranges, std::size_t n) {
    for (const auto& r : ranges) {
        if (n >= r.first && n <= r.last) return true;
    }
    return false;
}

struct cut_options {
    bool fields = false, only_delimited = false;
    char delimiter = '\t';
    std::vector<range> ranges;
};

std::string cut_fields(std::string_view line, const cut_options& o) {
    std::string out;
    bool any = false;
    for (std::size_t n = 1, at = 0; at <= line.size(); ++n) {
        const std::size_t end = std::min(line.find(o.delimiter, at), line.size());
        if (selected(o.ranges, n)) {
            if (any) out += o.delimiter;
            out += line.substr(at, end - at);
            any = true;
        }
        at = end + 1;
    }
    return out;
}
std::string cut_bytes(std::string_view line, const cut_options& o) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (selected(o.ranges, i + 1)) out += line[i];
    }
    return out;
}

int cut_complains(process& p, const char* what) {
    p.err->printf("cut: %s\nTry 'cut --help' for more information.\n", what);
    return 1;
}

// ---- tr

bool in_class(std::string_view name, unsigned char c) {
    if (name == "alpha") return std::isalpha(c);
    if (name == "digit") return std::isdigit(c);
    if (name == "alnum") return std::isalnum(c);
    if (name == "upper") return std::isupper(c);
    if (name == "lower") return std::islower(c);
    if (name == "space") return std::isspace(c);
    if (name == "blank") return c == ' ' || c == '\t';
    if (name == "punct") return std::ispunct(c);
    if (name == "xdigit") return std::isxdigit(c);
    return false;
}

char unescaped(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        default:
            return c;
    }
}

// "a-z", "[:upper:]", "\n"
std::string expand_set(std::string_view s) {
    std::string out;
    while (!s.empty()) {
        const auto end = s.starts_with("[:") ? s.find(":]", 2) : std::string_view::npos;
        if (end != std::string_view::npos) {
            for (int c = 0; c < 256; ++c) {
                if (in_class(s.substr(2, end - 2), static_cast<unsigned char>(c))) out += char(c);
            }
            s.remove_prefix(end + 2);
            continue;
        }
        const auto take = [&s] {
            const bool escape = s[0] == '\\' && s.size() > 1;
            const char c = escape ? unescaped(s[1]) : s[0];
            s.remove_prefix(escape ? 2 : 1);
            return static_cast<unsigned char>(c);
        };
        const int first = take();
        int last = first;
        if (s.size() > 1 && s[0] == '-') {
            s.remove_prefix(1);
            last = take();
        }
        for (int c = first; c <= last; ++c) out += char(c);
    }
    return out;
}

}  // namespace

int cut_main(process& p, shell_env& env) {
    if (refuse_long_options(p)) return 1;
    cut_options o;
    std::optional<std::string> list;
    short_options words(p.argv, "f:d:c:b:s");
    for (int c; (c = words.next()) != -1;) {
        switch (c) {
            case 'f':
            case 'c':
            case 'b':
                if (list) return cut_complains(p, "only one list may be specified");
                o.fields = c == 'f';
                list = words.value;
                break;
            case 'd':
                if (words.value.size() != 1) {
                    return cut_complains(p, "the delimiter must be a single character");
                }
                o.delimiter = words.value[0];
                break;
            case 's':
                o.only_delimited = true;
                break;
            default:
                return wrong_option(p, words);
        }
    }
    if (!list) {
        return cut_complains(p, "you must specify a list of bytes, characters, or fields");
    }
    const auto ranges = parse_ranges(*list);
    if (!ranges) return cut_complains(p, strf("list '%s': not supported", list->c_str()).c_str());
    o.ranges = *ranges;
    return for_each_input(
        p, env, words.rest, "%s: %s: %s\n", [&](const std::string&, std::string_view text) {
            line_reader in(text);
            for (std::string_view line; in.next(line);) {
                const bool whole = o.fields && line.find(o.delimiter) == std::string_view::npos;
                if (whole && o.only_delimited) continue;
                const std::string out = whole      ? std::string(line)
                                        : o.fields ? cut_fields(line, o)
                                                   : cut_bytes(line, o);
                p.out->write(out + '\n');
            }
        });
}

int tr_main(process& p, shell_env&) {
    if (refuse_long_options(p)) return 1;
    bool remove = false, squeeze = false, complement = false;
    short_options words(p.argv, "dscC");
    for (int c; (c = words.next()) != -1;) {
        if (c == '?') return wrong_option(p, words);
        remove = remove || c == 'd';
        squeeze = squeeze || c == 's';
        complement = complement || c == 'c' || c == 'C';
    }
    const std::size_t sets = words.rest.size();
    const bool translate = sets == 2 && !remove;
    const std::size_t least = remove != squeeze ? 1 : 2, most = remove && !squeeze ? 1 : 2;
    if (sets < least || sets > most) {
        std::string text = sets > most ? "extra operand" : "missing operand";
        if (sets > most) text += " '" + words.rest[most] + "'";
        if (sets < least && sets == 1) {
            text += " after '" + words.rest[0] + "'\nTwo strings must be given when ";
            text += remove ? "both deleting and squeezing repeats." : "translating.";
        } else if (sets == 2) {
            text += "\nOnly one string may be given when deleting without squeezing repeats.";
        }
        p.err->printf("tr: %s\nTry 'tr --help' for more information.\n", text.c_str());
        return 1;
    }
    const std::string from = expand_set(words.rest[0]);
    const std::string to = sets == 2 ? expand_set(words.rest[1]) : from;
    std::array<bool, 256> named{}, squeezed{};
    for (const char c : from) named[static_cast<unsigned char>(c)] = true;
    for (auto& b : named) b = b != complement;
    for (const char c : to) squeezed[static_cast<unsigned char>(c)] = true;
    if (sets == 1) squeezed = named;
    std::array<unsigned char, 256> map{};
    for (std::size_t c = 0, n = 0; c < map.size(); ++c) {
        map[c] = static_cast<unsigned char>(c);
        if (complement && named[c] && translate && !to.empty()) {
            map[c] = static_cast<unsigned char>(to[std::min(n++, to.size() - 1)]);
        }
    }
    for (std::size_t n = 0; !complement && translate && !to.empty() && n < from.size(); ++n) {
        map[static_cast<unsigned char>(from[n])] =
            static_cast<unsigned char>(to[std::min(n, to.size() - 1)]);
    }
    std::string out;
    for (const char byte : take_input(p)) {
        const auto c = static_cast<unsigned char>(byte);
        if (remove && named[c]) continue;
        const char mapped = char(translate ? map[c] : c);
        const bool again = !out.empty() && out.back() == mapped;
        if (squeeze && again && squeezed[static_cast<unsigned char>(mapped)]) continue;
        out += mapped;
    }
    p.out->write(out);
    return 0;
}

}  // namespace vethlab::sh
