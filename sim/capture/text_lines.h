#pragma once
// What recordings are made of.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab {

std::vector<std::string> lines_of(std::string_view text);
std::vector<std::string> words_of(std::string_view line);
std::vector<std::byte> bytes_of_hex(std::string_view text);

}  // namespace vethlab
