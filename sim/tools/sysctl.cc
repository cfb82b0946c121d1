// procps: src/sysctl.c
#include <algorithm>
#include <cctype>

#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "\nUsage:\n"
    " sysctl [options] [variable[=value] ...]\n"
    "\nOptions:\n"
    "  -a, --all            display all variables\n"
    "  -A                   alias of -a\n"
    "  -X                   alias of -a\n"
    "      --deprecated     include deprecated parameters to listing\n"
    "      --dry-run        Print the key and values but do not write\n"
    "  -b, --binary         print value without new line\n"
    "  -e, --ignore         ignore unknown variables errors\n"
    "  -N, --names          print variable names without values\n"
    "  -n, --values         print only values of the given variable(s)\n"
    "  -p, --load[=<file>]  read values from file\n"
    "  -f                   alias of -p\n"
    "      --system         read values from all system directories\n"
    "  -r, --pattern <expression>\n"
    "                       select setting that match expression\n"
    "  -q, --quiet          do not echo variable set\n"
    "  -w, --write          enable writing a value to variable\n"
    "  -o                   does nothing\n"
    "  -x                   does nothing\n"
    "  -d                   alias of -h\n"
    "\n -h, --help     display this help and exit\n"
    " -V, --version  output version information and exit\n"
    "\nFor more details see sysctl(8).\n";

struct sysctl_options {
    bool all = false, deprecated = false, dry_run = false, ignore_unknown = false;
    bool names = false, values = false, newline = true, quiet = false, write = false;
    std::vector<std::string> words;
};

// A path has slashes; a key has dots, and a slash where the path has a dot. The
// separator that comes first says which of the two a word is.
void swap_separators(std::string& s) {
    for (char& c : s) {
        if (c == '.' || c == '/') c = c == '.' ? '/' : '.';
    }
}
std::string path_of(std::string word) {
    const auto first = word.find_first_of("./");
    if (first != std::string::npos && word[first] == '.') swap_separators(word);
    return word;
}
std::string key_of(std::string path) {
    swap_separators(path);
    return path;
}

void warn_repeated(process& p, const std::string& word) {
    for (const char* pair : {"..", "//", "./", "/."}) {
        const auto at = word.find(pair);
        if (at == std::string::npos) continue;
        p.err->printf("sysctl: separators should not be repeated: %s\n",
                      word.c_str() + at);
        return;
    }
}

bool is_deprecated(std::string_view path) {
    for (std::string_view name : {"base_reachable_time", "retrans_time"}) {
        if (path.size() > name.size() && path.ends_with(name) &&
            path[path.size() - name.size() - 1] == '/') {
            return true;
        }
    }
    return false;
}

void print_line(process& p, const sysctl_options& o, const std::string& key,
                std::string_view value) {
    if (!o.values) p.out->printf("%s = ", key.c_str());
    p.out->write(value);
    if (o.newline) p.out->write("\n");
}

int cannot_stat(process& p, const sysctl_options& o, const std::string& path, err e) {
    if (e == err::noent && o.ignore_unknown) return 0;
    p.err->printf("sysctl: cannot stat /proc/sys/%s: %s\n", path.c_str(), strerror(e));
    return 1;
}

int read_one(process& p, const sysctl_options& o, const std::string& path) {
    std::string value;
    const err e = p.sys.sysctl_read(p.ns, path, value);
    if (e == err::isdir || e == err::acces) return 0;  // write-only ones are passed over
    if (e == err::noent || e == err::notdir) return cannot_stat(p, o, path, e);
    const std::string key = key_of(path);
    if (o.names && e == err::ok) {
        p.out->printf("%s\n", key.c_str());
        return 0;
    }
    if (e == err::io) return 1;  // an unset IPv6 secret: silent
    if (e != err::ok) {
        p.err->printf("sysctl: reading key \"%s\": %s\n", key.c_str(), strerror(e));
        return 1;
    }
    // Each line of a value gets its key.
    std::size_t at = 0;
    while (true) {
        const auto end = value.find('\n', at);
        print_line(p, o, key, std::string_view(value).substr(at, end - at));
        if (end == std::string::npos) return 0;
        at = end + 1;
    }
}

int read_tree(process& p, const sysctl_options& o, const std::string& prefix) {
    int status = 0;
    for (const auto& path : p.sys.sysctl_list(p.ns, prefix)) {
        if (is_deprecated(path) && !o.deprecated) continue;
        status |= read_one(p, o, path);
    }
    return status;
}

int read_setting(process& p, const sysctl_options& o, const std::string& word) {
    if (word.empty()) {
        p.err->printf("sysctl: \"%s\" is an unknown key\n", word.c_str());
        return 255;
    }
    warn_repeated(p, word);
    const std::string path = path_of(word);
    std::string value;
    if (p.sys.sysctl_read(p.ns, path, value) == err::isdir) return read_tree(p, o, path);
    return read_one(p, o, path);
}

std::string trimmed(std::string s) {
    const auto space = [](unsigned char c) { return std::isspace(c) != 0; };
    s.erase(s.begin(), std::find_if_not(s.begin(), s.end(), space));
    s.erase(std::find_if_not(s.rbegin(), s.rend(), space).base(), s.end());
    return s;
}

int write_setting(process& p, const sysctl_options& o, const std::string& word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
        if (word.empty()) return 1;
        p.err->write("sysctl: command line(0): invalid syntax, continuing...\n");
        return 1;
    }
    std::string name = trimmed(word.substr(0, equals));
    const bool ignore_failure = name.starts_with("-");
    if (ignore_failure) name.erase(0, 1);
    const std::string value = trimmed(word.substr(equals + 1));
    if (name.empty()) {
        p.err->write("sysctl: Path is not under /proc/sys/: /proc/sys/\n");
        return 1;
    }
    warn_repeated(p, name);
    const std::string path = path_of(name);
    const std::string key = key_of(path);
    std::string before;
    err e = p.sys.sysctl_read(p.ns, path, before);
    if (e == err::noent || e == err::notdir) return cannot_stat(p, o, path, e);
    if (e != err::isdir) {
        e = o.dry_run ? err::ok : p.sys.sysctl_write(p.ns, path, value);
    }
    if (e == err::isdir || e == err::acces) {
        // procps warns with a stale errno here, and does not count it as a failure.
        p.err->printf("sysctl: setting key \"%s\": %s\n", key.c_str(), strerror(err::inval));
        return 0;
    }
    if (e != err::ok) {
        p.err->printf("sysctl: setting key \"%s\"%s: %s\n", key.c_str(),
                      ignore_failure ? ", ignoring" : "", strerror(e));
        return ignore_failure ? 0 : 1;
    }
    if (o.quiet && !o.dry_run) return 0;
    sysctl_options echo = o;
    echo.values = o.values || o.names || !o.newline;
    print_line(p, echo, key, value);
    return 0;
}

struct long_option {
    const char* name;
    char letter;
};
constexpr long_option long_options[] = {
    {"all", 'a'}, {"deprecated", 'D'}, {"dry-run", 'Y'}, {"binary", 'b'}, {"ignore", 'e'},
    {"names", 'N'}, {"values", 'n'}, {"load", 'p'}, {"quiet", 'q'}, {"write", 'w'},
    {"system", 'S'}, {"pattern", 'r'}, {"help", 'h'}, {"version", 'V'},
};

struct sysctl_parser {
    process& p;
    sysctl_options o;
    int status = 0;
    bool done = false;

    void end(int s) {
        status = s;
        done = true;
    }
    void unsupported(const char* what) {
        p.err->printf("sysctl: option '%s' is not supported here\n", what);
        end(1);
    }
    void letter(char c) {
        switch (c) {
            case 'a': case 'A': case 'X': o.all = true; break;
            case 'D': o.deprecated = true; break;
            case 'Y': o.dry_run = true; break;
            case 'b': o.newline = false; o.values = true; break;
            case 'e': o.ignore_unknown = true; break;
            case 'N': o.names = true; break;
            case 'n': o.values = true; break;
            case 'q': o.quiet = true; break;
            case 'w': o.write = true; break;
            case 'o': case 'x': break;
            case 'p': case 'f': unsupported("-p"); break;
            case 'r': unsupported("-r"); break;
            case 'S': unsupported("--system"); break;
            case 'V': p.out->write("sysctl from procps-ng 4.0.2\n"); end(0); break;
            case 'd': case 'h': p.out->write(usage_text); end(0); break;
            default:
                p.err->printf("sysctl: invalid option -- '%c'\n", c);
                p.out->write(usage_text);
                end(0);
        }
    }
    void long_word(const std::string& word) {
        const std::string name = word.substr(2, word.find('=') - 2);
        const long_option* found = nullptr;
        for (const auto& l : long_options) {
            if (name == l.name) found = &l;
        }
        if (found) return letter(found->letter);
        p.err->printf("sysctl: unrecognized option '%s'\n", word.c_str());
        p.out->write(usage_text);
        end(0);
    }
    void run() {
        bool options = true;
        for (std::size_t i = 1; i < p.argv.size() && !done; i++) {
            const std::string& w = p.argv[i];
            if (!options || w.size() < 2 || w[0] != '-') {
                o.words.push_back(w);
            } else if (w == "--") {
                options = false;
            } else if (w[1] == '-') {
                long_word(w);
            } else {
                for (std::size_t at = 1; at < w.size() && !done; at++) letter(w[at]);
            }
        }
    }
};

}  // namespace

int sysctl_main(process& p) {
    if (p.argv.size() < 2) {
        p.err->write(usage_text);
        return 1;
    }
    sysctl_parser parser{p, {}};
    parser.run();
    if (parser.done) return parser.status;
    const sysctl_options& o = parser.o;
    if (o.all) return read_tree(p, o, "");
    if (o.words.empty()) {
        p.err->write("sysctl: no variables specified\n"
                     "Try `sysctl --help' for more information.\n");
        return 1;
    }
    int status = 0;
    for (const auto& word : o.words) {
        const bool write = o.write || word.find('=') != std::string::npos;
        // procps adds up failed reads, and only notes failed writes.
        if (write) {
            status |= write_setting(p, o, word);
        } else {
            status += read_setting(p, o, word);
        }
    }
    return status & 0xff;
}

}  // namespace vethlab
