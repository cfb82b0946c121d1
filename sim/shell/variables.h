#pragma once
// dash: src/var.c. The variables of one shell; a copy shares them until one of the two changes.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::sh {

struct variable {
    std::optional<std::string> value;
    bool exported = false, readonly = false;
};

class variables {
 public:
    using map = std::map<std::string, variable, std::less<>>;

    variables() : vars_(std::make_shared<map>()) {}

    const variable* find(std::string_view name) const;
    const std::string* value(std::string_view name) const;  // nullptr if unset
    bool is_readonly(std::string_view name) const;
    enum class outcome { ok, read_only, out_of_space };
    outcome set(std::string_view name, std::string value);
    outcome unset(std::string_view name);
    void mark(std::string_view name, bool exported, bool readonly);
    const map& all() const { return *vars_; }
    std::vector<std::string> environment() const;  // NAME=value of what is exported

    // `local`: what it hides comes back at the end of the function.
    void begin_scope() { scopes_.emplace_back(); }
    void end_scope();
    void hide(std::string_view name);
    bool in_scope() const { return !scopes_.empty(); }

 private:
    map& own();
    void account(const variable* old, const variable* fresh);

    std::shared_ptr<map> vars_;
    std::size_t bytes_ = 0;
    std::vector<std::vector<std::pair<std::string, std::optional<variable>>>> scopes_;
};

}  // namespace vethlab::sh
