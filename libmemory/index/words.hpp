#pragma once
#include "index/stem_tally.hpp"

#include <cstddef>
#include <cstdint>
#include <loci/store/transaction.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The word index and the statistics that ranking needs, all kept in the write's own transaction.
namespace loci::index {

/// What the word index must know about one revision.
struct WordEntry {
    std::int64_t owner = 0;
    std::string_view space;
    std::optional<std::int64_t> episode;
    std::int64_t key = 0;
    std::string_view stems; ///< as `text::join_stems` writes them; the speaker's name comes first
    std::span<std::byte const> text_hash; ///< by which equal texts are found, at least 16 bytes
};

/// Keeps the word index and the statistics in step with the revisions that a mutation writes.
/// Tokens are written at once; documents by stem and space, stems of episodes, and the totals of
/// both are summed, and written once for all revisions. The rows of space and episode must exist.
class WordChanges {
public:
    /// A new current revision.
    void add(store::WriteTransaction& transaction, WordEntry const& entry);

    /// A revision is current no longer; its tokens stay, so that as-of finds it.
    void retire(WordEntry const& entry);

    /// Writes the sums, and removes spaces and episodes that lost their last memory. To be called
    /// before the mutation ends.
    void flush(store::WriteTransaction& transaction);

private:
    struct Sums {
        std::int64_t documents = 0;
        std::int64_t words = 0;
        std::vector<StemCount> stems;
    };

    using Space = std::pair<std::int64_t, std::string>; // owner and name

    using Frequency = std::pair<std::string_view, std::int64_t>;

    void count(WordEntry const& entry, std::span<Frequency const> counted, std::int64_t sign);
    static void flush_episode(store::WriteTransaction& transaction, std::int64_t episode,
                              Sums& sums);

    std::map<Space, Sums> spaces_;
    std::map<std::int64_t, Sums> episodes_;
};

/// Takes the tokens out of the word index (hard delete). Retire the revision before, if it was
/// current.
void erase_words(store::WriteTransaction& transaction, WordEntry const& entry);

/// The token under which a stem lies in the word index, e.g. `17_seat`: one token whatever bytes
/// the stem has, and different tokens for different stems.
std::string word_token(std::int64_t owner, std::string_view stem);

/// The query that finds the rows with one token.
std::string word_query(std::int64_t owner, std::string_view stem);

/// The query that finds the revisions of an owner with one text hash, ended ones too. Only part of
/// the hash is looked at: hashes in rows are to be compared.
std::string text_query(std::int64_t owner, std::span<std::byte const> text_hash);

} // namespace loci::index
