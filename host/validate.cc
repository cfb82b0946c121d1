#include "host/validate.h"

#include <cstdio>
#include <filesystem>
#include <set>

#include "host/both_sides.h"
#include "host/files.h"
#include "host/mirror/isolation.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

// A recorded lab goes by the name of its directory.
named_script read_script(const std::string& given) {
    namespace fs = std::filesystem;
    fs::path path(given);
    std::error_code error;
    if (fs::is_directory(path, error)) path /= "script.sh";
    const bool of_directory = path.filename() == "script.sh" && path.has_parent_path();
    auto name = of_directory ? fs::absolute(path).lexically_normal().parent_path().filename()
                             : path.filename();
    return {name.string(), read_file(path.string())};
}

// ---- for people

void print_side(const char* who, const std::vector<std::string>& lines) {
    std::printf("      %-10s %s\n", who, lines.empty() ? "(nothing)" : lines[0].c_str());
}

// The first difference of each kind.
void print_differences(const comparison& c, const char* left, const char* right) {
    std::set<std::string> kinds;
    for (const auto& d : c.differences) {
        if (!kinds.insert(d.where.substr(0, d.where.find(' '))).second) continue;
        std::printf("    %s\n", d.where.c_str());
        const bool frame = d.where.starts_with("frames");
        if (!d.command.empty()) {
            std::printf("      %-10s $ %s\n", frame ? "during" : "after", d.command.c_str());
        }
        print_side(left, d.left);
        print_side(right, d.right);
    }
}

void print_outcome(const std::string& name, const outcome& o) {
    const bool twice = !o.kernel.same();
    std::printf(
        "%s %s %s%s\n", word(o.v), name.c_str(), summary(o.sides).c_str(),
        o.v == verdict::same && twice ? " (the kernel's first run came out otherwise)" : "");
    if (o.v != verdict::same) print_differences(o.sides, "kernel", "simulator");
    if (o.v == verdict::unsteady) {
        std::printf("    The kernel differs from itself when it runs again:\n");
        print_differences(o.kernel, "first run", "second run");
    }
}

// ---- for programs

std::string quoted(const std::string& s) {
    std::string out = "\"";
    for (const char c : s) {
        if (c == '"' || c == '\\') {
            out += std::string("\\") + c;
        } else if (static_cast<unsigned char>(c) < ' ') {
            out += strf("\\u%04x", unsigned(c));
        } else {
            out += c;
        }
    }
    return out + "\"";
}
std::string quoted(const std::vector<std::string>& list) {
    std::string out;
    for (const auto& s : list) out += (out.empty() ? "" : ", ") + quoted(s);
    return "[" + out + "]";
}
std::string as_json(const char* name, const tally& t) {
    return strf(", \"%s\": {\"equal\": %zu, \"total\": %zu}", name, t.equal, t.total);
}
std::string as_json(const comparison& c, const char* left, const char* right) {
    std::string out;
    for (const auto& d : c.differences) {
        out += (out.empty() ? "" : ", ") + ("{\"where\": " + quoted(d.where)) +
               ", \"command\": " + quoted(d.command) + ", \"" + left + "\": " + quoted(d.left) +
               ", \"" + right + "\": " + quoted(d.right) + "}";
    }
    return "[" + out + "]";
}

void print_json(const std::string& name, const outcome& o) {
    std::string s = "{\"name\": " + quoted(name) + strf(", \"verdict\": \"%s\"", word(o.v)) +
                    as_json("commands", o.sides.commands) + as_json("frames", o.sides.frames) +
                    as_json("counters", o.sides.counters) + as_json("state", o.sides.state) +
                    ", \"differences\": " + as_json(o.sides, "kernel", "simulator") +
                    ", \"kernel_with_itself\": " + as_json(o.kernel, "first", "second") + "}";
    std::printf("%s\n", s.c_str());
}

void print_failure(const std::string& name, const std::string& why, bool json) {
    if (json) {
        std::printf("{\"name\": %s, \"verdict\": \"failed\", \"why\": %s}\n", quoted(name).c_str(),
                    quoted(why).c_str());
    } else {
        std::printf("failed %s: %s\n", name.c_str(), why.c_str());
    }
}

}  // namespace

int validate(const validate_options& options) {
    bool differs = false, failed = false;
    for (const auto& given : options.scripts) {
        try {
            const named_script script = read_script(given);
            const outcome o = on_both(script, {options.seed, options.host_tools, 0});
            differs = differs || o.v != verdict::same;
            options.json ? print_json(script.name, o) : print_outcome(script.name, o);
        } catch (const isolation_error&) {
            throw;
        } catch (const std::runtime_error& e) {
            failed = true;
            print_failure(given, e.what(), options.json);
        }
        std::fflush(stdout);
    }
    return failed ? 2 : differs ? 1 : 0;
}

}  // namespace vethlab::host
