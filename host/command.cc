#include "host/command.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "sim/text.h"

namespace vethlab::host {
namespace {

// Where the options end: at SCRIPT, whose own arguments may look like ours.
std::size_t count_options(const words& args, const po::options_description& known) {
    std::size_t i = 0;
    while (i < args.size() && args[i].size() > 1 && args[i][0] == '-' && args[i] != "--") {
        const auto* option = args[i].starts_with("--")
                                 ? known.find_nothrow(args[i].substr(2), /*approx=*/false)
                                 : nullptr;
        i += option && option->semantic()->max_tokens() > 0 ? 2 : 1;
    }
    return std::min(i, args.size());
}

po::variables_map parse_options(const words& args, const po::options_description& known) {
    po::variables_map given;
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(args).options(known).style(style).run(), given);
    return given;
}

}  // namespace

std::string help(const command& c) {
    std::ostringstream s;
    s << "usage: vethlab " << c.name << ' ' << c.usage << "\n\n" << c.summary << ".\n";
    const auto options = c.options();
    if (!options.options().empty()) s << '\n' << options;
    s << c.notes;
    return s.str();
}

parsed parse(const words& args, const po::options_description& known) {
    const auto split = args.begin() + std::ptrdiff_t(count_options(args, known));
    parsed p{parse_options({args.begin(), split}, known), words(split, args.end())};
    if (!p.rest.empty() && p.rest[0] == "--") p.rest.erase(p.rest.begin());
    return p;
}

std::optional<std::string> parsed::value(const char* option) const {
    if (!has(option)) return std::nullopt;
    return given[option].as<std::string>();
}

std::uint64_t parsed::number(const char* option, std::uint64_t otherwise, std::uint64_t least,
                             std::uint64_t most) const {
    if (!has(option)) return otherwise;
    const std::string& text = given[option].as<std::string>();
    std::uint64_t n = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, n);
    if (error != std::errc() || stop != end || text.empty()) {
        throw usage_error(std::string("--") + option + ": '" + text + "' is not a number");
    }
    if (n < least || n > most) {
        throw usage_error(strf("--%s: from %llu to %llu", option, (unsigned long long)least,
                               (unsigned long long)most));
    }
    return n;
}

std::string whose_tools(const parsed& p, const words& known) {
    const auto tools = p.value("tools").value_or(known[0]);
    if (std::find(known.begin(), known.end(), tools) != known.end()) return tools;
    std::string all;
    for (const auto& k : known) all += (all.empty() ? "" : ", ") + k;
    throw usage_error("--tools: unknown '" + tools + "'; there are " + all);
}

kernel_profile profile(const std::string& name) {
    if (name == "6.18") return kernel_profile::v6_18;
    if (name == "6.1") return kernel_profile::v6_1;
    throw usage_error("--kernel: unknown version '" + name + "'; there are 6.18 and 6.1");
}

}  // namespace vethlab::host
