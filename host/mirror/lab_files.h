#pragma once
// The files of a lab on the real kernel: those below its private /tmp, so that programs of the
// machine and the shell see the same.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::host {

class lab_files {
 public:
    std::optional<std::string> read(std::string_view name) const;
    bool write(std::string_view name, std::string_view bytes, bool append);
    bool remove(std::string_view name);
    std::vector<std::string> names() const;  // sorted
    // What programs left (tcpdump -w), not what the shell wrote.
    std::map<std::string, std::string> left_by_programs() const;

 private:
    std::set<std::string, std::less<>> by_shell_;
};

}  // namespace vethlab::host
