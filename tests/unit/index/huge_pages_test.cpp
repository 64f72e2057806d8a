#include <algorithm>
#include <catch2/catch.hpp>
#include <index/huge_pages.hpp>
#include <vector>

using namespace loci::index;

TEST_CASE("few halves and many are zeros that can be written", "[index][huge_pages]") {
    for (std::size_t const count :
         {std::size_t{1}, std::size_t{1000}, (std::size_t{3} << 20) + 5}) {
        auto const halves = make_halves(count);
        CHECK(std::count(halves.get(), halves.get() + count, Half{0}) ==
              static_cast<std::ptrdiff_t>(count));
        std::fill_n(halves.get(), count, Half{7});
        CHECK(halves[count - 1] == 7);
    }
}

TEST_CASE("any range may ask for huge pages, and keeps what it holds", "[index][huge_pages]") {
    std::vector<char> bytes(std::size_t{5} << 20, 'x');
    for (std::size_t const offset : {std::size_t{0}, std::size_t{1}, std::size_t{4096}}) {
        prefer_huge_pages(bytes.data() + offset, bytes.size() - offset);
    }
    prefer_huge_pages(bytes.data(), 10);
    prefer_huge_pages(nullptr, 0);
    CHECK(std::count(bytes.begin(), bytes.end(), 'x') == std::ssize(bytes));
}
