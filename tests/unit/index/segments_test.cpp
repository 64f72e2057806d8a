#include "file_bytes.hpp"
#include "random_rows.hpp"
#include "random_vectors.hpp"
#include "stored_rows.hpp"

#include <atomic>
#include <cstring>
#include <index/loader.hpp>
#include <index/segments.hpp>
#include <random>
#include <set>
#include <thread>

using namespace loci;
using namespace loci::index;
using namespace loci::tests;

namespace {

constexpr std::size_t dimension = 3;

/// A database whose catalogue seals early, and only when asked to.
struct World {
    World() { reopen(); }

    SegmentOptions options() const {
        return {.directory = directory,
                .has_thread = has_thread,
                .limits = {
                    .sealed_from = 60, .longest_tail = 30, .sealed_at_once = 1000, .compared = 10}};
    }

    /// As a new process does it.
    void reopen(std::string model = std::string{test_model}) {
        catalogue.emplace(std::move(model), dimension, options());
    }

    void add(int count) {
        change([&](store::WriteTransaction& transaction, RowChanges& changes) {
            for (; count > 0; --count) {
                auto row = random.row(++last_key);
                row.recorded_at = transaction.now();
                row.vector = random.chance(4) ? std::vector<float>{1, 0, 0}
                                              : unit_vector(numbers, dimension);
                StoredRows::add(transaction, row);
                keys.insert(row.key);
                changes.added.push_back(row);
            }
        });
    }

    void erase(std::int64_t key) {
        change([&](store::WriteTransaction& transaction, RowChanges& changes) {
            StoredRows::erase(transaction, key, key);
            changes.erased.push_back(key);
            keys.erase(key);
        });
    }

    template <class Change>
    void change(Change make) {
        tables.write([&](store::WriteTransaction& transaction) {
            std::vector<RowChanges> changes(1);
            changes.front().owner = 1;
            make(transaction, changes.front());
            changes.front().change = StoredRows::log(transaction);
            transaction.after_commit([this, changes] { catalogue->apply(changes); });
        });
    }

    void check_equal_to_rows() {
        tables.read([&](store::ReadTransaction& transaction) {
            auto const held = describe(catalogue->view(transaction, 1), dimension);
            auto const stored = describe(
                OwnerView{load_partition(transaction, 1, test_model, dimension)}, dimension);
            CHECK(held == stored);
            CHECK(held.size() == keys.size());
            CHECK(catalogue->inspect(transaction).empty());
        });
    }

    void load() {
        tables.read([&](store::ReadTransaction& transaction) { catalogue->view(transaction, 1); });
    }

    /// Whether a search for the vector that was written last finds it, or an equal one.
    bool finds_newest() {
        auto const found = tables.database.read<bool>([&](store::ReadTransaction& transaction) {
            auto const view = catalogue->view(transaction, 1);
            auto newest =
                transaction.query("SELECT data FROM vector ORDER BY revision DESC LIMIT 1");
            std::vector<float> vector(dimension);
            newest.next();
            std::memcpy(vector.data(), newest.blob(0).data(), dimension * sizeof(float));
            auto const everything = all_of(view.size());
            auto const hits = view.vectors()->search(vector, everything.words(), 5);
            return Result<bool>{
                hits.size() == 5 && hits.front().score > 0.99F &&
                std::ranges::is_sorted(hits, std::greater{}, &memory::VectorHit::score)};
        });
        return found && *found;
    }

    void seal() {
        load();
        catalogue->segments().run_all();
    }

    /// Vectors that the graph holds.
    std::size_t sealed() {
        std::size_t size = 0;
        tables.read([&](store::ReadTransaction& transaction) {
            auto const view = catalogue->view(transaction, 1);
            auto const graph = dynamic_cast<SegmentedIndex const&>(*view.vectors()).graph();
            size = graph ? graph->size() : 0;
        });
        return size;
    }

    std::vector<std::filesystem::path> files() const {
        std::error_code none;
        std::filesystem::directory_iterator const all{directory, none};
        return {begin(all), end(all)};
    }

    MemoryTables tables;
    StoredRows rows{tables};
    RandomRows random{3};
    std::mt19937 numbers{3};
    std::filesystem::path directory = tables.directory.path() / "index";
    std::set<std::int64_t> keys;
    std::int64_t last_key = 0;
    bool has_thread = false;
    std::optional<Catalogue> catalogue;
};

} // namespace

TEST_CASE_METHOD(World, "a small owner has neither graph nor file", "[index][segments]") {
    load();
    add(59);
    seal();
    CHECK(sealed() == 0);
    CHECK(files().empty());
    check_equal_to_rows();
}

TEST_CASE_METHOD(World, "what was sealed is in a file, from which it is loaded",
                 "[index][segments]") {
    load();
    add(200);
    CHECK(files().empty());
    CHECK(catalogue->statistics().unsealed == 200);
    seal();
    CHECK(catalogue->statistics().unsealed == 0);
    CHECK(sealed() == 200);
    REQUIRE(files().size() == 1);
    check_equal_to_rows();

    reopen();
    add(7); // while nothing is loaded
    erase(20);
    CHECK(sealed() == 199);
    check_equal_to_rows();
    add(5);
    check_equal_to_rows();
    CHECK(sealed() == 199);
}

TEST_CASE_METHOD(World, "an owner that is loaded without a file is sealed again",
                 "[index][segments]") {
    add(100);
    seal();
    for (auto const& file : files()) {
        std::filesystem::remove(file);
    }
    reopen();
    check_equal_to_rows();
    CHECK(sealed() == 0);
    seal();
    CHECK(sealed() == 100);
    CHECK(files().size() == 1);
}

TEST_CASE_METHOD(World, "a damaged, foreign or old file gives no wrong answer",
                 "[index][segments]") {
    add(100);
    seal();
    REQUIRE(files().size() == 1);
    auto const path = files().front();
    auto const old = file_bytes(path);
    add(60);
    erase(3);
    seal();
    auto const written = file_bytes(path);
    REQUIRE(written != old);
    World other;
    other.add(100);
    other.seal();
    REQUIRE(other.files().front().filename() == path.filename());

    auto changed = written;
    changed[written.size() / 2] = static_cast<char>(changed[written.size() / 2] + 1);
    for (auto const& bytes : {written.substr(0, written.size() / 3), std::string{}, changed,
                              file_bytes(other.files().front())}) {
        reopen();
        put_bytes(path, bytes);
        check_equal_to_rows();
        CHECK(sealed() == 0);
        CHECK(files().empty());
        seal();
        CHECK(sealed() == 159);
        CHECK(files().size() == 1);
        check_equal_to_rows();
    }
    reopen();
    put_bytes(path, old);
    check_equal_to_rows();
    CHECK(sealed() == 99);
}

TEST_CASE_METHOD(World, "a file from before the database was set back gives no wrong answer",
                 "[index][segments]") {
    add(100);
    seal();
    reopen();
    std::vector<float> const another{0.6F, 0, 0.8F};
    tables.write([&](store::WriteTransaction& transaction) {
        transaction.execute("UPDATE vector SET data = ?1 WHERE revision = 100",
                            store::Value::Blob{std::as_bytes(std::span{another})});
    });
    check_equal_to_rows();
    CHECK(sealed() == 0);
}

TEST_CASE_METHOD(World, "scrubbing leaves no code of an erased vector", "[index][segments]") {
    load();
    add(200);
    std::vector<float> const special{0.12F, 0.34F, 0.932F};
    change([&](store::WriteTransaction& transaction, RowChanges& changes) {
        auto row = random.row(++last_key);
        row.recorded_at = transaction.now();
        row.vector = special;
        StoredRows::add(transaction, row);
        keys.insert(row.key);
        changes.added.push_back(row);
    });
    seal();
    std::string code(dimension * sizeof(Half), '\0');
    kernel(Instructions::baseline)
        .encode(special.data(), reinterpret_cast<Half*>(code.data()), dimension);
    auto const holds = [&] { return file_bytes(files().front()).find(code) != std::string::npos; };
    REQUIRE(holds());
    REQUIRE(catalogue->segments().scrub(tables.database));
    CHECK(holds());
    erase(last_key);
    SECTION("while the owner is loaded") {
        REQUIRE(catalogue->segments().scrub(tables.database));
    }
    SECTION("at a later start") {
        reopen();
        REQUIRE(catalogue->segments().scrub(tables.database));
    }
    CHECK_FALSE(holds());
    reopen();
    CHECK(sealed() == 200);
    check_equal_to_rows();
}

TEST_CASE_METHOD(World, "a file goes with the vectors of its owner", "[index][segments]") {
    add(100);
    seal();
    for (std::int64_t key = 1; key <= 95; ++key) {
        erase(key);
    }
    SECTION("when the owner is loaded") {
        catalogue->segments().run_all();
    }
    SECTION("when it is scrubbed") {
        reopen();
        REQUIRE(catalogue->segments().scrub(tables.database));
    }
    CHECK(files().empty());
    check_equal_to_rows();
}

TEST_CASE_METHOD(World, "files of another model and of a save that ended half-way are removed",
                 "[index][segments]") {
    add(100);
    seal();
    auto half = files().front();
    half += ".new";
    put_bytes(half, "half");
    reopen();
    catalogue->segments().run_all();
    CHECK(files().size() == 1);
    reopen("another model");
    catalogue->segments().run_all();
    CHECK(files().empty());
    add(100); // without vectors of that model
    seal();
    CHECK(files().empty());
}

TEST_CASE_METHOD(World, "a directory that cannot be written costs nothing but time",
                 "[index][segments]") {
    put_bytes(directory, "a file");
    add(100);
    seal();
    CHECK(sealed() == 100);
    check_equal_to_rows();
}

TEST_CASE_METHOD(World, "any history of writes, seals, scrubs, restarts and damage equals the rows",
                 "[index][segments]") {
    auto const seed = GENERATE(range(1U, 6U));
    CAPTURE(seed);
    std::mt19937 chance{seed};
    for (int step = 0; step < 150; ++step) {
        switch (chance() % 12) {
        case 0:
            seal();
            break;
        case 1:
            reopen();
            break;
        case 2:
            REQUIRE(catalogue->segments().scrub(tables.database));
            break;
        case 3:
            for (auto const& file : files()) {
                auto bytes = file_bytes(file);
                if (!bytes.empty()) {
                    auto& byte = bytes[chance() % bytes.size()];
                    byte = static_cast<char>(byte ^ (1 << (chance() % 8)));
                    put_bytes(file, bytes);
                }
            }
            break;
        case 4:
        case 5:
        case 6:
            for (auto count = chance() % 20; count > 0 && !keys.empty(); --count) {
                erase(*std::next(keys.begin(), static_cast<long>(chance() % keys.size())));
            }
            break;
        default:
            add(static_cast<int>(chance() % 30));
        }
        if (step % 5 == 0) {
            check_equal_to_rows();
        }
    }
    seal();
    check_equal_to_rows();
}

TEST_CASE_METHOD(World, "writes, searches, seals, scrubs and evictions go on at once",
                 "[index][segments][concurrency]") {
    has_thread = true;
    reopen();
    add(100);
    std::atomic<bool> done{false};
    std::atomic<int> searches{0};
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 2; ++thread) {
            threads.emplace_back([&] {
                while (!done || searches < 100) {
                    failures += finds_newest() ? 0 : 1;
                    ++searches;
                }
            });
        }
        threads.emplace_back([&] {
            while (!done) {
                failures += catalogue->segments().scrub(tables.database) ? 0 : 1;
                catalogue->drop_all();
            }
        });
        for (int step = 0; step < 100; ++step) {
            add(7);
            erase(*keys.begin());
        }
        done = true;
    }
    CHECK(failures == 0);
    seal();
    CHECK(sealed() > keys.size() / 2);
    check_equal_to_rows();
}
