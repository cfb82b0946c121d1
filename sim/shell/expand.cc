// dash: src/expand.c
#include "sim/shell/interp.h"

#include <algorithm>

#include "sim/shell/arith.h"
#include "sim/shell/limits.h"
#include "sim/shell/parser.h"
#include "sim/shell/pattern.h"

namespace vethlab::sh {

void collector::add(std::string_view text, char mask) {
    bytes += text.size();
    if (bytes > max_expansion) return;
    fields.back().text.append(text);
    fields.back().mask.append(text.size(), mask);
}

// One word becomes any number of fields.
// A word in which there is nothing to expand: most are. False: it is none.
bool interp::take_plain(const word& w, strings& out) const {
    if (w.parts.size() != 1 || w.parts[0].kind != part_kind::text) return false;
    const word_part& part = w.parts[0];
    if (!part.quoted && part.text.find_first_of("*?[") != std::string::npos) return false;
    if (out.size() >= max_fields) return false;
    out.push_back(part.text);
    return true;
}

task<int> interp::expand_fields(const word& w, strings& into) {
    collector c;
    co_await expand_parts(w.parts, 'l', c);
    if (stopping()) co_return 0;
    strings texts, masks;
    split_fields(c, texts, masks);
    std::size_t total = 0;
    for (const auto& t : into) total += t.size() + 8;
    if (total + c.bytes > max_expansion || into.size() + texts.size() > max_fields) {
        out_of_space();
        co_return 0;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!opt_.noglob && has_wildcard(texts[i], masks[i])) {
            glob(std::move(texts[i]), masks[i], into);
        } else {
            into.push_back(std::move(texts[i]));
        }
    }
    co_return 0;
}

// One word stays one: an assignment, the file of a redirection, a here-document.
task<int> interp::expand_string(const word& w, std::string& into) {
    if (w.parts.size() == 1 && w.parts[0].kind == part_kind::text) {
        into = w.parts[0].text;
        co_return 0;
    }
    std::string mask;
    co_return co_await expand_pattern(w.parts, into, mask);
}

task<int> interp::expand_pattern(const std::vector<word_part>& parts, std::string& pattern,
                                 std::string& mask) {
    collector c;
    co_await expand_parts(parts, 'l', c);
    // "$@" where there can be but one field.
    for (auto& f : c.fields) {
        if (&f != &c.fields.front()) {
            pattern += ' ';
            mask += 'q';
        }
        pattern += f.text;
        mask += f.mask;
    }
    co_return 0;
}

task<int> interp::expand_parts(const std::vector<word_part>& parts, char literal, collector& c) {
    for (const auto& part : parts) {
        if (stopping()) co_return 0;
        const char mask = part.quoted ? 'q' : part.kind == part_kind::text ? literal : 'x';
        switch (part.kind) {
            case part_kind::text:
                c.add(part.text, mask);
                if (part.quoted) c.fields.back().quoted = true;
                break;
            case part_kind::param:
                co_await expand_param(part, literal, c);
                break;
            case part_kind::arith:
                co_await expand_arith(part, c);
                break;
            case part_kind::command: {
                std::string output;
                co_await substitute(part.body.get(), output);
                c.add(output, mask);
                if (part.quoted) c.fields.back().quoted = true;
                break;
            }
        }
        if (c.bytes > max_expansion && !stopping()) out_of_space();
    }
    co_return 0;
}

// $@ and $*: each parameter may become a field of its own.
void interp::expand_args(const word_part& part, collector& c) {
    const std::string separators = ifs();
    for (std::size_t i = 0; i < args_.size(); ++i) {
        if (i > 0) {
            if (part.quoted && part.text == "*") {
                c.add(std::string_view(separators).substr(0, 1), 'q');
            } else {
                c.fields.emplace_back();
            }
        }
        c.add(args_[i], part.quoted ? 'q' : 'x');
        if (part.quoted) c.fields.back().quoted = true;
        if (c.bytes > max_expansion || c.fields.size() > max_fields) return out_of_space();
    }
    if (part.quoted && part.text == "*") c.fields.back().quoted = true;
}

task<int> interp::expand_param(const word_part& part, char literal, collector& c) {
    if (part.op == param_op::bad) {
        p_->table.hint(name_ + ": " + part.text + " is not sh");
        error("Bad substitution");
        co_return 0;
    }
    if (part.op != param_op::none && part.op != param_op::length) {
        bool done = false;
        co_await expand_operator(part, literal, c, done);
        if (done || stopping()) co_return 0;
    }
    const bool all = part.text == "@" || part.text == "*";
    const bool trims = part.op >= param_op::prefix && part.op <= param_op::suffix_long;
    if (all && part.op != param_op::length && !trims) {
        expand_args(part, c);
        co_return 0;
    }
    std::string value;
    if (!parameter(part.text, value) && opt_.nounset && !all) {
        error(part.text + ": parameter not set");
        co_return 0;
    }
    if (part.op == param_op::length) value = strf("%zu", value.size());
    if (trims) co_await expand_trim(part, value);
    c.add(value, part.quoted ? 'q' : 'x');
    if (part.quoted) c.fields.back().quoted = true;
    co_return 0;
}

// - = ? +: `done` if the parameter's own value is not wanted any more.
task<int> interp::expand_operator(const word_part& part, char literal, collector& c, bool& done) {
    if (part.op >= param_op::prefix) co_return 0;
    const char inner = part.quoted ? 'q' : literal == 'q' ? 'q' : 'x';
    std::string value;
    const bool all = part.text == "@" || part.text == "*";
    const bool set = all ? !args_.empty() : parameter(part.text, value);
    const bool present =
        set && (!part.colon || !value.empty() || (all && (args_.size() > 1 || !args_[0].empty())));
    if (part.op == param_op::alternative) {
        done = true;
        if (part.quoted) c.fields.back().quoted = true;
        if (present) co_await expand_parts(part.arg, inner, c);
        co_return 0;
    }
    if (present) co_return 0;
    done = true;
    if (part.quoted) c.fields.back().quoted = true;
    if (part.op == param_op::use_default) {
        co_await expand_parts(part.arg, inner, c);
        co_return 0;
    }
    std::string text, mask;
    co_await expand_pattern(part.arg, text, mask);
    if (stopping()) co_return 0;
    if (part.op == param_op::assign) {
        if (!is_name(part.text)) {
            error(part.text + ": bad variable name");
        } else if (assign(part.text, text)) {
            c.add(text, part.quoted ? 'q' : 'x');
        }
        co_return 0;
    }
    if (text.empty()) text = part.colon ? "parameter not set or null" : "parameter not set";
    error(part.text + ": " + text);
    co_return 0;
}

task<int> interp::expand_trim(const word_part& part, std::string& value) {
    std::string pattern, mask;
    co_await expand_pattern(part.arg, pattern, mask);
    const bool prefix = part.op == param_op::prefix || part.op == param_op::prefix_long;
    const bool longest = part.op == param_op::prefix_long || part.op == param_op::suffix_long;
    const std::string_view v = value;
    const auto n = v.size();
    // A long value is tried at each of its places: bounded, so that it stays quick.
    if (n > (std::size_t{1} << 14) && !pattern.empty()) {
        error("a value of more than 16384 bytes cannot be trimmed");
        co_return 0;
    }
    for (std::size_t i = 0; i <= n; ++i) {
        const auto cut = longest ? n - i : i;  // so many bytes go
        if (!matches(pattern, mask, prefix ? v.substr(0, cut) : v.substr(n - cut))) continue;
        value = prefix ? value.substr(cut) : value.substr(0, n - cut);
        break;
    }
    co_return 0;
}

task<int> interp::expand_arith(const word_part& part, collector& c) {
    struct access final : arith_variables {
        interp& shell;
        explicit access(interp& s) : shell(s) {}
        std::string get(std::string_view name) override {
            const std::string* v = shell.vars_.value(name);
            return v ? *v : std::string();
        }
        bool set(std::string_view name, const std::string& value) override {
            return shell.vars_.set(name, value) == variables::outcome::ok;
        }
    };
    std::string text, mask, failure;
    co_await expand_pattern(part.arg, text, mask);
    if (stopping()) co_return 0;
    access vars(*this);
    const auto value = arith(text, vars, failure);
    if (stopping()) co_return 0;
    if (!failure.empty()) {
        error(failure);
        co_return 0;
    }
    c.add(std::to_string(value), part.quoted ? 'q' : 'x');
    if (part.quoted) c.fields.back().quoted = true;
    co_return 0;
}

}  // namespace vethlab::sh
