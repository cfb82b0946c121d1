// Stands in for libFuzzer where there is none: mutates the corpus from a fixed seed.
//   NAME_fuzz -seconds N CORPUS      N seconds of mutation, after every file of CORPUS as it is
//   NAME_fuzz FILE...                these inputs only
// The input under test stands in ./NAME_fuzz-input until it is done with: a crash leaves it there.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using bytes = std::vector<std::uint8_t>;
using chance = std::mt19937_64;

constexpr std::size_t max_size = 4096;

bytes read(const fs::path& name) {
    std::ifstream in(name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void run(const bytes& input, const fs::path& keep) {
    {
        std::ofstream out(keep, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(input.data()), std::streamsize(input.size()));
    }
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

std::size_t below(chance& rng, std::size_t n) { return n == 0 ? 0 : rng() % n; }

void flip(bytes& b, chance& rng) {
    if (!b.empty()) b[below(rng, b.size())] ^= std::uint8_t(1u << below(rng, 8));
}
void put_number(bytes& b, chance& rng) {
    constexpr std::uint32_t edges[] = {0, 1, 4, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff};
    const std::uint32_t v = edges[below(rng, std::size(edges))];
    const std::size_t at = below(rng, b.size()), n = std::size_t{1} << below(rng, 3);
    if (at + n <= b.size()) std::memcpy(b.data() + at, &v, n);
}
void cut(bytes& b, chance& rng) {
    const auto from = below(rng, b.size()), to = from + below(rng, b.size() - from + 1);
    b.erase(b.begin() + std::ptrdiff_t(from), b.begin() + std::ptrdiff_t(std::min(to, b.size())));
}
void splice(bytes& b, const bytes& other, chance& rng) {
    const auto from = below(rng, other.size()), n = below(rng, other.size() - from + 1);
    b.insert(b.begin() + std::ptrdiff_t(below(rng, b.size() + 1)),
             other.begin() + std::ptrdiff_t(from), other.begin() + std::ptrdiff_t(from + n));
}

bytes mutate(const std::vector<bytes>& corpus, chance& rng) {
    bytes b = corpus[below(rng, corpus.size())];
    for (auto rounds = 1 + below(rng, 6); rounds > 0; --rounds) {
        switch (below(rng, 5)) {
            case 0: flip(b, rng); break;
            case 1: put_number(b, rng); break;
            case 2: cut(b, rng); break;
            case 3: splice(b, corpus[below(rng, corpus.size())], rng); break;
            default: splice(b, bytes(1, std::uint8_t(rng())), rng);
        }
    }
    if (b.size() > max_size) b.resize(max_size);
    return b;
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path keep = fs::path(argv[0]).filename().string() + "-input";
    std::vector<bytes> corpus;
    double seconds = 0;
    for (int i = 1; i < argc; ++i) {
        const fs::path arg = argv[i];
        if (arg == "-seconds" && i + 1 < argc) {
            seconds = std::stod(argv[++i]);
        } else if (fs::is_directory(arg)) {
            std::vector<fs::path> names(fs::directory_iterator(arg), {});
            std::sort(names.begin(), names.end());
            for (const auto& name : names) corpus.push_back(read(name));
        } else {
            corpus.push_back(read(arg));
        }
    }
    for (const auto& input : corpus) run(input, keep);

    if (corpus.empty()) corpus.push_back({});
    chance rng(1);
    unsigned long inputs = corpus.size();
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (; std::chrono::steady_clock::now() < end; ++inputs) {
        run(mutate(corpus, rng), keep);
    }
    std::printf("%lu inputs\n", inputs);
    fs::remove(keep);
}
