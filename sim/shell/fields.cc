// dash: src/expand.c (varvalue, ifsbreakup, expmeta)
#include <algorithm>

#include "sim/shell/interp.h"
#include "sim/shell/limits.h"
#include "sim/shell/parser.h"
#include "sim/shell/pattern.h"

namespace vethlab::sh {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

}  // namespace

std::string interp::ifs() const {
    const std::string* v = vars_.value("IFS");
    return v ? *v : std::string(" \t\n");
}

// False if it is not set; the value then is empty.
bool interp::parameter(std::string_view name, std::string& value) const {
    value.clear();
    if (is_name(name)) {
        const std::string* v = vars_.value(name);
        if (v) value = *v;
        return v != nullptr;
    }
    const char c = name[0];
    if (c >= '0' && c <= '9') {
        std::size_t n = 0;
        for (const char d : name)
            n = std::min<std::size_t>(n * 10 + std::size_t(d - '0'), 1u << 30);
        if (n == 0) {
            value = name_;
        } else if (n <= args_.size()) {
            value = args_[n - 1];
        }
        return n <= args_.size();
    }
    switch (c) {
        case '#':
            value = strf("%zu", args_.size());
            return true;
        case '?':
            value = strf("%d", status_);
            return true;
        case '$':
            value = strf("%d", shell_pid_);
            return true;
        case '!':
            if (last_background_ == 0) return false;
            value = strf("%d", last_background_);
            return true;
        case '-':
            if (opt_.nounset) value += 'u';
            if (opt_.xtrace) value += 'x';
            if (opt_.noglob) value += 'f';
            if (opt_.errexit) value += 'e';
            return true;
        default:  // @ and *, where they have to be one
            for (const auto& a : args_) value += (value.empty() ? "" : " ") + a;
            return !args_.empty();
    }
}

bool interp::assign(std::string_view name, std::string value) {
    switch (vars_.set(name, std::move(value))) {
        case variables::outcome::ok:
            return true;
        case variables::outcome::read_only:
            error(std::string(name) + ": is read only");
            break;
        case variables::outcome::out_of_space:
            out_of_space();
            break;
    }
    return false;
}

// Blanks of IFS separate fields and vanish at both ends; every other character of IFS ends one.
void interp::split_fields(const collector& c, strings& out, strings& masks) const {
    const std::string separators = ifs();
    const auto emit = [&](std::string& text, std::string& mask) {
        out.push_back(std::exchange(text, {}));
        masks.push_back(std::exchange(mask, {}));
    };
    for (const auto& f : c.fields) {
        if (f.mask.find('x') == std::string::npos ||
            f.text.find_first_of(separators) == std::string::npos) {
            if (f.text.empty() && !f.quoted) continue;
            out.push_back(f.text);
            masks.push_back(f.mask);
            continue;
        }
        std::string text, mask;
        bool have = false, any = false;
        const auto separates = [&](std::size_t i) {
            return f.mask[i] == 'x' && separators.find(f.text[i]) != std::string::npos;
        };
        const auto skip_blanks = [&](std::size_t i) {
            while (i < f.text.size() && separates(i) && is_blank(f.text[i])) ++i;
            return i;
        };
        for (std::size_t i = 0; i < f.text.size();) {
            if (!separates(i)) {
                text += f.text[i];
                mask += f.mask[i++];
                have = true;
                continue;
            }
            i = skip_blanks(i);
            const bool hard = i < f.text.size() && separates(i);
            if (hard) i = skip_blanks(i + 1);
            if (hard || have) {
                emit(text, mask);
                any = true;
            }
            have = false;
        }
        if (have || (f.quoted && !any)) emit(text, mask);
    }
}

// Names that match; the word itself if none does.
void interp::glob(std::string text, const std::string& mask, strings& out) {
    const auto slash = text.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : text.substr(0, slash);
    const std::size_t base = slash == std::string::npos ? 0 : slash + 1;
    bool any = false;
    if (!has_wildcard(directory, std::string_view(mask).substr(0, directory.size())) || base == 0) {
        const std::string_view pattern = std::string_view(text).substr(base);
        for (const auto& name : names_in(*p_, *env_, directory.empty() ? "/" : directory)) {
            if (name.starts_with('.') && !pattern.starts_with('.')) continue;
            if (!matches(pattern, std::string_view(mask).substr(base), name)) continue;
            out.push_back(text.substr(0, base) + name);
            any = true;
        }
    }
    if (!any) out.push_back(std::move(text));
}

}  // namespace vethlab::sh
