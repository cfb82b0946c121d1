#pragma once
// glibc: getopt(3) with short options. Operands may stand between options and are
// collected in `rest`, as glibc's permutation does.
#include <string>
#include <string_view>
#include <vector>

namespace vethlab {

// "--numeric" for "-n". `as` may hold a value, as in "-Ainet".
struct long_option {
    std::string_view name, as;
};
// The words with each long option, in full or in an unambiguous beginning, made a short one.
std::vector<std::string> in_short_options(const std::vector<std::string>& argv,
                                          const std::vector<long_option>& options);

class short_options {
 public:
    // `spec` as for getopt: "ab:c" means -a, -b VALUE, -c. argv[0] is the program's name.
    short_options(const std::vector<std::string>& argv, std::string_view spec);

    // The next option's letter, '?' for one that is wrong (see error), -1 at the end.
    int next();

    std::string value;              // of the option just returned
    std::string error;              // glibc's sentence, with the program's name
    std::vector<std::string> rest;  // operands; complete once next() gave -1

 private:
    const std::vector<std::string>& argv_;
    std::string_view spec_;
    std::size_t word_ = 1;  // in argv_
    std::size_t at_ = 0;    // in that word, 0 = at its beginning
};

}  // namespace vethlab
