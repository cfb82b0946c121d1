#pragma once
// Random labs: lab `number` of `seed` is always the same script.
#include <cstdint>
#include <string>

namespace vethlab::host::fuzz {

// Until nothing is under way. Two neighbours may be tried in turn, the second by the error about the
// first: on the kernel, three times 20 ms and a tick or two for each, close to 100 ms.
constexpr const char* after_traffic = "sleep 0.25";

std::string generate_lab(std::uint64_t seed, std::uint64_t number);

}  // namespace vethlab::host::fuzz
