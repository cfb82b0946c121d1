#pragma once
// printf into strings: the tools' output is specified in printf's terms, and snprintf is
// a tenth of std::format in a WebAssembly module.
#include <cstdarg>
#include <string>
#include <string_view>

namespace vethlab {

std::string vstrf(const char* fmt, std::va_list ap);
std::string strf(const char* fmt, ...) __attribute__((format(printf, 1, 2)));

// Where a process's standard output or standard error goes.
class writer {
 public:
    virtual ~writer() = default;
    virtual void write(std::string_view s) = 0;
    void printf(const char* fmt, ...) __attribute__((format(printf, 2, 3)));
};

class string_writer final : public writer {
 public:
    void write(std::string_view s) override { text.append(s); }
    std::string text;
};

class null_writer final : public writer {
 public:
    void write(std::string_view) override {}
};

}  // namespace vethlab
