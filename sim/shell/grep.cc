// grep: src/grep.c
#include "sim/shell/files.h"
#include "sim/shell/programs.h"
#include "sim/shell/regex.h"
#include "sim/shell/text_input.h"
#include "sim/tools/lib/getopt.h"

namespace vethlab::sh {
namespace {

struct grep_options {
    std::vector<std::string> patterns;
    std::vector<std::string> files;
    regex::options match;
    bool invert = false, count = false, quiet = false, no_messages = false;
    bool only_matching = false, line_numbers = false;
    bool list = false, list_without = false;
    int file_names = -1;  // -1: if there are several files
    long max_count = -1;
};

constexpr const char* usage_text =
    "Usage: grep [OPTION]... PATTERNS [FILE]...\n"
    "Try 'grep --help' for more information.\n";

void add_patterns(grep_options& o, std::string_view text) {
    for (;;) {
        const auto end = text.find('\n');
        o.patterns.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

// False after a message; the exit status is 2 then.
bool parse(process& p, grep_options& o) {
    std::vector<std::string> words;
    for (const auto& w : p.argv) {
        if (w.starts_with("--color")) continue;
        if (w.starts_with("--") && w.size() > 2) {
            p.err->printf("grep: %s: not supported\n", w.c_str());
            return false;
        }
        words.push_back(w);
    }
    if (p.argv[0] == "egrep") o.match.syntax = regex_syntax::extended;
    if (p.argv[0] == "fgrep") o.match.syntax = regex_syntax::fixed;
    short_options options(words, "EFGe:ivwxcqsonlLhHm:");
    for (int c; (c = options.next()) != -1;) {
        switch (c) {
            case 'E':
                o.match.syntax = regex_syntax::extended;
                break;
            case 'F':
                o.match.syntax = regex_syntax::fixed;
                break;
            case 'G':
                o.match.syntax = regex_syntax::basic;
                break;
            case 'e':
                add_patterns(o, options.value);
                break;
            case 'i':
                o.match.ignore_case = true;
                break;
            case 'v':
                o.invert = true;
                break;
            case 'w':
                o.match.whole_word = true;
                break;
            case 'x':
                o.match.whole_line = true;
                break;
            case 'c':
                o.count = true;
                break;
            case 'q':
                o.quiet = true;
                break;
            case 's':
                o.no_messages = true;
                break;
            case 'o':
                o.only_matching = true;
                break;
            case 'n':
                o.line_numbers = true;
                break;
            case 'l':
                o.list = true;
                break;
            case 'L':
                o.list_without = true;
                break;
            case 'h':
                o.file_names = 0;
                break;
            case 'H':
                o.file_names = 1;
                break;
            case 'm':
                o.max_count = std::atol(options.value.c_str());
                break;
            default:
                p.err->write(options.error + usage_text);
                return false;
        }
    }
    o.files = options.rest;
    if (o.patterns.empty()) {
        if (o.files.empty()) {
            p.err->write(usage_text);
            return false;
        }
        add_patterns(o, o.files[0]);
        o.files.erase(o.files.begin());
    }
    return true;
}

class grepper {
 public:
    grepper(process& p, const grep_options& o, std::vector<regex> patterns)
        : p_(p), o_(o), patterns_(std::move(patterns)) {}

    bool any = false;  // line selected

    void file(const std::string& name, std::string_view text, bool show_name) {
        prefix_ = show_name ? name + ':' : std::string();
        long selected = 0;
        long number = 0;
        line_reader lines(text);
        for (std::string_view line;
             (o_.max_count < 0 || selected < o_.max_count) && lines.next(line);) {
            ++number;
            const auto found = find(line, 0);
            if (found.has_value() == o_.invert) continue;
            ++selected;
            any = true;
            if (o_.quiet || o_.list || o_.list_without) break;
            if (!o_.count) print(line, found, number);
        }
        if (o_.quiet) return;
        if (o_.list || o_.list_without) {
            if ((selected > 0) == o_.list) p_.out->write(name + '\n');
        } else if (o_.count) {
            p_.out->printf("%s%ld\n", prefix_.c_str(), selected);
        }
    }

 private:
    std::optional<regex::span> find(std::string_view line, std::size_t from) const {
        std::optional<regex::span> best;
        for (const auto& r : patterns_) {
            const auto s = r.search(line, from);
            if (s && (!best || s->begin < best->begin ||
                      (s->begin == best->begin && s->end > best->end))) {
                best = s;
            }
        }
        return best;
    }

    void print_one(std::string_view text, long number) {
        std::string out = prefix_;
        if (o_.line_numbers) out += strf("%ld:", number);
        out.append(text);
        p_.out->write(out + '\n');
    }

    void print(std::string_view line, std::optional<regex::span> found, long number) {
        if (!o_.only_matching) return print_one(line, number);
        if (o_.invert) return;
        while (found) {
            const auto n = found->end - found->begin;
            if (n > 0) print_one(line.substr(found->begin, n), number);
            const auto at = found->end + (n > 0 ? 0 : 1);
            found = at <= line.size() ? find(line, at) : std::nullopt;
        }
    }

    process& p_;
    const grep_options& o_;
    std::vector<regex> patterns_;
    std::string prefix_;
};

}  // namespace

int grep_main(process& p, shell_env& env) {
    grep_options o;
    if (!parse(p, o)) return 2;
    std::vector<regex> patterns;
    for (const auto& text : o.patterns) {
        std::string error;
        auto r = regex::compile(text, o.match, error);
        if (!r) {
            p.err->printf("grep: %s\n", error.c_str());
            return 2;
        }
        patterns.push_back(std::move(*r));
    }
    grepper g(p, o, std::move(patterns));
    const bool names = o.file_names < 0 ? o.files.size() > 1 : o.file_names == 1;
    bool trouble = false;
    if (o.files.empty()) g.file("(standard input)", take_input(p), names);
    for (const auto& name : o.files) {
        std::string text;
        if (name == "-") {
            g.file("(standard input)", take_input(p), names);
            continue;
        }
        const err e = read_path(p, env, name, text);
        if (e == err::ok) {
            g.file(name, text, names);
            if (g.any && o.quiet) return 0;
            continue;
        }
        trouble = true;
        if (!o.no_messages) {
            p.err->printf("grep: %s: %s\n", name.c_str(), vethlab::strerror(e));
        }
    }
    if (trouble && !(g.any && o.quiet)) return 2;
    return g.any ? 0 : 1;
}

}  // namespace vethlab::sh
