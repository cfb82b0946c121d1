#pragma once
// The file of --pcap, which grows while the lab runs: a capture may be larger than memory. What
// comes is gathered in large pieces; a thread writes them, so that the lab goes on meanwhile where
// another CPU is free.
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "sim/text.h"

namespace vethlab::host {

class capture_file final : public writer {
 public:
    explicit capture_file(const std::string& name);  // may throw file_error
    ~capture_file() override { finish(); }

    void write(std::string_view s) override;
    // When nothing more comes. file_error: not all of it is in the file.
    void close();

 private:
    struct to_free {
        void operator()(char* p) const { std::free(p); }
    };
    using piece = std::unique_ptr<char[], to_free>;

    void next_piece();
    void start_thread();
    void write_pieces();  // the thread
    void put(std::string_view s);
    void reserve(std::size_t n);
    void finish();

    const std::string name_;
    piece piece_;  // under way
    std::size_t size_ = 0;

    // Of whoever writes: the thread as long as there is one.
    int fd_;
    std::uint64_t written_ = 0;
    bool may_reserve_ = false, failed_ = false;

    std::thread thread_;
    std::mutex mutex_;  // for what follows
    std::condition_variable has_full_, has_spare_;
    std::queue<piece> full_;
    std::vector<piece> spare_;
    unsigned made_ = 0;
    bool at_end_ = false;
};

}  // namespace vethlab::host
