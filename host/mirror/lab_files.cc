#include "host/mirror/lab_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace vethlab::host {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view top = "/tmp/";
constexpr std::size_t max_file = 64 << 20;

// Below /tmp, where the lab is; everything else is the machine's.
std::optional<fs::path> path_of(std::string_view name) {
    if (name.starts_with(top)) name.remove_prefix(top.size());
    const fs::path path(name);
    if (path.empty() || path.is_absolute()) return std::nullopt;
    for (const auto& part : path) {
        if (part == "..") return std::nullopt;
    }
    return fs::path(top) / path;
}

std::optional<std::string> text_of(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

std::optional<std::string> lab_files::read(std::string_view name) const {
    const auto path = path_of(name);
    return path ? text_of(*path) : std::nullopt;
}

bool lab_files::write(std::string_view name, std::string_view bytes, bool append) {
    const auto path = path_of(name);
    if (!path) return false;
    std::error_code error;
    if (append && fs::exists(*path) && fs::file_size(*path, error) + bytes.size() > max_file) {
        return false;
    }
    fs::create_directories(path->parent_path(), error);
    std::ofstream file(*path, append ? std::ios::binary | std::ios::app : std::ios::binary);
    file.write(bytes.data(), std::streamsize(bytes.size()));
    by_shell_.insert(path->lexically_relative(top).string());
    return bool(file.flush());
}

bool lab_files::remove(std::string_view name) {
    const auto path = path_of(name);
    std::error_code error;
    return path && fs::remove(*path, error);
}

std::vector<std::string> lab_files::names() const {
    std::vector<std::string> all;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(top, error)) {
        if (entry.is_regular_file(error)) all.push_back(entry.path().lexically_relative(top));
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::map<std::string, std::string> lab_files::left_by_programs() const {
    std::map<std::string, std::string> all;
    for (const auto& name : names()) {
        if (by_shell_.contains(name)) continue;
        if (auto text = text_of(fs::path(top) / name)) all[name] = std::move(*text);
    }
    return all;
}

}  // namespace vethlab::host
