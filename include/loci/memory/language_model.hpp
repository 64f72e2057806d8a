#pragma once
#include <cstdint>
#include <loci/base/result.hpp>
#include <optional>
#include <span>
#include <string>

namespace loci::memory {

enum class ChatRole : std::uint8_t { system, user, assistant };

struct ChatMessage {
    ChatRole role = ChatRole::user;
    std::string text; ///< UTF-8
};

struct ChatOptions {
    std::optional<double> temperature{};          ///< absent: the model's own
    std::optional<std::int64_t> maximum_tokens{}; ///< of the answer; absent: the model's own
    std::optional<std::int64_t> seed{};           ///< for models that can repeat themselves
};

struct ChatAnswer {
    std::string text;
    bool is_cut = false; ///< the answer reached a limit of tokens
};

/// A model that writes text. Nothing in Loci needs one: where it is absent, summaries and answers
/// are made of the memories' own sentences.
///
/// Threads: every function may be called from any thread at once. A call blocks.
class LanguageModel {
public:
    virtual ~LanguageModel() = default;

    virtual std::string const& model_id() const = 0;

    /// Errors: `unavailable` (the model cannot be reached, or answers nonsense), `invalid` (it
    /// refuses the messages: too long, for example), `unauthenticated`, `forbidden`, `not_found`.
    virtual Result<ChatAnswer> chat(std::span<ChatMessage const> messages,
                                    ChatOptions const& options) = 0;
};

} // namespace loci::memory
