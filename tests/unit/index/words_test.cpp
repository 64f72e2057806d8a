#include "memory_tables.hpp"

#include <array>
#include <index/words.hpp>
#include <map>
#include <random>
#include <set>
#include <text/analyzer.hpp>
#include <utility>

using namespace loci;
using namespace loci::index;

namespace {

struct Held {
    std::int64_t owner = 0;
    std::string space;
    std::optional<std::int64_t> episode;
    std::vector<std::string> stems;
    bool current = true;
};

using Holdings = std::map<std::int64_t, Held>;
using Counts = std::map<std::string, std::int64_t>;

std::vector<std::string> const odd_stems{"seat",
                                         "seat_1",
                                         "c++",
                                         "it's",
                                         "a\"b",
                                         "A",
                                         "a",
                                         "caf\xc3\xa9",
                                         "\xe6\x97\xa5\xe6\x9c\xac",
                                         "\xf0\x9f\x8e\x89",
                                         "-",
                                         "_",
                                         "17_seat",
                                         "a b",
                                         "or",
                                         "not",
                                         "tab\there",
                                         std::string(600, 'x'),
                                         std::string(600, 'x') + "y",
                                         std::string(40000, 'z')};

std::int64_t number_of(Held const& held) {
    return held.owner * 10 + (held.space == "work" ? 1 : 0);
}

void prepare(store::WriteTransaction& transaction) {
    for (std::int64_t owner : {1, 17}) {
        transaction.execute("INSERT INTO owner VALUES (?1, 't', ?2)", owner, std::to_string(owner));
    }
}

/// As a write does.
void ensure_place(store::WriteTransaction& transaction, Held const& held) {
    transaction.execute("INSERT OR IGNORE INTO space VALUES (?1, ?2, ?3, 0, 0, 0, 0)", held.owner,
                        held.space, number_of(held));
    if (held.episode) {
        transaction.execute("INSERT OR IGNORE INTO episode VALUES (?1, ?2, ?3, '', 'talk', 0, 0)",
                            *held.episode, held.owner, held.space);
    }
}

Held random_row(std::mt19937& random) {
    Held held;
    held.owner = random() % 2 == 0 ? 1 : 17;
    held.space = random() % 2 == 0 ? "default" : "work";
    if (held.space == "default" && random() % 2 == 0) {
        held.episode = held.owner;
    }
    for (auto count = random() % 9; count > 0; --count) {
        held.stems.push_back(odd_stems[random() % odd_stems.size()]);
    }
    return held;
}

void check_statistics(store::ReadTransaction& transaction, Holdings const& holdings) {
    std::map<std::string, std::int64_t> documents;
    std::map<std::string, std::int64_t> frequencies;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> spaces;
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> episodes;
    for (auto const& [key, held] : holdings) {
        if (!held.current) {
            continue;
        }
        auto const size = static_cast<std::int64_t>(held.stems.size());
        auto const place = std::to_string(held.owner) + "|" + held.space;
        for (auto const& stem : std::set<std::string>(held.stems.begin(), held.stems.end())) {
            ++documents[std::to_string(number_of(held)) + "|" + stem];
        }
        ++spaces[place].first;
        spaces[place].second += size;
        if (held.episode) {
            for (auto const& stem : held.stems) {
                ++frequencies[std::to_string(*held.episode) + "|" + stem];
            }
            ++episodes[*held.episode].first;
            episodes[*held.episode].second += size;
        }
    }
    decltype(documents) stored_documents;
    for (std::int64_t owner : {1, 17}) {
        for (auto const& count : StemTally{TallyKind::owner, owner}.read(transaction)) {
            stored_documents[std::to_string(count.place) + "|" + count.stem] = count.count;
        }
    }
    CHECK(stored_documents == documents);
    decltype(frequencies) stored_frequencies;
    for (std::int64_t episode : {1, 17}) {
        for (auto const& count : StemTally{TallyKind::episode, episode}.read(transaction)) {
            stored_frequencies[std::to_string(episode) + "|" + count.stem] = count.count;
        }
    }
    CHECK(stored_frequencies == frequencies);
    decltype(spaces) stored_spaces;
    auto totals = transaction.query("SELECT owner, name, documents, words FROM space");
    while (totals.next()) {
        stored_spaces[std::to_string(totals.integer(0)) + "|" + std::string{totals.text(1)}] = {
            totals.integer(2), totals.integer(3)};
    }
    CHECK(stored_spaces == spaces);
    decltype(episodes) stored_episodes;
    auto talks = transaction.query("SELECT number, documents, words FROM episode");
    while (talks.next()) {
        stored_episodes[talks.integer(0)] = {talks.integer(1), talks.integer(2)};
    }
    CHECK(stored_episodes == episodes);
}

/// Rows without stems have equal texts.
std::span<std::byte const> hash_of(Held const& held) {
    static std::array<std::byte, 16> const empty{};
    static std::array<std::byte, 16> const other{std::byte{0xA5}};
    return held.stems.empty() ? empty : other;
}

void check_tokens(store::ReadTransaction& transaction, Holdings const& holdings) {
    for (std::int64_t owner : {1, 17}) {
        std::set<std::int64_t> empty;
        for (auto const& [key, held] : holdings) {
            if (held.owner == owner && held.stems.empty()) {
                empty.insert(key);
            }
        }
        std::set<std::int64_t> equal;
        auto texts = transaction.query("SELECT rowid FROM words WHERE words MATCH ?1",
                                       text_query(owner, hash_of({})));
        while (texts.next()) {
            equal.insert(texts.integer(0));
        }
        CHECK(equal == empty);
        for (auto const& stem : odd_stems) {
            std::set<std::int64_t> expected;
            for (auto const& [key, held] : holdings) {
                if (held.owner == owner &&
                    std::find(held.stems.begin(), held.stems.end(), stem) != held.stems.end()) {
                    expected.insert(key);
                }
            }
            std::set<std::int64_t> found;
            auto rows = transaction.query("SELECT rowid FROM words WHERE words MATCH ?1",
                                          word_query(owner, stem));
            while (rows.next()) {
                found.insert(rows.integer(0));
            }
            CAPTURE(owner, stem.substr(0, 30));
            CHECK(found == expected);
        }
    }
}

} // namespace

TEST_CASE("different stems and owners never share a token", "[index][words]") {
    std::set<std::string> tokens;
    for (std::int64_t owner : {1, 17, 171}) {
        for (auto const& stem : odd_stems) {
            CHECK(tokens.insert(word_token(owner, stem)).second);
        }
    }
    CHECK(word_token(17, "seat") == "17_seat");
    CHECK(word_token(1, "a_B+") == "1_a_5f_42_2b");
}

TEST_CASE("words equal a recount after any history", "[index][words]") {
    auto const seed = GENERATE(1u, 2u, 3u);
    std::mt19937 random{seed};
    CAPTURE(seed);
    tests::MemoryTables tables;
    tables.write(prepare);
    Holdings holdings;
    std::int64_t next = 0;
    auto const entry_of = [&](std::int64_t key, std::string const& stems) {
        auto const& held = holdings.at(key);
        return WordEntry{held.owner, held.space, held.episode, key, stems, hash_of(held)};
    };
    auto const leave = [&](store::WriteTransaction& transaction, WordChanges& changes,
                           std::int64_t key, bool erased) {
        auto const stems = text::join_stems(holdings.at(key).stems);
        if (std::exchange(holdings.at(key).current, false)) {
            changes.retire(entry_of(key, stems));
        }
        if (erased) {
            erase_words(transaction, entry_of(key, stems));
            holdings.erase(key);
        }
    };
    auto const check = [&] {
        tables.read([&](store::ReadTransaction& transaction) {
            check_statistics(transaction, holdings);
            check_tokens(transaction, holdings);
        });
    };
    for (int step = 0; step < 120; ++step) {
        tables.write([&](store::WriteTransaction& transaction) {
            WordChanges changes;
            for (auto actions = random() % 4; actions <= 3; ++actions) {
                auto const choice = random() % 4;
                if (holdings.empty() || choice < 2) {
                    auto const& held = holdings.emplace(++next, random_row(random)).first->second;
                    ensure_place(transaction, held);
                    auto const stems = text::join_stems(held.stems);
                    changes.add(transaction, entry_of(next, stems));
                } else {
                    auto const at = static_cast<std::ptrdiff_t>(random() % holdings.size());
                    leave(transaction, changes, std::next(holdings.begin(), at)->first,
                          choice == 3);
                }
            }
            changes.flush(transaction);
        });
        if (step % 30 == 0) {
            check();
        }
    }
    check();
    tables.write([&](store::WriteTransaction& transaction) {
        WordChanges changes;
        while (!holdings.empty()) {
            leave(transaction, changes, holdings.begin()->first, true);
        }
        changes.flush(transaction);
    });
    check();
    tables.read([](store::ReadTransaction& transaction) {
        auto rows = transaction.query("SELECT count(*) FROM stem_tally");
        REQUIRE(rows.next());
        CHECK(rows.integer(0) == 0);
    });
}
