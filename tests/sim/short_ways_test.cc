// Recorded labs, run without anybody who captures: then frames take the short ways of
// kernel::remember_forwarding. Without these, commands must print the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/lab.h"

namespace vethlab {
namespace {

std::vector<std::filesystem::path> scripts() {
    std::vector<std::filesystem::path> all;
    for (const char* labs : {VETHLAB_TESTS "/golden", VETHLAB_TESTS "/fuzz_found"}) {
        for (const auto& entry : std::filesystem::directory_iterator(labs)) {
            auto script = entry.path() / "script.sh";
            if (std::filesystem::exists(script)) all.push_back(std::move(script));
        }
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::string read(const std::filesystem::path& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

// What commands print, and all that can be asked in the end.
std::string run(const std::string& script, bool remember) {
    string_writer out;
    lab l({.hints = false}, out, out);
    l.kernel().remember_forwarding = remember;
    (void)l.run_script(script, "script.sh", {});
    (void)l.run_script("for n in '' $(ip netns list | cut -d ' ' -f 1); do\n"
                       "  ip ${n:+-n $n} -s -d link; ip ${n:+-n $n} addr; ip ${n:+-n $n} -s neigh\n"
                       "  ip ${n:+-n $n} route show table all; ip ${n:+-n $n} route show cache\n"
                       "  bridge ${n:+-n $n} -s fdb; tc ${n:+-n $n} -s qdisc\n"
                       "done\n",
                       "end", {});
    std::string drops;
    for (const auto n : l.kernel().drops) drops += " " + std::to_string(n);
    return out.text + "frames " + std::to_string(l.kernel().frames_sent) + drops;
}

TEST(ShortWays, PrintTheSameInAllLabs) {
    const auto all = scripts();
    ASSERT_GT(all.size(), 100u);
    for (const auto& script : all) {
        const std::string text = read(script);
        EXPECT_EQ(run(text, true), run(text, false)) << script;
    }
}

}  // namespace
}  // namespace vethlab
