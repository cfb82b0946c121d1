#pragma once
// Random labs: lab `number` of `seed` is always the same script.
#include <cstdint>
#include <string>

namespace vethlab::host::fuzz {

std::string generate_lab(std::uint64_t seed, std::uint64_t number);

}  // namespace vethlab::host::fuzz
