#include "embed/word_piece.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <loci/base/json_object.hpp>
#include <map>
#include <optional>
#include <text/unicode.hpp>
#include <unordered_set>

namespace loci::embed {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_file = 64u * 1024 * 1024;
constexpr std::int64_t largest_id = 1 << 24;
constexpr std::int64_t longest_word_limit = 1000;

Error corrupt(std::string what) {
    return {ErrorKind::corrupt, "MODEL_CORRUPT", "tokenizer.json: " + std::move(what)};
}

Error unsupported(std::string const& field, std::string const& kind, char const* expected) {
    return {ErrorKind::invalid, "MODEL_UNSUPPORTED",
            "tokenizer.json: " + field + " is " + kind + "; only " + expected + " can be read"};
}

json::object const* object_in(json::object const& parent, std::string_view name) {
    auto const* const value = parent.if_contains(name);
    return value != nullptr ? value->if_object() : nullptr;
}

/// The kind that a part of the tokenizer names; never longer than a word.
std::string kind_of(json::object const& parent, std::string_view part) {
    auto const* const value = parent.if_contains(part);
    if (value == nullptr || value->is_null()) {
        return "absent";
    }
    auto const* const fields = value->if_object();
    auto const* const type = fields != nullptr ? fields->if_contains("type") : nullptr;
    if (type == nullptr || !type->is_string()) {
        return "without a type";
    }
    constexpr std::size_t longest_kind = 40;
    return std::string{std::string_view{type->get_string()}.substr(0, longest_kind)};
}

std::optional<Error> check_kind(json::object const& parent, std::string_view part,
                                char const* expected) {
    auto const kind = kind_of(parent, part);
    return kind == expected
               ? std::nullopt
               : std::optional{unsupported(std::string{part} + ".type", kind, expected)};
}

/// False: there is a value of another type.
bool read_flag(json::object const& fields, std::string_view name, bool& into) {
    auto const* const value = fields.if_contains(name);
    if (value == nullptr || value->is_null()) {
        return true;
    }
    if (!value->is_bool()) {
        return false;
    }
    into = value->get_bool();
    return true;
}

std::optional<std::uint32_t> read_id(json::value const& value) {
    if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > largest_id) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(value.get_int64());
}

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        text::next_code_point(text, at);
    }
    return count;
}

std::size_t median(std::vector<std::size_t> lengths) {
    if (lengths.empty()) {
        return 0;
    }
    std::sort(lengths.begin(), lengths.end());
    auto const middle = lengths.size() / 2;
    return lengths.size() % 2 == 1 ? lengths[middle] : (lengths[middle - 1] + lengths[middle]) / 2;
}

} // namespace

class WordPieceTokenizer::Parser {
public:
    /// Nullopt: read; `take` has it.
    std::optional<Error> read(json::object const& file) {
        for (auto const& step : {&Parser::read_model, &Parser::read_normalizer,
                                 &Parser::read_pre_tokenizer, &Parser::read_added_tokens}) {
            if (auto error = (this->*step)(file)) {
                return error;
            }
        }
        std::vector<std::size_t> lengths;
        for (auto const& [id, length] : lengths_) {
            lengths.push_back(length);
            result_.largest_id_ = std::max(result_.largest_id_, id);
        }
        result_.median_token_length_ = median(std::move(lengths));
        return std::nullopt;
    }

    WordPieceTokenizer take() { return std::move(result_); }

private:
    std::optional<Error> read_model(json::object const& file) {
        if (auto error = check_kind(file, "model", "WordPiece")) {
            return error;
        }
        auto const& model = *object_in(file, "model");
        auto const* const vocabulary = object_in(model, "vocab");
        if (vocabulary == nullptr) {
            return corrupt("model.vocab is not an object");
        }
        result_.vocabulary_.reserve(vocabulary->size());
        for (auto const& [key, value] : *vocabulary) {
            auto const id = read_id(value);
            if (!id) {
                return corrupt("model.vocab holds an id that is not a whole number in range");
            }
            std::string_view const token{key.data(), key.size()};
            if (!lengths_.emplace(*id, characters(token)).second) {
                return corrupt("model.vocab gives one id to two tokens");
            }
            result_.vocabulary_.emplace(token, *id);
        }
        if (auto error = read_model_settings(model)) {
            return error;
        }
        return std::nullopt;
    }

    std::optional<Error> read_model_settings(json::object const& model) {
        std::string unknown = "[UNK]";
        if (auto const* const value = model.if_contains("unk_token")) {
            if (!value->is_string()) {
                return corrupt("model.unk_token is not text");
            }
            unknown = std::string_view{value->get_string()};
        }
        if (auto const* const value = model.if_contains("continuing_subword_prefix")) {
            if (!value->is_string()) {
                return corrupt("model.continuing_subword_prefix is not text");
            }
            result_.continuing_prefix_ = std::string_view{value->get_string()};
        }
        if (auto const* const value = model.if_contains("max_input_chars_per_word")) {
            if (!value->is_int64() || value->get_int64() < 1 ||
                value->get_int64() > longest_word_limit) {
                return corrupt("model.max_input_chars_per_word is not within 1 and 1000");
            }
            result_.longest_word_ = static_cast<std::size_t>(value->get_int64());
        }
        auto const known = result_.vocabulary_.find(unknown);
        if (known == result_.vocabulary_.end()) {
            return corrupt("model.unk_token is not in model.vocab");
        }
        result_.unknown_ = known->second;
        return std::nullopt;
    }

    std::optional<Error> read_normalizer(json::object const& file) {
        if (auto error = check_kind(file, "normalizer", "BertNormalizer")) {
            return error;
        }
        auto const& fields = *object_in(file, "normalizer");
        auto& normalizer = result_.normalizer_;
        auto sound = read_flag(fields, "clean_text", normalizer.clean_text) &&
                     read_flag(fields, "handle_chinese_chars", normalizer.handle_chinese_chars) &&
                     read_flag(fields, "lowercase", normalizer.lowercase);
        normalizer.strip_accents = normalizer.lowercase;
        sound = sound && read_flag(fields, "strip_accents", normalizer.strip_accents);
        return sound ? std::nullopt
                     : std::optional{corrupt("normalizer has a flag of another type")};
    }

    std::optional<Error> read_pre_tokenizer(json::object const& file) {
        return check_kind(file, "pre_tokenizer", "BertPreTokenizer");
    }

    std::optional<Error> read_added_tokens(json::object const& file) {
        auto const* const value = file.if_contains("added_tokens");
        if (value == nullptr || value->is_null()) {
            return std::nullopt;
        }
        if (!value->is_array()) {
            return corrupt("added_tokens is not a list");
        }
        for (auto const& entry : value->get_array()) {
            auto const* const fields = entry.if_object();
            if (fields == nullptr) {
                return corrupt("added_tokens holds something other than an object");
            }
            if (auto error = read_added_token(*fields)) {
                return error;
            }
        }
        return std::nullopt;
    }

    std::optional<Error> read_added_token(json::object const& fields) {
        auto const* const content = fields.if_contains("content");
        auto const* const number = fields.if_contains("id");
        auto const id = number != nullptr ? read_id(*number) : std::nullopt;
        if (content == nullptr || !content->is_string() || content->get_string().empty() || !id) {
            return corrupt("added_tokens holds a token without content or a sound id");
        }
        AddedToken token{.content = std::string{std::string_view{content->get_string()}},
                         .id = *id};
        auto special = false;
        auto normalized = false;
        if (!read_flag(fields, "single_word", token.single_word) ||
            !read_flag(fields, "lstrip", token.takes_left_space) ||
            !read_flag(fields, "rstrip", token.takes_right_space) ||
            !read_flag(fields, "normalized", normalized) ||
            !read_flag(fields, "special", special)) {
            return corrupt("added_tokens holds a flag of another type");
        }
        if (!added_.insert(token.content).second) {
            return corrupt("added_tokens holds a token twice");
        }
        auto const known = result_.vocabulary_.find(token.content);
        auto const is_new_id = lengths_.emplace(token.id, characters(token.content)).second;
        if (known != result_.vocabulary_.end() ? known->second != token.id : !is_new_id) {
            return corrupt("added_tokens contradicts model.vocab");
        }
        if (!normalized) {
            result_.raw_.add(std::move(token));
            return std::nullopt;
        }
        token.content = result_.normalizer_.normalise(token.content);
        if (!token.content.empty()) {
            result_.normalised_.add(std::move(token));
        }
        return std::nullopt;
    }

    WordPieceTokenizer result_;
    std::map<std::uint32_t, std::size_t> lengths_; // of tokens by id, in characters
    std::unordered_set<std::string> added_;
};

Result<WordPieceTokenizer> WordPieceTokenizer::parse(std::string_view text) {
    if (text.size() > longest_file) {
        return corrupt("longer than 64 MiB");
    }
    auto const checked = JsonObject::parse(text); // names each once, no deep nesting
    if (!checked) {
        return corrupt(checked.error().message);
    }
    json::error_code failed;
    auto const file = json::parse(checked->text(), failed);
    if (failed || !file.is_object()) {
        return corrupt("not JSON");
    }
    Parser parser;
    if (auto error = parser.read(file.get_object())) {
        return *error;
    }
    return parser.take();
}

} // namespace loci::embed
