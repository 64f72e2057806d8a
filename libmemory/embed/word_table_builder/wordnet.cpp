#include "embed/word_table_builder/wordnet.hpp"
#include "text/unicode.hpp"
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace loci::embed {
namespace {

using Place = std::pair<char, std::string>; ///< part of speech and byte offset, as links name them

struct UnresolvedLink {
    std::size_t source;
    std::string kind;
    Place target;
};

struct Draft {
    std::vector<Synset> synsets;
    std::map<Place, std::size_t> places;
    std::vector<UnresolvedLink> links;
};

std::string from_latin1(std::string const& line) {
    std::string text;
    for (char const c : line) {
        text::append_code_point(text, static_cast<unsigned char>(c));
    }
    return text;
}

/// Adjectives may carry a position in parentheses, as in `galore(ip)`.
std::string without_position(std::string const& lemma) {
    return lemma.substr(0, lemma.find('('));
}

/// offset file type count:hex (word id)* count (symbol offset pos source/target)* … | gloss
void read_line(std::string const& line, char part_of_speech, Draft& draft) {
    auto const bar = line.find(" | ");
    std::istringstream fields(line.substr(0, bar));
    std::string offset;
    std::string ignored;
    std::size_t words = 0;
    std::size_t links = 0;
    std::size_t const number = draft.synsets.size();
    Synset synset;
    fields >> offset >> ignored >> ignored >> std::hex >> words >> std::dec;
    for (std::size_t i = 0; i < words; ++i) {
        std::string lemma;
        fields >> lemma >> ignored;
        synset.lemmas.push_back(without_position(lemma));
    }
    fields >> links;
    for (std::size_t i = 0; i < links; ++i) {
        std::string kind;
        Place target;
        fields >> kind >> target.second >> target.first >> ignored;
        if (target.first == 's') {
            target.first = 'a'; // satellites lie among the adjectives
        }
        draft.links.push_back({number, std::move(kind), std::move(target)});
    }
    if (!fields || bar == std::string::npos) {
        throw std::runtime_error("a line of WordNet is not as documented");
    }
    synset.gloss = line.substr(bar + 3);
    draft.places.emplace(Place(part_of_speech, offset), number);
    draft.synsets.push_back(std::move(synset));
}

void read_file(std::filesystem::path const& path, char part_of_speech, Draft& draft) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    for (std::string line; std::getline(file, line);) {
        bool const licence = line.starts_with("  ");
        if (!licence && !line.empty()) {
            read_line(from_latin1(line), part_of_speech, draft);
        }
    }
}

} // namespace

std::vector<Synset> read_wordnet(std::filesystem::path const& folder) {
    constexpr std::array<std::pair<char, char const*>, 4> files{
        {{'n', "data.noun"}, {'v', "data.verb"}, {'a', "data.adj"}, {'r', "data.adv"}}};
    Draft draft;
    for (auto const& [part_of_speech, name] : files) {
        read_file(folder / name, part_of_speech, draft);
    }
    for (auto& link : draft.links) {
        auto const target = draft.places.find(link.target);
        if (target == draft.places.end()) {
            throw std::runtime_error("a link of WordNet leads nowhere");
        }
        draft.synsets[link.source].links.push_back({std::move(link.kind), target->second});
    }
    return std::move(draft.synsets);
}

} // namespace loci::embed
