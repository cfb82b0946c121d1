#include "sim/capture/compare.h"

#include <gtest/gtest.h>

namespace vethlab {
namespace {

const record_files sample{
    "$ ip link add v0 type veth\n$ ping -c 1 10.0.0.2\ntime=0.5 ms\n[exit 1]\n",
    "-/v0 out 14 ffffffffffff0a000000000100aa  # a\n-/v0 host 14 0a00000000010a0000000002ffff\n",
    "counters - v0 rx_packets=1\nlink - 2: v0\nneigh - b\nneigh - a\n",
    {{"-/v0", {1, 2}}},
};

TEST(Compare, ARecordingEqualsItself) {
    const auto c = compare(sample, sample);
    EXPECT_TRUE(c.same());
    EXPECT_EQ(summary(c), "commands 2/2 frames 2/2 counters 1/1 state 3/3");
    EXPECT_TRUE(c.differences.empty());
}

TEST(Compare, TimesAndTheOrderOfNeighboursDoNotCount) {
    record_files other = sample;
    other.expect.replace(other.expect.find("0.5"), 3, "0.7");
    other.state = "counters - v0 rx_packets=1\nneigh - a\nlink -  2: v0\nneigh - b\n";
    EXPECT_TRUE(compare(sample, other).same());
}

TEST(Compare, ADifferenceNamesItsPlace) {
    record_files other = sample;
    other.expect.replace(other.expect.find("[exit 1]"), 8, "[exit 2]");
    other.frames = "-/v0 out 14 ffffffffffff0a000000000100aa\n";
    other.state = "counters - v0 rx_packets=2\nlink - 2: v0\nneigh - b\nneigh - a\n";
    const auto c = compare(sample, other);
    EXPECT_EQ(summary(c), "commands 1/2 frames 1/2 counters 0/1 state 3/3");
    ASSERT_EQ(c.differences.size(), 3u);
    EXPECT_EQ(c.differences[0].where, "command 2: $ ping -c 1 10.0.0.2");
    EXPECT_EQ(c.differences[0].command, "ip link add v0 type veth");
    EXPECT_EQ(c.differences[0].left, std::vector<std::string>{"[exit 1]"});
    EXPECT_EQ(c.differences[0].right, std::vector<std::string>{"[exit 2]"});
    EXPECT_EQ(c.differences[1].where, "frames of -/v0, frame 2");
    EXPECT_EQ(c.differences[1].command, "ping -c 1 10.0.0.2");
    EXPECT_EQ(c.differences[1].left,
              std::vector<std::string>{"host 14 0a00000000010a0000000002ffff  # 0a:00:00:00:00:02 "
                                       "> 0a:00:00:00:00:01 type 0xffff"});
    EXPECT_TRUE(c.differences[1].right.empty());
    EXPECT_EQ(c.differences[2].where, "counters");
}

TEST(Compare, OneMissingItemCountsOnce) {
    record_files a, b;
    a.state = "link a\nlink b\nlink c\nlink d\n";
    b.state = "link a\nlink c\nlink d\nlink e\n";
    EXPECT_EQ(summary(compare(a, b)), "commands 0/0 frames 0/0 counters 0/0 state 3/5");
}

}  // namespace
}  // namespace vethlab
