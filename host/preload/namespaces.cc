// Linux: kernel/nsproxy.c, fs/namespace.c, as `ip netns` and `unshare -n` use them. Network
// namespaces are the lab's; mounts that only make them visible in files have nothing to do.
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

#include "host/preload/client.h"
#include "host/preload/paths.h"

namespace vethlab::host {
namespace {

int enter(const answer& a) {
    if (a.error) return fail(a.error);
    remember_netns(a.number);
    return 0;
}

bool is(const char* text, const char* other) { return text && ::strcmp(text, other) == 0; }

// What `ip netns exec` does in the mount namespace of its own that it has asked for, and what
// gives /run/netns its propagation: nobody else would ever see it.
bool only_visibility(const char* target, unsigned long flags) {
    const bool propagation = flags & (MS_SHARED | MS_SLAVE | MS_PRIVATE);
    return is(target, "/sys") || (is(target, "/") && propagation) || is_netns_directory(target);
}

int refuse_mount() {
    refuse("mounts other than of network namespaces");
    return fail(EPERM);
}

}  // namespace

VETHLAB_EXPORT int unshare(int flags) noexcept {
    static const auto next = VETHLAB_NEXT(unshare);
    if (!under_lab()) return next(flags);
    const int rest = flags & ~(CLONE_NEWNET | CLONE_NEWNS);
    if (rest && next(rest) < 0) return -1;
    return flags & CLONE_NEWNET ? enter(ask({call::unshare, 0, 0})) : 0;
}

VETHLAB_EXPORT int setns(int fd, int kind) noexcept {
    static const auto next = VETHLAB_NEXT(setns);
    if (!under_lab()) return next(fd, kind);
    const answer a = ask({call::setns, fd, 0});
    // Not one of ours: a namespace of another kind, if that is what was meant.
    if (a.error == EINVAL && kind != CLONE_NEWNET) return next(fd, kind);
    return enter(a);
}

VETHLAB_EXPORT int mount(const char* source, const char* target, const char* type,
                         unsigned long flags, const void* data) noexcept {
    static const auto next = VETHLAB_NEXT(mount);
    if (!under_lab()) return next(source, target, type, flags, data);
    if (only_visibility(target, flags)) return 0;
    lab_path name(AT_FDCWD, target);
    if (!name.in_lab() || !(flags & MS_BIND)) return refuse_mount();
    const lab_path from(AT_FDCWD, source);
    if (!from.in_lab()) return fail(EINVAL);
    return done(ask({call::mount, 0, 0}, from.with_zero(), nullptr, 0, name.with_zero()));
}

VETHLAB_EXPORT int umount2(const char* target, int flags) noexcept {
    static const auto next = VETHLAB_NEXT(umount2);
    if (!under_lab()) return next(target, flags);
    if (only_visibility(target, 0)) return 0;
    const lab_path name(AT_FDCWD, target);
    return name.in_lab() ? done(ask({call::umount, 0, 0}, name.with_zero())) : refuse_mount();
}

VETHLAB_EXPORT int umount(const char* target) noexcept {
    static const auto next = VETHLAB_NEXT(umount);
    return under_lab() ? umount2(target, 0) : next(target);
}

}  // namespace vethlab::host
