# A thin front for the CMake presets. `make demo` is where to start, `make test` what to trust.

# What build and tests need, as Debian 12 calls it: the one list.
packages := g++ cmake ninja-build make ccache git python3 libboost-program-options-dev libpcap-dev \
    libgtest-dev libbenchmark-dev tshark
# With these our commands are also compared with the distribution's, on the real kernel.
comparison_packages := iproute2 bridge-utils ethtool net-tools iputils-ping iputils-arping procps \
    traceroute
# Without these the WebAssembly build is skipped, and fuzzing is blind to coverage.
optional_packages := clang-19 lld-19 libclang-rt-19-dev wasi-libc libc++-19-dev-wasm32 \
    libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32 $(comparison_packages)

# For the comparison with ns-3 (bench/ns3).
bench_packages := libns3-dev

jobs := $(shell nproc)
lab := topologies/bridge.sh

.PHONY: build deps deps-bench demo test bench asan tsan debug format clean

build: build/release/build.ninja
	cmake --build --preset release

# Does nothing, and needs no network, when everything is there.
deps:
	@if ! command -v dpkg-query >/dev/null; then \
	    echo "deps: not a Debian; see that you have: $(packages)"; exit 0; \
	fi; \
	missing() { \
	    for p in "$$@"; do \
	        [ "$$(dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null)" = installed ] || echo $$p; \
	    done; \
	}; \
	needed=$$(missing $(packages)); wanted=$$(missing $(optional_packages)); \
	[ -n "$$needed$$wanted" ] || exit 0; \
	root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	install="$$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends"; \
	$$root apt-get update -qq || true; \
	[ -z "$$needed" ] || $$install $$needed || exit 1; \
	[ -z "$$wanted" ] || $$install $$wanted || \
	    echo "deps: could not install" $$wanted "- the tests that need them will be skipped"

deps-bench: deps
	@root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	dpkg-query -W -f='$${db:Status-Status}' $(bench_packages) 2>/dev/null | grep -q '^installed$$' || \
	    $$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(bench_packages)

demo: deps build
	build/release/vethlab run --echo $(lab)

test: deps build
	ctest --preset release -j $(jobs)

# The figures also go to build/bench.json, for Google Benchmark's compare.py.
bench: deps build
	cmake --build --preset release --target vethlab_bench
	build/release/bench/vethlab_bench --benchmark_out=build/bench.json --benchmark_out_format=json

debug asan tsan: %: deps build/%/build.ninja
	cmake --build --preset $@
	ctest --preset $@ -j $(jobs)

build/%/build.ninja:
	cmake --preset $*

format:
	find core sim host bench tests -name '*.cc' -o -name '*.h' | xargs clang-format -i

clean:
	rm -rf build
