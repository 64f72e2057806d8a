#include "file_bytes.hpp"
#include "random_vectors.hpp"

#include <catch2/catch.hpp>
#include <index/segment_file.hpp>
#include <limits>
#include <map>
#include <set>
#include <support/result_text.hpp>
#include <support/temporary_directory.hpp>

using namespace loci;
using namespace loci::index;

namespace {

constexpr std::size_t dimension = 32;
constexpr std::uint32_t count = 1500;
constexpr SegmentLimits limits{
    .sealed_from = 500, .longest_tail = 300, .sealed_at_once = 5000, .compared = 100};

std::int64_t key_at(std::uint32_t position) {
    return 1000 + 3 * std::int64_t{position};
}

std::int64_t recorded_at(std::uint32_t position) {
    return 1'700'000'000'000'000 + 7 * std::int64_t{position};
}

SegmentRow row_at(std::uint32_t position) {
    return {key_at(position), recorded_at(position)};
}

/// An index of `count` vectors, sealed but for its last hundred, and its file.
struct Fixture {
    Fixture() {
        for (std::uint32_t position = 0; position < count; ++position) {
            if (position == count - 100) {
                while (vectors.wants_seal()) {
                    vectors.seal();
                }
            }
            // Every tenth one is equal to the first.
            data.push_back(position % 10 == 0 && position > 0 ? data.front()
                                                              : unit_vector(random, dimension));
            vectors.add(position, data.back());
        }
        save();
    }

    void save() { REQUIRE(save_segment(path, identity, vectors, count, row_at)); }

    /// Loads into `loaded` what `positions` has a place for.
    bool load() {
        loaded = std::make_unique<SegmentedIndex>(dimension, limits);
        asked = 0;
        return load_segment(path, identity, *loaded,
                            {.find = [&](std::int64_t key) { return find(key); },
                             .has_code =
                                 [&](std::int64_t key, std::span<Half const> code) {
                                     ++asked;
                                     return std::ranges::equal(code, code_of(key));
                                 }});
    }

    std::optional<SegmentRows::Place> find(std::int64_t key) const {
        auto const found = positions.find(key);
        if (found == positions.end()) {
            return std::nullopt;
        }
        return SegmentRows::Place{found->second,
                                  recorded_at(position_at_first(key)) + (key >= set_back_from)};
    }

    static std::uint32_t position_at_first(std::int64_t key) {
        return static_cast<std::uint32_t>((key - 1000) / 3);
    }

    std::vector<Half> code_of(std::int64_t key) const {
        std::vector<Half> code(dimension);
        kernel(Instructions::baseline)
            .encode(data[position_at_first(key)].data(), code.data(), dimension);
        return code;
    }

    static std::map<std::int64_t, std::uint32_t> every_position() {
        std::map<std::int64_t, std::uint32_t> all;
        for (std::uint32_t position = 0; position < count; ++position) {
            all.emplace(key_at(position), position);
        }
        return all;
    }

    std::mt19937 random{5};
    tests::TemporaryDirectory directory;
    SegmentIdentity identity{
        .database = Uuid{{7, 8, 9}}, .model = "words/1", .owner = 3, .dimension = dimension};
    std::filesystem::path path = segment_path(directory.path(), identity.model, identity.owner);
    SegmentedIndex vectors{dimension, limits};
    std::vector<std::vector<float>> data;
    std::map<std::int64_t, std::uint32_t> positions = every_position();
    std::int64_t set_back_from = std::numeric_limits<std::int64_t>::max(); ///< key
    std::unique_ptr<SegmentedIndex> loaded;
    int asked = 0;
};

} // namespace

TEST_CASE_METHOD(Fixture, "a loaded index answers as the saved one", "[index][segment_file]") {
    REQUIRE(load());
    CHECK(asked > 30);
    CHECK(asked < 100);
    CHECK(loaded->size() == count);
    REQUIRE(loaded->graph() != nullptr);
    CHECK(loaded->graph()->size() == count - 100);
    auto const everything = all_of(count);
    for (int round = 0; round < 30; ++round) {
        auto const question = unit_vector(random, dimension);
        CHECK(loaded->search(question, everything.words(), 20) ==
              vectors.search(question, everything.words(), 20));
    }
    CHECK(std::distance(std::filesystem::directory_iterator{directory.path()}, {}) == 1);
}

TEST_CASE_METHOD(Fixture, "keys that are no rows are left out, others lie where they are now",
                 "[index][segment_file]") {
    positions.clear();
    std::uint32_t next = 7;
    for (std::uint32_t position = 0; position < count; ++position) {
        if (position % 8 != 0) {
            positions.emplace(key_at(position), next++);
        }
    }
    REQUIRE(load());
    CHECK(loaded->size() == positions.size());
    REQUIRE(loaded->graph() != nullptr);
    auto const everything = all_of(count);
    for (std::uint32_t position = 1; position < count; position += 100) {
        auto const hit = loaded->search(data[position], everything.words(), 1).front();
        CHECK(hit.position == positions.at(key_at(position)));
        CHECK(hit.score == Approx(1).margin(1e-3));
    }
    positions.clear();
    REQUIRE(load());
    CHECK(loaded->size() == 0);
    CHECK(loaded->graph() == nullptr);
}

TEST_CASE_METHOD(Fixture, "an index without a graph, or with nothing, is saved too",
                 "[index][segment_file]") {
    SegmentedIndex small{dimension, limits};
    REQUIRE(save_segment(path, identity, small, 0, row_at));
    REQUIRE(load());
    CHECK(loaded->size() == 0);
    small.add(4, data[4]);
    small.add(6, data[6]);
    REQUIRE(save_segment(path, identity, small, 6, row_at));
    REQUIRE(load());
    CHECK(loaded->size() == 1);
    CHECK(loaded->codes().holds(4));
}

TEST_CASE_METHOD(Fixture, "a file that was cut or changed anywhere is noticed and removed",
                 "[index][segment_file]") {
    auto const written = file_bytes(path);
    std::set<std::size_t> places{0, 5, 50, 95, 99, 102, written.size() - 1, written.size() - 9};
    for (std::size_t place = 0; place < written.size(); place += 4099) {
        places.insert(place);
    }
    for (auto const place : places) {
        CAPTURE(place);
        put_bytes(path, written.substr(0, place));
        REQUIRE_FALSE(load());
        REQUIRE_FALSE(std::filesystem::exists(path));
        auto changed = written;
        changed[place] = static_cast<char>(changed[place] ^ 0x40);
        put_bytes(path, changed);
        REQUIRE_FALSE(load());
        REQUIRE_FALSE(std::filesystem::exists(path));
    }
    put_bytes(path, written);
    CHECK(load());
    std::filesystem::remove(path);
    CHECK_FALSE(load());
}

TEST_CASE_METHOD(Fixture, "a file of another database, model, owner or dimension is not used",
                 "[index][segment_file]") {
    auto const written = file_bytes(path);
    auto const own = identity;
    auto const refused = [&](auto change) {
        put_bytes(path, written);
        identity = own;
        change(identity);
        return !load() && !std::filesystem::exists(path);
    };
    CHECK(refused([](auto& other) { other.database = Uuid{{1}}; }));
    CHECK(refused([](auto& other) { other.model = "words/2"; }));
    CHECK(refused([](auto& other) { other.owner = 4; }));
    CHECK(refused([](auto& other) { other.dimension = dimension / 2; }));
}

TEST_CASE_METHOD(Fixture, "a file from before the database was set back is not used",
                 "[index][segment_file]") {
    auto const written = file_bytes(path);
    SECTION("keys were given out again") {
        set_back_from = key_at(count / 2);
    }
    SECTION("for one other row, at another time") {
        positions.erase(positions.upper_bound(key_at(700)), positions.end());
        set_back_from = key_at(700);
    }
    SECTION("and the clock was set back too") {
        std::swap(data[count - 20], data[count - 21]);
    }
    CHECK_FALSE(load());
    CHECK_FALSE(std::filesystem::exists(path));
    put_bytes(path, written);
    std::swap(data[count - 20], data[count - 21]);
    set_back_from = key_at(count);
}

TEST_CASE_METHOD(Fixture, "an old file gives what it has; the rest is to be added",
                 "[index][segment_file]") {
    auto const old = file_bytes(path);
    positions.emplace(key_at(count), count);
    REQUIRE(load());
    CHECK_FALSE(loaded->codes().holds(count));
    loaded->add(count, unit_vector(random, dimension));
    CHECK(loaded->size() == count + 1);
}

TEST_CASE_METHOD(Fixture, "scrubbing removes the bytes of dead keys", "[index][segment_file]") {
    auto const code_of = [&](std::uint32_t position) {
        std::string bytes(dimension * sizeof(Half), '\0');
        kernel(Instructions::baseline)
            .encode(data[position].data(), reinterpret_cast<Half*>(bytes.data()), dimension);
        return bytes;
    };
    auto const live = [&](std::span<std::int64_t const> keys) {
        std::vector<bool> which;
        for (auto const key : keys) {
            which.push_back(positions.contains(key));
        }
        return which;
    };
    for (std::uint32_t position = 5; position < count; position += 10) {
        positions.erase(key_at(position));
    }
    // A code that lies across two blocks cannot be found as a whole.
    auto const holds = [&](std::uint32_t position) {
        auto const code = code_of(position);
        auto const bytes = file_bytes(path);
        return bytes.find(code.substr(0, 16)) != std::string::npos ||
               bytes.find(code.substr(code.size() - 16)) != std::string::npos;
    };
    CHECK(holds(5));
    CHECK(holds(1495));
    auto const written = file_bytes(path);
    REQUIRE(scrub_segment(path, live));
    for (std::uint32_t position = 5; position < count; position += 10) {
        REQUIRE_FALSE(holds(position));
    }
    CHECK(holds(6));
    REQUIRE(load());
    CHECK(loaded->size() == count - 150);
    CHECK(loaded->graph() != nullptr);
    REQUIRE(scrub_segment(path, live));
    REQUIRE(load());

    positions.clear();
    REQUIRE(scrub_segment(path, live));
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(scrub_segment(path, live));
    auto half = path;
    half += ".new";
    put_bytes(half, written);
    REQUIRE(scrub_segment(half, live));
    CHECK_FALSE(std::filesystem::exists(half));
    put_bytes(path, "damaged");
    REQUIRE(scrub_segment(path, live));
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE_METHOD(Fixture, "a save that ended half-way leaves the old file",
                 "[index][segment_file]") {
    auto const old = file_bytes(path);
    auto half = path;
    half += ".new";
    put_bytes(half, old.substr(0, old.size() / 2));
    REQUIRE(load());
    vectors.remove(1);
    save();
    CHECK_FALSE(std::filesystem::exists(half));
    REQUIRE(load());
    CHECK(loaded->size() == count - 1);
    std::filesystem::create_directory(half);
    CHECK_FALSE(save_segment(path, identity, vectors, count, row_at));
    CHECK(load());
}
