// Scripts: parsed, expanded and run, with tools that only print and wait.
#include <cstdint>

#include "tests/sim/fake_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vethlab::testing;
    fake_env env;
    env.steps_left = 500;
    const std::string text(reinterpret_cast<const char*>(data), size);
    run_script(text, env, {"10", "b c"}, 3000);
    return 0;
}
