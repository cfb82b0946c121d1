// coreutils: src/sort.c, uniq.c; in the order of bytes, as with LC_ALL=C.
#include <algorithm>
#include <cctype>
#include <optional>

#include "sim/shell/programs.h"
#include "sim/shell/text_input.h"
#include "sim/tools/lib/getopt.h"

namespace vethlab::sh {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

struct sort_order {
    bool numeric = false, reverse = false, skip_blanks = false;
};
struct sort_key {
    std::size_t first = 1, last = 0;  // fields; 0: to the end of the line
    sort_order order;
    bool own_order = false;
};
struct sort_options {
    sort_order order;
    bool unique = false;
    std::optional<char> separator;
    std::vector<sort_key> keys;
    std::vector<std::string> files;
};

// Where field `n` (from 1) begins and ends; blanks in front of a field belong to it.
std::pair<std::size_t, std::size_t> field(std::string_view line, std::size_t n,
                                          std::optional<char> separator) {
    std::size_t begin = 0;
    for (std::size_t k = 1;; ++k) {
        std::size_t end = begin;
        if (separator) {
            end = std::min(line.find(*separator, begin), line.size());
        } else {
            while (end < line.size() && is_blank(line[end])) ++end;
            while (end < line.size() && !is_blank(line[end])) ++end;
        }
        if (k == n) return {begin, end};
        if (end >= line.size()) return {line.size(), line.size()};
        begin = separator ? end + 1 : end;
    }
}

std::string_view key_text(std::string_view line, const sort_key& key, const sort_options& o) {
    const std::size_t begin = field(line, key.first, o.separator).first;
    const std::size_t end = key.last ? field(line, key.last, o.separator).second : line.size();
    std::string_view text = line.substr(begin, end > begin ? end - begin : 0);
    const bool skip = (key.own_order ? key.order : o.order).skip_blanks;
    while (skip && !text.empty() && is_blank(text[0])) text.remove_prefix(1);
    return text;
}

// Numbers of any length, compared by their digits.
struct decimal {
    bool negative = false;
    std::string_view whole, fraction;
};
decimal parse_decimal(std::string_view s) {
    decimal d;
    while (!s.empty() && is_blank(s[0])) s.remove_prefix(1);
    if (!s.empty() && s[0] == '-') {
        d.negative = true;
        s.remove_prefix(1);
    }
    const auto digits = [&s] {
        std::size_t n = 0;
        while (n < s.size() && std::isdigit(static_cast<unsigned char>(s[n]))) ++n;
        const auto found = s.substr(0, n);
        s.remove_prefix(n);
        return found;
    };
    d.whole = digits();
    while (!d.whole.empty() && d.whole[0] == '0') d.whole.remove_prefix(1);
    if (!s.empty() && s[0] == '.') {
        s.remove_prefix(1);
        d.fraction = digits();
        while (!d.fraction.empty() && d.fraction.back() == '0') d.fraction.remove_suffix(1);
    }
    if (d.whole.empty() && d.fraction.empty()) d.negative = false;
    return d;
}
int compare_numbers(std::string_view a, std::string_view b) {
    const decimal x = parse_decimal(a), y = parse_decimal(b);
    if (x.negative != y.negative) return x.negative ? -1 : 1;
    int c = x.whole.size() < y.whole.size() ? -1 : x.whole.size() > y.whole.size();
    if (c == 0) c = x.whole.compare(y.whole);
    if (c == 0) c = x.fraction.compare(y.fraction);
    return x.negative ? -c : c;
}

int compare_keys(std::string_view a, std::string_view b, const sort_options& o) {
    const sort_key whole_line;
    const sort_key* key = o.keys.empty() ? &whole_line : o.keys.data();
    for (std::size_t n = std::max<std::size_t>(o.keys.size(), 1); n > 0; --n, ++key) {
        const sort_order& order = key->own_order ? key->order : o.order;
        const auto x = key_text(a, *key, o), y = key_text(b, *key, o);
        const int c = order.numeric ? compare_numbers(x, y) : x.compare(y);
        if (c) return order.reverse ? -c : c;
    }
    return 0;
}

bool order_letter(char c, sort_order& order) {
    switch (c) {
        case 'n':
            order.numeric = true;
            return true;
        case 'r':
            order.reverse = true;
            return true;
        case 'b':
            order.skip_blanks = true;
            return true;
        default:
            return false;
    }
}

// "2", "2,3", "2nr", "1,1n"
std::optional<sort_key> parse_key(std::string_view s) {
    sort_key key;
    const auto number = [&s](std::size_t& n) {
        n = 0;
        const std::size_t before = s.size();
        while (!s.empty() && std::isdigit(static_cast<unsigned char>(s[0])) && n < 100000) {
            n = n * 10 + std::size_t(s[0] - '0');
            s.remove_prefix(1);
        }
        return s.size() != before && n > 0;
    };
    const auto letters = [&] {
        while (!s.empty() && order_letter(s[0], key.order)) {
            key.own_order = true;
            s.remove_prefix(1);
        }
    };
    if (!number(key.first)) return std::nullopt;
    letters();
    if (!s.empty() && s[0] == ',') {
        s.remove_prefix(1);
        if (!number(key.last)) return std::nullopt;
        letters();
    }
    if (!s.empty()) return std::nullopt;
    return key;
}

std::optional<sort_options> parse_sort(process& p, int& status) {
    sort_options o;
    short_options words(p.argv, "nrbust:k:");
    for (int c; (c = words.next()) != -1;) {
        if (order_letter(char(c), o.order)) continue;
        if (c == 'u') {
            o.unique = true;
        } else if (c == 't' && words.value.size() == 1) {
            o.separator = words.value[0];
        } else if (c == 'k') {
            const auto key = parse_key(words.value);
            if (key) {
                o.keys.push_back(*key);
                continue;
            }
            p.err->printf("sort: key '%s': not supported\n", words.value.c_str());
            status = 2;
            return std::nullopt;
        } else if (c == 't') {
            p.err->printf("sort: multi-character tab '%s'\n", words.value.c_str());
            status = 2;
            return std::nullopt;
        } else if (c == 's') {
            p.err->write("sort: -s: not supported\n");
            status = 2;
            return std::nullopt;
        } else {
            wrong_option(p, words);
            status = 2;
            return std::nullopt;
        }
    }
    o.files = words.rest;
    return o;
}

}  // namespace

int sort_main(process& p, shell_env& env) {
    if (refuse_long_options(p)) return 2;
    int status = 0;
    const auto options = parse_sort(p, status);
    if (!options) return status;
    const sort_options& o = *options;
    std::vector<std::string> lines;
    status = for_each_input(p, env, o.files, "%s: cannot read: %s: %s\n",
                            [&](const std::string&, std::string_view text) {
                                line_reader in(text);
                                for (std::string_view line; in.next(line);)
                                    lines.emplace_back(line);
                            });
    if (status != 0) return 2;
    std::stable_sort(lines.begin(), lines.end(), [&](const std::string& a, const std::string& b) {
        const int c = compare_keys(a, b, o);
        if (c != 0 || o.unique) return c < 0;
        return o.order.reverse ? b < a : a < b;  // the last resort: whole lines
    });
    const std::string* before = nullptr;
    for (const auto& line : lines) {
        if (o.unique && before && compare_keys(*before, line, o) == 0) continue;
        before = &line;
        p.out->write(line + '\n');
    }
    return 0;
}

int uniq_main(process& p, shell_env& env) {
    if (refuse_long_options(p)) return 1;
    bool count = false, repeated = false, single = false;
    short_options words(p.argv, "cdu");
    for (int c; (c = words.next()) != -1;) {
        if (c == '?') return wrong_option(p, words);
        count = count || c == 'c';
        repeated = repeated || c == 'd';
        single = single || c == 'u';
    }
    if (words.rest.size() > 1) {
        p.err->write("uniq: a second file: not supported\n");
        return 1;
    }
    const auto group = [&](std::string_view line, std::size_t n) {
        if (n == 0 || (repeated && n < 2) || (single && n > 1)) return;
        if (count) p.out->printf("%7zu ", n);
        p.out->write(std::string(line) + '\n');
    };
    return for_each_input(p, env, words.rest, "%s: %s: %s\n",
                          [&](const std::string&, std::string_view text) {
                              line_reader in(text);
                              std::string_view current;
                              std::size_t n = 0;
                              for (std::string_view line; in.next(line);) {
                                  if (n > 0 && line == current) {
                                      ++n;
                                      continue;
                                  }
                                  group(current, n);
                                  current = line;
                                  n = 1;
                              }
                              group(current, n);
                          });
}

}  // namespace vethlab::sh
