// core/flat_map.h, core/compact_vector.h, core/copy_on_write.h
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "core/compact_vector.h"
#include "core/copy_on_write.h"
#include "core/flat_map.h"

namespace vethlab {
namespace {

TEST(FlatMap, IsSortedByKey) {
    flat_map<int, char> map;
    for (const int key : {3, 1, 2}) map[key] = char('a' + key);
    map[1] = 'x';
    std::string order;
    for (const auto& [key, value] : map) order += value;
    EXPECT_EQ(order, "xcd");
    map.erase(2);
    map.erase(7);
    EXPECT_FALSE(map.contains(2));
    EXPECT_EQ(map.find(2), map.end());
    EXPECT_EQ(map.find(3)->second, 'd');
    EXPECT_EQ(map.size(), 2u);
}

TEST(CompactVector, IsAVectorWhileItHoldsSomething) {
    compact_vector<int> v;
    EXPECT_EQ(v.begin(), v.end());
    v.remove(1);
    v.push_back(2);
    v.insert(v.begin(), 1);
    v.push_back(3);
    const compact_vector<int> copy = v;
    v.erase(v.begin());
    v.remove_if([](int i) { return i == 3; });
    EXPECT_EQ(v.size(), 1u);
    EXPECT_EQ(v.back(), 2);
    v.erase(v.begin());
    EXPECT_TRUE(v.empty());
    EXPECT_EQ(copy.size(), 3u);
    EXPECT_EQ(copy[0], 1);
    EXPECT_EQ(sizeof v, sizeof(void*));
}

TEST(CompactVector, OwnsItsItems) {
    compact_vector<std::unique_ptr<std::string>> v;
    for (const char* word : {"a", "b", "c", "d", "e"}) {
        v.insert(v.begin() + v.size() / 2, std::make_unique<std::string>(word));
    }
    std::string order;
    for (const auto& word : v) order += *word;
    EXPECT_EQ(order, "bdeca");
    EXPECT_EQ(**v.rbegin(), "a");
    auto moved = std::move(v);
    moved.resize(7);
    EXPECT_EQ(moved.back(), nullptr);
    moved.resize(2);
    moved.erase(moved.begin());
    EXPECT_EQ(*moved.front(), "d");
    v = std::move(moved);
    EXPECT_TRUE(moved.empty());
    v.clear();
    EXPECT_EQ(v.begin(), v.end());
}

// A single pointer is in the vector itself.
TEST(CompactVector, ASinglePointerIsAnItemLikeOthers) {
    int a = 1, b = 2;
    compact_vector<int*> v;
    v.push_back(&a);
    EXPECT_EQ(v.size(), 1u);
    EXPECT_GE(static_cast<void*>(v.begin()), static_cast<void*>(&v));
    EXPECT_LT(static_cast<void*>(v.begin()), static_cast<void*>(&v + 1));
    v.insert(v.begin(), &b);
    const compact_vector<int*> copy = v;
    v.remove(&b);
    EXPECT_EQ(v.back(), &a);
    v.remove(&a);
    EXPECT_TRUE(v.empty());
    EXPECT_EQ(copy.size(), 2u);
    EXPECT_EQ(copy[0], &b);

    compact_vector<std::unique_ptr<int>> owners;
    owners.push_back(std::make_unique<int>(3));
    auto others = std::move(owners);
    EXPECT_TRUE(owners.empty());
    others.push_back(std::make_unique<int>(4));
    others.erase(others.begin());
    EXPECT_EQ(*others.front(), 4);
    compact_vector<std::unique_ptr<int>> last;
    last.push_back(std::make_unique<int>(5));
    const auto taken = std::move(last[0]);
    last.erase(last.begin());
    EXPECT_TRUE(last.empty());
    EXPECT_EQ(*taken, 5);
}

TEST(CopyOnWrite, IsCommonUntilItIsWritten) {
    static constexpr common_value<std::array<int, 2>> common{{1, 2}};
    copy_on_write<std::array<int, 2>> a(common), b(common);
    EXPECT_EQ(&*a, &*b);
    a.own()[0] = 5;
    const auto c = a;
    a.own()[0] = 6;
    EXPECT_EQ((*a)[0], 6);
    EXPECT_EQ((*b)[0], 1);
    EXPECT_EQ((*c)[0], 5);
    a.share(common);
    EXPECT_TRUE(a.is_common());
    EXPECT_EQ(&*a, &*b);
}

}  // namespace
}  // namespace vethlab
