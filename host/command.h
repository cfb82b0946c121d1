#pragma once
// The commands of `vethlab` itself: each has a file of its own that says its options; main.cc
// lists them.
#include <boost/program_options.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/kernel.h"

namespace vethlab::host {

namespace po = boost::program_options;
using words = std::vector<std::string>;

// The user called us wrongly; said on stderr, exit status 2.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct command {
    const char* name;
    const char* summary;
    const char* usage;
    po::options_description (*options)();
    // What follows the command's name; the exit status.
    int (*run)(const words& args);
    const char* notes = "";  // at the end of its help
};

// `vethlab help COMMAND`
std::string help(const command& c);

// The words of a command line: options that it knows, and the rest behind them (without "--").
struct parsed {
    po::variables_map given;
    words rest;
    bool has(const char* option) const { return given.contains(option); }
    std::optional<std::string> value(const char* option) const;
    // The default where it is not given. Throws usage_error if it is no number in that range.
    std::uint64_t number(const char* option, std::uint64_t otherwise, std::uint64_t least = 0,
                         std::uint64_t most = UINT64_MAX) const;
};
// Options end at the first word that is none: a script's own arguments may look like ours.
parsed parse(const words& args, const po::options_description& known);

// --tools, one of `known`, of which the first is the default. --kernel 6.18|6.1. Throw usage_error.
std::string whose_tools(const parsed& p, const words& known);
kernel_profile profile(const std::string& name);

}  // namespace vethlab::host
