#include <catch2/catch.hpp>
#include <index/code_table.hpp>

using namespace loci::index;

namespace {

Kernel const& portable() {
    return kernel(Instructions::baseline);
}

float number_at(CodeView const& view, std::uint32_t position) {
    float number = 0;
    portable().decode(view.code(position), &number, 1);
    return number;
}

} // namespace

TEST_CASE("codes are read where they were put", "[index][code_table]") {
    CodeTable table{1, portable()};
    for (std::uint32_t position = 0; position < 5000; position += 3) {
        table.add(position, std::vector<float>{static_cast<float>(position % 1000)});
    }
    auto const view = table.view();
    CHECK(table.size() == 1667);
    for (std::uint32_t position = 0; position < 5000; ++position) {
        REQUIRE(view.holds(position) == (position % 3 == 0));
        if (position % 3 == 0) {
            REQUIRE(number_at(view, position) == static_cast<float>(position % 1000));
        }
    }
    CHECK_FALSE(view.holds(4'000'000));
}

TEST_CASE("a code can be put in as it is stored", "[index][code_table]") {
    CodeTable table{2, portable()};
    table.add_code(70, std::vector<Half>{0x3c00, 0xc000});
    CHECK(table.view().holds(70));
    CHECK(number_at(table.view(), 70) == 1.0F);
}

TEST_CASE("what is removed is no longer held, but can be read by a view", "[index][code_table]") {
    CodeTable table{1, portable()};
    table.add(7, std::vector<float>{0.5F});
    auto const before = table.view();
    table.remove(7);
    table.remove(7);
    table.remove(8);
    table.remove(99999);
    CHECK(table.size() == 0);
    CHECK_FALSE(before.holds(7));
    CHECK(number_at(before, 7) == 0.5F);
}

TEST_CASE("a view keeps what it began with while the table grows", "[index][code_table]") {
    CodeTable table{1, portable()};
    table.add(0, std::vector<float>{1});
    auto const view = table.view();
    for (std::uint32_t position = 1; position < 3000; ++position) {
        table.add(position, std::vector<float>{2});
    }
    CHECK(view.end() == code_chunk_rows);
    CHECK(view.holds(0));
    CHECK(number_at(view, 0) == 1.0F);
}

TEST_CASE("a small table takes little memory, a large one little more than its codes",
          "[index][code_table]") {
    constexpr std::size_t dimension = 384;
    std::vector<float> const vector(dimension, 0.05F);
    CodeTable small{dimension, portable()};
    for (std::uint32_t position = 0; position < 100; ++position) {
        small.add(position, vector);
    }
    CHECK(small.memory_bytes() < std::size_t{128 * dimension * sizeof(Half) + 1024});
    CodeTable large{dimension, portable()};
    for (std::uint32_t position = 0; position < 10'000; ++position) {
        large.add(position, vector);
    }
    CHECK(large.memory_bytes() < 10'500 * dimension * sizeof(Half));
    CHECK(large.memory_bytes() >= 10'000 * dimension * sizeof(Half));
}
