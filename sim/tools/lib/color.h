#pragma once
// iproute2: lib/color.c
#include <string_view>

namespace vethlab {

// Is `option` a form of -color[=WHEN]? Then `on` is whether to use colors. "auto" means
// a terminal, and what a lab's tool writes to is none.
inline bool matches_color(std::string_view option, bool& on) {
    const auto equals = option.find('=');
    const auto name = option.substr(0, equals);
    if (name.size() < 2 || !std::string_view("-color").starts_with(name)) return false;
    const auto when = equals == std::string_view::npos ? "" : option.substr(equals + 1);
    if (when != "" && when != "always" && when != "auto" && when != "never") return false;
    on = when == "" || when == "always";
    return true;
}

}  // namespace vethlab
