#include "host/validate.h"

#include <cstdio>
#include <filesystem>
#include <set>

#include "host/files.h"
#include "host/mirror/isolation.h"
#include "host/validate_report.h"
#include "host/workers.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

// A recorded lab goes by the name of its directory.
std::filesystem::path script_of(const std::string& given) {
    std::filesystem::path path(given);
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) path /= "script.sh";
    return path;
}
std::string name_of(const std::string& given) {
    const auto path = script_of(given);
    const bool of_directory = path.filename() == "script.sh" && path.has_parent_path();
    const auto absolute = std::filesystem::absolute(path).lexically_normal();
    return (of_directory ? absolute.parent_path() : absolute).filename().string();
}

// Find out now, not after a long run, that captures would overwrite each other.
void check_names(const validate_options& o) {
    if (o.pcap_prefix.empty()) return;
    std::set<std::string> names;
    for (const auto& given : o.scripts) {
        if (names.insert(name_of(given)).second) continue;
        throw file_error("--pcap: two labs are called " + name_of(given));
    }
}

std::string too_long(const std::string& side, std::chrono::seconds timeout) {
    return strf("it had not ended after %lld s on %s", (long long)timeout.count(), side.c_str());
}

// In a process of its own. The first byte says whether this machine can at all.
constexpr char can = 'C', cannot = 'I';

std::string validate_one(const validate_options& o, const std::string& given, const worker& self) {
    const auto start = std::chrono::steady_clock::now();
    lab_report r;
    try {
        both_sides_options b{.seed = o.seed, .host_tools = o.host_tools, .cpu = int(self.slot)};
        b.host_tools_on_simulator = o.host_tools_on_simulator;
        b.pcap = !o.pcap_prefix.empty();
        // There each command takes its time, too; who needs so much more will not end either.
        b.max_time = 10 * o.timeout;
        b.on_run = [&](const char* next) { self.stage(next); };
        const named_script script{name_of(given), read_file(script_of(given).string())};
        const outcome both = on_both(script, b);
        if (b.pcap) {
            const std::string prefix = o.pcap_prefix + "-" + script.name;
            write_file(prefix + ".kernel.pcapng", both.kernel_pcapng);
            write_file(prefix + ".sim.pcapng", both.simulator_pcapng);
        }
        r = report(script.name, both);
    } catch (const isolation_error& e) {
        return cannot + std::string(e.what());
    } catch (const file_error& e) {
        r = report_failure(given, e.what());
    } catch (const std::exception& e) {
        r = report_failure(name_of(given), e.what());
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    r.seconds = took.count();
    return can + pack(r);
}

lab_report report_of(const validate_options& o, const std::string& given, const piece_result& p) {
    if (p.how == piece_result::done) {
        if (p.text[0] == cannot) throw isolation_error(p.text.substr(1));
        return unpack_report(p.text.substr(1));
    }
    if (p.how == piece_result::ended) {
        return report_failure(name_of(given), "its process was ended from outside");
    }
    auto r = report_failure(name_of(given), too_long(p.text, o.timeout));
    r.seconds = double(o.timeout.count());
    return r;
}

}  // namespace

int validate(const validate_options& o) {
    check_names(o);
    if (!o.junit_file.empty()) write_file(o.junit_file, std::string_view());
    std::vector<lab_report> labs;
    in_processes(
        {o.jobs, o.timeout}, o.scripts.size(),
        [&](std::size_t i, const worker& self) { return validate_one(o, o.scripts[i], self); },
        [&](std::size_t i, const piece_result& p) {
            labs.push_back(report_of(o, o.scripts[i], p));
            std::fputs(o.json ? (labs.back().json + "\n").c_str() : labs.back().text.c_str(),
                       stdout);
            std::fflush(stdout);
        });
    if (!o.junit_file.empty()) write_file(o.junit_file, junit_xml(labs));
    bool differs = false, failed = false;
    for (const auto& r : labs) {
        failed = failed || r.verdict == "failed";
        differs = differs || r.verdict != word(verdict::same);
    }
    return failed ? 2 : differs ? 1 : 0;
}

}  // namespace vethlab::host
