// Programs that need what only the lab has (ping, arping, tcpdump, sysctl ...) are the lab's own:
// whoever executes one becomes its terminal.
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/preload/client.h"

namespace vethlab::host {
namespace {

// Does not return if the lab runs the program.
void run_there(char* const* argv) {
    if (!under_lab() || !argv || !argv[0]) return;
    const int saved = errno;
    int status = 0;
    if (run_in_lab(argv, status)) ::_exit(status);
    errno = saved;
}

// Whoever executes a program with an environment of its own choice stays under the lab.
struct in_lab {
    explicit in_lab(char* const* given)
        : made(under_lab() ? lab_environment(given) : nullptr), environment(made ? made : given) {}
    in_lab(const in_lab&) = delete;
    ~in_lab() { ::free(made); }
    char** made;
    char* const* environment;
};

}  // namespace

// A parent of vfork stands still in the kernel as if it waited for a disk: whether it will run
// again by itself could not be told.
VETHLAB_EXPORT pid_t vfork() noexcept { return ::fork(); }

VETHLAB_EXPORT int execve(const char* path, char* const* argv, char* const* given) noexcept {
    static const auto next = VETHLAB_NEXT(execve);
    if (!under_lab()) return next(path, argv, given);
    if (::access(path, X_OK) == 0) run_there(argv);  // shells try one directory after the other
    const in_lab with(given);
    return next(path, argv, with.environment);
}
VETHLAB_EXPORT int execv(const char* path, char* const* argv) noexcept {
    return execve(path, argv, environ);
}
VETHLAB_EXPORT int execvpe(const char* name, char* const* argv, char* const* given) noexcept {
    static const auto next = VETHLAB_NEXT(execvpe);
    if (!under_lab()) return next(name, argv, given);
    run_there(argv);
    const in_lab with(given);
    return next(name, argv, with.environment);
}
VETHLAB_EXPORT int execvp(const char* name, char* const* argv) noexcept {
    return execvpe(name, argv, environ);
}

VETHLAB_EXPORT int posix_spawn(pid_t* pid, const char* path,
                               const posix_spawn_file_actions_t* files,
                               const posix_spawnattr_t* how, char* const* argv,
                               char* const* given) noexcept {
    static const auto next = VETHLAB_NEXT(posix_spawn);
    const in_lab with(given);
    return next(pid, path, files, how, argv, with.environment);
}
VETHLAB_EXPORT int posix_spawnp(pid_t* pid, const char* name,
                                const posix_spawn_file_actions_t* files,
                                const posix_spawnattr_t* how, char* const* argv,
                                char* const* given) noexcept {
    static const auto next = VETHLAB_NEXT(posix_spawnp);
    const in_lab with(given);
    return next(pid, name, files, how, argv, with.environment);
}

}  // namespace vethlab::host
