#pragma once
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <concepts>
#include <functional>
#include <loci/base/scope.hpp>
#include <loci/memory/embedder.hpp>
#include <loci/memory/memory.hpp>
#include <loci/store/database.hpp>
#include <optional>
#include <store/engine.hpp>
#include <string>
#include <support/result_text.hpp>
#include <support/temporary_directory.hpp>
#include <support/test_environment.hpp>

namespace loci::tests {

/// Vectors of letter counts: enough to tell texts apart. Can be cut off, and can answer nonsense.
class LetterEmbedder final : public memory::Embedder {
public:
    explicit LetterEmbedder(std::string model = "letters-1", std::size_t dimension = 8)
        : model_(std::move(model))
        , dimension_(dimension) {}

    std::string const& model_id() const noexcept override { return model_; }

    std::size_t dimension() const noexcept override { return dimension_; }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  memory::EmbeddingPurpose) override {
        ++calls;
        if (!reachable) {
            return Error{ErrorKind::unavailable, "MODEL_UNREACHABLE", "cut off"};
        }
        for (auto const text : texts) {
            if (!refused.empty() && text.find(refused) != std::string_view::npos) {
                return Error{ErrorKind::invalid, "MODEL_SERVER_REFUSED", "too long"};
            }
        }
        std::vector<std::vector<float>> vectors;
        for (auto const text : texts) {
            vectors.push_back(vector_of(text));
        }
        return vectors;
    }

    std::atomic<bool> reachable = true;
    std::atomic<bool> sane = true;
    std::atomic<int> calls = 0;
    std::string refused; ///< texts that hold this make the whole call fail; empty: none

private:
    std::vector<float> vector_of(std::string_view text) const {
        std::vector<float> vector(dimension_, 0.0F);
        auto found = false;
        for (char const letter : text) {
            if (letter >= 'a' && letter <= 'z') {
                vector[static_cast<std::size_t>(letter - 'a') % dimension_] += 1.0F;
                found = true;
            }
        }
        if (!found) {
            return {};
        }
        float squares = 0;
        for (auto const value : vector) {
            squares += value * value;
        }
        auto const length = sane ? std::sqrt(squares) : 0.0F;
        for (auto& value : vector) {
            value /= length;
        }
        return vector;
    }

    std::string model_;
    std::size_t dimension_;
};

/// A real database in a directory of its own, with three callers: two of one tenant, one foreign.
class RecordsFixture {
public:
    RecordsFixture() { open(); }

    /// Opens, or closes and opens again.
    void open() { open_with(embedder); }

    void open_with(memory::Embedder& used, std::unique_ptr<store::Engine> engine = nullptr,
                   std::vector<memory::Embedder*> const& former = {}) {
        memory.reset();
        database.reset();
        store::Options options{.directory = directory.path(),
                               .components = {memory::Memory::component()}};
        database.emplace(
            engine ? store::Database::open(std::move(options), environment.get(), std::move(engine))
                         .value()
                   : store::Database::open(std::move(options), environment.get()).value());
        memory.emplace(memory::Memory::open(*database, used, former).value());
    }

    template <std::convertible_to<std::string> Text>
    memory::Record write(Caller const& caller, Text const& content) {
        return write(caller, memory::NewMemory{.content = content});
    }

    memory::Record write(Caller const& caller, memory::NewMemory item) {
        return memory->write(caller, std::move(item)).value().memory;
    }

    memory::Record get(Caller const& caller, memory::MemoryId id) {
        return memory->get(caller, id).value();
    }

    /// The first column of the first row.
    std::int64_t number(store::Sql sql) {
        return database
            ->read<std::int64_t>([&](store::ReadTransaction& transaction) -> Result<std::int64_t> {
                auto rows = transaction.query(sql);
                return rows.next() ? rows.integer(0) : -1;
            })
            .value();
    }

    void execute(store::Sql sql) {
        database
            ->write<store::Done>(
                [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                    transaction.execute(sql);
                    return store::Done{};
                })
            .value();
    }

    std::vector<std::string> problems() { return memory->inspect().value(); }

    std::size_t count_changes(Caller const& caller) {
        return memory->changes(caller, 0, memory::limits::results).value().size();
    }

    TemporaryDirectory directory;
    TestEnvironment environment;
    LetterEmbedder embedder;
    std::optional<store::Database> database;
    std::optional<memory::Memory> memory;
    Caller alice{.tenant = "acme", .user = "alice"};
    Caller bob{.tenant = "acme", .user = "bob"};
    Caller stranger{.tenant = "other", .user = "alice"};
};

template <class T>
std::string reason_of(Result<T> const& result) {
    return result ? "" : result.error().reason;
}

template <class T>
std::string field_of(Result<T> const& result) {
    return result || result.error().fields.empty() ? "" : result.error().fields.front().path;
}

inline std::chrono::seconds constexpr a_while{60};

} // namespace loci::tests
