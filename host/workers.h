#pragma once
// Pieces of work in processes of their own, some at a time. They end with us, however we do; one
// that takes too long is ended, and whatever it started with it.
#include <chrono>
#include <functional>
#include <string>

namespace vethlab::host {

struct workers_options {
    unsigned jobs = 1;
    std::chrono::seconds timeout = std::chrono::hours(24);  // of a stage of a piece
};

// What a piece of work is given.
struct worker {
    unsigned slot;  // below `jobs`; no two pieces have the same at the same time
    std::function<void(const std::string& name)> stage;  // a new one begins
};

struct piece_result {
    enum { done, too_long, ended } how = done;
    std::string text;  // what `work` returned; else the name of the last stage
};

// `work` runs in a child and must not throw. `result` is called here, in the order of the pieces;
// if it throws, those that run are ended.
void in_processes(const workers_options& options, std::size_t pieces,
                  const std::function<std::string(std::size_t piece, const worker&)>& work,
                  const std::function<void(std::size_t piece, const piece_result&)>& result);

}  // namespace vethlab::host
