// Words of the form "count 3" among others, as inject and udpsend take them.
#include "sim/tools/lib/word_options.h"

#include <charconv>

namespace vethlab {

bool word_options::parse(process& p) {
    for (std::size_t i = 1; i < p.argv.size(); i++) {
        const auto key = numbers.find(p.argv[i]);
        if (key == numbers.end() || i + 1 == p.argv.size()) {
            words.push_back(p.argv[i]);
            continue;
        }
        const std::string& value = p.argv[++i];
        const char* end = value.data() + value.size();
        std::int64_t n = 0;
        const auto [at, problem] = std::from_chars(value.data(), end, n);
        if (problem != std::errc{} || at != end || n < 0 || n > INT32_MAX) {
            p.err->printf("%s: invalid %s: '%s'\n", p.argv[0].c_str(), key->first.c_str(),
                          value.c_str());
            return false;
        }
        key->second = n;
    }
    return true;
}

}  // namespace vethlab
