#include "text/stemmer.hpp"
#include "text/unicode.hpp"
#include <algorithm>
#include <array>
#include <libstemmer.h>
#include <memory>
#include <stdexcept>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace loci::text {
namespace {

struct Algorithm {
    std::string_view language;
    char const* name;
    UScriptCode script;
};

/// The first of each script is its usual one.
constexpr std::array algorithms{
    Algorithm{"en", "english", USCRIPT_LATIN},     Algorithm{"ru", "russian", USCRIPT_CYRILLIC},
    Algorithm{"el", "greek", USCRIPT_GREEK},       Algorithm{"ar", "arabic", USCRIPT_ARABIC},
    Algorithm{"hi", "hindi", USCRIPT_DEVANAGARI},  Algorithm{"ta", "tamil", USCRIPT_TAMIL},
    Algorithm{"hy", "armenian", USCRIPT_ARMENIAN}, Algorithm{"eu", "basque", USCRIPT_LATIN},
    Algorithm{"ca", "catalan", USCRIPT_LATIN},     Algorithm{"da", "danish", USCRIPT_LATIN},
    Algorithm{"nl", "dutch", USCRIPT_LATIN},       Algorithm{"fi", "finnish", USCRIPT_LATIN},
    Algorithm{"fr", "french", USCRIPT_LATIN},      Algorithm{"de", "german", USCRIPT_LATIN},
    Algorithm{"hu", "hungarian", USCRIPT_LATIN},   Algorithm{"id", "indonesian", USCRIPT_LATIN},
    Algorithm{"ga", "irish", USCRIPT_LATIN},       Algorithm{"it", "italian", USCRIPT_LATIN},
    Algorithm{"lt", "lithuanian", USCRIPT_LATIN},  Algorithm{"ne", "nepali", USCRIPT_DEVANAGARI},
    Algorithm{"no", "norwegian", USCRIPT_LATIN},   Algorithm{"nb", "norwegian", USCRIPT_LATIN},
    Algorithm{"pt", "portuguese", USCRIPT_LATIN},  Algorithm{"ro", "romanian", USCRIPT_LATIN},
    Algorithm{"es", "spanish", USCRIPT_LATIN},     Algorithm{"sv", "swedish", USCRIPT_LATIN},
    Algorithm{"tr", "turkish", USCRIPT_LATIN},
};
constexpr std::size_t english = 0;
constexpr std::size_t none = algorithms.size();

struct DeleteStemmer {
    void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

using StemmerHandle = std::unique_ptr<sb_stemmer, DeleteStemmer>;

sb_stemmer& handle(std::size_t index) {
    thread_local std::array<StemmerHandle, algorithms.size()> handles;
    StemmerHandle& stemmer = handles[index];
    if (!stemmer) {
        stemmer.reset(sb_stemmer_new(algorithms[index].name, "UTF_8"));
        if (!stemmer) {
            throw std::runtime_error("the stemmer library lacks an algorithm");
        }
    }
    return *stemmer;
}

/// Script of the first letter; common for digits alone.
UScriptCode script_of(std::string_view word) {
    for (std::size_t position = 0; position < word.size();) {
        auto const c = static_cast<UChar32>(next_code_point(word, position));
        if (c >= 'a' && c <= 'z') {
            return USCRIPT_LATIN;
        }
        if (c >= 0x80 && u_isalpha(c)) {
            UErrorCode status = U_ZERO_ERROR;
            return uscript_getScript(c, &status);
        }
    }
    return USCRIPT_COMMON;
}

/// The primary subtag of `tag` is `language`.
bool names(std::string_view tag, std::string_view language) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return tag.size() >= language.size() &&
           std::equal(language.begin(), language.end(), tag.begin(),
                      [&](char a, char b) { return a == lower(b); }) &&
           (tag.size() == language.size() || tag[language.size()] == '-' ||
            tag[language.size()] == '_');
}

} // namespace

Stemmer Stemmer::choose(std::string_view word, std::string_view language) {
    UScriptCode const script = script_of(word);
    std::size_t usual = none;
    for (std::size_t i = 0; i < algorithms.size(); ++i) {
        if (algorithms[i].script != script) {
            continue;
        }
        usual = std::min(usual, i);
        if (language.empty() || names(language, algorithms[i].language)) {
            return Stemmer(i);
        }
    }
    return Stemmer(usual);
}

bool Stemmer::is_english() const noexcept {
    return index_ == english;
}

std::string_view Stemmer::language() const noexcept {
    return index_ == none ? std::string_view() : algorithms[index_].language;
}

std::string Stemmer::stem(std::string_view word) const {
    if (index_ == none) {
        return std::string(word);
    }
    sb_stemmer& stemmer = handle(index_);
    auto const* symbols = reinterpret_cast<sb_symbol const*>(word.data());
    auto const* stem = sb_stemmer_stem(&stemmer, symbols, static_cast<int>(word.size()));
    auto const length = static_cast<std::size_t>(sb_stemmer_length(&stemmer));
    if (stem == nullptr || length == 0) {
        return std::string(word);
    }
    return std::string(reinterpret_cast<char const*>(stem), length);
}

} // namespace loci::text
