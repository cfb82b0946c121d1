// Linux: fs/proc/proc_sysctl.c, kernel/sysctl.c
#include "core/sysctl.h"

#include <algorithm>
#include <cctype>

#include "core/registry.h"

namespace vethlab {
namespace {

// The tree that a path lies in: the one with the longest prefix.
const sysctl_tree* find_tree(std::string_view path) {
    const sysctl_tree* best = nullptr;
    for (const auto& t : sysctl_trees()) {
        if (!path.starts_with(t.prefix)) continue;
        if (!best || t.prefix.size() > best->prefix.size()) best = &t;
    }
    return best;
}

bool is_folder(netns& net, std::string_view path) {
    const std::string prefix = path.empty() ? "" : std::string(path) + "/";
    const auto all = sysctl_list(net, "");
    return std::any_of(all.begin(), all.end(), [&](auto& p) { return p.starts_with(prefix); });
}

std::string_view trimmed(std::string_view path) {
    while (path.starts_with("/")) path.remove_prefix(1);
    while (path.ends_with("/")) path.remove_suffix(1);
    return path;
}

}  // namespace

err sysctl_read(netns& net, std::string_view path, std::string& value) {
    path = trimmed(path);
    const sysctl_tree* tree = find_tree(path);
    err e = tree ? tree->read(net, path.substr(tree->prefix.size()), value) : err::noent;
    if (e == err::noent && is_folder(net, path)) e = err::isdir;
    return e;
}

err sysctl_write(netns& net, std::string_view path, std::string_view value) {
    net.krn.fwd_genid_bump();
    path = trimmed(path);
    // What else is set may be what lo began with. Often this is all that is set.
    if (path != "net/ipv6/conf/all/disable_ipv6") net.dev_base_head.look();
    const sysctl_tree* tree = find_tree(path);
    err e = tree ? tree->write(net, path.substr(tree->prefix.size()), value) : err::noent;
    if (e == err::noent && is_folder(net, path)) e = err::isdir;
    return e;
}

std::vector<std::string> sysctl_list(netns& net, std::string_view prefix) {
    prefix = trimmed(prefix);
    const std::string start = prefix.empty() ? "" : std::string(prefix) + "/";
    std::vector<std::string> out, rests;
    for (const auto& tree : sysctl_trees()) {
        // Skip trees that cannot hold anything below the prefix.
        const auto common = std::min(tree.prefix.size(), start.size());
        if (tree.prefix.substr(0, common) != std::string_view(start).substr(0, common)) continue;
        rests.clear();
        tree.list(net, rests);
        for (const auto& rest : rests) {
            std::string path = std::string(tree.prefix) + rest;
            if (path.starts_with(start)) out.push_back(std::move(path));
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

err parse_int(std::string_view text, std::int64_t& out) {
    const auto space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    while (!text.empty() && space(text.front())) text.remove_prefix(1);
    while (!text.empty() && (space(text.back()) || text.back() == '\0')) text.remove_suffix(1);
    const bool negative = text.starts_with("-");
    if (negative) text.remove_prefix(1);
    unsigned base = 10;
    if (text.size() > 1 && text[0] == '0') {
        const bool hex = text[1] == 'x' || text[1] == 'X';
        base = hex ? 16 : 8;
        text.remove_prefix(hex ? 2 : 1);
    }
    if (text.empty()) return err::inval;
    std::int64_t v = 0;
    for (char c : text) {
        const char low = char(std::tolower(static_cast<unsigned char>(c)));
        const unsigned digit = low >= '0' && low <= '9'   ? unsigned(low - '0')
                               : low >= 'a' && low <= 'f' ? unsigned(low - 'a') + 10
                                                          : 99;
        if (digit >= base) return err::inval;
        v = v * base + digit;
        if (v > INT64_C(0xffffffff)) return err::inval;
    }
    out = negative ? -v : v;
    return err::ok;
}

}  // namespace vethlab
