#include "sim/text.h"

#include <cstdio>

namespace vethlab {

std::string vstrf(const char* fmt, std::va_list ap) {
    std::va_list again;
    va_copy(again, ap);
    char small[256];
    const int n = std::vsnprintf(small, sizeof small, fmt, ap);
    std::string s;
    if (n < 0) {
        // An unusable format: the compiler checks them all, so print nothing.
    } else if (std::size_t(n) < sizeof small) {
        s.assign(small, std::size_t(n));
    } else {
        s.resize(std::size_t(n) + 1);
        std::vsnprintf(s.data(), s.size(), fmt, again);
        s.resize(std::size_t(n));
    }
    va_end(again);
    return s;
}

std::string strf(const char* fmt, ...) {
    std::va_list ap;
    va_start(ap, fmt);
    std::string s = vstrf(fmt, ap);
    va_end(ap);
    return s;
}

void writer::printf(const char* fmt, ...) {
    std::va_list ap;
    va_start(ap, fmt);
    write(vstrf(fmt, ap));
    va_end(ap);
}

}  // namespace vethlab
