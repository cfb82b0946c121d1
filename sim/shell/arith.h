#pragma once
// dash: src/arith_yacc.c. $((...))
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace vethlab::sh {

struct arith_variables {
    virtual ~arith_variables() = default;
    // Empty or unset is 0.
    virtual std::string get(std::string_view name) = 0;
    // False, and an error has been noted, if the variable cannot be set.
    virtual bool set(std::string_view name, const std::string& value) = 0;
};

// `error` stays empty if all went well.
std::int64_t arith(std::string_view text, arith_variables& vars, std::string& error);

// strtoll with base 0 over the whole of `text` (blanks around it allowed), as dash reads the
// value of a variable; false if it is no number.
bool whole_number(std::string_view text, int base, std::int64_t& value);

}  // namespace vethlab::sh
