#include "index/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

// The word table's tokenizer splits at ASCII bytes that are neither alphanumeric nor '_', and folds
// A-Z. A token therefore spells every other byte, '_' itself, and capitals as '_' and two
// hexadecimal digits. FTS5 cuts tokens at 32 KiB; long before that a token keeps its beginning
// and a hash of the whole. A text's token is its owner's number and the beginning of its hash,
// after an 'h', with which no stem's token begins: the index takes in what an index of a table
// would spread over its pages.

namespace loci::index {
namespace {

constexpr std::size_t longest_token = 512;
constexpr std::size_t hash_bytes = 16;

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

std::uint64_t fnv1a(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (char const byte : text) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
    }
    return hash;
}

constexpr std::string_view digits = "0123456789abcdef";

void append_hexadecimal(std::string& text, unsigned byte) {
    text += digits[byte >> 4u];
    text += digits[byte & 15u];
}

std::string token_start(std::int64_t owner) {
    return fmt::format("{}_", owner);
}

/// `start` as `token_start` gives it.
void append_token(std::string& tokens, std::string_view start, std::string_view stem) {
    auto const first = tokens.size();
    tokens += start;
    for (char const character : stem) {
        auto const byte = static_cast<unsigned char>(character);
        auto const plain =
            byte > 127 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
        if (plain) {
            tokens += character;
        } else {
            tokens += '_';
            append_hexadecimal(tokens, byte);
        }
        if (tokens.size() - first > longest_token) {
            fmt::format_to(std::back_inserter(tokens), "_{:016x}", fnv1a(stem));
            return;
        }
    }
}

using Frequencies = std::vector<std::pair<std::string_view, std::int64_t>>; // by stem, ascending

Frequencies count_stems(std::string_view joined) {
    std::vector<std::string_view> stems;
    while (!joined.empty()) {
        auto const end = std::min(joined.find('\n'), joined.size());
        stems.push_back(joined.substr(0, end));
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    std::sort(stems.begin(), stems.end());
    Frequencies counted;
    for (auto const stem : stems) {
        if (counted.empty() || counted.back().first != stem) {
            counted.emplace_back(stem, 0);
        }
        ++counted.back().second;
    }
    return counted;
}

std::string text_token(std::int64_t owner, std::span<std::byte const> text_hash) {
    auto token = fmt::format("h{}_", owner);
    for (auto const byte : text_hash.first(std::min(hash_bytes, text_hash.size()))) {
        append_hexadecimal(token, std::to_integer<unsigned>(byte));
    }
    return token;
}

std::string tokens_of(WordEntry const& entry, Frequencies const& counted) {
    auto tokens = text_token(entry.owner, entry.text_hash);
    auto const start = token_start(entry.owner);
    for (auto const& [stem, frequency] : counted) {
        tokens += ' ';
        append_token(tokens, start, stem);
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

} // namespace

std::string word_token(std::int64_t owner, std::string_view stem) {
    std::string token;
    append_token(token, token_start(owner), stem);
    return token;
}

std::string text_query(std::int64_t owner, std::span<std::byte const> text_hash) {
    return '"' + text_token(owner, text_hash) + '"';
}

std::string word_query(std::int64_t owner, std::string_view stem) {
    return '"' + word_token(owner, stem) + '"';
}

void WordChanges::add(store::WriteTransaction& transaction, WordEntry const& entry) {
    auto const counted = count_stems(entry.stems);
    transaction.execute(insert_tokens, entry.key, tokens_of(entry, counted));
    count(entry, counted, 1);
}

void WordChanges::retire(WordEntry const& entry) {
    count(entry, count_stems(entry.stems), -1);
}

void WordChanges::count(WordEntry const& entry, std::span<Frequency const> counted,
                        std::int64_t sign) {
    auto& space = spaces_[{entry.owner, std::string{entry.space}}];
    auto* const episode = entry.episode ? &episodes_[*entry.episode] : nullptr;
    std::int64_t words = 0;
    for (auto const& [stem, frequency] : counted) {
        words += frequency;
        space.stems.push_back({std::string{stem}, 0, sign});
        if (episode != nullptr) {
            episode->stems.push_back({std::string{stem}, 0, sign * frequency});
        }
    }
    for (auto* const sums : {&space, episode}) {
        if (sums != nullptr) {
            sums->documents += sign;
            sums->words += sign * words;
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
    transaction.execute(delete_tokens, entry.key, tokens_of(entry, count_stems(entry.stems)));
}

} // namespace loci::index
