#pragma once
// Bounds for scripts that cannot be trusted; each gives an error, none a crash.
#include <cstddef>

namespace vethlab::sh {

inline constexpr std::size_t max_value = std::size_t{1} << 20;      // of a variable, a word
inline constexpr std::size_t max_variables = std::size_t{4} << 20;  // of a shell, in bytes
inline constexpr std::size_t max_expansion = std::size_t{4} << 20;  // of a command's words
inline constexpr std::size_t max_fields = 100000;                   // words of a command
inline constexpr int max_pieces = 100000;  // words and expansions between two newlines
inline constexpr std::size_t max_pipe = std::size_t{16} << 20;  // what a pipe holds
inline constexpr int max_function_depth = 1000;                 // as dash
inline constexpr int max_eval_depth = 4000;
inline constexpr int max_subshells = 64;  // in each other
inline constexpr std::size_t max_jobs = 200;

}  // namespace vethlab::sh
