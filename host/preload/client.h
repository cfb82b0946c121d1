#pragma once
// The way from an intercepted function to the simulated kernel. This library lives in programs
// that it does not know: no C++ runtime, no exception, and errno is all it reports.
#include <dlfcn.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "host/exec/protocol.h"

#define VETHLAB_EXPORT extern "C" __attribute__((visibility("default")))

namespace vethlab::host {

// The function of this name behind ours.
template <class F>
F next_function(const char* name) {
    return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}
#define VETHLAB_NEXT(name) next_function<decltype(&::name)>(#name)

struct bytes {
    const void* data = nullptr;
    std::size_t size = 0;
};

struct answer {
    int error = 0;
    long number = 0;
    std::size_t size = 0;  // of what was written to the buffer
    int fd = -1;           // the caller's
};

// True in a program that runs under a lab.
bool under_lab();

// One request and its answer. Two parts of a payload follow each other.
answer ask(const request& r, bytes first = {}, void* out = nullptr, std::size_t room = 0,
           bytes second = {});

// exec: passes on what the lab's own command prints. The exit status; false: it has no such.
bool run_in_lab(const char* const* argv, int& status);

// A new descriptor whose other end is the lab's; -1 with errno set.
int open_object(int socket_flags, std::uint64_t& cookie);
// Whether a descriptor is one, and by which name the lab knows it.
bool is_object(int fd, std::uint64_t& cookie);

// The namespace this process lives in changed.
void remember_netns(long number);
// An environment in which a program stays under the lab: `given`, and what that takes.
// The caller frees it; nullptr: no memory.
char** lab_environment(char* const* given);

// -1 with errno, or the value.
int fail(int error);
inline int done(const answer& a, int value = 0) { return a.error ? fail(a.error) : value; }

// Says once, on standard error, what this program wanted and a lab does not have.
void refuse(const char* what);

}  // namespace vethlab::host
