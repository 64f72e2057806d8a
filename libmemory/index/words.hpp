#pragma once
#include <cstdint>
#include <loci/store/transaction.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The word index and the statistics that ranking needs, all kept in the write's own transaction.
namespace loci::index {

/// What the word index must know about one revision.
struct WordEntry {
    std::int64_t owner = 0;
    std::string_view space;
    std::optional<std::int64_t> episode;
    std::int64_t key = 0;
    std::string_view stems; ///< as `text::join_stems` writes them; the speaker's name comes first
};

/// Adds a current revision: tokens, word statistics of its space, words of its episode, totals of
/// both. The rows of `space` and `episode` must exist.
void add_words(store::WriteTransaction& transaction, WordEntry const& entry);

/// Takes a revision out of the statistics, because it is current no longer; its tokens stay, so
/// that as-of finds it.
void retire_words(store::WriteTransaction& transaction, WordEntry const& entry);

/// Takes the tokens out of the word index (hard delete). Call `retire_words` before, if the
/// revision was current.
void erase_words(store::WriteTransaction& transaction, WordEntry const& entry);

/// The token under which a stem lies in the word index, e.g. `17_seat`: one token whatever bytes
/// the stem has, and different tokens for different stems.
std::string word_token(std::int64_t owner, std::string_view stem);

/// The query that finds the rows with one token.
std::string word_query(std::int64_t owner, std::string_view stem);

} // namespace loci::index
