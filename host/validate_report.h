#pragma once
// What `validate` says about a lab: to people, to programs, to those who read JUnit's XML.
#include <string>
#include <vector>

#include "host/both_sides.h"

namespace vethlab::host {

struct lab_report {
    std::string name;
    std::string verdict;  // word(verdict), or "failed"
    std::string text;     // lines, for people
    std::string json;     // an object
    std::string first;    // the first difference: a line, and all of it
    std::string details;
    double seconds = 0;
};

lab_report report(const std::string& name, const outcome& o);
lab_report report_failure(const std::string& name, const std::string& why);

// https://github.com/testmoapp/junitxml: a testcase a lab. What differs is a failure, what could
// not run an error.
std::string junit_xml(const std::vector<lab_report>& labs);

std::string pack(const lab_report& r);
lab_report unpack_report(const std::string& bytes);

}  // namespace vethlab::host
