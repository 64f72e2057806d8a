#include "text/sentences.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <loci/base/utf8.hpp>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <unicode/brkiter.h>
#include <unicode/filteredbrk.h>
#include <unicode/locid.h>
#include <unicode/utext.h>

namespace loci::text {
namespace {

constexpr std::size_t longest_sentence = 600;

/// Those that ICU knows abbreviations of.
constexpr std::array<std::string_view, 7> languages{"de", "en", "es", "fr", "it", "pt", "ru"};

/// Titles before a name that ICU's lists lack.
constexpr std::array<std::string_view, 12> titles{"Dr.",  "Sr.",  "Sra.", "Jr.",  "St.",  "Sen.",
                                                  "Gov.", "Rev.", "Lt.",  "Col.", "Sgt.", "Gen."};

struct CloseText {
    void operator()(UText* text) const { utext_close(text); }
};

std::string_view known_language(std::string_view tag) {
    if (tag.empty()) {
        return "en";
    }
    auto const language = tag.substr(0, tag.find_first_of("-_"));
    auto const known = std::find(languages.begin(), languages.end(), language);
    return known == languages.end() ? std::string_view{} : *known;
}

void no_end_after(icu::FilteredBreakIteratorBuilder& builder, std::string_view abbreviation,
                  UErrorCode& status) {
    builder.suppressBreakAfter(
        icu::UnicodeString::fromUTF8(
            {abbreviation.data(), static_cast<std::int32_t>(abbreviation.size())}),
        status);
}

std::unique_ptr<icu::BreakIterator> make_iterator(std::string_view language) {
    auto status = U_ZERO_ERROR;
    auto const locale =
        language.empty() ? icu::Locale::getRoot() : icu::Locale{std::string{language}.c_str()};
    std::unique_ptr<icu::BreakIterator> iterator{
        icu::BreakIterator::createSentenceInstance(locale, status)};
    if (!language.empty()) {
        std::unique_ptr<icu::FilteredBreakIteratorBuilder> const builder{
            icu::FilteredBreakIteratorBuilder::createInstance(locale, status)};
        if (U_SUCCESS(status)) {
            for (auto const abbreviation : titles) {
                no_end_after(*builder, abbreviation, status);
            }
            iterator.reset(builder->wrapIteratorWithFilter(iterator.release(), status));
        }
    }
    if (U_FAILURE(status) || !iterator) {
        throw std::runtime_error("the Unicode library lacks its segmentation data");
    }
    return iterator;
}

icu::BreakIterator& iterator_for(std::string_view language) {
    thread_local std::map<std::string_view, std::unique_ptr<icu::BreakIterator>> iterators;
    auto& iterator = iterators[known_language(language)];
    if (!iterator) {
        iterator = make_iterator(known_language(language));
    }
    return *iterator;
}

/// Where to end a piece of at most `longest_sentence` bytes: behind a word, if there is one.
std::size_t end_of_piece(std::string_view sentence) {
    auto const space = sentence.substr(0, longest_sentence).find_last_of(" \t");
    if (space != std::string_view::npos && space > 0) {
        return space;
    }
    auto end = longest_sentence;
    while ((static_cast<unsigned char>(sentence[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return end;
}

void add(std::vector<std::string_view>& found, std::string_view sentence) {
    sentence = trim(sentence);
    while (sentence.size() > longest_sentence) {
        auto const end = end_of_piece(sentence);
        found.push_back(trim(sentence.substr(0, end)));
        sentence = trim(sentence.substr(end));
    }
    if (!sentence.empty()) {
        found.push_back(sentence);
    }
}

} // namespace

std::vector<std::string_view> sentences(std::string_view text, std::string_view language) {
    auto status = U_ZERO_ERROR;
    std::unique_ptr<UText, CloseText> const opened{
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status)};
    auto& iterator = iterator_for(language);
    iterator.setText(opened.get(), status);
    if (U_FAILURE(status)) {
        throw std::runtime_error("segmentation failed");
    }
    std::vector<std::string_view> found;
    std::size_t start = 0;
    iterator.first();
    for (auto next = iterator.next(); next != icu::BreakIterator::DONE; next = iterator.next()) {
        auto const end = static_cast<std::size_t>(next);
        add(found, text.substr(start, end - start));
        start = end;
    }
    return found;
}

} // namespace loci::text
