// Runs one of our tools on the machine's kernel, in the namespace it is started in.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iterator>
#include <string>

#include "host/mirror/real_time.h"

namespace {

using namespace vethlab;
using namespace vethlab::host;

constexpr const char* usage =
    "usage: own_tools [--only TOOL,TOOL...] TOOL [ARGUMENT...]\n"
    "       own_tools --have TOOL...     prints those that there are\n"
    "Runs one of vethlab's tools on this machine's kernel, in the current network namespace.\n"
    "What the tool starts in turn (ip netns exec) is ours too if there is one of that name,\n"
    "with --only if it stands in the list; else it is the machine's own program.\n";

std::string only;  // ",ip,bridge," or empty: all

const tool* our_tool(std::string_view name) {
    if (!only.empty() && only.find("," + std::string(name) + ",") == std::string::npos) {
        return nullptr;
    }
    return find_tool(name);
}

class stream_writer final : public writer {
 public:
    explicit stream_writer(std::FILE* f) : f_(f) {}
    void write(std::string_view s) override { std::fwrite(s.data(), 1, s.size(), f_); }

 private:
    std::FILE* f_;
};

std::string standard_input() {
    std::string text;
    char part[4096];
    while (const auto n = std::fread(part, 1, sizeof part, stdin)) text.append(part, n);
    return text;
}

int print_known(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); i++) {
        if (find_tool(words[i])) std::printf("%s\n", words[i].c_str());
    }
    return 0;
}

int run(std::vector<std::string> words) {
    kernel_system sys;
    real_time table(sys, our_tool);
    stream_writer out(stdout), err_out(stderr);
    process p(table, sys, sys.home(), out, err_out);
    // Only who asks for it reads it: it may be a terminal, or a pipe that never ends.
    for (const auto& word : words) {
        if (word == "-" && p.input.empty()) p.input = standard_input();
    }
    p.argv = std::move(words);
    if (!our_tool(p.argv[0])) {
        std::fprintf(stderr, "own_tools: no tool '%s'\n", p.argv[0].c_str());
        return 127;
    }
    return table.run(p);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() > 1 && words[0] == "--only") {
        only = "," + words[1] + ",";
        words.erase(words.begin(), words.begin() + 2);
    }
    if (words.empty() || words[0] == "--help") {
        std::fputs(usage, words.empty() ? stderr : stdout);
        return words.empty() ? 2 : 0;
    }
    if (words[0] == "--have") return print_known(words);
    try {
        return run(std::move(words));
    } catch (const std::exception& e) {
        std::fprintf(stderr, "own_tools: %s\n", e.what());
        return 126;
    }
}
