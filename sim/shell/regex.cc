// POSIX.2: regcomp(3), regexec(3)
#include "sim/shell/regex.h"

#include <algorithm>
#include <cctype>

#include "sim/shell/pattern.h"

namespace vethlab::sh {
namespace {

constexpr std::size_t max_steps = 2000;
constexpr int max_depth = 100;
constexpr int max_repeat = 500;

bool is_word(std::string_view s, std::size_t at) {
    return at < s.size() && (std::isalnum(static_cast<unsigned char>(s[at])) || s[at] == '_');
}

}  // namespace

// A recursive descent that emits Thompson's automaton. A piece of program can be copied, for
// {n,m}, because its jumps are relative.
class regex_compiler {
 public:
    using program = std::vector<regex::step>;
    using op = regex::op;

    regex_compiler(regex& r, std::string_view p, const regex::options& o, std::string& error)
        : r_(r),
          p_(p),
          extended_(o.syntax == regex_syntax::extended),
          fold_(o.ignore_case),
          error_(error) {}

    void run(bool word, bool line) {
        program all;
        if (line) all.push_back({op::line_begin, 0, 0});
        if (word) all.push_back({op::no_word_before, 0, 0});
        const program body = alternation(0);
        all.insert(all.end(), body.begin(), body.end());
        if (error_.empty() && at_ < p_.size()) fail("Unmatched ) or \\)");
        if (word) all.push_back({op::no_word_after, 0, 0});
        if (line) all.push_back({op::line_end, 0, 0});
        all.push_back({op::end, 0, 0});
        r_.steps_ = std::move(all);
    }

 private:
    void fail(const char* what) {
        if (error_.empty()) error_ = what;
        at_ = p_.size();
    }
    bool more() const { return at_ < p_.size(); }
    // ( in extended, \( in basic expressions.
    bool at_special(char c) const {
        if (extended_) return more() && p_[at_] == c;
        return at_ + 1 < p_.size() && p_[at_] == '\\' && p_[at_ + 1] == c;
    }
    void skip_special() { at_ += extended_ ? 1 : 2; }

    program alternation(int depth) {
        program left = sequence(depth);
        while (at_special('|')) {
            skip_special();
            const program right = sequence(depth);
            program both;
            both.push_back({op::split, 1, int(left.size()) + 2});
            both.insert(both.end(), left.begin(), left.end());
            both.push_back({op::jump, int(right.size()) + 1, 0});
            both.insert(both.end(), right.begin(), right.end());
            left = std::move(both);
            if (left.size() > max_steps) fail("Regular expression too big");
        }
        return left;
    }

    program sequence(int depth) {
        program all;
        bool first = true;
        while (more() && !at_special('|')) {
            if (at_special(')')) {
                if (depth > 0 || !extended_) break;
                // A lone ) of an extended expression is a character.
            }
            program one = atom(depth, first);
            first = false;
            repeat(one);
            all.insert(all.end(), one.begin(), one.end());
            if (all.size() > max_steps) fail("Regular expression too big");
        }
        return all;
    }

    program one_set(const std::bitset<256>& set) {
        if (r_.sets_.size() >= max_steps) fail("Regular expression too big");
        r_.sets_.push_back(set);
        return {{op::set, int(r_.sets_.size()) - 1, 0}};
    }
    program one_char(char c) {
        std::bitset<256> set;
        add(set, static_cast<unsigned char>(c));
        return one_set(set);
    }
    void add(std::bitset<256>& set, unsigned char c) const {
        set.set(c);
        if (!fold_) return;
        set.set(static_cast<unsigned char>(std::tolower(c)));
        set.set(static_cast<unsigned char>(std::toupper(c)));
    }

    program atom(int depth, bool first) {
        if (at_special('(')) {
            if (depth >= max_depth) {
                fail("Regular expression too big");
                return {};
            }
            skip_special();
            program inner = alternation(depth + 1);
            if (!at_special(')')) {
                fail("Unmatched ( or \\(");
                return {};
            }
            skip_special();
            return inner;
        }
        const char c = p_[at_];
        switch (c) {
            case '.':
                ++at_;
                return {{op::any, 0, 0}};
            case '[':
                return bracket();
            case '\\':
                return escape();
            case '^':
                if (!extended_ && !first) break;
                ++at_;
                return {{op::line_begin, 0, 0}};
            case '$': {
                const auto rest = p_.substr(at_ + 1);
                if (!extended_ && !rest.empty() && !rest.starts_with("\\)") &&
                    !rest.starts_with("\\|")) {
                    break;
                }
                ++at_;
                return {{op::line_end, 0, 0}};
            }
            case '*':
            case '+':
            case '?':
                // With nothing to repeat: nothing, in an extended expression.
                if (!extended_ || !first) break;
                ++at_;
                return {};
            default:
                break;
        }
        ++at_;
        return one_char(c);
    }

    program escape() {
        if (at_ + 1 >= p_.size()) {
            fail("Trailing backslash");
            return {};
        }
        const char c = p_[at_ + 1];
        at_ += 2;
        switch (c) {
            case '<':
                return {{op::word_begin, 0, 0}};
            case '>':
                return {{op::word_end, 0, 0}};
            case 'b':
                return {{op::word_edge, 0, 0}};
            case 'B':
                return {{op::not_edge, 0, 0}};
            case 'w':
            case 'W':
            case 's':
            case 'S':
                return class_escape(c);
            default:
                break;
        }
        if (c >= '1' && c <= '9') {
            fail("back references (\\1 ...) are not supported");
            return {};
        }
        return one_char(c);
    }
    program class_escape(char c) {
        std::bitset<256> set;
        for (int i = 0; i < 256; ++i) {
            const bool in =
                c == 'w' || c == 'W' ? std::isalnum(i) || i == '_' : std::isspace(i) != 0;
            if (in == (c == 'w' || c == 's')) set.set(std::size_t(i));
        }
        return one_set(set);
    }

    program bracket() {
        std::bitset<256> set;
        std::size_t end = at_;
        // A ^ inverts here, but not a !, which a pattern of the shell would take so.
        const bool plain_bang = at_ + 1 < p_.size() && p_[at_ + 1] == '!';
        const std::string mask = plain_bang ? std::string(at_ + 1, 'l') + 'q' : std::string();
        for (int i = 0; i < 256; ++i) {
            bool in = false;
            end = at_;
            if (!match_bracket(p_, mask, end, char(i), in)) {
                fail("Invalid regular expression");
                return {};
            }
            if (in) set.set(std::size_t(i));
        }
        const bool inverted = p_[at_ + 1] == '^';
        if (fold_) {
            std::bitset<256> folded;
            for (int i = 0; i < 256; ++i) {
                const auto low = std::size_t(std::tolower(i)), high = std::size_t(std::toupper(i));
                const bool in = inverted ? set[low] && set[high] : set[low] || set[high];
                if (in) folded.set(std::size_t(i));
            }
            set = folded;
        }
        at_ = end;
        return one_set(set);
    }

    bool braces(int& low, int& high) {
        skip_special();
        const auto number = [&](int& n) {
            n = -1;
            while (more() && std::isdigit(static_cast<unsigned char>(p_[at_]))) {
                n = std::min(std::max(n, 0) * 10 + (p_[at_++] - '0'), 100000);
            }
        };
        number(low);
        high = low;
        if (more() && p_[at_] == ',') {
            ++at_;
            number(high);
            if (low < 0) low = 0;
        }
        if (!at_special('}')) return false;
        skip_special();
        return low >= 0 && (high < 0 || low <= high);
    }

    void repeat(program& one) {
        for (;;) {
            int low = 0, high = -1;
            if (!more()) return;
            if (p_[at_] == '*') {
                ++at_;
            } else if (at_special('+')) {
                skip_special();
                low = 1;
            } else if (at_special('?')) {
                skip_special();
                high = 1;
            } else if (at_special('{')) {
                if (!braces(low, high)) return fail("Invalid content of \\{\\}");
                if (low > max_repeat || high > max_repeat)
                    return fail("Regular expression too big");
            } else {
                return;
            }
            one = repeated(one, low, high);
        }
    }

    program repeated(const program& one, int low, int high) {
        const auto copies = std::size_t(std::max({low, high, 1})) + 1;
        if (copies * (one.size() + 2) > max_steps) {
            fail("Regular expression too big");
            return {};
        }
        program all;
        const int n = int(one.size());
        const auto append = [&] { all.insert(all.end(), one.begin(), one.end()); };
        for (int i = 0; i < low; ++i) append();
        if (high < 0) {
            all.push_back({op::split, 1, n + 2});
            append();
            all.push_back({op::jump, -(n + 1), 0});
        }
        for (int i = low; i < high; ++i) {
            all.push_back({op::split, 1, n + 1});
            append();
        }
        return all;
    }

    regex& r_;
    std::string_view p_;
    bool extended_, fold_;
    std::string& error_;
    std::size_t at_ = 0;
};

std::optional<regex> regex::compile(std::string_view pattern, const options& o,
                                    std::string& error) {
    regex r;
    error.clear();
    std::string text(pattern);
    if (o.syntax == regex_syntax::fixed) {
        text.clear();
        for (const char c : pattern) {
            if (std::string_view("\\.[*^$").find(c) != std::string_view::npos) text += '\\';
            text += c;
        }
    }
    regex_compiler(r, text, o, error).run(o.whole_word, o.whole_line);
    if (!error.empty()) return std::nullopt;
    return r;
}

std::optional<regex::span> regex::search(std::string_view line, std::size_t from) const {
    // Threads carry where they began; the one that began first wins a step.
    constexpr auto none = std::string_view::npos;
    std::vector<std::size_t> now(steps_.size(), none), next(steps_.size(), none);
    std::vector<int> stack;
    std::optional<span> best;

    const auto holds = [&](op what, std::size_t at) {
        const bool before = at > 0 && is_word(line, at - 1), after = is_word(line, at);
        switch (what) {
            case op::line_begin:
                return at == 0;
            case op::line_end:
                return at == line.size();
            case op::word_begin:
                return !before && after;
            case op::word_end:
                return before && !after;
            case op::word_edge:
                return before != after;
            case op::no_word_before:
                return !before;
            case op::no_word_after:
                return !after;
            default:
                return before == after;
        }
    };
    // Follows everything that takes no character.
    const auto enter = [&](std::vector<std::size_t>& set, int at_step, std::size_t began,
                           std::size_t at) {
        stack.assign(1, at_step);
        while (!stack.empty()) {
            const int s = stack.back();
            stack.pop_back();
            if (set[std::size_t(s)] <= began && set[std::size_t(s)] != none) continue;
            set[std::size_t(s)] = began;
            const step& st = steps_[std::size_t(s)];
            switch (st.what) {
                case op::jump:
                    stack.push_back(s + st.a);
                    break;
                case op::split:
                    stack.push_back(s + st.a);
                    stack.push_back(s + st.b);
                    break;
                case op::end:
                    if (!best || began < best->begin || (began == best->begin && at > best->end)) {
                        best = span{began, at};
                    }
                    break;
                case op::any:
                case op::set:
                    break;
                default:
                    if (holds(st.what, at)) stack.push_back(s + 1);
            }
        }
    };

    for (std::size_t at = from; at <= line.size(); ++at) {
        if (!best) enter(now, 0, at, at);
        if (at == line.size()) break;
        std::fill(next.begin(), next.end(), none);
        bool alive = false;
        const auto c = static_cast<unsigned char>(line[at]);
        for (std::size_t s = 0; s < steps_.size(); ++s) {
            if (now[s] == none || (best && now[s] > best->begin)) continue;
            const step& st = steps_[s];
            const bool takes =
                st.what == op::any || (st.what == op::set && sets_[std::size_t(st.a)][c]);
            if (!takes) continue;
            enter(next, int(s) + 1, now[s], at + 1);
            alive = true;
        }
        now.swap(next);
        if (!alive && best) break;
    }
    return best;
}

}  // namespace vethlab::sh
