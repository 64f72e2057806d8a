#pragma once
#include <index/catalogue.hpp>
#include <random>
#include <string>
#include <vector>

namespace loci::tests {

using namespace std::chrono_literals;

inline constexpr Timestamp first_instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

/// Rows and filters from small pools of values, so that they often agree.
class RandomRows {
public:
    explicit RandomRows(unsigned seed)
        : random_(seed) {}

    bool chance(unsigned one_in) { return random_() % one_in == 0; }

    std::size_t below(std::size_t bound) { return random_() % bound; }

    template <class T>
    T pick(std::vector<T> const& pool) {
        return pool[below(pool.size())];
    }

    template <class T>
    std::optional<T> maybe(std::vector<T> const& pool) {
        return chance(2) ? std::nullopt : std::optional{pick(pool)};
    }

    Timestamp instant() { return first_instant + std::chrono::hours{below(40)}; }

    std::optional<Timestamp> maybe_instant(unsigned one_in) {
        return chance(one_in) ? std::optional{instant()} : std::nullopt;
    }

    std::vector<std::string> some_of(std::vector<std::string> const& pool) {
        std::vector<std::string> some;
        for (auto const& word : pool) {
            if (chance(3)) {
                some.push_back(word);
            }
        }
        return some;
    }

    /// A new revision, number `key`.
    index::Row row(std::int64_t key) {
        index::Row row;
        row.key = key;
        row.memory = key;
        row.owner = 1;
        row.scope = {.subject = maybe(words),
                     .organization = maybe(words),
                     .agent = maybe(words),
                     .space = pick(spaces),
                     .session = maybe(words),
                     .project = maybe(words)};
        row.user = "u";
        row.tags = some_of(words);
        row.kind = static_cast<memory::Kind>(below(4));
        row.type = maybe(words);
        row.nature = maybe(words);
        row.level = maybe(std::vector{1, 2, 3});
        row.sensitivity = static_cast<memory::Sensitivity>(below(3));
        row.source = maybe(words);
        row.speaker = maybe(words);
        row.sequence = maybe(std::vector<std::int64_t>{1, 2, 3});
        row.language = maybe(std::vector<std::string>{"en", "de"});
        row.confidence = maybe(numbers);
        row.importance = maybe(numbers);
        row.index_state = static_cast<memory::IndexState>(below(3));
        row.created_at = instant();
        row.updated_at = row.created_at + std::chrono::hours{below(3)};
        row.recorded_at = row.created_at;
        row.valid_from = maybe_instant(2);
        if (row.valid_from && chance(2)) {
            row.valid_to = *row.valid_from + std::chrono::hours{1 + below(9)};
        }
        stamp(row);
        row.words = static_cast<std::uint32_t>(below(20));
        if (chance(2)) {
            row.vector = {1, 0, 0};
            std::swap(row.vector[0], row.vector[below(3)]);
        }
        return row;
    }

    void stamp(index::Row& row) {
        row.expires_at = maybe_instant(5);
        row.superseded_at = maybe_instant(5);
        row.expired_at = maybe_instant(5);
        row.contested_at = maybe_instant(5);
        row.forgotten_at = maybe_instant(8);
        row.importance = maybe(numbers);
    }

    std::vector<std::string> const words{"default", "red", "green", "blue"};
    std::vector<std::string> const spaces{"default", "home", "work", "team:red"};
    std::vector<double> const numbers{0.0, 0.25, 0.5, 1.0};

private:
    std::mt19937 random_;
};

} // namespace loci::tests
