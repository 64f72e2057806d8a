#include "embed/word_table.hpp"
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

using loci::embed::WordTable;
using loci::embed::WordTableContent;

namespace {

WordTableContent small_content() {
    return {.stems = {"car", "cat", "猫"},
            .scales = {0.5F, 0.25F, 1.0F},
            .weights = {0.9F, 0.8F, 0.7F},
            .rows = {2, 0, 0, 4, -1, 0},
            .component = {0.0F, 1.0F},
            .unknown_weight = 0.75F};
}

/// A damaged table must be refused; an unchanged checksum would hide the layout checks.
void check_refused(std::vector<std::byte> const& bytes) {
    auto const table = WordTable::parse(bytes);
    REQUIRE_FALSE(table.has_value());
    CHECK(table.error().kind == loci::ErrorKind::corrupt);
    CHECK(table.error().reason == "WORD_TABLE_CORRUPT");
}

} // namespace

TEST_CASE("a table gives back what was written", "[embed]") {
    auto const bytes = loci::embed::write_word_table(small_content());
    auto const table = WordTable::parse(bytes).value();
    CHECK(table.dimension() == 2);
    CHECK(table.size() == 3);
    CHECK(table.stem(2) == "猫");
    CHECK(table.unknown_weight() == 0.75F);
    CHECK(table.component()[1] == 1.0F);
    auto const cat = table.find("cat");
    REQUIRE(cat.has_value());
    CHECK(cat->row[0] == 0);
    CHECK(cat->row[1] == 4);
    CHECK(cat->scale == 0.25F);
    CHECK(cat->weight == 0.8F);
    CHECK(table.find("猫").has_value());
    for (auto const* stem : {"", "ca", "cats", "zebra", "aardvark", "犬"}) {
        CHECK_FALSE(table.find(stem).has_value());
    }
}

TEST_CASE("a table without words can be asked", "[embed]") {
    auto const bytes = loci::embed::write_word_table({.stems = {},
                                                      .scales = {},
                                                      .weights = {},
                                                      .rows = {},
                                                      .component = {0.0F},
                                                      .unknown_weight = 1.0F});
    auto const table = WordTable::parse(bytes).value();
    CHECK(table.size() == 0);
    CHECK_FALSE(table.find("car").has_value());
}

TEST_CASE("every damaged byte of a table is noticed", "[embed]") {
    auto const good = loci::embed::write_word_table(small_content());
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto bytes = good;
        bytes[i] ^= std::byte{0x10};
        CAPTURE(i);
        check_refused(bytes);
    }
}

TEST_CASE("a table of the wrong length is refused", "[embed]") {
    auto const good = loci::embed::write_word_table(small_content());
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        check_refused({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
    }
    auto longer = good;
    longer.push_back(std::byte{0});
    check_refused(longer);
}

TEST_CASE("random bytes are no table", "[embed]") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::byte> bytes(random() % 300);
        for (auto& byte : bytes) {
            byte = static_cast<std::byte>(random() & 0xFF);
        }
        std::memcpy(bytes.data(), "LOCIWORD\1\0\0\0", std::min<std::size_t>(bytes.size(), 12));
        check_refused(bytes);
    }
}

TEST_CASE("the linked table is whole", "[embed]") {
    auto const table = WordTable::parse(loci::embed::linked_word_table()).value();
    CHECK(table.dimension() == 256);
    CHECK(table.size() == 30'000);
    for (std::size_t i = 1; i < table.size(); ++i) {
        REQUIRE(table.stem(i - 1) < table.stem(i));
    }
    double length = 0;
    for (float const value : table.component()) {
        length += static_cast<double>(value * value);
    }
    CHECK(length == Approx(1.0).epsilon(1e-4));
    CHECK(table.find("dog").has_value());
    CHECK(table.find("dog")->weight > table.find("person")->weight);
}
