#include "host/capture_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <system_error>

#include "host/files.h"

namespace vethlab::host {
namespace {

// Whole pages, for the system to take at a time.
constexpr std::size_t piece_size = 1 << 20, page_size = 4096;
// One with the lab, one with the thread, and two for when one of them is held up.
constexpr unsigned most_pieces = 4;

// ext4 looks for a place block by block, unless it was found before: that halves the time that
// writing takes. And if any of it has no place yet when a file is closed that was cut to nothing
// before, it writes all to the disk there and then. The others have not been found to gain.
bool gains_by_reserving(int fd) {
    struct statfs fs;
    return ::fstatfs(fd, &fs) == 0 && fs.f_type == EXT4_SUPER_MAGIC;
}

// Past the caches, where this can be said: another CPU reads it, and to get back the lines that it
// has in its own takes longer than all else that is done for a record.
void copy_for_other_cpu(char* to, const char* from, std::size_t n) {
#if defined(__SSE2__)
    constexpr std::size_t line = 64;
    const std::size_t before = std::min(n, -reinterpret_cast<std::uintptr_t>(to) % line);
    std::memcpy(to, from, before);
    for (to += before, from += before, n -= before; n >= line;
         to += line, from += line, n -= line) {
        __m128i part[4];
        std::memcpy(part, from, line);
        for (int i = 0; i < 4; i++) _mm_stream_si128(reinterpret_cast<__m128i*>(to) + i, part[i]);
    }
    _mm_sfence();
#endif
    std::memcpy(to, from, n);
}

// Signals are for the thread that runs the lab.
class signals_blocked {
 public:
    signals_blocked() {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    signals_blocked(const signals_blocked&) = delete;

 private:
    sigset_t before_;
};

}  // namespace

capture_file::capture_file(const std::string& name)
    : name_(name), fd_(::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (fd_ < 0) throw file_error(name_ + ": cannot be written");
    may_reserve_ = gains_by_reserving(fd_);
    spare_.reserve(most_pieces);
    next_piece();
}

void capture_file::write(std::string_view s) {
    while (!s.empty()) {
        const std::size_t n = std::min(s.size(), piece_size - size_);
        copy_for_other_cpu(piece_.get() + size_, s.data(), n);
        size_ += n;
        s.remove_prefix(n);
        if (size_ == piece_size) next_piece();
    }
}

// Gives away the one under way, if there is one, and finds another.
void capture_file::next_piece() {
    if (piece_ && !thread_.joinable()) start_thread();
    if (piece_ && !thread_.joinable()) {
        put({piece_.get(), size_});
        size_ = 0;
        return;
    }
    std::unique_lock lock(mutex_);
    if (piece_) full_.push(std::move(piece_));
    has_full_.notify_one();
    if (spare_.empty() && made_ < most_pieces) {
        piece more(static_cast<char*>(std::aligned_alloc(page_size, piece_size)));
        if (!more && made_ == 0) throw std::bad_alloc();
        if (more) {  // otherwise those will do that there are
            spare_.push_back(std::move(more));
            made_++;
        }
    }
    has_spare_.wait(lock, [&] { return !spare_.empty(); });
    piece_ = std::move(spare_.back());
    spare_.pop_back();
    size_ = 0;
}

void capture_file::start_thread() {
    const signals_blocked blocked;
    try {
        thread_ = std::thread(&capture_file::write_pieces, this);
    } catch (const std::system_error&) {
        // No more threads: then the lab waits for its file.
    }
}

void capture_file::write_pieces() {
    std::unique_lock lock(mutex_);
    while (true) {
        has_full_.wait(lock, [&] { return at_end_ || !full_.empty(); });
        if (full_.empty()) return;
        piece p = std::move(full_.front());
        full_.pop();
        lock.unlock();
        put({p.get(), piece_size});
        lock.lock();
        spare_.push_back(std::move(p));
        has_spare_.notify_one();
    }
}

void capture_file::put(std::string_view s) {
    if (failed_) return;
    reserve(s.size());
    while (!s.empty()) {
        const auto n = ::write(fd_, s.data(), s.size());
        if (n < 0 && errno == EINTR) continue;
        failed_ = n <= 0;
        if (failed_) return;
        s.remove_prefix(std::size_t(n));
        written_ += std::uint64_t(n);
    }
}

// No more than what comes now: to give back the rest at the end takes milliseconds.
void capture_file::reserve(std::size_t n) {
    if (!may_reserve_ || written_ + n < piece_size) return;
    may_reserve_ = ::fallocate(fd_, FALLOC_FL_KEEP_SIZE, off_t(written_), off_t(n)) == 0;
}

void capture_file::finish() {
    if (!piece_) return;
    if (thread_.joinable()) {
        {
            const std::lock_guard lock(mutex_);
            at_end_ = true;
            has_full_.notify_one();
        }
        thread_.join();
    }
    put({piece_.get(), size_});
    piece_.reset();
    if (::close(fd_) < 0) failed_ = true;
}

void capture_file::close() {
    finish();
    if (failed_) throw file_error(name_ + ": cannot be written");
}

}  // namespace vethlab::host
