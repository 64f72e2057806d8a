#include "embed/word_piece.hpp"

#include <algorithm>
#include <text/unicode.hpp>

namespace loci::embed {
namespace {

/// Where the white space at the end of `text` begins.
std::size_t start_of_trailing_space(std::string_view text) {
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_white_space(text::next_code_point(text, at))) {
            start = at;
        }
    }
    return start;
}

std::size_t end_of_leading_space(std::string_view text) {
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size(); end = at) {
        if (!is_white_space(text::next_code_point(text, at))) {
            break;
        }
    }
    return end;
}

bool starts_with_word(std::string_view text) {
    std::size_t at = 0;
    return !text.empty() && is_word_character(text::next_code_point(text, at));
}

bool is_continuation(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u;
}

bool ends_with_word(std::string_view text) {
    if (text.empty()) {
        return false;
    }
    auto last = text.size() - 1;
    while (last > 0 && is_continuation(text[last])) {
        --last;
    }
    return is_word_character(text::next_code_point(text, last));
}

} // namespace

void WordPieceTokenizer::AddedTokens::add(AddedToken token) {
    auto& tokens = by_first_byte_[static_cast<unsigned char>(token.content.front())];
    auto const place = std::find_if(tokens.begin(), tokens.end(), [&](AddedToken const& other) {
        return other.content.size() < token.content.size();
    });
    tokens.insert(place, std::move(token));
}

WordPieceTokenizer::AddedToken const*
WordPieceTokenizer::AddedTokens::at(std::string_view text, std::size_t place) const noexcept {
    auto const& tokens = by_first_byte_[static_cast<unsigned char>(text[place])];
    auto const found = std::find_if(tokens.begin(), tokens.end(), [&](AddedToken const& token) {
        return text.substr(place).starts_with(token.content);
    });
    return found == tokens.end() ? nullptr : &*found;
}

/// Adds the ids of the tokens found and hands what lies between them to `rest`.
template <class Rest>
void WordPieceTokenizer::split(AddedTokens const& tokens, std::string_view text,
                               std::vector<std::uint32_t>& ids, Rest const& rest) {
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const* const token = tokens.at(text, at);
        if (token == nullptr) {
            ++at;
            continue;
        }
        auto start = at;
        auto stop = at + token->content.size();
        at = stop;
        if (token->single_word &&
            (ends_with_word(text.substr(0, start)) || starts_with_word(text.substr(stop)))) {
            continue;
        }
        if (token->takes_left_space) {
            start = done + start_of_trailing_space(text.substr(done, start - done));
        }
        if (token->takes_right_space) {
            stop += end_of_leading_space(text.substr(stop));
        }
        rest(text.substr(done, start - done));
        ids.push_back(token->id);
        done = stop;
        at = std::max(at, stop);
    }
    rest(text.substr(done));
}

std::vector<std::uint32_t> WordPieceTokenizer::encode(std::string_view text) const {
    std::vector<std::uint32_t> ids;
    split(raw_, text, ids, [&](std::string_view between) {
        auto const normal = normalizer_.normalise(between);
        split(normalised_, normal, ids, [&](std::string_view plain) { encode_plain(plain, ids); });
    });
    return ids;
}

void WordPieceTokenizer::encode_plain(std::string_view text,
                                      std::vector<std::uint32_t>& ids) const {
    for (auto const word : bert_words(text)) {
        encode_word(word, ids);
    }
}

void WordPieceTokenizer::encode_word(std::string_view word, std::vector<std::uint32_t>& ids) const {
    std::vector<std::size_t> ends; // of the word's characters
    for (std::size_t at = 0; at < word.size();) {
        text::next_code_point(word, at);
        ends.push_back(at);
    }
    if (ends.size() > longest_word_) {
        ids.push_back(unknown_);
        return;
    }
    auto const before = ids.size();
    std::string piece;
    std::size_t start = 0;
    for (std::size_t first = 0; first < ends.size();) {
        auto last = ends.size();
        for (; last > first; --last) {
            piece = start == 0 ? std::string{} : continuing_prefix_;
            piece += word.substr(start, ends[last - 1] - start);
            if (auto const known = vocabulary_.find(piece); known != vocabulary_.end()) {
                ids.push_back(known->second);
                break;
            }
        }
        if (last == first) {
            ids.resize(before);
            ids.push_back(unknown_);
            return;
        }
        start = ends[last - 1];
        first = last;
    }
}

} // namespace loci::embed
