#pragma once
// Files of the machine vethlab runs on: scripts in, captures and recordings out.
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vethlab::host {

// What went wrong with which file, in the words of the operating system.
class file_error : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

std::string read_file(const std::string& name);  // "-" is standard input
void write_file(const std::string& name, std::string_view text);
void write_file(const std::string& name, std::span<const std::byte> bytes);
void make_directory(const std::string& name);  // parents too; fine if it exists

// True for a name that stays below the current directory: relative and without "..".
bool stays_here(const std::string& name);

}  // namespace vethlab::host
