// Recordings compared by sim/capture, for agree_test.py: a pair of directories, a line of scores.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "sim/capture/compare.h"

namespace {

std::string text_of(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}
vethlab::record_files recording(const std::string& dir) {
    return {text_of(dir + "/expect.txt"),
            text_of(dir + "/frames.txt"),
            text_of(dir + "/state.txt"),
            {}};
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const auto result = compare(recording(argv[i]), recording(argv[i + 1]));
        std::printf("%s\n", summary(result).c_str());
    }
}
