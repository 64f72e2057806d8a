// For everything but scripts that need a dictionary, a word is what ICU's word break rules join:
// letters and digits with their marks, apostrophes between letters, gershayim between Hebrew
// letters, commas that group digits. Other joints that those rules keep (full stop, colon, low
// line) separate words here, so that `example` is found in `example.com` and in `my_example`.

#include "text/segmenter.hpp"
#include "text/unicode.hpp"
#include <memory>
#include <optional>
#include <stdexcept>
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

namespace loci::text {
namespace {

enum class Class { other, letter, digit, mark, ideograph, hangul, unspaced, pictograph, flag };

bool is_skin_tone(UChar32 c) {
    return c >= 0x1F3FB && c <= 0x1F3FF;
}

Class classify_letter(UChar32 c) {
    if (u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT) {
        return Class::unspaced;
    }
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        return Class::ideograph;
    case USCRIPT_HANGUL:
        return Class::hangul;
    default:
        return Class::letter;
    }
}

Class classify(UChar32 c) {
    if (c < 0x80) {
        if (c >= '0' && c <= '9') {
            return Class::digit;
        }
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? Class::letter : Class::other;
    }
    constexpr UChar32 prolonged_sound = 0x30FC;
    if (c == prolonged_sound) {
        return Class::ideograph;
    }
    auto const category = U_GET_GC_MASK(c);
    if ((category & U_GC_L_MASK) != 0) {
        return classify_letter(c);
    }
    if ((category & U_GC_N_MASK) != 0) {
        return category == U_GC_ND_MASK ? Class::digit : classify_letter(c);
    }
    if ((category & U_GC_M_MASK) != 0) {
        return u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT ? Class::unspaced
                                                                                  : Class::mark;
    }
    if (u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR) != 0) {
        return Class::flag;
    }
    bool const pictograph =
        u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 || is_skin_tone(c);
    return pictograph ? Class::pictograph : Class::other;
}

class Scanner {
public:
    explicit Scanner(std::string_view text)
        : text_(text) {
        advance();
    }

    std::vector<Segment> run() {
        std::vector<Segment> segments;
        segments.reserve(text_.size() / 6);
        while (code_point_ >= 0) {
            std::size_t const start = start_;
            ignored_ = 0;
            auto const kind = consume();
            if (kind) {
                segments.push_back({*kind, text_.substr(start, start_ - ignored_ - start)});
            }
        }
        return segments;
    }

private:
    std::optional<Segment::Kind> consume() {
        switch (class_) {
        case Class::letter:
        case Class::digit:
            word();
            return Segment::Kind::word;
        case Class::ideograph:
            same(Class::ideograph);
            return Segment::Kind::ideographs;
        case Class::hangul:
            same(Class::hangul);
            return Segment::Kind::hangul;
        case Class::unspaced:
            same(Class::unspaced);
            return Segment::Kind::unspaced;
        case Class::pictograph:
            pictograph();
            return Segment::Kind::emoji;
        case Class::flag:
            advance();
            if (class_ == Class::flag) {
                advance();
            }
            return Segment::Kind::emoji;
        case Class::mark:
        case Class::other:
            break;
        }
        advance();
        return std::nullopt;
    }

    void same(Class wanted) {
        while (class_ == wanted || class_ == Class::mark) {
            advance();
        }
    }

    /// A skin tone belongs to the pictograph before it and is left out: all tones are found.
    void pictograph() {
        advance();
        std::size_t const end = start_;
        while (is_skin_tone(code_point_)) {
            advance();
        }
        ignored_ = start_ - end;
    }

    void word() {
        UChar32 previous = code_point_;
        while (true) {
            if (class_ == Class::letter || class_ == Class::digit) {
                previous = code_point_;
                advance();
            } else if (class_ == Class::mark || joins(previous)) {
                advance();
            } else {
                return;
            }
        }
    }

    /// True where the code point at hand holds its neighbours together.
    bool joins(UChar32 previous) const {
        UChar32 const next = peek(next_);
        if (is_apostrophe(static_cast<char32_t>(code_point_))) {
            return classify(next) == Class::letter;
        }
        if (code_point_ == '"' || code_point_ == 0x5F4) {
            return is_hebrew(previous) && is_hebrew(next);
        }
        return code_point_ == ',' && u_isdigit(previous) && groups_three_digits();
    }

    bool groups_three_digits() const {
        std::size_t position = next_;
        for (int i = 0; i < 3; ++i, ++position) {
            if (position >= text_.size() || text_[position] < '0' || text_[position] > '9') {
                return false;
            }
        }
        return !u_isdigit(peek(position));
    }

    static bool is_hebrew(UChar32 c) {
        UErrorCode status = U_ZERO_ERROR;
        return c > 0x7F && uscript_getScript(c, &status) == USCRIPT_HEBREW && u_isalpha(c);
    }

    UChar32 peek(std::size_t position) const {
        return position < text_.size() ? static_cast<UChar32>(next_code_point(text_, position)) : 0;
    }

    void advance() {
        start_ = next_;
        if (next_ == text_.size()) {
            code_point_ = -1;
            class_ = Class::other;
            return;
        }
        auto const byte = static_cast<unsigned char>(text_[next_]);
        if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) { // most of most texts
            code_point_ = byte;
            class_ = byte >= 'a' ? Class::letter : Class::digit;
            ++next_;
            return;
        }
        char32_t const next = next_code_point(text_, next_);
        code_point_ = static_cast<UChar32>(next);
        class_ = is_apostrophe(next) ? Class::other : classify(code_point_);
    }

    std::string_view text_;
    std::size_t start_ = 0;
    std::size_t next_ = 0;
    std::size_t ignored_ = 0; ///< bytes at the end of the segment that are not part of its text
    UChar32 code_point_ = -1;
    Class class_ = Class::other;
};

struct CloseText {
    void operator()(UText* text) const { utext_close(text); }
};

std::unique_ptr<icu::BreakIterator> make_word_iterator() {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> iterator(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status) || !iterator) {
        throw std::runtime_error("the Unicode library lacks its segmentation data");
    }
    return iterator;
}

} // namespace

bool is_apostrophe(char32_t code_point) noexcept {
    return code_point == U'\'' || code_point == 0x2018 || code_point == 0x2019 ||
           code_point == 0x2BC;
}

std::vector<Segment> segment(std::string_view folded) {
    return Scanner(folded).run();
}

std::vector<std::string_view> dictionary_words(std::string_view run) {
    thread_local std::unique_ptr<icu::BreakIterator> const iterator = make_word_iterator();
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UText, CloseText> const text(
        utext_openUTF8(nullptr, run.data(), static_cast<std::int64_t>(run.size()), &status));
    iterator->setText(text.get(), status);
    if (U_FAILURE(status)) {
        throw std::runtime_error("segmentation failed");
    }
    std::vector<std::string_view> words;
    auto start = static_cast<std::size_t>(iterator->first());
    for (auto end = iterator->next(); end != icu::BreakIterator::DONE; end = iterator->next()) {
        words.push_back(run.substr(start, static_cast<std::size_t>(end) - start));
        start = static_cast<std::size_t>(end);
    }
    return words;
}

} // namespace loci::text
