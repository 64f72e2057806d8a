#include <catch2/catch.hpp>
#include <cstdint>
#include <loci/store/database.hpp>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <support/faulty_engine.hpp>
#include <support/result_text.hpp>
#include <support/temporary_directory.hpp>
#include <support/test_environment.hpp>
#include <vector>

// Seeded histories of closures that end in every way, on an engine that fails at any call, with
// restarts, against a map. A seed replays exactly.

namespace loci::store {
namespace {

constexpr Migration migrations[] = {
    {1, "CREATE TABLE cell (key INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT"}};

using Cells = std::map<std::int64_t, std::int64_t>;

enum class End { done, refused, failed, thrown };

struct Step {
    Cells cells; ///< what the closure writes; value 0 erases
    End end;
};

class History {
public:
    explicit History(std::uint64_t seed)
        : random_(seed)
        , environment_(seed) {
        open();
    }

    void run(int steps) {
        for (int step = 0; step < steps; ++step) {
            maybe_move_clock();
            maybe_inject();
            write(random_step());
            disarm();
            check();
            if (stopped_ || random_() % 16 == 0) {
                reopen();
            }
        }
        reopen();
    }

private:
    void open() {
        auto opened =
            Database::open({.directory = directory_.path(),
                            .components = {{.name = "cells", .migrations = migrations}}},
                           environment_.get(), std::make_unique<tests::FaultyEngine>(faults_));
        REQUIRE(opened);
        database_.emplace(std::move(*opened));
        stopped_ = false;
    }

    void reopen() {
        database_.reset();
        open();
        settle();
        check();
    }

    void maybe_move_clock() {
        auto const by = std::chrono::milliseconds{static_cast<int>(random_() % 2000) - 1000};
        environment_.clock.advance(by);
    }

    void maybe_inject() {
        if (random_() % 3 != 0) {
            return;
        }
        constexpr Failure failures[] = {Failure::full, Failure::input_output, Failure::busy,
                                        Failure::corrupt, Failure::other};
        faults_->failure = failures[random_() % std::size(failures)];
        faults_->ends_transaction = random_() % 2 == 0;
        faults_->commits_nevertheless = faults_->failure != Failure::full && random_() % 2 == 0;
        auto& counter =
            random_() % 8 == 0 ? faults_->commits_until_failure : faults_->calls_until_failure;
        counter = static_cast<int>(random_() % 14);
    }

    void disarm() {
        faults_->calls_until_failure = -1;
        faults_->commits_until_failure = -1;
    }

    Step random_step() {
        Step step;
        for (auto writes = random_() % 4; writes > 0; --writes) {
            step.cells[static_cast<std::int64_t>(random_() % 12)] =
                static_cast<std::int64_t>(random_() % 4 == 0 ? 0 : 1 + random_() % 1000);
        }
        constexpr End ends[] = {End::done, End::done, End::refused, End::failed, End::thrown};
        step.end = ends[random_() % std::size(ends)];
        return step;
    }

    Outcome<std::int64_t> perform(WriteTransaction& transaction, Step const& step) {
        now_ = transaction.now();
        for (auto const& [key, value] : step.cells) {
            if (value == 0) {
                transaction.execute("DELETE FROM cell WHERE key = ?1", key);
            } else {
                transaction.execute("INSERT INTO cell (key, value) VALUES (?1, ?2)"
                                    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                    key, value);
            }
            transaction.record({.tenant = "t", .user = "u", .kind = "cell", .action = "write"});
        }
        auto const number = transaction.next("step");
        Error const refusal{.kind = ErrorKind::conflict, .reason = "AS_WANTED", .message = "no"};
        switch (step.end) {
        case End::done:
            return number;
        case End::refused:
            return Outcome<std::int64_t>::refused(refusal);
        case End::failed:
            return Outcome<std::int64_t>::failed(refusal);
        case End::thrown:
            break;
        }
        throw step.end;
    }

    void write(Step const& step) {
        auto const result = database_->write<std::int64_t>(
            [&](WriteTransaction& transaction) { return perform(transaction, step); });
        auto const wanted = !result && result.error().reason == "AS_WANTED";
        if (result || (wanted && step.end == End::refused)) {
            expected_ = after(step);
            ++steps_kept_;
            changes_ += static_cast<std::int64_t>(step.cells.size());
            if (result) {
                CHECK(*result == steps_kept_);
            }
            CHECK(now_ > last_kept_);
            last_kept_ = now_;
        } else if (result.error().kind == ErrorKind::unknown_outcome) {
            unknown_ = step;
            stopped_ = true;
        } else if (!wanted) {
            stopped_ = result.error().reason == "STORE_STOPPED";
        }
    }

    Cells after(Step const& step) const {
        auto cells = expected_;
        for (auto const& [key, value] : step.cells) {
            if (value == 0) {
                cells.erase(key);
            } else {
                cells[key] = value;
            }
        }
        return cells;
    }

    struct Seen {
        Cells cells;
        std::int64_t last_change = 0;
        std::int64_t steps = 0;
    };

    Seen look() {
        auto seen = database_->read<Seen>([](ReadTransaction& view) -> Result<Seen> {
            Seen found;
            found.last_change = view.last_change();
            auto rows = view.query("SELECT key, value FROM cell");
            while (rows.next()) {
                found.cells.emplace(rows.integer(0), rows.integer(1));
            }
            auto steps = view.query("SELECT last FROM sequence WHERE name = 'step'");
            found.steps = steps.next() ? steps.integer(0) : 0;
            return found;
        });
        REQUIRE(seen);
        return *seen;
    }

    /// After a restart the step whose outcome was unknown is either whole or absent.
    void settle() {
        if (!unknown_) {
            return;
        }
        if (look().steps == steps_kept_ + 1) {
            expected_ = after(*unknown_);
            changes_ += static_cast<std::int64_t>(unknown_->cells.size());
            ++steps_kept_;
        }
        unknown_.reset();
    }

    void check() {
        if (unknown_) {
            return;
        }
        auto const seen = look();
        CHECK(seen.cells == expected_);
        CHECK(seen.steps == steps_kept_);
        CHECK(seen.last_change == changes_);
        auto const changes = database_->changes(0, 100'000);
        REQUIRE(changes);
        REQUIRE(static_cast<std::int64_t>(changes->size()) == changes_);
        for (std::size_t place = 0; place < changes->size(); ++place) {
            REQUIRE((*changes)[place].number == static_cast<std::int64_t>(place) + 1);
        }
    }

    std::mt19937_64 random_;
    tests::TemporaryDirectory directory_;
    tests::TestEnvironment environment_;
    std::shared_ptr<tests::Faults> faults_ = std::make_shared<tests::Faults>();
    std::optional<Database> database_;
    Cells expected_;
    std::int64_t steps_kept_ = 0;
    std::int64_t changes_ = 0;
    Timestamp now_{};
    Timestamp last_kept_{};
    std::optional<Step> unknown_;
    bool stopped_ = false;
};

TEST_CASE("after any history every acknowledged write is there and no failed one", "[sim][store]") {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        History{seed}.run(24);
    }
}

TEST_CASE("after thousands of histories every acknowledged write is there", "[sim][store][.slow]") {
    for (std::uint64_t seed = 1000; seed < 4000; ++seed) {
        CAPTURE(seed);
        History{seed}.run(32);
    }
}

} // namespace
} // namespace loci::store
