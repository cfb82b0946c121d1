#include "host/fuzz/examine.h"

#include <algorithm>

#include "host/fuzz/generator.h"
#include "host/fuzz/shrink.h"
#include "host/mirror/isolation.h"
#include "sim/capture/chance.h"

namespace vethlab::host::fuzz {
namespace {

constexpr const char* name = "fuzz.sh";

// In our own words: "... is not supported here".
bool is_refusal(const std::string& line) {
    if (!line.starts_with("! ")) return false;
    if (line.find("not supported here") != std::string::npos) return true;
    if (line.find("not supported by vethlab") != std::string::npos) return true;
    return line.starts_with("! Error: ") && line.ends_with(" not supported.") &&
           line.find("peration") == std::string::npos;
}

// The numbers of commands, from 0, that were refused.
std::vector<std::size_t> refused_commands(const std::string& expect) {
    std::vector<std::size_t> numbers;
    std::size_t n = 0;
    for (const auto& line : split(expect, '\n')) {
        if (line.starts_with("$ ")) n++;
        if (is_refusal(line) && (numbers.empty() || numbers.back() != n - 1))
            numbers.push_back(n - 1);
    }
    return numbers;
}

bool refuses(const record_files& files) { return !refused_commands(files.expect).empty(); }

std::string kind(const difference& d) { return d.where.substr(0, d.where.find(' ')); }

// "router ports on br0: d0 b0 ": what follows the colon in order.
std::string sorted_ports(const std::string& line) {
    const auto colon = line.find(": ");
    if (!line.starts_with("router ports on ") || colon == std::string::npos) return line;
    auto ports = split(line.substr(colon + 2), ' ');
    std::sort(ports.begin(), ports.end());
    std::string out = line.substr(0, colon + 2);
    for (const auto& p : ports) out += p + " ";
    return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What a group's timer shows ("  259.45") as T: it counts by the hundredth, and a command of the
// kernel's side takes some.
std::string without_timers(const std::string& line) {
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = at;
        while (end < line.size() && (is_digit(line[end]) || line[end] == '.')) end++;
        const auto dot = line.find('.', at);
        if (dot > at && dot + 3 == end) {
            while (!out.empty() && out.back() == ' ') out.pop_back();
            out += " T";
        } else {
            out.append(line, at, std::max(end, at + 1) - at);
        }
        at = std::max(end, at + 1);
    }
    return out;
}

// The kernel lists the ports of a group, and those to routers, by their addresses in memory: here
// both sides' are sorted.
void sort_groups(record_files& files) {
    std::string sorted;
    std::vector<std::string> block;
    bool groups = false;
    const auto flush = [&] {
        if (groups) std::sort(block.begin(), block.end());
        for (const auto& line : block) sorted += line + "\n";
        block.clear();
    };
    for (std::size_t at = 0; at < files.expect.size();) {
        const auto end = files.expect.find('\n', at);
        std::string line = files.expect.substr(at, end - at);
        at = end == std::string::npos ? files.expect.size() : end + 1;
        if (line.starts_with("$ ")) {
            flush();
            groups = line.starts_with("$ bridge") && line.find(" mdb") != std::string::npos;
            sorted += line + "\n";
        } else {
            block.push_back(groups ? without_timers(sorted_ports(line)) : std::move(line));
        }
    }
    flush();
    files.expect = std::move(sorted);
}

record_files simulate(const std::string& script, const both_sides_options& o) {
    auto files = on_simulator({name, script}, o);
    sort_groups(files);
    return files;
}
record_files run_on_kernel(const std::string& script, const both_sides_options& o) {
    auto files = on_kernel({name, script}, o);
    sort_groups(files);
    return files;
}

bool sends(const std::string& line) {
    for (const char* word : {"inject ", "udpsend ", "ping ", "arping "}) {
        if (line.starts_with(word) || line.find(std::string(" ") + word) != std::string::npos)
            return true;
    }
    return false;
}

// What makes a lab come out the same each time stays while it is shrunk: the settings of each
// namespace that there is, and the rest after what was sent.
class fairness {
 public:
    explicit fairness(const std::string& script) {
        for (const auto& line : split(script, '\n')) {
            const auto words = split(line, ' ');
            if (line.starts_with("sysctl -qw ")) settings_.push_back({"", line});
            if (words.size() > 5 && words[2] == "exec" && words[5] == "-qw") {
                settings_.push_back({"ip netns add " + words[3] + "\n", line});
            }
        }
    }
    bool holds(const std::string& script) const {
        for (const auto& [made_by, line] : settings_) {
            const bool needed = script.find(made_by) != std::string::npos;
            if (needed && ("\n" + script).find("\n" + line + "\n") == std::string::npos)
                return false;
        }
        unsigned unrested = 0;
        for (const auto& line : split(script, '\n')) {
            unrested = line == after_traffic         ? 0
                       : sends(line) || unrested ? unrested + 1
                                                 : 0;
            if (unrested > 2) return false;
        }
        return unrested == 0;
    }

 private:
    struct setting {
        std::string made_by, line;
    };
    std::vector<setting> settings_;
};

// Where commands take time in the simulator, what depends on how much is no difference: the kernel's
// take less, or more on a machine that is busy.
comparison beside(const record_files& real, const record_files& simulated,
                  const std::string& script, const both_sides_options& o) {
    comparison c = compare(real, simulated);
    if (o.brisk || c.same()) return c;
    std::vector<record_files> extremes;
    for (const auto spread : {timer_spread::earliest, timer_spread::latest}) {
        extremes.push_back(on_simulator({name, script}, o, nullptr, spread));
        sort_groups(extremes.back());
    }
    record_files left = real, right = simulated;
    allow_for_chance(left, right, extremes);
    return compare(left, right);
}

// On both sides, on the kernel twice if need be.
findings compare_sides(const std::string& script, const both_sides_options& o) {
    findings f{verdict::same, script, {}, 0};
    const auto simulated = simulate(script, o);
    const auto first = run_on_kernel(script, o);
    f.sides = beside(first, simulated, script, o);
    if (f.sides.same()) return f;
    f.v = refuses(simulated) ? verdict::unsteady : verdict::differ;
    for (int again = 0; again < 2 && f.v == verdict::differ; again++) {
        if (!compare(first, run_on_kernel(script, o)).same()) f.v = verdict::unsteady;
    }
    return f;
}

bool has_difference_of(const std::string& of_kind, const std::string& script,
                       const both_sides_options& o, findings& result) {
    const auto simulated = simulate(script, o);
    if (refuses(simulated)) return false;
    const auto first = run_on_kernel(script, o);
    comparison c = beside(first, simulated, script, o);
    if (c.same() || kind(c.differences[0]) != of_kind) return false;
    if (!compare(first, run_on_kernel(script, o)).same()) return false;
    result = {verdict::differ, script, std::move(c), 0};
    return true;
}

}  // namespace

both_sides_options options_for(const std::string& script, std::uint64_t number, int cpu) {
    both_sides_options o;
    o.frames = number % 4 == 3 ? watching::nothing : watching::sockets;
    o.cpu = cpu;
    const auto has = [&](const char* word) { return script.find(word) != std::string::npos; };
    o.brisk = !has("tbf") && !has("mcast_querier 1");
    return o;
}

comparable_lab comparable(std::uint64_t seed, std::uint64_t number) {
    comparable_lab lab{generate_lab(seed, number), 0};
    const auto o = options_for(lab.script, number, 0);
    // What follows a refused command may be refused for another reason then.
    for (int round = 0; round < 5; round++) {
        const auto numbers = refused_commands(on_simulator({name, lab.script}, o).expect);
        if (numbers.empty()) break;
        auto lines = split(lab.script, '\n');
        for (auto n = numbers.rbegin(); n != numbers.rend(); ++n) {
            if (*n < lines.size()) lines.erase(lines.begin() + std::ptrdiff_t(*n));
        }
        lab.refused += unsigned(numbers.size());
        lab.script.clear();
        for (const auto& line : lines) lab.script += line + "\n";
    }
    return lab;
}

findings examine(const comparable_lab& lab, std::uint64_t number, int cpu) {
    findings f{verdict::unsteady, lab.script, {}, lab.refused};
    try {
        f = compare_sides(lab.script, options_for(lab.script, number, cpu));
    } catch (const isolation_error&) {
        throw;
    } catch (const std::runtime_error&) {
        // The kernel's side came to no end.
    }
    f.refused = lab.refused;
    return f;
}

findings smallest(const findings& f, const both_sides_options& o,
                  const std::function<bool()>& enough) {
    findings best = f;
    const std::string of_kind = kind(f.sides.differences[0]);
    const fairness fair(f.script);
    const still_holds holds = [&](const std::string& script) {
        try {
            return fair.holds(script) && has_difference_of(of_kind, script, o, best);
        } catch (const isolation_error&) {
            throw;
        } catch (const std::runtime_error&) {
            return false;
        }
    };
    shrink(f.script, holds, enough);
    return best;
}

}  // namespace vethlab::host::fuzz
