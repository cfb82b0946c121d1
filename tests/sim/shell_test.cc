#include <gtest/gtest.h>

#include "tests/sim/fake_table.h"
#include "tests/sim/shell_cases.h"

namespace vethlab::testing {
namespace {

script_run run(const std::string& script, std::vector<std::string> args = {}) {
    fake_env env;
    return run_script(script, env, std::move(args));
}

TEST(Shell, DoesWhatDashDid) {
    for (const auto& c : shell_cases) {
        const auto r = run(c.script, {"a", "b c"});
        EXPECT_TRUE(r.ended) << c.script;
        EXPECT_EQ(r.out, c.out) << c.script;
        EXPECT_EQ(r.err, c.err) << c.script;
        EXPECT_EQ(r.result.exit_status, c.status) << c.script;
    }
}

TEST(Shell, CommandsAreShownWithTheirWordsExpanded) {
    fake_env env;
    const auto r = run_script(
        "dev='my dev'\n"
        "args set $dev \"$dev\" up > f  # why\n"
        "for i in 1 2; do args n$i; done\n"
        "args a | grep -c a\n"
        "x=$(args hidden)\n"
        "sudo -E args root\n",
        env);
    EXPECT_EQ(r.events,
              "2 args set $dev \"$dev\" up > f | args set my dev 'my dev' up > f\n= 0\n"
              "3 args n$i | args n1\n= 0\n"
              "3 args n$i | args n2\n= 0\n"
              "4 args a | grep -c a | args a | grep -c a\n= 0\n"
              "6 sudo -E args root | sudo args root\n= 0\n");
    EXPECT_FALSE(r.result.failed);
}

TEST(Shell, FailureCountsUnlessSomethingLooksAtIt) {
    for (const char* fine : {"false || true", "if false; then :; fi", "! true || :", "! false",
                             "while false; do :; done", "false && true || :", "x=$(false) || :",
                             "false | true", "f() { false; true; }; f || :"}) {
        EXPECT_FALSE(run(fine).result.failed) << fine;
    }
    for (const char* bad : {"false; true", "(false); true", "true | false; true", "nosuch; true",
                            "f() { return 2; }; f; true", "x=$(false); true", "exit 3", "fi"}) {
        EXPECT_TRUE(run(bad).result.failed) << bad;
    }
}

TEST(Shell, SyntaxErrorIsReportedAfterWhatStandsBeforeIt) {
    const auto r = run("args one\nfi\nargs two\n");
    EXPECT_EQ(r.out, "<one>\n");
    ASSERT_TRUE(r.result.error.has_value());
    EXPECT_EQ(r.result.error->line, 2);
    EXPECT_EQ(r.result.error->text, "Syntax error: \"fi\" unexpected");
    EXPECT_EQ(r.result.exit_status, 2);
}

TEST(Shell, JobsRunBesideTheScript) {
    const auto r = run("ticks 3 & sleep 1; echo between; wait; echo end");
    EXPECT_EQ(r.out, "tick 1\ntick 2\nbetween\ntick 3\nend\n");
    EXPECT_EQ(r.seconds, 3);
}

TEST(Shell, KillReachesTheProgramInTheJob) {
    const auto r = run("ticks 100 & p=$!; sleep 2; kill $p; wait $p; echo $?");
    EXPECT_EQ(r.out, "tick 1\ntick 2\n143\n");
    EXPECT_EQ(r.err, "Terminated\n");
    const auto compound = run("{ while :; do ticks 1; done; echo no; } & sleep 2; kill %1; wait");
    EXPECT_TRUE(compound.ended);
    EXPECT_EQ(compound.out.find("no"), std::string::npos);
}

TEST(Shell, HeadEndsWhoWritesToIt) {
    const auto r = run("ticks 100 | head -n 2; echo $?");
    EXPECT_EQ(r.out, "tick 1\ntick 2\n0\n");
    EXPECT_LT(r.seconds, 5);
    EXPECT_EQ(run("{ ticks 100 | head -n 1; } & sleep 9; echo after").out, "tick 1\nafter\n");
}

TEST(Shell, SubstitutionWaitsForWhoeverWritesToIt) {
    EXPECT_EQ(run("x=$(ticks 2 & echo a); echo \"$x\"").out, "tick 1\na\ntick 2\n");
    EXPECT_EQ(run("p=$(ticks 9 > f & echo a); echo \"$p\"; args").out, "a\n\n");
}

TEST(Shell, SysctlsAreFiles) {
    const auto r =
        run("cat /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv4/ip_forward\n"
            "read x < /proc/sys/net/ipv4/ip_forward; echo \"[$x]\"\n"
            "echo x > /proc/sys/net/ipv4/ip_forward; echo $?\n"
            "echo 1 > /proc/sys/net/nosuch\n"
            "echo 0 | sudo tee /proc/sys/net/ipv4/ip_forward\n");
    EXPECT_EQ(r.out, "0\n[1]\n1\n0\n");
    EXPECT_EQ(r.err,
              "t.sh: 3: echo: echo: I/O error\n"
              "t.sh: 4: cannot create /proc/sys/net/nosuch: Directory nonexistent\n");
}

TEST(Shell, WhatIsNotShIsNamed) {
    const std::pair<const char*, const char*> table[] = {
        {"[[ a = b ]]", "t.sh: 1: [[ ]] is bash, not sh: not supported\n"},
        {"\n((1+1))", "t.sh: 2: ((...)) is bash, not sh: not supported\n"},
        {"function f { :; }", "t.sh: 1: function is bash, not sh: not supported\n"},
        {"for ((;;)); do :; done", "t.sh: 1: for ((...)) is bash, not sh: not supported\n"},
        {"declare x=1", "t.sh: 1: declare is bash, not sh: not supported\n"},
        {"source f", "t.sh: 1: source: not supported\n"},
        {"set -m", "t.sh: 1: set: -m: not supported\n"},
        {"sudo -i", "t.sh: 1: sudo: -i: not supported\n"},
    };
    for (const auto& [script, message] : table) {
        const auto r = run(std::string(script) + "\necho no\n");
        EXPECT_EQ(r.out, "") << script;
        EXPECT_EQ(r.err, message) << script;
        EXPECT_EQ(r.result.exit_status, 2) << script;
    }
    EXPECT_EQ(run("x=(1 2)").hints, "t.sh: arrays, NAME=(...), are bash's\n");
    EXPECT_EQ(run("sed s/a/b/").err, "sed: not supported in a lab\n");
}

TEST(Shell, SortsAndCuts) {
    const std::pair<const char*, const char*> table[] = {
        {"printf '10\\n9\\n-3\\n1.5\\nx\\n' | sort -n", "-3\nx\n1.5\n9\n10\n"},
        {"printf 'b 2\\na 10\\nc 1\\na 2\\n' | sort -k2,2nr -k1,1", "a 10\na 2\nb 2\nc 1\n"},
        {"printf 'a:3\\nb:1\\n' | sort -t: -k2", "b:1\na:3\n"},
        {"printf 'b\\na\\nb\\n' | sort -ru", "b\na\n"},
        {"printf 'a\\na\\nb' | uniq -c", "      2 a\n      1 b\n"},
        {"echo a:b:c:d | cut -d: -f1,3-", "a:c:d\n"},
        {"echo abcd | cut -c2-3", "bc\n"},
        {"echo Hello | tr '[:upper:]' '[:lower:]'", "hello\n"},
        {"echo 'a  b' | tr -s ' ' | tr ' ' '\\n'", "a\nb\n"},
        {"echo a1b2 | tr -cd '0-9\\n'", "12\n"},
    };
    for (const auto& [script, out] : table) EXPECT_EQ(run(script).out, out) << script;
    EXPECT_EQ(run("echo a | tr b").err,
              "tr: missing operand after 'b'\nTwo strings must be given when translating.\n"
              "Try 'tr --help' for more information.\n");
}

// Without a limit each of these would run for ever, or out of stack or memory.
TEST(Shell, HasLimits) {
    const std::pair<const char*, const char*> table[] = {
        {"while :; do :; done", "stopped: too many steps"},
        {"while :; do echo 1234567890; done | cat", "stopped: too many steps"},
        {"f() { f; }; f", "Maximum function recursion depth (1000) reached"},
        {"f() { (f); }; f", "Cannot fork"},
        {"f() { x=$(f); }; f", "Cannot fork"},
        {"f() { f & }; f; wait", "Cannot fork"},
        {"while :; do sleep 1 & done", "Cannot fork"},
        {"f() { eval f; }; f", "commands nested too deep"},
        {"x=12345678; while :; do x=$x$x; done", "Out of space"},
        {"set a b; while :; do set -- \"$@\" \"$@\"; done", "Out of space"},
        {"printf %99999999d 1", "printf: a width of more than 100000: not supported"},
    };
    for (const auto& [script, message] : table) {
        const auto r = run(script);
        EXPECT_NE(r.err.find(message), std::string::npos) << script << "\n" << r.err;
    }
    for (const char* open : {"(", "{ ", ": $(", ": \"$(", ": ${x:-", ": $((1+(", ": `\\`", "if "}) {
        std::string text;
        for (int i = 0; i < 100000; ++i) text += open;
        EXPECT_EQ(run(text).result.exit_status, 2) << open;
    }
    EXPECT_EQ(run("echo $((" + std::string(10000, '(') + "))").result.exit_status, 2);
    EXPECT_EQ(run("echo a | grep -E '" + std::string(10000, '(') + "'").result.exit_status, 2);
}

// A lab that ends in the middle of everything leaves nothing behind (the sanitizers look).
TEST(Shell, CanBeEndedAtAnyTime) {
    const std::string script =
        "f() { if [ $1 -gt 300 ]; then ticks 50; else f $(($1 + 1)); fi; }\n"
        "f 0 & ticks 9 | (cat; ticks 3) & x=$(ticks 4 & ticks 2); sh -c 'ticks 5 & ticks 2' & "
        "wait\n";
    for (long turns = 0; turns < 60; ++turns) {
        fake_env env;
        run_script(script, env, {}, turns);
    }
}

}  // namespace
}  // namespace vethlab::testing
