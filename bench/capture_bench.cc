// What watching costs: a pair, and a chain of bridges, with and without a capture of every device.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <optional>

#include "bench/bench_net.h"
#include "host/capture_file.h"
#include "host/files.h"
#include "sim/capture/pcapng_tap.h"

namespace vethlab {
namespace {

enum watching : std::int64_t { nobody, all_refused, all_kept };

// `bridges` bridges between two hosts, which know the way to "to".
void make_chain(bench_net& net, std::int64_t bridges) {
    std::string left = "from";
    for (std::int64_t i = 1; i <= bridges; i++) {
        const std::string n = std::to_string(i);
        net.bridge("br" + n);
        net.veth(left, "l" + n);
        net.port("br" + n, "l" + n);
        if (i > 1) net.port("br" + std::to_string(i - 1), left);
        left = "r" + n;
    }
    net.veth(left, "to");
    if (bridges) net.port("br" + std::to_string(bridges), left);
    net.sink(net.dev("to"));
    net.send(net.dev("to"), station(1), mac_broadcast);
    net.krn.run_softirq();
}

constexpr int burst = 32;
void send_burst(bench_net& net, net_device& from) {
    for (int i = 0; i < burst; i++) net.send(from, station(0), station(1));
    net.krn.run_softirq();
}

const std::vector<std::string> netns_names{"-"};

// range(0) bridges between two hosts; range(1): watching. A frame is an item.
void BM_capture(benchmark::State& state) {
    bench_net net;
    make_chain(net, state.range(0));
    net_device &from = net.dev("from"), &to = net.dev("to");
    null_writer out;
    std::optional<pcapng_tap> tap;
    if (state.range(1) != nobody) {
        const auto refuse = [](bytes_view) { return false; };
        tap.emplace(net.krn, netns_names, state.range(1) == all_refused ? std::function<bool(bytes_view)>(refuse) : nullptr, &out);
    }
    const auto before = bench_net::sunk(to);
    for (auto _ : state) send_burst(net, from);
    if (bench_net::sunk(to) - before != std::uint64_t(state.iterations()) * burst) {
        state.SkipWithError("not every frame arrived");
    }
    state.SetItemsProcessed(state.iterations() * burst);
    state.SetLabel(state.range(1) == nobody        ? "nobody watches"
                   : state.range(1) == all_refused ? "a filter keeps nothing"
                                                   : "all is kept");
}
BENCHMARK(BM_capture)->ArgsProduct({{0, 8}, {nobody, all_refused, all_kept}})->UseRealTime();

// Some 240 MB in one file of the folder that TMPDIR names: an iteration is such a file, from its
// first byte until it is closed.
std::string file_name() {
    return std::filesystem::temp_directory_path() / ("capture_bench." + std::to_string(::getpid()));
}
std::int64_t frames_of_file(std::int64_t bridges) {
    return 1'000'000 / (bridges + 1) / burst * burst;
}
constexpr std::int64_t record_size = 120;

void BM_capture_file(benchmark::State& state) {
    bench_net net;
    make_chain(net, state.range(0));
    net_device& from = net.dev("from");
    const std::int64_t frames = frames_of_file(state.range(0));
    const std::string name = file_name();
    for (auto _ : state) {
        try {
            host::capture_file file(name);
            pcapng_tap tap(net.krn, netns_names, nullptr, &file);
            for (std::int64_t i = 0; i < frames; i += burst) send_burst(net, from);
            tap.finish();
            file.close();
        } catch (const host::file_error& e) {
            state.SkipWithError(e.what());
        }
        state.PauseTiming();
        std::filesystem::remove(name);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * frames);
}
BENCHMARK(BM_capture_file)->Arg(0)->Arg(8)->MeasureProcessCPUTime()->UseRealTime()->MinTime(0.5);

// What the same bytes cost alone, ready made: to copy them, to have them written, to have them
// written where a place for them was found before.
enum floor_of : std::int64_t { copied, written, written_to_a_place };

void BM_capture_floor(benchmark::State& state) {
    const std::size_t at_once = 1 << 20;
    const std::vector<char> ready(at_once, 'x');
    std::vector<char> copy(at_once);
    const std::int64_t frames = frames_of_file(state.range(0));
    const std::int64_t size = frames * 2 * (state.range(0) + 1) * record_size;
    const std::string name = file_name();
    for (auto _ : state) {
        const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        const bool place = state.range(1) == written_to_a_place;
        if (place) (void)::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, size);
        for (std::int64_t left = size; left > 0; left -= at_once) {
            if (state.range(1) == copied) {
                std::memcpy(copy.data(), ready.data(), at_once);
                benchmark::ClobberMemory();
            } else if (::write(fd, ready.data(), at_once) != ssize_t(at_once)) {
                state.SkipWithError("cannot be written");
            }
        }
        ::close(fd);
        state.PauseTiming();
        std::filesystem::remove(name);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * frames);
    state.SetLabel(state.range(1) == copied    ? "copied"
                   : state.range(1) == written ? "written"
                                               : "written to a place found before");
}
BENCHMARK(BM_capture_floor)
    ->ArgsProduct({{0, 8}, {copied, written, written_to_a_place}})
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace vethlab
