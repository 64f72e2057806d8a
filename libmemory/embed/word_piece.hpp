#pragma once
#include "embed/bert_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <loci/base/result.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace loci::embed {

/// Cuts text into the tokens of a model, as its tokenizer.json says: kind WordPiece, with
/// BertNormalizer and BertPreTokenizer.
///
/// Threads: const functions may be called at once.
class WordPieceTokenizer {
public:
    /// Takes any text for hostile. Errors: `corrupt` (`MODEL_CORRUPT`), `invalid`
    /// (`MODEL_UNSUPPORTED`: a kind that is not written here; the message names field and kind).
    static Result<WordPieceTokenizer> parse(std::string_view json);

    /// Ids in order, unknown tokens among them, special ones only where the text spells them.
    std::vector<std::uint32_t> encode(std::string_view text) const;

    std::uint32_t unknown() const noexcept { return unknown_; }

    std::uint32_t largest_id() const noexcept { return largest_id_; }

    /// Median length of all tokens in characters, rounded down.
    std::size_t median_token_length() const noexcept { return median_token_length_; }

private:
    class Parser;

    /// A token that is looked for in the text itself.
    struct AddedToken {
        std::string content;
        std::uint32_t id = 0;
        bool single_word = false;
        bool takes_left_space = false;
        bool takes_right_space = false;
    };

    /// Finds the leftmost of its tokens, the longest of those that begin at one place.
    class AddedTokens {
    public:
        void add(AddedToken token);
        AddedToken const* at(std::string_view text, std::size_t place) const noexcept;

    private:
        std::array<std::vector<AddedToken>, 256> by_first_byte_; ///< longest first
    };

    struct TextHash {
        using is_transparent = void;

        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    void encode_plain(std::string_view text, std::vector<std::uint32_t>& ids) const;
    void encode_word(std::string_view word, std::vector<std::uint32_t>& ids) const;

    template <class Rest>
    static void split(AddedTokens const& tokens, std::string_view text,
                      std::vector<std::uint32_t>& ids, Rest const& rest);

    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> vocabulary_;
    AddedTokens raw_;        ///< matched before normalising
    AddedTokens normalised_; ///< matched after it
    BertNormalizer normalizer_;
    std::string continuing_prefix_ = "##";
    std::size_t longest_word_ = 100; ///< characters
    std::uint32_t unknown_ = 0;
    std::uint32_t largest_id_ = 0;
    std::size_t median_token_length_ = 0;
};

} // namespace loci::embed
