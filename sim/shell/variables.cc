// dash: src/var.c
#include "sim/shell/variables.h"

#include "sim/shell/limits.h"

namespace vethlab::sh {

const variable* variables::find(std::string_view name) const {
    const auto it = vars_->find(name);
    return it == vars_->end() ? nullptr : &it->second;
}
const std::string* variables::value(std::string_view name) const {
    const variable* v = find(name);
    return v && v->value ? &*v->value : nullptr;
}
bool variables::is_readonly(std::string_view name) const {
    const variable* v = find(name);
    return v && v->readonly;
}

variables::map& variables::own() {
    if (vars_.use_count() > 1) vars_ = std::make_shared<map>(*vars_);
    return *vars_;
}

void variables::account(const variable* old, const variable* fresh) {
    if (old && old->value) bytes_ -= old->value->size();
    if (fresh && fresh->value) bytes_ += fresh->value->size();
}

variables::outcome variables::set(std::string_view name, std::string value) {
    const variable* old = find(name);
    if (old && old->readonly) return outcome::read_only;
    const std::size_t before = old && old->value ? old->value->size() : 0;
    // A variable costs something even if it is empty.
    constexpr std::size_t entry = 64;
    if (value.size() > max_value ||
        vars_->size() * entry + bytes_ - before + value.size() > max_variables) {
        return outcome::out_of_space;
    }
    bytes_ += value.size() - before;
    map& m = own();
    const auto it = m.find(name);
    if (it != m.end()) {
        it->second.value = std::move(value);
    } else {
        m[std::string(name)].value = std::move(value);
    }
    return outcome::ok;
}

variables::outcome variables::unset(std::string_view name) {
    const variable* old = find(name);
    if (!old) return outcome::ok;
    if (old->readonly) return outcome::read_only;
    account(old, nullptr);
    map& m = own();
    m.erase(m.find(name));
    return outcome::ok;
}

void variables::mark(std::string_view name, bool exported, bool readonly) {
    variable& v = own()[std::string(name)];
    v.exported = v.exported || exported;
    v.readonly = v.readonly || readonly;
}

std::vector<std::string> variables::environment() const {
    std::vector<std::string> out;
    for (const auto& [name, v] : *vars_) {
        if (v.exported && v.value) out.push_back(name + '=' + *v.value);
    }
    return out;
}

void variables::hide(std::string_view name) {
    auto& scope = scopes_.back();
    for (const auto& [hidden, old] : scope) {
        if (hidden == name) return;
    }
    const variable* v = find(name);
    scope.emplace_back(std::string(name), v ? std::optional<variable>(*v) : std::nullopt);
}

void variables::end_scope() {
    auto scope = std::move(scopes_.back());
    scopes_.pop_back();
    for (auto& [name, old] : scope) {
        account(find(name), old ? &*old : nullptr);
        map& m = own();
        if (old) {
            m[name] = std::move(*old);
        } else if (const auto it = m.find(name); it != m.end()) {
            m.erase(it);
        }
    }
}

}  // namespace vethlab::sh
