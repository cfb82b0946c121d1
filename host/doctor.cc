#include "host/doctor.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "host/json_text.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

struct group {
    const char* title;
    std::vector<finding> findings;
};

// The recordings come from 6.18. Of what a kernel says and does little changes from one to the
// next; what was measured is another matter.
struct comparison_with_profiles {
    std::string release;
    const char* profile;  // nullptr: none is exactly this one
};
comparison_with_profiles this_kernel() {
    utsname u{};
    ::uname(&u);
    const std::string release = u.release;
    const auto is = [&](std::string_view version) {
        return release.starts_with(version) &&
               (release.size() == version.size() || release[version.size()] < '0' ||
                release[version.size()] > '9');
    };
    return {release, is("6.18") ? "6.18" : is("6.1") ? "6.1" : nullptr};
}

bool in_colour() {
    const char* no = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) && !(no && *no);
}

void print(const finding& f, bool colour) {
    const char* word = f.ok ? "ok" : f.needed ? "missing" : "no";
    const char* paint = f.ok ? "\033[32m" : f.needed ? "\033[31m" : "\033[33m";
    std::string rest = f.detail;
    if (!f.advice.empty()) rest += (rest.empty() ? "" : "; ") + ("try: " + f.advice);
    std::printf("  %s%-7s%s  ", colour ? paint : "", word, colour ? "\033[0m" : "");
    std::printf("%s\n", rest.empty() ? f.name.c_str()
                                     : strf("%-18s  %s", f.name.c_str(), rest.c_str()).c_str());
}

std::string as_json(const finding& f) {
    return "{\"name\": " + json_quoted(f.name) + ", \"ok\": " + (f.ok ? "true" : "false") +
           ", \"needed\": " + (f.needed ? "true" : "false") +
           ", \"detail\": " + json_quoted(f.detail) + ", \"advice\": " + json_quoted(f.advice) +
           "}";
}

void print_json(const std::vector<group>& groups, bool ready) {
    const auto kernel = this_kernel();
    std::string s = strf("{\"ready\": %s, \"release\": ", ready ? "true" : "false") +
                    json_quoted(kernel.release) +
                    ", \"profile\": " + (kernel.profile ? json_quoted(kernel.profile) : "null") +
                    strf(", \"cpus\": %u", std::thread::hardware_concurrency());
    for (const auto& g : groups) {
        std::string list;
        for (const auto& f : g.findings) list += (list.empty() ? "" : ", ") + as_json(f);
        s += ", " + json_quoted(g.title) + ": [" + list + "]";
    }
    std::printf("%s}\n", s.c_str());
}

void print_text(const std::vector<group>& groups, bool ready) {
    const bool colour = in_colour();
    for (const auto& g : groups) {
        std::printf("%s\n", g.title);
        for (const auto& f : g.findings) print(f, colour);
    }
    const auto kernel = this_kernel();
    std::printf("kernel %s: ", kernel.release.c_str());
    if (kernel.profile) {
        std::printf("results are expected to equal the profile %s\n", kernel.profile);
    } else {
        std::printf("no profile is this one (6.18 and 6.1 are); some texts will differ\n");
    }
    std::printf("%u CPUs\n", std::thread::hardware_concurrency());
    std::printf("%s\n", ready ? "Labs can be validated here."
                              : "Labs cannot be validated here: see what is missing above.");
}

}  // namespace

int doctor(const doctor_options& options) {
    const std::vector<group> groups = {
        {"namespaces", probe_namespaces()}, {"kernel", probe_kernel()}, {"tools", probe_tools()}};
    bool ready = true;
    for (const auto& g : groups) {
        for (const auto& f : g.findings) ready = ready && (f.ok || !f.needed);
    }
    options.json ? print_json(groups, ready) : print_text(groups, ready);
    return ready ? 0 : 1;
}

}  // namespace vethlab::host
