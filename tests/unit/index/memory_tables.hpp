#pragma once
#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"
#include "support/test_environment.hpp"

#include <catch2/catch.hpp>
#include <loci/store/database.hpp>
#include <records/schema.hpp>
#include <store/engine.hpp>

namespace loci::tests {

/// An empty database with the tables of `memory`.
class MemoryTables {
public:
    explicit MemoryTables(std::unique_ptr<store::Engine> engine = store::sqlite_engine())
        : database(store::Database::open({.directory = directory.path(),
                                          .components = {{"memory", memory::schema()}}},
                                         environment.get(), std::move(engine))
                       .value()) {}

    /// Runs `change(transaction)` in one commit.
    template <class Change>
    void write(Change change) {
        auto const written = database.write<store::Done>([&](store::WriteTransaction& transaction) {
            change(transaction);
            return store::Outcome<store::Done>::done({});
        });
        REQUIRE(written);
    }

    /// Runs `look(transaction)` on a snapshot.
    template <class Look>
    void read(Look look) {
        auto const seen = database.read<store::Done>([&](store::ReadTransaction& transaction) {
            look(transaction);
            return Result<store::Done>{store::Done{}};
        });
        REQUIRE(seen);
    }

    TemporaryDirectory directory;
    TestEnvironment environment;
    store::Database database;
};

} // namespace loci::tests
