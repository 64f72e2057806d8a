#include "index/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

// The word table's tokenizer splits at ASCII bytes that are neither alphanumeric nor '_', and folds
// A-Z. A token therefore spells every other byte, '_' itself, and capitals as '_' and two
// hexadecimal digits. FTS5 cuts tokens at 32 KiB; long before that a token keeps its beginning
// and a hash of the whole.

namespace loci::index {
namespace {

constexpr std::size_t longest_token = 512;

constexpr store::Sql insert_tokens{"INSERT INTO words (rowid, tokens) VALUES (?1, ?2)"};
constexpr store::Sql delete_tokens{
    "INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?1, ?2)"};

constexpr store::Sql count_in_space{R"sql(
UPDATE space SET documents = documents + ?3, words = words + ?4 WHERE owner = ?1 AND name = ?2
)sql"};
constexpr store::Sql select_space{"SELECT number FROM space WHERE owner = ?1 AND name = ?2"};
constexpr store::Sql drop_empty_space{
    "DELETE FROM space WHERE owner = ?1 AND name = ?2 AND documents = 0"};

constexpr store::Sql count_in_episode{
    "UPDATE episode SET documents = documents + ?2, words = words + ?3 WHERE number = ?1"};
constexpr store::Sql drop_empty_episode{"DELETE FROM episode WHERE number = ?1 AND documents = 0"};

struct CountedStems {
    std::map<std::string_view, std::int64_t> frequencies;
    std::int64_t total = 0;
};

CountedStems count_stems(std::string_view joined) {
    CountedStems counted;
    while (!joined.empty()) {
        auto const end = std::min(joined.find('\n'), joined.size());
        ++counted.frequencies[joined.substr(0, end)];
        ++counted.total;
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    return counted;
}

std::string tokens_of(WordEntry const& entry) {
    std::string tokens;
    for (auto const& [stem, frequency] : count_stems(entry.stems).frequencies) {
        tokens += tokens.empty() ? "" : " ";
        tokens += word_token(entry.owner, stem);
    }
    return tokens;
}

/// `counts` may hold sums of both signs.
void change(store::WriteTransaction& transaction, StemTally const& tally,
            std::vector<StemCount> counts) {
    auto more = summed(std::move(counts));
    auto const first_less = std::stable_partition(
        more.begin(), more.end(), [](StemCount const& count) { return count.count > 0; });
    std::vector<StemCount> less{std::make_move_iterator(first_less),
                                std::make_move_iterator(more.end())};
    more.erase(first_less, more.end());
    for (auto& count : less) {
        count.count = -count.count;
    }
    tally.subtract(transaction, std::move(less));
    tally.add(transaction, std::move(more));
}

std::uint64_t fnv1a(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (char const byte : text) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
    }
    return hash;
}

} // namespace

std::string word_token(std::int64_t owner, std::string_view stem) {
    auto token = fmt::format("{}_", owner);
    for (char const character : stem) {
        auto const byte = static_cast<unsigned char>(character);
        auto const plain =
            byte > 127 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
        if (plain) {
            token += character;
        } else {
            token += fmt::format("_{:02x}", byte);
        }
        if (token.size() > longest_token) {
            return token + fmt::format("_{:016x}", fnv1a(stem));
        }
    }
    return token;
}

std::string word_query(std::int64_t owner, std::string_view stem) {
    return '"' + word_token(owner, stem) + '"';
}

void WordChanges::add(store::WriteTransaction& transaction, WordEntry const& entry) {
    if (auto const tokens = tokens_of(entry); !tokens.empty()) {
        transaction.execute(insert_tokens, entry.key, tokens);
    }
    count(entry, 1);
}

void WordChanges::retire(WordEntry const& entry) {
    count(entry, -1);
}

void WordChanges::count(WordEntry const& entry, std::int64_t sign) {
    auto& space = spaces_[{entry.owner, std::string{entry.space}}];
    auto* const episode = entry.episode ? &episodes_[*entry.episode] : nullptr;
    auto const counted = count_stems(entry.stems);
    for (auto const& [stem, frequency] : counted.frequencies) {
        space.stems.push_back({std::string{stem}, 0, sign});
        if (episode != nullptr) {
            episode->stems.push_back({std::string{stem}, 0, sign * frequency});
        }
    }
    for (auto* const sums : {&space, episode}) {
        if (sums != nullptr) {
            sums->documents += sign;
            sums->words += sign * counted.total;
        }
    }
}

void WordChanges::flush(store::WriteTransaction& transaction) {
    std::map<std::int64_t, std::vector<StemCount>> owners;
    for (auto& [space, sums] : spaces_) {
        auto const& [owner, name] = space;
        transaction.execute(count_in_space, owner, name, sums.documents, sums.words);
        std::int64_t number = 0;
        if (auto rows = transaction.query(select_space, owner, name); rows.next()) {
            number = rows.integer(0);
        }
        if (sums.documents <= 0) {
            transaction.execute(drop_empty_space, owner, name);
        }
        auto& stems = owners[owner];
        for (auto& count : sums.stems) {
            stems.push_back({std::move(count.stem), number, count.count});
        }
    }
    for (auto& [owner, stems] : owners) {
        change(transaction, {TallyKind::owner, owner}, std::move(stems));
    }
    for (auto& [episode, sums] : episodes_) {
        flush_episode(transaction, episode, sums);
    }
    spaces_.clear();
    episodes_.clear();
}

void WordChanges::flush_episode(store::WriteTransaction& transaction, std::int64_t episode,
                                Sums& sums) {
    transaction.execute(count_in_episode, episode, sums.documents, sums.words);
    if (sums.documents <= 0) {
        transaction.execute(drop_empty_episode, episode);
    }
    change(transaction, {TallyKind::episode, episode}, std::move(sums.stems));
}

void erase_words(store::WriteTransaction& transaction, WordEntry const& entry) {
    if (auto const tokens = tokens_of(entry); !tokens.empty()) {
        transaction.execute(delete_tokens, entry.key, tokens);
    }
}

} // namespace loci::index
