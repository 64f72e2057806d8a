#pragma once
#include <cstddef>
#include <loci/memory/recall.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace loci::memory {

/// Counts what a text costs a model.
///
/// Threads: may be called from any thread at once.
class TokenCounter {
public:
    virtual ~TokenCounter() = default;
    virtual std::string const& name() const = 0;
    virtual std::size_t count(std::string_view text) const = 0;
};

/// `approx`: one token for every four UTF-8 bytes, rounded up.
std::unique_ptr<TokenCounter> approximate_token_counter();

enum class ContextOrder : std::uint8_t { relevance, chronological };

struct ContextQuery {
    RecallQuery
        recall{}; ///< `limit` bounds the items considered; its view should hide critical memories
    std::size_t token_budget = 1; ///< at least 1
    ContextOrder order = ContextOrder::relevance;
};

struct ContextItem {
    Hit hit;
    std::size_t tokens = 0; ///< of this item's line alone
};

/// Text for a model, never above the budget. Items are taken in score order; one that does not fit
/// is skipped.
struct ContextWindow {
    std::vector<ContextItem> items; ///< in the order rendered
    std::string text;            ///< one line an item: `- [space] content`, line breaks as spaces
    std::size_t tokens_used = 0; ///< of `text`
    std::size_t omitted = 0;     ///< found, but skipped
    bool truncated = false;      ///< something was omitted
};

} // namespace loci::memory
