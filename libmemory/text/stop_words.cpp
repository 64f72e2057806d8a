#include "text/stop_words.hpp"
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace loci::text {
namespace {

using namespace std::string_view_literals;

constexpr auto english = std::to_array<std::string_view>(
    {"a"sv,         "about"sv,   "above"sv,   "after"sv,     "again"sv,    "against"sv,
     "all"sv,       "also"sv,    "am"sv,      "an"sv,        "and"sv,      "any"sv,
     "are"sv,       "aren't"sv,  "as"sv,      "at"sv,        "be"sv,       "because"sv,
     "been"sv,      "before"sv,  "being"sv,   "below"sv,     "between"sv,  "both"sv,
     "but"sv,       "by"sv,      "can"sv,     "can't"sv,     "cannot"sv,   "could"sv,
     "couldn't"sv,  "did"sv,     "didn't"sv,  "do"sv,        "does"sv,     "doesn't"sv,
     "doing"sv,     "don't"sv,   "down"sv,    "during"sv,    "each"sv,     "few"sv,
     "for"sv,       "from"sv,    "further"sv, "get"sv,       "got"sv,      "had"sv,
     "hadn't"sv,    "has"sv,     "hasn't"sv,  "have"sv,      "haven't"sv,  "having"sv,
     "he"sv,        "he's"sv,    "her"sv,     "here"sv,      "hers"sv,     "herself"sv,
     "him"sv,       "himself"sv, "his"sv,     "how"sv,       "i"sv,        "i'd"sv,
     "i'll"sv,      "i'm"sv,     "i've"sv,    "if"sv,        "in"sv,       "into"sv,
     "is"sv,        "isn't"sv,   "it"sv,      "it's"sv,      "its"sv,      "itself"sv,
     "just"sv,      "let's"sv,   "me"sv,      "more"sv,      "most"sv,     "mustn't"sv,
     "my"sv,        "myself"sv,  "no"sv,      "nor"sv,       "not"sv,      "of"sv,
     "off"sv,       "on"sv,      "once"sv,    "only"sv,      "or"sv,       "other"sv,
     "ought"sv,     "our"sv,     "ours"sv,    "ourselves"sv, "out"sv,      "over"sv,
     "own"sv,       "same"sv,    "shan't"sv,  "she"sv,       "she's"sv,    "should"sv,
     "shouldn't"sv, "so"sv,      "some"sv,    "such"sv,      "than"sv,     "that"sv,
     "that's"sv,    "the"sv,     "their"sv,   "theirs"sv,    "them"sv,     "themselves"sv,
     "then"sv,      "there"sv,   "there's"sv, "these"sv,     "they"sv,     "they're"sv,
     "they've"sv,   "this"sv,    "those"sv,   "through"sv,   "to"sv,       "too"sv,
     "under"sv,     "until"sv,   "up"sv,      "very"sv,      "was"sv,      "wasn't"sv,
     "we"sv,        "we're"sv,   "we've"sv,   "were"sv,      "weren't"sv,  "what"sv,
     "what's"sv,    "when"sv,    "when's"sv,  "where"sv,     "where's"sv,  "which"sv,
     "while"sv,     "who"sv,     "who's"sv,   "whom"sv,      "why"sv,      "why's"sv,
     "will"sv,      "with"sv,    "won't"sv,   "would"sv,     "wouldn't"sv, "you"sv,
     "you're"sv,    "you've"sv,  "your"sv,    "yours"sv,     "yourself"sv, "yourselves"sv});

constexpr auto german = std::to_array<std::string_view>(
    {"aber"sv,  "als"sv,  "also"sv,   "am"sv,     "an"sv,     "auch"sv,   "auf"sv,    "aus"sv,
     "bei"sv,   "bin"sv,  "bis"sv,    "bist"sv,   "da"sv,     "damit"sv,  "dann"sv,   "das"sv,
     "dass"sv,  "dein"sv, "deine"sv,  "dem"sv,    "den"sv,    "der"sv,    "des"sv,    "dich"sv,
     "die"sv,   "dies"sv, "diese"sv,  "diesem"sv, "diesen"sv, "dieser"sv, "dieses"sv, "dir"sv,
     "doch"sv,  "du"sv,   "ein"sv,    "eine"sv,   "einem"sv,  "einen"sv,  "einer"sv,  "eines"sv,
     "er"sv,    "es"sv,   "euch"sv,   "euer"sv,   "für"sv,    "hat"sv,    "hatte"sv,  "hatten"sv,
     "hier"sv,  "ich"sv,  "ihm"sv,    "ihn"sv,    "ihnen"sv,  "ihr"sv,    "ihre"sv,   "im"sv,
     "in"sv,    "ist"sv,  "ja"sv,     "jede"sv,   "jeder"sv,  "jedes"sv,  "kann"sv,   "kein"sv,
     "keine"sv, "mein"sv, "meine"sv,  "mich"sv,   "mir"sv,    "mit"sv,    "nach"sv,   "nicht"sv,
     "noch"sv,  "nur"sv,  "oder"sv,   "ohne"sv,   "sehr"sv,   "sein"sv,   "seine"sv,  "sich"sv,
     "sie"sv,   "sind"sv, "so"sv,     "um"sv,     "und"sv,    "uns"sv,    "unser"sv,  "unter"sv,
     "vom"sv,   "von"sv,  "vor"sv,    "war"sv,    "waren"sv,  "warum"sv,  "was"sv,    "weil"sv,
     "wenn"sv,  "wer"sv,  "werden"sv, "wie"sv,    "wieder"sv, "wir"sv,    "wird"sv,   "wo"sv,
     "zu"sv,    "zum"sv,  "zur"sv,    "über"sv});

constexpr auto french = std::to_array<std::string_view>(
    {"au"sv,   "aux"sv,  "avec"sv, "ce"sv,     "ces"sv,  "cet"sv,  "cette"sv, "dans"sv, "de"sv,
     "des"sv,  "du"sv,   "elle"sv, "elles"sv,  "en"sv,   "est"sv,  "et"sv,    "eux"sv,  "il"sv,
     "ils"sv,  "je"sv,   "la"sv,   "le"sv,     "les"sv,  "leur"sv, "leurs"sv, "lui"sv,  "ma"sv,
     "mais"sv, "me"sv,   "mes"sv,  "moi"sv,    "mon"sv,  "même"sv, "ne"sv,    "nos"sv,  "notre"sv,
     "nous"sv, "on"sv,   "ont"sv,  "ou"sv,     "où"sv,   "par"sv,  "pas"sv,   "plus"sv, "pour"sv,
     "qu"sv,   "que"sv,  "quel"sv, "quelle"sv, "qui"sv,  "sa"sv,   "se"sv,    "ses"sv,  "si"sv,
     "son"sv,  "sont"sv, "sur"sv,  "ta"sv,     "te"sv,   "tes"sv,  "toi"sv,   "ton"sv,  "tu"sv,
     "un"sv,   "une"sv,  "vos"sv,  "votre"sv,  "vous"sv, "y"sv,    "à"sv,     "été"sv,  "être"sv});

constexpr auto spanish = std::to_array<std::string_view>(
    {"a"sv,     "al"sv,      "algo"sv,  "como"sv, "con"sv,    "cuando"sv, "de"sv,    "del"sv,
     "desde"sv, "donde"sv,   "dónde"sv, "el"sv,   "ella"sv,   "ellas"sv,  "ellos"sv, "en"sv,
     "entre"sv, "era"sv,     "es"sv,    "esa"sv,  "ese"sv,    "eso"sv,    "esta"sv,  "estas"sv,
     "este"sv,  "esto"sv,    "estos"sv, "está"sv, "fue"sv,    "ha"sv,     "había"sv, "han"sv,
     "hay"sv,   "la"sv,      "las"sv,   "le"sv,   "les"sv,    "lo"sv,     "los"sv,   "me"sv,
     "mi"sv,    "mis"sv,     "muy"sv,   "más"sv,  "ni"sv,     "no"sv,     "nos"sv,   "nosotros"sv,
     "o"sv,     "para"sv,    "pero"sv,  "por"sv,  "porque"sv, "que"sv,    "quien"sv, "quién"sv,
     "qué"sv,   "se"sv,      "ser"sv,   "si"sv,   "sin"sv,    "sobre"sv,  "son"sv,   "su"sv,
     "sus"sv,   "también"sv, "te"sv,    "tu"sv,   "tus"sv,    "un"sv,     "una"sv,   "unas"sv,
     "uno"sv,   "unos"sv,    "y"sv,     "ya"sv,   "yo"sv,     "él"sv});

constexpr auto italian = std::to_array<std::string_view>(
    {"a"sv,      "ai"sv,     "al"sv,     "alla"sv,   "alle"sv, "anche"sv, "che"sv,    "chi"sv,
     "ci"sv,     "come"sv,   "con"sv,    "cui"sv,    "da"sv,   "dal"sv,   "dalla"sv,  "dei"sv,
     "del"sv,    "della"sv,  "delle"sv,  "di"sv,     "dove"sv, "e"sv,     "ed"sv,     "era"sv,
     "gli"sv,    "ha"sv,     "hanno"sv,  "ho"sv,     "i"sv,    "il"sv,    "in"sv,     "io"sv,
     "la"sv,     "le"sv,     "lei"sv,    "li"sv,     "lo"sv,   "loro"sv,  "lui"sv,    "ma"sv,
     "mi"sv,     "mia"sv,    "mio"sv,    "ne"sv,     "nei"sv,  "nel"sv,   "nella"sv,  "noi"sv,
     "non"sv,    "o"sv,      "per"sv,    "perché"sv, "più"sv,  "quale"sv, "quando"sv, "quella"sv,
     "quello"sv, "questa"sv, "questo"sv, "se"sv,     "sei"sv,  "si"sv,    "sono"sv,   "su"sv,
     "sua"sv,    "sul"sv,    "sulla"sv,  "suo"sv,    "ti"sv,   "tra"sv,   "tu"sv,     "tuo"sv,
     "un"sv,     "una"sv,    "uno"sv,    "vi"sv,     "voi"sv,  "è"sv});

constexpr auto portuguese = std::to_array<std::string_view>(
    {"a"sv,    "ao"sv,   "aos"sv,  "aquela"sv, "aquele"sv, "as"sv,    "até"sv,  "com"sv,  "como"sv,
     "da"sv,   "das"sv,  "de"sv,   "dela"sv,   "dele"sv,   "do"sv,    "dos"sv,  "e"sv,    "ela"sv,
     "elas"sv, "ele"sv,  "eles"sv, "em"sv,     "entre"sv,  "era"sv,   "essa"sv, "esse"sv, "esta"sv,
     "este"sv, "está"sv, "eu"sv,   "foi"sv,    "há"sv,     "isso"sv,  "isto"sv, "já"sv,   "lhe"sv,
     "mais"sv, "mas"sv,  "me"sv,   "meu"sv,    "minha"sv,  "muito"sv, "na"sv,   "nas"sv,  "nem"sv,
     "no"sv,   "nos"sv,  "não"sv,  "nós"sv,    "o"sv,      "os"sv,    "ou"sv,   "para"sv, "pela"sv,
     "pelo"sv, "por"sv,  "qual"sv, "quando"sv, "que"sv,    "quem"sv,  "se"sv,   "sem"sv,  "ser"sv,
     "seu"sv,  "sua"sv,  "são"sv,  "só"sv,     "também"sv, "te"sv,    "tem"sv,  "um"sv,   "uma"sv,
     "você"sv, "às"sv,   "é"sv});

constexpr auto dutch = std::to_array<std::string_view>(
    {"aan"sv,  "al"sv,   "als"sv,    "bij"sv,   "dan"sv,    "dat"sv,  "de"sv,   "der"sv,
     "deze"sv, "die"sv,  "dit"sv,    "doch"sv,  "doen"sv,   "door"sv, "dus"sv,  "een"sv,
     "en"sv,   "er"sv,   "ge"sv,     "geen"sv,  "haar"sv,   "had"sv,  "heb"sv,  "heeft"sv,
     "hem"sv,  "het"sv,  "hier"sv,   "hij"sv,   "hoe"sv,    "hun"sv,  "ik"sv,   "in"sv,
     "is"sv,   "ja"sv,   "je"sv,     "kan"sv,   "kon"sv,    "maar"sv, "me"sv,   "meer"sv,
     "men"sv,  "met"sv,  "mij"sv,    "mijn"sv,  "na"sv,     "naar"sv, "niet"sv, "nog"sv,
     "nu"sv,   "of"sv,   "om"sv,     "omdat"sv, "onder"sv,  "ons"sv,  "ook"sv,  "op"sv,
     "over"sv, "te"sv,   "toch"sv,   "toen"sv,  "tot"sv,    "u"sv,    "uit"sv,  "van"sv,
     "veel"sv, "voor"sv, "waar"sv,   "want"sv,  "waren"sv,  "was"sv,  "wat"sv,  "we"sv,
     "wel"sv,  "werd"sv, "wie"sv,    "wij"sv,   "worden"sv, "ze"sv,   "zich"sv, "zij"sv,
     "zijn"sv, "zo"sv,   "zonder"sv, "zou"sv});

constexpr auto russian = std::to_array<std::string_view>(
    {"а"sv,   "без"sv,  "бы"sv,   "был"sv,   "была"sv, "были"sv, "было"sv, "в"sv,      "вам"sv,
     "вас"sv, "во"sv,   "вот"sv,  "все"sv,   "всё"sv,  "вы"sv,   "где"sv,  "да"sv,     "для"sv,
     "до"sv,  "его"sv,  "ее"sv,   "если"sv,  "есть"sv, "еще"sv,  "ещё"sv,  "её"sv,     "же"sv,
     "за"sv,  "и"sv,    "из"sv,   "или"sv,   "им"sv,   "их"sv,   "к"sv,    "как"sv,    "когда"sv,
     "кто"sv, "ли"sv,   "меня"sv, "мне"sv,   "мы"sv,   "на"sv,   "над"sv,  "не"sv,     "него"sv,
     "нее"sv, "нет"sv,  "неё"sv,  "ни"sv,    "них"sv,  "но"sv,   "ну"sv,   "о"sv,      "об"sv,
     "он"sv,  "она"sv,  "они"sv,  "оно"sv,   "от"sv,   "по"sv,   "под"sv,  "при"sv,    "про"sv,
     "с"sv,   "себя"sv, "со"sv,   "так"sv,   "там"sv,  "то"sv,   "тоже"sv, "только"sv, "ты"sv,
     "у"sv,   "уже"sv,  "что"sv,  "чтобы"sv, "эта"sv,  "эти"sv,  "это"sv,  "этот"sv,   "я"sv});

struct List {
    constexpr List(std::string_view of, std::span<std::string_view const> sorted)
        : language(of)
        , words(sorted) {
        for (auto const word : words) {
            ++begins[static_cast<unsigned char>(word.front()) + 1u];
        }
        for (std::size_t byte = 0; byte < 256; ++byte) {
            begins[byte + 1] = static_cast<std::uint16_t>(begins[byte + 1] + begins[byte]);
        }
    }

    constexpr std::span<std::string_view const> beginning_with(char letter) const {
        auto const byte = static_cast<unsigned char>(letter);
        return words.subspan(begins[byte],
                             static_cast<std::size_t>(begins[byte + 1] - begins[byte]));
    }

    std::string_view language;
    std::span<std::string_view const> words;
    std::array<std::uint16_t, 257> begins{}; ///< where the words with a first byte begin
};

constexpr std::array lists{
    List{"en", english}, List{"de", german},     List{"fr", french}, List{"es", spanish},
    List{"it", italian}, List{"pt", portuguese}, List{"nl", dutch},  List{"ru", russian},
};

static_assert(std::all_of(lists.begin(), lists.end(), [](List const& list) {
    return std::is_sorted(list.words.begin(), list.words.end());
}));

} // namespace

bool is_stop_word(std::string_view word, std::string_view language) noexcept {
    auto const list = std::find_if(lists.begin(), lists.end(),
                                   [&](List const& each) { return each.language == language; });
    if (list == lists.end() || word.empty()) {
        return false;
    }
    auto const candidates = list->beginning_with(word.front());
    return std::find(candidates.begin(), candidates.end(), word) != candidates.end();
}

} // namespace loci::text
