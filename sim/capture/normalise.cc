#include "sim/capture/normalise.h"

#include <algorithm>
#include <optional>

namespace vethlab {
namespace {

constexpr std::size_t addresses_end = 12, ip_header = 20, icmp_header = 8, time_stamp = 16;
constexpr std::uint8_t icmp_protocol = 1;

// The sum of 16-bit words, an odd byte at the end padded.
std::uint64_t sum_words(bytes_view b) {
    std::uint64_t sum = 0;
    std::size_t at = 0;
    for (; at + 1 < b.size(); at += 2) sum += be16(b, at);
    return at < b.size() ? sum + (std::uint64_t(u8(b, at)) << 8) : sum;
}

// Carries the change from `old` to `now` over to the checksum at `at`: a right one stays right,
// a wrong one wrong.
void fix_sum(bytes_span frame, std::size_t at, bytes_view old, bytes_view now) {
    const std::uint64_t before = sum_words(old) % 0xffff, after = sum_words(now) % 0xffff;
    if (std::equal(old.begin(), old.end(), now.begin(), now.end())) return;
    std::uint64_t x = (std::uint64_t(be16(frame, at) ^ 0xffff) + 0xffff - before + after) % 0xffff;
    if (x == 0) x = 0xffff;
    put16(frame, at, std::uint16_t(x ^ 0xffff));
}

std::vector<std::byte> copy_of(bytes_view b) { return {b.begin(), b.end()}; }

class frame_normaliser {
 public:
    frame_normaliser(bytes_span frame, datagram_ids& ids) : frame_(frame), ids_(ids) {}

    void ip(std::size_t at, std::size_t limit) {
        if (limit < at + ip_header || u8(frame_, at) >> 4 != 4) return;
        const std::size_t header = (u8(frame_, at) & 15u) * 4u;
        if (header < ip_header || limit - at < header) return;
        const std::size_t total = be16(frame_, at + 2);
        const std::uint16_t ident = be16(frame_, at + 4), fragment = be16(frame_, at + 6);
        const auto now = frame_.subspan(at, header);
        const auto old = copy_of(now);
        if (ident) {
            put16(frame_, at + 4, fragment & 0x3fff ? ids_.number(key(at, ident)) : 1);
            fix_sum(frame_, at + 10, old, now);
        }
        if (u8(frame_, at + 9) == icmp_protocol && (fragment & 0x1fff) == 0) {
            icmp(at + header, std::min(limit, at + total));
        }
    }

 private:
    // Whose identifier it is: source, destination, protocol.
    std::string key(std::size_t at, std::uint16_t ident) const {
        const auto* bytes = reinterpret_cast<const char*>(frame_.data());
        return std::string(bytes + at + 12, 8) + bytes[at + 9] + char(ident >> 8) + char(ident);
    }

    void icmp(std::size_t at, std::size_t end) {
        if (end < at + icmp_header) return;
        const auto now = frame_.subspan(at, end - at);
        const auto old = copy_of(now);
        switch (u8(frame_, at)) {
            case 0:
            case 8:
                if (be16(frame_, at + 4)) put16(frame_, at + 4, 1);
                if (now.size() >= icmp_header + time_stamp) {
                    const auto stamp = now.subspan(icmp_header, time_stamp);
                    std::fill(stamp.begin(), stamp.end(), std::byte{0});
                }
                break;
            case 3:
            case 4:
            case 5:
            case 11:
            case 12:
                ip(at + icmp_header, end);  // the packet quoted in an error
                break;
        }
        fix_sum(frame_, at + 2, old, now);
    }

    bytes_span frame_;
    datagram_ids& ids_;
};

// ---- output

// A rule is a text with classes of characters in it:
constexpr char number = '\1';      // 12 or 1.25
constexpr char digits = '\2';      // 12
constexpr char blanks = '\3';      // one or more
constexpr char any_blanks = '\4';  // none or more
constexpr char tabs = '\5';        // one or more, which stay
constexpr char line_end = '\6';
constexpr char relation = '\x0e';  // = or <
constexpr char hex3 = '\x0f';      // three hexadecimal digits
constexpr char word_start = '\x10';
constexpr char blank_follows = '\x12';  // or the end

struct output_rule {
    const char* pattern;
    const char* replacement;  // `tabs` in it are those that were found
};
constexpr output_rule output_rules[] = {
    {"time\x0e\1 ms", "time=T ms"},  // ping, a reply
    {", time \2ms", ", time Tms"},   // ping, at its end
    {"rtt min/avg/max/mdev = \1/\1/\1/\1 ms", "rtt min/avg/max/mdev = T/T/T/T ms"},
    {", ipg/ewma \1/\1 ms", ", ipg/ewma T/T ms"},
    {"]  \1ms\6", "]  Tms"},              // arping
    {"_timer\3\1", "_timer T"},           // ip -d link, bridge
    {"_timer\":\4\1", "_timer\":\"T\""},  // the same as JSON
    {" timer\5\4\1", " timer\5T"},        // brctl showstp
    {"\tno\t\t\4\1\6", "\tno\t\tT"},      // brctl showmacs, learned entries
    {"\x10used \2/\2/\2", "used T/T/T"},  // ip -s neigh
    {"\x10used \2/\2", "used T/T"},       // bridge -s fdb
    {"\x10"
     "expires \2sec",
     "expires Tsec"},  // route exceptions
    {"\x10"
     "8\x0f:\x12",
     "8XXX:"},  // tc, automatic handles
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

struct match {
    std::size_t end;
    std::string tabs_found;
};

class matcher {
 public:
    matcher(std::string_view line, std::size_t start) : line_(line), at_(start) {}

    std::optional<match> run(const char* pattern) {
        for (; *pattern; pattern++) {
            if (!take(*pattern)) return std::nullopt;
        }
        return match{at_, tabs_};
    }

 private:
    char here(std::size_t ahead = 0) const {
        return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0';
    }
    std::size_t skip(bool (*wanted)(char)) {
        const auto start = at_;
        while (at_ < line_.size() && wanted(line_[at_])) at_++;
        return at_ - start;
    }
    bool take(char c) {
        switch (c) {
            case number:
                if (!skip(is_digit)) return false;
                if (here() == '.' && is_digit(here(1))) {
                    at_++;
                    skip(is_digit);
                }
                return true;
            case digits:
                return skip(is_digit) > 0;
            case blanks:
                return skip([](char x) { return x == ' '; }) > 0;
            case any_blanks:
                skip([](char x) { return x == ' '; });
                return true;
            case tabs: {
                const auto n = skip([](char x) { return x == '\t'; });
                tabs_.assign(n, '\t');
                return n > 0;
            }
            case line_end:
                return at_ == line_.size();
            case relation:
                return at_ < line_.size() && (line_[at_] == '=' || line_[at_] == '<') && ++at_;
            case hex3:
                if (!is_hex(here()) || !is_hex(here(1)) || !is_hex(here(2))) return false;
                at_ += 3;
                return true;
            case word_start:
                return at_ == 0 || !is_word(line_[at_ - 1]);
            case blank_follows:
                return at_ == line_.size() || line_[at_] == ' ';
            default:
                return at_ < line_.size() && line_[at_] == c && ++at_;
        }
    }

    std::string_view line_;
    std::size_t at_;
    std::string tabs_;
};

std::string apply_rule(const output_rule& rule, const std::string& line) {
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
        const auto found = matcher(line, at).run(rule.pattern);
        if (!found) {
            out += line[at++];
            continue;
        }
        for (const char* c = rule.replacement; *c; c++) {
            if (*c == tabs) {
                out += found->tabs_found;
            } else {
                out += *c;
            }
        }
        at = found->end;
    }
    return out;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && !is_space(text[end])) end++;
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

bool is_neigh(std::string_view w) {
    if (w == "n" || w == "ne") return true;
    return w.starts_with("nei") && std::all_of(w.begin(), w.end(), is_word);
}

// `ip [OPTION...] neigh`, also behind `ip netns exec NS`.
bool shows_neighbours(const std::vector<std::string_view>& words) {
    for (std::size_t i = 0; i < words.size(); i++) {
        const auto w = words[i];
        if (!w.ends_with("ip") || (w.size() > 2 && is_word(w[w.size() - 3]))) continue;
        std::size_t next = i + 1;
        while (next < words.size() && words[next].size() > 1 && words[next][0] == '-') {
            next += words[next] == "-n" || words[next] == "-netns" ? 2 : 1;
        }
        if (next < words.size() && is_neigh(words[next])) return true;
    }
    return false;
}

}  // namespace

std::vector<std::byte> normalise_frame(bytes_view frame, datagram_ids& ids) {
    auto out = copy_of(frame);
    const bytes_span bytes = out;
    std::size_t at = addresses_end;
    const auto type = [&] { return bytes.size() >= at + 2 ? be16(bytes, at) : 0; };
    while (bytes.size() >= at + 6 && (type() == 0x8100 || type() == 0x88a8)) at += 4;
    if (type() == 0x0800) frame_normaliser(bytes, ids).ip(at + 2, bytes.size());
    return out;
}

std::vector<std::string> normalise_output(std::string_view command,
                                          std::vector<std::string> lines) {
    for (auto& line : lines) {
        for (const auto& rule : output_rules) line = apply_rule(rule, line);
    }
    const auto words = words_of(command);
    // The kernel lists neighbours in the order of a hash with a random seed.
    const bool arp = std::find(words.begin(), words.end(), "arp") != words.end();
    if (shows_neighbours(words)) {
        std::sort(lines.begin(), lines.end());
    } else if (arp && !lines.empty()) {
        std::sort(lines.begin() + 1, lines.end());
    }
    return lines;
}

}  // namespace vethlab
