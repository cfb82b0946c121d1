#include "host/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace vethlab::host {
namespace {

// Nobody types more; a device like /dev/zero has no end.
constexpr std::size_t most_of_a_script = 64 << 20;

struct closer {
    void operator()(std::FILE* f) const {
        if (f != stdin) std::fclose(f);
    }
};
using file = std::unique_ptr<std::FILE, closer>;

[[noreturn]] void fail(const std::string& name, int number) {
    throw file_error(name + ": " + std::strerror(number));
}

}  // namespace

std::string read_file(const std::string& name) {
    file f(name == "-" ? stdin : std::fopen(name.c_str(), "rb"));
    if (!f) fail(name, errno);
    std::string text;
    char chunk[65536];
    while (const auto n = std::fread(chunk, 1, sizeof chunk, f.get())) {
        text.append(chunk, n);
        if (text.size() > most_of_a_script) fail(name, EFBIG);
    }
    if (std::ferror(f.get())) fail(name, errno);  // a directory opens, and fails here
    return text;
}

void write_file(const std::string& name, std::string_view text) {
    write_file(name, std::as_bytes(std::span(text)));
}

void write_file(const std::string& name, std::span<const std::byte> bytes) {
    file f(std::fopen(name.c_str(), "wb"));
    if (!f) fail(name, errno);
    if (!bytes.empty() &&
        std::fwrite(bytes.data(), 1, bytes.size(), f.get()) != bytes.size()) {
        fail(name, errno);
    }
    if (std::fclose(f.release()) != 0) fail(name, errno);
}

void make_directory(const std::string& name) {
    std::error_code error;
    std::filesystem::create_directories(name, error);
    if (error) fail(name, error.value());
}

bool stays_here(const std::string& name) {
    const std::filesystem::path path(name);
    if (path.empty() || path.is_absolute()) return false;
    for (const auto& part : path) {
        if (part == "..") return false;
    }
    return true;
}

}  // namespace vethlab::host
