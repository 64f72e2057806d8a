// build_noun_hierarchy WORDNET OUTPUT
//
// Makes the noun hierarchy from data.noun, index.noun and noun.exc of the WordNet database
// (wndb(5WN)). An irregular form has the senses of its base, even where it is a noun of its own.
// Senses are numbered as the lines of data.noun follow each other. Equal input gives equal bytes.

#include "lexicon/noun_hierarchy.hpp"
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

namespace loci::lexicon {
namespace {

using Nouns = std::map<std::string, std::vector<Sense>>;
using Numbers = std::unordered_map<std::string, Sense>; ///< of senses, by offset in data.noun

/// Calls `read(fields)` for each line that is none of the licence.
template <class Read>
void read_lines(std::filesystem::path const& path, Read read) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("  ")) {
            continue;
        }
        std::istringstream fields(line);
        read(fields);
        if (!fields) {
            throw std::runtime_error("a line of WordNet is not as documented");
        }
    }
}

void skip(std::istringstream& fields, std::size_t count) {
    std::string ignored;
    for (std::size_t i = 0; i < count; ++i) {
        fields >> ignored;
    }
}

/// offset file type count:hex (word id)* count (symbol offset pos source/target)* | gloss
std::vector<std::vector<Sense>> read_hypernyms(std::filesystem::path const& path,
                                               Numbers& numbers) {
    std::vector<std::vector<std::string>> offsets;
    read_lines(path, [&](std::istringstream& fields) {
        std::string offset;
        std::size_t words = 0;
        std::size_t links = 0;
        fields >> offset;
        skip(fields, 2);
        fields >> std::hex >> words >> std::dec;
        skip(fields, 2 * words);
        fields >> links;
        numbers.emplace(std::move(offset), static_cast<Sense>(offsets.size()));
        auto& above = offsets.emplace_back();
        for (std::size_t i = 0; i < links; ++i) {
            std::string symbol;
            fields >> symbol >> offset;
            skip(fields, 2);
            if (symbol == "@" || symbol == "@i") {
                above.push_back(offset);
            }
        }
    });
    std::vector<std::vector<Sense>> hypernyms(offsets.size());
    for (std::size_t sense = 0; sense < offsets.size(); ++sense) {
        for (auto const& offset : offsets[sense]) {
            hypernyms[sense].push_back(numbers.at(offset));
        }
    }
    return hypernyms;
}

/// Words as questions and memories are cut into them: letters and digits, apostrophes inside.
bool is_one_or_two_words(std::string_view noun) {
    return std::count(noun.begin(), noun.end(), '_') <= 1 &&
           std::all_of(noun.begin(), noun.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c == '_';
           });
}

/// word pos sense_count link_count symbol* sense_count tagged_count offset*
Nouns read_nouns(std::filesystem::path const& path, Numbers const& numbers) {
    Nouns nouns;
    read_lines(path, [&](std::istringstream& fields) {
        std::string noun;
        std::size_t senses = 0;
        std::size_t links = 0;
        std::string offset;
        fields >> noun;
        skip(fields, 1);
        fields >> senses >> links;
        skip(fields, links + 2);
        auto& numbers_of_noun = nouns[noun];
        for (std::size_t i = 0; i < senses; ++i) {
            fields >> offset;
            numbers_of_noun.push_back(numbers.at(offset));
        }
    });
    return nouns;
}

/// form base*
void add_irregular_forms(std::filesystem::path const& path, Nouns& nouns) {
    auto const regular = nouns;
    read_lines(path, [&](std::istringstream& fields) {
        std::string form;
        std::string base;
        fields >> form >> base;
        auto const known = regular.find(base);
        if (known != regular.end()) {
            nouns[form] = known->second;
        }
    });
}

void build(std::filesystem::path const& wordnet, std::filesystem::path const& output) {
    Numbers numbers;
    auto hypernyms = read_hypernyms(wordnet / "data.noun", numbers);
    auto nouns = read_nouns(wordnet / "index.noun", numbers);
    add_irregular_forms(wordnet / "noun.exc", nouns);
    NounHierarchyContent content{.nouns = {}, .hypernyms = std::move(hypernyms)};
    for (auto& [noun, senses] : nouns) {
        if (is_one_or_two_words(noun)) {
            content.nouns.push_back({noun, std::move(senses)});
        }
    }
    auto const file = write_noun_hierarchy(std::move(content));
    std::ofstream stream(output, std::ios::binary);
    std::transform(file.begin(), file.end(), std::ostreambuf_iterator<char>(stream),
                   [](std::byte byte) { return std::to_integer<char>(byte); });
    if (!stream.flush()) {
        throw std::runtime_error("cannot write " + output.string());
    }
}

} // namespace
} // namespace loci::lexicon

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: build_noun_hierarchy WORDNET OUTPUT\n";
        return 2;
    }
    try {
        loci::lexicon::build(argv[1], argv[2]);
    } catch (std::exception const& error) {
        std::cerr << "build_noun_hierarchy: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
