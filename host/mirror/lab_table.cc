#include "host/mirror/lab_table.h"

#include <algorithm>

namespace vethlab::host {
namespace {

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}
bool has_word(const process& p, std::initializer_list<std::string_view> words) {
    return std::any_of(p.argv.begin(), p.argv.end(),
                       [&](const std::string& w) { return one_of(w, words); });
}
// No package has them, or only ours know what else is ours.
bool always_ours(std::string_view name) {
    return one_of(name, {"inject", "udpsend", "trafgen", "sleep", "timeout"});
}

}  // namespace

task<int> lab_table::exec(process& child, bool* found) {
    const std::string name(child.argv.empty() ? "" : program_name(child.argv[0]));
    const tool* t = find_tool(name);
    if (!t && !is_shell_program(name)) {
        if (found) *found = false;
        if (!found) child.err->printf("%s: not found\n", name.c_str());
        co_return 127;
    }
    if (t && !is_ours(name, child)) {
        announce_deletions(child);
        child.argv[0] = name;
        co_return co_await run_other(child, found);
    }
    if (found) *found = true;
    if (t) co_return co_await run_tool(*t, child);
    const listed alive(*this, child);
    co_return co_await shell_program(child, env_);
}

// What the machine has is asked to show itself: packets are sent and printed by the real programs.
bool lab_table::is_ours(std::string_view name, const process& child) {
    if (always_ours(name)) return true;
    if (!host_) return !one_of(name, {"ping", "ping4", "ping6", "arping", "tcpdump", "traceroute"});
    // The machine's `ip netns exec` cannot run what is only ours, nor the shell's programs.
    const auto& argv = child.argv;
    if (name != "ip" || argv.size() < 5 || argv[1] != "netns" || argv[2] != "exec") return false;
    const auto inner = program_name(argv[4]);
    return sys_.netns_open(argv[3]) != no_ns && (find_tool(inner) || is_shell_program(inner));
}

// Our ip tells lab_system; of the machine's we have to read the words.
void lab_table::announce_deletions(const process& child) {
    if (program_name(child.argv[0]) != "ip" || !has_word(child, {"netns"}) ||
        !has_word(child, {"d", "del", "delete"}) || !sys_.before_delete) {
        return;
    }
    const bool all = has_word(child, {"-all", "-a"});
    for (const auto& name : sys_.netns_list()) {
        if (all || has_word(child, {name})) sys_.before_delete(name);
    }
}

void lab_table::hint(std::string_view text) {
    if (hints) err_.printf("hint: %.*s\n", int(text.size()), text.data());
}
void lab_table::write_file(std::string_view name, std::string_view bytes) {
    (void)env_.write_file(name, bytes);
}
std::optional<std::string> lab_table::read_file(std::string_view name) {
    return env_.read_file(name);
}

}  // namespace vethlab::host
