// coreutils: src/cat.c, head.c, tail.c, wc.c, tee.c, seq.c
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "sim/shell/programs.h"
#include "sim/shell/text_input.h"
#include "sim/tools/lib/getopt.h"

namespace vethlab::sh {
namespace {

// Where the first n lines end.
std::size_t after_lines(std::string_view s, std::size_t n) {
    std::size_t at = 0;
    for (; n > 0 && at < s.size(); --n) {
        const auto end = s.find('\n', at);
        at = end == std::string_view::npos ? s.size() : end + 1;
    }
    return at;
}
std::size_t count_lines(std::string_view s) {
    const auto n = std::size_t(std::count(s.begin(), s.end(), '\n'));
    return n + (s.empty() || s.back() == '\n' ? 0 : 1);
}

struct ends_options {
    std::size_t count = 10;
    char sign = 0;  // head -n -N, tail -n +N
    bool bytes = false, quiet = false, verbose = false;
    std::vector<std::string> files;
};

// -N as in `head -5`, -n N, -c N. 0, or the exit status after a message.
int parse_ends(const std::vector<std::string>& argv, ends_options& o, std::string& message) {
    std::vector<std::string> words = argv;
    if (words.size() > 1 && words[1].size() > 1 && words[1][0] == '-' &&
        std::isdigit(static_cast<unsigned char>(words[1][1]))) {
        words[1] = "-n" + words[1].substr(1);
    }
    short_options options(words, argv[0] == "tail" ? "n:c:qvfF" : "n:c:qv");
    for (int c; (c = options.next()) != -1;) {
        if (c == 'q') {
            o.quiet = true;
        } else if (c == 'v') {
            o.verbose = true;
        } else if (c == 'n' || c == 'c') {
            std::string v = options.value;
            o.bytes = c == 'c';
            o.sign = !v.empty() && (v[0] == '-' || v[0] == '+') ? v[0] : '\0';
            if (o.sign) v.erase(0, 1);
            if (v.empty() || v.size() > 12 ||
                v.find_first_not_of("0123456789") != std::string::npos) {
                message = argv[0] + ": invalid number of " + (o.bytes ? "bytes" : "lines") + ": '" +
                          options.value + "'\n";
                return 1;
            }
            o.count = std::strtoull(v.c_str(), nullptr, 10);
        } else if (c == 'f' || c == 'F') {
            message = "tail: -f: not supported\n";
            return 1;
        } else {
            message = options.error + "Try '" + argv[0] + " --help' for more information.\n";
            return 1;
        }
    }
    o.files = options.rest;
    return 0;
}

std::string_view first_part(std::string_view s, const ends_options& o) {
    if (o.sign != '-') return s.substr(0, o.bytes ? o.count : after_lines(s, o.count));
    const auto all = o.bytes ? s.size() : count_lines(s);
    const auto keep = all - std::min(all, o.count);
    return s.substr(0, o.bytes ? keep : after_lines(s, keep));
}
std::string_view last_part(std::string_view s, const ends_options& o) {
    if (o.sign == '+') {
        const auto skip = o.count > 0 ? o.count - 1 : 0;
        return s.substr(std::min(s.size(), o.bytes ? skip : after_lines(s, skip)));
    }
    const auto all = o.bytes ? s.size() : count_lines(s);
    const auto skip = all - std::min(all, o.count);
    return s.substr(o.bytes ? skip : after_lines(s, skip));
}

int print_ends(process& p, shell_env& env, bool head) {
    if (refuse_long_options(p)) return 1;
    ends_options o;
    std::string message;
    if (const int status = parse_ends(p.argv, o, message)) {
        p.err->write(message);
        return status;
    }
    const bool titles = o.verbose || (o.files.size() > 1 && !o.quiet);
    bool first = true;
    return for_each_input(p, env, o.files, "%s: cannot open '%s' for reading: %s\n",
                          [&](const std::string& name, std::string_view text) {
                              if (titles) {
                                  p.out->printf("%s==> %s <==\n", first ? "" : "\n",
                                                name == "-" ? "standard input" : name.c_str());
                              }
                              first = false;
                              p.out->write(head ? first_part(text, o) : last_part(text, o));
                          });
}

}  // namespace

std::size_t lines_head_reads(const std::vector<std::string>& argv) {
    ends_options o;
    std::string message;
    if (argv.empty() || argv[0] != "head" || parse_ends(argv, o, message) != 0 || o.bytes ||
        o.sign == '-' || !o.files.empty()) {
        return std::string::npos;
    }
    return o.count;
}

int head_main(process& p, shell_env& env) { return print_ends(p, env, true); }
int tail_main(process& p, shell_env& env) { return print_ends(p, env, false); }

int cat_main(process& p, shell_env& env) {
    if (refuse_long_options(p)) return 1;
    bool numbers = false;
    short_options o(p.argv, "nu");
    for (int c; (c = o.next()) != -1;) {
        if (c == '?') return wrong_option(p, o);
        numbers = numbers || c == 'n';
    }
    long line_number = 0;
    return for_each_input(p, env, o.rest, "%s: %s: %s\n",
                          [&](const std::string&, std::string_view text) {
                              if (!numbers) return p.out->write(text);
                              for (std::size_t at = 0; at < text.size();) {
                                  const auto end = at + after_lines(text.substr(at), 1);
                                  std::string line = strf("%6ld\t", ++line_number);
                                  p.out->write(line.append(text.substr(at, end - at)));
                                  at = end;
                              }
                          });
}

int wc_main(process& p, shell_env& env) {
    if (refuse_long_options(p)) return 1;
    bool lines = false, words = false, bytes = false;
    short_options o(p.argv, "lwcm");
    for (int c; (c = o.next()) != -1;) {
        if (c == '?') return wrong_option(p, o);
        lines = lines || c == 'l';
        words = words || c == 'w';
        bytes = bytes || c == 'c' || c == 'm';
    }
    if (!lines && !words && !bytes) lines = words = bytes = true;
    struct counts {
        std::string name;
        std::size_t lines = 0, words = 0, bytes = 0;
    };
    std::vector<counts> rows;
    counts total{"total"};
    const int status = for_each_input(
        p, env, o.rest, "%s: %s: %s\n", [&](const std::string& name, std::string_view text) {
            counts c{o.rest.empty() ? std::string() : name};
            c.bytes = text.size();
            c.lines = std::size_t(std::count(text.begin(), text.end(), '\n'));
            bool inside = false;
            for (const char ch : text) {
                const bool space = std::isspace(static_cast<unsigned char>(ch)) != 0;
                if (!space && !inside) ++c.words;
                inside = !space;
            }
            total.lines += c.lines;
            total.words += c.words;
            total.bytes += c.bytes;
            rows.push_back(std::move(c));
        });
    if (o.rest.size() > 1) rows.push_back(total);
    // As wide as the size of all files has digits; 7 when that is not known beforehand, of a pipe.
    const bool one_column = int(lines) + int(words) + int(bytes) == 1;
    int width = int(strf("%zu", total.bytes).size());
    if (o.rest.empty() || std::find(o.rest.begin(), o.rest.end(), "-") != o.rest.end()) width = 7;
    if (one_column && o.rest.size() < 2) width = 1;
    for (const auto& r : rows) {
        std::string line;
        const auto column = [&](bool wanted, std::size_t n) {
            if (wanted) line += strf("%s%*zu", line.empty() ? "" : " ", width, n);
        };
        column(lines, r.lines);
        column(words, r.words);
        column(bytes, r.bytes);
        p.out->write(line + (r.name.empty() ? "" : " " + r.name) + '\n');
    }
    return status;
}

int tee_main(process& p, shell_env& env) {
    if (refuse_long_options(p)) return 1;
    bool append = false;
    short_options o(p.argv, "ai");
    for (int c; (c = o.next()) != -1;) {
        if (c == '?') return wrong_option(p, o);
        append = append || c == 'a';
    }
    const std::string text(take_input(p));
    p.out->write(text);
    int status = 0;
    for (const auto& name : o.rest) {
        open_error e;
        const auto f = open_path(p, env, name, append ? open_mode::append : open_mode::write, e);
        const char* why = nullptr;
        if (!f) {
            why = e == open_error::is_directory ? "Is a directory"
                  : e == open_error::denied     ? "Permission denied"
                                                : "No such file or directory";
        } else if (!text.empty()) {
            f->write(text);
            if (f->failed) why = "Invalid argument";
        }
        if (!why) continue;
        p.err->printf("tee: %s: %s\n", name.c_str(), why);
        status = 1;
    }
    return status;
}

int seq_main(process& p, shell_env& env) {
    std::vector<std::string> words;
    std::string separator = "\n";
    bool same_width = false;
    for (std::size_t i = 1; i < p.argv.size(); ++i) {
        const std::string& w = p.argv[i];
        if (w == "-w") {
            same_width = true;
        } else if (w == "-s" && i + 1 < p.argv.size()) {
            separator = p.argv[++i];
        } else if (w.starts_with("-s")) {
            separator = w.substr(2);
        } else if (w.size() > 1 && w[0] == '-' && !std::isdigit(static_cast<unsigned char>(w[1]))) {
            p.err->printf("seq: %s: not supported\n", w.c_str());
            return 1;
        } else {
            words.push_back(w);
        }
    }
    constexpr const char* try_help = "Try 'seq --help' for more information.\n";
    if (words.empty() || words.size() > 3) {
        p.err->printf(
            "seq: %s\n%s",
            words.empty() ? "missing operand" : ("extra operand '" + words[3] + "'").c_str(),
            try_help);
        return 1;
    }
    long long n[3] = {};
    for (std::size_t i = 0; i < words.size(); ++i) {
        char* end = nullptr;
        n[i] = std::strtoll(words[i].c_str(), &end, 10);
        if (*end == '\0' && !words[i].empty() && words[i].size() < 18) continue;
        p.err->printf("seq: %s: only whole numbers are supported\n", words[i].c_str());
        return 1;
    }
    const long long first = words.size() > 1 ? n[0] : 1;
    const long long step = words.size() > 2 ? n[1] : 1;
    const long long last = n[words.size() - 1];
    if (step == 0) {
        p.err->printf("seq: invalid Zero increment value: '%s'\n%s", words[1].c_str(), try_help);
        return 1;
    }
    int width = 1;
    if (same_width) {
        width = int(std::max(strf("%lld", first).size(), strf("%lld", last).size()));
    }
    bool any = false;
    for (long long v = first; step > 0 ? v <= last : v >= last; v += step) {
        if (p.interrupted || env.step() == pace::stop) break;
        p.out->printf("%s%0*lld", any ? separator.c_str() : "", width, v);
        any = true;
    }
    if (any) p.out->write("\n");
    return 0;
}

}  // namespace vethlab::sh
