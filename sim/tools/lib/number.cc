// iputils: iputils_common.c
#include "sim/tools/lib/number.h"

#include <cctype>

namespace vethlab {

std::optional<std::int64_t> strtol_or_err(process& p, const std::string& text,
                                          std::int64_t min, std::int64_t max) {
    const char* name = p.argv[0].c_str();
    std::size_t at = 0;
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) at++;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) at++;
    std::uint64_t v = 0;
    bool overflow = false;
    const std::size_t first = at;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])); at++) {
        const auto digit = std::uint64_t(text[at] - '0');
        if (v > (std::uint64_t(INT64_MAX) - digit) / 10) {
            overflow = true;
        } else {
            v = v * 10 + digit;
        }
    }
    if (overflow || at == first || at != text.size()) {
        p.err->printf("%s: invalid argument: '%s'%s\n", name, text.c_str(),
                      overflow ? ": Numerical result out of range" : "");
        return std::nullopt;
    }
    const std::int64_t n = negative ? -std::int64_t(v) : std::int64_t(v);
    if (n < min || n > max) {
        p.err->printf("%s: invalid argument: '%s': out of range: %lld <= value <= %lld\n",
                      name, text.c_str(), static_cast<long long>(min),
                      static_cast<long long>(max));
        return std::nullopt;
    }
    return n;
}

}  // namespace vethlab
