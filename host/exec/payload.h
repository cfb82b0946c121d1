#pragma once
// What stands in a request or an answer.
#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/nlmsg.h"

namespace vethlab::host {

inline std::string_view text_of(bytes_view payload) {
    return {reinterpret_cast<const char*>(payload.data()), payload.size()};
}

// The words of a payload, each with a zero byte at its end.
inline std::vector<std::string> words_of(bytes_view payload) {
    std::vector<std::string> words;
    auto rest = text_of(payload);
    for (auto end = rest.find('\0'); end != rest.npos; end = rest.find('\0')) {
        words.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    return words;
}

inline std::string first_word(bytes_view payload) {
    const auto text = text_of(payload);
    return std::string(text.substr(0, text.find('\0')));
}

template <class T>
T value_of(bytes_view payload) {
    T value{};
    std::memcpy(&value, payload.data(), std::min(sizeof value, payload.size()));
    return value;
}

template <class T>
std::vector<std::byte> bytes_of(const T& value) {
    const auto all = std::as_bytes(std::span(&value, 1));
    return {all.begin(), all.end()};
}

}  // namespace vethlab::host
