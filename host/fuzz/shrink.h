#pragma once
// Delta debugging (Zeller, Hildebrandt 2002): the smallest script for which something still holds.
#include <functional>
#include <string>
#include <vector>

namespace vethlab::host::fuzz {

using still_holds = std::function<bool(const std::string& script)>;

// First whole lines go, then words of a line, then words are replaced by simpler ones. `holds` is
// asked often; when `enough` says so, what is smallest by then is the answer.
std::string shrink(const std::string& script, const still_holds& holds,
                   const std::function<bool()>& enough);

std::vector<std::string> split(const std::string& text, char at);

}  // namespace vethlab::host::fuzz
