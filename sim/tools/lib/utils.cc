// iproute2: lib/utils.c, lib/namespace.c
#include "sim/tools/lib/utils.h"

#include <cctype>

namespace vethlab {

int tool_context::fatal(int status, const std::string& message) {
    if (!exited) p.err->printf("%s\n", message.c_str());
    return exit(status);
}
int tool_context::invarg(const std::string& msg, const std::string& arg) {
    return fatal(255, strf("Error: argument \"%s\" is wrong: %s", arg.c_str(), msg.c_str()));
}
int tool_context::missarg(const std::string& key) {
    return fatal(255, strf("Error: argument \"%s\" is required", key.c_str()));
}
int tool_context::duparg(const std::string& key, const std::string& arg) {
    return fatal(255, strf("Error: duplicate \"%s\": \"%s\" is the second value.", key.c_str(),
                           arg.c_str()));
}
int tool_context::duparg2(const std::string& key, const std::string& arg) {
    return fatal(255, strf("Error: either \"%s\" is duplicate, or \"%s\" is a garbage.",
                           key.c_str(), arg.c_str()));
}
int tool_context::incomplete_command() {
    return fatal(255, "Command line is not complete. Try option \"help\"");
}
int tool_context::nodev(const std::string& name) {
    p.err->printf("Cannot find device \"%s\"\n", name.c_str());
    return 1;
}

bool matches(std::string_view text, std::string_view keyword) {
    return !text.empty() && keyword.starts_with(text);
}
bool equal_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); i++) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

const std::string& args::word() const { return peek(0); }
const std::string& args::peek(std::size_t ahead) const {
    return left() > ahead ? words_[at_ + ahead] : tool_->no_word;
}
const std::string& args::next() {
    if (left() > 1) {
        at_++;
    } else if (!tool_->exited) {
        tool_->incomplete_command();
    }
    return word();
}
std::vector<std::string> args::rest() const {
    if (!more()) return {};
    return {words_.begin() + std::ptrdiff_t(at_), words_.end()};
}

bool check_ifname(std::string_view name) {
    if (name.empty() || name.size() >= ifnamsiz) return false;
    return check_altifname(name);
}
bool check_altifname(std::string_view name) {
    for (const char c : name) {
        if (c == '/' || std::isspace(static_cast<unsigned char>(c))) return false;
    }
    return !name.empty();
}

std::optional<std::size_t> parse_one_of(tool_context& tool, const char* name,
                                        const std::string& text,
                                        std::span<const char* const> list) {
    std::string message = strf("Error: argument of \"%s\" must be one of ", name);
    for (std::size_t i = 0; i < list.size(); i++) {
        if (matches(text, list[i])) return i;
        message += strf("\"%s\", ", list[i]);
    }
    if (!tool.exited) tool.p.err->printf("%snot \"%s\"\n", message.c_str(), text.c_str());
    return std::nullopt;
}

std::optional<bool> parse_on_off(tool_context& tool, const char* name, const std::string& text) {
    constexpr const char* words[] = {"off", "on"};
    const auto which = parse_one_of(tool, name, text, words);
    return which ? std::optional(*which == 1) : std::nullopt;
}

std::string num_text(std::uint64_t value, int width, bool human_readable, bool use_iec) {
    const std::uint64_t base = use_iec ? 1024 : 1000;
    if (!human_readable || value < base) return strf("%*llu", width, 0ull + value);
    const char* prefix = "kMGTPE";
    std::uint64_t unit = base;
    for (; value / base >= unit && prefix[1]; prefix++) unit *= base;
    // As many decimals as leave three digits.
    int precision = 2;
    for (std::uint64_t limit = 10; precision > 0 && value / unit >= limit; limit *= 10) {
        precision--;
    }
    const std::string number =
        strf("%.*f%c%s", precision, double(value) / double(unit), *prefix, use_iec ? "i" : "");
    return strf("%*s", width, number.c_str());
}

void print_timestamp(tool_context& tool) {
    tool.p.out->write(timestamp_text(tool.p.sys.wall_clock_us(), tool.timestamp_short));
}

std::string timestamp_text(std::int64_t us_since_1970, bool short_form) {
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const std::int64_t seconds = us_since_1970 / 1'000'000;
    const int us = int(us_since_1970 % 1'000'000);
    const std::chrono::sys_days day{std::chrono::days(seconds / 86400)};
    const std::chrono::year_month_day date{day};
    const int of_day = int(seconds % 86400);
    const int hour = of_day / 3600, minute = of_day / 60 % 60, second = of_day % 60;
    const auto month = unsigned(date.month());
    const auto mday = unsigned(date.day());
    if (short_form) {
        return strf("[%04d-%02u-%02uT%02d:%02d:%02d.%06d] ", int(date.year()), month, mday, hour,
                    minute, second, us);
    }
    return strf("Timestamp: %s %s %2u %02d:%02d:%02d %d %d usec\n",
                days[std::chrono::weekday(day).c_encoding()], months[month - 1], mday, hour, minute,
                second, int(date.year()), us);
}

// makeargs: words between white space; quotes keep them together.
static std::vector<std::string> batch_words(std::string_view line) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while (at < line.size()) {
        at = line.find_first_not_of(" \t\r\n", at);
        if (at == std::string_view::npos) break;
        const bool quoted = line[at] == '"' || line[at] == '\'';
        std::size_t end;
        if (quoted) {
            end = line.find(line[at], at + 1);
            at++;
        } else {
            end = line.find_first_of(" \t\r\n", at);
        }
        if (end == std::string_view::npos) end = line.size();
        words.emplace_back(line.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

std::vector<batch_line> batch_lines(std::string_view text) {
    std::vector<batch_line> out;
    std::string joined;
    int number = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const bool last = end == std::string_view::npos;
        std::string_view line = text.substr(0, end);
        text.remove_prefix(last ? text.size() : end + 1);
        number++;
        line = line.substr(0, line.find('#'));
        if (line.ends_with('\\') && !text.empty()) {
            joined += line.substr(0, line.size() - 1);
            continue;
        }
        joined += line;
        out.push_back({number, batch_words(joined)});
        joined.clear();
    }
    return out;
}

ns_fd netns_get_fd(tool_context& tool, const std::string& name) {
    if (name.find('/') == std::string::npos) return tool.p.sys.netns_open(name);
    for (const std::string_view folder : {"/run/netns/", "/var/run/netns/"}) {
        if (name.starts_with(folder)) return tool.p.sys.netns_open(name.substr(folder.size()));
    }
    constexpr std::string_view proc = "/proc/", ns_net = "/ns/net";
    if (!name.starts_with(proc) || !name.ends_with(ns_net)) return no_ns;
    const std::string pid = name.substr(proc.size(), name.size() - proc.size() - ns_net.size());
    if (pid == "self") return tool.p.ns;
    const auto number = get_integer(pid, 10);
    return number ? tool.p.sys.netns_of_pid(*number) : no_ns;
}

bool netns_switch(tool_context& tool, const std::string& name) {
    const ns_fd ns = netns_get_fd(tool, name);
    if (ns == no_ns) {
        constexpr std::size_t name_max = 255;
        const bool too_long = name.find('/') == std::string::npos && name.size() > name_max;
        tool.p.err->printf("Cannot open network namespace \"%s\": %s\n", name.c_str(),
                           strerror(too_long ? err::nametoolong : err::noent));
        return false;
    }
    if (!tool.p.sys.is_netns(ns)) {
        tool.p.err->printf("setting the network namespace \"%s\" failed: %s\n", name.c_str(),
                           strerror(err::inval));
        return false;
    }
    tool.p.ns = ns;
    tool.rth.close();
    tool.ll.reset();
    return true;
}

}  // namespace vethlab
