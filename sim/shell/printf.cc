// dash: src/bltin/printf.c. echo and printf.
#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "sim/shell/limits.h"
#include "sim/shell/programs.h"

namespace vethlab::sh {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// The character behind s[at] == '\\'; moves `at` behind it. False for \c: nothing follows.
// `leading_zero`: of echo and %b, whose octal numbers may begin with a 0 that does not count.
bool unescape(std::string_view s, std::size_t& at, bool leading_zero, std::string& out) {
    constexpr std::string_view letters = "abfnrtv\\e";
    constexpr std::string_view values = "\a\b\f\n\r\t\v\\\033";
    ++at;
    if (at >= s.size()) {
        out += '\\';
        return true;
    }
    const char c = s[at];
    if (leading_zero && c == 'c') return false;
    if (is_octal(c)) {
        std::size_t digits = leading_zero && c == '0' ? 4 : 3;
        unsigned v = 0;
        while (digits-- > 0 && at < s.size() && is_octal(s[at]))
            v = v * 8 + unsigned(s[at++] - '0');
        out += char(v & 0xff);
        return true;
    }
    const auto known = letters.find(c);
    if (known == std::string_view::npos) {
        out += '\\';
        return true;  // the character itself comes next
    }
    out += values[known];
    ++at;
    return true;
}

// False if a \c ended it.
bool unescape_all(std::string_view s, std::string& out) {
    for (std::size_t i = 0; i < s.size();) {
        if (s[i] != '\\') {
            out += s[i++];
        } else if (!unescape(s, i, true, out)) {
            return false;
        }
    }
    return true;
}

struct directive {
    std::string flags;
    int width = 0, precision = -1;
    char conversion = 0;
};

class formatter {
 public:
    formatter(const std::vector<std::string>& args, writer& to, complaints& complain)
        : args_(args), out_(to), complain_(complain) {}

    int run(const std::string& format) {
        do {
            const auto before = at_;
            if (!once(format)) break;
            if (at_ == before) break;
        } while (at_ < args_.size());
        out_.write(text_);
        return status_;
    }

 private:
    bool fail(const std::string& what) {
        complain_.say(what);
        status_ = 2;
        return false;
    }
    std::string next() { return at_ < args_.size() ? args_[at_++] : std::string(); }

    // One pass over the format. False if the output ends here.
    bool once(const std::string& format) {
        for (std::size_t i = 0; i < format.size();) {
            if (text_.size() > max_value) {
                out_.write(text_);
                text_.clear();
            }
            if (format[i] == '\\') {
                unescape(format, i, false, text_);
            } else if (format[i] != '%') {
                text_ += format[i++];
            } else if (format.compare(i, 2, "%%") == 0) {
                text_ += '%';
                i += 2;
            } else if (!convert(format, i)) {
                return false;
            }
        }
        return true;
    }

    // A number of the format itself, or * for an argument.
    bool size_of(const std::string& format, std::size_t& i, int& size) {
        if (i < format.size() && format[i] == '*') {
            ++i;
            size = int(std::clamp<std::int64_t>(integer(next()), -100000, 100000));
            return true;
        }
        std::int64_t n = 0;
        while (i < format.size() && format[i] >= '0' && format[i] <= '9') {
            n = std::min<std::int64_t>(n * 10 + (format[i++] - '0'), 1000000);
        }
        if (n > 100000) return fail("a width of more than 100000: not supported");
        size = int(n);
        return true;
    }

    bool convert(const std::string& format, std::size_t& i) {
        const std::size_t start = i++;
        directive d;
        while (i < format.size() &&
               std::string_view("#-+ 0").find(format[i]) != std::string::npos) {
            d.flags += format[i++];
        }
        d.flags.resize(std::min<std::size_t>(d.flags.size(), 5));
        if (!size_of(format, i, d.width)) return false;
        if (i < format.size() && format[i] == '.') {
            ++i;
            if (!size_of(format, i, d.precision)) return false;
        }
        if (i >= format.size()) return fail("missing format character");
        d.conversion = format[i++];
        if (std::string_view("diouxXcsbeEfFgGaA").find(d.conversion) == std::string::npos) {
            return fail(format.substr(start, i - start) + ": invalid directive");
        }
        return emit(d);
    }

    bool emit(const directive& d) {
        const std::string spec = "%" + d.flags + "*.*";
        const char c = d.conversion;
        if (c == 's' || c == 'b' || c == 'c') {
            std::string s = next();
            bool more = true;
            if (c == 'b') {
                std::string plain;
                more = unescape_all(s, plain);
                s = std::move(plain);
            }
            if (c == 'c') s.resize(1);  // of nothing, a NUL
            pad(d, s);
            return more;
        }
        if (std::string_view("diouxX").find(c) == std::string::npos) {
            append(spec + c, d, real(next()));
        } else if (c == 'd' || c == 'i') {
            append(spec + "ll" + c, d, static_cast<long long>(integer(next())));
        } else {
            append(spec + "ll" + c, d, static_cast<unsigned long long>(natural(next())));
        }
        return true;
    }

    // By hand: the string may have a NUL in it.
    void pad(const directive& d, std::string s) {
        if (d.precision >= 0 && s.size() > std::size_t(d.precision))
            s.resize(std::size_t(d.precision));
        const bool left = d.width < 0 || d.flags.find('-') != std::string::npos;
        const auto width = std::size_t(std::abs(d.width));
        const std::size_t fill = width > s.size() ? width - s.size() : 0;
        text_ += left ? s + std::string(fill, ' ') : std::string(fill, ' ') + s;
    }

    template <class T>
    void append(const std::string& spec, const directive& d, T value) {
        const int need = std::snprintf(nullptr, 0, spec.c_str(), d.width, d.precision, value);
        if (need <= 0) return;
        std::string s(std::size_t(need) + 1, '\0');
        std::snprintf(s.data(), s.size(), spec.c_str(), d.width, d.precision, value);
        s.pop_back();
        text_ += s;
    }

    void check(const std::string& s, const char* end) {
        if (errno == ERANGE) {
            complain_.say(s + ": Numerical result out of range");
        } else if (end == s.c_str()) {
            if (s.empty()) return;
            complain_.say(s + ": expected numeric value");
        } else if (*end != '\0') {
            complain_.say(s + ": not completely converted");
        } else {
            return;
        }
        status_ = 1;
    }
    static bool quoted_char(const std::string& s) {
        return s.size() > 1 && (s[0] == '\'' || s[0] == '"');
    }
    std::int64_t integer(const std::string& s) {
        if (quoted_char(s)) return static_cast<unsigned char>(s[1]);
        char* end = nullptr;
        errno = 0;
        const long long v = std::strtoll(s.c_str(), &end, 0);
        check(s, end);
        return v;
    }
    std::uint64_t natural(const std::string& s) {
        if (quoted_char(s)) return static_cast<unsigned char>(s[1]);
        char* end = nullptr;
        errno = 0;
        const unsigned long long v = std::strtoull(s.c_str(), &end, 0);
        check(s, end);
        return v;
    }
    double real(const std::string& s) {
        if (quoted_char(s)) return static_cast<unsigned char>(s[1]);
        char* end = nullptr;
        errno = 0;
        const double v = std::strtod(s.c_str(), &end);
        check(s, end);
        return v;
    }

    const std::vector<std::string>& args_;
    writer& out_;
    complaints& complain_;
    std::string text_;
    std::size_t at_ = 0;
    int status_ = 0;
};

}  // namespace

// echo [-n] WORD...: escapes are always read.
std::string echo_text(const std::vector<std::string>& argv) {
    std::size_t i = 1;
    const bool newline = argv.size() < 2 || argv[1] != "-n";
    if (!newline) ++i;
    std::string out;
    for (const std::size_t first = i; i < argv.size(); ++i) {
        if (i > first) out += ' ';
        if (!unescape_all(argv[i], out)) return out;
    }
    if (newline) out += '\n';
    return out;
}

int printf_command(const std::vector<std::string>& argv, writer& out, complaints& complain) {
    std::size_t at = 1;
    if (at < argv.size() && argv[at] == "--") {
        ++at;
    } else if (at < argv.size() && argv[at].size() > 1 && argv[at][0] == '-') {
        complain.say(std::string("Illegal option -") + argv[at][1]);
        return 2;
    }
    if (at >= argv.size()) {
        complain.say("usage: printf format [arg ...]");
        return 2;
    }
    const std::vector<std::string> args(argv.begin() + std::ptrdiff_t(at) + 1, argv.end());
    return formatter(args, out, complain).run(argv[at]);
}

}  // namespace vethlab::sh
