#pragma once
#include <cstddef>
#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/context_window.hpp>
#include <loci/memory/filter.hpp>
#include <loci/memory/memory.hpp>
#include <loci/memory/record.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Summaries without a language model: made of the memories' own sentences, each with the memories
/// that it comes from. The same input always gives the same summary.
///
/// Sentences are chosen one after the other by what they add for their length: words and pairs of
/// words not said so far, best those that several memories hold, but not most of them; and memories
/// not heard so far. A question counts as twice its length. Of sentences that say the same
/// (`compare_words`), the one that says most is taken, and cites all of them.
namespace loci::memory {

/// `characters`: Unicode code points.
std::unique_ptr<TokenCounter> character_counter();

struct SummarySource {
    MemoryId id;
    std::string content; ///< UTF-8
    std::optional<std::string> speaker{};
    std::optional<std::string> language{}; ///< BCP 47; absent: told by script
};

struct SummaryOptions {
    std::size_t budget = 1000;          ///< of the whole text, as the counter counts; at least 1
    std::optional<std::string> topic{}; ///< its words count ten times
};

struct CitedSentence {
    std::string text; ///< as it stands in the memory
    std::optional<std::string> speaker{};
    std::vector<MemoryId> memories{}; ///< the first one holds it, the others say the same
};

struct Summary {
    std::vector<CitedSentence> sentences; ///< in the order of their memories
    std::string text;        ///< one line a sentence, after `speaker: ` where there is one
    std::size_t size = 0;    ///< of `text`, never above the budget
    std::size_t omitted = 0; ///< sentences that nothing in the summary stands for
};

/// `sources` in the order in which they should be told, at most the first 5000 sentences. Where no
/// sentence fits into the budget, the best one is cut between words and ends in `…`.
/// Errors: `invalid` (`budget`).
Result<Summary> summarise(std::span<SummarySource const> sources, SummaryOptions const& options,
                          TokenCounter const& counter);

/// What is left of one memory.
struct CompressedMemory {
    MemoryId id;
    std::string text; ///< whole sentences of it; `…` stands for those left out between them
    bool is_shortened = false;
    std::size_t size = 0; ///< of `text`
};

struct Compression {
    std::vector<CompressedMemory> memories; ///< in the order given; those with no text left out
    std::size_t size = 0;                   ///< of all texts, never above the budget
    std::size_t omitted = 0;                ///< memories left out
};

/// Shortens each memory so that all of them together stay within the budget: what fits is not
/// touched. Errors: `invalid` (`budget`).
Result<Compression> compress(std::span<SummarySource const> sources, SummaryOptions const& options,
                             TokenCounter const& counter);

/// Which memories to summarise: those named, in that order, or the newest that pass the filter,
/// the oldest of them first.
struct SummaryQuery {
    std::vector<MemoryId> memories{};
    Filter filter{};
    std::size_t most_memories = 50; ///< by the filter; at most `limits::results`
    SummaryOptions options{};
};

/// Errors: `invalid`, `not_found` (a memory that is named).
Result<Summary> summarise(Memory& memory, Caller const& caller, SummaryQuery const& query,
                          TokenCounter const& counter);

} // namespace loci::memory
