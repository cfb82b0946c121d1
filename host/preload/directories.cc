// Directories of the lab, as opendir and its kin show them.
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "host/preload/client.h"
#include "host/preload/paths.h"

namespace vethlab::host {
namespace {

// What we hand out as a DIR: ours are in a list, all others are the C library's.
struct listing {
    listing* next;
    const char* at;  // the next name
    dirent64 entry;
    char names[max_payload];
};
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
constinit listing* all = nullptr;

listing* find(DIR* directory) {
    ::pthread_mutex_lock(&mutex);
    listing* l = all;
    while (l && reinterpret_cast<DIR*>(l) != directory) l = l->next;
    ::pthread_mutex_unlock(&mutex);
    return l;
}

DIR* open_listing(const lab_path& path) {
    auto* l = static_cast<listing*>(::calloc(1, sizeof(listing)));
    if (!l) return nullptr;
    const answer a = ask({call::list, 0, 0}, path.with_zero(), l->names, sizeof l->names - 1);
    if (a.error) {
        ::free(l);
        errno = a.error;
        return nullptr;
    }
    l->at = l->names;
    ::pthread_mutex_lock(&mutex);
    l->next = all;
    all = l;
    ::pthread_mutex_unlock(&mutex);
    return reinterpret_cast<DIR*>(l);
}

dirent64* next_entry(listing& l) {
    if (!*l.at) return nullptr;
    l.entry.d_ino = ino64_t(l.at - l.names + 1);
    l.entry.d_reclen = sizeof l.entry;
    l.entry.d_type = DT_UNKNOWN;
    ::strncpy(l.entry.d_name, l.at, sizeof l.entry.d_name - 1);
    l.at += ::strlen(l.at) + 1;
    return &l.entry;
}

void close_listing(listing* l) {
    ::pthread_mutex_lock(&mutex);
    listing** link = &all;
    while (*link != l) link = &(*link)->next;
    *link = l->next;
    ::pthread_mutex_unlock(&mutex);
    ::free(l);
}

}  // namespace

static_assert(sizeof(dirent) == sizeof(dirent64), "one struct serves both");

VETHLAB_EXPORT DIR* opendir(const char* name) {
    static const auto next = VETHLAB_NEXT(opendir);
    if (!under_lab()) return next(name);
    const lab_path path(AT_FDCWD, name);
    return path.in_lab() ? open_listing(path) : next(name);
}
VETHLAB_EXPORT dirent64* readdir64(DIR* directory) {
    static const auto next = VETHLAB_NEXT(readdir64);
    listing* l = find(directory);
    return l ? next_entry(*l) : next(directory);
}
VETHLAB_EXPORT dirent* readdir(DIR* directory) {
    static const auto next = VETHLAB_NEXT(readdir);
    listing* l = find(directory);
    return l ? reinterpret_cast<dirent*>(next_entry(*l)) : next(directory);
}
VETHLAB_EXPORT void rewinddir(DIR* directory) noexcept {
    static const auto next = VETHLAB_NEXT(rewinddir);
    listing* l = find(directory);
    if (!l) return next(directory);
    l->at = l->names;
}
VETHLAB_EXPORT int dirfd(DIR* directory) noexcept {
    static const auto next = VETHLAB_NEXT(dirfd);
    return find(directory) ? fail(ENOTSUP) : next(directory);
}
VETHLAB_EXPORT int closedir(DIR* directory) {
    static const auto next = VETHLAB_NEXT(closedir);
    listing* l = find(directory);
    if (!l) return next(directory);
    close_listing(l);
    return 0;
}

}  // namespace vethlab::host
